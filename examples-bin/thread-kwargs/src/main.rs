//! A thread's task that takes its argument by name.

use std::thread;
use std::time::Duration;

fn main() {
    thread::scope(|s| {
        s.spawn(|| Task { count: 3 }.run());
    });
}

struct Task {
    count: u32,
}

impl Task {
    fn run(self) {
        for _ in 0..self.count {
            println!("任务执行中..");
            thread::sleep(Duration::from_millis(200));
        }
        println!("任务执行完成");
    }
}
