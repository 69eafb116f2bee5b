//! The same work without a lock and with it: which takes longer?

#![forbid(unsafe_code)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

static SUM: AtomicU32 = AtomicU32::new(0);
static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    println!("without lock: {} ns", fastest(add));
    println!("with lock: {} ns", fastest(add_locked));
}

fn add() {
    for _ in 0..200_000 {
        SUM.store(SUM.load(Relaxed) + 1, Relaxed);
    }
}

fn add_locked() {
    for _ in 0..200_000 {
        let _guard = LOCK.lock().unwrap();
        SUM.store(SUM.load(Relaxed) + 1, Relaxed);
    }
}

fn fastest(task: fn()) -> u128 {
    let run = |_| {
        let start = Instant::now();
        thread::scope(|s| {
            s.spawn(task);
            s.spawn(task);
        });
        start.elapsed().as_nanos()
    };
    (0..10).map(run).min().unwrap()
}
