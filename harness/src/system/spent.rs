//! What tasks had of the processors, and what they waited for them.

use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// What tasks had of the processors, and waited for: `/proc/PID/schedstat`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Spent {
    /// How long they ran.
    pub ran: Duration,
    /// How long they were ready to, and did not.
    pub waited: Duration,
}

impl Add for Spent {
    type Output = Spent;

    fn add(self, other: Spent) -> Spent {
        Spent { ran: self.ran + other.ran, waited: self.waited + other.waited }
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Spent) {
        *self = *self + other;
    }
}

impl Sub for Spent {
    type Output = Spent;

    fn sub(self, other: Spent) -> Spent {
        Spent { ran: self.ran.saturating_sub(other.ran), waited: self.waited.saturating_sub(other.waited) }
    }
}
