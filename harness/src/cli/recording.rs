//! Runs of a program of which nothing is known yet: how many, and whether several at once.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

use crate::propose::news;
use crate::run::program::{Program, ProgramError};
use crate::run::{Limits, run};
use crate::system::interrupt::Interrupt;
use crate::transcript::{Cut, Exit, Stream, Transcript};
use crate::words::{duration, list, times};

use super::Unasked;
use super::new::Wanted;
use super::out::say;
use super::session::progress_bar;

/// While runs still show something new, at most so many times more of them are recorded than were asked for.
const PATIENCE: usize = 3;

/// So many runs are recorded alone, before it is tried whether the program bears others beside it.
const ALONE: usize = 2;

/// So many runs are recorded side by side, of a program that takes at least so long.
const BESIDE: usize = 4;
const SLOW: Duration = Duration::from_secs(1);

/// After so many runs that were cut short no more are recorded: each lasts as long as the time-out.
const CUT: usize = 3;

/// What was recorded.
pub(super) struct Recording {
    pub program: Program,
    pub runs: Vec<Transcript>,
    /// What is to be said of how it was recorded.
    pub note: Option<String>,
}

/// Records as many runs as are wanted, and more as long as they show lines or ends that were not seen before; `None` where the user
/// interrupts it.
pub(super) fn record(wanted: &Wanted, interrupt: &Interrupt) -> Result<Option<Recording>, Unasked> {
    let timeout = wanted.timeout.as_ref().map_or(Limits::default().timeout, |timeout| timeout.duration);
    let limits = Limits { timeout, ..Limits::default() };
    // As contracts do where actors are processes: Python writes a line at once.
    let variables = BTreeMap::from([("PYTHONUNBUFFERED".to_owned(), Some("1".to_owned()))]);
    let program = Program::new(&wanted.command, Path::new("."), &variables)?;
    let bar = progress_bar(wanted.runs as u64, "runs");
    let mut recorder =
        Recorder { wanted: wanted.runs, runs: Vec::new(), seen: HashSet::new(), newest: 0, apart: None };
    while recorder.wants_more() {
        let batch = several(&program, recorder.at_once(), limits, interrupt, &bar)?;
        if interrupt.is_raised() {
            return Ok(None);
        }
        recorder.take(batch);
        recorder.refuse_if_endless(&program)?;
        if let ([first], true) = (&recorder.runs[..], bar.is_hidden())
            && first.cut().is_none()
        {
            let (runs, took) = (wanted.runs, duration(first.duration()));
            say(format!("recording {runs} runs of `{}`; the first took {took}\n", program.command()));
        }
    }
    bar.finish_and_clear();
    let note = recorder.settle();
    Ok(Some(Recording { program, runs: recorder.runs, note }))
}

/// Runs the program so many times at once.
fn several(
    program: &Program,
    count: usize,
    limits: Limits,
    interrupt: &Interrupt,
    bar: &ProgressBar,
) -> Result<Vec<Transcript>, ProgramError> {
    let one = || run(program, None, limits, interrupt).inspect(|_| bar.inc(1));
    if count == 1 {
        return Ok(vec![one()?]);
    }
    thread::scope(|scope| {
        let runs: Vec<_> = (0..count).map(|_| scope.spawn(one)).collect();
        let joined = runs.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|run| run.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// How a run ended, as far as others beside it may have to do with it.
fn outcome(run: &Transcript) -> (Exit, Option<std::mem::Discriminant<Cut>>, bool) {
    let is_noisy = run.lines().iter().any(|line| line.stream == Stream::Stderr);
    (run.exit(), run.cut().as_ref().map(std::mem::discriminant), is_noisy)
}

/// What was recorded so far.
struct Recorder {
    wanted: usize,
    runs: Vec<Transcript>,
    /// What was new in some run.
    seen: HashSet<String>,
    /// How many runs there were when something new was seen last.
    newest: usize,
    /// Runs side by side that ended otherwise than any before: from then on the program runs alone.
    apart: Option<Vec<Transcript>>,
}

impl Recorder {
    fn wants_more(&self) -> bool {
        let count = self.runs.len();
        let is_cut = self.runs.iter().filter(|run| run.cut().is_some()).count() >= CUT;
        let is_new = count < self.newest + self.wanted / 2 && count < PATIENCE * self.wanted;
        !is_cut && (count < self.wanted || is_new)
    }

    /// How many to run next, side by side.
    fn at_once(&self) -> usize {
        let is_slow = self.runs.iter().any(|run| run.cut().is_none() && run.duration() >= SLOW);
        let left = self.wanted.saturating_sub(self.runs.len()).max(1);
        if self.runs.len() >= ALONE && is_slow && self.apart.is_none() { left.min(BESIDE) } else { 1 }
    }

    fn take(&mut self, batch: Vec<Transcript>) {
        let is_known = |run: &Transcript| self.runs.iter().any(|known| outcome(known) == outcome(run));
        if batch.len() > 1 && !batch.iter().all(is_known) {
            self.apart = Some(batch);
            return;
        }
        for run in batch {
            let known = self.seen.len();
            self.seen.extend(news(&run));
            if self.seen.len() > known {
                self.newest = self.runs.len() + 1;
            }
            self.runs.push(run);
        }
    }

    /// A program that never ends by itself can't be recorded.
    fn refuse_if_endless(&self, program: &Program) -> Result<(), Unasked> {
        if self.runs.len() < ALONE || self.runs.iter().any(|run| run.cut().is_none()) {
            return Ok(());
        }
        let why = match self.runs[0].cut() {
            Some(Cut::TimedOut(limit)) => {
                format!("it was still running after {} s; `--timeout TIME` allows more", limit.as_secs_f64())
            }
            Some(Cut::Flooded(limit)) => format!("it printed more than {} MiB", limit >> 20),
            Some(Cut::Unsupervised) => "it killed the process that supervised it".to_owned(),
            Some(Cut::Deadlocked | Cut::Interrupted) | None => "it was ended".to_owned(),
        };
        Err(Unasked(vec![format!("`{}` can't be recorded: {why}", program.command())]))
    }

    /// Runs side by side count where runs alone have ended so as well. Else it is said how they ended.
    fn settle(&mut self) -> Option<String> {
        let apart = self.apart.take()?;
        let is_known = |run: &&Transcript| self.runs.iter().any(|known| outcome(known) == outcome(run));
        let odd: Vec<&Transcript> = apart.iter().filter(|run| !is_known(run)).collect();
        let mut ends: Vec<String> = odd.iter().map(|run| run.exit().to_string()).collect();
        ends.sort_unstable();
        ends.dedup();
        if odd.is_empty() {
            self.runs.extend(apart);
            return None;
        }
        let count = times(odd.len() as u64, ["run", "runs"], "", crate::language::Language::En);
        Some(format!(
            "It may not bear to run beside itself: side by side {count} of {} ended otherwise than alone ({}), and none of those counts here.",
            apart.len(),
            list(&ends, "and", crate::language::Language::En)
        ))
    }
}
