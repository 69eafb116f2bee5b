//! Two threads are ready at once: either may run first.

use std::thread;

fn main() {
    thread::scope(|s| {
        s.spawn(|| task("sing"));
        s.spawn(|| task("dance"));
    });
}

fn task(name: &str) {
    println!("{name} runs");
}
