//! All orders of a program's lines that can come: first the tree of who prints next, then random schedules; and how often each
//! order comes at random, and by itself.
//!
//! Many runs go at once, and yet the same seed shows the same: they are handed out in batches, and taken in in their order.

mod numbers;
mod record;
mod workers;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use self::numbers::Numbers;
pub use self::numbers::{Number, Valued};
use self::workers::{Job, Made, all_at_once};
use crate::cast::canonical::in_order;
use crate::cast::reading::Reading;
use crate::contract::Contract;
use crate::direct::races::{Between, Races};
use crate::direct::random::Priorities;
use crate::direct::tree::Tree;
use crate::judge::is_of_python;
use crate::language::Language;
use crate::run::directed::choice::Follow;
use crate::run::program::{Program, ProgramError};
use crate::run::{Limits, direct, run, unwatched};
use crate::system::interrupt::Interrupt;
use crate::transcript::schedule::{Schedule, Time};
use crate::transcript::{Cut, Exit, Stream, Transcript};

/// So many runs are handed out at once, whatever the number of processors: what comes of it must not depend on that.
const BATCH: u64 = 16;

/// After so many runs that hang no more are made: each lasts as long as the time-out.
const HANGS: u64 = 3;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// After so many schedules.
    Schedules(u64),
    /// After so long.
    Time(Duration),
}

/// How to explore.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub until: Until,
    /// How many runs that nobody directs.
    pub runs: u64,
    pub seed: u64,
    pub time: Time,
    /// Whether threads are held between instructions, in place of all other schedules.
    pub races: bool,
}

/// A line, as it is the same in every run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub struct Text {
    /// Index into the contract's actors; not recorded.
    #[serde(skip)]
    pub claimed_by: Option<usize>,
    /// Whose line it is; nobody's where no actor claims it.
    pub actor: Option<String>,
    /// Where it is printed to.
    pub stream: Stream,
    /// What is printed, in its canonical form.
    pub line: String,
}

/// The lines of a run that are looked at, in their order.
pub fn texts(reading: &Reading<'_>) -> Vec<Text> {
    let text = |(index, line): (usize, String)| {
        let claimed_by = reading.actor_of(index);
        let actor = claimed_by.map(|actor| reading.cast.actor(actor).to_owned());
        Text { claimed_by, actor, stream: reading.transcript.lines()[index].stream, line }
    };
    in_order(reading).into_iter().map(text).collect()
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// By itself.
    Exit(Exit),
    /// Nobody could go on.
    Deadlock,
    /// Its time was up.
    Hang,
    /// It printed too much.
    Flood,
}

impl End {
    /// How this run ended.
    pub fn of(run: &Transcript) -> End {
        match run.cut() {
            Some(Cut::Deadlocked) => End::Deadlock,
            Some(Cut::TimedOut(_)) => End::Hang,
            Some(Cut::Flooded(_)) => End::Flood,
            Some(Cut::Interrupted | Cut::Unsupervised) | None => End::Exit(run.exit()),
        }
    }
}

/// An order of lines, and how the run ended that had it.
#[derive(Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// Indexes into [`Explored::texts`].
    pub lines: Vec<usize>,
    /// How the runs ended.
    pub end: End,
    /// In how many runs it came.
    pub counts: Counts,
    /// The number of the schedule that showed it first, from 1; none where it only came by itself.
    #[serde(default)]
    pub first: Option<u64>,
    /// The shortest schedule that shows it; none where it only came by itself.
    pub shown: Option<Shown>,
    /// Of a deadlock, who waits for what.
    pub stuck: Vec<String>,
}

/// A schedule that shows something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Shown {
    /// The schedule.
    pub schedule: Schedule,
    /// Whether nothing was left to the kernel, so that it shows the same again.
    pub exact: bool,
}

impl Shown {
    fn by(run: &Transcript) -> Option<Shown> {
        let direction = run.direction()?;
        Some(Shown { schedule: direction.schedule.clone(), exact: direction.is_exact() })
    }

    /// Takes its place where it shows the same better: exactly, and then in fewer words.
    fn improve(&self, other: &mut Option<Shown>) -> bool {
        let rank = |shown: &Shown| {
            let Shown { schedule, exact } = shown;
            (!exact, schedule.departures.len(), schedule.to_string().len())
        };
        let is_better = other.as_ref().is_none_or(|other| rank(self) < rank(other));
        if is_better {
            *other = Some(self.clone());
        }
        is_better
    }
}

/// In how many runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    /// That nobody directed.
    pub by_itself: u64,
    /// Under random schedules.
    pub at_random: u64,
    /// Of the tree of who prints next.
    pub by_tree: u64,
    /// With threads held between instructions; not there in a record that is older.
    #[serde(default)]
    pub held: u64,
}

/// Where a run comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Tree,
    Random,
    Held,
    Itself,
}

impl Counts {
    fn add(&mut self, source: Source) {
        *match source {
            Source::Tree => &mut self.by_tree,
            Source::Random => &mut self.at_random,
            Source::Held => &mut self.held,
            Source::Itself => &mut self.by_itself,
        } += 1;
    }
}

/// What was found.
#[derive(Debug, Deserialize, Serialize)]
pub struct Explored {
    /// When sleeps ended.
    pub time: Time,
    /// Where random schedules came from.
    pub seed: u64,
    /// All runs, by where they come from.
    pub runs: Counts,
    /// Whether the tree ended.
    pub ended: bool,
    /// How many beginnings were not tried.
    pub left_to_try: usize,
    /// How many beginnings could not be forced.
    pub not_forced: u64,
    /// In how many runs the program asked for random bytes; the tree gives the same in each.
    #[serde(default)]
    pub draws: u64,
    /// What was left to the kernel, and in how many runs.
    pub left_to_the_kernel: BTreeMap<String, u64>,
    /// Whether it was given up because too many runs hung.
    pub hung: bool,
    /// Whether somebody interrupted it.
    pub interrupted: bool,
    /// All lines that came.
    pub texts: Vec<Text>,
    /// All orders that came.
    pub outcomes: Vec<Outcome>,
    /// The numbers that vary.
    pub numbers: Vec<Number>,
    /// Where races were looked for: at how many places threads could be held.
    #[serde(default)]
    pub places: Option<usize>,
    /// Whether threads could be held between instructions.
    #[serde(default)]
    pub between: Between,
}

impl Explored {
    /// How many orders the tree did not find.
    pub(crate) fn beside_the_tree(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.counts.by_tree == 0).count()
    }

    /// Whether runs were ended of which it is not known how they would have gone on.
    pub(crate) fn were_cut(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome.end, End::Hang | End::Flood))
    }

    /// Whether the tree has tried all that it could, and nothing came beside it: no other order can be forced.
    pub fn is_whole(&self) -> bool {
        let has_ended = self.ended && !self.interrupted && !self.were_cut() && self.places.is_none();
        has_ended && self.draws == 0 && self.left_to_the_kernel.is_empty() && self.beside_the_tree() == 0
    }

    /// Whether the orders are all that there are: each beginning could be forced, so that none is left that might come otherwise.
    pub fn are_all(&self) -> bool {
        self.is_whole() && self.not_forced == 0
    }

    /// The outcome that is rarest by itself, and then at random, of those that a schedule shows.
    pub(crate) fn rarest(&self) -> Option<usize> {
        let shown = (0..self.outcomes.len()).filter(|&index| self.outcomes[index].shown.is_some());
        shown.min_by_key(|&index| {
            let Counts { by_itself, at_random, by_tree, held } = self.outcomes[index].counts;
            (by_itself, at_random, by_tree, held, std::cmp::Reverse(index))
        })
    }
}

/// Why no schedules can be chosen for a contract's program.
pub(crate) fn out_of_reach(contract: &Contract, language: Language) -> Option<String> {
    if contract.is_directed() {
        let why = unwatched()?;
        return Some(language.pick(
            format!("nobody can choose who goes next without the witness, and there is none: {why}"),
            format!("没有见证者就无法选择谁先走，而这里没有：{why}"),
        ));
    }
    Some(
        language
            .pick(
                if contract.exclusive {
                    "its contract says `exclusive`: the program measures, and a chosen schedule would change what it measures"
                } else if contract.directed {
                    "its contract says `witness = \"socket\"`, and nobody can choose who goes next without the threads' witness"
                } else {
                    "its contract says `directed = false`"
                },
                if contract.exclusive {
                    "契约写明 `exclusive`：程序要做测量，选定的调度会改变它所测量的东西"
                } else if contract.directed {
                    "契约写明 `witness = \"socket\"`，没有线程的见证者就无法选择谁先走"
                } else {
                    "契约写明 `directed = false`"
                },
            )
            .to_owned(),
    )
}

/// Runs one schedule; and whether it could be followed.
///
/// # Errors
/// Where the program can't be run.
pub fn replay(
    contract: &Contract,
    program: &Program,
    schedule: &Schedule,
    interrupt: &Interrupt,
) -> Result<(Transcript, bool), ProgramError> {
    let limits = Limits::of(contract);
    let transcript =
        direct(&program.directed(), contract, limits, &mut Follow::new(schedule.clone()), interrupt)?;
    let followed = transcript.direction().is_some_and(|direction| direction.followed);
    Ok((transcript, followed))
}

/// Looks for all orders; `progress` hears how many runs are done.
///
/// # Errors
/// Where the program can't be run.
pub(crate) fn explore(
    contract: &Contract,
    program: &Program,
    plan: &Plan,
    language: Language,
    interrupt: &Interrupt,
    progress: impl Fn(u64),
) -> Result<Explored, ProgramError> {
    let mut search = Search::new(contract, plan, language, interrupt);
    let directed = program.directed();
    if plan.races {
        let natural = run(program, contract.capture, Limits::of(contract), interrupt)?;
        search.races = Some(Races::new(plan.time, is_of_python(&natural)));
    }
    search.choose(&directed, &progress)?;
    search.let_go(program, &progress)?;
    Ok(search.explored())
}

/// What is known so far.
struct Search<'a> {
    contract: &'a Contract,
    plan: &'a Plan,
    language: Language,
    interrupt: &'a Interrupt,
    begun: Instant,
    tree: Tree,
    races: Option<Races>,
    runs: Counts,
    /// How often more than one could go on, at the most.
    choices: u32,
    not_forced: u64,
    draws: u64,
    left: BTreeMap<String, u64>,
    hangs: u64,
    texts: Vec<Text>,
    places: HashMap<Text, usize>,
    outcomes: Vec<Outcome>,
    known: HashMap<(Vec<usize>, End), usize>,
    numbers: Numbers,
}

impl<'a> Search<'a> {
    fn new(
        contract: &'a Contract,
        plan: &'a Plan,
        language: Language,
        interrupt: &'a Interrupt,
    ) -> Search<'a> {
        Search {
            contract,
            plan,
            language,
            interrupt,
            begun: Instant::now(),
            tree: Tree::new(plan.time),
            races: None,
            runs: Counts::default(),
            choices: 0,
            not_forced: 0,
            draws: 0,
            left: BTreeMap::new(),
            hangs: 0,
            texts: Vec::new(),
            places: HashMap::new(),
            outcomes: Vec::new(),
            known: HashMap::new(),
            numbers: Numbers::new(contract),
        }
    }

    /// Runs the program under schedules until the budget is used up.
    fn choose(&mut self, program: &Program, progress: &impl Fn(u64)) -> Result<(), ProgramError> {
        loop {
            let jobs = self.jobs();
            if jobs.is_empty() {
                return Ok(());
            }
            for made in all_at_once(jobs, program, self.contract, self.interrupt) {
                let made = made?;
                if made.run.cut() != Some(Cut::Interrupted) {
                    self.take(&made);
                }
                progress(self.directed());
            }
        }
    }

    fn directed(&self) -> u64 {
        self.runs.by_tree + self.runs.at_random + self.runs.held
    }

    fn is_over(&self) -> bool {
        self.hangs >= HANGS || self.interrupt.is_raised()
    }

    /// The next runs: of the tree, as long as it has not ended or used up its half; then random ones.
    fn jobs(&mut self) -> Vec<Job> {
        let done = self.directed();
        // Where nobody ever had a choice, every further run is the same.
        let is_settled = done > 0 && self.choices == 0 && self.tree.has_ended();
        if self.is_over() || is_settled {
            return Vec::new();
        }
        let (all, tree) = match self.plan.until {
            Until::Schedules(most) => (most - done, (most.div_ceil(2)).saturating_sub(self.runs.by_tree)),
            Until::Time(time) => {
                // The last quarter is for runs that nobody directs.
                let left = |share: Duration| if self.begun.elapsed() < share { BATCH } else { 0 };
                (left(time * 3 / 4), left(time * 3 / 8))
            }
        };
        if let Some(races) = &mut self.races {
            return steps(races, all.min(BATCH));
        }
        let of_tree = tree.min(all).min(BATCH);
        let jobs: Vec<Job> = (0..of_tree).map_while(|_| self.tree.next().map(Job::Tree)).collect();
        if !jobs.is_empty() {
            return jobs;
        }
        let first = self.runs.at_random;
        let priorities = |number| {
            Job::Random(Priorities::new(self.plan.time, self.plan.seed, number, self.choices), Vec::new())
        };
        (first..first + all.min(BATCH)).map(priorities).collect()
    }

    /// Takes in a run that was directed.
    fn take(&mut self, Made { job, run }: &Made) {
        let source = match job {
            Job::Tree(beginning) => {
                self.not_forced += u64::from(self.tree.learn(beginning, run));
                Source::Tree
            }
            Job::Random(_, wrote) => {
                self.tree.meet(wrote, run);
                Source::Random
            }
            Job::Between(step) => {
                if let Some(races) = &mut self.races {
                    races.learn(step);
                }
                Source::Held
            }
        };
        if let Some(direction) = run.direction() {
            self.choices = self.choices.max(direction.points);
            self.draws += u64::from(direction.drawn > 0);
            for call in direction.left.keys() {
                *self.left.entry(call.clone()).or_default() += 1;
            }
        }
        self.note(run, source);
    }

    /// Lets the program run as it does by itself, one run after the other: several at once would disturb each other.
    fn let_go(&mut self, program: &Program, progress: &impl Fn(u64)) -> Result<(), ProgramError> {
        let done = self.directed();
        let (begun, until) = (self.begun, self.plan.until);
        let is_late = || matches!(until, Until::Time(time) if begun.elapsed() > time);
        while self.runs.by_itself < self.plan.runs && !self.is_over() && !is_late() {
            let made = run(program, self.contract.capture, Limits::of(self.contract), self.interrupt)?;
            if made.cut() != Some(Cut::Interrupted) {
                self.note(&made, Source::Itself);
            }
            progress(done + self.runs.by_itself);
        }
        Ok(())
    }

    fn note(&mut self, run: &Transcript, source: Source) {
        self.runs.add(source);
        let contract = self.contract;
        let reading = Reading::new(&contract.cast, run);
        let lines = texts(&reading).into_iter().map(|text| self.place(text)).collect();
        let end = End::of(run);
        self.hangs += u64::from(end == End::Hang);
        let shown = Shown::by(run);
        self.numbers.note(&reading, source, shown.as_ref());
        let number = self.directed();
        let index = self.outcome(lines, end);
        let outcome = &mut self.outcomes[index];
        outcome.counts.add(source);
        if source != Source::Itself {
            outcome.first.get_or_insert(number);
        }
        if shown.is_some_and(|shown| shown.improve(&mut outcome.shown)) {
            outcome.stuck = stuck(&reading.told_in(self.language));
        }
    }

    fn outcome(&mut self, lines: Vec<usize>, end: End) -> usize {
        *self.known.entry((lines, end)).or_insert_with_key(|(lines, end)| {
            let (lines, counts) = (lines.clone(), Counts::default());
            self.outcomes.push(Outcome {
                lines,
                end: *end,
                counts,
                first: None,
                shown: None,
                stuck: Vec::new(),
            });
            self.outcomes.len() - 1
        })
    }

    fn place(&mut self, text: Text) -> usize {
        *self.places.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.texts.len() - 1
        })
    }

    fn explored(self) -> Explored {
        Explored {
            time: self.plan.time,
            seed: self.plan.seed,
            runs: self.runs,
            ended: self.tree.has_ended(),
            left_to_try: self.tree.left(),
            not_forced: self.not_forced,
            draws: self.draws,
            left_to_the_kernel: self.left,
            hung: self.hangs >= HANGS,
            interrupted: self.interrupt.is_raised(),
            texts: self.texts,
            outcomes: self.outcomes,
            numbers: self.numbers.varying(),
            between: self.races.as_ref().map_or(Between::Untried, Races::between),
            places: self.races.map(|races| races.places()),
        }
    }
}

/// The next steps that can be taken at once: one alone, where it tells which come next.
fn steps(races: &mut Races, most: u64) -> Vec<Job> {
    let mut jobs = Vec::new();
    while (jobs.len() as u64) < most
        && let Some(step) = races.next()
    {
        jobs.push(Job::Between(step));
    }
    jobs
}

/// Who waits for what, where nobody can go on.
pub(crate) fn stuck(reading: &Reading<'_>) -> Vec<String> {
    let who = |thread: usize| reading.thread(thread);
    let direction = reading.transcript.direction();
    let stuck = direction.map(|direction| direction.stuck.as_slice()).unwrap_or_default();
    stuck
        .iter()
        .map(|(thread, wait)| {
            let (name, waits) = (who(*thread), wait.words(who, reading.language));
            reading.language.pick(format!("{name} {waits}"), format!("{name}{waits}"))
        })
        .collect()
}
