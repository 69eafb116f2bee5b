//! Nobody waits until the helper has counted.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static VOTES: AtomicU32 = AtomicU32::new(0);

fn count() {
    VOTES.fetch_add(5, Relaxed);
}

fn main() {
    thread::spawn(count);
    VOTES.fetch_add(7, Relaxed);
    println!("votes: {}", VOTES.load(Relaxed));
}
