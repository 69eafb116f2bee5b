//! What to try first: for each claim the schedules in which those go last that a claim says go first, and the other way round.

use std::collections::BTreeSet;

use super::late::Late;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::check::{Check, Sought};
use crate::contract::Contract;
use crate::transcript::schedule::{Name, Time};

/// So many of those that print are held up one by one.
const MOST: usize = 8;

/// The schedules to be tried, in this order, by what a run without a choice has shown.
pub(super) fn aims(contract: &Contract, reading: &Reading<'_>, time: Time) -> Vec<Late> {
    let mut aims = Vec::new();
    for sometimes in &contract.sometimes {
        match &sometimes.sought {
            Sought::Free(free) => aims.extend(each_first(free.patterns(), reading)),
            Sought::Check(Check::Order(order)) => aims.extend(in_turn(order.patterns(), reading)),
            Sought::Check(_) => {}
        }
    }
    for always in &contract.always {
        if let Check::Order(order) = &always.check {
            let reversed: Vec<&Pattern> = order.patterns().iter().rev().collect();
            aims.extend(in_turn(reversed, reading));
        }
    }
    let writers = writers(reading);
    for writer in writers.iter().take(MOST) {
        let one = BTreeSet::from([writer.clone()]);
        aims.push((BTreeSet::new(), one.clone()));
        aims.push((one, BTreeSet::new()));
    }
    let mut tried = BTreeSet::new();
    aims.retain(|aim| tried.insert(aim.clone()));
    aims.into_iter().map(|(first, last)| Late { time, first, last }).collect()
}

/// Who goes first, and who last.
type Aim = (BTreeSet<Name>, BTreeSet<Name>);

/// Whoever prints the lines of one pattern goes first, and the others last; each in its turn.
fn each_first(patterns: &[Pattern], reading: &Reading<'_>) -> Vec<Aim> {
    let owners: Vec<BTreeSet<Name>> = patterns.iter().map(|pattern| owners(pattern, reading)).collect();
    let all: BTreeSet<Name> = owners.iter().flatten().cloned().collect();
    owners.into_iter().map(|first| aim(first, &all)).collect()
}

/// Of each two patterns that follow each other, whoever prints the first one's lines goes first, and the other's last.
fn in_turn<'a>(patterns: impl IntoIterator<Item = &'a Pattern>, reading: &Reading<'_>) -> Vec<Aim> {
    let owners: Vec<BTreeSet<Name>> = patterns.into_iter().map(|pattern| owners(pattern, reading)).collect();
    owners.windows(2).map(|pair| aim(pair[0].clone(), &pair[1])).collect()
}

fn aim(first: BTreeSet<Name>, others: &BTreeSet<Name>) -> Aim {
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
