//! Who ran when: what of a run can be drawn, and nothing that its record does not tell.

mod arrows;
mod axis;
pub mod bins;
mod events;
mod lanes;
mod orders;
#[cfg(feature = "cli")]
pub mod svg;
pub mod text;

use std::time::Duration;

use crate::cast::MAIN;
use crate::transcript::{Killed, Stream};

/// One run, as it is drawn.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// The processes; one without a pid stands for all, where the capture names no writers.
    pub processes: Vec<Process>,
    /// The lanes, those of one process side by side.
    pub lanes: Vec<Lane>,
    /// A mark a line, in the order of the record.
    pub marks: Vec<Mark>,
    /// Who created whom, and who waited for whom.
    pub arrows: Vec<Arrow>,
    /// What the contract puts in order.
    pub befores: Vec<Before>,
    /// While who held the lock.
    pub holds: Vec<Hold>,
    /// Who was killed.
    pub kills: Vec<Kill>,
    /// Whether a witness saw each thread: without one births, waits and ends are not known, and lines come when they are received.
    pub is_witnessed: bool,
    /// From the program's start to the last that is drawn.
    pub lasts: Duration,
}

/// A process of which a lane is drawn.
#[derive(Debug)]
pub(crate) struct Process {
    /// Index into the run's processes.
    pub of_run: Option<usize>,
    /// Its pid, where it is known.
    pub pid: Option<u32>,
    /// From when to when it is known to have been there.
    pub life: Option<Life>,
}

/// From when to when.
pub(crate) type Life = (Duration, Duration);

/// What an actor printed from one thread; or a thread that printed nothing.
#[derive(Debug)]
pub(crate) struct Lane {
    /// Who it is.
    pub name: String,
    /// The actor; `None` for what no actor claims, and for a thread that prints nothing.
    pub actor: Option<usize>,
    /// Index into [`Timeline::processes`].
    pub process: usize,
    /// Its thread, as an index into the run's; `None` where it is not known.
    pub thread: Option<usize>,
    /// From when to when its thread, or else its process, is known to have been there.
    pub life: Option<Life>,
    /// Its first and its last mark.
    pub span: Option<(usize, usize)>,
}

/// A line.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Index into [`Timeline::lanes`].
    pub lane: usize,
    /// When it was written, or received.
    pub at: Duration,
    /// Where it was written to.
    pub stream: Stream,
    /// As it was printed, in characters that can be seen.
    pub text: String,
    /// The same with pids as who has them: these do not vary.
    pub told: String,
}

/// What a lane did to another one.
#[derive(Debug)]
pub(crate) struct Arrow {
    pub deed: Deed,
    /// The lane that it goes out from.
    pub from: usize,
    /// The lane that it leads to.
    pub to: usize,
    pub at: Duration,
}

/// What an arrow says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The first lane created the process of the second.
    CreatesProcess,
    /// The first lane created the thread of the second.
    CreatesThread,
    /// The process of the first lane ended, and the second was told so by a wait.
    Awaited,
}

/// The contract says that a lane's last line comes before this one of the thread that created it, in every run.
#[derive(Debug)]
pub(crate) struct Before {
    /// The mark of the last line.
    pub last: usize,
    /// The mark of the other one's line.
    pub next: usize,
}

/// An actor held the lock up to one of its marks.
#[derive(Debug)]
pub(crate) struct Hold {
    /// The mark from which; none where it held it since it was there.
    pub from: Option<usize>,
    /// The mark to which.
    pub to: usize,
}

/// A process was killed.
#[derive(Debug)]
pub(crate) struct Kill {
    /// Index into [`Timeline::processes`].
    pub process: usize,
    /// By this signal.
    pub signal: i32,
    /// By whom, where it is known: threads and processes are those of the run.
    pub by: Option<Killed>,
    pub at: Duration,
}

impl Timeline {
    /// The first and the last mark of a process.
    pub fn span(&self, process: usize) -> Option<(usize, usize)> {
        let spans = || self.lanes_of(process).filter_map(|lane| self.lanes[lane].span);
        Some((spans().map(|span| span.0).min()?, spans().map(|span| span.1).max()?))
    }

    /// The lanes of a process.
    pub fn lanes_of(&self, process: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.lanes.len()).filter(move |&lane| self.lanes[lane].process == process)
    }

    /// Whether there are several processes, so that each has a number.
    pub fn is_numbered(&self) -> bool {
        self.processes.iter().filter(|process| process.pid.is_some()).count() > 1
    }

    /// The names of a process's lanes.
    pub fn names_of(&self, process: usize) -> Vec<String> {
        self.lanes_of(process).map(|lane| self.lanes[lane].name.clone()).collect()
    }

    /// The lanes that a kill ended: a thread that had ended by itself was not there any more.
    pub fn killed_lanes<'a>(&'a self, kill: &'a Kill) -> impl Iterator<Item = usize> + 'a {
        let lanes = self.lanes_of(kill.process);
        lanes.filter(|&lane| self.lanes[lane].life.is_none_or(|(_, end)| end >= kill.at))
    }

    /// Of these lanes the one that stands for all: main's, or else the first.
    fn main_of(&self, lanes: impl Fn(&Lane) -> bool) -> Option<usize> {
        let main = self.lanes.iter().position(|lane| lanes(lane) && lane.name == MAIN);
        main.or_else(|| self.lanes.iter().position(lanes))
    }

    /// The lane that stands for a process.
    fn main_of_process(&self, process: usize) -> usize {
        self.main_of(|lane| lane.process == process).expect("a process has a lane")
    }

    /// The lane of a thread of the run.
    fn lane_of(&self, thread: usize) -> Option<usize> {
        self.main_of(|lane| lane.thread == Some(thread))
    }
}
