//! `created`: how many processes and threads the program creates, whether they print or not.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde::Deserialize;

use super::kind::{self, Played};
use super::lives::{children_of, not_seen, threads_of};
use super::scope::Scope;
use super::{Inspect, Outcome, Relation};
use crate::cast::reading::{Claimed, Reading};
use crate::cast::{Cast, Kind, MAIN};
use crate::document::value::Either;
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;
use crate::words::{list, processes, times};

/// So many processes and threads are created by what the actors' process, or else their parent, executed last.
#[derive(Clone, Debug)]
pub struct Created {
    processes: Option<Amount>,
    threads: Option<Amount>,
}

#[derive(Clone, Copy, Debug)]
struct Amount {
    relation: Relation,
    number: usize,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    processes: Option<Either<usize, AtLeast>>,
    threads: Option<Either<usize, AtLeast>>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AtLeast {
    at_least: usize,
}

impl Amount {
    fn of(written: &Either<usize, AtLeast>) -> Amount {
        match *written {
            Either::Short(number) => Amount { relation: Relation::Is, number },
            Either::Full(AtLeast { at_least: number }) => Amount { relation: Relation::AtLeast, number },
        }
    }

    fn holds(self, count: usize) -> bool {
        self.relation.holds(&count, &self.number)
    }

    /// “exactly 2 threads”.
    fn words(self, noun: fn(u64, Language) -> String, language: Language) -> String {
        format!("{} {}", self.relation.of_counts(language), noun(self.number as u64, language))
    }
}

impl Inspect for Created {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, _: Scope<'_>) -> Result<Created> {
        let span = keys.span();
        let Keys { processes, threads } = keys.into_inner();
        if processes.is_none() && threads.is_none() {
            return Err(Mistake::at(span, "`processes`, `threads` or both are needed"));
        }
        Ok(Created {
            processes: processes.as_ref().map(Amount::of),
            threads: threads.as_ref().map(Amount::of),
        })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let (created, by) = (self.amounts(language), creator_in_words(cast, language));
        language.pick(format!("{by} creates {created}"), format!("{by}创建了{created}"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        if let Some(why) = not_seen(reading) {
            return Outcome::Undecidable(why);
        }
        let home = match home(reading) {
            Ok(home) => home,
            Err(why) => return Outcome::Undecidable(why),
        };
        let transcript = reading.transcript;
        let children = children_of(transcript, home).count();
        let others: Vec<usize> =
            threads_of(transcript, home).filter(|&thread| !transcript.is_first(thread)).collect();
        let expected = self.amounts(language);
        if self.processes.is_some_and(|amount| !amount.holds(children)) {
            return Outcome::broken(expected, processes(children as u64, language), &[]);
        }
        let Some(amount) = self.threads else { return Outcome::Held };
        match kind::inspect(reading) {
            // Tasks that are no threads of the kernel are not counted by those.
            Played::Undecidable(untold) => Outcome::Undecidable(untold.why),
            Played::Unknown(untold) => Outcome::Unknown(untold.why),
            _ if !amount.holds(others.len()) => {
                Outcome::broken(expected, threads(others.len() as u64, language), &[])
            }
            // Threads that print are told by their kind.
            _ if amount.relation == Relation::AtLeast && !are_actors(reading) => {
                at_work(&others, home, amount.number, reading)
            }
            _ => Outcome::Held,
        }
    }
}

impl Created {
    /// “exactly 1 process and at least 2 threads”.
    fn amounts(&self, language: Language) -> String {
        let processes = self.processes.map(|amount| amount.words(processes, language));
        let threads = self.threads.map(|amount| amount.words(threads, language));
        let both: Vec<String> = processes.into_iter().chain(threads).collect();
        list(&both, language.pick("and", "、"), language)
    }
}

/// Whether threads beside main are actors, and print.
fn are_actors(reading: &Reading<'_>) -> bool {
    reading.actors_of(Kind::Thread).any(|actor| reading.cast.actor(actor) != MAIN)
}

/// Whether at least so many of these threads are at the program's work: a runtime has some of its own, which print nothing and
/// live as long as it.
fn at_work(threads: &[usize], home: usize, number: usize, reading: &Reading<'_>) -> Outcome {
    let (transcript, language) = (reading.transcript, reading.language);
    let last = reading.last_line_of(home).map(|line| transcript.lines()[line].at);
    let printing: BTreeSet<usize> = transcript.lines().iter().filter_map(|line| line.thread).collect();
    let is_at_work = |thread: &&usize| {
        let ended = transcript.threads()[**thread].ended;
        printing.contains(*thread) || last.is_none_or(|last| ended.is_some_and(|ended| ended < last))
    };
    let count = threads.iter().filter(is_at_work).count();
    if count >= number {
        return Outcome::Held;
    }
    let left = times((threads.len() - count) as u64, ["thread", "threads"], "个线程", language);
    Outcome::Unknown(language.pick(
        format!("{left} printed nothing and lived on past the last line, as a runtime's own do"),
        format!("有 {left}什么也没打印，过了最后一行还活着，就像运行时自己的线程"),
    ))
}

/// The process in which is counted: main's; else that of the threads; else the processes' parent; where no kind is claimed the
/// one that prints, and where nothing is printed the program's own. Why it can't be told, where it can't.
fn home(reading: &Reading<'_>) -> std::result::Result<usize, String> {
    let transcript = reading.transcript;
    let program = transcript.processes().iter().position(|process| process.pid == transcript.pid());
    let main = reading.cast.actors.iter().position(|actor| actor.name == MAIN);
    let main: BTreeSet<Option<usize>> =
        main.into_iter().flat_map(|main| reading.players(main)).copied().map(Some).collect();
    let players = |kind| reading.actors_of(kind).flat_map(|actor| reading.players(actor).iter().copied());
    let threads: BTreeSet<Option<usize>> = players(Kind::Thread).map(Some).collect();
    let parents = players(Kind::Process).map(|player| transcript.parent(player)).collect();
    let looked_at = (0..transcript.lines().len()).filter(|&line| reading.claimed(line) != Claimed::Ignored);
    let writers = looked_at.map(|line| transcript.lines()[line].process).collect();
    let known = [main, threads, parents, writers, BTreeSet::from([program])];
    let known: Vec<Option<usize>> =
        known.into_iter().find(|homes| !homes.is_empty()).into_iter().flatten().collect();
    match known.as_slice() {
        [Some(home)] => Ok(*home),
        homes => Err(reading.language.pick(
            format!("it is not one process whose tasks these are, but {}", homes.len()),
            format!("这些任务不属于一个进程，而是 {} 个", homes.len()),
        )),
    }
}

/// Who creates, in words.
fn creator_in_words(cast: &Cast, language: Language) -> String {
    let of = |kind| -> Option<String> {
        let actors = cast.actors.iter().filter(|actor| actor.kind == Some(kind));
        let names: Vec<String> = actors.map(|actor| actor.name.clone()).collect();
        (!names.is_empty()).then(|| list(&names, language.pick("and", " 和 "), language))
    };
    let process =
        |names: &dyn Display| language.pick(format!("the process of {names}"), format!("{names} 的进程"));
    if cast.actors.iter().any(|actor| actor.name == MAIN) {
        return language.pick("main", "main ").to_owned();
    }
    if let Some(threads) = of(Kind::Thread) {
        return process(&threads);
    }
    of(Kind::Process).map_or_else(
        || language.pick("the program", "程序").to_owned(),
        |names| language.pick(format!("the parent of {names}"), format!("{names} 的父进程")),
    )
}

fn threads(count: u64, language: Language) -> String {
    times(count, ["thread", "threads"], "个线程", language)
}
