//! On one core only one works until it leaves the core for the next.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::io::{self, PipeWriter, Read, Write};
use std::thread;

use nix::sys::resource::{UsageWho, getrusage};

const WORKERS: [u8; 4] = *b"ABCD";

fn main() {
    measure("processes", |marks| {
        multiprocess::scope(|s| {
            WORKERS.map(|mark| s.spawn(move || work(mark, marks)));
        });
    });
    measure("threads", |marks| {
        multiprocess::scope(|s| {
            s.spawn(|| threads(marks));
        });
    });
}

fn threads(marks: &PipeWriter) {
    thread::scope(|s| {
        WORKERS.map(|mark| s.spawn(move || work(mark, marks)));
    });
}

fn work(mark: u8, mut marks: &PipeWriter) {
    for _ in 0..10_000 {
        for n in 0..100 {
            black_box(n);
        }
        marks.write_all(&[mark]).unwrap();
    }
}

fn measure(name: &str, run: fn(&PipeWriter)) {
    let (mut reader, marks) = io::pipe().unwrap();
    let before = switches();
    run(&marks);
    let left = switches() - before + 4;
    drop(marks);
    let mut marks = Vec::new();
    reader.read_to_end(&mut marks).unwrap();
    let turns = marks.chunk_by(|a, b| a == b).count();
    println!("{name}: {turns} turns, left a core {left} times");
}

fn switches() -> i64 {
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    children.voluntary_context_switches() + children.involuntary_context_switches()
}
