//! The tasks of a run: who is there, who creates, awaits and kills whom.

use std::collections::HashMap;
use std::ffi::{c_int, c_long};
use std::time::Duration;

use nix::unistd::{Pid, getpgid, getpgrp, gettid};

use crate::run::conditions::Stops;
use crate::system::proc::{self, Sighting, gives_rights, has_ended, image_of, process_behind};
use crate::system::spent::Spent;
use crate::system::witness::{Call, Event, Tracee};
use crate::transcript::{Author, Exit, Killed, Namespace, Place, Process, Recorder, Thread};

/// Where `waitid` puts the child's pid: `si_pid` in `siginfo_t`, on 64-bit systems.
const SI_PID: u64 = 16;

/// Everybody in a run.
pub(super) struct Tasks {
    program: Tracee,
    all: HashMap<Tracee, Task>,
    /// New ones that were heard of before whoever created them; with how they ended, if they have.
    early: HashMap<Tracee, Option<Exit>>,
    /// The process that had a pid last.
    by_pid: HashMap<u32, usize>,
    /// Who sent a process a signal last.
    sent: HashMap<(usize, c_int), usize>,
    /// The signal that a process asked for at its parent's end.
    at_death: HashMap<usize, c_int>,
    /// What those spent that are gone.
    spent: Spent,
    /// Whether nobody goes on any more.
    is_frozen: bool,
    /// Who is held up.
    held: Option<Tracee>,
    /// Whether everybody is: who goes on is chosen.
    is_directed: bool,
    /// Who was chosen, and has not gone on yet.
    chosen: Option<Tracee>,
}

#[derive(Debug)]
struct Task {
    thread: usize,
    process: usize,
    pid: u32,
    state: State,
    inside: Inside,
    /// How it goes on, where it is held up.
    next: How,
    /// Whether it stops before each instruction.
    is_stepped: bool,
    /// Who lent it its memory.
    lender: Option<Tracee>,
}

/// What a task is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It runs, or waits in the kernel.
    Running,
    /// It waits for its tracer.
    Stopped,
    /// It waits in the kernel, for as long as that takes.
    Left,
    /// Its process was stopped by a signal.
    Paused,
    /// It waits for whoever has its memory (vfork(2)).
    Lending,
    /// It has begun to end.
    Ending,
    /// It has ended, the first thread of a process whose others have not: they keep it.
    Kept,
}

/// The call that a task is followed into.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inside {
    Nothing,
    /// It writes.
    Write,
    /// It waits for a child.
    Wait(Call),
}

/// How a task goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// With this signal; 0: none.
    Go(c_int),
    /// Into its call, and out of it again.
    Call,
    /// Not at all: it stays in its group-stop.
    Stay,
}

impl Tasks {
    /// The program alone.
    pub fn of(program: Tracee, is_directed: bool, recorder: &mut Recorder) -> Tasks {
        let mut tasks = Tasks {
            program,
            all: HashMap::new(),
            early: HashMap::new(),
            by_pid: HashMap::new(),
            sent: HashMap::new(),
            at_death: HashMap::new(),
            spent: Spent::default(),
            is_frozen: false,
            held: None,
            is_directed,
            chosen: None,
        };
        let process = tasks.add_process(program, None, Duration::ZERO, Place::Here, recorder);
        tasks.add_thread(program, process, None, Duration::ZERO, recorder);
        tasks
    }

    fn add_process(
        &mut self,
        first: Tracee,
        creator: Option<usize>,
        born: Duration,
        place: Place,
        recorder: &mut Recorder,
    ) -> usize {
        let (pid, born) = (first.id(), Some(born));
        let process = recorder.process(Process { pid, creator, born, place, ..Process::default() });
        self.by_pid.insert(pid, process);
        process
    }

    fn add_thread(
        &mut self,
        task: Tracee,
        process: usize,
        creator: Option<usize>,
        born: Duration,
        recorder: &mut Recorder,
    ) {
        let thread = recorder.thread(Thread { tid: task.id(), process, creator, born, ended: None });
        let pid = recorder.processes()[process].pid;
        let (state, inside, next) = (State::Running, Inside::Nothing, How::Go(0));
        let task_of = Task { thread, process, pid, state, inside, next, is_stepped: false, lender: None };
        self.all.insert(task, task_of);
    }

    /// The program's first task.
    pub fn program(&self) -> Tracee {
        self.program
    }

    /// Whether nobody is there any more.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The process that has this pid.
    pub fn process(&self, pid: u32) -> Option<usize> {
        self.by_pid.get(&pid).copied()
    }

    /// Who a task is, to its lines.
    pub fn author(&self, task: Tracee) -> Author {
        self.all.get(&task).map_or((None, None), |task| (Some(task.process), Some(task.thread)))
    }

    /// A task's thread and process, as the record knows them, and its pid.
    pub fn place(&self, task: Tracee) -> Option<(usize, usize, u32)> {
        self.all.get(&task).map(|task| (task.thread, task.process, task.pid))
    }

    /// Whether a task waits for its tracer.
    pub fn is_stopped(&self, task: Tracee) -> bool {
        self.all.get(&task).is_some_and(|task| task.state == State::Stopped)
    }

    /// Whether a task has lent its memory.
    pub fn has_lent(&self, task: Tracee) -> bool {
        self.all.values().any(|other| other.lender == Some(task))
    }

    /// Whether a task goes.
    pub fn is_running(&self, task: Tracee) -> bool {
        self.all.get(&task).is_some_and(|task| task.state == State::Running)
    }

    /// Whether nobody goes, and nobody is on its way out.
    pub fn is_quiet(&self) -> bool {
        self.all.values().all(|task| match task.state {
            State::Stopped | State::Paused | State::Lending | State::Left => true,
            State::Running | State::Ending => false,
            State::Kept => self.has_others(task.pid),
        })
    }

    /// Whether a process has threads that have not begun to end.
    fn has_others(&self, pid: u32) -> bool {
        let lives = |state: State| !matches!(state, State::Ending | State::Kept);
        self.all.values().any(|task| task.pid == pid && lives(task.state))
    }

    /// The first threads of processes that have ended meanwhile, and others of theirs have not: nothing is heard of that.
    pub fn kept(&mut self) -> Vec<Tracee> {
        let is_kept = |(tracee, task): &(&Tracee, &Task)| {
            let is_first = tracee.id() == task.pid && task.state == State::Ending;
            is_first && self.has_others(task.pid) && has_ended(task.pid)
        };
        let kept: Vec<Tracee> = self.all.iter().filter(is_kept).map(|(tracee, _)| *tracee).collect();
        for tracee in &kept {
            if let Some(task) = self.all.get_mut(tracee) {
                task.state = State::Kept;
            }
        }
        kept
    }

    /// The call that a task is followed into.
    pub fn inside(&self, task: Tracee) -> Inside {
        self.all.get(&task).map_or(Inside::Nothing, |task| task.inside)
    }

    /// The tasks in such states.
    pub fn in_state(&self, state: impl Fn(State) -> bool) -> Vec<Tracee> {
        self.all.iter().filter(|(_, task)| state(task.state)).map(|(task, _)| *task).collect()
    }

    /// The pids of all processes that are there, the oldest first.
    pub fn processes(&self) -> Vec<u32> {
        let mut processes: Vec<(usize, u32)> =
            self.all.values().map(|task| (task.process, task.pid)).collect();
        processes.sort_unstable();
        processes.dedup();
        processes.into_iter().map(|(_, pid)| pid).collect()
    }

    /// The thread ids of a process.
    pub fn threads_of(&self, pid: u32) -> Vec<u32> {
        self.all.iter().filter(|(_, task)| task.pid == pid).map(|(tracee, _)| tracee.id()).collect()
    }

    /// The pids of those that a signal has stopped.
    pub fn stopped_processes(&self) -> Vec<u32> {
        let is_paused =
            |pid: &u32| self.all.values().any(|task| task.pid == *pid && task.state == State::Paused);
        self.processes().into_iter().filter(is_paused).collect()
    }

    /// Whether all of a process has begun to end.
    pub fn is_ending(&self, pid: u32) -> bool {
        let mut tasks = self.all.iter().filter(|(_, task)| task.pid == pid);
        tasks.all(|(tracee, task)| task.state == State::Ending || proc::is_exiting(tracee.id()))
    }

    /// What all tasks spent so far, and their tracer, which is this thread: while it waits for a processor, they wait for it.
    pub fn spent(&self) -> Spent {
        let tracer = gettid().as_raw().cast_unsigned();
        let all = self.all.keys().map(|task| task.id()).chain([tracer]);
        all.filter_map(proc::spent_by).fold(self.spent, |all, one| all + one)
    }

    /// From now on nobody goes on.
    pub fn freeze(&mut self) {
        self.is_frozen = true;
        self.in_state(|state| matches!(state, State::Running | State::Lending))
            .into_iter()
            .for_each(Tracee::interrupt);
    }

    /// Whether nobody goes on.
    pub fn is_frozen(&self) -> bool {
        self.is_frozen
    }

    /// It is not there, whatever became of it.
    pub fn lose(&mut self, task: Tracee) {
        self.all.remove(&task);
    }

    /// Gives all up who are left.
    pub fn forget(&mut self) {
        self.all.clear();
    }

    /// Holds one task up, or lets the one go on that is held up.
    pub fn next_move(&mut self, stops: &mut Stops, now: Duration) {
        let mut running = self.in_state(|state| state == State::Running);
        running.sort_unstable();
        match stops.next_move(now, running.len(), self.held.is_some()) {
            Some(victim) => {
                self.held = Some(running[victim]);
                running[victim].interrupt();
            }
            None => self.release(),
        }
    }

    /// Lets the one go on that is held up.
    pub fn release(&mut self) {
        if let Some(held) = self.held.take()
            && self.is_stopped(held)
        {
            self.go_on(held, self.all[&held].next);
        }
    }

    /// The next time that this one may go on, it does.
    pub fn choose(&mut self, tracee: Tracee) {
        self.chosen = Some(tracee);
    }

    /// Nobody is chosen any more.
    pub fn choose_nobody(&mut self) {
        self.chosen = None;
    }

    /// Has one stop before each instruction, or not any more.
    pub fn step(&mut self, tracee: Tracee, is_stepped: bool) {
        if let Some(task) = self.all.get_mut(&tracee) {
            task.is_stepped = is_stepped;
        }
    }

    /// Lets one go on that was chosen, from where it was stopped.
    pub fn resume(&mut self, tracee: Tracee) {
        if let Some(next) = self.all.get(&tracee).map(|task| task.next) {
            self.choose(tracee);
            self.go_on(tracee, next);
        }
    }

    /// Lets a task go on that was heard.
    pub fn go_on(&mut self, tracee: Tracee, how: How) {
        let Some(task) = self.all.get_mut(&tracee) else { return };
        if self.is_frozen {
            task.state = State::Stopped;
            return;
        }
        let was_chosen = self.chosen.take_if(|chosen| *chosen == tracee).is_some();
        let is_held = self.held == Some(tracee) || (self.is_directed && !was_chosen);
        if is_held && !matches!(how, How::Stay) {
            (task.state, task.next) = (State::Stopped, how);
            return;
        }
        if !matches!(task.state, State::Ending | State::Kept) {
            task.state = if matches!(how, How::Stay) { State::Paused } else { State::Running };
        }
        // A signal is delivered once.
        task.next = How::Go(0);
        match how {
            How::Go(signal) if task.is_stepped => tracee.step(signal),
            How::Go(signal) => tracee.go_on(signal),
            How::Call => tracee.call(),
            How::Stay => tracee.stay_stopped(),
        }
    }

    /// One waits in the kernel, for as long as that takes.
    pub fn leave(&mut self, tracee: Tracee) {
        if let Some(task) = self.all.get_mut(&tracee) {
            task.state = State::Left;
        }
    }

    /// Who was killed while it was stopped, or continued, does not wait for its tracer any more.
    pub fn look_again(&mut self) {
        for tracee in self.in_state(|state| matches!(state, State::Stopped | State::Paused)) {
            let Some(task) = self.all.get_mut(&tracee) else { continue };
            match (proc::state_of(tracee.id()), task.state) {
                (Some(b't' | b'T'), _) => {}
                (Some(b'R' | b'S' | b'D'), State::Paused) => task.state = State::Running,
                _ => self.ends(tracee),
            }
        }
    }

    /// Whoever lent this one its memory is about to get it back.
    fn give_back(&mut self, tracee: Tracee) {
        let lender = self.all.get_mut(&tracee).and_then(|task| task.lender.take());
        if let Some(task) = lender.and_then(|lender| self.all.get_mut(&lender))
            && task.state == State::Lending
        {
            task.state = State::Running;
        }
    }

    /// Deals with what has happened to a task, but for its calls and its end.
    pub fn hear(&mut self, tracee: Tracee, event: &Event, now: Duration, recorder: &mut Recorder) {
        if !self.all.contains_key(&tracee) {
            self.early.insert(tracee, None);
            return;
        }
        match *event {
            Event::Created(new) => {
                self.created(tracee, new, now, recorder);
                self.go_on(tracee, How::Go(0));
            }
            Event::Lent(new) => {
                self.created(tracee, new, now, recorder);
                self.choose(tracee);
                self.go_on(tracee, How::Go(0));
                if let Some(task) = self.all.get_mut(&tracee).filter(|task| task.state == State::Running) {
                    task.state = State::Lending;
                    if let Some(task) = self.all.get_mut(&new) {
                        task.lender = Some(tracee);
                    }
                }
            }
            Event::Executed(former) => {
                self.executed(tracee, former, now, recorder);
                self.go_on(tracee, How::Go(0));
            }
            Event::Signal(signal) => {
                self.signalled(tracee, signal, recorder);
                self.go_on(tracee, How::Go(signal));
            }
            // The program steps itself.
            Event::Trapped => self.go_on(tracee, How::Go(libc::SIGTRAP)),
            Event::Stopped => self.go_on(tracee, How::Stay),
            Event::Held | Event::Returned | Event::Call(_) | Event::Called | Event::Ended(_) => {
                self.go_on(tracee, How::Go(0));
            }
        }
    }

    fn created(&mut self, by: Tracee, new: Tracee, now: Duration, recorder: &mut Recorder) {
        let (creator, home) = (self.all[&by].thread, self.all[&by].process);
        // It can't have ended unseen: it is a tracee from its birth.
        let seen = Sighting::of(new.id());
        let is_thread = seen.as_ref().is_some_and(|seen| seen.process != new.id());
        let process = if is_thread {
            home
        } else {
            let place = seen.map_or(Place::Unknown, |seen| seen.place);
            self.add_process(new, Some(creator), now, place, recorder)
        };
        self.add_thread(new, process, Some(creator), now, recorder);
        match self.early.remove(&new) {
            None => {}
            Some(None) => self.go_on(new, How::Go(0)),
            Some(Some(exit)) => _ = self.ended(new, exit, now, recorder),
        }
    }

    fn executed(&mut self, tracee: Tracee, former: Tracee, now: Duration, recorder: &mut Recorder) {
        let process = self.all[&tracee].process;
        // All others of its threads are gone; the one that asked for it has the process's id now.
        let others: Vec<Tracee> = self
            .all
            .iter()
            .filter(|(id, task)| task.process == process && **id != tracee)
            .map(|(id, _)| *id)
            .collect();
        for other in others {
            recorder.thread_mut(self.all[&other].thread).ended.get_or_insert(now);
            if other == former {
                self.all.remove(&other);
            } else {
                self.ends(other);
            }
        }
        self.give_back(tracee);
        if let Some(task) = self.all.get_mut(&tracee) {
            recorder.thread_mut(task.thread).ended = None;
            task.state = State::Stopped;
            task.inside = Inside::Nothing;
        }
        let record = recorder.process_mut(process);
        record.executed = Some(now);
        record.exits = None;
        record.image = image_of(tracee.id());
        record.deprived |= gives_rights(tracee.id());
    }

    /// A signal is about to be delivered: who sent it, where no call told.
    fn signalled(&mut self, tracee: Tracee, signal: c_int, recorder: &Recorder) {
        let process = self.all[&tracee].process;
        if self.sent.contains_key(&(process, signal)) || self.at_death.get(&process) == Some(&signal) {
            return;
        }
        let sender = tracee.sender().and_then(|pid| self.known_as(pid, process, recorder));
        let thread = sender.and_then(|sender| self.first_thread(sender));
        if let Some(thread) = thread {
            self.sent.insert((process, signal), thread);
        }
    }

    fn first_thread(&self, process: usize) -> Option<usize> {
        self.all.values().filter(|task| task.process == process).map(|task| task.thread).min()
    }

    /// A task has ended; whether it was the last of its process.
    pub fn ended(&mut self, tracee: Tracee, exit: Exit, now: Duration, recorder: &mut Recorder) -> bool {
        self.give_back(tracee);
        let Some(task) = self.all.remove(&tracee) else {
            self.early.entry(tracee).and_modify(|ended| *ended = Some(exit));
            return false;
        };
        self.held.take_if(|held| *held == tracee);
        if matches!(exit, Exit::Signal(_)) {
            // A signal ends all threads of a process.
            self.ends_all(task.process);
        }
        if task.pid != tracee.id() {
            return false;
        }
        let killed = match exit {
            Exit::Code(_) => None,
            Exit::Signal(signal) => Some(self.killer(task.process, signal, recorder)),
        };
        let record = recorder.process_mut(task.process);
        record.ended = Some(now);
        record.exit = Some(exit);
        record.killed = killed;
        true
    }

    /// Who ended a process by a signal.
    fn killer(&self, process: usize, signal: c_int, recorder: &Recorder) -> Killed {
        if let Some(&sender) = self.sent.get(&(process, signal)) {
            return Killed::By(sender);
        }
        match recorder.parent(process) {
            Some(parent) if self.at_death.get(&process) == Some(&signal) => Killed::DeathOf(parent),
            _ if self.is_frozen => Killed::Harness,
            _ => Killed::Kernel,
        }
    }

    /// Follows a task into a call.
    pub fn follow(&mut self, tracee: Tracee, inside: Inside) {
        if let Some(task) = self.all.get_mut(&tracee) {
            task.inside = inside;
        }
        self.go_on(tracee, How::Call);
    }

    /// A task is about to make a call that has to do with others.
    pub fn call(&mut self, tracee: Tracee, call: Call, now: Duration, recorder: &mut Recorder) {
        let Some(task) = self.all.get(&tracee) else { return };
        let (thread, process) = (task.thread, task.process);
        let [first, second, third, ..] = call.arguments;
        match call.number {
            libc::SYS_wait4 | libc::SYS_waitid => return self.follow(tracee, Inside::Wait(call)),
            libc::SYS_exit => {
                recorder.thread_mut(thread).ended = Some(now);
                self.ends(tracee);
            }
            libc::SYS_exit_group => {
                recorder.process_mut(process).exits.get_or_insert(now);
                self.ends_all(process);
            }
            libc::SYS_clone if is_untraced(first) => {
                tracee.set_first_argument(first & !u64::from(libc::CLONE_UNTRACED.cast_unsigned()));
            }
            // The flags are in memory, where others may change them: it then does as on a system without this call.
            libc::SYS_clone3 if tracee.read_u64(first).is_none_or(is_untraced) => {
                tracee.refuse(libc::ENOSYS);
            }
            libc::SYS_prctl => _ = self.at_death.insert(process, number(second)),
            libc::SYS_kill => self.kill(tracee, number(first), number(second), recorder),
            libc::SYS_tkill | libc::SYS_rt_sigqueueinfo => {
                self.signal(tracee, number(first), number(second), recorder);
            }
            libc::SYS_tgkill | libc::SYS_rt_tgsigqueueinfo => {
                self.signal(tracee, number(first), number(third), recorder);
            }
            libc::SYS_pidfd_send_signal => {
                if let Some(pid) = process_behind(tracee.id(), number(first)) {
                    self.signal(tracee, pid.cast_signed(), number(second), recorder);
                }
            }
            _ if is_attack(tracee, call) => tracee.refuse(libc::EPERM),
            _ => {}
        }
        self.go_on(tracee, How::Go(0));
    }

    /// All threads of a process have begun to end.
    fn ends_all(&mut self, process: usize) {
        let all = self.all.iter().filter(|(_, task)| task.process == process);
        all.map(|(id, _)| *id).collect::<Vec<_>>().into_iter().for_each(|id| self.ends(id));
    }

    /// A task has begun to end.
    fn ends(&mut self, tracee: Tracee) {
        if let Some(task) =
            self.all.get_mut(&tracee).filter(|task| !matches!(task.state, State::Ending | State::Kept))
        {
            task.state = State::Ending;
            self.spent += proc::spent_by(tracee.id()).unwrap_or_default();
        }
    }

    /// A task is to make its call again: there was no answer to it.
    pub fn call_again(&mut self, tracee: Tracee) {
        if let Some(task) = self.all.get_mut(&tracee) {
            (task.inside, task.next) = (Inside::Nothing, How::Go(0));
        }
        self.resume(tracee);
    }

    /// A task has made the call that it was followed into.
    pub fn called(&mut self, tracee: Tracee, recorder: &mut Recorder) {
        let Some(task) = self.all.get_mut(&tracee) else { return };
        let (thread, process) = (task.thread, task.process);
        if let Inside::Wait(call) = std::mem::replace(&mut task.inside, Inside::Nothing)
            && let Some(pid) = waited_for(tracee, call)
            && let Some(child) = self.known_as(pid, process, recorder)
        {
            let record = recorder.process_mut(child);
            if record.ended.is_some() {
                record.awaited.get_or_insert(thread);
            }
        }
        self.go_on(tracee, How::Go(0));
    }

    /// The process that another one calls by this pid.
    fn known_as(&self, pid: u32, by: usize, recorder: &Recorder) -> Option<usize> {
        let processes = recorder.processes();
        let Place::Inside(home) = processes[by].place else { return self.process(pid) };
        let meant = Place::Inside(Namespace { pid, ..home });
        processes.iter().rposition(|process| process.place == meant)
    }

    /// kill(2). A program may signal whom it likes, but for its tracer; and by “everybody” it means its own.
    fn kill(&mut self, tracee: Tracee, target: c_int, signal: c_int, recorder: &Recorder) {
        let Task { process, pid: own, .. } = self.all[&tracee];
        let group = match target {
            1.. => return self.signal(tracee, target, signal, recorder),
            0 => getpgid(Some(Pid::from_raw(own.cast_signed()))).ok(),
            -1 => None,
            _ => Some(Pid::from_raw(-target)),
        };
        if group == Some(getpgrp()) {
            return tracee.refuse(libc::EPERM);
        }
        let is_meant = |pid: u32| {
            let of = || getpgid(Some(Pid::from_raw(pid.cast_signed()))).ok();
            if group.is_some() { of() == group } else { pid != own }
        };
        let targets: Vec<u32> = self.processes().into_iter().filter(|pid| is_meant(*pid)).collect();
        for &pid in &targets {
            self.note_signal(tracee, pid, signal);
        }
        if target == -1 && recorder.processes()[process].place == Place::Here {
            let reached = targets.into_iter().filter(|pid| Tracee::new(*pid).send(signal)).count();
            if reached > 0 { tracee.skip(0) } else { tracee.refuse(libc::ESRCH) }
        }
    }

    /// A signal to one process, or to one of its threads.
    fn signal(&mut self, tracee: Tracee, target: c_int, signal: c_int, recorder: &Recorder) {
        if is_harness(target) {
            return tracee.refuse(libc::EPERM);
        }
        let (id, process) = (target.cast_unsigned(), self.all[&tracee].process);
        let known = self.known_as(id, process, recorder).map(|process| recorder.processes()[process].pid);
        let of_thread = self.all.get(&Tracee::new(id)).map(|task| task.pid);
        if let Some(pid) = known.or(of_thread) {
            self.note_signal(tracee, pid, signal);
        }
    }

    fn note_signal(&mut self, by: Tracee, pid: u32, signal: c_int) {
        if let (Some(process), Some(task)) = (self.process(pid), self.all.get(&by)) {
            self.sent.insert((process, signal), task.thread);
        }
    }
}

/// Whether flags ask for a task that nobody traces.
fn is_untraced(flags: u64) -> bool {
    flags & u64::from(libc::CLONE_UNTRACED.cast_unsigned()) != 0
}

/// An argument that is an `int`.
#[allow(clippy::cast_possible_truncation, reason = "the kernel looks at no more of it")]
fn number(argument: u64) -> c_int {
    argument as c_int
}

/// Whether this process or thread is of the harness itself.
fn is_harness(id: c_int) -> bool {
    let id = id.cast_unsigned();
    id == std::process::id() || proc::is_thread_of(std::process::id(), id)
}

/// Whether a call is turned against the harness: to trace it, to write to its memory, or to take its descriptors.
fn is_attack(tracee: Tracee, call: Call) -> bool {
    let [first, second, ..] = call.arguments;
    let target = match call.number {
        libc::SYS_ptrace => Some(number(second)),
        libc::SYS_process_vm_writev => Some(number(first)),
        libc::SYS_pidfd_getfd => process_behind(tracee.id(), number(first)).map(u32::cast_signed),
        _ => None,
    };
    target.is_some_and(is_harness)
}

/// The child that a wait has told of, by the pid that the caller knows it by.
fn waited_for(tracee: Tracee, call: Call) -> Option<u32> {
    const WAIT4: c_long = libc::SYS_wait4;
    let result = tracee.result()?;
    if call.number == WAIT4 {
        return u32::try_from(result).ok().filter(|&pid| pid != 0);
    }
    let info = call.arguments[2];
    match info {
        // Nowhere to put it: whom it waited for tells, if that is one.
        0 if result == 0 && call.arguments[0] == u64::from(libc::P_PID) => {
            u32::try_from(call.arguments[1]).ok()
        }
        0 => None,
        info => tracee.read_u32(info + SI_PID).filter(|&pid| result == 0 && pid != 0),
    }
}
