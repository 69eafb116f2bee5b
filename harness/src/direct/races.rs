//! Aimed holds: a thread is held just before it touches memory that another thread touches too, or just after it has read that, and
//! everybody else goes on until nobody can. What is not atomic breaks there.
//!
//! A first run steps through all threads, and tells which memory each touches: that is [`profile`]. What comes of it is a list of places,
//! the most telling first: in the program's own code before libraries, between a read and a write of the same memory before all
//! others. Each is tried alone, then each two of different threads.

mod profile;

use std::collections::VecDeque;

pub(crate) use self::profile::Profile;
use crate::run::directed::choice::{Choose, Point};
use crate::system::accesses::Reader;
use crate::transcript::schedule::{Hold, Time};

/// Whether instructions can be read on this processor: elsewhere nobody is held between them.
pub(crate) const CAN_HOLD: bool = Reader::CAN_READ;

/// What is still to be tried.
#[derive(Debug, Default)]
pub(crate) struct Races {
    places: Vec<Hold>,
    alone: usize,
    pairs: VecDeque<(usize, usize)>,
    /// The pairs of places whose sum is below this were lined up.
    sum: usize,
}

/// Has some tasks held, and all else go as usual.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    time: Time,
    holds: Vec<Hold>,
}

impl Races {
    /// Holds at these places, the most telling first.
    pub fn at(places: Vec<Hold>) -> Races {
        Races { places, ..Races::default() }
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.places.len()
    }

    /// The next to be tried.
    pub fn next(&mut self, time: Time) -> Option<Holding> {
        if let Some(place) = self.places.get(self.alone) {
            self.alone += 1;
            return Some(Holding { time, holds: vec![place.clone()] });
        }
        let (one, other) = self.next_pair()?;
        Some(Holding { time, holds: vec![self.places[one].clone(), self.places[other].clone()] })
    }

    /// Two places of different tasks; those that are telling together come first.
    fn next_pair(&mut self) -> Option<(usize, usize)> {
        while self.pairs.is_empty() && self.sum < 2 * self.places.len() {
            let sum = self.sum;
            let first = (sum + 1).saturating_sub(self.places.len())..self.places.len().min(sum + 1);
            let differ = |(one, other): &(usize, usize)| self.places[*one].task != self.places[*other].task;
            self.pairs.extend(first.map(|one| (one, sum - one)).filter(differ));
            self.sum += 1;
        }
        self.pairs.pop_front()
    }
}

impl Choose for Holding {
    fn time(&self) -> Time {
        self.time
    }

    fn holds(&self) -> &[Hold] {
        &self.holds
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        point.usual
    }
}
