//! Whoever counts holds the same lock.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static PARKED: AtomicU32 = AtomicU32::new(10);

fn arrive() {
    let _held = LOCK.lock();
    PARKED.store(PARKED.load(Relaxed) + 1, Relaxed);
}

fn leave() {
    let _held = LOCK.lock();
    PARKED.store(PARKED.load(Relaxed) - 1, Relaxed);
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(arrive);
        scope.spawn(leave);
    });
    println!("parked: {}", PARKED.load(Relaxed));
}
