//! A program is attacked: what a contract says is sometimes so is looked for, and what it says is always so is to be broken.

use std::time::{Duration, Instant};

use super::aims::{Aim, Aims};
use super::random::Priorities;
use super::tree::{Beginning, Tree};
use crate::cast::reading::Reading;
use crate::contract::Contract;
use crate::judge::Judge;
use crate::run::direct;
use crate::run::directed::choice::Choose;
use crate::run::program::{Program, ProgramError};
use crate::system::interrupt::Interrupt;
use crate::transcript::schedule::Time;
use crate::transcript::{Cut, Transcript};

/// How long to look.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// So many schedules of each program, to break what is always so.
    pub schedules: u32,
    /// Whether a program that is slow is given up sooner.
    pub is_hasty: bool,
    /// So long in place of all that.
    pub time: Option<Duration>,
    /// Where random priorities come from.
    pub seed: u64,
}

impl Default for Budget {
    /// 30 schedules, fewer of a program that is slow, with a fixed seed.
    fn default() -> Budget {
        Budget { schedules: 30, is_hasty: true, time: None, seed: 0 }
    }
}

/// What is still to be seen sometimes is looked for so many times as long: that it can't come is said only after that.
const LONGER: u32 = 5;

/// A program that is slow is attacked for so long at the most; for so long while something is sought.
const MOST: Duration = Duration::from_millis(1500);
const MOST_SOUGHT: Duration = Duration::from_secs(60);

/// But so many schedules are tried in each time: what the machine does beside must not decide what is found.
const FEWEST: u32 = 8;

/// How an attack goes on.
struct Attack {
    time: Time,
    aims: Aims,
    tree: Tree,
    /// Whether each beginning that was tried could be forced.
    is_forced: bool,
    seed: u64,
    /// How many were tried, and how many of them at random.
    tried: u32,
    at_random: u64,
    /// How many choices a run had, at the most.
    points: u32,
    /// Whether a run did not end in time: others would take as long.
    is_endless: bool,
}

/// Whoever chooses in one run.
enum Chooser {
    Aim(Aim),
    Beginning(Beginning),
    Random(Priorities),
}

/// Attacks a program whose natural runs were heard, until something is refuted or the budget is used up. The run that refutes,
/// if one does.
///
/// # Errors
/// Where the program can't be run.
pub fn attack(
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
        let mut attack = Attack::new(judge.contract(), time, budget.seed);
        while judge.wants_directed(time) && !interrupt.is_raised() && !attack.is_over(judge, budget, begun) {
            let mut chooser = attack.next();
            let run = direct(&program, judge.contract(), chooser.as_choose(), interrupt)?;
            if interrupt.is_raised() {
                return Ok(None);
            }
            record(&run)?;
            let was_late = judge.is_late();
            judge.hear(&run);
            attack.learn(&chooser, &run, judge);
            if judge.is_refuted() {
                return Ok(Some(run));
            }
            if judge.is_late() && !was_late {
                kept = Some(run);
            }
        }
        judge.note_aimed(attack.aims.sought());
        if time == Time::Late && attack.tree.has_ended() && attack.is_forced {
            judge.note_all_tried();
        }
    }
    Ok(kept)
}

impl Chooser {
    fn as_choose(&mut self) -> &mut (dyn Choose + Send) {
        match self {
            Chooser::Aim(aim) => aim.as_mut(),
            Chooser::Beginning(beginning) => beginning,
            Chooser::Random(priorities) => priorities,
        }
    }
}

impl Attack {
    fn new(contract: &Contract, time: Time, seed: u64) -> Attack {
        let (aims, tree) = (Aims::new(contract, time), Tree::new(time));
        Attack {
            time,
            aims,
            tree,
            is_forced: true,
            seed,
            tried: 0,
            at_random: 0,
            points: 0,
            is_endless: false,
        }
    }

    /// Takes in a run.
    fn learn(&mut self, chooser: &Chooser, run: &Transcript, judge: &Judge<'_>) {
        self.points = self.points.max(run.direction().map_or(0, |direction| direction.points));
        let contract = judge.contract();
        self.aims.learn(contract, &Reading::new(&contract.cast, run));
        self.tried += 1;
        self.is_endless |= matches!(run.cut(), Some(Cut::TimedOut(_)));
        if let Chooser::Beginning(beginning) = chooser {
            self.is_forced &= !self.tree.learn(beginning, run);
        }
    }

    /// Whether it is enough: all was tried that there is to choose, or the budget is used up.
    fn is_over(&self, judge: &mut Judge<'_>, budget: Budget, begun: Instant) -> bool {
        // Where there is nothing to choose, what is seen sometimes may be drawn at random.
        let has_choices = self.tried == 0 || self.points > 0;
        let longer = if judge.seeks_still() && has_choices { LONGER } else { 1 };
        let (most, is_endless) =
            if judge.seeks_still() { (MOST_SOUGHT, false) } else { (MOST, self.is_endless) };
        let is_late = self.tried >= FEWEST && begun.elapsed() >= most;
        let is_slow = budget.is_hasty && (is_endless || is_late);
        match budget.time {
            _ if !has_choices && !judge.seeks_still() => true,
            Some(time) => begun.elapsed() >= time,
            None if self.tried >= budget.schedules.saturating_mul(longer) => true,
            None if is_slow => {
                judge.note_cut_short();
                true
            }
            None => false,
        }
    }

    /// What nothing forces; then aims; then by the tree and at random, in turns.
    fn next(&mut self) -> Chooser {
        if let Some(aim) = (self.tried > 0).then(|| self.aims.next()).flatten() {
            return Chooser::Aim(aim);
        }
        let beginning = self.tried.is_multiple_of(2).then(|| self.tree.next()).flatten();
        if let Some(beginning) = beginning {
            return Chooser::Beginning(beginning);
        }
        self.at_random += 1;
        Chooser::Random(Priorities::new(self.time, self.seed, self.at_random, self.points))
    }
}
