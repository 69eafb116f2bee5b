//! From the record of a run to what is drawn of it.

use std::collections::HashMap;
use std::time::Duration;

use super::{Arrow, Hold, Kill, Killer, Lane, Mark, Process, Timeline};
use crate::cast::MAIN;
use crate::cast::canonical::with_roles;
use crate::cast::pattern::Pattern;
use crate::cast::reading::{Claimed, Reading};
use crate::check::{Check, Outcome};
use crate::contract::Contract;
use crate::transcript::{Exit, Stream, Transcript};
use crate::words::visible;

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
    pub fn new(contract: &Contract, run: &Transcript) -> Timeline {
        let reading = &Reading::new(&contract.cast, run);
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
        timeline.add_befores(contract, reading);
        timeline.add_holds(contract, reading);
        timeline.add_kills(run);
        timeline
    }

    /// A program that prints nothing but has children that do is there all the same.
    fn add_silent_program(&mut self, reading: &Reading<'_>) {
        let run = reading.transcript;
        let writes = run.processes().iter().any(|writer| writer.pid == run.pid());
        if writes
            || (0..run.processes().len()).all(|process| {
                run.parent(process).map(|parent| run.processes()[parent].pid) != Some(run.pid())
            })
        {
            return;
        }
        let taken = reading.cast.actors.iter().any(|actor| actor.name == MAIN);
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
            let actor = (owner.actor < reading.cast.actors.len()).then_some(owner.actor);
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
            let parent = self.parent(process, run);
            let (Some(parent), Some((child, _))) = (parent, self.span(process)) else { continue };
            self.arrows.push(Arrow::Fork { lane: self.main_lane(parent), child });
        }
    }

    /// Where the contract puts a lane's last line before a line of the process's or its parent's main lane, there is an
    /// arrow to the first such line. That a thread or process was joined no record tells.
    fn add_befores(&mut self, contract: &Contract, reading: &Reading<'_>) {
        let run = reading.transcript;
        let orders = contract.always.iter().filter_map(|always| match &always.check {
            Check::Order(order) if always.check.inspect(reading) == Outcome::Held => Some(order.patterns()),
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

    fn add_holds(&mut self, contract: &Contract, reading: &Reading<'_>) {
        let Some(holds) = &contract.holds else { return };
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
            let writer = run.processes().iter().find(|writer| writer.pid == pid);
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
}

fn owner(reading: &Reading<'_>, index: usize) -> Owner {
    let line = &reading.transcript.lines()[index];
    let nobody = reading.cast.actors.len();
    let actor = match reading.claimed(index) {
        Claimed::By(actor) => actor as usize,
        Claimed::Nobody => nobody,
        Claimed::Ignored => nobody + 1,
    };
    Owner { actor, stream: line.stream, writer: line.process }
}

/// An actor's name, with a number where it has several lanes.
fn lane_name(reading: &Reading<'_>, owners: &[Owner], index: usize) -> String {
    let owner = owners[index];
    let same = |other: &&Owner| (other.actor, other.stream) == (owner.actor, owner.stream);
    let (name, stream) = match (reading.cast.actors.get(owner.actor), owner.stream) {
        (Some(actor), Stream::Stdout) => (actor.name.as_str(), ""),
        (Some(actor), Stream::Stderr) => (actor.name.as_str(), " (stderr)"),
        (None, Stream::Stdout) => ("‹nobody›", ""),
        (None, Stream::Stderr) if owner.actor == reading.cast.actors.len() => ("‹nobody›", " (stderr)"),
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
