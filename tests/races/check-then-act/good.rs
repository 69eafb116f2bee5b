//! A seat is taken only if there are still as many free as there were.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;

static SEATS: AtomicI32 = AtomicI32::new(1);

fn book() {
    let taken = |seats| (seats > 0).then(|| seats - 1);
    let _ = SEATS.fetch_update(Relaxed, Relaxed, taken);
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(book);
        scope.spawn(book);
    });
    println!("free: {}", SEATS.load(Relaxed));
}
