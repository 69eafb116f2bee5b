//! Who takes turns without leaving a core has several to run on.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::io::{self, PipeWriter, Read, Write};
use std::thread;

use nix::sys::resource::{UsageWho, getrusage};

const WORKERS: u8 = 4;

fn main() {
    measure("processes", |marks| {
        multiprocess::scope(|s| {
            for mark in 0..WORKERS {
                s.spawn(move || work(mark, marks));
            }
        });
    });
    measure("threads", |marks| {
        let threads = || {
            thread::scope(|s| {
                for mark in 0..WORKERS {
                    s.spawn(move || work(mark, marks));
                }
            });
        };
        multiprocess::scope(|s| {
            s.spawn(threads);
        });
    });
}

fn work(mark: u8, mut marks: &PipeWriter) {
    for _ in 0..10_000 {
        black_box([0_u64; 64].map(|n| black_box(n) + 1));
        marks.write_all(&[mark]).unwrap();
    }
}

fn measure(name: &str, workers: fn(&PipeWriter)) {
    let (turns, left) = (0..5).map(|_| run(workers)).max().unwrap();
    println!("{name}: {turns} turns, left a core {left} times");
}

fn run(workers: fn(&PipeWriter)) -> (usize, i64) {
    let (mut reader, writer) = io::pipe().unwrap();
    let before = switches();
    workers(&writer);
    let left = switches() - before + i64::from(WORKERS);

    drop(writer);
    let mut marks = Vec::new();
    reader.read_to_end(&mut marks).unwrap();
    (marks.chunk_by(|a, b| a == b).count(), left)
}

/// How often children that have ended were taken off a core.
fn switches() -> i64 {
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    children.voluntary_context_switches() + children.involuntary_context_switches()
}
