//! One that aborts takes all threads with it, but one process only.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::{process, thread};

fn main() {
    let (news, ready) = io::pipe().unwrap();
    let (gate, mut opener) = io::pipe().unwrap();
    multiprocess::scope(|s| {
        let threads = s.spawn(|| {
            thread::scope(|s| {
                s.spawn(|| live("thread1", &ready, &gate));
                s.spawn(|| live("thread2", &ready, &gate));
                s.spawn(|| fail("thread3", &news));
            });
        });
        let signal = threads.join().unwrap().signal().unwrap();
        println!("main: threads ended by signal {signal}");

        s.spawn(|| live("process1", &ready, &gate));
        s.spawn(|| live("process2", &ready, &gate));
        let process = s.spawn(|| fail("process3", &news));
        let signal = process.join().unwrap().signal().unwrap();
        println!("main: process3 ended by signal {signal}");

        opener.write_all(b"open").unwrap();
    });
}

fn live(name: &str, mut ready: &PipeWriter, mut gate: &PipeReader) {
    println!("{name}: lives");
    ready.write_all(b"!").unwrap();
    gate.read_exact(&mut [0]).unwrap();
    println!("{name}: still lives");
}

fn fail(name: &str, mut others: &PipeReader) {
    others.read_exact(&mut [0; 2]).unwrap();
    println!("{name}: aborts");
    process::abort();
}
