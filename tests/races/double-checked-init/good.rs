//! Who finds it set takes no lock. It is said to be set once it is.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static IS_SET: AtomicBool = AtomicBool::new(false);
static PRICE: AtomicU32 = AtomicU32::new(0);

fn ask() -> u32 {
    if !IS_SET.load(Acquire) {
        let _held = LOCK.lock();
        if !IS_SET.load(Acquire) {
            PRICE.store(42, Relaxed);
            IS_SET.store(true, Release);
        }
    }
    PRICE.load(Relaxed)
}

fn main() {
    for asking in [thread::spawn(ask), thread::spawn(ask)] {
        println!("price: {}", asking.join().unwrap());
    }
}
