//! One that aborts takes all threads with it, but one process only.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::time::Duration;
use std::{process, thread};

fn main() {
    let (news, started) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        let threads = s.spawn(|| {
            thread::scope(|s| {
                s.spawn(|| work("thread1", &started));
                s.spawn(|| work("thread2", &started));
                s.spawn(|| fail("thread3", &news));
            });
        });
        println!("main: threads ended, {}", threads.join().unwrap());

        let first = s.spawn(|| work("process1", &started));
        let second = s.spawn(|| work("process2", &started));
        let third = s.spawn(|| fail("process3", &news));
        println!("main: process3 ended, {}", third.join().unwrap());
        println!("main: process1 runs? {}", first.is_running());
        println!("main: process2 runs? {}", second.is_running());
        first.terminate().unwrap();
        second.terminate().unwrap();
    });
}

fn work(name: &str, mut started: &PipeWriter) {
    println!("{name}: works");
    started.write_all(b"!").unwrap();
    thread::sleep(Duration::from_secs(3600)); // An hour of work.
    println!("{name}: done");
}

fn fail(name: &str, mut news: &PipeReader) {
    news.read_exact(&mut [0; 2]).unwrap();
    println!("{name}: aborts");
    process::abort();
}
