//! Dinner can't become ready between looking for it and waiting for it: the lock is held.

use std::sync::{Condvar, Mutex};
use std::thread;

static IS_READY: Mutex<bool> = Mutex::new(false);
static BELL: Condvar = Condvar::new();

fn eat() {
    let mut is_ready = IS_READY.lock().unwrap();
    while !*is_ready {
        is_ready = BELL.wait(is_ready).unwrap();
    }
}

fn main() {
    let eater = thread::spawn(eat);
    *IS_READY.lock().unwrap() = true;
    BELL.notify_one();
    eater.join().unwrap();
    println!("eaten");
}
