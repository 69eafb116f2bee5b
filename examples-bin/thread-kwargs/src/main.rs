//! A thread's task that takes its argument by name.

use std::thread;
use std::time::Duration;

fn main() {
    thread::scope(|s| {
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
        thread::sleep(Duration::from_millis(200));
    }
    println!("任务执行完成");
}
