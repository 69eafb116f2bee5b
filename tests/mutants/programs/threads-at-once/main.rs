//! Main prints when both of its threads are there.

use std::sync::Barrier;
use std::thread;

static ALL: Barrier = Barrier::new(3);

fn main() {
    thread::scope(|s| {
        s.spawn(|| ALL.wait());
        s.spawn(|| ALL.wait());
        ALL.wait();
    });
    println!("main: ends");
}
