//! What to try first: for each claim the schedules in which those go last that a claim says go first, and the other way round; and
//! one in which all print in turns, for what may overlap.

use std::collections::{BTreeSet, VecDeque};

use super::in_turn::InTurn;
use super::late::Late;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::check::free::Free;
use crate::check::{Check, Sought};
use crate::contract::Contract;
use crate::run::directed::choice::Choose;
use crate::transcript::schedule::{Name, Time};

/// So many of those that print are held up one by one.
const MOST: usize = 8;

/// What chooses in one run.
pub(super) type Aim = Box<dyn Choose + Send>;

/// Who goes first, and who last.
type Sides = (BTreeSet<Name>, BTreeSet<Name>);

/// What is still to be aimed at.
pub(super) struct Aims {
    time: Time,
    /// Of each `free` that is sought: its patterns.
    free: Vec<Vec<Contender>>,
    others: VecDeque<Other>,
    tried: BTreeSet<Sides>,
    has_learned: bool,
    /// How many were aimed at what is sometimes so.
    sought: u32,
}

/// What is aimed at once all that is sought was.
enum Other {
    Late(Sides),
    InTurn,
}

/// What is known of a pattern that is to come first in some run.
#[derive(Clone, Default)]
struct Contender {
    /// Whoever printed its lines in any run.
    owners: BTreeSet<Name>,
    came: bool,
}

impl Aims {
    pub fn new(contract: &Contract, time: Time) -> Aims {
        let free = frees(contract).map(|free| vec![Contender::default(); free.patterns().len()]).collect();
        Aims { time, free, others: VecDeque::new(), tried: BTreeSet::new(), has_learned: false, sought: 0 }
    }

    /// Learns from a run who prints what. The first one, in which nothing was forced, tells of all but whose lines did not come.
    pub fn learn(&mut self, contract: &Contract, reading: &Reading<'_>) {
        for (free, patterns) in frees(contract).zip(&mut self.free) {
            for (pattern, contender) in free.patterns().iter().zip(patterns.iter_mut()) {
                contender.owners.extend(owners(pattern, reading));
            }
            if let Some(first) = free.first(reading) {
                patterns[first].came = true;
            }
        }
        if !std::mem::replace(&mut self.has_learned, true) {
            self.look_for_others(contract, reading);
        }
    }

    /// What is tried next, if anything is left.
    pub fn next(&mut self) -> Option<Aim> {
        let mut unseen = self.free.iter().flat_map(|patterns| to_come_first(patterns));
        let new = unseen.find(|sides| !self.tried.contains(sides));
        if let Some(sides) = new {
            self.sought += 1;
            self.tried.insert(sides.clone());
            return Some(late(self.time, sides));
        }
        while let Some(other) = self.others.pop_front() {
            match other {
                Other::InTurn => return Some(Box::new(InTurn::new(self.time))),
                Other::Late(sides) if self.tried.insert(sides.clone()) => {
                    return Some(late(self.time, sides));
                }
                Other::Late(_) => {}
            }
        }
        None
    }

    /// How many were aimed at an order that is sometimes so.
    pub fn sought(&self) -> u32 {
        self.sought
    }

    fn look_for_others(&mut self, contract: &Contract, reading: &Reading<'_>) {
        self.others.extend(ordered(contract, reading).into_iter().map(Other::Late));
        let writers = writers(reading);
        if writers.len() > 1 {
            self.others.push_back(Other::InTurn);
            self.others.extend(each_alone(&writers).into_iter().map(Other::Late));
        }
    }
}

fn late(time: Time, (first, last): Sides) -> Aim {
    Box::new(Late { time, first, last })
}

fn frees(contract: &Contract) -> impl Iterator<Item = &Free> {
    contract.sometimes.iter().filter_map(|entry| match &entry.sought {
        Sought::Free(free) => Some(free),
        Sought::Check(_) => None,
    })
}

/// Of each that did not come first yet, whoever prints it goes first, and those of the others last. Whose lines never came at all is
/// somebody else.
fn to_come_first(patterns: &[Contender]) -> impl Iterator<Item = Sides> {
    let all: BTreeSet<Name> = patterns.iter().flat_map(|contender| &contender.owners).cloned().collect();
    let unseen = patterns.iter().filter(|contender| !contender.came);
    unseen.map(move |contender| sides(contender.owners.clone(), &all))
}

/// Those by which an order comes that is `sometimes` so, and one is broken that is `always` so.
fn ordered(contract: &Contract, reading: &Reading<'_>) -> Vec<Sides> {
    let sought = contract.sometimes.iter().flat_map(|entry| match &entry.sought {
        Sought::Check(Check::Order(order)) => in_turn(order.patterns(), reading),
        _ => Vec::new(),
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
