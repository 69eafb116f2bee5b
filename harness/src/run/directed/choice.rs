//! What is chosen: of those that can go on, who does.

use crate::system::processor::Registers;
use crate::system::witness::Tracee;
use crate::transcript::schedule::{Departure, Hold, Name, Schedule, Time};

/// One that could be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub name: Name,
    /// How it would go on.
    pub how: How,
    /// What it would print.
    pub line: Option<String>,
    /// Whether it is the one that goes.
    pub is_current: bool,
}

impl Candidate {
    /// Whether it would print.
    pub fn prints(&self) -> bool {
        self.line.is_some()
    }
}

/// How one goes on that is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// From where it was stopped.
    Goes,
    /// Its sleep ends, or a wait by its time-out.
    Wakes,
    /// It is reached by a wake.
    Woken,
}

/// A moment at which more than one could go on. There are at least two candidates, the first born first.
#[derive(Debug)]
pub(crate) struct Point<'a> {
    pub candidates: &'a [Candidate],
    /// Who usually goes on.
    pub usual: usize,
}

impl Point<'_> {
    /// The candidate whose rank is the lowest.
    pub fn lowest<R: Ord>(&self, rank: impl Fn(usize, &Candidate) -> R) -> usize {
        let places = 0..self.candidates.len();
        places.min_by_key(|&place| rank(place, &self.candidates[place])).unwrap_or(self.usual)
    }
}

/// When a thread is to be seen next that was seen before an instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen {
    /// Before the next instruction.
    Next,
    /// Not before it is there: back from a function, or in one.
    Away(Away),
    Never,
}

/// Where a thread is seen next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Away {
    /// Before this instruction.
    pub address: u64,
    /// Once its stack ends here or above: below, a function has been called by itself, and has not returned.
    pub stack: u64,
}

/// Whoever chooses.
pub(crate) trait Choose {
    /// When sleeps may end.
    fn time(&self) -> Time;

    /// Where the random bytes come from that the program asks for.
    fn seed(&self) -> u64 {
        0
    }

    /// Who is held between two instructions.
    fn holds(&self) -> &[Hold] {
        &[]
    }

    /// Takes note that a task is where it may be held, for one more time.
    fn reached(&mut self, _task: &Name) {}

    /// Takes note that a task is held.
    fn held(&mut self, _task: &Name) {}

    /// Whether threads are to be seen before each instruction, from the birth of the second one.
    fn wants_steps(&self) -> bool {
        false
    }

    /// Takes note of a thread that is about to execute an instruction, and says when it is to be seen next.
    fn step(&mut self, _task: &Name, _at: Tracee, _registers: &Registers) -> Seen {
        Seen::Never
    }

    /// Which of the candidates goes on.
    fn choose(&mut self, point: &Point<'_>) -> usize;

    /// Takes note of a line, and of who printed it; false where that was not to be.
    fn printed(&mut self, _by: &Name) -> bool {
        true
    }

    /// Whether all that was to be forced could be, once the run is over.
    fn was_followed(&self) -> bool {
        true
    }
}

/// Chooses by a schedule.
#[derive(Debug)]
pub(crate) struct Follow {
    schedule: Schedule,
    next: usize,
    since: u32,
    is_lost: bool,
}

impl Follow {
    /// Chooses as it is written.
    pub fn new(schedule: Schedule) -> Follow {
        Follow { schedule, next: 0, since: 0, is_lost: false }
    }
}

impl Choose for Follow {
    fn time(&self) -> Time {
        self.schedule.time
    }

    fn seed(&self) -> u64 {
        self.schedule.seed
    }

    fn holds(&self) -> &[Hold] {
        &self.schedule.holds
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        let Some(Departure { to, .. }) =
            self.schedule.departures.get(self.next).filter(|departure| departure.after == self.since)
        else {
            self.since += 1;
            return point.usual;
        };
        (self.next, self.since) = (self.next + 1, 0);
        let found = point.candidates.iter().position(|candidate| candidate.name == *to);
        self.is_lost |= found.is_none();
        found.unwrap_or(point.usual)
    }

    fn was_followed(&self) -> bool {
        !self.is_lost && self.next == self.schedule.departures.len()
    }
}
