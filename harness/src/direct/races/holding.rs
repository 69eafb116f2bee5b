//! Holds at places, the most telling first: each alone, then each two of different threads. All others go in the order of their births,
//! and in the next schedule the youngest first.

use std::collections::VecDeque;

use crate::run::directed::choice::{Choose, Point};
use crate::transcript::schedule::{Hold, Time};

/// What is still to be tried.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: Vec<Hold>,
    /// What was tried last, to be tried in another order.
    again: Option<Holding>,
    alone: usize,
    pairs: VecDeque<(usize, usize)>,
    /// The pairs of places whose sum is below this were lined up.
    sum: usize,
}

/// Has some tasks held, and all else go in an order.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    time: Time,
    holds: Vec<Hold>,
    order: Order,
}

/// In which order all others go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Usual,
    YoungestFirst,
}

impl Places {
    /// Holds at these, the most telling first.
    pub fn new(all: Vec<Hold>) -> Places {
        Places { all, ..Places::default() }
    }

    /// The next to be tried.
    pub fn next(&mut self, time: Time) -> Option<Holding> {
        if let Some(again) = self.again.take() {
            return Some(again);
        }
        let holds = self.next_holds()?;
        self.again = Some(Holding { time, holds: holds.clone(), order: Order::YoungestFirst });
        Some(Holding { time, holds, order: Order::Usual })
    }

    fn next_holds(&mut self) -> Option<Vec<Hold>> {
        if let Some(place) = self.all.get(self.alone) {
            self.alone += 1;
            return Some(vec![place.clone()]);
        }
        let (one, other) = self.next_pair()?;
        Some(vec![self.all[one].clone(), self.all[other].clone()])
    }

    /// Two places of different tasks; those that are telling together come first.
    fn next_pair(&mut self) -> Option<(usize, usize)> {
        let count = self.all.len();
        while self.pairs.is_empty() && self.sum < 2 * count {
            let sum = self.sum;
            let first = (sum + 1).saturating_sub(count)..count.min(sum + 1);
            let differ = |(one, other): &(usize, usize)| self.all[*one].task != self.all[*other].task;
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
        match self.order {
            Order::Usual => point.usual,
            Order::YoungestFirst => point.candidates.len() - 1,
        }
    }
}
