//! A lock is created, acquired, and released.

use std::sync::Mutex;

fn main() {
    let lock = Mutex::new(());
    println!("created: {}", state(&lock));

    let guard = lock.lock().unwrap();
    // Here one thread at a time may run.
    println!("acquired: {}", state(&lock));

    drop(guard);
    println!("released: {}", state(&lock));
}

fn state(lock: &Mutex<()>) -> &'static str {
    match lock.try_lock() {
        Ok(_) => "anyone may acquire it",
        Err(_) => "nobody else can acquire it",
    }
}
