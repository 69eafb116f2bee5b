//! Dinner may become ready after it was looked for and before it is waited for: then nobody is there to be woken.

use std::sync::{Condvar, Mutex};
use std::thread;

static IS_READY: Mutex<bool> = Mutex::new(false);
static BELL: Condvar = Condvar::new();

fn eat() {
    let is_ready = *IS_READY.lock().unwrap();
    if !is_ready {
        drop(BELL.wait(IS_READY.lock().unwrap()));
    }
}

fn main() {
    let eater = thread::spawn(eat);
    *IS_READY.lock().unwrap() = true;
    BELL.notify_one();
    eater.join().unwrap();
    println!("eaten");
}
