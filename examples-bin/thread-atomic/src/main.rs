//! An atomic counter: each addition is one step, no lock is needed.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static SUM: AtomicU32 = AtomicU32::new(0);

fn main() {
    thread::scope(|s| {
        s.spawn(add);
        s.spawn(add);
    });
    println!("sum: {}", SUM.load(Relaxed));
}

fn add() {
    for _ in 0..1_000_000 {
        SUM.fetch_add(1, Relaxed);
    }
}
