//! What happened in one run: lines with their writers, how the program ended, what it left behind.

mod jsonl;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::language::Language;

pub use jsonl::TranscriptError;

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

/// A process that wrote at least one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Its process id, by the kernel's word.
    pub pid: u32,
    /// Its parent's process id as read when its first chunk was received; `None` if it had ended by then.
    pub parent: Option<u32>,
    /// Whether it is a child of the program's own process that runs the same executable: what `fork` makes, and a
    /// program that starts itself again. What a wrapper such as `sh -c` starts is none. `None` as above.
    pub copy: Option<bool>,
    /// The most threads it was seen to have when a chunk of its was received; `None` if it had always ended by then.
    pub threads: Option<u32>,
    /// In which pid namespace it is, and who it is there, where that is not the harness's own: what it prints as pids are
    /// those of its namespace. `None` also if it had ended by then.
    pub namespace: Option<Namespace>,
    /// How it ended; `None` where the kernel does not tell, or it had ended before it could be asked to.
    pub exit: Option<Exit>,
    /// Whether its supervisor had to reap it: whoever created it ended without awaiting it.
    pub orphan: bool,
}

/// One line, put together from its writer's chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The stream it was written to.
    pub stream: Stream,
    /// Index into [`Transcript::writers`]; `None` where the capture does not name writers.
    pub writer: Option<usize>,
    /// When its last byte was received, counted from the program's start.
    pub at: Duration,
    /// Whether it ended with a newline: only a writer's last line may lack it.
    pub newline: bool,
    start: usize,
    end: usize,
}

/// How the program's own process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
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
    writers: Vec<Writer>,
    pid: u32,
    exit: Exit,
    cut: Option<Cut>,
    survivors: Vec<Survivor>,
    grace: Duration,
    stopped: Vec<u32>,
    crammed: bool,
    duration: Duration,
}

impl Transcript {
    /// All lines, in the order in which each was received whole. Between the streams that order means nothing.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The bytes of a line of this transcript, without its newline.
    pub fn text(&self, line: &Line) -> &[u8] {
        &self.text[line.start..line.end]
    }

    /// Everyone who wrote, in the order of their first chunks.
    pub fn writers(&self) -> &[Writer] {
        &self.writers
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
}

/// How a run ended: all of a transcript that is not lines.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub pid: u32,
    pub exit: Exit,
    pub cut: Option<Cut>,
    pub survivors: Vec<Survivor>,
    pub grace: Duration,
    pub stopped: Vec<u32>,
    pub crammed: bool,
    pub duration: Duration,
}

/// Puts lines together from chunks, each writer's on each stream from its own.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    text: Vec<u8>,
    lines: Vec<Line>,
    writers: Vec<Writer>,
    by_pid: HashMap<u32, usize>,
    open: Vec<OpenLine>,
}

/// A line whose newline is yet to come.
#[derive(Debug)]
struct OpenLine {
    stream: Stream,
    writer: Option<usize>,
    at: Duration,
    bytes: Vec<u8>,
}

impl Recorder {
    /// The index of the writer with this pid; who it is is asked when it is new.
    pub fn writer(&mut self, pid: u32, who: impl FnOnce() -> Writer) -> usize {
        *self.by_pid.entry(pid).or_insert_with(|| {
            self.writers.push(who());
            self.writers.len() - 1
        })
    }

    /// The index of the writer with this pid, if it is known.
    pub fn known(&self, pid: u32) -> Option<usize> {
        self.by_pid.get(&pid).copied()
    }

    /// Notes how many threads a writer was seen to have.
    pub fn threads(&mut self, writer: usize, seen: Option<u32>) {
        let most = &mut self.writers[writer].threads;
        *most = seen.max(*most);
    }

    /// Notes how the writer with this pid ended.
    pub fn ended(&mut self, pid: u32, exit: Exit) {
        if let Some(&writer) = self.by_pid.get(&pid) {
            self.writers[writer].exit = Some(exit);
        }
    }

    /// Notes that nobody awaited the writer with this pid.
    pub fn orphaned(&mut self, pid: u32) {
        if let Some(&writer) = self.by_pid.get(&pid) {
            self.writers[writer].orphan = true;
        }
    }

    /// Takes in bytes that one writer wrote to one stream.
    pub fn chunk(&mut self, stream: Stream, writer: Option<usize>, at: Duration, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(newline) = memchr::memchr(b'\n', rest) {
            self.line(stream, writer, at, &rest[..newline]);
            rest = &rest[newline + 1..];
        }
        if rest.is_empty() {
            return;
        }
        if let Some(open) = self.open.iter_mut().find(|o| o.stream == stream && o.writer == writer) {
            open.at = at;
            open.bytes.extend_from_slice(rest);
        } else {
            self.open.push(OpenLine { stream, writer, at, bytes: rest.to_vec() });
        }
    }

    fn line(&mut self, stream: Stream, writer: Option<usize>, at: Duration, last: &[u8]) {
        let start = self.text.len();
        if let Some(open) = self.open.iter().position(|o| o.stream == stream && o.writer == writer) {
            self.text.append(&mut self.open.remove(open).bytes);
        }
        self.text.extend_from_slice(last);
        self.push(stream, writer, at, true, start);
    }

    fn push(&mut self, stream: Stream, writer: Option<usize>, at: Duration, newline: bool, start: usize) {
        let end = self.text.len();
        self.lines.push(Line { stream, writer, at, newline, start, end });
    }

    /// Of a flood, its beginning is kept: it tells as much as all of it.
    fn keep_the_beginning(&mut self) {
        const KEPT: usize = 1 << 20;
        let mut left = KEPT;
        let fits = |line: &mut Line| {
            let room = left.saturating_sub(LINE_COST);
            if line.end - line.start > room {
                line.end = line.start + room;
                line.newline = false;
            }
            left = room - (line.end - line.start);
            room > 0
        };
        let kept = self.lines.iter_mut().map(fits).take_while(|fits| *fits).count();
        self.lines.truncate(kept);
        self.text.truncate(self.lines.last().map_or(0, |line| line.end));
        self.lines.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// Closes the record. Lines that never got their newline come last.
    pub fn finish(mut self, ending: Ending) -> Transcript {
        for mut open in std::mem::take(&mut self.open) {
            let start = self.text.len();
            self.text.append(&mut open.bytes);
            self.push(open.stream, open.writer, open.at, false, start);
        }
        if matches!(ending.cut, Some(Cut::Flooded(_))) {
            self.keep_the_beginning();
        }
        Transcript {
            text: self.text,
            lines: self.lines,
            writers: self.writers,
            pid: ending.pid,
            exit: ending.exit,
            cut: ending.cut,
            survivors: ending.survivors,
            grace: ending.grace,
            stopped: ending.stopped,
            crammed: ending.crammed,
            duration: ending.duration,
        }
    }
}
