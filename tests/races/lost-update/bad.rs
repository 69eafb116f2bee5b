//! Each clerk reads the number of tickets sold, and writes it one higher.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static SOLD: AtomicU32 = AtomicU32::new(0);

fn sell() {
    let before = SOLD.load(Relaxed);
    SOLD.store(before + 1, Relaxed);
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(sell);
        scope.spawn(sell);
    });
    println!("sold: {}", SOLD.load(Relaxed));
}
