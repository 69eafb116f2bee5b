//! Calls that wait, and those that wake: how each begins.

use std::os::fd::RawFd;
use std::time::Duration;

use nix::poll::PollFlags;

use super::asking::{self, Asking};
use super::choice::{Candidate, How};
use super::fiber::{Awaited, For, Stage, Watch};
use super::futex::{self, Key, Others, Wake};
use super::polls::{self, Watched};
use super::timers::Caller;
use super::{Begun, Director, clock};
use crate::system::witness::Call;
use crate::system::witness::descriptors::Descriptors;

/// A wait with a time-out of this length or more is not hurried: its time-out is there for the case that something is wrong. Nor is
/// a sleep as long as a run may take: nobody is held up for so long.
const SAFETY: Duration = Duration::from_secs(3);

impl Director<'_> {
    pub(super) fn timer(&mut self, thread: usize, call: Call) -> Begun {
        let fiber = &self.fibers[&thread];
        let caller = Caller { task: fiber.task, process: fiber.process, pid: fiber.pid };
        if let Some(result) = self.timers.answer(caller, call, self.clock) {
            Begun::At(result)
        } else {
            self.leave("a timer of processor time");
            Begun::Made
        }
    }

    pub(super) fn futex(&mut self, thread: usize, call: Call) -> Begun {
        let fiber = &self.fibers[&thread];
        match futex::asked(fiber.task, fiber.process, call, self.clock) {
            futex::Asked::Wait(waiting, until) => {
                self.park(thread, call, For::Futex(waiting), until);
                Begun::Parked
            }
            futex::Asked::Nothing(result) => Begun::At(result),
            futex::Asked::Other => {
                self.leave("a lock with priorities (futex)");
                Begun::Made
            }
            futex::Asked::Wake { wake, others } => {
                let mut reached = self.wake(wake);
                match others {
                    Others::None => {}
                    Others::Wake(wake) => reached += self.wake(wake),
                    Others::Move { to, address, most } => {
                        reached += self.requeue(wake.key, to, address, most);
                    }
                }
                if reached == 0 {
                    // Nothing has changed for the others.
                    return Begun::At(0);
                }
                self.fiber(thread).task.skip(reached.cast_signed());
                Begun::Parked
            }
        }
    }

    /// Those that wait there, the one that waits longest first.
    pub(super) fn waiting_at(&self, key: Key, bits: u32) -> Vec<usize> {
        let mut waiting: Vec<(u64, usize)> = self
            .fibers
            .iter()
            .filter(|(_, fiber)| fiber.waits_at().is_some_and(|at| at.key == key && at.bits & bits != 0))
            .map(|(thread, fiber)| (fiber.waits_since, *thread))
            .collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, thread)| thread).collect()
    }

    /// Wakes some of those that wait; how many.
    pub(super) fn wake(&mut self, Wake { key, most, bits }: Wake) -> u64 {
        let mut waiting = self.waiting_at(key, bits);
        let mut reached = 0;
        while reached < most && !waiting.is_empty() {
            let is_choice = waiting.len() > 1 && (waiting.len() as u64) > most - reached;
            let index = if is_choice { self.choose_woken(&waiting) } else { 0 };
            let thread = waiting.remove(index);
            self.fiber(thread).wake(0);
            reached += 1;
        }
        reached
    }

    pub(super) fn choose_woken(&mut self, waiting: &[usize]) -> usize {
        let one = |thread: &usize| Candidate {
            name: self.fibers[thread].name.clone(),
            how: How::Woken,
            line: None,
            is_current: false,
        };
        let candidates: Vec<Candidate> = waiting.iter().map(one).collect();
        self.choose(&candidates, waiting, 0)
    }

    pub(super) fn requeue(&mut self, from: Key, to: Key, address: u64, most: u64) -> u64 {
        let mut moved = 0;
        for thread in self.waiting_at(from, u32::MAX) {
            if moved < most
                && let Stage::Waits(_, For::Futex(waiting)) | Stage::Interrupted(_, For::Futex(waiting)) =
                    &mut self.fiber(thread).stage
            {
                (waiting.key, waiting.address) = (to, address);
                moved += 1;
            }
        }
        moved
    }

    pub(super) fn read(&mut self, thread: usize, call: Call, flags: Option<usize>) -> Begun {
        let fiber = &self.fibers[&thread];
        let is_patient = flags
            .is_none_or(|flags| call.arguments[flags] & u64::from(libc::MSG_DONTWAIT.cast_unsigned()) == 0);
        let Some(table) = Descriptors::of(fiber.pid).filter(|_| is_patient) else { return Begun::Made };
        let Ok(descriptor) = RawFd::try_from(call.arguments[0]) else { return Begun::Made };
        let watch = Watch::new(fiber.task, vec![(descriptor, PollFlags::POLLIN)], self.happened());
        if table.never_waits(descriptor) || watch.is_ready(fiber.task, fiber.pid) {
            return Begun::Made;
        }
        let until = table.longest_wait(descriptor).map(|time| self.clock.after(time));
        self.park(thread, call, For::Descriptors(watch), until);
        Begun::Parked
    }

    pub(super) fn poll(&mut self, thread: usize, call: Call) -> Begun {
        let fiber = &self.fibers[&thread];
        let Some(Watched { descriptors, until, at_once, blocked }) =
            polls::watched(fiber.task, call, self.clock)
        else {
            return Begun::Made;
        };
        let watch = Watch::new(fiber.task, descriptors, self.happened());
        let is_ready = watch.is_ready(fiber.task, fiber.pid);
        if at_once || is_ready {
            if at_once && !is_ready {
                self.only_waits(thread);
            }
            return Begun::Made;
        }
        let is_sleep = watch.descriptors.is_empty() && until.is_some();
        let what = if is_sleep { For::Sleep } else { For::Descriptors(watch) };
        self.park(thread, call, what, until);
        if blocked.is_some() {
            self.fiber(thread).blocked = blocked;
            self.look_for_signals_of(thread);
        }
        Begun::Parked
    }

    pub(super) fn await_signal(&mut self, thread: usize, call: Call) -> Begun {
        let fiber = &self.fibers[&thread];
        let awaited = fiber.task.read_u64(call.arguments[0]).unwrap_or(0);
        let (awaited, until) = match call.number {
            libc::SYS_rt_sigtimedwait => {
                let time = clock::time_at(fiber.task, call.arguments[2], 1);
                (Awaited::Of(awaited), time.map(|time| self.clock.after(time)))
            }
            libc::SYS_rt_sigsuspend => (Awaited::Unless(awaited), None),
            _ => (Awaited::Any, None),
        };
        self.park(thread, call, For::Signal(awaited), until);
        Begun::Parked
    }

    /// A task only sleeps, gives way or asks.
    pub(super) fn only_waits(&mut self, thread: usize) {
        let turn = self.turns;
        self.fiber(thread).waited.note(turn);
    }

    /// Has a task wait before its call. A signal may have come already.
    pub(super) fn park(&mut self, thread: usize, call: Call, what: For, until: Option<u64>) {
        let (now, turns, longest) = (self.clock.now(), self.turns, self.longest);
        self.direction.sleeps += u32::from(until.is_some());
        if until.is_some() {
            self.only_waits(thread);
        }
        let fiber = self.fiber(thread);
        let most = if matches!(what, For::Sleep) { longest } else { SAFETY };
        let most = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        fiber.is_long = until.is_some_and(|until| until.saturating_sub(now) >= most);
        fiber.stage = Stage::Waits(call, what);
        (fiber.until, fiber.blocked, fiber.waits_since) = (until, None, turns);
        self.look_for_signals_of(thread);
    }

    /// What a signal has interrupted goes on, if that had no handler (`restart_syscall(2)`): by the program's clock.
    pub(super) fn wait_again(&mut self, thread: usize, call: Call) -> Begun {
        if let Some((call, what, until)) = self.fiber(thread).interrupted.take() {
            self.park(thread, call, what, until);
        } else {
            self.fiber(thread).stage = Stage::Calls(call, None);
        }
        Begun::Parked
    }

    pub(super) fn ask(&mut self, thread: usize, call: Call) -> Begun {
        if !asking::waits(call) {
            self.only_waits(thread);
            self.fiber(thread).stage = Stage::Calls(call, None);
            return Begun::Parked;
        }
        let task = self.fibers[&thread].task;
        let until = asking::until(task, call, self.clock);
        let (turns, news) = (self.turns, self.news(call));
        let Some(asking) = Asking::prepare(task, call) else { return Begun::Made };
        let fiber = self.fiber(thread);
        fiber.until = fiber.until.or(until);
        fiber.waits_since = turns;
        fiber.stage = Stage::Asks(asking, news);
        Begun::Asked
    }
}
