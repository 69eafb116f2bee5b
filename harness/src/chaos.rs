//! Making a run hard on purpose: what a machine may do to a process, done to it at random from a seed.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fastrand::Rng;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::proc::{descendants_of, parent_of};

/// A kind of chaos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Chaos {
    /// Pinned to one processor.
    Pinned,
    /// Busy loops beside it, one a processor.
    Hogs,
    /// Its processes are stopped and continued at random moments.
    Stops,
    /// A lowered priority.
    Nice,
}

impl Chaos {
    /// All of them.
    pub const ALL: [Chaos; 4] = [Chaos::Pinned, Chaos::Hogs, Chaos::Stops, Chaos::Nice];
}

/// What is done to one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The only processor that it may use.
    pub processor: Option<usize>,
    /// By how much its priority is lowered: setpriority(2), 0 to 19.
    pub niceness: i32,
    /// The seed of the moments at which its processes are stopped.
    pub stops: Option<u64>,
}

impl Conditions {
    /// The conditions of one run, drawn from its seed: each kind that is asked for applies to half of the runs.
    /// Hogs run beside all of them: see [`Hogs`].
    pub fn draw(kinds: &[Chaos], seed: u64, processors: usize) -> Conditions {
        let mut random = Rng::with_seed(seed);
        // All are drawn, so that leaving one kind out changes none of the others.
        let pinned = random.bool().then(|| random.usize(..processors.max(1)));
        let niceness = if random.bool() { random.i32(1..=19) } else { 0 };
        let stops = random.bool().then(|| random.u64(..));
        Conditions {
            processor: pinned.filter(|_| kinds.contains(&Chaos::Pinned)),
            niceness: if kinds.contains(&Chaos::Nice) { niceness } else { 0 },
            stops: stops.filter(|_| kinds.contains(&Chaos::Stops)),
        }
    }
}

/// Busy loops, until it is dropped.
#[derive(Debug)]
pub struct Hogs {
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Hogs {
    /// Starts so many.
    pub fn start(count: usize) -> Hogs {
        use std::sync::atomic::{AtomicBool, Ordering};
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let hog = |stop: std::sync::Arc<AtomicBool>| {
            move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let threads = (0..count).map(|_| thread::spawn(hog(stop.clone()))).collect();
        Hogs { stop, threads }
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Stops and continues a run's processes at random moments, until it is dropped.
#[derive(Debug)]
pub(crate) struct Stops {
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Stops {
    /// Begins with the descendants of this supervisor.
    pub fn start(supervisor: u32, seed: u64) -> Stops {
        let (over, ended) = channel();
        let thread = thread::spawn(move || harass(supervisor, &mut Rng::with_seed(seed), &ended));
        Stops { over: Some(over), thread: Some(thread) }
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        self.over = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn harass(supervisor: u32, random: &mut Rng, ended: &Receiver<()>) {
    loop {
        if pause(random, 40, ended) {
            return;
        }
        let everyone = descendants_of(supervisor);
        let Some(&victim) = everyone.get(random.usize(..everyone.len().max(1))) else { continue };
        let Some(pid) = i32::try_from(victim).ok().and_then(Pid::from_raw) else { continue };
        let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { continue };
        // The handle names whoever had the pid when it was opened. Only if that one is still of this run may it
        // be stopped.
        if !is_under(victim, supervisor) || pidfd_send_signal(&handle, Signal::STOP).is_err() {
            continue;
        }
        let over = pause(random, 20, ended);
        let _ = pidfd_send_signal(&handle, Signal::CONT);
        if over {
            return;
        }
    }
}

/// Waits for at most so many milliseconds; true once the run is over.
fn pause(random: &mut Rng, most: u64, ended: &Receiver<()>) -> bool {
    let time = Duration::from_micros(random.u64(..most * 1000));
    ended.recv_timeout(time) != Err(RecvTimeoutError::Timeout)
}

fn is_under(pid: u32, ancestor: u32) -> bool {
    let mut above = parent_of(pid);
    while let Some(parent) = above.filter(|&parent| parent > 1) {
        if parent == ancestor {
            return true;
        }
        above = parent_of(parent);
    }
    false
}
