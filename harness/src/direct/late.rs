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
        point.lowest(|place, candidate| {
            let (first, last) = (self.first.contains(&candidate.name), self.last.contains(&candidate.name));
            // Among those that go last whoever started first is nearest to its line.
            let among = match place {
                place if last => point.candidates.len() - place,
                place if place == point.usual => 0,
                place => place + 1,
            };
            (last && candidate.prints(), last, !first, candidate.how == How::Wakes, among)
        })
    }
}
