//! Two threads change one global without a lock: updates get lost.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static SUM: AtomicU32 = AtomicU32::new(0);
static BOTH: Barrier = Barrier::new(2);

fn main() {
    thread::scope(|s| {
        s.spawn(|| add("sum1"));
        s.spawn(|| add("sum2"));
    });
}

fn add(name: &str) {
    for _ in 0..1_000_000 {
        let sum = SUM.load(Relaxed);
        if sum == 0 {
            BOTH.wait(); // Both have read 0, and both will write 1.
        }
        SUM.store(sum + 1, Relaxed);
    }
    println!("{name}: {}", SUM.load(Relaxed));
}
