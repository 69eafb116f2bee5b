//! What `spawn` and `join` cost above `fork` and `waitpid`: `cargo bench -p multiprocess`.

use std::io;
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
    println!("fork and waitpid  {raw:>8.1?}\nspawn and join    {spawned:>8.1?}\nratio {ratio:.3}");
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
