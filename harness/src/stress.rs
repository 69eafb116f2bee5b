//! Many runs of one lesson, many at once, under chaos: how often it passes, and what was seen.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::cast::number::Number;
use crate::cast::orders::Orders;
use crate::cast::{Captures, Name, NameRef};
use crate::check::Sought;
use crate::check::finding::{Finding, FindingKind};
use crate::direct::asking::cores;
use crate::judge::subject::Subject;
use crate::judge::{Heard, Rules};
use crate::language::Language;
use crate::run::conditions::{Chaos, Conditions, Hogs};
use crate::run::program::{Program, ProgramError};
use crate::run::{Limits, run_under, witness_of};
use crate::system::descriptors::take_all;
use crate::system::interrupt::Interrupt;
use crate::transcript::{Cut, Transcript, Witness};

/// Runs wait for processors here: a run may take so many times the contract's time-out, and what
/// outlives it so many times its grace.
const SLOWED: u32 = 10;

/// More runs at once than this gain nothing.
const MOST_JOBS: usize = 1024;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After so many runs.
    Runs(u64),
    /// After so long; runs under way are finished.
    Time(Duration),
}

/// How to stress.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When to stop.
    pub until: Until,
    /// How many runs at once; `None`: as many as the processors bear, by what a first run uses of them.
    pub jobs: Option<usize>,
    /// The kinds of chaos.
    pub chaos: Vec<Chaos>,
    /// Where every choice comes from.
    pub seed: u64,
    /// The folder in which the record of every run is kept, in `LESSON.jsonl`, as they end.
    pub record: Option<PathBuf>,
}

impl Plan {
    /// The seed of one run.
    fn seed_of(&self, run: u64) -> u64 {
        fastrand::Rng::with_seed(self.seed ^ run.wrapping_mul(0x9e37_79b9_7f4a_7c15)).u64(..)
    }

    fn conditions(&self, run: u64) -> Conditions {
        Conditions::draw(&self.chaos, self.seed_of(run), cores())
    }
}

/// A share of runs, with its 95 % interval by Wilson's score (E. B. Wilson, JASA 22, 1927).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// In how many runs.
    pub seen: u64,
    /// Of how many.
    pub of: u64,
    /// The interval's lower end, from 0 to 1.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Rate {
    /// The rate of `seen` runs of `of`.
    #[allow(clippy::cast_precision_loss, reason = "runs are far fewer than 2^52")]
    pub fn new(seen: u64, of: u64) -> Rate {
        const Z: f64 = 1.959_964;
        if of == 0 {
            return Rate { seen, of, low: 0.0, high: 1.0 };
        }
        let (n, p) = (of as f64, seen as f64 / of as f64);
        let centre = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Rate { seen, of, low: ((centre - half) / scale).max(0.0), high: ((centre + half) / scale).min(1.0) }
    }
}

/// One way in which runs were refuted.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// In how many runs.
    pub rate: Rate,
    /// The first of them, from 0: with the plan's seed it comes under the same conditions again.
    pub run: u64,
    /// In how many of these runs each kind of chaos was at work.
    #[serde(skip)]
    pub under: BTreeMap<Chaos, u64>,
    /// What it found.
    pub finding: Finding,
    /// Its record.
    #[serde(skip)]
    pub transcript: Transcript,
}

/// A claim of `sometimes`, and how often it was seen.
#[derive(Debug, Serialize)]
pub struct Seen {
    /// What, in words.
    pub claim: String,
    /// How often.
    pub rate: Rate,
}

/// The values of a named number.
#[derive(Debug, Serialize)]
pub struct Distribution {
    /// The name.
    pub name: String,
    /// All its values, smallest first.
    pub values: Vec<f64>,
}

/// What came of stressing a subject.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The runs that met every check.
    pub passed: Rate,
    /// Each distinct failure.
    pub failures: Vec<Failure>,
    /// How many different orders of the actors' lines were seen.
    pub interleavings: usize,
    /// How many of them were new in the last tenth of the runs.
    pub new_late: usize,
    /// Pairs of actors that only ever came in one order, the first first.
    pub one_sided: Vec<[String; 2]>,
    /// How often each claim of `sometimes` was seen.
    pub sometimes: Vec<Seen>,
    /// The named numbers.
    pub numbers: Vec<Distribution>,
    /// The slowest run and how long it took, in seconds.
    pub slowest: Option<(u64, f64)>,
    /// How many runs there were at once.
    pub jobs: usize,
    /// Whether the user ended it early.
    pub interrupted: bool,
}

/// Stresses a lesson's program; `progress` hears how many runs are done.
///
/// # Errors
/// Where the program can't be run.
pub fn stress(
    subject: &Subject,
    program: &Program,
    plan: &Plan,
    language: Language,
    interrupt: &Interrupt,
    mut progress: impl FnMut(u64),
) -> Result<Report, ProgramError> {
    let _hogs = if plan.chaos.contains(&Chaos::Hogs) { Some(Hogs::start(cores())?) } else { None };
    let work = Work {
        subject,
        program,
        plan,
        interrupt,
        begun: Instant::now(),
        next: AtomicU64::new(0),
        error: Mutex::new(None),
    };
    let mut tally = Tally::new(subject, language);
    let jobs = match plan.jobs {
        Some(jobs) => jobs.max(1),
        None if subject.contract.exclusive => 1,
        None => work.jobs_that_fit(&mut tally),
    }
    .min(take_all());
    thread::scope(|scope| {
        let (sender, runs) = mpsc::channel();
        for _ in 0..jobs {
            let (sender, work) = (sender.clone(), &work);
            let busy = move || work.keep_busy(&sender);
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, busy) {
                work.give_up(error.into());
            }
        }
        drop(sender);
        for (run, transcript) in runs {
            work.note(run, &transcript, &mut tally);
            progress(tally.runs);
        }
    });
    match work.error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(tally.report(jobs, interrupt.is_raised())),
    }
}

/// What the threads share.
struct Work<'a> {
    subject: &'a Subject,
    program: &'a Program,
    plan: &'a Plan,
    interrupt: &'a Interrupt,
    begun: Instant,
    next: AtomicU64,
    error: Mutex<Option<ProgramError>>,
}

impl Work<'_> {
    /// Runs the program again and again until no more runs are wanted, and sends on what came of each.
    fn keep_busy(&self, done: &Sender<(u64, Transcript)>) {
        while let Some(number) = self.next()
            && let Some(transcript) = self.run(number)
        {
            let _ = done.send((number, transcript));
        }
    }

    /// One run; `None` where nothing came of it.
    fn run(&self, number: u64) -> Option<Transcript> {
        let contract = &self.subject.contract;
        let limits = Limits::of(contract).slowed(SLOWED);
        let conditions = self.conditions(number);
        match run_under(self.program, contract.capture, limits, &conditions, self.interrupt) {
            Ok(transcript) => Some(transcript).filter(|run| run.cut() != Some(Cut::Interrupted)),
            Err(error) => {
                self.give_up(error);
                None
            }
        }
    }

    /// The conditions of one run. Only a witness can hold its threads up.
    fn conditions(&self, run: u64) -> Conditions {
        let measured = self.subject.contract.exclusive;
        let conditions = Conditions { measured, ..self.plan.conditions(run) };
        let is_watched = witness_of(self.program, &conditions) == Witness::Threads;
        Conditions { stops: conditions.stops.filter(|_| is_watched), ..conditions }
    }

    /// The number of the next run, if there is to be one.
    fn next(&self) -> Option<u64> {
        let run = self.next.fetch_add(1, Ordering::Relaxed);
        let wanted = match self.plan.until {
            Until::Runs(runs) => run < runs,
            Until::Time(time) => self.begun.elapsed() < time,
        };
        (wanted && !self.interrupt.is_raised()).then_some(run)
    }

    /// Keeps the record of a run, where that is wanted, and counts the run.
    fn note(&self, run: u64, transcript: &Transcript, tally: &mut Tally<'_>) {
        if let Err(error) = self.keep(transcript) {
            self.give_up(error.into());
        }
        tally.take(run, transcript, &self.conditions(run));
    }

    fn keep(&self, transcript: &Transcript) -> io::Result<()> {
        match &self.plan.record {
            Some(folder) => transcript.append(&folder.join(format!("{}.jsonl", self.subject.name))),
            None => Ok(()),
        }
    }

    /// No thread shall begin another run.
    fn give_up(&self, error: ProgramError) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        self.next.store(u64::MAX / 2, Ordering::Relaxed);
    }

    /// As many runs at once as keep the processors busy but do not wait for them: lessons that sleep hundreds,
    /// lessons that compute few. A first run tells.
    fn jobs_that_fit(&self, tally: &mut Tally<'_>) -> usize {
        let (begun, before) = (Instant::now(), processor_time_of_children());
        if let Some(number) = self.next() {
            let first = thread::scope(|scope| scope.spawn(|| self.run(number)).join()).ok().flatten();
            if let Some(transcript) = first {
                self.note(number, &transcript, tally);
            }
        }
        let (took, used) = (begun.elapsed(), processor_time_of_children().saturating_sub(before));
        let at_once = took.as_secs_f64() / used.as_secs_f64().max(1e-3);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates, as is meant"
        )]
        let jobs = at_once.ceil() as usize * cores();
        jobs.clamp(cores(), MOST_JOBS)
    }
}

/// The processor time of all children that ended.
fn processor_time_of_children() -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(Duration::ZERO, |usage| {
        let microseconds = (usage.user_time() + usage.system_time()).num_microseconds();
        Duration::from_micros(microseconds.unsigned_abs())
    })
}

/// What was seen so far.
struct Tally<'a> {
    subject: &'a Subject,
    language: Language,
    runs: u64,
    failed: u64,
    failures: BTreeMap<(FindingKind, String), (u64, Failure)>,
    orders: Orders,
    /// The runs, counted as they ended, that brought a new order.
    new_at: Vec<u64>,
    /// For each `sometimes`, in how many runs it was seen; of `free`, each pattern's coming first.
    seen: Vec<Vec<u64>>,
    numbers: Vec<(String, NameRef, Vec<f64>)>,
    slowest: Option<(u64, Duration)>,
}

impl<'a> Tally<'a> {
    fn new(subject: &'a Subject, language: Language) -> Tally<'a> {
        let contract = &subject.contract;
        let names =
            contract.cast.names.iter().enumerate().filter(|(_, name)| name.captures == Captures::Number);
        let number = |(index, name): (usize, &Name)| {
            let everywhere = NameRef { name: index, actor: None, written: name.name.clone() };
            (name.name.clone(), everywhere, Vec::new())
        };
        Tally {
            subject,
            language,
            runs: 0,
            failed: 0,
            failures: BTreeMap::new(),
            orders: Orders::new(contract.cast.actors.len()),
            new_at: Vec::new(),
            seen: contract.sometimes.iter().map(|sought| vec![0; sought.sought.events()]).collect(),
            numbers: names.map(number).collect(),
            slowest: None,
        }
    }

    fn take(&mut self, run: u64, transcript: &Transcript, conditions: &Conditions) {
        let contract = &self.subject.contract;
        let cores = if conditions.processor.is_some() { 1 } else { cores() };
        self.runs += 1;
        if self.slowest.is_none_or(|(_, slowest)| transcript.duration() > slowest) {
            self.slowest = Some((run, transcript.duration()));
        }
        let (golden, language) = (self.subject.golden.as_deref(), self.language);
        let Heard { reading, findings, whole } = Rules { contract, golden, cores, language }.hear(transcript);
        if let Some(whole) = whole {
            if self.orders.note(&reading) {
                self.new_at.push(self.runs);
            }
            for (glimpse, seen) in whole.sometimes.iter().zip(&mut self.seen) {
                if let Some(event) = glimpse.event {
                    seen[event] += 1;
                }
            }
            for (_, name, values) in &mut self.numbers {
                let numbers = reading.values(name).into_iter().filter_map(|value| value.number());
                values.extend(numbers.map(Number::as_decimal));
            }
        }
        self.failed += u64::from(!findings.is_empty());
        for finding in findings {
            let kind = (finding.kind, finding.check.clone());
            let failure = || {
                let (rate, under) = (Rate::new(0, 0), BTreeMap::new());
                (0, Failure { rate, run, under, finding, transcript: transcript.clone() })
            };
            let (count, failure) = self.failures.entry(kind).or_insert_with(failure);
            *count += 1;
            for kind in conditions.kinds() {
                *failure.under.entry(kind).or_default() += 1;
            }
        }
    }

    fn report(mut self, jobs: usize, interrupted: bool) -> Report {
        let contract = &self.subject.contract;
        let runs = self.runs;
        let late = runs - runs / 10;
        let language = self.language;
        let claim = |sought: &Sought, event: usize| match sought {
            Sought::Check(check) => check.words(&contract.cast, language),
            Sought::Free(free) => {
                let line = free.line(event, language);
                language.pick(format!("{line} comes first"), format!("最先出现的是{line}"))
            }
        };
        let sometimes = contract.sometimes.iter().zip(&self.seen).flat_map(|(sometimes, seen)| {
            let sought = &sometimes.sought;
            let event = move |(event, &count): (usize, &u64)| Seen {
                claim: claim(sought, event),
                rate: Rate::new(count, runs),
            };
            seen.iter().enumerate().map(event)
        });
        Report {
            passed: Rate::new(runs - self.failed, runs),
            interleavings: self.orders.different(),
            new_late: self.new_at.iter().filter(|&&at| at > late).count(),
            one_sided: self.orders.one_sided(&contract.cast),
            sometimes: sometimes.collect(),
            numbers: std::mem::take(&mut self.numbers)
                .into_iter()
                .map(|(name, _, mut values)| {
                    values.sort_unstable_by(f64::total_cmp);
                    Distribution { name, values }
                })
                .collect(),
            slowest: self.slowest.map(|(run, took)| (run, took.as_secs_f64())),
            failures: self
                .failures
                .into_values()
                .map(|(count, failure)| Failure { rate: Rate::new(count, runs), ..failure })
                .collect(),
            jobs,
            interrupted,
        }
    }
}
