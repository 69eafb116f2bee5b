//! Two tasks at once: processes use two cores, and so do threads.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

const TRIALS: usize = 50;

fn main() {
    let workers = [Worker::new(), Worker::new()];
    multiprocess::scope(|s| {
        s.spawn(|| workers[0].run());
        s.spawn(|| workers[1].run());
        measure("processes", &workers);
    });
    thread::scope(|s| {
        s.spawn(|| workers[0].run());
        s.spawn(|| workers[1].run());
        measure("threads", &workers);
    });
}

fn measure(name: &str, workers: &[Worker; 2]) {
    let [one, two] = workers;
    let apart = best(|| {
        one.start();
        one.wait();
        two.start();
        two.wait();
    });
    let at_once = best(|| {
        one.start();
        two.start();
        one.wait();
        two.wait();
    });
    let factor = apart.as_secs_f64() / at_once.as_secs_f64();
    println!("{name}: {apart:?} one after the other");
    println!("{name}: {at_once:?} at once, {factor:.2} times as fast");
}

fn best(f: impl Fn()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        f();
        start.elapsed()
    };
    (0..TRIALS).map(time).min().unwrap()
}

struct Worker {
    orders: (PipeReader, PipeWriter),
    reports: (PipeReader, PipeWriter),
}

impl Worker {
    fn new() -> Self {
        Self { orders: io::pipe().unwrap(), reports: io::pipe().unwrap() }
    }

    fn start(&self) {
        (&self.orders.1).write_all(b"!").unwrap();
    }

    fn wait(&self) {
        (&self.reports.0).read_exact(&mut [0]).unwrap();
    }

    fn run(&self) {
        for _ in 0..2 * TRIALS {
            (&self.orders.0).read_exact(&mut [0]).unwrap();
            let mut n = 0_u64;
            while n < 1_000_000 {
                n += black_box(1);
            }
            (&self.reports.1).write_all(b"!").unwrap();
        }
    }
}
