//! One run of one program, from its start until nothing is left of it.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::capture::{self, Capture, Received, Receiver};
use crate::chaos::{Conditions, Stops};
use crate::interrupt::Interrupt;
use crate::pidfd::Handle;
use crate::proc::{descendants_of, executable_of, is_alive, parent_of, threads_of};
use crate::program::{Program, ProgramError};
use crate::supervisor::{Report, Stdio, Supervisor};
use crate::transcript::{Cut, Ending, Exit, Recorder, Stream, Survivor, Transcript, Writer};

/// What a run may not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take, counted from its start.
    pub timeout: Duration,
    /// How many bytes it may print, on both streams together; each line counts [`LINE_COST`] more than it has.
    pub output: usize,
}

/// So many writers of a run are asked how they ended: for each a descriptor is held until the run is over.
const HANDLES: usize = 64;

/// A writer's threads are counted at most so often: a program that prints without pause is not slowed down.
const COUNT_EVERY: Duration = Duration::from_millis(1);

/// What keeping a line costs beyond its bytes: a flood of short lines must not fill the memory either.
pub const LINE_COST: usize = 32;

impl Default for Limits {
    /// 10 s and 64 MiB.
    fn default() -> Limits {
        Limits { timeout: Duration::from_secs(10), output: 64 << 20 }
    }
}

/// Runs the program once. When this returns, no process that it started is left.
///
/// # Errors
/// Where the program can't be started; whatever it does once it runs is in the transcript.
pub fn run(
    program: &Program,
    capture: Capture,
    limits: Limits,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    run_under(program, capture, limits, interrupt, &Conditions::default())
}

/// As [`run`], under conditions that make it hard.
///
/// # Errors
/// As [`run`].
pub fn run_under(
    program: &Program,
    capture: Capture,
    limits: Limits,
    interrupt: &Interrupt,
    conditions: &Conditions,
) -> Result<Transcript, ProgramError> {
    let (stdout, stdout_write) = capture::open(capture)?;
    let (stderr, stderr_write) = match capture {
        // A terminal is one stream: what is printed to it can't be told apart.
        Capture::Pty => (None, stdout_write.try_clone()?),
        Capture::Socket | Capture::Pipe => {
            let (receiver, write) = capture::open(capture)?;
            (Some(receiver), write)
        }
    };
    let stdio = Stdio {
        stdin: File::open("/dev/null")?.into(),
        stdout: stdout_write,
        stderr: stderr_write,
        terminal: capture == Capture::Pty,
    };
    let begun = Instant::now();
    let supervisor = Supervisor::start(&program.image, stdio, conditions)?;
    let run = Run {
        stops: conditions.stops.map(|seed| Stops::start(supervisor.id(), seed)),
        stdout: Some(stdout),
        stderr,
        supervisor,
        begun,
        limits,
        printed: 0,
        recorder: Recorder::default(),
        handles: Vec::new(),
        counted: Vec::new(),
        looks: program.counts_threads.then(Looks::default),
        pid: 0,
        ended: None,
        cut: None,
        survivors: Vec::new(),
        buffer: vec![0; 64 << 10],
    };
    run.complete(interrupt).map_err(|failure| match failure {
        Failure::Refused(error) => ProgramError::Refused(program.command(), error),
        Failure::System(error) => ProgramError::System(error),
    })
}

enum Failure {
    Refused(io::Error),
    System(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::System(error)
    }
}

struct Run {
    /// Dropped before the supervisor, whose pid it knows.
    #[expect(dead_code, reason = "it works until it is dropped")]
    stops: Option<Stops>,
    stdout: Option<Receiver>,
    stderr: Option<Receiver>,
    supervisor: Supervisor,
    begun: Instant,
    limits: Limits,
    printed: usize,
    recorder: Recorder,
    /// On the first writers, by their pids.
    handles: Vec<(u32, Handle)>,
    /// For each writer, when its threads are to be counted again.
    counted: Vec<Duration>,
    looks: Option<Looks>,
    pid: u32,
    ended: Option<(Exit, Duration)>,
    cut: Option<Cut>,
    survivors: Vec<Survivor>,
    buffer: Vec<u8>,
}

impl Run {
    fn complete(mut self, interrupt: &Interrupt) -> Result<Transcript, Failure> {
        while self.step(interrupt)? {}
        // Nobody is left who could write: what is still under way is all that will ever come.
        for stream in [Stream::Stdout, Stream::Stderr] {
            while self.receive(stream)? {}
        }
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
        self.recorder.ended(self.pid, exit);
        Ok(self.recorder.finish(Ending {
            pid: self.pid,
            exit,
            cut: self.cut,
            survivors: self.survivors,
            duration,
        }))
    }

    /// Waits for something to happen and deals with it; false once the supervisor is done.
    fn step(&mut self, interrupt: &Interrupt) -> Result<bool, Failure> {
        let mut polled = Vec::new();
        let mut streams = Vec::new();
        for (stream, receiver) in [(Stream::Stdout, &self.stdout), (Stream::Stderr, &self.stderr)] {
            if let Some(receiver) = receiver {
                polled.push(PollFd::new(receiver.descriptor().as_fd(), PollFlags::POLLIN));
                streams.push(stream);
            }
        }
        // Looked at after the streams: what was reported before a chunk was written is then seen with it.
        polled.push(PollFd::new(self.supervisor.reports().as_fd(), PollFlags::POLLIN));
        // Once the run is being ended, nothing but its end is worth waking for.
        let ending = self.cut.is_some();
        if let (false, Some(descriptor)) = (ending, interrupt.descriptor()) {
            polled.push(PollFd::new(descriptor, PollFlags::POLLIN));
        }
        let now = self.begun.elapsed();
        let mut left = self.limits.timeout.saturating_sub(now);
        if let Some(looks) = &self.looks {
            left = left.min(looks.next.saturating_sub(now));
        }
        // Once the program has ended, its supervisor sees to the rest, and in time.
        let ended = self.ended.is_some();
        let wait = if ending || ended { PollTimeout::NONE } else { timeout(left) };
        match poll(&mut polled, wait) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        let ready: Vec<bool> = polled.iter().map(|p| p.any().unwrap_or(true)).collect();
        drop(polled);
        if let Some(looks) = self.looks.as_mut().filter(|looks| self.begun.elapsed() >= looks.next) {
            looks.look(self.supervisor.id(), self.begun.elapsed());
        }
        let more = if ready[streams.len()] { self.take_reports()? } else { true };
        for (stream, _) in streams.iter().zip(&ready).filter(|&(_, &ready)| ready) {
            self.receive(*stream)?;
        }
        if more && !ending {
            if ready.get(1 + streams.len()) == Some(&true) {
                self.cut(Cut::Interrupted);
            } else if self.ended.is_none() && self.begun.elapsed() >= self.limits.timeout {
                self.cut(Cut::TimedOut(self.limits.timeout));
            }
        }
        Ok(more)
    }

    /// Takes in what one stream has at the moment, a buffer full at the most; false where there was nothing.
    fn receive(&mut self, stream: Stream) -> io::Result<bool> {
        let receiver = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        let Some(open) = receiver else { return Ok(false) };
        let (n, pid) = match open.receive(&mut self.buffer)? {
            Received::Chunk(n, pid) => (n, pid),
            Received::Nothing => return Ok(false),
            Received::End => {
                *receiver = None;
                return Ok(false);
            }
        };
        let at = self.begun.elapsed();
        let lines = memchr::memchr_iter(b'\n', &self.buffer[..n]).count();
        self.printed += n + lines * LINE_COST;
        if self.printed > self.limits.output {
            self.cut(Cut::Flooded(self.limits.output));
            return Ok(true);
        }
        let writer = pid.map(|pid| self.writer(pid, at));
        self.recorder.chunk(stream, writer, at, &self.buffer[..n]);
        Ok(true)
    }

    /// The writer with this pid, of whom a chunk was received.
    fn writer(&mut self, pid: u32, at: Duration) -> usize {
        let (own, supervisor) = (self.pid, self.supervisor.id());
        let threads = match self.recorder.known(pid) {
            Some(known) if at < self.counted[known] => return known,
            _ => threads_of(pid),
        };
        let writer = self.recorder.writer(pid, || {
            if self.handles.len() < HANDLES {
                self.handles.extend(Handle::open(pid).map(|handle| (pid, handle)));
            }
            self.counted.push(Duration::ZERO);
            who_is(pid, own, supervisor)
        });
        self.counted[writer] = at + COUNT_EVERY;
        self.recorder.threads(writer, threads);
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
            for (pid, command) in Supervisor::sweep() {
                self.survived(pid, &command);
            }
            self.cut = Some(Cut::Unsupervised);
            return Ok(false);
        };
        for report in reports {
            match report {
                Report::Started { pid } => self.pid = pid,
                Report::Refused { errno } => {
                    return Err(Failure::Refused(io::Error::from_raw_os_error(errno)));
                }
                Report::Ended { status, after } => self.ended = Some((Exit::from_status(status), after)),
                Report::Killing { pid, command } => self.survived(pid, &command),
                Report::Done => return Ok(false),
            }
        }
        Ok(true)
    }

    fn survived(&mut self, pid: u32, command: &[u8]) {
        // It is named again while its death is under way.
        if pid != self.pid && self.survivors.iter().all(|known| known.pid != pid) {
            let words = String::from_utf8_lossy(command).replace('\0', " ");
            self.survivors.push(Survivor { pid, command: words.trim_end().to_owned() });
        }
    }
}

/// How many threads the run's processes have, seen though they print nothing: many programs keep their lines back until
/// they end, and by then their threads have ended. Nothing wakes us when a thread begins, so it is looked at some moments,
/// each half as late again as the one before: 25 in ten seconds.
#[derive(Debug)]
struct Looks {
    next: Duration,
    /// The most threads that each process was seen to have.
    threads: HashMap<u32, u32>,
}

impl Default for Looks {
    fn default() -> Looks {
        Looks { next: Duration::from_micros(500), threads: HashMap::new() }
    }
}

impl Looks {
    fn look(&mut self, supervisor: u32, now: Duration) {
        self.next = now + now / 2;
        for pid in descendants_of(supervisor) {
            let most = self.threads.entry(pid).or_default();
            *most = threads_of(pid).unwrap_or(0).max(*most);
        }
    }
}

/// What the kernel says of a process that has just written.
fn who_is(pid: u32, program: u32, supervisor: u32) -> Writer {
    // An orphan's parent is the supervisor. That tells who did not create it: whoever is still alive.
    let tells = |&parent: &u32| parent != supervisor || pid == program || is_alive(program);
    let parent = parent_of(pid).filter(tells);
    let copy = match parent {
        Some(parent) if parent == program => {
            executable_of(pid).zip(executable_of(program)).map(|(own, other)| own == other)
        }
        parent => parent.map(|_| false),
    };
    Writer { pid, parent, copy, threads: None, exit: None }
}

/// At least so long: `poll` counts whole milliseconds.
fn timeout(left: Duration) -> PollTimeout {
    PollTimeout::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(PollTimeout::MAX)
}
