//! Processes that are stopped and continued at random moments.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fastrand::Rng;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::proc::{children_of, parent_of};

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
        let everyone = descendants(supervisor);
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

/// All processes under this one, parents before their children.
fn descendants(of: u32) -> Vec<u32> {
    let mut all = children_of(of);
    let mut next = 0;
    while let Some(&pid) = all.get(next) {
        all.extend(children_of(pid));
        next += 1;
    }
    all
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
