//! Main has nothing left to do, and waits for its threads.

use std::thread;
use std::time::Duration;

fn main() {
    thread::scope(|s| {
        s.spawn(|| task("sing"));
        s.spawn(|| task("dance"));
        println!("main: nothing left to do");
    });
    println!("main: ends");
}

fn task(name: &str) {
    thread::sleep(Duration::from_millis(200));
    println!("{name}: done");
}
