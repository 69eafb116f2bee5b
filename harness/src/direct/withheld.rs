//! Lines withheld: whoever is about to print one of them goes only while nobody else can. Where a line is now this one's and now that
//! one's, as with workers that take what is next, it can't be said in advance who is to go last.

use crate::cast::pattern::Pattern;
use crate::run::directed::choice::{Candidate, Choose, How, Point};
use crate::transcript::schedule::Time;

/// Has lines of these patterns come last.
#[derive(Clone, Debug)]
pub(super) struct Withheld {
    pub time: Time,
    pub patterns: Vec<Pattern>,
}

impl Withheld {
    fn withholds(&self, candidate: &Candidate) -> bool {
        let line = candidate.line.as_deref();
        line.is_some_and(|line| self.patterns.iter().any(|pattern| pattern.is_match(line.as_bytes())))
    }
}

impl Choose for Withheld {
    fn time(&self) -> Time {
        self.time
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        point.lowest(|place, candidate| {
            (self.withholds(candidate), candidate.how == How::Wakes, place != point.usual, place)
        })
    }
}
