//! Who goes next: who could, who is chosen, and what it takes to let that one go.

use std::time::{Duration, Instant};

use super::asking::Asking;
use super::choice::{Candidate, How, Point};
use super::fiber::{Fiber, For, Stage};
use super::patience::{self, Ready};
use super::{Director, Next, TOLD, clock};
use crate::system::proc;
use crate::system::witness::descriptors::is_of_run;
use crate::system::witness::directed::{Kind, kind};
use crate::system::witness::{Call, Tracee};
use crate::transcript::schedule::{Departure, Name, Time, Turn};

/// How long to wait for what was left to the kernel before a sleep ends, or what may come from outside is asked for again.
const MOMENT: Duration = Duration::from_millis(3);

/// In busy time a wait for another thread may run out that lasts less than so many nanoseconds.
const SHORT: u64 = 10_000_000;

/// So many timers run out in a row at the most, while nobody heeds them.
const MOST_TIMERS: u32 = 1000;

impl Director<'_> {
    /// Who goes on. Nobody goes meanwhile; `is_stopped` tells who is there to go on, and `lines` how many were printed.
    pub fn next(&mut self, is_stopped: impl Fn(Tracee) -> bool, lines: usize) -> Next {
        self.lines = lines;
        for _ in 0..MOST_TIMERS {
            self.look_for_signals();
            if let Some((thread, call)) = self.to_be_asked()
                && let Some(asking) = Asking::prepare(self.fibers[&thread].task, call)
            {
                let news = self.news(call);
                let fiber = self.fiber(thread);
                fiber.stage = Stage::Asks(asking, news);
                return Next::Ask(fiber.task, call);
            }
            self.look_at_descriptors();
            let (candidates, threads) = self.candidates(&is_stopped);
            if !candidates.is_empty() {
                self.idle = None;
                let usual = self.usual(&candidates, &threads);
                let chosen = self.choose(&candidates, &threads, usual);
                match self.go(threads[chosen]) {
                    Some(next) => return next,
                    None => continue,
                }
            }
            if let Some(next) = self.nobody_goes(&is_stopped) {
                return next;
            }
        }
        Next::Wait
    }

    /// Lets one go on. `None`: it was to be interrupted, and another one has taken the signal; or its sleep was to end, and a timer
    /// has run out before, which may have interrupted it.
    pub(super) fn go(&mut self, thread: usize) -> Option<Next> {
        if self.timer_comes_before_end_of(thread) {
            return None;
        }
        let is_hurried = self.is_hurried(thread);
        self.turns += 1;
        if let Some((held, about)) = self.just_held.take().filter(|(held, _)| *held != thread) {
            self.direction.turns.push(Turn { lines: self.lines, went: thread, held, about });
        }
        (self.current, self.asleep, self.spent) = (Some(thread), 0, None);
        let fiber = self.fiber(thread);
        // The program's own first task has executed nothing of it before that is told.
        if !fiber.has_begun && fiber.name != Name::default() {
            fiber.holds.arm(fiber.task);
        }
        fiber.has_begun = true;
        fiber.holds.since = None;
        fiber.ready = None;
        let task = fiber.task;
        Some(match std::mem::replace(&mut fiber.stage, Stage::Goes) {
            Stage::Calls(call, _) => Next::Make(task, call),
            Stage::Ready(call, _) => {
                fiber.until = None;
                Next::Make(task, call)
            }
            Stage::Interrupted(call, what) => {
                if !fiber.is_interrupted(&what) {
                    fiber.stage = Stage::Waits(call, what);
                    return None;
                }
                let until = fiber.until.take();
                fiber.rest = until.and_then(|until| Some((clock::place_of_rest(call)?, until)));
                fiber.interrupted = Some((call, what, until));
                Next::Make(task, call)
            }
            Stage::Waits(call, what) => {
                let until = fiber.until.take();
                fiber.run_out(call, &what);
                self.direction.hurried += u32::from(is_hurried);
                if let Some(until) = until {
                    self.clock.reach(until);
                }
                self.run_timers_out();
                Next::Go(task)
            }
            _ => Next::Go(task),
        })
    }

    /// Whether a timer has run out that is due before one's sleep is.
    pub(super) fn timer_comes_before_end_of(&mut self, thread: usize) -> bool {
        let fiber = &self.fibers[&thread];
        let until = fiber.until.filter(|_| matches!(fiber.stage, Stage::Waits(..)));
        let Some(due) = self.timers.next().filter(|due| until.is_some_and(|until| *due <= until)) else {
            return false;
        };
        self.clock.reach(due);
        self.run_timers_out();
        self.turns += 1;
        true
    }

    pub(super) fn run_timers_out(&mut self) {
        if self.timers.next().is_some_and(|due| due <= self.clock.now()) {
            self.timers.run_out(self.clock.now());
            self.has_signals = true;
        }
    }

    /// Whether the end of one's sleep would come before its time: while somebody else could go on.
    pub(super) fn is_hurried(&self, thread: usize) -> bool {
        let fiber = &self.fibers[&thread];
        let Some(until) = fiber.until.filter(|_| matches!(fiber.stage, Stage::Waits(..))) else {
            return false;
        };
        self.fibers.iter().any(|(&other, fiber)| {
            other != thread && (fiber.can_go() || fiber.until.is_some_and(|other| other < until))
        })
    }

    /// All that can go on, the first born first.
    pub(super) fn candidates(&mut self, is_stopped: impl Fn(Tracee) -> bool) -> (Vec<Candidate>, Vec<usize>) {
        let there = |fiber: &Fiber| is_stopped(fiber.task);
        let mut can: Vec<(usize, How)> = self
            .fibers
            .iter()
            .filter(|(_, fiber)| fiber.can_go() && there(fiber))
            .map(|(&thread, _)| (thread, How::Goes))
            .collect();
        let (time, now) = (self.direction.schedule.time, self.clock.now());
        if time != Time::Ideal {
            let hurry = |fiber: &Fiber| {
                let Some(until) = fiber.until.filter(|_| !fiber.is_long && there(fiber)) else {
                    return false;
                };
                match &fiber.stage {
                    Stage::Waits(_, For::Futex(_)) => time == Time::Late || until < now + SHORT,
                    Stage::Waits(..) => time == Time::Late,
                    _ => false,
                }
            };
            let sleepers = self.fibers.iter().filter(|(_, fiber)| hurry(fiber));
            can.extend(sleepers.map(|(&thread, _)| (thread, How::Wakes)));
            can.sort_unstable_by_key(|(thread, _)| *thread);
        }
        self.note_ready(&can);
        let is_due = patience::due(&self.fibers, self.lines);
        if can.iter().any(|(thread, _)| is_due(*thread)) {
            can.retain(|(thread, _)| is_due(*thread));
        } else {
            self.keep_the_held(&mut can);
        }
        can.into_iter()
            .map(|(thread, how)| {
                let fiber = &self.fibers[&thread];
                let line = match &fiber.stage {
                    Stage::Calls(_, line) => line.clone(),
                    _ => None,
                };
                (
                    Candidate {
                        name: fiber.name.clone(),
                        how,
                        line,
                        is_current: Some(thread) == self.current,
                    },
                    thread,
                )
            })
            .unzip()
    }

    /// Leaves those out that are held; where nobody else can go, the one is left that is held for the longest, and in busy time
    /// those whose waits may run out meanwhile.
    fn keep_the_held(&self, can: &mut Vec<(usize, How)>) {
        let since = |thread: usize| self.fibers[&thread].holds.since;
        let is_busy = self.direction.schedule.time == Time::Busy;
        let goes =
            |(thread, how): &(usize, How)| since(*thread).is_none() && !(is_busy && *how == How::Wakes);
        let held = can.iter().filter(|(thread, _)| since(*thread).is_some());
        let first = held.min_by_key(|(thread, _)| since(*thread)).map(|(thread, _)| *thread);
        let first = first.filter(|_| !can.iter().any(goes));
        can.retain(|(thread, _)| since(*thread).is_none() || Some(*thread) == first);
    }

    /// Notes since when each could go that can.
    fn note_ready(&mut self, can: &[(usize, How)]) {
        let now = Ready { turn: self.turns, lines: self.lines };
        let mut can = can.iter().map(|(thread, _)| *thread).peekable();
        for (&thread, fiber) in &mut self.fibers {
            let is_ready = can.next_if_eq(&thread).is_some();
            fiber.ready = if is_ready { fiber.ready.or(Some(now)) } else { None };
        }
    }

    /// Whoever went, then the first born, then the sleep that ends first.
    pub(super) fn usual(&self, candidates: &[Candidate], threads: &[usize]) -> usize {
        let rank = |index: &usize| {
            let thread = threads[*index];
            let wakes = candidates[*index].how == How::Wakes;
            let until = if wakes { self.fibers[&thread].until } else { None };
            (wakes, until, Some(thread) != self.current, thread)
        };
        (0..candidates.len()).min_by_key(rank).unwrap_or(0)
    }

    /// Has it chosen which of these it is, where there is a choice, and notes that.
    pub(super) fn choose(&mut self, candidates: &[Candidate], threads: &[usize], usual: usize) -> usize {
        if candidates.len() < 2 {
            return usual;
        }
        self.direction.points += 1;
        let chosen = self.chooser.choose(&Point { candidates, usual });
        if chosen == usual {
            self.since += 1;
            return chosen;
        }
        let departure =
            Departure { after: std::mem::take(&mut self.since), to: candidates[chosen].name.clone() };
        self.direction.schedule.departures.push(departure);
        if self.direction.turns.len() < TOLD {
            let (went, held) = (threads[chosen], threads[usual]);
            let about = self.about(&self.fibers[&held]);
            self.direction.turns.push(Turn { lines: self.lines, went, held, about });
        }
        chosen
    }

    /// One whose call is to be asked again, since something has happened meanwhile.
    pub(super) fn to_be_asked(&self) -> Option<(usize, Call)> {
        self.fibers.iter().find_map(|(&thread, fiber)| match &fiber.stage {
            Stage::Waits(call, For::Answer(seen)) => (*seen != self.news(*call)).then_some((thread, *call)),
            _ => None,
        })
    }

    /// How much has happened that a call may tell of: a child's end, or whatever may end anything else.
    pub(super) fn news(&self, call: Call) -> u64 {
        let of_child = kind(call.number) == Some(Kind::Child);
        if of_child { self.lives } else { self.happened() }
    }

    /// How much has happened that may end any wait.
    pub(super) fn happened(&self) -> u64 {
        self.lives + self.turns
    }

    pub(super) fn look_at_descriptors(&mut self) {
        let happened = self.happened();
        for fiber in self.fibers.values_mut() {
            let (Stage::Waits(_, For::Descriptors(watch)) | Stage::Ready(_, watch)) = &mut fiber.stage else {
                continue;
            };
            if watch.asked == happened {
                continue;
            }
            watch.asked = happened;
            let is_ready = watch.is_ready(fiber.task, fiber.pid);
            fiber.stage = match std::mem::replace(&mut fiber.stage, Stage::Goes) {
                Stage::Waits(call, For::Descriptors(watch)) if is_ready => Stage::Ready(call, watch),
                Stage::Ready(call, watch) if !is_ready => Stage::Waits(call, For::Descriptors(watch)),
                stage => stage,
            };
        }
    }

    /// Nobody can go on: a sleep ends, or what was left to the kernel is waited for, or nobody ever can, or not in the time that a run
    /// has. `None`: a timer has run out, which may have changed that.
    pub(super) fn nobody_goes(&mut self, is_stopped: impl Fn(Tracee) -> bool) -> Option<Next> {
        let waits_elsewhere = self.fibers.values().any(|fiber| {
            let is_elsewhere = !is_stopped(fiber.task) && !matches!(fiber.stage, Stage::Paused);
            matches!(fiber.stage, Stage::Left(_)) || is_elsewhere || is_of_outside(fiber)
        });
        let waits_elsewhere = waits_elsewhere || self.waits_for_a_lock_of_outside();
        let idle = *self.idle.get_or_insert_with(Instant::now);
        if waits_elsewhere && idle.elapsed() < MOMENT {
            return Some(Next::Wait);
        }
        let waiting = self
            .fibers
            .iter()
            .filter(|(_, fiber)| matches!(fiber.stage, Stage::Waits(..)) && is_stopped(fiber.task));
        let sleeper = waiting.filter_map(|(&thread, fiber)| Some((fiber.until?, thread))).min();
        if let Some(due) = self.timers.next().filter(|due| sleeper.is_none_or(|(until, _)| *due <= until)) {
            self.clock.reach(due);
            self.run_timers_out();
            self.turns += 1;
            return None;
        }
        if let Some((_, thread)) = sleeper {
            let fiber = &self.fibers[&thread];
            let only_sleeps = matches!(fiber.stage, Stage::Waits(_, For::Sleep));
            if fiber.is_long && only_sleeps && !waits_elsewhere {
                return Some(Next::Overdue);
            }
            self.idle = None;
            return self.go(thread);
        }
        if waits_elsewhere {
            // What comes from outside shows only when it is asked for again.
            self.turns += 1;
            return Some(Next::Wait);
        }
        Some(Next::Stuck)
    }

    /// Whether a task waits for a lock on a file that nobody in the run holds.
    fn waits_for_a_lock_of_outside(&mut self) -> bool {
        let is_held_outside = |fiber: &Fiber| {
            let Stage::Waits(call, For::Answer(_)) = &fiber.stage else { return false };
            if kind(call.number) != Some(Kind::FileLock) {
                return false;
            }
            let descriptor = i32::try_from(call.arguments[0]).ok();
            let file = descriptor.and_then(|descriptor| proc::file_behind(fiber.pid, descriptor));
            let is_held = |file| self.fibers.values().any(|other| proc::has_lock_on(other.pid, file));
            !file.is_some_and(is_held)
        };
        let is_so = self.fibers.values().any(is_held_outside);
        if is_so && self.idle.is_none() {
            self.leave("a lock that is held outside of the run");
        }
        is_so
    }
}

/// Whether something may come from outside of the run that a task waits for.
fn is_of_outside(fiber: &Fiber) -> bool {
    let Stage::Waits(_, For::Descriptors(watch)) = &fiber.stage else { return false };
    watch.descriptors.iter().any(|(descriptor, _)| !is_of_run(fiber.task.id(), *descriptor))
}
