//! How much time a run had: time on the clock, less what it spent waiting for a processor.
//!
//! On a busy machine a program that computes is slow through no fault of its own. Of a stretch of time Δ, over which all tasks
//! together ran for `ran` and waited for a processor for `waited`, a share of D = (ran + waited)/Δ wanted to run, and
//! G = ran/Δ did. With at most so many processors it could have been C = min(D, processors). What counts is
//! Δ·((1 − min(D, 1)) + min(D, 1)·G/C): all of the time that it slept, and of the rest as much as it was given.

use std::thread::available_parallelism;
use std::time::Duration;

use crate::system::spent::Spent;

/// However starved, a run ends after so many times its limit on the clock.
const MOST: u32 = 20;

/// In so many parts.
const PARTS: u32 = 8;

/// It is looked at no oftener.
const MOMENT: Duration = Duration::from_millis(20);

/// Measures how much of a limit a run has used up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    limit: Duration,
    /// So many there are for the run: its tracer may keep to one of them for a while.
    processors: usize,
    began: Duration,
    /// What counted up to this moment, when so much was spent.
    had: Duration,
    since: Duration,
    spent: Spent,
}

impl Clock {
    /// From this moment on, when so much was spent.
    pub fn new(limit: Duration, began: Duration, spent: Spent) -> Clock {
        let processors = available_parallelism().map_or(1, usize::from);
        Clock { limit, processors, began, had: Duration::ZERO, since: began, spent }
    }

    /// In how long it is to be looked at again; nothing: the limit is up. What was spent is asked a few times in all.
    pub fn left(&mut self, now: Duration, spent: impl FnOnce() -> Spent) -> Duration {
        let passed = now.saturating_sub(self.since);
        let next = self.next();
        if passed < next {
            return next.saturating_sub(passed);
        }
        if now.saturating_sub(self.began) >= self.limit * MOST {
            return Duration::ZERO;
        }
        let spent = spent();
        self.had += effective(passed, spent - self.spent, self.processors);
        (self.since, self.spent) = (now, spent);
        self.next()
    }

    /// A part of what is left: what comes in one part, as a burst of processes, shall not count for all of it.
    fn next(&self) -> Duration {
        match self.limit.saturating_sub(self.had) {
            Duration::ZERO => Duration::ZERO,
            left => left.min(self.limit / PARTS).max(MOMENT),
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
        let mut clock = Clock::new(SECOND, Duration::ZERO, Spent::default());
        let starved = |now: Duration| Spent { ran: Duration::ZERO, waited: now };
        let ends = (1..=1000_u32)
            .map(|tick| SECOND / 10 * tick)
            .find(|&now| clock.left(now, || starved(now)).is_zero());
        assert_eq!(ends, Some(SECOND * MOST));
    }

    #[test]
    fn a_burst_counts_for_its_part_alone() {
        let mut clock = Clock::new(SECOND, Duration::ZERO, Spent::default());
        let burst = Spent { ran: Duration::ZERO, waited: SECOND * 100 };
        let ends =
            (1..=1000_u32).map(|tick| SECOND / 8 * tick).find(|&now| clock.left(now, || burst).is_zero());
        assert_eq!(ends, Some(SECOND + SECOND / 8));
    }
}
