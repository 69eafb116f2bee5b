//! How much time a run had: time on the clock, less what it spent waiting for a processor.
//!
//! On a busy machine a program that computes is slow through no fault of its own. Of a stretch of time Δ, over which all tasks
//! together ran for `ran` and waited for a processor for `waited`, a share of D = (ran + waited)/Δ wanted to run, and
//! G = ran/Δ did. With at most so many processors it could have been C = min(D, processors). What counts is
//! Δ·((1 − min(D, 1)) + min(D, 1)·G/C): all of the time that it slept, and of the rest as much as it was given.

use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

use crate::judge::asking::cores;

/// However starved, a run ends after so many times its limit on the clock.
const MOST: u32 = 20;

/// It is looked at no oftener.
const MOMENT: Duration = Duration::from_millis(20);

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

/// Measures a stretch of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    since: Duration,
    spent: Spent,
}

impl Clock {
    /// From the run's start.
    pub fn start() -> Clock {
        Clock { since: Duration::ZERO, spent: Spent::default() }
    }

    /// From then on, when so much was spent.
    pub fn from(since: Duration, spent: Spent) -> Clock {
        Clock { since, spent }
    }

    /// How much of a limit is left at this moment, at least; nothing: it is over. What was spent is asked only when the limit is
    /// up on the clock.
    pub fn left(&self, limit: Duration, now: Duration, spent: impl FnOnce() -> Spent) -> Duration {
        let passed = now.saturating_sub(self.since);
        if passed < limit {
            return limit.checked_sub(passed).unwrap();
        }
        if passed >= limit * MOST {
            return Duration::ZERO;
        }
        match limit.saturating_sub(effective(passed, spent() - self.spent, cores())) {
            Duration::ZERO => Duration::ZERO,
            left => left.max(MOMENT),
        }
    }
}

/// What counts of a stretch of time: see above.
#[allow(clippy::cast_precision_loss, reason = "machines have far fewer than 2^52 processors")]
fn effective(passed: Duration, spent: Spent, processors: usize) -> Duration {
    let of = |time: Duration| time.as_secs_f64() / passed.as_secs_f64();
    let (wanted, given) = (of(spent.ran + spent.waited), of(spent.ran));
    if wanted <= 0.0 {
        return passed;
    }
    let could = wanted.min(processors as f64);
    passed.mul_f64(((1.0 - wanted.min(1.0)) + wanted.min(1.0) * (given / could)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn counts(ran: f64, waited: f64) -> f64 {
        let spent = Spent { ran: SECOND.mul_f64(ran), waited: SECOND.mul_f64(waited) };
        effective(SECOND, spent, 2).as_secs_f64()
    }

    #[test]
    fn who_sleeps_or_runs_has_all_of_the_time() {
        assert!((counts(0.0, 0.0) - 1.0).abs() < 1e-9);
        assert!((counts(1.0, 0.0) - 1.0).abs() < 1e-9);
        assert!((counts(2.0, 0.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn who_waits_for_a_processor_has_what_it_was_given() {
        assert!((counts(0.1, 0.9) - 0.1).abs() < 1e-9);
        assert!((counts(0.05, 0.05) - 0.95).abs() < 1e-9);
        assert!((counts(0.2, 3.8) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn however_starved_it_ends() {
        let clock = Clock::start();
        let starved = || Spent { ran: Duration::ZERO, waited: SECOND * 19 };
        assert!(!clock.left(SECOND, SECOND * 19, starved).is_zero());
        assert!(clock.left(SECOND, SECOND * MOST, starved).is_zero());
    }
}
