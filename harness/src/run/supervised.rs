//! A run without a witness: a process between the harness and the program contains it, and the sockets that it prints to name
//! the processes that write.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{Failure, Limits, Means};
use crate::system::interrupt::Interrupt;
use crate::system::pidfd::Handle;
use crate::system::proc::{Sighting, command_of, descendants_of, is_alive, is_stopped, is_under};
use crate::system::streams::{Received, Receiver};
use crate::system::supervisor::{Report, Supervisor, Swept};
use crate::transcript::{
    Cut, Ending, Exit, LINE_COST, Place, Process, Recorder, Stream, Survivor, Transcript, Witness,
};

/// How often a supervisor that should be done is woken, in case that the program has stopped it.
const NUDGE: Duration = Duration::from_millis(100);

/// A run that was started.
#[derive(Debug)]
pub(super) struct Run {
    /// Who sees it.
    witness: Witness,
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
    /// The processes that have written, by their pids.
    writers: HashMap<u32, usize>,
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
    buffer: Vec<u8>,
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

impl Run {
    /// Starts the program, under conditions that may make it hard.
    ///
    /// # Errors
    /// Where the system refuses what a run needs.
    pub fn start(means: Means<'_>, witness: Witness) -> io::Result<Run> {
        let Means { program, limits, conditions, .. } = means;
        let (stdout, stderr, stdio) = means.streams()?;
        let begun = Instant::now();
        let supervisor = Supervisor::start(&program.image, stdio, limits.grace, conditions)?;
        Ok(Run {
            witness,
            stdout: Some(stdout),
            stderr,
            supervisor,
            begun,
            limits,
            printed: 0,
            received: [(0, 0); 2],
            crammed: false,
            recorder: Recorder::default(),
            writers: HashMap::new(),
            program: None,
            phase: Phase::Running,
            ended: None,
            cut: None,
            survivors: Vec::new(),
            stopped: Vec::new(),
            buffer: vec![0; 64 << 10],
        })
    }

    /// Waits until it is over.
    ///
    /// # Errors
    /// Where the program could not be started, or its output could not be read.
    pub fn finish(mut self, interrupt: &Interrupt) -> Result<Transcript, Failure> {
        while !matches!(self.phase, Phase::Over(_)) {
            self.wait(interrupt)?;
        }
        if let Phase::Over(outcome) = std::mem::replace(&mut self.phase, Phase::Running) {
            outcome?;
        }
        self.drain()?;
        Ok(self.transcript())
    }

    /// Nobody is left who could write, or nobody who could be ended: what is still under way is all that counts, and no
    /// more of it than a run may print.
    fn drain(&mut self) -> Result<(), Failure> {
        for stream in [Stream::Stdout, Stream::Stderr] {
            while self.printed <= self.limits.output && self.receive(stream)? {}
        }
        Ok(())
    }

    fn transcript(self) -> Transcript {
        let duration = self.begun.elapsed();
        let (exit, duration) = self.ended.unwrap_or((Exit::Signal(libc::SIGKILL), duration));
        self.recorder.finish(Ending {
            witness: self.witness,
            // Whose supervisor was killed before it could say so has none.
            pid: self.program.unwrap_or(0),
            exit,
            cut: self.cut,
            survivors: self.survivors,
            grace: self.limits.grace,
            stopped: self.stopped,
            crammed: self.crammed,
            duration,
            direction: None,
        })
    }

    /// Waits until something happens, and deals with it.
    fn wait(&mut self, interrupt: &Interrupt) -> io::Result<()> {
        // A run that is being ended is not worth interrupting.
        let interrupts = interrupt.descriptor().filter(|_| self.cut.is_none());
        let polled = self.descriptors().chain(interrupts);
        let mut polled: Vec<PollFd<'_>> =
            polled.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)).collect();
        match poll(&mut polled, timeout(self.wakes_in())) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<bool> = polled.iter().map(|polled| polled.any().unwrap_or(true)).collect();
        let interrupted = interrupts.is_some() && ready.last() == Some(&true);
        self.wake(&mut ready.into_iter(), interrupted);
        Ok(())
    }

    /// What it waits for: its streams, and last its supervisor. What was reported before a chunk was written is then
    /// seen with it.
    fn descriptors(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let streams = [&self.stdout, &self.stderr].into_iter().flatten();
        let streams = streams.map(|receiver| receiver.descriptor().as_fd());
        streams.chain([self.supervisor.reports().as_fd()])
    }

    /// In how long something is to be done though nothing happens.
    fn wakes_in(&self) -> Duration {
        let next = match self.phase {
            Phase::Ending { next, .. } => next,
            Phase::Running | Phase::Over(_) => self.limits.timeout,
        };
        next.saturating_sub(self.begun.elapsed())
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
            self.stopped = descendants_of(supervisor).into_iter().filter(|&pid| is_stopped(pid)).collect();
            self.cut(Cut::TimedOut(self.limits.timeout));
        }
        if more && (self.ended.is_some() || self.cut.is_some()) {
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
        let is_kept = self.supervisor.is_kept_from_work(late);
        if is_kept {
            self.sweep();
        }
        !is_kept
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
        let process = stamp.map(|pid| self.writer(pid));
        self.recorder.chunk(stream, (process, None), at, &self.buffer[..n]);
        Ok(true)
    }

    /// The process that wrote a chunk, by its pid. Where it is, is asked when it is new: it may have ended by then.
    fn writer(&mut self, pid: u32) -> usize {
        *self.writers.entry(pid).or_insert_with(|| {
            let place = Sighting::of(pid).map_or(Place::Unknown, |seen| seen.place);
            self.recorder.process(Process { pid, place, ..Process::default() })
        })
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
            self.survivors.push(Survivor::new(pid, command));
            self.survivors.len() - 1
        });
        &mut self.survivors[at]
    }
}

/// At least so long: `poll` counts whole milliseconds.
fn timeout(left: Duration) -> PollTimeout {
    PollTimeout::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(PollTimeout::MAX)
}
