//! A program is attacked: what a contract says is sometimes so is looked for, and what it says is always so is to be broken.

use std::time::{Duration, Instant};

use super::aims::{Aim, Aims};
use super::races::{Races, Step};
use super::random::Priorities;
use super::tree::{Beginning, Tree};
use crate::cast::reading::Reading;
use crate::judge::Judge;
use crate::run::directed::choice::Choose;
use crate::run::program::{Program, ProgramError};
use crate::run::{Limits, direct};
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

/// A directed run of a program is given up after so many times as long as it took by itself, but not before so long has passed.
const SLOWER: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(5);

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Sleeps end at any moment.
    Late,
    /// They end in their order.
    Ideal,
    /// The same, and threads are held between their accesses to the same memory.
    Races,
}

/// A phase's share of the time that there is.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// What was spent when the phase began.
    spent: Duration,
    begun: Instant,
    /// How many phases, this one among them, share what was left.
    phases: usize,
}

impl Share {
    /// Whether it is used up, of so much in all.
    fn is_used_up(self, all: Duration) -> bool {
        let phases = u32::try_from(self.phases).unwrap_or(u32::MAX);
        self.begun.elapsed() >= all.saturating_sub(self.spent) / phases
    }
}

/// How an attack goes on.
struct Attack {
    phase: Phase,
    races: Races,
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
    Between(Step),
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
    // Whether any run has ended in time, once there was one.
    let mut has_ended = None;
    // A number that comes only sometimes is looked for between instructions first.
    let phases = if judge.seeks_numbers() {
        [Phase::Races, Phase::Late, Phase::Ideal]
    } else {
        [Phase::Late, Phase::Ideal, Phase::Races]
    };
    for (place, phase) in phases.into_iter().enumerate() {
        let left = phases[place..].iter().filter(|phase| judge.wants(**phase)).count();
        let share = Share { spent: begun.elapsed(), begun: Instant::now(), phases: left.max(1) };
        let mut attack = Attack::new(judge, phase, budget.seed);
        // Where none has, none will.
        attack.is_endless = has_ended == Some(false);
        while judge.wants(phase) && !interrupt.is_raised() && !attack.is_over(judge, budget, share) {
            let Some(mut chooser) = attack.next() else { break };
            let limits = limits(judge, budget);
            let run = direct(&program, judge.contract(), limits, chooser.as_choose(), interrupt)?;
            if interrupt.is_raised() {
                return Ok(None);
            }
            record(&run)?;
            let was_late = judge.is_late();
            judge.hear(&run);
            *has_ended.get_or_insert(false) |= !is_endless(&run);
            attack.learn(&chooser, &run, judge);
            if judge.is_refuted() {
                judge.note_between(attack.races.between());
                return Ok(Some(run));
            }
            if judge.is_late() && !was_late {
                kept = Some(run);
            }
        }
        judge.note_aimed(attack.aims.sought());
        judge.note_between(attack.races.between());
        if phase == Phase::Late && attack.tree.has_ended() && attack.is_forced {
            judge.note_all_tried();
        }
    }
    judge.note_attacked();
    Ok(kept)
}

/// How long a directed run may take: as long as any, where something is sought or it was asked for.
fn limits(judge: &Judge<'_>, budget: Budget) -> Limits {
    let limits = Limits::of(judge.contract());
    if judge.seeks_still() || !budget.is_hasty {
        return limits;
    }
    let enough = PATIENCE.max(judge.natural() * SLOWER).max(budget.time.unwrap_or_default());
    Limits { timeout: limits.timeout.min(enough), ..limits }
}

fn is_endless(run: &Transcript) -> bool {
    matches!(run.cut(), Some(Cut::TimedOut(_)))
}

impl Phase {
    fn time(self) -> Time {
        match self {
            Phase::Late => Time::Late,
            Phase::Ideal | Phase::Races => Time::Ideal,
        }
    }
}

impl Chooser {
    fn as_choose(&mut self) -> &mut (dyn Choose + Send) {
        match self {
            Chooser::Aim(aim) => aim.as_mut(),
            Chooser::Beginning(beginning) => beginning,
            Chooser::Random(priorities) => priorities,
            Chooser::Between(step) => step.as_choose_mut(),
        }
    }
}

impl Attack {
    fn new(judge: &Judge<'_>, phase: Phase, seed: u64) -> Attack {
        let contract = judge.contract();
        let (aims, tree) = (Aims::new(contract, phase.time()), Tree::new(phase.time()));
        Attack {
            phase,
            races: Races::new(phase.time(), judge.is_interpreted()),
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
        self.is_endless |= is_endless(run);
        match chooser {
            Chooser::Between(step) => self.races.learn(step),
            Chooser::Beginning(beginning) => self.is_forced &= !self.tree.learn(beginning, run),
            Chooser::Aim(_) | Chooser::Random(_) => {}
        }
    }

    /// Whether it is enough: all was tried that there is to choose, or the budget is used up.
    fn is_over(&self, judge: &mut Judge<'_>, budget: Budget, share: Share) -> bool {
        // Where there is nothing to choose, what is seen sometimes may be drawn at random.
        let has_choices = self.tried == 0 || self.points > 0 || self.races.has_places();
        let is_longer = judge.seeks_still() && has_choices && self.phase != Phase::Races;
        let longer = if is_longer { LONGER } else { 1 };
        let (most, is_endless) =
            if judge.seeks_still() { (MOST_SOUGHT, false) } else { (MOST, self.is_endless) };
        let is_late = self.tried >= FEWEST && share.is_used_up(most);
        let is_slow = budget.is_hasty && (is_endless || is_late);
        match budget.time {
            _ if !has_choices && !judge.seeks_still() => true,
            Some(time) => share.is_used_up(time),
            None if self.tried >= budget.schedules.saturating_mul(longer) => true,
            None if is_slow => {
                judge.note_cut_short();
                true
            }
            None => false,
        }
    }

    /// What is tried next, if anything is left.
    fn next(&mut self) -> Option<Chooser> {
        match self.phase {
            Phase::Late | Phase::Ideal => Some(self.next_between_calls()),
            Phase::Races => self.races.next().map(Chooser::Between),
        }
    }

    /// What nothing forces; then aims; then by the tree and at random, in turns.
    fn next_between_calls(&mut self) -> Chooser {
        if let Some(aim) = (self.tried > 0).then(|| self.aims.next()).flatten() {
            return Chooser::Aim(aim);
        }
        let beginning = self.tried.is_multiple_of(2).then(|| self.tree.next()).flatten();
        if let Some(beginning) = beginning {
            return Chooser::Beginning(beginning);
        }
        self.at_random += 1;
        let time = self.phase.time();
        Chooser::Random(Priorities::new(time, self.seed, self.at_random, self.points))
    }
}
