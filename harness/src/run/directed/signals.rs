//! Signals for those that are parked: a stopped task gets none until it goes.

use super::Director;
use super::fiber::{Awaited, Fiber, For, Stage};
use crate::system::proc::{self, Signals};

impl Director<'_> {
    /// Parked tasks for which a signal has come are interrupted.
    pub(super) fn look_for_signals(&mut self) {
        if std::mem::take(&mut self.has_signals) {
            let all: Vec<usize> = self.fibers.keys().copied().collect();
            for thread in all {
                self.look_for_signals_of(thread);
            }
        }
    }

    /// One that is sent to a process is taken by one of its threads: by the first that may.
    pub(super) fn look_for_signals_of(&mut self, thread: usize) {
        let fiber = &self.fibers[&thread];
        let Stage::Waits(_, what) = &fiber.stage else { return };
        let Some(signals) = proc::signals_of(fiber.task.id()) else { return };
        let is_own = has_come(signals, signals.pending, what, fiber.blocked);
        if !is_own && !has_come(signals, signals.shared, what, fiber.blocked) {
            return;
        }
        let takes =
            |other: &Fiber| other.process == fiber.process && matches!(other.stage, Stage::Interrupted(..));
        if !is_own && self.fibers.values().any(takes) {
            return;
        }
        let fiber = self.fiber(thread);
        fiber.stage = match std::mem::replace(&mut fiber.stage, Stage::Goes) {
            Stage::Waits(call, what) => Stage::Interrupted(call, what),
            stage => stage,
        };
    }
}

/// Whether one of the signals has come that a task waits for, or any that has it go on; `blocked` stands for its own blocked ones.
pub(super) fn has_come(signals: Signals, pending: u64, what: &For, blocked: Option<u64>) -> bool {
    let bit = |signal: i32| 1_u64 << (signal - 1);
    // Without a handler these do nothing.
    let idle = bit(libc::SIGCHLD) | bit(libc::SIGURG) | bit(libc::SIGWINCH) | bit(libc::SIGCONT);
    let matters = pending & !signals.ignored & !(idle & !signals.caught);
    match what {
        For::Signal(Awaited::Of(awaited)) => pending & awaited != 0 || matters & !signals.blocked != 0,
        For::Signal(Awaited::Unless(mask)) => matters & !mask != 0,
        _ => matters & !blocked.unwrap_or(signals.blocked) != 0,
    }
}
