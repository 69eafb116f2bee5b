//! Keeps the tracer on the processor on which its tracee runs: to wake each other across processors takes several times as
//! long as all that is done at a stop. The tracee itself may run wherever it may.

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

use crate::system::proc::processor_of;
use crate::system::witness::Tracee;

/// After so many stops of one task it is looked where that runs.
const STOPS: u32 = 32;

/// This thread.
const SELF: Pid = Pid::from_raw(0);

/// Where this thread is kept. Dropping it lets it run where it could before.
pub(super) struct Company {
    /// Where this thread could run before; `None` where it is not kept anywhere.
    before: Option<CpuSet>,
    processor: usize,
    last: Option<Tracee>,
    stops: u32,
}

impl Company {
    /// Keeps this thread where it is; what it starts begins there, too.
    pub fn keep() -> Company {
        let mut company =
            Company { before: sched_getaffinity(SELF).ok(), processor: usize::MAX, last: None, stops: 0 };
        if let Ok(here) = sched_getcpu() {
            company.go_to(here);
        }
        company
    }

    /// Where a program may run that is started meanwhile.
    pub fn processors(&self) -> Option<CpuSet> {
        self.before
    }

    /// Goes where this task is, if it is the one that stops over and over.
    pub fn follow(&mut self, task: Tracee) {
        self.stops = if self.last == Some(task) { self.stops + 1 } else { 0 };
        self.last = Some(task);
        if self.stops % STOPS == STOPS - 1
            && let Some(processor) = processor_of(task.id())
        {
            self.go_to(processor);
        }
    }

    fn go_to(&mut self, processor: usize) {
        let mut only = CpuSet::new();
        if processor != self.processor
            && self.before.is_some()
            && only.set(processor).is_ok()
            && sched_setaffinity(SELF, &only).is_ok()
        {
            self.processor = processor;
        }
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = sched_setaffinity(SELF, before);
        }
    }
}
