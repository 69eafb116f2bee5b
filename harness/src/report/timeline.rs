//! Who ran when: what of a run can be drawn, and nothing that its record does not tell.

mod axis;
pub mod bins;
mod lanes;
mod orders;
#[cfg(feature = "cli")]
pub mod svg;
pub mod text;

use std::time::Duration;

use crate::cast::MAIN;
use crate::transcript::{Stream, Transcript};

/// One run, as it is drawn.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// The processes; one without a pid stands for all, where the capture names no writers.
    pub processes: Vec<Process>,
    /// The lanes, those of one process side by side.
    pub lanes: Vec<Lane>,
    /// A mark a line, in the order of receipt.
    pub marks: Vec<Mark>,
    /// Who created whom, and what the contract puts in order.
    pub arrows: Vec<Arrow>,
    /// While who held the lock.
    pub holds: Vec<Hold>,
    /// Who was killed.
    pub kills: Vec<Kill>,
    /// From the program's start to its end.
    pub lasts: Duration,
}

/// A process that wrote, or the program itself.
#[derive(Debug)]
pub(crate) struct Process {
    /// Its pid, where it is known.
    pub pid: Option<u32>,
    /// Whether it is the program's own process, which is there from the start to the end.
    pub is_program: bool,
}

/// What an actor printed in one process.
#[derive(Debug)]
pub(crate) struct Lane {
    /// Who it is.
    pub name: String,
    /// The actor; `None` for what no actor claims, and for a program that prints nothing.
    pub actor: Option<usize>,
    /// Index into [`Timeline::processes`].
    pub process: usize,
    /// Its first and its last mark.
    pub span: Option<(usize, usize)>,
}

/// A line that was received.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Index into [`Timeline::lanes`].
    pub lane: usize,
    /// When it was received.
    pub at: Duration,
    /// Where it was written to.
    pub stream: Stream,
    /// As it was printed, in characters that can be seen.
    pub text: String,
    /// The same with pids as who has them: these do not vary.
    pub told: String,
}

/// An arrow between two lanes.
#[derive(Debug)]
pub(crate) enum Arrow {
    /// A process created another: from the parent's lane to the child's first mark.
    Fork {
        /// The parent's lane.
        lane: usize,
        /// The child's first mark.
        child: usize,
    },
    /// The contract says that a lane's last line comes before this one of main, in every run.
    Before {
        /// The mark of the last line.
        last: usize,
        /// The mark of main's line.
        next: usize,
    },
}

/// An actor held the lock from one of its marks to another.
#[derive(Debug)]
pub(crate) struct Hold {
    /// The mark from which.
    pub from: usize,
    /// The mark to which.
    pub to: usize,
}

/// A process was killed.
#[derive(Debug)]
pub(crate) struct Kill {
    /// Index into [`Timeline::processes`].
    pub process: usize,
    /// By whom.
    pub by: Killer,
    /// Whether it was at the end of the run; else it is only known that it was after the process's last line.
    pub at_end: bool,
}

/// Who killed a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Killer {
    /// A signal of this number, whoever sent it.
    Signal(i32),
    /// The harness, because it outlived the program or its time.
    Harness,
}

impl Timeline {
    /// The process with this pid.
    fn process(&self, pid: u32) -> Option<usize> {
        self.processes.iter().position(|process| process.pid == Some(pid))
    }

    /// The process that created this one, where both are drawn.
    fn parent(&self, process: usize, run: &Transcript) -> Option<usize> {
        let pid = self.processes[process].pid?;
        let process = run.processes().iter().position(|process| process.pid == pid)?;
        self.process(run.processes()[run.parent(process)?].pid)
    }

    /// The first and the last mark of a process.
    pub fn span(&self, process: usize) -> Option<(usize, usize)> {
        let spans = || self.lanes_of(process).filter_map(|lane| self.lanes[lane].span);
        Some((spans().map(|span| span.0).min()?, spans().map(|span| span.1).max()?))
    }

    /// The lanes of a process.
    pub fn lanes_of(&self, process: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.lanes.len()).filter(move |&lane| self.lanes[lane].process == process)
    }

    /// The lane that stands for a process: main's, or else its first one.
    fn main_lane(&self, process: usize) -> usize {
        let main = self.lanes_of(process).find(|&lane| self.lanes[lane].name == MAIN);
        main.or_else(|| self.lanes_of(process).next()).expect("a process has a lane")
    }
}
