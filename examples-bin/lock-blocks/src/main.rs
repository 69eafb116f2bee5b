//! Who asks for a lock that is held waits until it is released.

use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

static LOCK: Mutex<()> = Mutex::new(());
static HELD: Barrier = Barrier::new(2);

fn main() {
    thread::scope(|s| {
        s.spawn(holder);
        s.spawn(waiter);
    });
}

fn holder() {
    let _guard = LOCK.lock().unwrap();
    println!("holder: acquired");
    HELD.wait();
    let start = Instant::now();
    thread::sleep(Duration::from_millis(200));
    let held = start.elapsed().as_micros();
    println!("holder: held it for {held} µs");
}

fn waiter() {
    let start = Instant::now();
    HELD.wait();
    let _guard = LOCK.lock().unwrap();
    let waited = start.elapsed().as_micros();
    println!("waiter: waited for {waited} µs");
}
