//! Three threads want the lock that main holds: who gets it first?

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

static PLACE: Mutex<u32> = Mutex::new(0);

fn main() {
    let held = PLACE.lock().unwrap();
    thread::scope(|s| {
        s.spawn(|| task("sing"));
        s.spawn(|| task("dance"));
        s.spawn(|| task("talk"));
        println!("main: releases the lock");
        drop(held);
    });
}

fn task(name: &str) {
    let mut place = PLACE.lock().unwrap();
    *place += 1;
    println!("{place}. {name} acquires");
    thread::sleep(Duration::from_millis(100));
    println!("{place}. {name} releases");
}
