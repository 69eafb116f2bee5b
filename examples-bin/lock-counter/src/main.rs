//! Two threads add to one global, each behind the same lock.

use std::sync::Mutex;
use std::thread;

static SUM: Mutex<u32> = Mutex::new(0);

fn main() {
    thread::scope(|s| {
        s.spawn(|| add("sum1"));
        s.spawn(|| add("sum2"));
    });
}

fn add(name: &str) {
    let mut sum = SUM.lock().unwrap();
    for _ in 0..1_000_000 {
        *sum += 1;
    }
    println!("{name}: {sum}");
}
