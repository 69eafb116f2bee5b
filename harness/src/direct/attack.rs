//! A program is attacked: what a contract says is sometimes so is looked for, and what it says is always so is to be broken.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::aims::aims;
use super::late::Late;
use super::random::Priorities;
use super::tree::Tree;
use crate::cast::reading::Reading;
use crate::judge::Judge;
use crate::run::direct;
use crate::run::directed::choice::{Choose, Follow};
use crate::run::program::{Program, ProgramError};
use crate::system::interrupt::Interrupt;
use crate::transcript::Transcript;
use crate::transcript::schedule::{Schedule, Time};

/// How long to look.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// So many schedules of each program, to break what is always so, in so long at the most.
    pub schedules: u32,
    /// So long in place of that.
    pub time: Option<Duration>,
    /// Where random priorities come from.
    pub seed: u64,
}

impl Default for Budget {
    /// 30 schedules, with a fixed seed.
    fn default() -> Budget {
        Budget { schedules: 30, time: None, seed: 0 }
    }
}

/// What is still to be seen sometimes is looked for so many times as long: that it can't come is said only after that.
const LONGER: u32 = 5;

/// A program that is slow is attacked for so long at the most, where no other time is asked for; but under so many schedules in any
/// case.
const MOST: Duration = Duration::from_secs(5);
const LEAST: u32 = 10;

/// How an attack goes on.
struct Attack {
    time: Time,
    aims: VecDeque<Late>,
    tree: Tree,
    seed: u64,
    /// How many were tried, and how many of them at random.
    tried: u32,
    at_random: u64,
    /// How many choices the last run had.
    points: u32,
    /// Whether the run under way is one of the tree's.
    is_of_tree: bool,
}

/// Attacks a program whose natural runs were heard, until something is refuted or the budget is used up. The run that refutes,
/// if one does.
///
/// # Errors
/// Where the program can't be run.
pub(crate) fn attack(
    judge: &mut Judge<'_>,
    program: &Program,
    budget: Budget,
    interrupt: &Interrupt,
    mut record: impl FnMut(&Transcript) -> Result<(), ProgramError>,
) -> Result<Option<Transcript>, ProgramError> {
    let program = program.directed();
    let begun = Instant::now();
    let mut kept = None;
    for time in [Time::Late, Time::Ideal] {
        let mut attack: Option<Attack> = None;
        while judge.wants_directed(time) && !interrupt.is_raised() {
            let mut next: Box<dyn Choose + Send> = match &mut attack {
                None => Box::new(Follow::new(Schedule { time, ..Schedule::default() })),
                Some(attack) if attack.is_enough(judge, budget, begun) => break,
                Some(attack) if attack.takes_long(judge, budget, begun) => {
                    judge.note_cut_short();
                    break;
                }
                Some(attack) => attack.next(),
            };
            let run = direct(&program, judge.contract(), &mut *next, interrupt)?;
            if interrupt.is_raised() {
                return Ok(None);
            }
            record(&run)?;
            let was_late = judge.is_late();
            judge.hear(&run);
            match &mut attack {
                None => attack = Some(Attack::new(judge, &run, time, budget.seed)),
                Some(attack) => attack.learn(&run),
            }
            if time == Time::Late && attack.as_ref().is_some_and(|attack| attack.tree.has_ended()) {
                judge.note_all_tried();
            }
            if judge.is_refuted() {
                return Ok(Some(run));
            }
            if judge.is_late() && !was_late {
                kept = Some(run);
            }
        }
    }
    Ok(kept)
}

/// So many times as long it is looked.
fn longer(judge: &Judge<'_>) -> u32 {
    if judge.seeks_still() { LONGER } else { 1 }
}

impl Attack {
    /// By what the run showed in which nothing was chosen.
    fn new(judge: &Judge<'_>, usual: &Transcript, time: Time, seed: u64) -> Attack {
        let contract = judge.contract();
        let reading = Reading::new(&contract.cast, usual);
        let mut attack = Attack {
            time,
            aims: aims(contract, &reading, time).into(),
            tree: Tree::new(time),
            seed,
            tried: 0,
            at_random: 0,
            points: 0,
            is_of_tree: false,
        };
        // It is the one of the tree's first beginning, which forces nothing.
        attack.tree.next();
        attack.learn(usual);
        attack
    }

    fn learn(&mut self, run: &Transcript) {
        self.tried += 1;
        if std::mem::take(&mut self.is_of_tree) || self.tried == 1 {
            self.tree.learn(run);
        }
        self.points = self.points.max(run.direction().map_or(0, |direction| direction.points));
    }

    /// Whether it is enough.
    fn is_enough(&self, judge: &Judge<'_>, budget: Budget, begun: Instant) -> bool {
        if self.points == 0 {
            // There is nothing to choose.
            return true;
        }
        match budget.time {
            Some(time) => begun.elapsed() >= time,
            None => self.tried >= budget.schedules.saturating_mul(longer(judge)),
        }
    }

    /// Whether the program is too slow for more, where no time was asked for.
    fn takes_long(&self, judge: &Judge<'_>, budget: Budget, begun: Instant) -> bool {
        budget.time.is_none() && self.tried >= LEAST && begun.elapsed() >= MOST * longer(judge)
    }

    /// Aims first; then by the tree and at random, in turns.
    fn next(&mut self) -> Box<dyn Choose + Send> {
        if let Some(aim) = self.aims.pop_front() {
            return Box::new(aim);
        }
        let by_tree = self.tried.is_multiple_of(2).then(|| self.tree.next()).flatten();
        if let Some(beginning) = by_tree {
            self.is_of_tree = true;
            return Box::new(beginning);
        }
        self.at_random += 1;
        Box::new(Priorities::new(self.time, self.seed, self.at_random, self.points))
    }
}
