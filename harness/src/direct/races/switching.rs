//! Threads of Python change where it lets them: whoever holds its lock (the GIL) is asked to give it away by a thread that has waited
//! for it for some milliseconds, and looks whether it was asked at each call of a function and each turn of a loop
//! (`sys.setswitchinterval`; `CHECK_EVAL_BREAKER` in Python's `Python/ceval.c`). In directed runs computing takes no time, so nobody would
//! ever ask.
//!
//! Here one thread is held as it looks, until all others wait, and one of them has asked. Then it goes last, until others wait for it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::schedule::{Hold, Name, Spot, Time};

/// So many looks of a thread are told apart at the most.
const MOST: u32 = 100_000;

/// Has one thread give its turn away at a place.
#[derive(Clone, Debug)]
pub(crate) struct Switching {
    holds: [Hold; 1],
    /// Whether it was held.
    was_held: bool,
    /// Those that have asked since.
    asked: BTreeSet<Name>,
}

/// Counts how often each thread looks whether it was asked, where that is kept at this address.
#[derive(Clone, Debug)]
pub(crate) struct Counting {
    holds: Vec<Hold>,
    times: BTreeMap<Name, u32>,
}

impl Counting {
    pub fn new((address, tasks): (u64, Vec<Name>)) -> Counting {
        let never = |task| Hold { task, spot: Spot::Touched(address), time: u32::MAX };
        Counting { holds: tasks.into_iter().map(never).collect(), times: BTreeMap::new() }
    }

    /// A schedule for each time, of each thread the middle of all first, then what is farthest from those tried.
    pub fn all(&self) -> VecDeque<Switching> {
        let mut all: Vec<(u32, Switching)> = Vec::new();
        for Hold { task, spot, .. } in &self.holds {
            let times = self.times.get(task).copied().unwrap_or(0).min(MOST);
            all.extend((1..=times).map(|time| {
                let hold = Hold { task: task.clone(), spot: *spot, time };
                (
                    times_halved(time - 1, times),
                    Switching { holds: [hold], was_held: false, asked: BTreeSet::new() },
                )
            }));
        }
        all.sort_by_key(|(halved, _)| *halved);
        all.into_iter().map(|(_, switching)| switching).collect()
    }
}

impl Choose for Counting {
    fn time(&self) -> Time {
        Time::Busy
    }

    fn holds(&self) -> &[Hold] {
        &self.holds
    }

    fn reached(&mut self, task: &Name) {
        *self.times.entry(task.clone()).or_default() += 1;
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        point.usual
    }
}

/// How often a list must be halved until a place is in the middle of a part.
fn times_halved(place: u32, length: u32) -> u32 {
    let middle = length / 2;
    match place.cmp(&middle) {
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Less => 1 + times_halved(place, middle),
        std::cmp::Ordering::Greater => 1 + times_halved(place - middle - 1, length - middle - 1),
    }
}

impl Choose for Switching {
    fn time(&self) -> Time {
        Time::Busy
    }

    fn holds(&self) -> &[Hold] {
        &self.holds
    }

    fn held(&mut self, _: &Name) {
        self.was_held = true;
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        if !self.was_held {
            return point.usual;
        }
        let slow = &self.holds[0].task;
        let chosen = point.lowest(|place, candidate| {
            let (waits, is_slow) = (candidate.how == How::Wakes, candidate.name == *slow);
            let last = waits && (is_slow || self.asked.contains(&candidate.name));
            (last, is_slow, waits, place != point.usual, place)
        });
        let candidate = &point.candidates[chosen];
        if candidate.how == How::Wakes {
            self.asked.insert(candidate.name.clone());
        }
        chosen
    }
}
