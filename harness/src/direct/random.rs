//! Random priorities, by Burckhardt, Kothari, Musuvathi and Nagarakatte, “A randomized scheduler with probabilistic guarantees of
//! finding bugs” (ASPLOS 2010): each task has a priority, the highest that can go on goes, and at d − 1 moments, drawn beforehand,
//! the one that goes falls below all others. What takes d steps in a certain order is found in a run of n tasks and k choices
//! with a probability of at least 1/(n·k^(d−1)).
//!
//! Whoever sleeps draws a new priority as it wakes, so that nobody keeps all others from going by sleeping again and again: the bound
//! is one for programs that do not.
//!
//! Each run gives the program other random bytes, for what it draws itself: an order, or how long it sleeps.
//!
//! Every other run draws all priorities anew at each line instead, for which there is no such bound, and which finds orders of
//! many lines sooner.

use std::collections::HashMap;

use fastrand::Rng;

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::schedule::{Name, Time};

/// So many steps in a certain order are looked for at the most: d is 1 to this, in turns.
pub(crate) const DEPTH: u64 = 3;

/// Chooses by priorities.
#[derive(Clone, Debug)]
pub(crate) struct Priorities {
    time: Time,
    /// Which one it is.
    number: u64,
    random: Rng,
    of: HashMap<Name, u64>,
    /// The choices at which the one that goes falls.
    falls: Vec<u32>,
    /// So many have fallen.
    fallen: u64,
    choices: u32,
    /// Whether priorities are drawn anew at each line.
    anew: bool,
}

/// Priorities of those that have not fallen are above this.
const LOW: u64 = 1 << 32;

impl Priorities {
    /// The schedule of this number, for a program that makes so many choices.
    pub fn new(time: Time, seed: u64, number: u64, choices: u32) -> Priorities {
        let mut random = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let anew = number % 2 == 1;
        let depth = 1 + number / 2 % DEPTH;
        let falls = (1..depth).map(|_| random.u32(..choices.max(1))).collect();
        Priorities { time, number, random, of: HashMap::new(), falls, fallen: 0, choices: 0, anew }
    }
}

impl Choose for Priorities {
    fn time(&self) -> Time {
        self.time
    }

    fn seed(&self) -> u64 {
        self.number
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        for candidate in point.candidates {
            if !self.of.contains_key(&candidate.name) {
                self.of.insert(candidate.name.clone(), LOW + u64::from(self.random.u32(..)));
            }
        }
        let highest = (0..point.candidates.len()).max_by_key(|index| self.of[&point.candidates[*index].name]);
        let chosen = highest.unwrap_or(point.usual);
        let candidate = &point.candidates[chosen];
        if self.falls.contains(&self.choices) {
            self.fallen += 1;
            self.of.insert(candidate.name.clone(), LOW - self.fallen);
        } else if candidate.how == How::Wakes {
            // Who sleeps again and again shall not keep all others from going.
            self.of.insert(candidate.name.clone(), LOW + u64::from(self.random.u32(..)));
        }
        self.choices += 1;
        chosen
    }

    fn printed(&mut self, _: &Name) -> bool {
        if self.anew {
            self.of.clear();
        }
        true
    }
}
