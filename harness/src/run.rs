//! One run of one program, from its start until nothing is left of it.

pub(crate) mod conditions;
mod looks;
pub mod program;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::contract::Contract;
use crate::run::conditions::{Conditions, Stops};
use crate::run::program::{Program, ProgramError};
use crate::system::interrupt::{Interrupt, UnderWay};
use crate::system::pidfd::Handle;
use crate::system::proc::{
    Sighting, command_of, descendants_of, executable_of, is_alive, is_stopped, is_under,
};
use crate::system::streams::{self, Capture, Received, Receiver, Stamp};
use crate::system::supervisor::{PATIENCE, Report, Stdio, Supervisor, Swept};
use crate::transcript::{
    Cut, Ending, Exit, GRACE, LINE_COST, Recorder, Stream, Survivor, Transcript, Writer,
};
use looks::Looks;

/// What a run may not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take, counted from its start.
    pub timeout: Duration,
    /// How many bytes it may print, on both streams together; each line counts [`LINE_COST`] more than it has.
    pub output: usize,
    /// How long what outlives the program may take to end by itself.
    pub grace: Duration,
}

/// So many writers of a run are asked how they ended: for each a descriptor is held until the run is over.
const HANDLES: usize = 64;

/// A writer's threads are counted at most so often: a program that prints without pause is not slowed down.
const COUNT_EVERY: Duration = Duration::from_millis(1);

/// How often a supervisor that should be done is woken, in case that the program has stopped it.
const NUDGE: Duration = Duration::from_millis(100);

impl Default for Limits {
    /// 10 s, 64 MiB, and a grace of 500 ms.
    fn default() -> Limits {
        Limits { timeout: Duration::from_secs(10), output: 64 << 20, grace: GRACE }
    }
}

impl Limits {
    /// What a contract allows.
    pub fn of(contract: &Contract) -> Limits {
        Limits { timeout: contract.timeout, grace: contract.grace, ..Limits::default() }
    }

    /// So many times as long, for runs that wait for processors.
    #[must_use]
    pub fn slowed(self, times: u32) -> Limits {
        Limits { timeout: self.timeout * times, grace: self.grace * times, ..self }
    }
}

/// Runs the program once. When this returns, no process that it started is left, but for such as can't be ended, which the
/// transcript names.
///
/// # Errors
/// Where the program can't be started; whatever it does once it runs is in the transcript.
pub fn run(
    program: &Program,
    capture: Capture,
    limits: Limits,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    Run::start(program, capture, limits, &Conditions::default())?.finish(interrupt)
}

/// Waits until something happens to any of these runs, all of them under way, and deals with it.
///
/// # Errors
/// Where the system can't wait.
pub(crate) fn wait_for(runs: &mut [Run], interrupt: &Interrupt) -> io::Result<()> {
    let mut polled: Vec<PollFd<'_>> = Vec::with_capacity(3 * runs.len() + 1);
    let mut wakes: Option<Duration> = None;
    for run in &*runs {
        polled.extend(run.descriptors().map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)));
        wakes = [wakes, run.wakes_in()].into_iter().flatten().min();
    }
    // A run that is being ended is not worth interrupting.
    let interruptible = runs.iter().any(|run| run.cut.is_none());
    let descriptor = interrupt.descriptor().filter(|_| interruptible);
    polled.extend(descriptor.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)));
    match poll(&mut polled, wakes.map_or(PollTimeout::NONE, timeout)) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => {}
        Err(error) => return Err(error.into()),
    }
    let ready: Vec<bool> = polled.iter().map(|polled| polled.any().unwrap_or(true)).collect();
    drop(polled);
    let interrupted = descriptor.is_some() && ready.last() == Some(&true);
    let mut ready = ready.into_iter();
    for run in runs {
        run.wake(&mut ready, interrupted);
    }
    Ok(())
}

/// A run that was started.
#[derive(Debug)]
pub(crate) struct Run {
    /// As the user gave it, for errors.
    command: String,
    stdout: Option<Receiver>,
    stderr: Option<Receiver>,
    supervisor: Supervisor,
    begun: Instant,
    limits: Limits,
    printed: usize,
    /// How many lines and bytes came on each stream.
    received: [(usize, usize); 2],
    crammed: bool,
    recorder: Recorder,
    /// On the first writers, by their pids.
    handles: Vec<(u32, Handle)>,
    /// For each writer, when its threads are to be counted again.
    counted: Vec<Duration>,
    looks: Option<Looks>,
    stops: Option<Stops>,
    /// The program's pid, once it was started.
    program: Option<u32>,
    phase: Phase,
    /// How the program ended, and when.
    ended: Option<(Exit, Duration)>,
    /// What ended the run before its time.
    cut: Option<Cut>,
    survivors: Vec<Survivor>,
    /// Who had been stopped when the time was up.
    stopped: Vec<u32>,
    /// Whom nobody awaited: what they printed may be still to be received.
    orphans: Vec<u32>,
    buffer: Vec<u8>,
    /// Dropped last: nothing of the run is left then.
    _under_way: UnderWay,
}

/// How far a run has come.
#[derive(Debug)]
enum Phase {
    /// The program is being started, or runs.
    Running,
    /// It has ended or is being ended, and its supervisor sees to what is left.
    Ending {
        /// When the supervisor has nothing more to wait for.
        due: Duration,
        /// When it is to be woken, in case that the program has stopped it.
        next: Duration,
    },
    /// Nothing more is to be waited for: whether it could be run at all.
    Over(Result<(), Failure>),
}

#[derive(Debug)]
enum Failure {
    Refused(io::Error),
    System(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::System(error)
    }
}

impl Run {
    /// Starts the program, under conditions that may make it hard.
    ///
    /// # Errors
    /// Where the system refuses what a run needs.
    pub fn start(
        program: &Program,
        capture: Capture,
        limits: Limits,
        conditions: &Conditions,
    ) -> Result<Run, ProgramError> {
        let (stdout, stdout_write) = streams::open(capture)?;
        let (stderr, stderr_write) = match capture {
            // A terminal is one stream: what is printed to it can't be told apart.
            Capture::Pty => (None, stdout_write.try_clone()?),
            Capture::Socket | Capture::Pipe => {
                let (receiver, write) = streams::open(capture)?;
                (Some(receiver), write)
            }
        };
        let stdio = Stdio {
            stdin: File::open("/dev/null")?.into(),
            stdout: stdout_write,
            stderr: stderr_write,
            terminal: capture == Capture::Pty,
        };
        let under_way = UnderWay::begin();
        let begun = Instant::now();
        let supervisor = Supervisor::start(&program.image, stdio, limits.grace, conditions)?;
        Ok(Run {
            command: program.command(),
            stdout: Some(stdout),
            stderr,
            looks: program.counts_threads.then(Looks::new),
            stops: conditions.stops.map(Stops::new),
            supervisor,
            begun,
            limits,
            printed: 0,
            received: [(0, 0); 2],
            crammed: false,
            recorder: Recorder::default(),
            handles: Vec::new(),
            counted: Vec::new(),
            program: None,
            phase: Phase::Running,
            ended: None,
            cut: None,
            survivors: Vec::new(),
            stopped: Vec::new(),
            orphans: Vec::new(),
            buffer: vec![0; 64 << 10],
            _under_way: under_way,
        })
    }

    /// Waits until it is over.
    ///
    /// # Errors
    /// As [`Run::complete`].
    pub fn finish(mut self, interrupt: &Interrupt) -> Result<Transcript, ProgramError> {
        while self.is_under_way() {
            wait_for(std::slice::from_mut(&mut self), interrupt)?;
        }
        self.complete()
    }

    /// Whether it is to be waited for.
    pub fn is_under_way(&self) -> bool {
        !matches!(self.phase, Phase::Over(_))
    }

    /// The record of a run that is over.
    ///
    /// # Errors
    /// Where the program could not be started, or its output could not be read.
    pub fn complete(mut self) -> Result<Transcript, ProgramError> {
        let outcome = match std::mem::replace(&mut self.phase, Phase::Running) {
            Phase::Over(outcome) => outcome,
            Phase::Running | Phase::Ending { .. } => Ok(()),
        };
        match outcome.and_then(|()| self.drain()) {
            Ok(()) => Ok(self.transcript()),
            Err(Failure::Refused(error)) => Err(ProgramError::Refused(self.command, error)),
            Err(Failure::System(error)) => Err(ProgramError::System(error)),
        }
    }

    /// Nobody is left who could write, or nobody who could be ended: what is still under way is all that counts, and no
    /// more of it than a run may print.
    fn drain(&mut self) -> Result<(), Failure> {
        for stream in [Stream::Stdout, Stream::Stderr] {
            while self.printed <= self.limits.output && self.receive(stream)? {}
        }
        Ok(())
    }

    fn transcript(mut self) -> Transcript {
        for (pid, handle) in &self.handles {
            if let Some(exit) = handle.exit() {
                self.recorder.ended(*pid, exit);
            }
        }
        for (pid, seen) in self.looks.iter().flat_map(|looks| &looks.threads) {
            if let Some(writer) = self.recorder.known(*pid) {
                self.recorder.threads(writer, Some(*seen));
            }
        }
        let duration = self.begun.elapsed();
        let (exit, duration) = self.ended.unwrap_or((Exit::Signal(nix::libc::SIGKILL), duration));
        // Whose supervisor was killed before it could say so has none.
        let pid = self.program.unwrap_or(0);
        self.recorder.ended(pid, exit);
        for pid in self.survivors.iter().map(|survivor| survivor.pid).chain(self.orphans) {
            self.recorder.orphaned(pid);
        }
        self.recorder.finish(Ending {
            pid,
            exit,
            cut: self.cut,
            survivors: self.survivors,
            grace: self.limits.grace,
            stopped: self.stopped,
            crammed: self.crammed,
            duration,
        })
    }

    /// What it waits for: its streams, and last its supervisor. What was reported before a chunk was written is then
    /// seen with it.
    fn descriptors(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let streams = [&self.stdout, &self.stderr].into_iter().flatten();
        let streams = streams.map(|receiver| receiver.descriptor().as_fd());
        streams.chain([self.supervisor.reports().as_fd()])
    }

    /// In how long something is to be done though nothing happens. Once the program has ended or the run is being
    /// ended, its supervisor sees to the rest, and in time, unless the program has stopped it.
    fn wakes_in(&self) -> Option<Duration> {
        if let Phase::Ending { next, .. } = self.phase {
            return Some(next.saturating_sub(self.begun.elapsed()));
        }
        let looks = self.looks.as_ref().map(|looks| looks.next);
        let stops = self.stops.as_ref().map(|stops| stops.next);
        let next = [Some(self.limits.timeout), looks, stops].into_iter().flatten().min()?;
        Some(next.saturating_sub(self.begun.elapsed()))
    }

    /// Deals with what has happened: which of its descriptors, in their order, are ready.
    fn wake(&mut self, ready: &mut impl Iterator<Item = bool>, interrupted: bool) {
        let mut streams = [false; 2];
        for (stream, receiver) in streams.iter_mut().zip([&self.stdout, &self.stderr]) {
            *stream = receiver.is_some() && ready.next() == Some(true);
        }
        let reported = ready.next() == Some(true);
        match self.deal_with(streams, reported, interrupted) {
            Ok(true) => {}
            Ok(false) => self.phase = Phase::Over(Ok(())),
            Err(failure) => self.phase = Phase::Over(Err(failure)),
        }
    }

    /// False once the supervisor is done.
    fn deal_with(&mut self, streams: [bool; 2], reported: bool, interrupted: bool) -> Result<bool, Failure> {
        let supervisor = self.supervisor.id();
        let now = self.begun.elapsed();
        if let Some(looks) = self.looks.as_mut().filter(|looks| now >= looks.next) {
            looks.look(supervisor, now);
        }
        if let Some(stops) = self.stops.as_mut().filter(|stops| now >= stops.next) {
            stops.next_move(supervisor, now);
        }
        let more = if reported { self.take_reports()? } else { true };
        for (stream, ready) in [Stream::Stdout, Stream::Stderr].into_iter().zip(streams) {
            if ready {
                self.receive(stream)?;
            }
        }
        let due = self.ended.is_none() && self.cut.is_none() && self.begun.elapsed() >= self.limits.timeout;
        if more && interrupted {
            self.cut(Cut::Interrupted);
        } else if more && due {
            // What the harness itself has stopped goes on.
            self.stops = None;
            self.stopped = descendants_of(supervisor).into_iter().filter(|&pid| is_stopped(pid)).collect();
            self.cut(Cut::TimedOut(self.limits.timeout));
        }
        if more && (self.ended.is_some() || self.cut.is_some()) {
            self.stops = None;
            return Ok(self.hurry());
        }
        Ok(more)
    }

    /// Sees to it that a supervisor that has nothing more to wait for comes to its end; false once its patience with it is.
    fn hurry(&mut self) -> bool {
        let now = self.begun.elapsed();
        let grace = if self.cut.is_some() { Duration::ZERO } else { self.limits.grace };
        let (due, next) = match self.phase {
            Phase::Ending { due, next } => (due, next),
            Phase::Running | Phase::Over(_) => (now + grace, now + grace + NUDGE),
        };
        if now < next {
            self.phase = Phase::Ending { due, next };
            return true;
        }
        self.phase = Phase::Ending { due, next: now + NUDGE };
        let late = now.saturating_sub(due);
        self.supervisor.end();
        if late > PATIENCE {
            self.sweep();
        }
        late <= PATIENCE
    }

    /// Ends what a supervisor has left that was killed, or that the program keeps from its work.
    fn sweep(&mut self) {
        for Swept { pid, command, killed } in self.supervisor.sweep() {
            self.survived(pid, &command);
            if !killed {
                self.left(pid, &command);
            }
        }
        self.cut.get_or_insert(Cut::Unsupervised);
    }

    /// Takes in what one stream has at the moment, a buffer full at the most; false where there was nothing.
    fn receive(&mut self, stream: Stream) -> io::Result<bool> {
        let receiver = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        let Some(open) = receiver else { return Ok(false) };
        let (n, stamp) = match open.receive(&mut self.buffer)? {
            Received::Chunk(n, stamp) => (n, stamp),
            Received::Nothing => return Ok(false),
            Received::End => {
                *receiver = None;
                return Ok(false);
            }
        };
        let at = self.begun.elapsed();
        let lines = memchr::memchr_iter(b'\n', &self.buffer[..n]).count();
        self.printed += n + lines * LINE_COST;
        let (all_lines, bytes) = &mut self.received[usize::from(stream == Stream::Stderr)];
        *all_lines += lines;
        *bytes += n;
        self.crammed |= open.may_be_full(*all_lines, *bytes);
        if self.printed > self.limits.output {
            self.cut(Cut::Flooded(self.limits.output));
            return Ok(true);
        }
        let writer = stamp.map(|stamp| self.writer(stamp, at));
        self.recorder.chunk(stream, writer, at, &self.buffer[..n]);
        Ok(true)
    }

    /// The writer of a chunk that was received.
    fn writer(&mut self, stamp: Stamp, at: Duration) -> usize {
        let Stamp { pid, handle } = stamp;
        let (program, supervisor) = (self.program, self.supervisor.id());
        // Before all else, since it may end at any moment.
        let seen = match self.recorder.known(pid) {
            Some(known) if at < self.counted[known] => return known,
            _ => Sighting::of(pid),
        };
        let writer = self.recorder.writer(pid, || {
            if self.handles.len() < HANDLES {
                self.handles.extend(handle.or_else(|| Handle::open(pid)).map(|handle| (pid, handle)));
            }
            self.counted.push(Duration::ZERO);
            who_is(pid, seen.as_ref(), program, supervisor)
        });
        self.counted[writer] = at + COUNT_EVERY;
        self.recorder.threads(writer, seen.and_then(|seen| seen.threads));
        writer
    }

    fn cut(&mut self, cut: Cut) {
        if self.cut.is_none() {
            self.cut = Some(cut);
            self.supervisor.end();
        }
    }

    fn take_reports(&mut self) -> Result<bool, Failure> {
        let Some(reports) = self.supervisor.read()? else {
            // It never ends without a word.
            self.sweep();
            return Ok(false);
        };
        for report in reports {
            match report {
                Report::Started { pid } => self.program = Some(pid),
                Report::Refused { errno } => {
                    return Err(Failure::Refused(io::Error::from_raw_os_error(errno)));
                }
                Report::Ended { status, after } => self.ended = Some((Exit::from_status(status), after)),
                Report::Orphan { pid } => self.orphans.push(pid),
                Report::Killing { pid, command } => self.survived(pid, &command),
                Report::Left { pid, command } => self.left(pid, &command),
                Report::Done => return Ok(false),
            }
        }
        Ok(true)
    }

    /// This one was alive at the end, and is being killed. The program itself is no survivor.
    fn survived(&mut self, pid: u32, command: &[u8]) {
        if self.program != Some(pid) {
            self.note(pid, command);
        }
    }

    /// This one can't be ended. What is below it has not been handed over, and is seen to here.
    fn left(&mut self, pid: u32, command: &[u8]) {
        self.note(pid, command).killed = false;
        for below in descendants_of(pid) {
            let command = command_of(below);
            // Only if whoever has the pid is still of this run may it be killed.
            let handle = Handle::open(below).filter(|_| is_under(below, pid));
            if handle.is_some_and(|handle| handle.kill()) {
                self.survived(below, &command);
            } else if is_alive(below) {
                self.note(below, &command).killed = false;
            }
        }
    }

    /// Notes a survivor, unless it was named before, as it is while its death is under way.
    fn note(&mut self, pid: u32, command: &[u8]) -> &mut Survivor {
        let known = self.survivors.iter().position(|known| known.pid == pid);
        let at = known.unwrap_or_else(|| {
            let words = String::from_utf8_lossy(command).replace('\0', " ");
            self.survivors.push(Survivor { pid, command: words.trim_end().to_owned(), killed: true });
            self.survivors.len() - 1
        });
        &mut self.survivors[at]
    }
}

/// What the kernel says of a process that has just written.
fn who_is(pid: u32, seen: Option<&Sighting>, program: Option<u32>, supervisor: u32) -> Writer {
    // An orphan's parent is the supervisor. That tells who did not create it: whoever is still alive.
    let tells = |&parent: &u32| {
        parent != supervisor || program.is_some_and(|program| pid == program || is_alive(program))
    };
    let parent = seen.and_then(|seen| seen.parent).filter(tells);
    let copy = match parent {
        Some(parent) if program == Some(parent) => {
            executable_of(pid).zip(executable_of(parent)).map(|(own, other)| own == other)
        }
        parent => parent.map(|_| false),
    };
    Writer {
        pid,
        parent,
        copy,
        threads: None,
        namespace: seen.and_then(|seen| seen.namespace),
        exit: None,
        orphan: false,
    }
}

/// At least so long: `poll` counts whole milliseconds.
fn timeout(left: Duration) -> PollTimeout {
    PollTimeout::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(PollTimeout::MAX)
}
