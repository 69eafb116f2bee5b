//! Who takes turns without leaving a core has several to run on.

use std::hint::black_box;
use std::io::{self, PipeWriter, Read, Write};
use std::thread;

use nix::sys::resource::{UsageWho, getrusage};

fn main() {
    measure("processes", |marks| {
        multiprocess::scope(|s| {
            for mark in 0..8 {
                s.spawn(move || work(mark, marks));
            }
        });
    });
    measure("threads", |marks| {
        thread::scope(|s| {
            for mark in 0..8 {
                s.spawn(move || work(mark, marks));
            }
        });
    });
}

fn work(mark: u8, mut marks: &PipeWriter) {
    for _ in 0..2500 {
        (0..25).for_each(|n| _ = black_box(n));
        marks.write_all(&[mark]).unwrap();
    }
}

fn measure(name: &str, team: fn(&PipeWriter)) {
    let best = (0..20).map(|_| run(team)).max();
    let (turns, left) = best.unwrap();
    println!("{name}: {turns} turns, left a core {left} times");
}

fn run(team: fn(&PipeWriter)) -> (usize, i64) {
    let (mut reader, writer) = io::pipe().unwrap();
    let before = switches();
    team(&writer);
    let left = switches() - before + 8; // Each also ends once.

    let mut marks = vec![0; 8 * 2500];
    reader.read_exact(&mut marks).unwrap();
    (marks.chunk_by(|a, b| a == b).count(), left)
}

fn switches() -> i64 {
    let by = |who| {
        let usage = getrusage(who).unwrap();
        let waited = usage.voluntary_context_switches();
        waited + usage.involuntary_context_switches()
    };
    by(UsageWho::RUSAGE_SELF) + by(UsageWho::RUSAGE_CHILDREN)
}
