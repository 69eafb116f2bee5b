//! What happened in one run: lines with their writers, how the program ended, what it left behind.

mod jsonl;
mod recorder;
pub mod schedule;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::language::Language;

pub use jsonl::TranscriptError;
pub(crate) use recorder::{Author, Recorder};
pub use schedule::Direction;

pub use crate::system::proc::Namespace;

/// How long what outlives its program may take to end by itself, unless the contract says otherwise. Python's helpers need
/// some 20 ms.
pub(crate) const GRACE: Duration = Duration::from_millis(500);

/// What keeping a line costs beyond its bytes: a flood of short lines must not fill the memory either.
pub const LINE_COST: usize = 32;

/// Which of a program's two output streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A process of the run. Where no witness saw threads only those that wrote are known, and of them no more than the pid and
/// the namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its process id, by the kernel's word.
    pub pid: u32,
    /// Who created it, as an index into [`Transcript::threads`]; `None` of the program's own process, and where it is not known.
    pub creator: Option<usize>,
    /// When it was created.
    pub born: Option<Duration>,
    /// The name of the file that it executed last, without its folder.
    pub image: Option<String>,
    /// When it executed that.
    pub executed: Option<Duration>,
    /// When the last of it had ended.
    pub ended: Option<Duration>,
    /// When one of its threads ended them all: `exit_group(2)`.
    pub exits: Option<Duration>,
    /// How it ended.
    pub exit: Option<Exit>,
    /// Who was told of its end by a wait, as an index into [`Transcript::threads`].
    pub awaited: Option<usize>,
    /// By whom, where a signal ended it.
    pub killed: Option<Killed>,
    /// Whether it executed a file that gives rights to whoever does (setuid), which the kernel withholds from those that are
    /// traced by an ordinary user.
    pub deprived: bool,
    /// In which pid namespace it is: what it prints as pids are those of its namespace.
    pub place: Place,
}

/// In which pid namespace a process is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the harness's own.
    #[default]
    Here,
    /// In one below it, and who it is there.
    Inside(Namespace),
    /// It had ended before it could be told.
    Unknown,
}

/// Who sent the signal that ended a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Killed {
    /// This one, an index into [`Transcript::threads`].
    By(usize),
    /// The kernel, because this process had ended, an index into [`Transcript::processes`]: `PR_SET_PDEATHSIG`.
    DeathOf(usize),
    /// The kernel, for a fault, a timer or a terminal.
    Kernel,
    /// The harness, as it ended the run.
    Harness,
}

/// A thread of the run, the first one of a process included. There is none where no witness saw them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its thread id, by the kernel's word.
    pub tid: u32,
    /// Whose it is, as an index into [`Transcript::processes`].
    pub process: usize,
    /// Who created it, as an index into [`Transcript::threads`]; `None` of the first thread of the program.
    pub creator: Option<usize>,
    /// When it was created.
    pub born: Duration,
    /// When it began to end by itself; `None` where it ended with its process, or lived on.
    pub ended: Option<Duration>,
}

/// Who saw what happened.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Witness {
    /// The harness itself, of each thread.
    Threads,
    /// The sockets that were printed to, of each process that wrote; why they alone.
    Socket(String),
    /// The sockets alone, since a witness would have changed what the program measures: another run has one.
    Measured,
}

/// One line, put together from its writer's chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The stream it was written to.
    pub stream: Stream,
    /// Index into [`Transcript::processes`]; `None` where it is not known who wrote it.
    pub process: Option<usize>,
    /// Index into [`Transcript::threads`]: who wrote its last byte. `None` where that is not known.
    pub thread: Option<usize>,
    /// When its last byte was written, counted from the program's start; without a witness, when it was received.
    pub at: Duration,
    /// Whether it ended with a newline: only a writer's last line may lack it.
    pub newline: bool,
    /// Whether another writer's bytes came between its own.
    pub torn: bool,
    start: usize,
    end: usize,
}

/// How the program's own process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Exit {
    /// It exited with this status.
    Code(i32),
    /// This signal killed it.
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Exit::Code(code) => write!(f, "exit status {code}"),
            Exit::Signal(number) => match nix::sys::signal::Signal::try_from(number) {
                Ok(signal) => write!(f, "killed by {signal}"),
                Err(_) => write!(f, "killed by signal {number}"),
            },
        }
    }
}

impl Exit {
    /// In words: “exit status 1”, “killed by SIGKILL”; of a status in Chinese “状态码 1”.
    pub(crate) fn words(self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::Zh, Exit::Code(code)) => format!("状态码 {code}"),
            (Language::Zh, Exit::Signal(_)) => {
                let name = self.to_string();
                format!("被 {} 终止", name.trim_start_matches("killed by "))
            }
        }
    }

    /// What a status says, as waitpid(2) returns it.
    pub(crate) fn from_status(status: i32) -> Exit {
        match WaitStatus::from_raw(Pid::from_raw(0), status) {
            Ok(WaitStatus::Signaled(_, signal, _)) => Exit::Signal(signal as i32),
            Ok(WaitStatus::Exited(_, code)) => Exit::Code(code),
            // A real-time signal, which `nix` has no name for.
            _ => Exit::Signal(nix::libc::WTERMSIG(status)),
        }
    }
}

/// Why the harness ended a run before the program did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// The time-out, of this length, was up.
    TimedOut(Duration),
    /// It printed more than this many bytes.
    Flooded(usize),
    /// The user interrupted the harness.
    Interrupted,
    /// The process that supervised it was killed.
    Unsupervised,
    /// Nobody could go on any more, as the director knows.
    Deadlocked,
}

/// A process that was still alive when the run ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Survivor {
    /// Its process id.
    pub pid: u32,
    /// Its command line, arguments separated by spaces; its name in brackets where it has none.
    pub command: String,
    /// Whether it could be killed. Else it lives on: it is not the harness's to end, or is stuck in the kernel.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub killed: bool,
}

impl Survivor {
    /// One that can be killed, with its command line as `/proc` has it.
    pub(crate) fn new(pid: u32, command: &[u8]) -> Survivor {
        let words = String::from_utf8_lossy(command).replace('\0', " ");
        Survivor { pid, command: words.trim_end().to_owned(), killed: true }
    }
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_yes(yes: &bool) -> bool {
    *yes
}

/// A record of one run. It does not change once it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    text: Vec<u8>,
    lines: Vec<Line>,
    processes: Vec<Process>,
    threads: Vec<Thread>,
    witness: Witness,
    pid: u32,
    exit: Exit,
    cut: Option<Cut>,
    survivors: Vec<Survivor>,
    grace: Duration,
    stopped: Vec<u32>,
    crammed: bool,
    duration: Duration,
    direction: Option<Direction>,
}

impl Transcript {
    /// All lines, in the order in which each became whole. Without a witness that order means nothing between the streams.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The bytes of a line of this transcript, without its newline.
    pub fn text(&self, line: &Line) -> &[u8] {
        &self.text[line.start..line.end]
    }

    /// Every process, in the order of their births; without a witness those that wrote, in the order of their first bytes.
    pub fn processes(&self) -> &[Process] {
        &self.processes
    }

    /// Every thread, in the order of their births; none without a witness.
    pub fn threads(&self) -> &[Thread] {
        &self.threads
    }

    /// Who saw all this.
    pub fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Whether a thread is the one that its process began with.
    pub fn is_first(&self, thread: usize) -> bool {
        let thread = &self.threads[thread];
        thread.tid == self.processes[thread.process].pid
    }

    /// The process that created this one.
    pub fn parent(&self, process: usize) -> Option<usize> {
        self.processes[process].creator.map(|thread| self.threads[thread].process)
    }

    /// The process id of the program itself.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How the program's own process ended.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Why the run was cut short, if it was.
    pub fn cut(&self) -> Option<Cut> {
        self.cut
    }

    /// Who was still alive at the end, and was killed where that was possible.
    pub fn survivors(&self) -> &[Survivor] {
        &self.survivors
    }

    /// How large it is, as a run's output is counted: see [`LINE_COST`].
    pub fn size(&self) -> usize {
        self.text.len() + self.lines.len() * LINE_COST
    }

    /// How long what outlived the program had to end by itself.
    pub fn grace(&self) -> Duration {
        self.grace
    }

    /// The pids of those that were stopped by a signal, and that nobody had continued, when the time was up.
    pub fn stopped(&self) -> &[u32] {
        &self.stopped
    }

    /// Whether so much was printed that the capture may have been full where a pipe would not have been.
    pub fn crammed(&self) -> bool {
        self.crammed
    }

    /// From the program's start to its end.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// How it was directed, if it was. Then all times are by the program's clock, which the director sets.
    pub fn direction(&self) -> Option<&Direction> {
        self.direction.as_ref()
    }

    /// A thread's name by its birth.
    pub fn name_of(&self, thread: usize) -> schedule::Name {
        // A record by another hand may name a creator that is younger.
        let Some(creator) = self.threads[thread].creator.filter(|&creator| creator < thread) else {
            return schedule::Name::default();
        };
        let elder = self.threads[..thread].iter().filter(|other| other.creator == Some(creator)).count();
        self.name_of(creator).child(u32::try_from(elder + 1).unwrap_or(u32::MAX))
    }
}

/// How a run ended: all of a transcript that is not lines.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub witness: Witness,
    pub pid: u32,
    pub exit: Exit,
    pub cut: Option<Cut>,
    pub survivors: Vec<Survivor>,
    pub grace: Duration,
    pub stopped: Vec<u32>,
    pub crammed: bool,
    pub duration: Duration,
    pub direction: Option<Direction>,
}
