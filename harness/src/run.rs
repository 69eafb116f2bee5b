//! One run of one program, from its start until nothing is left of it.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;

use crate::capture::{self, Capture, Received, Receiver};
use crate::chaos::Conditions;
#[cfg(linux)]
use crate::chaos::Stops;
use crate::interrupt::Interrupt;
use crate::proc::{executable_of, is_alive, parent_of};
use crate::program::{Program, ProgramError};
use crate::supervisor::{GRACE, Report, Stdio, Supervisor};
use crate::transcript::{Cut, Ending, Exit, Recorder, Stream, Survivor, Transcript, Writer};

/// What a run may not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take, counted from its start.
    pub timeout: Duration,
    /// How many bytes it may print, on both streams together; each line counts [`LINE_COST`] more than it has.
    pub output: usize,
}

/// How often a supervisor that should be done is woken, in case that the program has stopped it.
const NUDGE: Duration = Duration::from_millis(100);

/// How long it may then take. A program that keeps it from its work for so long has it killed.
const PATIENCE: Duration = Duration::from_secs(30);

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
        #[cfg(linux)]
        stops: conditions.stops.map(|seed| Stops::start(supervisor.id(), seed)),
        stdout: Some(stdout),
        stderr,
        supervisor,
        begun,
        limits,
        printed: 0,
        recorder: Recorder::default(),
        pid: 0,
        ended: None,
        over: None,
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
    #[cfg(linux)]
    #[expect(dead_code, reason = "it works until it is dropped")]
    stops: Option<Stops>,
    stdout: Option<Receiver>,
    stderr: Option<Receiver>,
    supervisor: Supervisor,
    begun: Instant,
    limits: Limits,
    printed: usize,
    recorder: Recorder,
    pid: u32,
    ended: Option<(Exit, Duration)>,
    /// When the supervisor has nothing more to wait for.
    over: Option<Instant>,
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
        let duration = self.begun.elapsed();
        let (exit, duration) = self.ended.unwrap_or((Exit::Signal(nix::libc::SIGKILL), duration));
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
        // Once the program has ended, its supervisor sees to the rest, and in time.
        let wait = match self.over {
            None => self.limits.timeout.saturating_sub(self.begun.elapsed()),
            Some(over) => over.saturating_duration_since(Instant::now()).max(NUDGE),
        };
        match poll(&mut polled, timeout(wait)) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        let ready: Vec<bool> = polled.iter().map(|p| p.any().unwrap_or(true)).collect();
        drop(polled);
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
        if let Some(late) = self.over.and_then(|over| Instant::now().checked_duration_since(over)) {
            self.supervisor.end();
            if late > PATIENCE {
                self.supervisor.kill();
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
        let (own, supervisor) = (self.pid, self.supervisor.id());
        let writer = pid.map(|pid| self.recorder.writer(pid, || who_is(pid, own, supervisor)));
        self.recorder.chunk(stream, writer, at, &self.buffer[..n]);
        Ok(true)
    }

    fn cut(&mut self, cut: Cut) {
        if self.cut.is_none() {
            self.cut = Some(cut);
            self.over = Some(Instant::now());
            self.supervisor.end();
        }
    }

    fn take_reports(&mut self) -> Result<bool, Failure> {
        let Some(reports) = self.supervisor.read()? else {
            // It never ends without a word.
            for (pid, command) in self.supervisor.sweep() {
                self.survived(pid, &command);
            }
            self.cut.get_or_insert(Cut::Unsupervised);
            return Ok(false);
        };
        for report in reports {
            match report {
                Report::Started { pid } => self.pid = pid,
                Report::Refused { errno } => {
                    return Err(Failure::Refused(io::Error::from_raw_os_error(errno)));
                }
                Report::Ended { status, after } => {
                    self.ended = Some((exit_of(status), after));
                    self.over.get_or_insert_with(|| Instant::now() + GRACE);
                }
                Report::Killing { pid, command } => self.survived(pid, &command),
                Report::Remaining => {}
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
    Writer { pid, parent, copy }
}

fn exit_of(status: i32) -> Exit {
    match WaitStatus::from_raw(Pid::from_raw(0), status) {
        Ok(WaitStatus::Signaled(_, signal, _)) => Exit::Signal(signal as i32),
        Ok(WaitStatus::Exited(_, code)) => Exit::Code(code),
        // A real-time signal, which `nix` has no name for.
        _ => Exit::Signal(nix::libc::WTERMSIG(status)),
    }
}

/// At least so long: `poll` counts whole milliseconds.
fn timeout(left: Duration) -> PollTimeout {
    PollTimeout::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(PollTimeout::MAX)
}
