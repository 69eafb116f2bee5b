//! What to try first: for each claim the schedules in which those go last that a claim says go first, and the other way round; and
//! one in which all print in turns, for what may overlap. Where a line is not always the same task's, it is withheld whosever it is.

use std::collections::{BTreeSet, VecDeque};

use super::in_turn::InTurn;
use super::late::Late;
use super::withheld::Withheld;
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
    /// Each two patterns of which one always comes first, as long as no run had other owners of them.
    pairs: Vec<Pair>,
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
    Withheld(Pattern),
}

/// Two patterns that follow each other, and whoever printed their lines in the first run.
struct Pair {
    patterns: [Pattern; 2],
    owners: [BTreeSet<Name>; 2],
}

/// What is known of a pattern that is to come first in some run.
struct Contender {
    pattern: Pattern,
    /// Whoever printed its lines in any run.
    owners: BTreeSet<Name>,
    came: bool,
    /// Whether the others' lines were withheld for it.
    was_preferred: bool,
}

impl Aims {
    pub fn new(contract: &Contract, time: Time) -> Aims {
        let contender = |pattern: &Pattern| {
            let (pattern, owners) = (pattern.clone(), BTreeSet::new());
            Contender { pattern, owners, came: false, was_preferred: false }
        };
        let free = frees(contract).map(|free| free.patterns().iter().map(contender).collect()).collect();
        let (pairs, others, tried) = (Vec::new(), VecDeque::new(), BTreeSet::new());
        Aims { time, free, pairs, others, tried, has_learned: false, sought: 0 }
    }

    /// Learns from a run who prints what. The first one, in which nothing was forced, tells of all but whose lines did not come.
    pub fn learn(&mut self, contract: &Contract, reading: &Reading<'_>) {
        for (free, contenders) in frees(contract).zip(&mut self.free) {
            for contender in contenders.iter_mut() {
                contender.owners.extend(owners(&contender.pattern, reading));
            }
            if let Some(first) = free.first(reading) {
                contenders[first].came = true;
            }
        }
        let others = &mut self.others;
        self.pairs.retain(|pair| {
            let now = pair.patterns.each_ref().map(|pattern| owners(pattern, reading));
            let varies = now != pair.owners && now.iter().all(|owners| !owners.is_empty());
            if varies {
                others.push_front(Other::Withheld(pair.patterns[0].clone()));
            }
            !varies
        });
        if !std::mem::replace(&mut self.has_learned, true) {
            self.look_for_others(contract, reading);
        }
    }

    /// What is tried next, if anything is left.
    pub fn next(&mut self) -> Option<Aim> {
        let new = {
            let mut unseen = self.free.iter().flat_map(|contenders| to_come_first(contenders));
            unseen.find(|sides| !self.tried.contains(sides))
        };
        if let Some(sides) = new {
            self.sought += 1;
            self.tried.insert(sides.clone());
            return Some(late(self.time, sides));
        }
        if let Some(patterns) = self.free.iter_mut().find_map(|contenders| all_but_one(contenders)) {
            self.sought += 1;
            return Some(Box::new(Withheld { time: self.time, patterns }));
        }
        while let Some(other) = self.others.pop_front() {
            match other {
                Other::InTurn => return Some(Box::new(InTurn::new(self.time))),
                Other::Withheld(pattern) => {
                    return Some(Box::new(Withheld { time: self.time, patterns: vec![pattern] }));
                }
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
        self.pairs = pairs(contract, reading);
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

/// The patterns to withhold for one that did not come first yet and is printed by whoever prints another, too, though not by one task
/// alone.
fn all_but_one(contenders: &mut [Contender]) -> Option<Vec<Pattern>> {
    let owners: BTreeSet<&Name> = contenders.iter().flat_map(|contender| &contender.owners).collect();
    if owners.len() < 2 {
        return None;
    }
    let others =
        |one| contenders.iter().enumerate().filter(move |(place, _)| *place != one).map(|(_, other)| other);
    let is_shared = |one: usize| others(one).any(|other| !other.owners.is_disjoint(&contenders[one].owners));
    let is_wanting = |one: usize| !contenders[one].came && !contenders[one].was_preferred;
    let one = (0..contenders.len()).find(|&one| is_wanting(one) && is_shared(one))?;
    let patterns = others(one).map(|other| other.pattern.clone()).collect();
    contenders[one].was_preferred = true;
    Some(patterns)
}

/// Each two patterns that follow each other in what is always so.
fn pairs(contract: &Contract, reading: &Reading<'_>) -> Vec<Pair> {
    let pair = |pair: &[Pattern]| {
        let patterns = [pair[0].clone(), pair[1].clone()];
        let owners = patterns.each_ref().map(|pattern| owners(pattern, reading));
        Pair { patterns, owners }
    };
    always_ordered(contract).flat_map(|patterns| patterns.windows(2)).map(pair).collect()
}

/// The patterns of each order that is always so.
fn always_ordered(contract: &Contract) -> impl Iterator<Item = &[Pattern]> {
    contract.always.iter().filter_map(|entry| match &entry.check {
        Check::Order(order) => Some(order.patterns()),
        _ => None,
    })
}

/// Those by which an order comes that is `sometimes` so, and one is broken that is `always` so.
fn ordered(contract: &Contract, reading: &Reading<'_>) -> Vec<Sides> {
    let sought = contract.sometimes.iter().flat_map(|entry| match &entry.sought {
        Sought::Check(Check::Order(order)) => in_turn(order.patterns(), reading),
        _ => Vec::new(),
    });
    let held = always_ordered(contract).flat_map(|patterns| in_turn(patterns.iter().rev(), reading));
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
