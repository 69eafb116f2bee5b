//! In which orders the actors' lines came, over many runs.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Cast;
use super::reading::{Claimed, Reading};

/// So many runs are needed before an order that never changed says anything.
const TELLING: usize = 20;

/// The orders that were seen.
#[derive(Debug)]
pub(crate) struct Orders {
    runs: usize,
    seen: HashSet<u64>,
    actors: usize,
    /// For each pair of actors, whether the first and whether the second was seen to print first.
    first: Vec<[bool; 2]>,
}

impl Orders {
    /// None yet, of so many actors.
    pub fn new(actors: usize) -> Orders {
        Orders { runs: 0, seen: HashSet::new(), actors, first: vec![[false; 2]; actors * actors] }
    }

    /// Notes the order of one more run; whether it is a new one.
    pub fn note(&mut self, reading: &Reading<'_>) -> bool {
        let mut order = DefaultHasher::new();
        let mut first: Vec<Option<usize>> = vec![None; self.actors];
        for (index, _) in reading.stdout() {
            if let Claimed::By(actor) = reading.claimed(index) {
                actor.hash(&mut order);
                first[actor as usize].get_or_insert(index);
            }
        }
        for (a, b) in (0..self.actors).flat_map(|a| (a + 1..self.actors).map(move |b| (a, b))) {
            if let (Some(one), Some(other)) = (first[a], first[b]) {
                self.first[a * self.actors + b][usize::from(other < one)] = true;
            }
        }
        self.runs += 1;
        self.seen.insert(order.finish())
    }

    /// How many different ones were seen.
    pub fn different(&self) -> usize {
        self.seen.len()
    }

    /// Pairs of actors that only ever came in one order, the one that came first first; empty before many runs.
    pub fn one_sided(&self, cast: &Cast) -> Vec<[String; 2]> {
        if self.runs < TELLING {
            return Vec::new();
        }
        let pair = |(at, seen): (usize, &[bool; 2])| {
            let (a, b) = (cast.actor(at / self.actors), cast.actor(at % self.actors));
            match seen {
                [true, false] => Some([a.to_owned(), b.to_owned()]),
                [false, true] => Some([b.to_owned(), a.to_owned()]),
                _ => None,
            }
        };
        self.first.iter().enumerate().filter_map(pair).collect()
    }
}
