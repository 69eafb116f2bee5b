//! Who asks for a lock that is held waits until it is released.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

static LOCK: Mutex<()> = Mutex::new(());

fn main() {
    let held = LOCK.lock().unwrap();
    println!("main: has the lock");
    thread::scope(|s| {
        s.spawn(task);
        thread::sleep(Duration::from_millis(200));
        println!("main: releases the lock");
        drop(held);
    });
}

fn task() {
    println!("task: asks for the lock");
    let _guard = LOCK.lock().unwrap();
    println!("task: has the lock");
}
