//! Between instructions: a thread is held just before it touches memory that another thread touches too, or just after it has read
//! that, and everybody else goes on until nobody can. What is not atomic breaks there.
//!
//! A first run steps through all threads, and tells which memory each touches (`profile`). What comes of it are places, the most
//! telling first (`holding`). Of an interpreter's threads one goes at a time, so they are held where that changes (`switching`).

mod holding;
mod profile;
mod switching;
mod way;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use self::holding::{Holding, Places};
use self::profile::Profile;
use self::switching::{Counting, Switching};
use crate::language::Language;
use crate::run::directed::choice::Choose;
use crate::system::accesses::Reader;
use crate::transcript::schedule::Time;

/// Whether instructions can be read on this processor: elsewhere nobody is held between them.
const CAN_HOLD: bool = Reader::CAN_READ;

/// The search.
#[derive(Debug)]
pub(crate) struct Races {
    time: Time,
    is_interpreted: bool,
    /// Whether a profile was made that has lost sight of a thread.
    was_lost: bool,
    next: Next,
    /// At how many places threads can be held.
    places: usize,
    between: Between,
}

/// Whether threads could be held between instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Between {
    /// It was not tried.
    #[default]
    Untried,
    /// This processor's instructions can't be read here.
    Unreadable,
    /// No thread reads memory that others use too and writes it in a later instruction.
    Whole,
    /// They were.
    Tried,
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

impl Between {
    /// Why what threads make that touch the same memory may come where several go at once, though it did not come here.
    pub(crate) fn why(self, language: Language) -> Option<&'static str> {
        match self {
            Between::Untried | Between::Tried => None,
            Between::Unreadable => Some(language.pick(
                "threads can't be held between this processor's instructions",
                "在这种处理器上无法在两条指令之间按住线程",
            )),
            Between::Whole => Some(language.pick(
                "nothing could be held apart: no thread reads what others use and writes it in a later instruction",
                "没有可以拆开的地方：没有线程先读共享的内存、再用另一条指令写它",
            )),
        }
    }
}

impl Races {
    /// The search in a program, whose threads an interpreter has take turns or not.
    pub fn new(time: Time, is_interpreted: bool) -> Races {
        let (was_lost, next, between) = (false, Next::Profile, Between::default());
        Races { time, is_interpreted, was_lost, next, places: 0, between }
    }

    /// What is tried next, if anything is left; nothing while it is to learn from the step before.
    pub fn next(&mut self) -> Option<Step> {
        match &mut self.next {
            Next::Holds(places) => places.next(self.time).map(Step::Hold),
            Next::Switches(switches) => switches.pop_front().map(Step::Switch),
            Next::Learn => None,
            Next::Profile if !CAN_HOLD => {
                self.between = Between::Unreadable;
                None
            }
            next => match std::mem::replace(next, Next::Learn) {
                Next::Count(counting) => Some(Step::Count(counting)),
                _ => Some(Step::Profile(Profile::new(self.is_interpreted, self.was_lost))),
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
            Step::Profile(profile) if profile.has_lost_one() => {
                (self.was_lost, self.next) = (true, Next::Profile);
            }
            Step::Profile(profile) => {
                let found = profile.places();
                self.places = found.places.len();
                self.between = if found.is_apart { Between::Tried } else { Between::Whole };
                self.next = Next::Holds(Places::new(found.places));
            }
            Step::Count(counting) => {
                self.between = Between::Tried;
                let all = counting.all();
                self.places = all.len();
                self.next = Next::Switches(all);
            }
            Step::Hold(_) | Step::Switch(_) => {}
        }
    }

    /// Whether threads could be held, as far as is known.
    pub fn between(&self) -> Between {
        self.between
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
