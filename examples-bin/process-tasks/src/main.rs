//! Two tasks at once, each in a process of its own.

use std::thread::sleep;
use std::time::Duration;

use multiprocess::Builder;

fn main() {
    multiprocess::scope(|s| {
        let dancer = Builder::new().name("myprocess1");
        dancer.spawn_scoped(s, dance).unwrap();
        s.spawn(sing);
    });
}

fn dance() {
    for _ in 0..5 {
        println!("跳舞中...");
        sleep(Duration::from_millis(200));
    }
}

fn sing() {
    for _ in 0..5 {
        println!("唱歌中...");
        sleep(Duration::from_millis(200));
    }
}
