//! Whoever holds the lock prints all its lines before the other prints one.

use std::sync::Mutex;
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    thread::scope(|s| {
        s.spawn(|| work("left"));
        s.spawn(|| work("right"));
    });
}

fn work(name: &str) {
    let _guard = LOCK.lock().unwrap();
    println!("{name}: begins");
    println!("{name}: ends");
}
