//! A run one task at a time: whoever directs it decides who goes next.
//!
//! Nothing of the program waits in the kernel. Where a task would, it is parked before its call, until what it waits for is there;
//! so who can go on is always known, and that nobody can at once. A task goes until it would wait, has woken another one, is about
//! to print or to end, or has just printed; then it is chosen anew who goes. The program's clock moves only when it is read, and
//! when a sleep ends.
//!
//! What this file does not know how to ask is left to the kernel, and counted.

mod asking;
pub(crate) mod choice;
mod clock;
mod futex;
mod polls;
mod timers;

use std::collections::BTreeMap;
use std::ffi::c_long;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use fastrand::Rng;
use nix::poll::PollFlags;

use self::asking::Asking;
use self::choice::{Candidate, Choose, How, Point};
use self::clock::Clock;
use self::futex::{Key, Others, Waiting, Wake};
use self::polls::Watched;
use self::timers::{Caller, Timers};
use crate::system::proc::{self, Signals};
use crate::system::processors::allowed;
use crate::system::witness::descriptors::{Descriptors, is_of_run, signals_told_by};
use crate::system::witness::directed::{Kind, kind};
use crate::system::witness::{Call, Tracee};
use crate::transcript::Direction;
use crate::transcript::schedule::{About, Departure, Moment, Name, Schedule, Time, Turn, Wait};

/// Somebody who sleeps, gives way or waits for a time so often, and does nothing that others see, lets them go first: it may be
/// waiting for what they do.
const PATIENCE: u32 = 20;

/// A wait with a time-out of this length or more is not hurried: its time-out is there for the case that something is wrong. Nor is
/// a sleep as long as a run may take: nobody is held up for so long.
const SAFETY: Duration = Duration::from_secs(3);

/// So long may a task compute without a stop, in processor time, before others go.
const SLICE: Duration = Duration::from_millis(200);

/// So often in a row a task must be seen to wait in the kernel.
const ASLEEP: u32 = 3;

/// How long to wait for what was left to the kernel before a sleep ends, or what may come from outside is asked for again.
const MOMENT: Duration = Duration::from_millis(3);

/// So many timers run out in a row at the most, while nobody heeds them.
const MOST_TIMERS: u32 = 1000;

/// At most so many turns and moments are told of, and so many of those that did not go.
const TOLD: usize = 200;
const TOLD_AT_ONCE: usize = 16;

/// Directs a run.
pub(crate) struct Director<'a> {
    chooser: &'a mut (dyn Choose + Send),
    clock: Clock,
    timers: Timers,
    random: Rng,
    fibers: BTreeMap<usize, Fiber>,
    /// Who went last.
    current: Option<usize>,
    /// How often somebody went.
    turns: u64,
    /// How often a life has changed: a child's end is asked for again only then.
    lives: u64,
    /// Whether signals may have been sent since they were looked for.
    has_signals: bool,
    direction: Direction,
    /// Usual choices since the last departure.
    since: u32,
    /// How often the one that goes was seen to wait in the kernel, and what it had spent as it began.
    asleep: u32,
    spent: Option<Duration>,
    /// Since when nobody can go on but for what the kernel or others do.
    idle: Option<Instant>,
    /// How many lines were printed.
    lines: usize,
    /// How long a run may take.
    longest: Duration,
}

/// A task that is scheduled.
struct Fiber {
    task: Tracee,
    name: Name,
    process: usize,
    pid: u32,
    children: u32,
    /// Whether it went at all.
    has_begun: bool,
    stage: Stage,
    /// Until when it waits.
    until: Option<u64>,
    /// Whether it waits for so long that nobody is held up meanwhile.
    is_long: bool,
    /// The signals that are blocked while it waits, in place of those that are otherwise.
    blocked: Option<u64>,
    /// How many turns of all there were when it began to wait.
    waits_since: u64,
    /// The call that a signal has interrupted last, and until when it waited.
    interrupted: Option<(Call, For, Option<u64>)>,
    /// Of a sleep that a signal is interrupting: where it says how much is left, and when it would end.
    rest: Option<(u64, u64)>,
    /// How often it slept, gave way or waited for a time, and did nothing that others see.
    idles: u32,
    /// Whether it did so the last time that it went.
    is_idle: bool,
    /// How often it asked for the time, in a row.
    asked: u32,
}

/// What a task is about.
enum Stage {
    /// It goes, or can go on from where it was stopped.
    Goes,
    /// It is about to make this call; what it prints by it.
    Calls(Call, Option<String>),
    /// It is in a call that was changed so that it does not wait.
    Asks(Asking),
    /// The same, and it is to make that call again.
    Returns,
    /// It waits before its call.
    Waits(Call, For),
    /// The same, and there is something on a descriptor that it waits for, as long as nobody else takes it.
    Ready(Call, Watch),
    /// It waits before its call, and a signal has come for which the kernel will interrupt that call at once.
    Interrupted(Call, For),
    /// It was left to the kernel.
    Left(String),
    /// A signal has stopped it.
    Paused,
}

/// What a parked task waits for.
#[derive(Debug)]
enum For {
    Futex(Waiting),
    Sleep,
    Descriptors(Watch),
    /// An answer; when it was asked for.
    Answer(u64),
    Signal(Awaited),
}

/// Descriptors of which a task waits for one.
#[derive(Debug)]
struct Watch {
    descriptors: Vec<(RawFd, PollFlags)>,
    /// The signals that some of them tell of.
    signals: u64,
    /// How many turns of all there were when they were asked.
    asked: u64,
}

impl Watch {
    fn new(task: Tracee, descriptors: Vec<(RawFd, PollFlags)>, asked: u64) -> Watch {
        let told = descriptors.iter().map(|(descriptor, _)| signals_told_by(task.id(), *descriptor));
        Watch { signals: told.fold(0, |all, one| all | one), descriptors, asked }
    }

    /// Whether there is anything on one of them.
    fn is_ready(&self, task: Tracee, pid: u32) -> bool {
        let pending = |signals: Signals| (signals.pending | signals.shared) & self.signals != 0;
        (self.signals != 0 && proc::signals_of(task.id()).is_some_and(pending))
            || Descriptors::of(pid).is_none_or(|table| table.are_ready(&self.descriptors))
    }
}

/// Which signals a task waits for.
#[derive(Debug)]
enum Awaited {
    /// Any that is not blocked.
    Any,
    /// Any that is not blocked by these.
    Unless(u64),
    /// One of these, to be taken.
    Of(u64),
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Next {
    /// This one goes on from where it was stopped.
    Go(Tracee),
    /// This one makes its call.
    Make(Tracee, Call),
    /// This one's call was changed so that it returns at once: it makes that.
    Ask(Tracee, Call),
    /// Something that was left to the kernel is to be waited for.
    Wait,
    /// Nobody can go on any more.
    Stuck,
}

/// How a call begins.
#[derive(Debug)]
pub(crate) enum Begun {
    /// It is done: it returns this, and the task goes on at once.
    At(i64),
    /// It is made as it is, at once.
    Made,
    /// It is made, changed so that it returns at once.
    Asked,
    /// The task is parked before it, or it is done; it is chosen anew who goes.
    Parked,
}

impl<'a> Director<'a> {
    /// Directs a run, which may take so long, as this one chooses.
    pub fn new(chooser: &'a mut (dyn Choose + Send), longest: Duration) -> Director<'a> {
        let schedule = Schedule { time: chooser.time(), departures: Vec::new() };
        Director {
            chooser,
            clock: Clock::new(),
            timers: Timers::default(),
            random: Rng::with_seed(0),
            fibers: BTreeMap::new(),
            current: None,
            turns: 1,
            lives: 1,
            has_signals: false,
            direction: Direction { schedule, ..Direction::default() },
            since: 0,
            asleep: 0,
            spent: None,
            idle: None,
            lines: 0,
            longest,
        }
    }

    /// How much time has passed by the program's clock.
    pub fn passed(&self) -> Duration {
        self.clock.passed()
    }

    /// What was chosen, once the run is over.
    pub fn finish(mut self) -> Direction {
        self.direction.followed = self.chooser.was_followed() && self.direction.followed;
        self.direction
    }

    /// A task is there: a thread of a process, created by another.
    pub fn born(&mut self, thread: usize, task: Tracee, process: usize, pid: u32, creator: Option<usize>) {
        let name = match creator.and_then(|creator| self.fibers.get_mut(&creator)) {
            Some(creator) => {
                creator.children += 1;
                creator.idles = 0;
                creator.name.child(creator.children)
            }
            None => Name::default(),
        };
        if creator.is_none() {
            self.direction.followed = true;
        }
        let fiber = Fiber {
            task,
            name,
            process,
            pid,
            children: 0,
            has_begun: false,
            stage: Stage::Goes,
            until: None,
            is_long: false,
            blocked: None,
            waits_since: 0,
            interrupted: None,
            rest: None,
            idles: 0,
            is_idle: false,
            asked: 0,
        };
        self.fibers.insert(thread, fiber);
    }

    /// A task has ended. What its end has changed in memory wakes whoever waits for that: the kernel clears a word for who
    /// joins (set_tid_address(2)), and marks locks that it held (get_robust_list(2)).
    pub fn ended(&mut self, thread: usize) {
        let Some(gone) = self.fibers.remove(&thread) else { return };
        if !self.fibers.values().any(|fiber| fiber.process == gone.process) {
            self.timers.forget(gone.process, true);
            self.signalled();
        }
        let changed = |fiber: &&mut Fiber| {
            let waiting = fiber.waits_at();
            waiting.is_some_and(|at| fiber.task.read_u32(at.address).is_some_and(|word| word != at.value))
        };
        self.fibers.values_mut().filter(changed).for_each(|fiber| fiber.wake(0));
    }

    /// A process executes a new program: of its threads one is left.
    pub fn executed(&mut self, thread: usize, task: Tracee) {
        self.lives += 1;
        let Some(process) = self.fibers.get(&thread).map(|fiber| fiber.process) else { return };
        self.fibers.retain(|&other, fiber| other == thread || fiber.process != process);
        self.timers.forget(process, false);
        if let Some(fiber) = self.fibers.get_mut(&thread) {
            (fiber.task, fiber.stage, fiber.until) = (task, Stage::Goes, None);
        }
        fix_what_varies(task, &mut self.random);
    }

    /// Whether signals may have been sent since they were looked for.
    pub fn has_signals(&self) -> bool {
        self.has_signals
    }

    /// Signals may have been sent.
    pub fn signalled(&mut self) {
        self.has_signals = true;
        self.lives += 1;
    }

    /// A task has printed; so many lines were there before.
    pub fn printed(&mut self, thread: usize, lines: usize, is_line: bool) {
        let Some(fiber) = self.fibers.get_mut(&thread) else { return };
        (fiber.idles, fiber.asked) = (0, 0);
        if !is_line {
            return;
        }
        let name = fiber.name.clone();
        self.direction.followed &= self.chooser.printed(&name);
        if self.direction.moments.len() < TOLD {
            let others = self.fibers.iter().filter(|(other, _)| **other != thread).take(TOLD_AT_ONCE);
            let others = others.map(|(&other, fiber)| (other, self.about(fiber))).collect();
            self.direction.moments.push(Moment { lines, others });
        }
    }

    /// A task is about to make a call, which prints this if it prints.
    pub fn call(&mut self, thread: usize, call: Call, prints: Option<String>) -> Begun {
        let Some(fiber) = self.fibers.get_mut(&thread) else { return Begun::Made };
        if matches!(fiber.stage, Stage::Returns) {
            let seen = if is_of_child(call) { self.lives } else { self.turns };
            fiber.stage = Stage::Waits(call, For::Answer(seen));
            return Begun::Parked;
        }
        let kind = if prints.is_some() { None } else { kind(call.number) };
        match kind {
            None => {
                fiber.stage = Stage::Calls(call, prints);
                Begun::Parked
            }
            Some(Kind::Clock) => {
                fiber.asked += 1;
                let result = self.clock.read(fiber.task, call, fiber.asked);
                self.run_timers_out();
                Begun::At(result)
            }
            Some(Kind::Random) => Begun::At(give_random(fiber.task, call, &mut self.random)),
            Some(Kind::Processors) => processors(fiber.task, call),
            Some(Kind::Timer) => self.timer(thread, call),
            Some(Kind::Yield) => {
                fiber.idle();
                fiber.task.skip(0);
                Begun::Parked
            }
            Some(Kind::Again) => self.wait_again(thread, call),
            Some(Kind::Sleep) => {
                let until = clock::end_of_sleep(self.clock, fiber.task, call);
                self.park(thread, call, For::Sleep, Some(until));
                Begun::Parked
            }
            Some(Kind::Futex) => self.futex(thread, call),
            Some(Kind::Read(flags)) => self.read(thread, call, flags),
            Some(Kind::Poll) => self.poll(thread, call),
            Some(Kind::Signal) => self.await_signal(thread, call),
            Some(Kind::Child | Kind::FileLock | Kind::Message) => self.ask(thread, call),
        }
    }

    /// The call was made that a task was let into; whether it is to be made again.
    pub fn called(&mut self, thread: usize) -> bool {
        let Some(fiber) = self.fibers.get_mut(&thread) else { return false };
        match std::mem::replace(&mut fiber.stage, Stage::Goes) {
            Stage::Asks(asking) if !asking.is_answered(fiber.task) => {
                fiber.stage = Stage::Returns;
                true
            }
            Stage::Asks(_) => {
                fiber.until = None;
                false
            }
            stage => {
                fiber.stage = stage;
                false
            }
        }
    }

    fn timer(&mut self, thread: usize, call: Call) -> Begun {
        let fiber = &self.fibers[&thread];
        let caller = Caller { task: fiber.task, process: fiber.process, pid: fiber.pid };
        match self.timers.answer(caller, call, self.clock) {
            Some(result) => Begun::At(result),
            None => {
                self.leave("a timer of processor time");
                Begun::Made
            }
        }
    }

    fn leave(&mut self, what: &str) {
        *self.direction.left.entry(what.to_owned()).or_default() += 1;
    }

    fn futex(&mut self, thread: usize, call: Call) -> Begun {
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
                let fiber = self.fiber(thread);
                if reached == 0 {
                    // Nothing has changed for the others.
                    return Begun::At(0);
                }
                fiber.task.skip(reached.cast_signed());
                fiber.idles = 0;
                Begun::Parked
            }
        }
    }

    fn fiber(&mut self, thread: usize) -> &mut Fiber {
        self.fibers.get_mut(&thread).expect("a task is known from its birth to its end")
    }

    /// Those that wait there, the one that waits longest first.
    fn waiting_at(&self, key: Key, bits: u32) -> Vec<usize> {
        let mut waiting: Vec<(u64, usize)> = self
            .fibers
            .iter()
            .filter(|(_, fiber)| {
                fiber.waits_at().is_some_and(|at| at.key == key && at.bits & bits != 0)
            })
            .map(|(thread, fiber)| (fiber.waits_since, *thread))
            .collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, thread)| thread).collect()
    }

    /// Wakes some of those that wait; how many.
    fn wake(&mut self, Wake { key, most, bits }: Wake) -> u64 {
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

    fn choose_woken(&mut self, waiting: &[usize]) -> usize {
        let one = |thread: &usize| Candidate {
            name: self.fibers[thread].name.clone(),
            how: How::Woken,
            prints: false,
        };
        let candidates: Vec<Candidate> = waiting.iter().map(one).collect();
        self.choose(&candidates, waiting, 0)
    }

    fn requeue(&mut self, from: Key, to: Key, address: u64, most: u64) -> u64 {
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

    fn read(&mut self, thread: usize, call: Call, flags: Option<usize>) -> Begun {
        let fiber = &self.fibers[&thread];
        let is_patient = flags.is_none_or(|flags| {
            call.arguments[flags] & u64::from(libc::MSG_DONTWAIT.cast_unsigned()) == 0
        });
        let Some(table) = Descriptors::of(fiber.pid).filter(|_| is_patient) else { return Begun::Made };
        let Ok(descriptor) = RawFd::try_from(call.arguments[0]) else { return Begun::Made };
        let watch = Watch::new(fiber.task, vec![(descriptor, PollFlags::POLLIN)], self.turns);
        if table.never_waits(descriptor) || watch.is_ready(fiber.task, fiber.pid) {
            return Begun::Made;
        }
        self.park(thread, call, For::Descriptors(watch), None);
        Begun::Parked
    }

    fn poll(&mut self, thread: usize, call: Call) -> Begun {
        let fiber = &self.fibers[&thread];
        let Some(Watched { descriptors, until, at_once, blocked }) = polls::watched(fiber.task, call, self.clock)
        else {
            return Begun::Made;
        };
        let watch = Watch::new(fiber.task, descriptors, self.turns);
        let is_ready = watch.is_ready(fiber.task, fiber.pid);
        if at_once || is_ready {
            if at_once && !is_ready {
                self.fiber(thread).idle();
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

    fn await_signal(&mut self, thread: usize, call: Call) -> Begun {
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

    /// Has a task wait before its call. A signal may have come already.
    fn park(&mut self, thread: usize, call: Call, what: For, until: Option<u64>) {
        let (now, turns, longest) = (self.clock.now(), self.turns, self.longest);
        self.direction.sleeps += u32::from(until.is_some());
        let fiber = self.fiber(thread);
        if until.is_some() {
            fiber.idle();
        }
        let most = if matches!(what, For::Sleep) { longest } else { SAFETY };
        let most = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        fiber.is_long = until.is_some_and(|until| until.saturating_sub(now) >= most);
        fiber.stage = Stage::Waits(call, what);
        (fiber.until, fiber.blocked, fiber.waits_since) = (until, None, turns);
        self.look_for_signals_of(thread);
    }

    /// What a signal has interrupted goes on, if that had no handler (restart_syscall(2)): by the program's clock.
    fn wait_again(&mut self, thread: usize, call: Call) -> Begun {
        match self.fiber(thread).interrupted.take() {
            Some((call, what, until)) => {
                self.park(thread, call, what, until);
                Begun::Parked
            }
            None => {
                self.fiber(thread).stage = Stage::Calls(call, None);
                Begun::Parked
            }
        }
    }

    /// A signal is about to be delivered. A sleep that it has interrupted says how much is left of it, by the true clock.
    pub fn delivers(&mut self, thread: usize) {
        let Some(fiber) = self.fibers.get_mut(&thread) else { return };
        if let Some((place, until)) = fiber.rest.take() {
            fiber.task.write(place, &clock::timespec(until.saturating_sub(self.clock.now())));
        }
    }

    fn ask(&mut self, thread: usize, call: Call) -> Begun {
        if !asking::waits(call) {
            let fiber = self.fiber(thread);
            fiber.idle();
            fiber.stage = Stage::Calls(call, None);
            return Begun::Parked;
        }
        let task = self.fibers[&thread].task;
        let until = asking::until(task, call, self.clock);
        let turns = self.turns;
        let Some(asking) = Asking::prepare(task, call) else { return Begun::Made };
        let fiber = self.fiber(thread);
        fiber.until = fiber.until.or(until);
        fiber.waits_since = turns;
        fiber.stage = Stage::Asks(asking);
        Begun::Asked
    }

    /// Who goes on. Nobody goes meanwhile; `is_stopped` tells who is there to go on, and `lines` how many were printed.
    pub fn next(&mut self, is_stopped: impl Fn(Tracee) -> bool, lines: usize) -> Next {
        self.lines = lines;
        for _ in 0..MOST_TIMERS {
            self.look_for_signals();
            if let Some((thread, call)) = self.to_be_asked()
                && let Some(asking) = Asking::prepare(self.fibers[&thread].task, call)
            {
                let fiber = self.fiber(thread);
                fiber.stage = Stage::Asks(asking);
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
    fn go(&mut self, thread: usize) -> Option<Next> {
        if self.timer_comes_before_end_of(thread) {
            return None;
        }
        let is_hurried = self.is_hurried(thread);
        if !self.fibers[&thread].is_idle {
            // It may do what they wait for.
            self.fibers.values_mut().for_each(|fiber| fiber.idles = 0);
        }
        self.turns += 1;
        (self.current, self.asleep, self.spent) = (Some(thread), 0, None);
        let fiber = self.fiber(thread);
        fiber.has_begun = true;
        fiber.is_idle = false;
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
    fn timer_comes_before_end_of(&mut self, thread: usize) -> bool {
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

    fn run_timers_out(&mut self) {
        if self.timers.next().is_some_and(|due| due <= self.clock.now()) {
            self.timers.run_out(self.clock.now());
            self.has_signals = true;
        }
    }

    /// Whether the end of one's sleep would come before its time: while somebody else could go on.
    fn is_hurried(&self, thread: usize) -> bool {
        let fiber = &self.fibers[&thread];
        let Some(until) = fiber.until.filter(|_| matches!(fiber.stage, Stage::Waits(..))) else { return false };
        self.fibers.iter().any(|(&other, fiber)| {
            other != thread && (fiber.can_go() || fiber.until.is_some_and(|other| other < until))
        })
    }

    /// All that can go on, the first born first.
    fn candidates(&self, is_stopped: impl Fn(Tracee) -> bool) -> (Vec<Candidate>, Vec<usize>) {
        let there = |fiber: &Fiber| is_stopped(fiber.task);
        let mut can: Vec<(usize, How)> = self
            .fibers
            .iter()
            .filter(|(_, fiber)| fiber.can_go() && there(fiber))
            .map(|(&thread, _)| (thread, How::Goes))
            .collect();
        if self.direction.schedule.time == Time::Late {
            let hurry = |fiber: &Fiber| {
                fiber.until.is_some()
                    && matches!(fiber.stage, Stage::Waits(..))
                    && !fiber.is_long
                    && there(fiber)
            };
            let sleepers = self.fibers.iter().filter(|(_, fiber)| hurry(fiber));
            can.extend(sleepers.map(|(&thread, _)| (thread, How::Wakes)));
            can.sort_unstable_by_key(|(thread, _)| *thread);
        }
        // Who only waits, again and again, lets others go first.
        let patience = |thread: &usize| self.fibers[thread].idles / PATIENCE;
        let least = can.iter().map(|(thread, _)| patience(thread)).min();
        can.retain(|(thread, _)| Some(patience(thread)) == least);
        can.into_iter()
            .map(|(thread, how)| {
                let fiber = &self.fibers[&thread];
                let prints = matches!(fiber.stage, Stage::Calls(_, Some(_)));
                (Candidate { name: fiber.name.clone(), how, prints }, thread)
            })
            .unzip()
    }

    /// Whoever went, then the first born, then the sleep that ends first.
    fn usual(&self, candidates: &[Candidate], threads: &[usize]) -> usize {
        let rank = |index: &usize| {
            let thread = threads[*index];
            let wakes = candidates[*index].how == How::Wakes;
            let until = if wakes { self.fibers[&thread].until } else { None };
            (wakes, until, Some(thread) != self.current, thread)
        };
        (0..candidates.len()).min_by_key(rank).unwrap_or(0)
    }

    /// Has it chosen which of these it is, where there is a choice, and notes that.
    fn choose(&mut self, candidates: &[Candidate], threads: &[usize], usual: usize) -> usize {
        if candidates.len() < 2 {
            return usual;
        }
        self.direction.points += 1;
        let chosen = self.chooser.choose(&Point { candidates, usual });
        if chosen == usual {
            self.since += 1;
            return chosen;
        }
        let departure = Departure { after: std::mem::take(&mut self.since), to: candidates[chosen].name.clone() };
        self.direction.schedule.departures.push(departure);
        if self.direction.turns.len() < TOLD {
            let (went, held) = (threads[chosen], threads[usual]);
            let about = self.about(&self.fibers[&held]);
            self.direction.turns.push(Turn { lines: self.lines, went, held, about });
        }
        chosen
    }

    fn about(&self, fiber: &Fiber) -> About {
        match &fiber.stage {
            _ if !fiber.has_begun => About::Begins,
            Stage::Goes | Stage::Asks(_) | Stage::Returns | Stage::Interrupted(..) | Stage::Ready(..) => {
                About::Goes
            }
            Stage::Calls(_, Some(line)) => About::Prints(line.clone()),
            Stage::Calls(call, None) if is_end(call.number) => About::Ends,
            Stage::Calls(..) => About::Goes,
            Stage::Waits(..) | Stage::Left(_) | Stage::Paused => About::Waits(self.wait(fiber)),
        }
    }

    /// What a task waits for.
    fn wait(&self, fiber: &Fiber) -> Wait {
        match &fiber.stage {
            Stage::Waits(_, For::Futex(waiting)) => self.wait_on(fiber, waiting),
            Stage::Waits(_, For::Sleep) => Wait::Sleep,
            Stage::Waits(_, For::Descriptors(..)) => Wait::Input,
            Stage::Waits(_, For::Signal(_)) => Wait::Signal,
            Stage::Waits(call, For::Answer(_)) => match kind(call.number) {
                Some(Kind::Child) => Wait::Child,
                Some(Kind::FileLock) => Wait::File,
                _ => Wait::Message,
            },
            Stage::Left(call) => Wait::Kernel(call.clone()),
            Stage::Paused => Wait::Continuation,
            _ => Wait::Memory,
        }
    }

    /// Whom one waits for at a word of memory: a thread's own id stands there until it has ended, and in a mutex of the GNU C
    /// library its holder's, two words on.
    fn wait_on(&self, fiber: &Fiber, waiting: &Waiting) -> Wait {
        let thread_of = |tid: u32| self.fibers.iter().find(|(_, other)| other.task.id() == tid && tid != 0);
        let is_mutex = waiting.value == 2;
        if let Some((&thread, _)) = thread_of(waiting.value) {
            return Wait::Thread(thread);
        }
        let owner = fiber.task.read_u32(waiting.address + 8).filter(|_| is_mutex).and_then(thread_of);
        owner.map_or(Wait::Wake, |(&thread, _)| Wait::Lock(thread))
    }

    /// Parked tasks for which a signal has come are interrupted.
    fn look_for_signals(&mut self) {
        if std::mem::take(&mut self.has_signals) {
            let all: Vec<usize> = self.fibers.keys().copied().collect();
            all.into_iter().for_each(|thread| self.look_for_signals_of(thread));
        }
    }

    /// One that is sent to a process is taken by one of its threads: by the first that may.
    fn look_for_signals_of(&mut self, thread: usize) {
        let fiber = &self.fibers[&thread];
        let Stage::Waits(_, what) = &fiber.stage else { return };
        let Some(signals) = proc::signals_of(fiber.task.id()) else { return };
        let is_own = has_come(signals, signals.pending, what, fiber.blocked);
        if !is_own && !has_come(signals, signals.shared, what, fiber.blocked) {
            return;
        }
        let takes = |other: &Fiber| {
            other.process == fiber.process && matches!(other.stage, Stage::Interrupted(..))
        };
        if !is_own && self.fibers.values().any(takes) {
            return;
        }
        let fiber = self.fiber(thread);
        fiber.stage = match std::mem::replace(&mut fiber.stage, Stage::Goes) {
            Stage::Waits(call, what) => Stage::Interrupted(call, what),
            stage => stage,
        };
    }

    /// One whose call is to be asked again, since something has happened meanwhile.
    fn to_be_asked(&self) -> Option<(usize, Call)> {
        self.fibers.iter().find_map(|(&thread, fiber)| match &fiber.stage {
            Stage::Waits(call, For::Answer(seen)) => {
                let now = if is_of_child(*call) { self.lives } else { self.turns };
                (*seen != now).then_some((thread, *call))
            }
            _ => None,
        })
    }

    fn look_at_descriptors(&mut self) {
        let turns = self.turns;
        for fiber in self.fibers.values_mut() {
            let (Stage::Waits(_, For::Descriptors(watch)) | Stage::Ready(_, watch)) = &mut fiber.stage else {
                continue;
            };
            if watch.asked == turns {
                continue;
            }
            watch.asked = turns;
            let is_ready = watch.is_ready(fiber.task, fiber.pid);
            fiber.stage = match std::mem::replace(&mut fiber.stage, Stage::Goes) {
                Stage::Waits(call, For::Descriptors(watch)) if is_ready => Stage::Ready(call, watch),
                Stage::Ready(call, watch) if !is_ready => Stage::Waits(call, For::Descriptors(watch)),
                stage => stage,
            };
        }
    }

    /// Nobody can go on: a sleep ends, or what was left to the kernel is waited for, or nobody ever can. `None`: a timer has run
    /// out, which may have changed that.
    fn nobody_goes(&mut self, is_stopped: impl Fn(Tracee) -> bool) -> Option<Next> {
        let waits_elsewhere = self.fibers.values().any(|fiber| {
            let is_elsewhere = !is_stopped(fiber.task) && !matches!(fiber.stage, Stage::Paused);
            matches!(fiber.stage, Stage::Left(_)) || is_elsewhere || is_of_outside(fiber)
        });
        let idle = *self.idle.get_or_insert_with(Instant::now);
        if waits_elsewhere && idle.elapsed() < MOMENT {
            return Some(Next::Wait);
        }
        let waiting = self.fibers.iter().filter(|(_, fiber)| {
            matches!(fiber.stage, Stage::Waits(..)) && is_stopped(fiber.task)
        });
        let sleeper = waiting.filter_map(|(&thread, fiber)| Some((fiber.until?, thread))).min();
        if let Some(due) = self.timers.next().filter(|due| sleeper.is_none_or(|(until, _)| *due <= until)) {
            self.clock.reach(due);
            self.run_timers_out();
            self.turns += 1;
            return None;
        }
        if let Some((_, thread)) = sleeper {
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

    /// The run is ended before its time: notes who waits for what.
    pub fn cut(&mut self) {
        self.direction.stuck =
            self.fibers.iter().map(|(&thread, fiber)| (thread, self.wait(fiber))).collect();
    }

    /// It is time to look at the one that goes: whether it waits in the kernel, which it is then left to, or computes for so long
    /// that others go first, for which it is to be interrupted.
    pub fn tick(&mut self, task: Tracee, thread: usize) -> Option<Tick> {
        // Who waits outside of a call waits for memory, which comes by itself.
        let call = proc::call_of(task.id()).filter(|&call| call >= 0);
        match proc::state_of(task.id()) {
            Some(b'S') if call.is_some() => {
                self.asleep += 1;
                if self.asleep < ASLEEP {
                    return None;
                }
                let call = name_of_call(call);
                self.leave(&call);
                self.fiber(thread).stage = Stage::Left(call);
                Some(Tick::Left)
            }
            Some(b'R') => {
                self.asleep = 0;
                let spent = proc::spent_by(task.id()).map_or(Duration::ZERO, |spent| spent.ran);
                let since = *self.spent.get_or_insert(spent);
                let could_go = |fiber: &Fiber| fiber.can_go() || fiber.until.is_some();
                let others = self.fibers.iter().any(|(&other, fiber)| other != thread && could_go(fiber));
                let timer = self.timers.next();
                if !(others || timer.is_some()) || spent.saturating_sub(since) < SLICE {
                    return None;
                }
                self.spent = None;
                self.leave("computing without an end in sight");
                let fiber = self.fiber(thread);
                fiber.idles += PATIENCE;
                fiber.is_idle = true;
                if let Some(due) = timer.filter(|_| !others) {
                    self.clock.reach(due);
                    self.run_timers_out();
                }
                Some(Tick::Interrupt)
            }
            _ => {
                self.asleep = 0;
                None
            }
        }
    }

    /// One that was left to the kernel, or was stopped by a signal, is back.
    pub fn returned(&mut self, thread: usize) {
        if let Some(fiber) = self.fibers.get_mut(&thread)
            && matches!(fiber.stage, Stage::Left(_) | Stage::Paused)
        {
            fiber.stage = Stage::Goes;
        }
    }

    /// A signal has stopped one, of which its parent is told.
    pub fn paused(&mut self, thread: usize) {
        self.lives += 1;
        if let Some(fiber) = self.fibers.get_mut(&thread) {
            fiber.stage = Stage::Paused;
        }
    }
}

/// What becomes of one that goes for long.
#[derive(Debug)]
pub(crate) enum Tick {
    /// It was left to the kernel.
    Left,
    /// It is to be interrupted.
    Interrupt,
}

impl Fiber {
    /// Its call is done, with this result.
    fn wake(&mut self, result: i64) {
        self.task.skip(result);
        (self.stage, self.until) = (Stage::Goes, None);
    }

    /// Whether a signal has come for which its call is interrupted.
    fn is_interrupted(&self, what: &For) -> bool {
        proc::signals_of(self.task.id()).is_some_and(|signals| {
            has_come(signals, signals.pending | signals.shared, what, self.blocked)
        })
    }

    /// It only gives way, or waits for a time.
    fn idle(&mut self) {
        self.idles += 1;
        self.is_idle = true;
    }

    /// The word of memory that it waits at.
    fn waits_at(&self) -> Option<&Waiting> {
        match &self.stage {
            Stage::Waits(_, For::Futex(at)) | Stage::Interrupted(_, For::Futex(at)) => Some(at),
            _ => None,
        }
    }

    fn can_go(&self) -> bool {
        !matches!(self.stage, Stage::Waits(..) | Stage::Left(_) | Stage::Paused)
    }

    /// Its time has run out.
    fn run_out(&mut self, call: Call, what: &For) {
        let result = match what {
            For::Futex(_) => -i64::from(libc::ETIMEDOUT),
            For::Signal(_) => -i64::from(libc::EAGAIN),
            For::Answer(_) => asking::ran_out(call),
            For::Sleep | For::Descriptors(_) => polls::ran_out(self.task, call),
        };
        self.task.skip(result);
    }
}

fn is_of_child(call: Call) -> bool {
    kind(call.number) == Some(Kind::Child)
}

fn is_end(number: c_long) -> bool {
    matches!(number, libc::SYS_exit | libc::SYS_exit_group)
}

/// Whether one of the signals has come that a task waits for, or any that has it go on; `blocked` stands for its own blocked ones.
fn has_come(signals: Signals, pending: u64, what: &For, blocked: Option<u64>) -> bool {
    let bit = |signal: i32| 1_u64 << (signal - 1);
    // Without a handler these do nothing.
    let idle = bit(libc::SIGCHLD) | bit(libc::SIGURG) | bit(libc::SIGWINCH) | bit(libc::SIGCONT);
    let matters = pending & !signals.ignored & !(idle & !signals.caught);
    match what {
        For::Signal(Awaited::Of(awaited)) => pending & awaited != 0 || matters & !signals.blocked != 0,
        For::Signal(Awaited::Unless(mask)) => matters & !mask != 0,
        _ => matters & !blocked.unwrap_or(signals.blocked) != 0,
    }
}

/// Whether something may come from outside of the run that a task waits for.
fn is_of_outside(fiber: &Fiber) -> bool {
    let Stage::Waits(_, For::Descriptors(watch)) = &fiber.stage else { return false };
    watch.descriptors.iter().any(|(descriptor, _)| !is_of_run(fiber.task.id(), *descriptor))
}

fn name_of_call(number: Option<c_long>) -> String {
    let known = [
        (libc::SYS_write, "write"),
        (libc::SYS_writev, "writev"),
        (libc::SYS_connect, "connect"),
        (libc::SYS_sendto, "sendto"),
        (libc::SYS_sendmsg, "sendmsg"),
        (libc::SYS_openat, "open"),
        (libc::SYS_futex, "futex"),
    ];
    let name = known.iter().find(|(known, _)| Some(*known) == number).map(|(_, name)| (*name).to_owned());
    name.unwrap_or_else(|| number.map_or("a call".to_owned(), |number| format!("call {number}")))
}

/// Fills what a task asks for with numbers that are the same in each run; its call's result.
fn give_random(task: Tracee, call: Call, random: &mut Rng) -> i64 {
    let [address, length, ..] = call.arguments;
    let mut bytes = vec![0; usize::try_from(length.min(1 << 20)).unwrap_or(0)];
    random.fill(&mut bytes);
    if task.write(address, &bytes) { bytes.len().cast_signed() as i64 } else { -i64::from(libc::EFAULT) }
}

/// Lets a task believe that it may run where the harness may: all run on one processor.
fn processors(task: Tracee, call: Call) -> Begun {
    let [_, length, address, ..] = call.arguments;
    if call.number == libc::SYS_sched_setaffinity {
        return Begun::At(0);
    }
    let mask = allowed();
    if (length as usize) < mask.len() {
        return Begun::Made;
    }
    let written = task.write(address, mask);
    Begun::At(if written { mask.len().cast_signed() as i64 } else { -i64::from(libc::EFAULT) })
}

/// Hides the kernel's own code in a new program, by which it would read the true clock, and fixes the bytes that the kernel gives it
/// at random (getauxval(3): `AT_SYSINFO_EHDR`, `AT_RANDOM`).
fn fix_what_varies(task: Tracee, random: &mut Rng) {
    const IGNORE: u64 = 1;
    let Some(stack) = task.registers().map(|registers| registers.stack()) else { return };
    let word = |index: u64| task.read_u64(stack + 8 * index);
    // The number of arguments, those, a zero, the environment, a zero; then pairs.
    let Some(arguments) = word(0) else { return };
    let mut at = arguments + 2;
    while word(at).is_some_and(|word| word != 0) {
        at += 1;
    }
    at += 1;
    while let (Some(key), Some(value)) = (word(at), word(at + 1)) {
        match key {
            libc::AT_NULL => return,
            libc::AT_SYSINFO_EHDR => _ = task.write(stack + 8 * at, &IGNORE.to_ne_bytes()),
            libc::AT_RANDOM => {
                let mut bytes = [0; 16];
                random.fill(&mut bytes);
                task.write(value, &bytes);
            }
            _ => {}
        }
        at += 2;
    }
}
