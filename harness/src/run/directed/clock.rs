//! The program's clock: it stands still but for what moves it.

use std::ffi::c_long;
use std::time::SystemTime;

use crate::system::witness::{Call, Tracee};

/// Where it starts, by `CLOCK_MONOTONIC`, in nanoseconds: the same in each run. By `CLOCK_REALTIME` it starts as it is: files have
/// their times by that.
const START: u64 = 100_000_000_000_000;

/// What reading it takes, and what it takes one that has read it very often in a row and waits for it to move, in nanoseconds.
const READ: [u64; 2] = [1_000, 100_000];

/// So often is very often.
const OFTEN: u32 = 500;

const SECOND: u64 = 1_000_000_000;

/// A clock in nanoseconds, as `CLOCK_MONOTONIC` counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    now: u64,
    /// What `CLOCK_REALTIME` showed at the start.
    began: u64,
    /// How much of that passed while nobody went.
    idle: u64,
}

impl Clock {
    pub fn new() -> Clock {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Clock { now: START, began: u64::try_from(since_1970.as_nanos()).unwrap_or(0), idle: 0 }
    }

    /// What it shows.
    pub fn now(self) -> u64 {
        self.now
    }

    /// How much it has shown to pass.
    pub fn passed(self) -> std::time::Duration {
        std::time::Duration::from_nanos(self.now - START)
    }

    /// Moves it on to a moment, if that is still to come: all have slept, or were held up.
    pub fn reach(&mut self, moment: u64) {
        self.idle += moment.saturating_sub(self.now);
        self.now = self.now.max(moment);
    }

    /// Answers a call that asks for the time, for one who has asked so often in a row; the call's result.
    pub fn read(&mut self, task: Tracee, call: Call, asked: u32) -> i64 {
        self.now += READ[usize::from(asked > OFTEN)];
        let [first, second, ..] = call.arguments;
        match call.number {
            libc::SYS_clock_gettime => {
                let shown = self.shown(first);
                answer(task.write(second, &timespec(shown)))
            }
            libc::SYS_gettimeofday => {
                let shown = self.shown(0);
                let value = [(shown / SECOND).to_ne_bytes(), (shown % SECOND / 1000).to_ne_bytes()].concat();
                answer(first == 0 || task.write(first, &value))
            }
            _ => {
                let seconds = self.shown(0) / SECOND;
                let written = first == 0 || task.write(first, &seconds.to_ne_bytes());
                if written { seconds.cast_signed() } else { -i64::from(libc::EFAULT) }
            }
        }
    }

    /// What a clock shows, by its number (`clock_gettime(2)`). Those of processor time show all time that has passed while anybody
    /// went: it is no more than has passed, and a sleep takes none.
    fn shown(self, clock: u64) -> u64 {
        match i32::try_from(clock) {
            Ok(libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE | libc::CLOCK_TAI) => {
                self.now - START + self.began
            }
            Ok(
                libc::CLOCK_MONOTONIC
                | libc::CLOCK_MONOTONIC_RAW
                | libc::CLOCK_MONOTONIC_COARSE
                | libc::CLOCK_BOOTTIME,
            ) => self.now,
            _ => self.now - START - self.idle,
        }
    }

    /// When a clock will show this, by `CLOCK_MONOTONIC`.
    pub fn when(self, clock: u64, shown: u64) -> u64 {
        let now = self.shown(clock);
        if shown >= now { self.now.saturating_add(shown - now) } else { self.now.saturating_sub(now - shown) }
    }

    /// When this much has passed.
    pub fn after(self, nanoseconds: u64) -> u64 {
        self.now.saturating_add(nanoseconds)
    }
}

fn answer(written: bool) -> i64 {
    if written { 0 } else { -i64::from(libc::EFAULT) }
}

/// A `struct timespec` of so many nanoseconds.
pub(super) fn timespec(nanoseconds: u64) -> Vec<u8> {
    [(nanoseconds / SECOND).to_ne_bytes(), (nanoseconds % SECOND).to_ne_bytes()].concat()
}

/// Reads a `struct timespec` or, with 1,000 to a unit, a `struct timeval`: nanoseconds. `None` where there is none.
pub(super) fn time_at(task: Tracee, address: u64, unit: u64) -> Option<u64> {
    if address == 0 {
        return None;
    }
    let (seconds, rest) = (task.read_u64(address)?, task.read_u64(address + 8)?);
    let seconds = seconds.cast_signed().max(0).cast_unsigned();
    Some(seconds.saturating_mul(SECOND).saturating_add(rest.saturating_mul(unit)))
}

/// Where a sleep that a signal interrupts writes how much of it is left, if anywhere: one up to a moment does not (nanosleep(2)).
pub(super) fn place_of_rest(call: Call) -> Option<u64> {
    let [_, second, _, fourth, ..] = call.arguments;
    let place = match call.number {
        libc::SYS_nanosleep => second,
        libc::SYS_clock_nanosleep if !is_absolute(call) => fourth,
        _ => 0,
    };
    (place != 0).then_some(place)
}

/// Whether a sleep lasts up to a moment.
fn is_absolute(call: Call) -> bool {
    call.number == libc::SYS_clock_nanosleep
        && call.arguments[1] & u64::from(libc::TIMER_ABSTIME.cast_unsigned()) != 0
}

/// When a sleep ends.
pub(super) fn end_of_sleep(clock: Clock, task: Tracee, call: Call) -> u64 {
    const NANOSLEEP: c_long = libc::SYS_nanosleep;
    let [first, _, third, ..] = call.arguments;
    let address = if call.number == NANOSLEEP { first } else { third };
    let time = time_at(task, address, 1).unwrap_or(0);
    if is_absolute(call) { clock.when(first, time) } else { clock.after(time) }
}
