//! To start and join a process, or a thread: which takes longer?

#![forbid(unsafe_code)]

use std::thread;
use std::time::Instant;

fn main() {
    println!("process: {} ns", fastest(process));
    println!("thread: {} ns", fastest(thread));
}

fn process() {
    multiprocess::scope(|s| {
        s.spawn(|| ());
    });
}

fn thread() {
    thread::scope(|s| {
        s.spawn(|| ());
    });
}

fn fastest(create: fn()) -> u128 {
    let run = |_| {
        let start = Instant::now();
        create();
        start.elapsed().as_nanos()
    };
    (0..100).map(run).min().unwrap()
}
