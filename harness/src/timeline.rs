//! Who ran when: what of a run can be drawn, and nothing that its record does not tell.

pub mod svg;
pub mod text;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Duration;

use crate::canonical::with_roles;
use crate::check::{Outcome, inspect};
use crate::contract::{Check, Contract, Pattern};
use crate::number::Number;
use crate::reading::{Claimed, MAIN, Reading, Value};
use crate::transcript::{Exit, Stream, Transcript};
use crate::words::visible;

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

/// Whose a line is: a lane each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Owner {
    /// The actor; those that nobody claims, and then those that are not looked at, come last.
    actor: usize,
    stream: Stream,
    writer: Option<usize>,
}

impl Timeline {
    /// What there is to draw of a run.
    pub fn new(reading: &Reading<'_>) -> Timeline {
        let run = reading.transcript;
        let owners: Vec<Owner> = (0..run.lines().len()).map(|line| owner(reading, line)).collect();
        let order = in_order(&owners);
        let mut timeline = Timeline {
            processes: Vec::new(),
            lanes: Vec::new(),
            marks: Vec::new(),
            arrows: Vec::new(),
            holds: Vec::new(),
            kills: Vec::new(),
            // The clock of the lines is read when they are received, that of the end when it was.
            lasts: run.lines().iter().map(|line| line.at).fold(run.duration(), Duration::max),
        };
        timeline.add_silent_program(reading);
        let first = timeline.lanes.len();
        timeline.add_lanes(reading, &order);
        let lane_of: HashMap<Owner, usize> = order.into_iter().zip(first..).collect();
        timeline.add_marks(reading, owners.iter().map(|owner| lane_of[owner]));
        timeline.add_forks(run);
        timeline.add_befores(reading);
        timeline.add_holds(reading);
        timeline.add_kills(run);
        timeline
    }

    /// A program that prints nothing but has children that do is there all the same.
    fn add_silent_program(&mut self, reading: &Reading<'_>) {
        let run = reading.transcript;
        let writes = run.writers().iter().any(|writer| writer.pid == run.pid());
        if writes || run.writers().iter().all(|writer| writer.parent != Some(run.pid())) {
            return;
        }
        let taken = reading.contract.actors.iter().any(|actor| actor.name == MAIN);
        let name = if taken { "program" } else { MAIN }.to_owned();
        self.processes.push(Process { pid: Some(run.pid()), is_program: true });
        self.lanes.push(Lane { name, actor: None, process: 0, span: None });
    }

    fn add_lanes(&mut self, reading: &Reading<'_>, owners: &[Owner]) {
        let run = reading.transcript;
        let mut before = None;
        for (index, owner) in owners.iter().enumerate() {
            if before != Some(owner.writer) {
                let pid = owner.writer.map(|writer| reading.pid(writer));
                self.processes.push(Process { pid, is_program: pid.is_none_or(|pid| pid == run.pid()) });
                before = Some(owner.writer);
            }
            let name = lane_name(reading, owners, index);
            let actor = (owner.actor < reading.contract.actors.len()).then_some(owner.actor);
            self.lanes.push(Lane { name, actor, process: self.processes.len() - 1, span: None });
        }
    }

    fn add_marks(&mut self, reading: &Reading<'_>, lanes: impl Iterator<Item = usize>) {
        let run = reading.transcript;
        let told = with_roles(reading);
        for (index, ((line, lane), told)) in run.lines().iter().zip(lanes).zip(told).enumerate() {
            let text = visible(&String::from_utf8_lossy(run.text(line)));
            let told = visible(&told);
            self.marks.push(Mark { lane, at: line.at, stream: line.stream, text, told });
            let first = self.lanes[lane].span.map_or(index, |(first, _)| first);
            self.lanes[lane].span = Some((first, index));
        }
    }

    fn add_forks(&mut self, run: &Transcript) {
        for process in 0..self.processes.len() {
            let writer = run.writers().iter().find(|writer| Some(writer.pid) == self.processes[process].pid);
            let parent = writer.and_then(|writer| writer.parent).and_then(|pid| self.process(pid));
            let (Some(parent), Some((child, _))) = (parent, self.span(process)) else { continue };
            self.arrows.push(Arrow::Fork { lane: self.main_lane(parent), child });
        }
    }

    /// Where the contract puts a lane's last line before a line of the process's or its parent's main lane, there is an
    /// arrow to the first such line. That a thread or process was joined no record tells.
    fn add_befores(&mut self, reading: &Reading<'_>) {
        let run = reading.transcript;
        let orders = reading.contract.always.iter().filter_map(|claim| match &claim.check {
            check @ Check::Order { lines } if inspect(check, reading) == Outcome::Held => Some(lines),
            _ => None,
        });
        let orders: Vec<_> = orders.collect();
        let matches = |mark: usize, pattern: &Pattern| {
            self.marks[mark].stream == Stream::Stdout && pattern.is_match(run.text(&run.lines()[mark]))
        };
        let ordered = |last: usize, next: usize| {
            orders.iter().any(|lines| {
                let mut pairs = (0..lines.len()).flat_map(|i| (i + 1..lines.len()).map(move |j| (i, j)));
                pairs.any(|(i, j)| matches(last, &lines[i]) && matches(next, &lines[j]))
            })
        };
        let mut befores = Vec::new();
        for (lane, Lane { process, span, .. }) in self.lanes.iter().enumerate() {
            let Some((_, last)) = *span else { continue };
            let waiting = match self.parent(*process, run) {
                Some(parent) => self.main_lane(parent),
                None => self.main_lane(*process),
            };
            let mut later = (last + 1..self.marks.len()).filter(|&mark| self.marks[mark].lane == waiting);
            if waiting != lane
                && let Some(next) = later.find(|&next| ordered(last, next))
            {
                befores.push(Arrow::Before { last, next });
            }
        }
        self.arrows.append(&mut befores);
    }

    fn add_holds(&mut self, reading: &Reading<'_>) {
        let Some(holds) = &reading.contract.holds else { return };
        let run = reading.transcript;
        let mut since: HashMap<usize, usize> = HashMap::new();
        for (index, line) in run.lines().iter().enumerate() {
            let (lane, text) = (self.marks[index].lane, run.text(line));
            if holds.to.is_match(text)
                && let Some(from) = since.remove(&lane)
            {
                self.holds.push(Hold { from, to: index });
            }
            if holds.from.is_match(text) {
                since.entry(lane).or_insert(index);
            }
        }
    }

    fn add_kills(&mut self, run: &Transcript) {
        let survived = |pid| run.survivors().iter().any(|survivor| survivor.pid == pid && survivor.killed);
        let cut = |process: &Process| process.is_program && run.cut().is_some();
        for (index, process) in self.processes.iter().enumerate() {
            let Some(pid) = process.pid else { continue };
            let writer = run.writers().iter().find(|writer| writer.pid == pid);
            let exit =
                if process.is_program { Some(run.exit()) } else { writer.and_then(|writer| writer.exit) };
            let by = match exit {
                _ if survived(pid) || cut(process) => Killer::Harness,
                Some(Exit::Signal(number)) => Killer::Signal(number),
                Some(Exit::Code(_)) | None => continue,
            };
            let at_end = process.is_program || by == Killer::Harness;
            self.kills.push(Kill { process: index, by, at_end });
        }
    }

    /// The process with this pid.
    fn process(&self, pid: u32) -> Option<usize> {
        self.processes.iter().position(|process| process.pid == Some(pid))
    }

    /// The process that created this one, where both are drawn.
    fn parent(&self, process: usize, run: &Transcript) -> Option<usize> {
        let pid = self.processes[process].pid?;
        let writer = run.writers().iter().find(|writer| writer.pid == pid)?;
        self.process(writer.parent?)
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

fn owner(reading: &Reading<'_>, index: usize) -> Owner {
    let line = &reading.transcript.lines()[index];
    let nobody = reading.contract.actors.len();
    let actor = match reading.claimed(index) {
        Claimed::By(actor) => actor as usize,
        Claimed::Nobody => nobody,
        Claimed::Ignored => nobody + 1,
    };
    Owner { actor, stream: line.stream, writer: line.writer }
}

/// An actor's name, with a number where it has several lanes.
fn lane_name(reading: &Reading<'_>, owners: &[Owner], index: usize) -> String {
    let owner = owners[index];
    let same = |other: &&Owner| (other.actor, other.stream) == (owner.actor, owner.stream);
    let (name, stream) = match (reading.contract.actors.get(owner.actor), owner.stream) {
        (Some(actor), Stream::Stdout) => (actor.name.as_str(), ""),
        (Some(actor), Stream::Stderr) => (actor.name.as_str(), " (stderr)"),
        (None, Stream::Stdout) => ("‹nobody›", ""),
        (None, Stream::Stderr) if owner.actor == reading.contract.actors.len() => ("‹nobody›", " (stderr)"),
        (None, Stream::Stderr) => ("stderr", ""),
    };
    match owners.iter().filter(same).count() {
        1 => format!("{name}{stream}"),
        _ => format!("{name}#{}{stream}", owners[..=index].iter().filter(same).count()),
    }
}

/// All owners: a process's side by side, and within it and between processes in the contract's order of actors.
fn in_order(owners: &[Owner]) -> Vec<Owner> {
    let mut places: HashMap<Option<usize>, (usize, usize)> = HashMap::new();
    for (index, owner) in owners.iter().enumerate() {
        let place = places.entry(owner.writer).or_insert((owner.actor, index));
        *place = (*place).min((owner.actor, index));
    }
    let mut order = owners.to_vec();
    order.sort_unstable_by_key(|owner| (places[&owner.writer], *owner));
    order.dedup();
    order
}

/// An order in which the actors' lines came, and in how many runs.
#[derive(Debug)]
pub(crate) struct Order {
    /// The actor of each line on stdout that an actor claims.
    pub actors: Vec<usize>,
    /// In how many runs.
    pub runs: usize,
}

/// The different orders of these runs, the most frequent first.
pub(crate) fn orders(lesson: &Contract, runs: &[Transcript]) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
    for run in runs {
        let reading = Reading::new(lesson, run);
        let actor = |(line, _)| match reading.claimed(line) {
            Claimed::By(actor) => Some(actor as usize),
            Claimed::Nobody | Claimed::Ignored => None,
        };
        let actors: Vec<usize> = reading.stdout().filter_map(actor).collect();
        let index = *known.entry(actors.clone()).or_insert(orders.len());
        match orders.get_mut(index) {
            Some(order) => order.runs += 1,
            None => orders.push(Order { actors, runs: 1 }),
        }
    }
    // Stable: of those seen as often, the one that was seen first comes first.
    orders.sort_by_key(|order| Reverse(order.runs));
    orders
}

/// Letters for the actors: their first ones where these differ, else A, B, C, …
pub(crate) fn letters(lesson: &Contract) -> Vec<char> {
    let first = |name: &str| name.chars().next().and_then(|first| first.to_uppercase().next());
    let firsts: Vec<char> = lesson.actors.iter().filter_map(|actor| first(&actor.name)).collect();
    let differ = (1..firsts.len()).all(|index| !firsts[..index].contains(&firsts[index]));
    if differ { firsts } else { ('A'..='Z').cycle().take(lesson.actors.len()).collect() }
}

/// All values of a name in these runs that are numbers: `sum`, or `sum2.sum` for those in one actor's lines. `None` where
/// the contract has no such name.
pub fn values(lesson: &Contract, runs: &[Transcript], name: &str) -> Option<Vec<f64>> {
    let name = lesson.name(name)?;
    let of_run = |run: &Transcript| -> Vec<f64> {
        let reading = Reading::new(lesson, run);
        reading.values(&name).iter().filter_map(Value::number).map(Number::as_decimal).collect()
    };
    Some(runs.iter().flat_map(of_run).collect())
}

/// How much time lies between two ticks: 1, 2 or 5 of a unit, so that there are at most seven.
pub(crate) fn step(lasts: Duration) -> Duration {
    let steps =
        (0..12).flat_map(|power| [1, 2, 5].map(|step| Duration::from_micros(step * 10_u64.pow(power))));
    steps.into_iter().find(|&step| step * 6 > lasts).unwrap_or(lasts)
}

/// A time on the axis of a run of this length.
pub(crate) fn clock(at: Duration, lasts: Duration) -> String {
    let seconds = at.as_secs_f64();
    match lasts.as_micros() {
        1_000_000.. => format!("{seconds:.1} s"),
        20_000.. => format!("{:.0} ms", seconds * 1e3),
        2_000.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}

/// How often a number had which values: as many bins of the same width as make a picture.
#[derive(Debug)]
pub(crate) struct Bins {
    /// How many values are in each.
    pub counts: Vec<usize>,
    pub least: f64,
    pub median: f64,
    pub greatest: f64,
}

impl Bins {
    /// So many there are.
    const BINS: usize = 24;

    /// Counts the values; `None` where there is none.
    pub fn new(values: &[f64]) -> Option<Bins> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let (&least, &greatest) = (values.first()?, values.last()?);
        let mut bins =
            Bins { counts: vec![0; Bins::BINS], least, median: values[values.len() / 2], greatest };
        for value in values {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "from 0 to BINS"
            )]
            let bin = (bins.place(value) * Bins::BINS as f64) as usize;
            bins.counts[bin.min(Bins::BINS - 1)] += 1;
        }
        Some(bins)
    }

    /// Where a value is between the least, 0, and the greatest, 1; in the middle where these are the same.
    pub fn place(&self, value: f64) -> f64 {
        if self.greatest > self.least { (value - self.least) / (self.greatest - self.least) } else { 0.5 }
    }

    /// From where to where a bin reaches.
    pub fn range(&self, bin: usize) -> (f64, f64) {
        #[allow(clippy::cast_precision_loss, reason = "from 0 to BINS")]
        let edge = |bin: usize| self.least + (self.greatest - self.least) * bin as f64 / Bins::BINS as f64;
        (edge(bin), edge(bin + 1))
    }
}
