//! All orders of lines, as a tree of who prints next: a run follows a beginning, and then goes on as usual. At each place behind
//! that beginning everybody else is tried next who prints later, or who was stuck, or ended by others, before it could. Where the tree ends,
//! all beginnings were tried. One that can't be forced, because somebody else prints first each time, has no orders that this search finds.
//!
//! What counts is each write, of which a line may need several. A beginning is forced in two ways, one after the other: neither
//! finds all that can come.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::schedule::{Name, Time};
use crate::transcript::{Cut, Killed, Transcript};

/// Only the first writes of a run are looked at: so many.
const DEEPEST: usize = 1000;

/// The beginnings that are still to be tried.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    time: Time,
    open: Vec<Branch>,
    /// The beginnings that a run had, or that are to be tried.
    known: HashSet<u64>,
    /// All that wrote in any run.
    writers: HashSet<Name>,
    /// Whether some run wrote more than is looked at.
    is_cut: bool,
}

/// As a run went up to a place, and another one there; nobody, where it is the first run of all.
#[derive(Clone, Debug)]
struct Branch {
    writers: Arc<[Name]>,
    place: usize,
    other: Option<Name>,
    way: Way,
}

/// How a beginning is forced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Who is to write next goes whenever it can, so that it gets each lock first.
    First,
    /// All go until they are about to write: who is to write may wait for what others do, or for a time that passes only as they
    /// go.
    Last,
}

impl Tree {
    pub fn new(time: Time) -> Tree {
        let root = Branch { writers: Arc::new([]), place: 0, other: None, way: Way::First };
        Tree { time, open: vec![root], known: HashSet::new(), writers: HashSet::new(), is_cut: false }
    }

    /// Whether all were tried.
    pub fn has_ended(&self) -> bool {
        self.open.is_empty() && !self.is_cut
    }

    /// How many are left that could be tried.
    pub fn left(&self) -> usize {
        self.open.len()
    }

    /// The next one.
    pub fn next(&mut self) -> Option<Beginning> {
        let branch = self.open.pop()?;
        let forced: Vec<Name> = branch.writers[..branch.place].iter().chain(&branch.other).cloned().collect();
        let (time, writers) = (self.time, self.writers.clone());
        Some(Beginning { time, branch, forced, writers, wrote: Vec::new(), is_kept: true })
    }

    /// Takes in what came of one; whether it can't be forced.
    pub fn learn(&mut self, beginning: &Beginning, run: &Transcript) -> bool {
        let branch = &beginning.branch;
        if beginning.was_followed() {
            self.branch_off(beginning.forced.len(), &beginning.wrote, run);
        } else if branch.way == Way::First {
            self.open.push(Branch { way: Way::Last, ..branch.clone() });
        } else {
            return true;
        }
        false
    }

    /// Takes in a run that somebody else chose, and who wrote in it.
    pub fn meet(&mut self, wrote: &[Name], run: &Transcript) {
        self.branch_off(0, wrote, run);
    }

    /// At each place from this one on everybody else is to be tried.
    fn branch_off(&mut self, from: usize, wrote: &[Name], run: &Transcript) {
        if matches!(run.cut(), Some(Cut::Interrupted | Cut::Unsupervised)) {
            return;
        }
        self.is_cut |= wrote.len() > DEEPEST;
        let writers: Arc<[Name]> = wrote[..wrote.len().min(DEEPEST)].into();
        self.writers.extend(writers.iter().cloned());
        // Until when each can be tried.
        let mut until: BTreeMap<Name, usize> = writers.iter().cloned().zip(0..).collect();
        // Of a runtime's threads many end with their process and never write; who was killed was perhaps about to.
        let may_write =
            |&thread: &usize| self.writers.contains(&run.name_of(thread)) || was_killed(run, thread);
        until.extend(held_up(run).filter(may_write).map(|thread| (run.name_of(thread), usize::MAX)));
        let mut before = DefaultHasher::new();
        for (place, writer) in writers.iter().enumerate() {
            if place >= from {
                let later = until.iter().filter(|(other, until)| **until > place && *other != writer);
                for (other, _) in later {
                    if self.known.insert(hash_of(&before, other)) {
                        let (writers, other) = (writers.clone(), Some(other.clone()));
                        self.open.push(Branch { writers, place, other, way: Way::First });
                    }
                }
                self.known.insert(hash_of(&before, writer));
            }
            writer.hash(&mut before);
        }
    }
}

fn hash_of(before: &DefaultHasher, next: &Name) -> u64 {
    let mut hasher = before.clone();
    next.hash(&mut hasher);
    hasher.finish()
}

/// Those that might have written more, had others let them: they were stuck, or ended with their process or by a signal.
fn held_up(run: &Transcript) -> impl Iterator<Item = usize> {
    let ended_itself = |thread: usize| {
        let process = &run.processes()[run.threads()[thread].process];
        run.threads()[thread].ended.is_some() || (process.exits.is_some() && run.is_first(thread))
    };
    (0..run.threads().len()).filter(move |&thread| !ended_itself(thread))
}

/// Whether one of the program killed it.
fn was_killed(run: &Transcript, thread: usize) -> bool {
    let killed = run.processes()[run.threads()[thread].process].killed;
    run.is_first(thread) && matches!(killed, Some(Killed::By(_) | Killed::DeathOf(_)))
}

/// A beginning that is forced: who writes first.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    time: Time,
    branch: Branch,
    forced: Vec<Name>,
    /// All that wrote in any run so far.
    writers: HashSet<Name>,
    wrote: Vec<Name>,
    is_kept: bool,
}

impl Choose for Beginning {
    fn time(&self) -> Time {
        self.time
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        let Some(wanted) = self.forced.get(self.wrote.len()) else { return point.usual };
        let way = self.branch.way;
        point.lowest(|place, candidate| {
            let (is_wanted, wakes) = (candidate.name == *wanted, candidate.how == How::Wakes);
            match way {
                // Who will write sometime may be holding what it takes to write.
                Way::First => {
                    (!is_wanted, self.writers.contains(&candidate.name), candidate.prints(), wakes, place)
                }
                // Whom a wake reaches gets the lock.
                Way::Last if candidate.how == How::Woken => (!is_wanted, false, false, false, place),
                Way::Last => (candidate.prints() && !is_wanted, wakes, is_wanted, false, place),
            }
        })
    }

    fn printed(&mut self, by: &Name) -> bool {
        self.is_kept &= self.forced.get(self.wrote.len()).is_none_or(|wanted| wanted == by);
        self.wrote.push(by.clone());
        self.is_kept
    }

    fn was_followed(&self) -> bool {
        self.is_kept && self.wrote.len() >= self.forced.len()
    }
}
