//! Two workers of half a millisecond each: how long do both take?

use std::io::{self, PipeWriter, Write};
use std::thread;
use std::time::Instant;

use nix::sched::sched_getcpu;
use nix::time::{ClockId, clock_gettime};

fn main() {
    measure("processes", |cores| {
        multiprocess::scope(|s| {
            s.spawn(|| work(cores));
            s.spawn(|| work(cores));
        });
    });
    measure("threads", |cores| {
        thread::scope(|s| {
            s.spawn(|| work(cores));
            s.spawn(|| work(cores));
        });
    });
}

fn work(mut cores: &PipeWriter) {
    let clock = ClockId::CLOCK_THREAD_CPUTIME_ID;
    while clock_gettime(clock).unwrap().tv_nsec() < 500_000 {}
    let core = format!(" {}", sched_getcpu().unwrap());
    cores.write_all(core.as_bytes()).unwrap();
}

fn measure(name: &str, team: fn(&PipeWriter)) {
    let best = (0..200).map(|_| run(team)).min();
    let (time, cores) = best.unwrap();
    println!("{name}: 1 ms of work in {time} µs, on cores{cores}");
}

fn run(team: fn(&PipeWriter)) -> (u128, String) {
    let (reader, writer) = io::pipe().unwrap();
    let start = Instant::now();
    team(&writer);
    let time = start.elapsed().as_micros();
    drop(writer);
    (time, io::read_to_string(reader).unwrap())
}
