//! Two tasks in two threads of one process.

use std::thread;
use std::time::Duration;

fn main() {
    thread::scope(|s| {
        s.spawn(sing);
        s.spawn(dance);
    });
}

fn sing() {
    for i in 0..3 {
        println!("正在唱歌...{i}");
        thread::sleep(Duration::from_secs(1));
    }
}

fn dance() {
    for i in 0..3 {
        println!("正在跳舞...{i}");
        thread::sleep(Duration::from_secs(1));
    }
}
