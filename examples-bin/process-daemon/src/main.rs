//! A daemon is destroyed when main exits, done or not.

use std::io::{self, PipeWriter, Read, Write};
use std::thread::sleep;
use std::time::Duration;

use multiprocess::Builder;

fn main() {
    let (mut news, started) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        let daemon = Builder::new().daemon(true);
        daemon.spawn_scoped(s, || work(started)).unwrap();
        news.read_exact(&mut [0]).unwrap();
    });
    println!("main: ends");
}

fn work(mut started: PipeWriter) {
    println!("daemon: starts");
    started.write_all(b"!").unwrap();
    sleep(Duration::from_secs(3600)); // An hour of work.
    println!("daemon: done");
}
