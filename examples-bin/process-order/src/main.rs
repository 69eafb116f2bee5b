//! Two processes are ready at once: either may run first.

use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let start = Instant::now() + Duration::from_millis(20);
    multiprocess::scope(|s| {
        s.spawn(move || task("dance", start));
        s.spawn(move || task("sing", start));
    });
}

fn task(name: &str, start: Instant) {
    while Instant::now() < start {
        thread::yield_now();
    }
    println!("{name} runs");
}
