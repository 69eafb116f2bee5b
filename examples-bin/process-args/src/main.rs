//! A task's arguments, by position and by name.

use std::thread::sleep;
use std::time::Duration;

use multiprocess::Builder;

fn main() {
    let _never_started = (Builder::new(), || task(5));

    multiprocess::scope(|s| {
        let kwargs = Kwargs { count: 3 };
        s.spawn(move || task(kwargs.count));
    });
}

struct Kwargs {
    count: u32,
}

fn task(count: u32) {
    for _ in 0..count {
        println!("任务执行中..");
        sleep(Duration::from_millis(200));
    }
    println!("任务执行完成");
}
