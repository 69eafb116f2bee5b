//! A run that the harness watches: it sees which thread wrote what, who was born of whom, who waited for whom and what ended them.
//!
//! The program stops at what is rare, and goes on once that was noted: see [`crate::system::witness`]. What it writes to its
//! stdout and stderr the harness takes over itself, so that writer, bytes, moment and order are certain.

mod output;
mod streak;
mod tasks;

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};

use self::output::{Output, Written};
use self::streak::Streak;
use self::tasks::{How, Inside, State, Tasks};
use super::clock::Clock;
use super::conditions::Stops;
use super::directed::{Begun, Director, Next, Tick, Trap};
use super::{Failure, Limits, Means};
use crate::system::interrupt::Interrupt;
use crate::system::proc::{command_of, name_of, start_of};
use crate::system::processors::Kept;
use crate::system::witness::{Bell, Call, Event, Start, Tracee, block_signals, look_at, wait};
use crate::transcript::{Cut, Ending, Exit, Recorder, Survivor, Transcript, Witness};

/// How long to wait for whoever was stopped or killed, while nothing else happens either.
const STUCK: Duration = Duration::from_secs(10);

/// A run that was started.
pub(super) struct Run<'a> {
    limits: Limits,
    begun: Instant,
    tasks: Tasks,
    output: Output,
    recorder: Recorder,
    bell: Bell,
    /// Wakes the bell when something is due, then.
    timer: TimerFd,
    due: Duration,
    clock: Clock,
    stops: Option<Stops>,
    /// Who chooses who goes on, if anybody does.
    director: Option<Director<'a>>,
    /// The one processor of a run that is directed.
    _processor: Option<Kept>,
    streak: Streak,
    /// Kept until the program was executed.
    start: Option<Start>,
    /// How the program ended, and when.
    ended: Option<(Exit, Duration)>,
    cut: Option<Cut>,
    /// Until when those are waited for that are on their way out.
    patience: Option<Duration>,
    survivors: Vec<Survivor>,
    /// Who had been stopped when the time was up.
    stopped: Vec<u32>,
}

impl<'a> Run<'a> {
    /// Starts the program.
    ///
    /// # Errors
    /// Where the system refuses what a run needs.
    pub fn start(means: Means<'_>, director: Option<Director<'a>>) -> Result<Run<'a>, Failure> {
        block_signals();
        let (stdout, stderr, stdio) = means.streams()?;
        let output = Output::new(means.capture, stdout, stderr, &stdio, means.limits.output)?;
        let flags = TimerFlags::TFD_CLOEXEC | TimerFlags::TFD_NONBLOCK;
        let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, flags).map_err(io::Error::from)?;
        let bell = Bell::new()?;
        // The thread that rings the bell is everybody's, and keeps to none.
        let processor = director.as_ref().and_then(|_| Kept::to_one());
        let begun = Instant::now();
        let start = Start::program(&means.program.image, &stdio, means.conditions)?;
        if let Err(error) = start.tracee().seize() {
            start.give_up();
            return Err(Failure::System(error.into()));
        }
        let mut recorder = Recorder::default();
        let tasks = Tasks::of(start.tracee(), director.is_some(), &mut recorder);
        start.open();
        let clock = Clock::new(means.limits.timeout, Duration::ZERO, tasks.spent());
        let mut run = Run {
            limits: means.limits,
            begun,
            tasks,
            output,
            recorder,
            bell,
            timer,
            due: Duration::MAX,
            clock,
            stops: means.conditions.stops.map(Stops::new),
            director,
            _processor: processor,
            streak: Streak::default(),
            start: Some(start),
            ended: None,
            cut: None,
            patience: None,
            survivors: Vec::new(),
            stopped: Vec::new(),
        };
        run.born(run.tasks.program(), None);
        Ok(run)
    }

    /// Waits until it is over.
    ///
    /// # Errors
    /// Where the program could not be started, or its output could not be read.
    pub fn finish(mut self, interrupt: &Interrupt) -> Result<Transcript, Failure> {
        if let Err(failure) = self.watch(interrupt) {
            self.abandon();
            return Err(failure);
        }
        if let Some(error) = self.start.as_ref().and_then(Start::refusal) {
            return Err(Failure::Refused(error.into()));
        }
        let killed = (Exit::Signal(libc::SIGKILL), self.moment());
        let (exit, duration) = self.ended.unwrap_or(killed);
        Ok(self.recorder.finish(Ending {
            witness: Witness::Threads,
            pid: self.tasks.program().id(),
            exit,
            cut: self.cut,
            survivors: self.survivors,
            grace: self.limits.grace,
            stopped: self.stopped,
            crammed: false,
            duration,
            direction: self.director.map(Director::finish),
        }))
    }

    /// Deals with what happens until nobody is there any more.
    fn watch(&mut self, interrupt: &Interrupt) -> Result<(), Failure> {
        self.listen(interrupt)?;
        while !self.tasks.is_empty() {
            if self.bell.has_rung() {
                self.answer(interrupt)?;
                continue;
            }
            if self.is_to_direct() && !self.direct()? {
                continue;
            }
            match wait() {
                Ok(Some((task, event))) => self.hear(task, event)?,
                Ok(None) => {}
                // Where nobody can be waited for, nobody is there.
                Err(_) => break,
            }
            if self.output.is_flooded() {
                self.end(Cut::Flooded(self.limits.output))?;
            }
        }
        self.output.drain(self.moment(), &self.tasks, &mut self.recorder)?;
        Ok(())
    }

    /// Ends everybody, where the run can't be followed any further. Until it has executed the program, the first of them shares
    /// memory of this process, which may not be freed before.
    fn abandon(&mut self) {
        self.tasks.freeze();
        self.output.close();
        for pid in self.tasks.processes() {
            Tracee::new(pid).kill();
        }
        while !self.tasks.is_empty()
            && let Ok(waited) = wait()
        {
            if let Some((task, event)) = waited {
                let _ = self.hear(task, event);
            }
        }
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The same as the program's own clock has it.
    fn moment(&self) -> Duration {
        self.director.as_ref().map_or_else(|| self.now(), Director::moment)
    }

    /// Whether it is to be chosen who goes on.
    fn is_to_direct(&mut self) -> bool {
        let Some(director) = &mut self.director else { return false };
        if self.tasks.is_frozen() {
            return false;
        }
        for task in self.tasks.kept() {
            if let Some((thread, ..)) = self.tasks.place(task) {
                director.ended(thread);
            }
        }
        self.tasks.is_quiet()
    }

    /// Has somebody go on. Whether what was left to the kernel is to be waited for.
    fn direct(&mut self) -> Result<bool, Failure> {
        let Some(director) = &mut self.director else { return Ok(true) };
        director.happens();
        if director.has_signals() {
            self.tasks.look_again();
            // Who was continued stops anew at once, and may have done so before its tracer looked.
            for task in self.tasks.in_state(|state| state == State::Paused) {
                if let Ok(Some(event)) = look_at(task) {
                    self.hear(task, event)?;
                }
            }
            if !self.tasks.is_quiet() {
                return Ok(true);
            }
        }
        let Some(director) = &mut self.director else { return Ok(true) };
        match director.next(|task| self.tasks.is_stopped(task), self.recorder.lines_so_far()) {
            Next::Go(task) => {
                self.step_if_wanted(task);
                self.tasks.resume(task);
            }
            Next::Make(task, call) => {
                self.step_if_wanted(task);
                self.tasks.choose(task);
                self.make(task, call)?;
            }
            Next::Ask(task, call) => self.ask(task, call),
            Next::Wait => return Ok(true),
            // What is left when the program has ended may wait for nothing.
            Next::Stuck | Next::Overdue if self.ended.is_some() => self.end_survivors()?,
            Next::Stuck => self.end(Cut::Deadlocked)?,
            Next::Overdue => self.end(Cut::TimedOut(self.limits.timeout))?,
        }
        Ok(false)
    }

    /// A task is there, created by another.
    fn born(&mut self, task: Tracee, creator: Option<Tracee>) {
        let creator = creator.and_then(|creator| self.tasks.place(creator)).map(|(thread, ..)| thread);
        if let (Some(director), Some((thread, process, pid))) = (&mut self.director, self.tasks.place(task)) {
            director.born(thread, task, process, pid, creator);
        }
    }

    /// Has a task make a call that was changed so that it returns at once.
    fn ask(&mut self, task: Tracee, call: Call) {
        self.tasks.choose(task);
        let is_wait = matches!(call.number, libc::SYS_wait4 | libc::SYS_waitid);
        self.tasks.follow(task, if is_wait { Inside::Wait(call) } else { Inside::Nothing });
    }

    /// Before a call of a task that is directed: whether it goes on at once.
    fn directed_call(&mut self, task: Tracee, call: Call) -> Result<(), Failure> {
        let prints = self.output.shows(task, call);
        let Some((thread, ..)) = self.tasks.place(task) else { return Ok(()) };
        let Some(director) = &mut self.director else { return Ok(()) };
        match director.call(thread, call, prints) {
            Begun::At(result) => {
                task.skip(result);
                self.tasks.choose(task);
                self.tasks.go_on(task, How::Go(0));
            }
            Begun::Made => {
                self.tasks.choose(task);
                self.make(task, call)?;
            }
            Begun::Asked => self.ask(task, call),
            Begun::Parked => self.tasks.go_on(task, How::Go(0)),
        }
        Ok(())
    }

    /// Looks at those that go for long.
    fn tick(&mut self) {
        let Some(director) = &mut self.director else { return };
        for task in self.tasks.in_state(|state| state == State::Running) {
            let Some((thread, ..)) = self.tasks.place(task) else { continue };
            match director.tick(task, thread) {
                Some(Tick::Left) => self.tasks.leave(task),
                Some(Tick::Interrupt) => task.interrupt(),
                None => {}
            }
        }
    }

    /// Has the bell ring when something is due, the user interrupts, or somebody has written unseen.
    fn listen(&mut self, interrupt: &Interrupt) -> Result<(), Failure> {
        for descriptor in self.output.descriptors().chain([self.timer.as_fd()]) {
            self.bell.listen_to(descriptor)?;
        }
        if let Some(descriptor) = interrupt.descriptor() {
            self.bell.listen_to_shared(descriptor)?;
        }
        self.see_to_what_is_due(interrupt)
    }

    /// The bell has rung: sees what there is.
    fn answer(&mut self, interrupt: &Interrupt) -> Result<(), Failure> {
        self.output.drain(self.moment(), &self.tasks, &mut self.recorder)?;
        self.see_to_what_is_due(interrupt)?;
        for descriptor in self.output.descriptors().chain([self.timer.as_fd()]) {
            self.bell.arm(descriptor)?;
        }
        Ok(())
    }

    /// Deals with what has happened to a task.
    fn hear(&mut self, task: Tracee, event: Event) -> Result<(), Failure> {
        if let Some(director) = &mut self.director {
            director.happens();
        }
        let now = self.moment();
        if self.director.is_none() && self.streak.hear(task, &event, now) {
            let left = self.streak.left(now);
            self.wake_at(self.due.min(now + left))?;
        }
        let thread = self.tasks.place(task).map(|(thread, ..)| thread);
        if let (Some(director), Some(thread)) = (&mut self.director, thread) {
            director.returned(thread);
        }
        match event {
            Event::Call(call) => self.called(task, call)?,
            Event::Called => {
                if matches!(self.tasks.inside(task), Inside::Write) {
                    let lines = self.recorder.lines_so_far();
                    self.output.written(now, self.tasks.author(task), &self.tasks, &mut self.recorder)?;
                    self.printed(task, lines, self.recorder.lines_so_far() > lines);
                }
                let director = self.director.as_mut().zip(thread);
                if director.is_some_and(|(director, thread)| director.called(thread)) {
                    self.tasks.call_again(task);
                } else {
                    self.tasks.called(task, &mut self.recorder);
                }
            }
            Event::Ended(status) => {
                let exit = Exit::from_status(status);
                let ended = self.tasks.ended(task, exit, now, &mut self.recorder);
                if let (Some(director), Some(thread)) = (&mut self.director, thread) {
                    director.ended(thread);
                }
                if task == self.tasks.program() && ended {
                    self.program_ended(exit, now)?;
                }
            }
            Event::Trapped if self.trapped(task, thread) => {}
            event => {
                // Its handler belongs to what it does: under a storm of signals it would never get on otherwise.
                let goes = self.director.as_ref().is_some_and(|director| director.goes(thread));
                if matches!(event, Event::Signal(_)) && goes && self.tasks.is_running(task) {
                    self.tasks.choose(task);
                }
                self.tasks.hear(task, &event, now, &mut self.recorder);
                match event {
                    Event::Created(new) | Event::Lent(new) => self.born(new, Some(task)),
                    Event::Executed(_) => self.executed(task),
                    Event::Stopped => self.paused(thread),
                    Event::Signal(_) => self.delivers(thread),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Has a task stop before each instruction, where that is wanted of it now.
    fn step_if_wanted(&mut self, task: Tracee) {
        if let (Some(director), Some((thread, ..))) = (&self.director, self.tasks.place(task)) {
            self.tasks.step(task, director.is_stepped(thread));
        }
    }

    /// A task has stopped before an instruction; false where nobody has asked for that.
    fn trapped(&mut self, task: Tracee, thread: Option<usize>) -> bool {
        let Some((director, thread)) = self.director.as_mut().zip(thread) else { return false };
        let trap = director.trapped(thread);
        self.step_if_wanted(task);
        if trap == Trap::On {
            self.tasks.choose(task);
        }
        if trap != Trap::Foreign {
            self.tasks.go_on(task, How::Go(0));
        }
        trap != Trap::Foreign
    }

    fn paused(&mut self, thread: Option<usize>) {
        if let (Some(director), Some(thread)) = (&mut self.director, thread) {
            director.paused(thread);
        }
    }

    fn delivers(&mut self, thread: Option<usize>) {
        if let (Some(director), Some(thread)) = (&mut self.director, thread) {
            director.delivers(thread);
        }
    }

    fn executed(&mut self, task: Tracee) {
        if task == self.tasks.program() {
            self.start = None;
        }
        if let (Some(director), Some((thread, ..))) = (&mut self.director, self.tasks.place(task)) {
            director.executed(thread, task);
        }
    }

    /// A task is about to make a call.
    fn called(&mut self, task: Tracee, call: Call) -> Result<(), Failure> {
        if self.tasks.is_frozen() {
            self.tasks.go_on(task, How::Go(0));
            return Ok(());
        }
        if self.director.is_some() { self.directed_call(task, call) } else { self.make(task, call) }
    }

    /// Has a task make its call, or makes it in its place.
    fn make(&mut self, task: Tracee, call: Call) -> Result<(), Failure> {
        let now = self.moment();
        let author = self.tasks.author(task);
        let lines = self.recorder.lines_so_far();
        match self.output.write(task, call, author, now, &self.tasks, &mut self.recorder)? {
            Written::Here(result) => {
                task.skip(result);
                self.printed(task, lines, self.recorder.lines_so_far() > lines);
                self.tasks.go_on(task, How::Go(0));
            }
            Written::ByTheKernel => {
                self.tasks.follow(task, Inside::Write);
            }
            Written::No => {
                if let Some(director) = self.director.as_mut().filter(|_| call.may_signal()) {
                    director.signalled();
                }
                self.tasks.call(task, call, now, &mut self.recorder);
            }
        }
        Ok(())
    }

    /// A task has printed. Where it is chosen who goes, it may be another one before this one sees that.
    fn printed(&mut self, task: Tracee, lines: usize, is_line: bool) {
        if let (Some(director), Some((thread, ..))) = (&mut self.director, self.tasks.place(task)) {
            director.printed(thread, lines, is_line);
            self.tasks.choose_nobody();
        }
    }

    fn program_ended(&mut self, exit: Exit, moment: Duration) -> Result<(), Failure> {
        self.ended = Some((exit, moment));
        let now = self.now();
        if self.tasks.is_empty() || self.cut.is_some() {
            return Ok(());
        }
        self.stop_chaos();
        // Who is directed waits for its turn, and that it never ends is known without a time: what is left of it then can't go on.
        let grace = if self.director.is_some() { self.limits.timeout } else { self.limits.grace };
        self.clock = Clock::new(grace, now, self.tasks.spent());
        self.wake_at(now + grace)
    }

    fn stop_chaos(&mut self) {
        self.stops = None;
        self.tasks.release();
    }

    /// Has the timer wake the bell then.
    fn wake_at(&mut self, due: Duration) -> Result<(), Failure> {
        self.due = due;
        let left = due.saturating_sub(self.now()).max(Duration::from_nanos(1));
        let expiration = Expiration::OneShot(left.into());
        self.timer.set(expiration, TimerSetTimeFlags::empty()).map_err(io::Error::from)?;
        Ok(())
    }

    /// Does what it is time for, and sees to it that it is woken in time for what comes next.
    fn see_to_what_is_due(&mut self, interrupt: &Interrupt) -> Result<(), Failure> {
        if interrupt.is_raised() && self.cut.is_none() {
            return self.end(Cut::Interrupted);
        }
        let now = self.now();
        if let Some(stops) = self.stops.as_mut().filter(|stops| now >= stops.next) {
            self.tasks.next_move(stops, now);
        }
        // Who waits for a processor is not slow: what counts is the time that it had, or slept.
        let left = self.clock.left(now, || self.tasks.spent());
        if left.is_zero() {
            return match self.ended {
                None => self.end(Cut::TimedOut(self.limits.timeout)),
                Some(_) => self.end_survivors(),
            };
        }
        self.tick();
        let chaos = self.stops.as_ref().map_or(Duration::MAX, |stops| stops.next);
        let tick = self.director.as_mut().map_or(Duration::MAX, |director| now + director.pace());
        let streak = now.saturating_add(self.streak.left(now));
        self.wake_at(chaos.min(tick).min(streak).min(now + left))
    }

    /// Ends the run before its time.
    fn end(&mut self, cut: Cut) -> Result<(), Failure> {
        self.cut = Some(cut);
        self.stop_chaos();
        if matches!(cut, Cut::TimedOut(_)) {
            self.stopped = self.tasks.stopped_processes();
        }
        self.stop_all()?;
        if let Some(director) = &mut self.director {
            director.cut(|task| self.tasks.has_lent(task));
        }
        for pid in self.tasks.processes() {
            self.note(pid);
        }
        self.kill_all()
    }

    /// Ends those that have outlived the program and the grace. Who is on its way out is no survivor.
    fn end_survivors(&mut self) -> Result<(), Failure> {
        let alive: Vec<u32> =
            self.tasks.processes().into_iter().filter(|&pid| !self.tasks.is_ending(pid)).collect();
        // They end by themselves, unless the kernel is stuck.
        let now = self.now();
        let until = *self.patience.get_or_insert(now + STUCK);
        if alive.is_empty() && now < until {
            return self.wake_at(until);
        }
        self.stop_all()?;
        for pid in alive {
            self.note(pid);
        }
        self.kill_all()
    }

    /// Stops everybody. What they have printed by then still counts, and nothing that comes later.
    fn stop_all(&mut self) -> Result<(), Failure> {
        self.tasks.freeze();
        self.wait_for_all(|state| state == State::Running)?;
        self.output.drain(self.moment(), &self.tasks, &mut self.recorder)?;
        self.output.close();
        Ok(())
    }

    fn kill_all(&mut self) -> Result<(), Failure> {
        for pid in self.tasks.processes() {
            Tracee::new(pid).kill();
        }
        self.wait_for_all(|_| true)?;
        for pid in self.tasks.processes() {
            self.note(pid);
            self.survivors.iter_mut().filter(|known| known.pid == pid).for_each(|known| known.killed = false);
        }
        self.tasks.forget();
        Ok(())
    }

    /// Waits until nobody is in such a state any more, or nothing has happened for long.
    fn wait_for_all(&mut self, state: impl Fn(State) -> bool) -> Result<(), Failure> {
        let mut since = self.now();
        loop {
            let tasks = self.tasks.in_state(&state);
            if tasks.is_empty() || self.now() > since + STUCK {
                return Ok(());
            }
            // One by one: to wait for anybody the kernel looks at everybody, each time.
            let mut something = false;
            for task in tasks {
                match look_at(task) {
                    Ok(Some(event)) => {
                        something = true;
                        self.hear(task, event)?;
                    }
                    Ok(None) => {}
                    Err(_) => self.tasks.lose(task),
                }
            }
            if something {
                since = self.now();
            } else {
                self.wait_a_while()?;
            }
        }
    }

    /// Waits until something happens, but not for ever.
    fn wait_a_while(&mut self) -> Result<(), Failure> {
        self.wake_at(self.now() + STUCK)?;
        self.bell.arm(self.timer.as_fd())?;
        match wait() {
            Ok(Some((task, event))) => self.hear(task, event),
            Ok(None) => {
                self.bell.has_rung();
                Ok(())
            }
            Err(Errno::ECHILD) => {
                self.tasks.forget();
                Ok(())
            }
            Err(error) => Err(Failure::System(error.into())),
        }
    }

    /// Notes a survivor, unless it was named before. The program itself is none.
    fn note(&mut self, pid: u32) {
        if pid == self.tasks.program().id() || self.survivors.iter().any(|known| known.pid == pid) {
            return;
        }
        // Where the first thread has ended, another one knows.
        let commands = self.tasks.threads_of(pid).into_iter().map(command_of);
        let command = commands.max_by_key(Vec::len).filter(|command| !command.is_empty());
        let command = command.unwrap_or_else(|| name_of(pid));
        self.survivors.push(Survivor::new(pid, &start_of(&command)));
    }
}
