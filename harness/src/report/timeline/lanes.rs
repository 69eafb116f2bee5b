//! From the record of a run to its lanes: who is drawn, beside whom, and under which name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use super::{Lane, Life, Mark, Process, Timeline};
use crate::cast::MAIN;
use crate::cast::canonical::with_roles;
use crate::cast::reading::{Claimed, Reading};
use crate::contract::Contract;
use crate::language::Language;
use crate::transcript::{Killed, Stream, Transcript, Witness};
use crate::words::visible;

/// Whose lines are in a lane. Within a process lanes stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Owner {
    who: Who,
    stream: Stream,
    process: Option<usize>,
    thread: Option<usize>,
}

/// Who a thread is in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Who {
    /// The first thread of its process, which prints nothing.
    First,
    /// This actor.
    Actor(usize),
    /// Nobody, by its lines.
    Nobody,
    /// What it printed is not looked at.
    Ignored,
    /// Another thread that prints nothing.
    Silent,
}

impl Timeline {
    /// What there is to draw of a run.
    pub fn new(contract: &Contract, run: &Transcript, language: Language) -> Timeline {
        let reading = &Reading::new(&contract.cast, run);
        let owners: Vec<Owner> = (0..run.lines().len()).map(|line| owner(reading, line)).collect();
        let order = in_order(run, &owners);
        let mut timeline = Timeline {
            processes: Vec::new(),
            lanes: Vec::new(),
            marks: Vec::new(),
            arrows: Vec::new(),
            befores: Vec::new(),
            holds: Vec::new(),
            kills: Vec::new(),
            is_witnessed: *run.witness() == Witness::Threads,
            lasts: lasts(run, &order),
        };
        timeline.add_lanes(reading, &order, language);
        let lane_of: HashMap<Owner, usize> = order.into_iter().zip(0..).collect();
        timeline.add_marks(reading, owners.iter().map(|owner| lane_of[owner]));
        timeline.add_arrows(run);
        timeline.add_befores(contract, reading);
        timeline.add_holds(contract, reading);
        timeline.add_kills(run);
        timeline
    }

    fn add_lanes(&mut self, reading: &Reading<'_>, owners: &[Owner], language: Language) {
        let run = reading.transcript;
        let mut before = None;
        for (owner, name) in owners.iter().zip(names(reading, owners, language)) {
            if before != Some(owner.process) {
                let pid = owner.process.map(|process| reading.pid(process));
                let life = owner.process.and_then(|process| self.life_of_process(run, process));
                self.processes.push(Process { of_run: owner.process, pid, life });
                before = Some(owner.process);
            }
            let process = self.processes.len() - 1;
            let life = match owner.thread {
                Some(thread) => Some(self.life_of_thread(run, thread)),
                None => self.processes[process].life,
            };
            let actor = match owner.who {
                Who::Actor(actor) => Some(actor),
                Who::First | Who::Nobody | Who::Ignored | Who::Silent => None,
            };
            self.lanes.push(Lane { name, actor, process, thread: owner.thread, life, span: None });
        }
    }

    /// Without a witness it is only known that the program is there from the start to the end.
    fn life_of_process(&self, run: &Transcript, process: usize) -> Option<Life> {
        let process = &run.processes()[process];
        match process.born {
            Some(born) => Some((born, process.ended.unwrap_or(self.lasts))),
            None => (process.pid == run.pid()).then_some((Duration::ZERO, self.lasts)),
        }
    }

    fn life_of_thread(&self, run: &Transcript, thread: usize) -> Life {
        let thread = &run.threads()[thread];
        let ended = thread.ended.or(run.processes()[thread.process].ended);
        (thread.born, ended.unwrap_or(self.lasts))
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
}

/// When the last happens that is drawn: a line may be received after the program's end, and a process outlive it.
fn lasts(run: &Transcript, owners: &[Owner]) -> Duration {
    let lines = run.lines().iter().map(|line| line.at);
    let ends = owners.iter().filter_map(|owner| run.processes()[owner.process?].ended);
    lines.chain(ends).fold(run.duration(), Duration::max)
}

fn owner(reading: &Reading<'_>, index: usize) -> Owner {
    let line = &reading.transcript.lines()[index];
    let who = match reading.claimed(index) {
        Claimed::By(actor) => Who::Actor(actor as usize),
        Claimed::Nobody => Who::Nobody,
        Claimed::Ignored => Who::Ignored,
    };
    Owner { who, stream: line.stream, process: line.process, thread: line.thread }
}

/// All owners: a process's side by side, and processes in the order of their first actors in the contract. One that prints
/// nothing stands before the first of those that it created.
fn in_order(run: &Transcript, lines: &[Owner]) -> Vec<Owner> {
    let mut places: BTreeMap<Option<usize>, (Who, usize)> = BTreeMap::new();
    for (index, owner) in lines.iter().enumerate() {
        let place = places.entry(owner.process).or_insert((owner.who, index));
        *place = (*place).min((owner.who, index));
    }
    let mut order: BTreeSet<Owner> = lines.iter().copied().collect();
    let silent = silent_threads(run, lines);
    order.extend(&silent);
    let prints: BTreeSet<Option<usize>> = places.keys().copied().collect();
    // From the youngest to the oldest: what stands for a child stands for its parent.
    let drawn: BTreeSet<usize> = order.iter().filter_map(|owner| owner.process).collect();
    for process in drawn.into_iter().rev() {
        let parent = run.parent(process).filter(|parent| !prints.contains(&Some(*parent)));
        if let (Some(parent), Some(&place)) = (parent, places.get(&Some(process))) {
            let of_parent = places.entry(Some(parent)).or_insert(place);
            *of_parent = (*of_parent).min(place);
        }
    }
    let last = (Who::Silent, usize::MAX);
    let place = |owner: &Owner| places.get(&owner.process).copied().unwrap_or(last);
    let mut order: Vec<Owner> = order.into_iter().collect();
    order.sort_by_key(|owner| (place(owner), owner.process, *owner));
    order
}

/// The threads that print nothing, and matter all the same: they created, awaited or killed somebody who is drawn; and the
/// program's own.
fn silent_threads(run: &Transcript, lines: &[Owner]) -> Vec<Owner> {
    let first_of = |process: usize| {
        (0..run.threads().len())
            .find(|&thread| run.threads()[thread].process == process && run.is_first(thread))
    };
    let program = run.processes().iter().position(|process| process.pid == run.pid());
    let printing: BTreeSet<usize> = lines.iter().filter_map(|owner| owner.thread).collect();
    let mut drawn = printing.clone();
    let mut found: Vec<usize> = drawn.iter().copied().chain(program.and_then(first_of)).collect();
    while let Some(thread) = found.pop() {
        drawn.insert(thread);
        let process = &run.processes()[run.threads()[thread].process];
        let killer = match process.killed {
            Some(Killed::By(thread)) => Some(thread),
            Some(Killed::DeathOf(process)) => first_of(process),
            Some(Killed::Kernel | Killed::Harness) | None => None,
        };
        let matter = [run.threads()[thread].creator, process.awaited, killer];
        found.extend(matter.into_iter().flatten().filter(|other| !drawn.contains(other)));
    }
    let owner = |&thread: &usize| {
        let process = run.threads()[thread].process;
        let who = if run.is_first(thread) { Who::First } else { Who::Silent };
        Owner { who, stream: Stream::Stdout, process: Some(process), thread: Some(thread) }
    };
    drawn.difference(&printing).map(owner).collect()
}

/// The lanes' names: the actors', with a number where several would have the same.
fn names(reading: &Reading<'_>, owners: &[Owner], language: Language) -> Vec<String> {
    let names: Vec<(String, &str)> =
        owners.iter().map(|owner| name(reading, owners, owner, language)).collect();
    let numbered = |(index, name): (usize, &(String, &str))| {
        let same = |until: usize| names[..until].iter().filter(|other| *other == name).count();
        match same(names.len()) {
            1 => format!("{}{}", name.0, name.1),
            _ => format!("{}#{}{}", name.0, same(index + 1), name.1),
        }
    };
    names.iter().enumerate().map(numbered).collect()
}

/// Who it is, and what stands behind a number.
fn name(
    reading: &Reading<'_>,
    owners: &[Owner],
    owner: &Owner,
    language: Language,
) -> (String, &'static str) {
    let stderr = if owner.stream == Stream::Stderr { " (stderr)" } else { "" };
    let first = || language.pick("‹first thread›", "‹首个线程›");
    match owner.who {
        Who::Actor(actor) => (reading.cast.actor(actor).to_owned(), stderr),
        Who::Nobody => ("‹nobody›".to_owned(), stderr),
        Who::Ignored => ("stderr".to_owned(), ""),
        Who::Silent => (language.pick("‹thread›", "‹线程›").to_owned(), ""),
        Who::First => {
            let Some(process) = owner.process else { return (first().to_owned(), "") };
            let process_prints =
                owners.iter().any(|other| other.process == owner.process && other.is_printing());
            let is_program = reading.pid(process) == reading.transcript.pid();
            let main_is_free = reading.cast.actors.iter().all(|actor| actor.name != MAIN);
            match image(reading.transcript, process).filter(|_| !process_prints) {
                _ if is_program && main_is_free => (MAIN.to_owned(), ""),
                Some(image) => (format!("‹{image}›"), ""),
                None => (first().to_owned(), ""),
            }
        }
    }
}

/// The name of what a process executes: of what its parent does, where it executed nothing itself.
fn image(run: &Transcript, process: usize) -> Option<&str> {
    let line = std::iter::successors(Some(process), |&process| run.parent(process));
    line.into_iter().find_map(|process| run.processes()[process].image.as_deref())
}

impl Owner {
    fn is_printing(&self) -> bool {
        !matches!(self.who, Who::First | Who::Silent)
    }
}
