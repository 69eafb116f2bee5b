//! Whoever counts holds a lock, but each a lock of its own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static IN: Mutex<()> = Mutex::new(());
static OUT: Mutex<()> = Mutex::new(());
static PARKED: AtomicU32 = AtomicU32::new(10);

fn arrive() {
    let _held = IN.lock();
    PARKED.store(PARKED.load(Relaxed) + 1, Relaxed);
}

fn leave() {
    let _held = OUT.lock();
    PARKED.store(PARKED.load(Relaxed) - 1, Relaxed);
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(arrive);
        scope.spawn(leave);
    });
    println!("parked: {}", PARKED.load(Relaxed));
}
