//! The late one: some tasks go only while nobody else can, and others whenever they can. One schedule decides whether what comes
//! first is made to come first.

use std::collections::BTreeSet;

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::schedule::{Name, Time};

/// Has some go first, and some last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Late {
    pub time: Time,
    pub first: BTreeSet<Name>,
    pub last: BTreeSet<Name>,
}

impl Choose for Late {
    fn time(&self) -> Time {
        self.time
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        let rank = |index: &usize| {
            let candidate = &point.candidates[*index];
            let (first, last) = (self.first.contains(&candidate.name), self.last.contains(&candidate.name));
            // Among those that go last whoever started first is nearest to its line.
            let place = match *index {
                index if last => point.candidates.len() - index,
                index if index == point.usual => 0,
                index => index + 1,
            };
            (last && candidate.prints, last, !first, candidate.how == How::Wakes, place)
        };
        (0..point.candidates.len()).min_by_key(rank).unwrap_or(point.usual)
    }
}
