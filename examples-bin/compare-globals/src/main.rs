//! Processes keep their globals to themselves, threads share them.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static COUNT: AtomicU32 = AtomicU32::new(0);

fn main() {
    multiprocess::scope(|s| {
        s.spawn(|| add("process1"));
        s.spawn(|| add("process2"));
    });
    println!("main: {} after two processes", COUNT.load(Relaxed));

    thread::scope(|s| {
        s.spawn(|| add("thread1")).join().unwrap();
        s.spawn(|| add("thread2"));
    });
    println!("main: {} after two threads", COUNT.load(Relaxed));
}

fn add(name: &str) {
    let count = COUNT.fetch_add(1, Relaxed) + 1;
    println!("{name}: {count}");
}
