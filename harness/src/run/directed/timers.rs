//! Timers (setitimer(2), `timer_create(2)`, `timerfd_create(2)`): they run by the program's clock.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::os::fd::OwnedFd;

use super::clock::{Clock, time_at, timespec};
use crate::system::witness::descriptors::Descriptors;
use crate::system::witness::{Call, Tracee};

/// All timers of a run.
#[derive(Debug, Default)]
pub(super) struct Timers {
    all: BTreeMap<Id, Timer>,
    /// The number of the next one that is created.
    next: u32,
}

/// Which timer of which process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    /// The one of `alarm` and `setitimer`.
    Alarm(usize),
    Created(usize, u64),
    Descriptor(usize, i32),
}

#[derive(Debug)]
struct Timer {
    /// When it runs out; `None`: it does not run.
    due: Option<u64>,
    /// In how long it runs out again; 0: it does not.
    interval: u64,
    tells: Tells,
}

/// What happens when a timer has run out.
#[derive(Debug)]
pub(super) enum Tells {
    Nothing,
    /// A process is sent SIGALRM.
    Process(u32),
    /// A thread of a process, or any where there is none, is sent a signal with a value.
    Thread {
        pid: u32,
        tid: Option<u32>,
        signal: c_int,
        value: u64,
    },
    /// A descriptor can be read.
    Descriptor(OwnedFd),
}

/// Whose call it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub task: Tracee,
    pub process: usize,
    pub pid: u32,
}

/// What setting a timer takes: in how long, whether that is a moment, and in how long again.
struct Setting {
    time: u64,
    interval: u64,
}

impl Timers {
    /// Answers a call that has to do with timers; its result, or `None` where it is left to the kernel.
    pub fn answer(&mut self, of: Caller, call: Call, clock: Clock) -> Option<i64> {
        let [first, second, third, fourth, ..] = call.arguments;
        let task = of.task;
        match call.number {
            libc::SYS_setitimer if first == 0 => {
                let setting = setting(task, second, MICROSECOND)?;
                self.show(Id::Alarm(of.process), task, third, clock, MICROSECOND);
                let due = (setting.time > 0).then(|| clock.after(setting.time));
                self.put(Id::Alarm(of.process), due, setting.interval, Tells::Process(of.pid));
                Some(0)
            }
            libc::SYS_getitimer if first == 0 => {
                self.show(Id::Alarm(of.process), task, second, clock, MICROSECOND);
                Some(0)
            }
            libc::SYS_timer_create => self.create(of, second, third),
            libc::SYS_timer_settime => {
                let id = Id::Created(of.process, first);
                if !self.all.contains_key(&id) {
                    return Some(-i64::from(libc::EINVAL));
                }
                let setting = setting(task, third, 1)?;
                self.show(id, task, fourth, clock, 1);
                let due = due(&setting, second, clock, CLOCK);
                let timer = self.all.get_mut(&id)?;
                (timer.due, timer.interval) = (due, setting.interval);
                Some(0)
            }
            libc::SYS_timer_gettime => {
                self.show(Id::Created(of.process, first), task, second, clock, 1);
                Some(0)
            }
            libc::SYS_timer_delete => {
                self.all.remove(&Id::Created(of.process, first));
                Some(0)
            }
            libc::SYS_timerfd_settime => {
                let descriptor = i32::try_from(first).ok()?;
                let copy = Descriptors::of(of.pid)?.copy(descriptor)?;
                let setting = setting(task, third, 1)?;
                let id = Id::Descriptor(of.process, descriptor);
                self.show(id, task, fourth, clock, 1);
                Descriptors::disarm(&copy);
                self.put(id, due(&setting, second, clock, CLOCK), setting.interval, Tells::Descriptor(copy));
                Some(0)
            }
            libc::SYS_timerfd_gettime => {
                self.show(Id::Descriptor(of.process, i32::try_from(first).ok()?), task, second, clock, 1);
                Some(0)
            }
            #[cfg(target_arch = "x86_64")]
            libc::SYS_alarm => {
                let id = Id::Alarm(of.process);
                let left = self.left(id, clock).0.div_ceil(SECOND);
                let due = (first > 0).then(|| clock.after(first.saturating_mul(SECOND)));
                self.put(id, due, 0, Tells::Process(of.pid));
                Some(left.cast_signed())
            }
            _ => None,
        }
    }

    /// `timer_create(2)`: the new one's number is written where the caller wants it.
    fn create(&mut self, of: Caller, event: u64, to: u64) -> Option<i64> {
        let number = self.next;
        self.next += 1;
        let tells = if event == 0 {
            Tells::Thread { pid: of.pid, tid: None, signal: libc::SIGALRM, value: number.into() }
        } else {
            // `struct sigevent`: a value, a signal, what to do, and a thread.
            let value = of.task.read_u64(event)?;
            let signal = of.task.read_u32(event + 8)?.cast_signed();
            match of.task.read_u32(event + 12)?.cast_signed() {
                libc::SIGEV_NONE => Tells::Nothing,
                libc::SIGEV_THREAD_ID => {
                    let tid = of.task.read_u32(event + 16)?;
                    Tells::Thread { pid: of.pid, tid: Some(tid), signal, value }
                }
                _ => Tells::Thread { pid: of.pid, tid: None, signal, value },
            }
        };
        if !of.task.write(to, &number.to_ne_bytes()) {
            return Some(-i64::from(libc::EFAULT));
        }
        self.put(Id::Created(of.process, number.into()), None, 0, tells);
        Some(0)
    }

    fn put(&mut self, id: Id, due: Option<u64>, interval: u64, tells: Tells) {
        self.all.insert(id, Timer { due, interval, tells });
    }

    /// What is left of a timer, and its interval.
    fn left(&self, id: Id, clock: Clock) -> (u64, u64) {
        let timer = self.all.get(&id);
        timer.map_or((0, 0), |timer| {
            (timer.due.map_or(0, |due| due.saturating_sub(clock.now()).max(1)), timer.interval)
        })
    }

    /// Writes what is left of a timer where the caller wants it, if it does.
    fn show(&self, id: Id, task: Tracee, to: u64, clock: Clock, unit: u64) {
        if to != 0 {
            let (left, interval) = self.left(id, clock);
            let shown = |time: u64| {
                let mut bytes = timespec(time);
                bytes[8..].copy_from_slice(&(time % SECOND / unit).to_ne_bytes());
                bytes
            };
            task.write(to, &[shown(interval), shown(left)].concat());
        }
    }

    /// When the next one runs out.
    pub fn next(&self) -> Option<u64> {
        self.all.values().filter_map(|timer| timer.due).min()
    }

    /// Has all run out that are due by then.
    pub fn run_out(&mut self, now: u64) {
        for timer in self.all.values_mut() {
            let Some(due) = timer.due.filter(|&due| due <= now) else { continue };
            timer.due = (timer.interval > 0).then(|| (due + timer.interval).max(now + 1));
            match &timer.tells {
                Tells::Nothing => {}
                Tells::Process(pid) => _ = Tracee::new(*pid).send(libc::SIGALRM),
                Tells::Thread { pid, tid, signal, value } => {
                    Tracee::new(tid.unwrap_or(*pid)).send_of_timer(*pid, tid.is_some(), *signal, *value);
                }
                Tells::Descriptor(copy) => Descriptors::run_out(copy),
            }
        }
    }

    /// Forgets those of a process that is gone or executes a program, which keeps its alarm.
    pub fn forget(&mut self, process: usize, with_alarm: bool) {
        self.all.retain(|id, _| match *id {
            Id::Alarm(of) | Id::Descriptor(of, _) => of != process || !with_alarm,
            Id::Created(of, _) => of != process,
        });
    }
}

const SECOND: u64 = 1_000_000_000;
const MICROSECOND: u64 = 1_000;

/// A moment that is meant, and not a time, is one of this clock or of `CLOCK_REALTIME`, whichever it can be.
const CLOCK: u64 = libc::CLOCK_MONOTONIC as u64;

/// Reads a `struct itimerspec` or `itimerval`: the interval, then the time.
fn setting(task: Tracee, address: u64, unit: u64) -> Option<Setting> {
    Some(Setting { interval: time_at(task, address, unit)?, time: time_at(task, address + 16, unit)? })
}

/// When a timer runs out; `None`: it is stopped.
fn due(setting: &Setting, flags: u64, clock: Clock, of: u64) -> Option<u64> {
    let is_moment = flags & u64::from(libc::TIMER_ABSTIME.cast_unsigned()) != 0;
    // Moments of CLOCK_REALTIME are far beyond what the other one shows.
    let of = if setting.time > 1_000 * 1_000_000 * SECOND { libc::CLOCK_REALTIME as u64 } else { of };
    let due = if is_moment { clock.when(of, setting.time) } else { clock.after(setting.time) };
    (setting.time > 0).then_some(due)
}
