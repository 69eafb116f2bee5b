//! The writer was started first, so it will have written.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static PAGE: AtomicU32 = AtomicU32::new(0);

fn main() {
    let writer = thread::spawn(|| PAGE.store(7, Relaxed));
    let reader = thread::spawn(|| PAGE.load(Relaxed));
    writer.join().unwrap();
    println!("read: page {}", reader.join().unwrap());
}
