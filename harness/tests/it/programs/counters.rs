//! Two threads count to twenty each, and neither keeps the other from counting between its read and its write.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static SUM: AtomicU32 = AtomicU32::new(0);

fn main() {
    thread::scope(|scope| {
        scope.spawn(count);
        scope.spawn(count);
    });
    println!("sum: {}", SUM.load(Relaxed));
}

fn count() {
    for _ in 0..20 {
        let seen = SUM.load(Relaxed);
        SUM.store(seen + 1, Relaxed);
    }
}
