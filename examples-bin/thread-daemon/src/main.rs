//! A daemon from the start: nobody keeps a handle to wait for it.

use std::sync::Barrier;
use std::thread;

static STARTED: Barrier = Barrier::new(2);
static NEVER: Barrier = Barrier::new(2);

fn main() {
    thread::spawn(work);
    STARTED.wait();
    println!("main: ends");
}

fn work() {
    println!("daemon: starts");
    STARTED.wait();
    NEVER.wait(); // Nobody else comes.
    println!("daemon: done");
}
