//! How the recorded runs ended: as most of them did, or otherwise, and who was to blame.

use std::collections::HashMap;
use std::hash::Hash;

use nix::libc;
use regex::bytes::Regex;

use super::casting::{Casting, ProposedActor};
use crate::cast::MAIN;
use crate::language::Language::En;
use crate::transcript::{Cut, Exit, Killed, Transcript};
use crate::words::{duration, list, size, times};

/// So many are named at the most.
const NAMED: usize = 8;

/// The program itself, in words.
const PROGRAM: &str = "the program";

/// Signals that a process gets for its own fault.
const FAULTS: [i32; 7] =
    [libc::SIGABRT, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGSEGV, libc::SIGSYS, libc::SIGTRAP];

/// The runs that ended as most did: what a contract can be drawn from.
pub(super) fn usual(runs: &[Transcript]) -> Vec<&Transcript> {
    let whole: Vec<&Transcript> = runs.iter().filter(|run| run.cut().is_none()).collect();
    // Of two that came equally often the better one, and then the first.
    let by_exit = |run: &&Transcript| (run.exit(), run.exit() == Exit::Code(0));
    let Some(((exit, _), _)) = most(whole.iter().map(by_exit), |(_, is_good)| *is_good) else {
        return Vec::new();
    };
    let alike: Vec<&Transcript> = whole.into_iter().filter(|run| run.exit() == exit).collect();
    match most(alike.iter().map(|run| faults(run)), Vec::is_empty) {
        Some((usual, count)) if count * 2 > alike.len() => {
            alike.into_iter().filter(|run| faults(run) == usual).collect()
        }
        _ => alike,
    }
}

/// Whether a run ended as another did, and all of its processes.
pub(super) fn are_alike(one: &Transcript, other: &Transcript) -> bool {
    one.cut() == other.cut() && one.exit() == other.exit() && faults(one) == faults(other)
}

/// How processes ended that did not end well, but for the program's own.
fn faults(run: &Transcript) -> Vec<String> {
    let mut faults: Vec<String> =
        (0..run.processes().len()).filter_map(|process| fault(run, process)).collect();
    faults.sort_unstable();
    faults
}

/// What came most often, and how often.
fn most<T: Clone + Eq + Hash>(
    items: impl Iterator<Item = T>,
    is_better: impl Fn(&T) -> bool,
) -> Option<(T, usize)> {
    let (mut order, mut counts) = (Vec::new(), HashMap::new());
    for item in items {
        order.push(item.clone());
        *counts.entry(item).or_insert(0_usize) += 1;
    }
    // `max_by_key` takes the last of equals.
    let most = order.into_iter().rev().max_by_key(|item| (counts[item], is_better(item)))?;
    let count = counts[&most];
    Some((most, count))
}

/// What went wrong: sentences with how often it did, in which run, and whose fault it was.
#[derive(Debug)]
pub(super) struct Mishaps {
    /// What did not come in all runs.
    pub some: Vec<String>,
    /// Crashes of others than the program that came in each. What else goes wrong in each run may be meant.
    pub all: Vec<String>,
}

/// What went wrong in the runs that were recorded, and how else processes ended under schedules.
pub(super) fn mishaps(runs: &[Transcript], directed: &[Transcript], casting: &Casting) -> Mishaps {
    let usual = usual(runs).first().map(|run| run.exit());
    let mut told: Vec<(String, Vec<usize>)> = Vec::new();
    let pattern = |actor: &ProposedActor| Regex::new(&actor.line).expect("a valid pattern");
    let lines: Vec<Regex> = casting.actors.iter().map(pattern).collect();
    let whose = |run| Who::new(run, casting, &lines);
    for (number, run) in (1..).zip(runs) {
        let who = whose(run);
        for mishap in of_run(run, usual, &who) {
            match told.iter_mut().find(|(known, _)| *known == mishap) {
                Some((_, numbers)) if numbers.last() == Some(&number) => {}
                Some((_, numbers)) => numbers.push(number),
                None => told.push((mishap, vec![number])),
            }
        }
    }
    let is_crash =
        |mishap: &str| FAULTS.iter().any(|&fault| mishap.contains(&Exit::Signal(fault).to_string()));
    let is_all = |numbers: &[usize]| numbers.len() == runs.len();
    let under_schedules = under_schedules(directed, usual, whose, &told);
    let (all, some): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, numbers)| is_all(numbers));
    let is_told = |(mishap, _): &(String, Vec<usize>)| is_crash(mishap) && !mishap.starts_with(PROGRAM);
    let sentence = |(mishap, numbers): (String, Vec<usize>)| {
        let all = times(runs.len() as u64, ["run", "runs"], "", En);
        if is_all(&numbers) {
            return format!("all {all}: {mishap}");
        }
        let shown: Vec<String> = numbers.iter().take(NAMED).map(ToString::to_string).collect();
        let which = if numbers.len() == 1 { "run" } else { "runs" };
        let more = if numbers.len() > NAMED { " …" } else { "" };
        format!("{} of {all} ({which} {}{more}): {mishap}", numbers.len(), list(&shown, "and", En))
    };
    let all = all.into_iter().filter(is_told).map(sentence).collect();
    Mishaps { some: some.into_iter().map(sentence).chain(under_schedules).collect(), all }
}

/// How processes ended in directed runs alone, each with the first schedule that shows it.
fn under_schedules<'a>(
    directed: &'a [Transcript],
    usual: Option<Exit>,
    whose: impl Fn(&'a Transcript) -> Who<'a>,
    known: &[(String, Vec<usize>)],
) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut sentences = Vec::new();
    for run in directed.iter().filter(|run| run.cut().is_none()) {
        let Some(direction) = run.direction() else { continue };
        for mishap in ends(run, usual, &whose(run)) {
            if !told.contains(&mishap) && known.iter().all(|(other, _)| *other != mishap) {
                sentences.push(format!("under the schedule {}: {mishap}", direction.schedule));
                told.push(mishap);
            }
        }
    }
    sentences
}

/// What was out of the ordinary in one run.
fn of_run(run: &Transcript, usual: Option<Exit>, who: &Who<'_>) -> Vec<String> {
    if let Some(cut) = run.cut() {
        return vec![who.cut(cut)];
    }
    let left = run.survivors().iter().map(|survivor| {
        let of = run.processes().iter().position(|process| process.pid == survivor.pid);
        let creator = of.and_then(|of| run.parent(of)).map(|parent| who.name(Some(parent)));
        let by = creator.map_or_else(String::new, |creator| format!(", which {creator} created,"));
        format!("`{}`{by} outlived it", survivor.command)
    });
    ends(run, usual, who).into_iter().chain(left).collect()
}

/// Who did not end as it should in one run.
fn ends(run: &Transcript, usual: Option<Exit>, who: &Who<'_>) -> Vec<String> {
    let mut mishaps = Vec::new();
    if usual.is_some_and(|usual| run.exit() != usual) || fault_of(run.exit()) {
        mishaps.push(who.ended(who.program, run.exit()));
    }
    for (process, exit) in run.processes().iter().enumerate().filter_map(|(at, one)| Some((at, one.exit?))) {
        if Some(process) != who.program && fault(run, process).is_some() {
            mishaps.push(who.ended(Some(process), exit));
        }
    }
    mishaps
}

/// How another process than the program's own ended, if not well. The status of a helper that prints nothing, as `grep`'s, is the
/// program's own affair.
fn fault(run: &Transcript, at: usize) -> Option<String> {
    let process = &run.processes()[at];
    let is_bad = |exit: &Exit| match exit {
        Exit::Code(code) => *code != 0 && run.lines().iter().any(|line| line.process == Some(at)),
        Exit::Signal(_) => fault_of(*exit),
    };
    (process.pid != run.pid()).then_some(process.exit).flatten().filter(is_bad).map(|exit| exit.to_string())
}

fn fault_of(exit: Exit) -> bool {
    matches!(exit, Exit::Signal(signal) if FAULTS.contains(&signal))
}

/// Who is who in a run.
struct Who<'a> {
    run: &'a Transcript,
    casting: &'a Casting,
    lines: &'a [Regex],
    program: Option<usize>,
}

impl<'a> Who<'a> {
    fn new(run: &'a Transcript, casting: &'a Casting, lines: &'a [Regex]) -> Who<'a> {
        let program = run.processes().iter().position(|process| process.pid == run.pid());
        Who { run, casting, lines, program }
    }

    /// Who a process is: by what it printed, else by what it executed.
    fn name(&self, process: Option<usize>) -> String {
        if process == self.program {
            return PROGRAM.to_owned();
        }
        let own = self.run.lines().iter().filter(|line| process.is_some() && line.process == process);
        let actor = own.map(|line| self.run.text(line)).find_map(|text| {
            let actor = self.lines.iter().position(|line| line.is_match(text))?;
            Some(self.casting.actors[actor].name.clone())
        });
        let image = || {
            let image = self.run.processes().get(process?)?.image.as_ref()?;
            Some(format!("a process `{image}`"))
        };
        actor.filter(|name| name != MAIN).or_else(image).unwrap_or_else(|| "a process".to_owned())
    }

    fn ended(&self, process: Option<usize>, exit: Exit) -> String {
        let name = self.name(process);
        if let Exit::Code(code) = exit {
            return format!("{name} ended with exit status {code}");
        }
        let by = match process.and_then(|process| self.run.processes()[process].killed) {
            Some(Killed::By(thread)) if Some(self.run.threads()[thread].process) == process => {
                ", which it sent itself".to_owned()
            }
            Some(Killed::By(thread)) => {
                format!(", which {} sent", self.name(Some(self.run.threads()[thread].process)))
            }
            Some(Killed::DeathOf(other)) => format!(", since {} had ended", self.name(Some(other))),
            Some(Killed::Kernel | Killed::Harness) | None => String::new(),
        };
        format!("{name} was {exit}{by}")
    }

    fn cut(&self, cut: Cut) -> String {
        match cut {
            Cut::TimedOut(limit) => {
                let stayed = |(at, process): (usize, &crate::transcript::Process)| {
                    (process.killed == Some(Killed::Harness) || process.ended.is_none()).then_some(at)
                };
                let mut there: Vec<String> = Vec::new();
                for process in self.run.processes().iter().enumerate().filter_map(stayed) {
                    let name = self.name(Some(process));
                    if !there.contains(&name) {
                        there.push(name);
                    }
                }
                there.truncate(NAMED);
                let are = if there.len() == 1 { "was" } else { "were" };
                let who = list(&there, "and", En);
                let who = if there.is_empty() { who } else { format!(", and {who} {are} still there") };
                format!("it hung: it had not ended after {}{who}", duration(limit))
            }
            Cut::Flooded(limit) => format!("it printed more than {}", size(limit, En)),
            Cut::Unsupervised => "it killed the process that supervised it".to_owned(),
            Cut::Interrupted | Cut::Deadlocked => "it was ended".to_owned(),
        }
    }
}
