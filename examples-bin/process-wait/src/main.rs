//! Main waits for all its children before it ends.

use std::thread::sleep;
use std::time::Duration;

fn main() {
    multiprocess::scope(|s| {
        let dance = s.spawn(|| perform("dance"));
        dance.join().unwrap();
        println!("main: joined dance");

        s.spawn(|| perform("sing"));
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
