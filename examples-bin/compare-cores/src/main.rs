//! Processes use more than one core at a time, and so do threads.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

fn main() {
    measure("processes", || {
        multiprocess::scope(|s| {
            s.spawn(work);
            s.spawn(work);
        });
    });
    measure("threads", || {
        multiprocess::scope(|s| {
            s.spawn(two_threads);
        });
    });
}

fn two_threads() {
    thread::scope(|s| {
        s.spawn(work);
        s.spawn(work);
    });
}

fn work() {
    for n in 0..100_000 {
        black_box(u64::MAX / black_box(n + 1));
    }
}

fn measure(name: &str, run: fn()) {
    let best = (0..100).map(|_| trial(run)).max_by(f64::total_cmp);
    println!("{name}: {:.2} cores used", best.unwrap());
}

fn trial(run: fn()) -> f64 {
    let (start, before) = (Instant::now(), time_on_cores());
    run();
    (time_on_cores() - before).div_duration_f64(start.elapsed())
}

fn time_on_cores() -> Duration {
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let time = children.user_time() + children.system_time();
    Duration::from_micros(time.num_microseconds().unsigned_abs())
}
