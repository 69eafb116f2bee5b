//! Nobody waits for ever while others can go: whoever sleeps, gives way or asks, again and again, may be waiting for what those do
//! that it keeps from going.

use std::collections::{BTreeMap, VecDeque};

use super::fiber::Fiber;

/// So often may one wait in a row, and print nothing meanwhile, before all others that could go have gone.
const WAITS: usize = 20;

/// So many lines may be printed before one goes that could.
const LINES: usize = 1000;

/// When one has waited last: the numbers of these turns, no more than count.
#[derive(Debug, Default)]
pub(super) struct Waited(VecDeque<u64>);

impl Waited {
    /// It only waits, in this turn.
    pub fn note(&mut self, turn: u64) {
        self.0.truncate(WAITS - 1);
        self.0.push_front(turn);
    }

    /// It goes for so long that this is as good as waiting too often.
    pub fn exhaust(&mut self, turn: u64) {
        self.0 = VecDeque::from([turn; WAITS]);
    }

    /// It has done what others see.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Since when it waits too often; 0: it does not.
    fn since(&self) -> u64 {
        self.0.get(WAITS - 1).copied().unwrap_or(0)
    }
}

/// Since when one could go: the turn, and how many lines there were.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready {
    pub turn: u64,
    pub lines: usize,
}

/// Whether it is this one's turn, who can go, before anybody's whose turn it is not.
pub(super) fn due(fibers: &BTreeMap<usize, Fiber>, lines: usize) -> impl Fn(usize) -> bool {
    // The two that have waited most lately, since nobody lets itself go first.
    let (mut first, mut second) = ((0, None), 0);
    for (thread, fiber) in fibers {
        let since = fiber.waited.since();
        if since > first.0 {
            (first, second) = ((since, Some(*thread)), first.0);
        } else {
            second = second.max(since);
        }
    }
    move |thread| {
        let Some(ready) = fibers[&thread].ready else { return false };
        let since = if first.1 == Some(thread) { second } else { first.0 };
        since > ready.turn || lines - ready.lines >= LINES
    }
}
