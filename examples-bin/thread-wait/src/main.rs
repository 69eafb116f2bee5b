//! Main has nothing left to do, and waits for its threads.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

static GATE: Barrier = Barrier::new(3);

fn main() {
    thread::scope(|s| {
        s.spawn(|| task("sing"));
        s.spawn(|| task("dance"));
        println!("main: nothing left to do");
        GATE.wait();
    });
    println!("main: ends");
}

fn task(name: &str) {
    GATE.wait();
    thread::sleep(Duration::from_millis(200));
    println!("{name}: done");
}
