//! What to try first: for each claim the schedules in which those go last that a claim says go first, and the other way round; and
//! one in which all print in turns, for what may overlap.

use std::collections::BTreeSet;

use super::in_turn::InTurn;
use super::late::Late;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::check::{Check, Sought};
use crate::contract::Contract;
use crate::run::directed::choice::Choose;
use crate::transcript::schedule::{Name, Time};

/// So many of those that print are held up one by one.
const MOST: usize = 8;

/// What chooses in one run.
pub(super) type Aim = Box<dyn Choose + Send>;

/// What is to be tried, in this order, by what a run without a choice has shown.
pub(super) fn aims(contract: &Contract, reading: &Reading<'_>, time: Time) -> Vec<Aim> {
    let writers = writers(reading);
    let mut tried = BTreeSet::new();
    let mut late = |sides: Vec<Sides>| -> Vec<Aim> {
        let new = sides.into_iter().filter(|sides| tried.insert(sides.clone()));
        new.map(|(first, last)| Box::new(Late { time, first, last }) as Aim).collect()
    };
    let mut aims = late(claimed(contract, reading));
    if writers.len() > 1 {
        aims.push(Box::new(InTurn::new(time)));
    }
    aims.extend(late(each_alone(&writers)));
    aims
}

/// Those by which what is `sometimes` so is seen, and what is `always` so is broken.
fn claimed(contract: &Contract, reading: &Reading<'_>) -> Vec<Sides> {
    let sought = contract.sometimes.iter().flat_map(|entry| match &entry.sought {
        Sought::Free(free) => each_first(free.patterns(), reading),
        Sought::Check(Check::Order(order)) => in_turn(order.patterns(), reading),
        Sought::Check(_) => Vec::new(),
    });
    let held = contract.always.iter().flat_map(|entry| match &entry.check {
        Check::Order(order) => in_turn(order.patterns().iter().rev(), reading),
        _ => Vec::new(),
    });
    sought.chain(held).collect()
}

/// One goes last, or first, whatever the others do.
fn each_alone(writers: &BTreeSet<Name>) -> Vec<Sides> {
    let alone = writers.iter().take(MOST).map(|writer| BTreeSet::from([writer.clone()]));
    alone.flat_map(|one| [(BTreeSet::new(), one.clone()), (one, BTreeSet::new())]).collect()
}

/// Who goes first, and who last.
type Sides = (BTreeSet<Name>, BTreeSet<Name>);

/// Whoever prints the lines of one pattern goes first, and the others last; each in its turn.
fn each_first(patterns: &[Pattern], reading: &Reading<'_>) -> Vec<Sides> {
    let owners: Vec<BTreeSet<Name>> = patterns.iter().map(|pattern| owners(pattern, reading)).collect();
    let all: BTreeSet<Name> = owners.iter().flatten().cloned().collect();
    owners.into_iter().map(|first| sides(first, &all)).collect()
}

/// Of each two patterns that follow each other, whoever prints the first one's lines goes first, and the other's last, if that is
/// somebody else.
fn in_turn<'a>(patterns: impl IntoIterator<Item = &'a Pattern>, reading: &Reading<'_>) -> Vec<Sides> {
    let owners: Vec<BTreeSet<Name>> = patterns.into_iter().map(|pattern| owners(pattern, reading)).collect();
    let pairs = owners.windows(2).map(|pair| sides(pair[0].clone(), &pair[1]));
    pairs.filter(|(_, last)| !last.is_empty()).collect()
}

fn sides(first: BTreeSet<Name>, others: &BTreeSet<Name>) -> Sides {
    let last = others.difference(&first).cloned().collect();
    (first, last)
}

/// Whoever prints a pattern's lines.
fn owners(pattern: &Pattern, reading: &Reading<'_>) -> BTreeSet<Name> {
    reading.matching(pattern).into_iter().filter_map(|line| writer(reading, line)).collect()
}

fn writers(reading: &Reading<'_>) -> BTreeSet<Name> {
    (0..reading.transcript.lines().len()).filter_map(|line| writer(reading, line)).collect()
}

fn writer(reading: &Reading<'_>, line: usize) -> Option<Name> {
    let transcript = reading.transcript;
    transcript.lines()[line].thread.map(|thread| transcript.name_of(thread))
}
