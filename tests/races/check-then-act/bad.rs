//! Each looks whether a seat is free, and then takes it. To take one is atomic; to look and take is not.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;

static SEATS: AtomicI32 = AtomicI32::new(1);

fn book() {
    if SEATS.load(Relaxed) > 0 {
        SEATS.fetch_sub(1, Relaxed);
    }
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(book);
        scope.spawn(book);
    });
    println!("free: {}", SEATS.load(Relaxed));
}
