//! One run of one program, from its start until nothing is left of it.

pub(crate) mod clock;
pub(crate) mod conditions;
pub(crate) mod directed;
pub mod program;
pub mod stdin;
mod supervised;
mod witnessed;

use std::io;
use std::time::Duration;

use crate::contract::{Asked, Contract};
use crate::run::conditions::Conditions;
use crate::run::directed::Director;
use crate::run::directed::choice::Choose;
use crate::run::program::{Program, ProgramError};
use crate::system::birth::Stdio;
use crate::system::companion::aside;
use crate::system::interrupt::{Interrupt, UnderWay};
use crate::system::processors;
use crate::system::streams::{self, Capture, Receiver};
use crate::system::witness;
use crate::transcript::{GRACE, Transcript, Witness};

/// What a run may not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take, counted from its start.
    pub timeout: Duration,
    /// How many bytes it may print, on both streams together; each line counts [`crate::transcript::LINE_COST`] more than it has.
    pub output: usize,
    /// How long what outlives the program may take to end by itself.
    pub grace: Duration,
}

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
    capture: Option<Capture>,
    limits: Limits,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    run_aside(program, capture, limits, &Conditions::default(), interrupt)
}

/// As [`run`], of a contract's program, after so many other runs. What a program measures a witness would change: where the
/// contract says that it measures, the second run alone has one, and tells of lives, and the others of numbers.
///
/// # Errors
/// As [`run`].
pub fn run_after(
    runs: usize,
    program: &Program,
    contract: &Contract,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    let conditions = Conditions { measured: contract.exclusive && runs != 1, ..Conditions::default() };
    run_aside(program, contract.capture, Limits::of(contract), &conditions, interrupt)
}

/// As [`run`], under conditions that may make it hard.
fn run_aside(
    program: &Program,
    capture: Option<Capture>,
    limits: Limits,
    conditions: &Conditions,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    aside(|| run_under(program, capture, limits, conditions, interrupt))?
}

/// As [`run_aside`], but in this thread, which has no children of its own.
pub(crate) fn run_under(
    program: &Program,
    capture: Option<Capture>,
    limits: Limits,
    conditions: &Conditions,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    run_by(program, capture, limits, conditions, None, interrupt)
}

/// Runs a contract's program once, one task at a time, as somebody chooses; for so long at the most.
///
/// # Errors
/// As [`run`].
pub(crate) fn direct(
    program: &Program,
    contract: &Contract,
    limits: Limits,
    chooser: &mut (dyn Choose + Send),
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    let conditions = Conditions { directed: true, ..Conditions::default() };
    // What may be asked of processors is asked before this run keeps to one.
    processors::allowed();
    aside(|| run_by(program, contract.capture, limits, &conditions, Some(chooser), interrupt))?
}

fn run_by(
    program: &Program,
    capture: Option<Capture>,
    limits: Limits,
    conditions: &Conditions,
    chooser: Option<&mut (dyn Choose + Send)>,
    interrupt: &Interrupt,
) -> Result<Transcript, ProgramError> {
    let _under_way = UnderWay::begin();
    // Orphans of a run become this process's children, which leaves nothing of them once they have ended: with a witness at once,
    // and without one if the program has killed its supervisor.
    nix::sys::prctl::set_child_subreaper(true).map_err(io::Error::from)?;
    let witness = witness_of(program, conditions);
    let customary = if witness == Witness::Threads { Capture::Pipe } else { Capture::Socket };
    let means = Means { program, capture: capture.unwrap_or(customary), limits, conditions };
    let outcome = match witness {
        Witness::Threads => {
            let director = chooser.map(|chooser| Director::new(chooser, limits.timeout));
            witnessed::Run::start(means, director).and_then(|run| run.finish(interrupt))
        }
        Witness::Socket(_) | Witness::Measured => supervised::Run::start(means, witness)
            .map_err(Failure::System)
            .and_then(|run| run.finish(interrupt)),
    };
    outcome.map_err(|failure| match failure {
        Failure::Refused(error) => ProgramError::Refused(program.command(), error),
        Failure::System(error) => ProgramError::System(error),
    })
}

/// Why no run has a witness here that sees threads; `None` where it has.
pub fn unwatched() -> Option<&'static str> {
    witness::refused()
}

/// Who can see a run.
pub(crate) fn witness_of(program: &Program, conditions: &Conditions) -> Witness {
    match witness::refused() {
        _ if program.seen_by == Asked::Socket => Witness::Socket("the contract asks for that".to_owned()),
        Some(why) => Witness::Socket(why.to_owned()),
        None if conditions.measured => Witness::Measured,
        None => Witness::Threads,
    }
}

/// What a run is made of.
#[derive(Clone, Copy, Debug)]
struct Means<'a> {
    program: &'a Program,
    capture: Capture,
    limits: Limits,
    conditions: &'a Conditions,
}

impl Means<'_> {
    /// Opens the streams: what is read here, and what the program gets.
    fn streams(self) -> io::Result<(Receiver, Option<Receiver>, Stdio)> {
        let (stdout, stdout_write) = streams::open(self.capture)?;
        let (stderr, stderr_write) = match self.capture {
            // A terminal is one stream: what is printed to it can't be told apart.
            Capture::Pty => (None, stdout_write.try_clone()?),
            Capture::Socket | Capture::Pipe => {
                let (receiver, write) = streams::open(self.capture)?;
                (Some(receiver), write)
            }
        };
        let stdio = Stdio {
            stdin: self.program.stdin.open()?,
            stdout: stdout_write,
            stderr: stderr_write,
            terminal: self.capture == Capture::Pty,
        };
        Ok((stdout, stderr, stdio))
    }
}

/// Why a run came to nothing.
#[derive(Debug)]
enum Failure {
    /// The program could not be executed.
    Refused(io::Error),
    /// The system refused what a run needs.
    System(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::System(error)
    }
}
