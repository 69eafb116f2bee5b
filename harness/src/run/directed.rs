//! A run one task at a time: whoever directs it decides who goes next.
//!
//! Nothing of the program waits in the kernel. Where a task would, it is parked before its call, until what it waits for is there;
//! so who can go on is always known, and that nobody can at once. A task goes until it would wait, has woken another one, is about
//! to print or to end, or has just printed; then it is chosen anew who goes. The program's clock moves only when it is read, and
//! when a sleep ends.
//!
//! What nobody here knows how to ask is left to the kernel, and counted.

mod asking;
pub(crate) mod choice;
mod clock;
mod fiber;
mod fixed;
mod futex;
mod hold;
mod patience;
mod polls;
mod signals;
mod timers;
mod told;
mod turn;
mod waits;

use std::collections::BTreeMap;
use std::ffi::c_long;
use std::time::{Duration, Instant};

use fastrand::Rng;

use self::choice::Choose;
use self::clock::Clock;
use self::fiber::{Fiber, For, Stage};
use self::fixed::{fix_what_varies, give_random, is_drawn, processors};
use self::hold::Holds;
pub(crate) use self::hold::Trap;
use self::patience::Waited;
use self::timers::Timers;
use crate::system::proc;
use crate::system::witness::directed::{Kind, kind};
use crate::system::witness::{Call, Tracee};
use crate::transcript::Direction;
use crate::transcript::schedule::{About, Moment, Name, Schedule, Wait};

/// So long may a task compute without a stop, in processor time, before others go.
const SLICE: Duration = Duration::from_millis(200);

/// So often in a row a task must be seen to wait in the kernel.
const ASLEEP: u32 = 3;

/// How soon to look at a task that goes for long, and how much later at most where it only computes, or waits for a processor:
/// looking takes of the processor that it waits for.
const TICK: Duration = Duration::from_millis(2);
const LATEST_TICK: Duration = Duration::from_millis(32);

/// At most so many turns and moments are told of, and so many of those that did not go.
const TOLD: usize = 200;
const TOLD_AT_ONCE: usize = 16;

/// Directs a run.
pub(crate) struct Director<'a> {
    chooser: &'a mut (dyn Choose + Send),
    clock: Clock,
    moment: Duration,
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
    /// In how long to look at it again, and whose turn it was when it was looked at last.
    pace: Duration,
    ticked: u64,
    /// Since when nobody can go on but for what the kernel or others do.
    idle: Option<Instant>,
    /// Who was held at last between two instructions, since when nobody has gone on.
    just_held: Option<(usize, About)>,
    /// How many lines were printed.
    lines: usize,
    /// How long a run may take.
    longest: Duration,
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
    /// Nobody can go on before one has slept for as long as a run may take.
    Overdue,
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
        let schedule = Schedule { time: chooser.time(), seed: chooser.seed(), ..Schedule::default() };
        let random = Rng::with_seed(schedule.seed);
        Director {
            chooser,
            clock: Clock::new(),
            moment: Duration::ZERO,
            timers: Timers::default(),
            random,
            fibers: BTreeMap::new(),
            current: None,
            turns: 1,
            lives: 1,
            has_signals: false,
            direction: Direction { schedule, ..Direction::default() },
            since: 0,
            asleep: 0,
            spent: None,
            pace: TICK,
            ticked: 0,
            idle: None,
            just_held: None,
            lines: 0,
            longest,
        }
    }

    /// Something else happens, later than all that has happened.
    pub fn happens(&mut self) {
        self.moment = self.clock.passed().max(self.moment + Duration::from_nanos(1));
    }

    /// When what happens does so, by the program's clock. That stands still for most of what happens, which comes one after the
    /// other nevertheless.
    pub fn moment(&self) -> Duration {
        self.moment
    }

    /// What was chosen, once the run is over.
    pub fn finish(mut self) -> Direction {
        self.direction.followed &=
            self.chooser.was_followed() && self.direction.schedule.holds.len() == self.chooser.holds().len();
        self.direction
    }

    /// A task is there: a thread of a process, created by another.
    pub fn born(&mut self, thread: usize, task: Tracee, process: usize, pid: u32, creator: Option<usize>) {
        let wants_steps = self.chooser.wants_steps();
        let mut is_stepped = false;
        let name = match creator.and_then(|creator| self.fibers.get_mut(&creator)) {
            Some(creator) => {
                creator.children += 1;
                creator.waited.forget();
                is_stepped = wants_steps && creator.process == process;
                if is_stepped {
                    creator.holds.step();
                }
                creator.name.child(creator.children)
            }
            None => Name::default(),
        };
        if creator.is_none() {
            self.direction.followed = true;
        }
        let holds = Holds::of(&name, self.chooser.holds(), is_stepped);
        let fiber = Fiber {
            task,
            holds,
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
            waited: Waited::default(),
            ready: None,
            asked: 0,
        };
        self.fibers.insert(thread, fiber);
    }

    /// A task has ended. What its end has changed in memory wakes whoever waits for that: the kernel clears a word for who
    /// joins (`set_tid_address(2)`), and marks locks that it held (`get_robust_list(2)`).
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
            fiber.holds.arm(task);
        }
        fix_what_varies(task, &mut self.random);
    }

    /// Whether this is the one that was chosen last.
    pub fn goes(&self, thread: Option<usize>) -> bool {
        thread.is_some() && self.current == thread
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
        fiber.waited.forget();
        fiber.asked = 0;
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
        if let Stage::Returns(seen) = fiber.stage {
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
            Some(Kind::Random) => {
                self.direction.drawn += u32::from(is_drawn(call));
                Begun::At(give_random(fiber.task, call, &mut self.random))
            }
            Some(Kind::Processors) => processors(fiber.task, call),
            Some(Kind::Timer) => self.timer(thread, call),
            Some(Kind::Yield) => {
                fiber.task.skip(0);
                self.only_waits(thread);
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
            Stage::Asks(asking, seen) if !asking.is_answered(fiber.task) => {
                fiber.stage = Stage::Returns(seen);
                true
            }
            Stage::Asks(..) => {
                fiber.until = None;
                false
            }
            stage => {
                fiber.stage = stage;
                false
            }
        }
    }

    fn leave(&mut self, what: &str) {
        *self.direction.left.entry(what.to_owned()).or_default() += 1;
    }

    fn fiber(&mut self, thread: usize) -> &mut Fiber {
        self.fibers.get_mut(&thread).expect("a task is known from its birth to its end")
    }

    /// A signal is about to be delivered. A sleep that it has interrupted says how much is left of it, by the true clock.
    pub fn delivers(&mut self, thread: usize) {
        let Some(fiber) = self.fibers.get_mut(&thread) else { return };
        if let Some((place, until)) = fiber.rest.take() {
            fiber.task.write(place, &clock::timespec(until.saturating_sub(self.clock.now())));
        }
    }

    /// The run is ended before its time: notes who waits for what, also whoever has lent its memory.
    pub fn cut(&mut self, has_lent: impl Fn(Tracee) -> bool) {
        let wait = |fiber: &Fiber| if has_lent(fiber.task) { Wait::Memory } else { self.wait(fiber) };
        self.direction.stuck = self.fibers.iter().map(|(&thread, fiber)| (thread, wait(fiber))).collect();
    }

    /// It is time to look at the one that goes: whether it waits in the kernel, which it is then left to, or computes for so long
    /// that others go first, for which it is to be interrupted.
    pub fn tick(&mut self, task: Tracee, thread: usize) -> Option<Tick> {
        // Who is stepped takes long for what is little.
        if self.is_stepped(thread) {
            return None;
        }
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
                let turn = self.turns;
                self.fiber(thread).waited.exhaust(turn);
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

    /// In how long it is time to look again.
    pub fn pace(&mut self) -> Duration {
        let is_same = std::mem::replace(&mut self.ticked, self.turns) == self.turns;
        let computes = is_same && self.asleep == 0 && self.idle.is_none();
        self.pace = if computes { (self.pace * 2).min(LATEST_TICK) } else { TICK };
        self.pace
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
