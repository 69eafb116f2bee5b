//! How many threads a run's processes have, seen though they print nothing.

use std::collections::HashMap;
use std::time::Duration;

use crate::system::proc::{descendants_of, threads_of};

/// Many programs keep their lines back until they end, and by then their threads have ended. Nothing wakes us when a
/// thread begins, so it is looked at some moments, each half as late again as the one before: 25 in ten seconds.
#[derive(Debug)]
pub(super) struct Looks {
    /// The next moment, from the run's start.
    pub next: Duration,
    /// The most threads that each process was seen to have, by its pid.
    pub threads: HashMap<u32, u32>,
}

impl Looks {
    /// The first of them, half a millisecond after the start.
    pub fn new() -> Looks {
        Looks { next: Duration::from_micros(500), threads: HashMap::new() }
    }

    /// Counts the threads of everyone under this supervisor.
    pub fn look(&mut self, supervisor: u32, now: Duration) {
        self.next = now + now / 2;
        for pid in descendants_of(supervisor) {
            let most = self.threads.entry(pid).or_default();
            *most = threads_of(pid).unwrap_or(0).max(*most);
        }
    }
}
