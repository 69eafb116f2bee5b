//! Two threads change one global without a lock: updates get lost.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static SUM: AtomicU32 = AtomicU32::new(0);

fn main() {
    thread::scope(|s| {
        s.spawn(|| add("sum1"));
        s.spawn(|| add("sum2"));
    });
}

fn add(name: &str) {
    for _ in 0..1_000_000 {
        let sum = SUM.load(Relaxed);
        SUM.store(sum + 1, Relaxed);
    }
    println!("{name}: {}", SUM.load(Relaxed));
}
