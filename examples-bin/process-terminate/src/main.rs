//! A child is terminated at once, done or not.

use std::io::{self, PipeWriter, Read, Write};
use std::thread::sleep;
use std::time::Duration;

fn main() {
    let (mut news, started) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        let child = s.spawn(|| work(started));
        news.read_exact(&mut [0]).unwrap();
        child.terminate().unwrap();
        println!("main: child ended, {}", child.join().unwrap());
    });
    println!("main: ends");
}

fn work(mut started: PipeWriter) {
    println!("child: starts");
    started.write_all(b"!").unwrap();
    sleep(Duration::from_secs(3600)); // An hour of work.
    println!("child: done");
}
