//! Each clerk makes the number of tickets sold one higher, in one step.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static SOLD: AtomicU32 = AtomicU32::new(0);

fn sell() {
    SOLD.fetch_add(1, Relaxed);
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(sell);
        scope.spawn(sell);
    });
    println!("sold: {}", SOLD.load(Relaxed));
}
