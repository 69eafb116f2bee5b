//! Made a daemon afterwards: its handle is given up.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

static STARTED: Barrier = Barrier::new(2);

fn main() {
    let handle = thread::spawn(work);
    STARTED.wait();
    println!("main: finished? {}", handle.is_finished());
    drop(handle);
    println!("main: ends");
}

fn work() {
    println!("daemon: starts");
    STARTED.wait();
    thread::sleep(Duration::from_secs(3600)); // An hour of work.
    println!("daemon: done");
}
