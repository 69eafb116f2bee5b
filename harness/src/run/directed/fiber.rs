//! A task that is scheduled, and what it is about.

use std::os::fd::RawFd;

use nix::poll::PollFlags;

use super::asking::{self, Asking};
use super::futex::Waiting;
use super::hold::Holds;
use super::patience::{Ready, Waited};
use super::polls;
use super::signals::has_come;
use crate::system::proc::{self, Signals};
use crate::system::witness::descriptors::{Descriptors, signals_told_by};
use crate::system::witness::{Call, Tracee};
use crate::transcript::schedule::Name;

/// A task that is scheduled.
pub(super) struct Fiber {
    pub(super) task: Tracee,
    pub(super) name: Name,
    pub(super) process: usize,
    pub(super) pid: u32,
    pub(super) children: u32,
    /// Whether it went at all.
    pub(super) has_begun: bool,
    pub(super) stage: Stage,
    /// Where it is held between two instructions.
    pub(super) holds: Holds,
    /// Until when it waits.
    pub(super) until: Option<u64>,
    /// Whether it waits for so long that nobody is held up meanwhile.
    pub(super) is_long: bool,
    /// The signals that are blocked while it waits, in place of those that are otherwise.
    pub(super) blocked: Option<u64>,
    /// How many turns of all there were when it began to wait.
    pub(super) waits_since: u64,
    /// The call that a signal has interrupted last, and until when it waited.
    pub(super) interrupted: Option<(Call, For, Option<u64>)>,
    /// Of a sleep that a signal is interrupting: where it says how much is left, and when it would end.
    pub(super) rest: Option<(u64, u64)>,
    /// When it slept, gave way, asked or waited for a time, and did nothing that others see.
    pub(super) waited: Waited,
    /// Since when it could go.
    pub(super) ready: Option<Ready>,
    /// How often it asked for the time, in a row.
    pub(super) asked: u32,
}

/// What a task is about.
pub(super) enum Stage {
    /// It goes, or can go on from where it was stopped.
    Goes,
    /// It is about to make this call; what it prints by it.
    Calls(Call, Option<String>),
    /// It is in a call that was changed so that it does not wait; how much had happened when it was made.
    Asks(Asking, u64),
    /// The same, and it is to make that call again.
    Returns(u64),
    /// It waits before its call.
    Waits(Call, For),
    /// The same, and there is something on a descriptor that it waits for, as long as nobody else takes it.
    Ready(Call, Watch),
    /// It waits before its call, and a signal has come for which the kernel will interrupt that call at once.
    Interrupted(Call, For),
    /// It was left to the kernel.
    Left(String),
    /// A signal has stopped it.
    Paused,
}

/// What a parked task waits for.
#[derive(Debug)]
pub(super) enum For {
    Futex(Waiting),
    Sleep,
    Descriptors(Watch),
    /// An answer; how much had happened when it was asked for.
    Answer(u64),
    Signal(Awaited),
}

/// Descriptors of which a task waits for one.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) descriptors: Vec<(RawFd, PollFlags)>,
    /// The signals that some of them tell of.
    pub(super) signals: u64,
    /// How much had happened when they were asked.
    pub(super) asked: u64,
}

impl Watch {
    pub(super) fn new(task: Tracee, descriptors: Vec<(RawFd, PollFlags)>, asked: u64) -> Watch {
        let told = descriptors.iter().map(|(descriptor, _)| signals_told_by(task.id(), *descriptor));
        Watch { signals: told.fold(0, |all, one| all | one), descriptors, asked }
    }

    /// Whether there is anything on one of them.
    pub(super) fn is_ready(&self, task: Tracee, pid: u32) -> bool {
        let pending = |signals: Signals| (signals.pending | signals.shared) & self.signals != 0;
        (self.signals != 0 && proc::signals_of(task.id()).is_some_and(pending))
            || Descriptors::of(pid).is_none_or(|table| table.are_ready(&self.descriptors))
    }
}

/// Which signals a task waits for.
#[derive(Debug)]
pub(super) enum Awaited {
    /// Any that is not blocked.
    Any,
    /// Any that is not blocked by these.
    Unless(u64),
    /// One of these, to be taken.
    Of(u64),
}

impl Fiber {
    /// Its call is done, with this result.
    pub(super) fn wake(&mut self, result: i64) {
        self.task.skip(result);
        (self.stage, self.until) = (Stage::Goes, None);
    }

    /// Whether a signal has come for which its call is interrupted.
    pub(super) fn is_interrupted(&self, what: &For) -> bool {
        proc::signals_of(self.task.id())
            .is_some_and(|signals| has_come(signals, signals.pending | signals.shared, what, self.blocked))
    }

    /// The word of memory that it waits at.
    pub(super) fn waits_at(&self) -> Option<&Waiting> {
        match &self.stage {
            Stage::Waits(_, For::Futex(at)) | Stage::Interrupted(_, For::Futex(at)) => Some(at),
            _ => None,
        }
    }

    pub(super) fn can_go(&self) -> bool {
        !matches!(self.stage, Stage::Waits(..) | Stage::Left(_) | Stage::Paused)
    }

    /// Its time has run out.
    pub(super) fn run_out(&mut self, call: Call, what: &For) {
        let result = match what {
            For::Futex(_) => -i64::from(libc::ETIMEDOUT),
            For::Signal(_) => -i64::from(libc::EAGAIN),
            For::Answer(_) => asking::ran_out(call),
            For::Sleep | For::Descriptors(_) => polls::ran_out(self.task, call),
        };
        self.task.skip(result);
    }
}
