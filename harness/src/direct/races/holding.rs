//! Holds at places, the most telling first: each alone, then each two of different threads. Whoever is to be held goes first until it is;
//! then all others go in three orders, a schedule each.

use std::collections::VecDeque;

use crate::run::directed::choice::{Choose, Point};
use crate::transcript::schedule::{Hold, Name, Time};

/// What is still to be tried.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: Vec<Hold>,
    /// What is tried now, and in which orders it is still to be.
    current: Vec<Hold>,
    orders: Vec<Order>,
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
    /// How many of them were reached.
    reached: usize,
    order: Order,
}

/// In which order all others go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Whoever goes goes on; then the first born.
    Usual,
    /// Whoever goes goes on; then the youngest.
    YoungestNext,
    /// The youngest goes as soon as it is born.
    YoungestFirst,
}

impl Places {
    /// Holds at these, the most telling first.
    pub fn new(all: Vec<Hold>) -> Places {
        Places { all, ..Places::default() }
    }

    /// The next to be tried.
    pub fn next(&mut self, time: Time) -> Option<Holding> {
        if self.orders.is_empty() {
            self.current = self.next_holds()?;
            self.orders = vec![Order::YoungestFirst, Order::YoungestNext, Order::Usual];
        }
        let order = self.orders.pop()?;
        Some(Holding { time, holds: self.current.clone(), reached: 0, order })
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

    fn held(&mut self, _: &Name) {
        self.reached += 1;
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        let place_of = |name: &Name| point.candidates.iter().position(|candidate| candidate.name == *name);
        let youngest = point.candidates.len() - 1;
        let next = self.holds.get(self.reached).map(|hold| &hold.task);
        match (next, self.order) {
            (Some(task), _) => place_of(task).unwrap_or(point.usual),
            (None, Order::Usual) => point.usual,
            (None, Order::YoungestNext) if point.candidates[point.usual].is_current => point.usual,
            (None, Order::YoungestNext | Order::YoungestFirst) => youngest,
        }
    }
}
