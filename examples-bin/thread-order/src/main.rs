//! Two threads wait for the same moment: either may run first.

use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

static BOTH: Barrier = Barrier::new(2);
static START: OnceLock<Instant> = OnceLock::new();

fn main() {
    thread::scope(|s| {
        s.spawn(|| task("sing"));
        s.spawn(|| task("dance"));
    });
}

fn task(name: &str) {
    BOTH.wait();
    let start = *START.get_or_init(soon);
    while Instant::now() < start {
        thread::yield_now();
    }
    println!("{name} runs");
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(1)
}
