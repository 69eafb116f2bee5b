//! Between instructions: a thread is held just before it touches memory that another thread touches too, or just after it has read
//! that, and everybody else goes on until nobody can. What is not atomic breaks there.
//!
//! A first run steps through all threads, and tells which memory each touches ([`profile`]). What comes of it are places, the most
//! telling first ([`holding`]). Of an interpreter's threads one goes at a time, so they are held where that changes ([`switching`]).

mod holding;
mod profile;
mod switching;

use std::collections::VecDeque;

use self::holding::{Holding, Places};
use self::profile::Profile;
use self::switching::{Counting, Switching};
use crate::run::directed::choice::Choose;
use crate::system::accesses::Reader;
use crate::transcript::schedule::Time;

/// Whether instructions can be read on this processor: elsewhere nobody is held between them.
pub(crate) const CAN_HOLD: bool = Reader::CAN_READ;

/// The search.
#[derive(Debug)]
pub(crate) struct Races {
    time: Time,
    is_interpreted: bool,
    next: Next,
    /// At how many places threads can be held.
    places: usize,
}

/// What is to be tried next.
#[derive(Debug)]
enum Next {
    /// A run that tells what threads do.
    Profile,
    /// One that tells how often they look at a flag.
    Count(Counting),
    Holds(Places),
    Switches(VecDeque<Switching>),
    /// A run that tells what comes next is under way.
    Learn,
}

/// Who chooses in one run of the search.
pub(crate) enum Step {
    Profile(Profile),
    Count(Counting),
    Hold(Holding),
    Switch(Switching),
}

impl Races {
    /// The search in a program, whose threads an interpreter has take turns or not.
    pub fn new(time: Time, is_interpreted: bool) -> Races {
        Races { time, is_interpreted, next: Next::Profile, places: 0 }
    }

    /// What is tried next, if anything is left; nothing while it is to learn from the step before.
    pub fn next(&mut self) -> Option<Step> {
        match &mut self.next {
            Next::Holds(places) => places.next(self.time).map(Step::Hold),
            Next::Switches(switches) => switches.pop_front().map(Step::Switch),
            Next::Learn => None,
            Next::Profile if !CAN_HOLD => None,
            next => match std::mem::replace(next, Next::Learn) {
                Next::Count(counting) => Some(Step::Count(counting)),
                _ => Some(Step::Profile(Profile::new(self.is_interpreted))),
            },
        }
    }

    /// Takes in what came of a step.
    pub fn learn(&mut self, step: &Step) {
        match step {
            Step::Profile(profile) if self.is_interpreted => {
                let count = |flag| Next::Count(Counting::new(flag));
                self.next = profile.flag().map_or(Next::Learn, count);
            }
            Step::Profile(profile) => {
                let places = profile.places();
                self.places = places.len();
                self.next = Next::Holds(Places::new(places));
            }
            Step::Count(counting) => {
                let all = counting.all();
                self.places = all.len();
                self.next = Next::Switches(all);
            }
            Step::Hold(_) | Step::Switch(_) => {}
        }
    }

    /// At how many places threads can be held.
    pub fn places(&self) -> usize {
        self.places
    }

    /// Whether threads can be held anywhere, as far as is known.
    pub fn has_places(&self) -> bool {
        self.places > 0 || matches!(self.next, Next::Count(_))
    }
}

impl Step {
    /// Who chooses.
    pub fn as_choose(&self) -> &(dyn Choose + Send) {
        match self {
            Step::Profile(profile) => profile,
            Step::Count(counting) => counting,
            Step::Hold(holding) => holding,
            Step::Switch(switching) => switching,
        }
    }

    /// The same, to choose.
    pub fn as_choose_mut(&mut self) -> &mut (dyn Choose + Send) {
        match self {
            Step::Profile(profile) => profile,
            Step::Count(counting) => counting,
            Step::Hold(holding) => holding,
            Step::Switch(switching) => switching,
        }
    }
}
