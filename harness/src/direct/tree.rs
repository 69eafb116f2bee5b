//! All orders of lines, as a tree of who prints the next one: a run follows a beginning, and then goes on as usual. At each place
//! behind that beginning every other task is tried next that prints later. Where the tree ends, all beginnings were tried; one that
//! can't be forced, because somebody else had to print first, has no orders.

use std::collections::BTreeSet;

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::Transcript;
use crate::transcript::schedule::{Name, Time};

/// The beginnings that are still to be tried.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    time: Time,
    open: Vec<Vec<Name>>,
    /// The one that is being tried.
    tried: Vec<Name>,
}

impl Tree {
    pub fn new(time: Time) -> Tree {
        Tree { time, open: vec![Vec::new()], tried: Vec::new() }
    }

    /// Whether all were tried.
    pub fn has_ended(&self) -> bool {
        self.open.is_empty()
    }

    /// The next one.
    pub fn next(&mut self) -> Option<Beginning> {
        self.tried = self.open.pop()?;
        Some(Beginning { time: self.time, forced: self.tried.clone(), printed: 0, is_kept: true })
    }

    /// Takes in what came of it.
    pub fn learn(&mut self, run: &Transcript) {
        let followed = run.direction().is_some_and(|direction| direction.followed);
        if !followed || run.cut().is_some() {
            return;
        }
        let writers: Vec<Name> =
            run.lines().iter().filter_map(|line| line.thread).map(|thread| run.name_of(thread)).collect();
        for place in self.tried.len()..writers.len() {
            let others: BTreeSet<&Name> =
                writers[place + 1..].iter().filter(|other| **other != writers[place]).collect();
            for other in others {
                self.open.push([&writers[..place], std::slice::from_ref(other)].concat());
            }
        }
    }
}

/// A beginning that is forced: who prints the first lines.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    time: Time,
    forced: Vec<Name>,
    printed: usize,
    is_kept: bool,
}

impl Choose for Beginning {
    fn time(&self) -> Time {
        self.time
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        let Some(wanted) = self.forced.get(self.printed) else { return point.usual };
        let rank = |index: &usize| {
            let candidate = &point.candidates[*index];
            (candidate.name != *wanted, candidate.prints, candidate.how == How::Wakes, *index)
        };
        (0..point.candidates.len()).min_by_key(rank).unwrap_or(point.usual)
    }

    fn printed(&mut self, by: &Name) -> bool {
        self.is_kept &= self.forced.get(self.printed).is_none_or(|wanted| wanted == by);
        self.printed += 1;
        self.is_kept
    }
}
