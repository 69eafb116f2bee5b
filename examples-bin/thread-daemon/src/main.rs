//! A daemon from the start: nobody keeps a handle to wait for it.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

static STARTED: Barrier = Barrier::new(2);

fn main() {
    thread::spawn(work);
    STARTED.wait();
    println!("main: ends");
}

fn work() {
    println!("daemon: starts");
    STARTED.wait();
    thread::sleep(Duration::from_secs(3600)); // An hour of work.
    println!("daemon: done");
}
