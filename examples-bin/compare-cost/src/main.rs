//! To start and join a process, or a thread: which takes longer?

use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let mut process = Duration::MAX;
    let mut thread = Duration::MAX;
    for _ in 0..30 {
        process = process.min(fastest(start_process));
        thread = thread.min(fastest(start_thread));
    }
    println!("process: {} ns", process.as_nanos());
    println!("thread: {} ns", thread.as_nanos());
    let times = process.div_duration_f64(thread);
    println!("a process takes {times:.1} times as long");
}

fn start_process() {
    multiprocess::scope(|s| {
        s.spawn(|| ());
    });
}

fn start_thread() {
    thread::scope(|s| {
        s.spawn(|| ());
    });
}

fn fastest(start_one: fn()) -> Duration {
    let measure = |_| {
        let start = Instant::now();
        start_one();
        start.elapsed()
    };
    (0..20).map(measure).min().unwrap()
}
