//! What `multiprocess` costs above `fork` and `waitpid`, and beside Python's `Process`.

#![allow(unsafe_code, reason = "a bare fork is what is measured")]

use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

const ROUNDS: usize = 5_000;

fn main() {
    // `cargo test --all-targets` runs benchmarks too, to see that they start.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // In turns, so that whatever else the machine does hits both.
    let mut raw = Vec::new();
    let mut spawned = Vec::new();
    for _ in 0..ROUNDS {
        raw.push(timed(fork_and_wait));
        spawned.push(timed(spawn_and_join));
    }
    let (raw, spawned) = (median(raw), median(spawned));
    let ratio = spawned.as_secs_f64() / raw.as_secs_f64();
    println!("fork and waitpid              {raw:>8.1?}");
    println!("multiprocess, spawn and join  {spawned:>8.1?}  ratio {ratio:.3}");
    match python() {
        Some(time) => println!("Python's Process, start, join {time:>8.1?}"),
        None => println!("Python's Process              skipped: no python3 here"),
    }
}

/// The median time that Python's `Process` takes from `start` to the end of `join`, as Python measures it.
fn python() -> Option<Duration> {
    const PROGRAM: &str = "
import multiprocessing, statistics, time
context = multiprocessing.get_context('fork')
def run():
    begun = time.perf_counter_ns()
    process = context.Process(target=int)
    process.start()
    process.join()
    return time.perf_counter_ns() - begun
print(int(statistics.median(run() for _ in range(500))))
";
    let output = Command::new("python3").args(["-c", PROGRAM]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok().map(Duration::from_nanos)
}

fn fork_and_wait() {
    // SAFETY: no other thread runs, and the child does nothing but leave.
    match unsafe { fork() }.unwrap() {
        ForkResult::Parent { child } => drop(waitpid(child, None).unwrap()),
        // SAFETY: _exit has no preconditions.
        ForkResult::Child => unsafe { libc::_exit(0) },
    }
}

fn spawn_and_join() {
    multiprocess::scope(|s| s.spawn(|| ()).join().map(drop))
        .unwrap_or_else(|error: io::Error| panic!("{error}"));
}

fn timed(run: fn()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
