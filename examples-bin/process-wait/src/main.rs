//! Main waits for all its children before it ends.

use std::io::{self, Read, Write};
use std::thread::sleep;
use std::time::Duration;

fn main() {
    let (mut gate, mut opener) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        let dance = s.spawn(|| perform("dance"));
        s.spawn(move || {
            gate.read_exact(&mut [0]).unwrap();
            perform("sing");
        });

        dance.join().unwrap();
        println!("main: joined dance");
        opener.write_all(b"!").unwrap();
    });
    println!("main: ends");
}

fn perform(name: &str) {
    for _ in 0..3 {
        println!("{name}: performs");
        sleep(Duration::from_millis(50));
    }
    println!("{name}: ends");
}
