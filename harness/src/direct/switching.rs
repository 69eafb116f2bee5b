//! Threads of CPython change where it lets them: whoever holds its lock (the GIL) is asked to give it away by a thread that has waited
//! for it for some milliseconds, and looks whether it was asked at each call of a function and each turn of a loop
//! (`sys.setswitchinterval`; `CHECK_EVAL_BREAKER` in CPython's `Python/ceval.c`). In directed runs computing takes no time, so nobody would
//! ever ask.
//!
//! Here one thread is held as it looks, until all others wait, and one of them has asked. Then it goes last, until others wait for it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::schedule::{Hold, Name, Time};

/// Has one thread give its turn away at a place.
#[derive(Clone, Debug)]
pub(crate) struct Switching {
    holds: [Hold; 1],
    /// Whether it was held.
    was_held: bool,
    /// Those that have asked since.
    asked: BTreeSet<Name>,
}

/// The schedules for places at which threads look whether they were asked: of each instruction the middle of all times first, then what
/// is farthest from those tried.
pub(crate) fn all(places: &[Hold]) -> Vec<Switching> {
    let mut by_instruction: BTreeMap<(&Name, u64), Vec<&Hold>> = BTreeMap::new();
    for place in places {
        by_instruction.entry((&place.task, place.address)).or_default().push(place);
    }
    let mut turns: Vec<(u32, &Hold)> = Vec::new();
    for holds in by_instruction.values() {
        let halved = (0..holds.len()).map(|place| (times_halved(place, holds.len()), holds[place]));
        turns.extend(halved);
    }
    turns.sort_by_key(|(halved, _)| *halved);
    turns.into_iter().map(|(_, hold)| Switching::at(hold.clone())).collect()
}

/// How often a list must be halved until a place is in the middle of a part.
fn times_halved(place: usize, length: usize) -> u32 {
    let middle = length / 2;
    match place.cmp(&middle) {
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Less => 1 + times_halved(place, middle),
        std::cmp::Ordering::Greater => 1 + times_halved(place - middle - 1, length - middle - 1),
    }
}

impl Switching {
    fn at(hold: Hold) -> Switching {
        Switching { holds: [hold], was_held: false, asked: BTreeSet::new() }
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
