//! Three threads want the lock that main holds: who gets it first?

use std::sync::{Barrier, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

static PLACE: Mutex<u32> = Mutex::new(0);
static ALL: Barrier = Barrier::new(4);
static START: OnceLock<Instant> = OnceLock::new();

fn main() {
    let held = PLACE.lock().unwrap();
    thread::scope(|s| {
        s.spawn(|| task("sing"));
        s.spawn(|| task("dance"));
        s.spawn(|| task("talk"));
        ALL.wait();
        thread::sleep(Duration::from_millis(2));
        println!("main: releases the lock");
        drop(held);
    });
}

fn task(name: &str) {
    ALL.wait();
    let start = *START.get_or_init(soon);
    while Instant::now() < start {
        thread::yield_now();
    }
    let mut place = PLACE.lock().unwrap();
    *place += 1;
    println!("{place}. {name} acquires");
    thread::sleep(Duration::from_millis(1));
    println!("{place}. {name} releases");
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(1)
}
