//! Many subjects at once: they mostly sleep, so together they take as long as the longest of them.

use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::attack::{Budget, attack};
use super::explore::replay;
use crate::cast::canonical::canonical;
use crate::cast::reading::Reading;
use crate::check::finding::FindingKind;
use crate::judge::subject::Subject;
use crate::judge::{Judge, Judgement, Rules};
use crate::language::Language;
use crate::run::program::{Program, ProgramError};
use crate::run::{Limits, run, run_after};
use crate::system::interrupt::Interrupt;
use crate::transcript::Transcript;
use crate::transcript::schedule::Schedule;

/// A subject that was asked: the judgement on it and the record that it ends on.
#[derive(Debug)]
pub struct Answer {
    /// Its place in the list that was asked.
    pub index: usize,
    /// What was judged.
    pub judgement: Judgement,
    /// The record of the last run; of the one that was refuted, where one was.
    pub transcript: Transcript,
    /// How long all its runs took.
    pub took: Duration,
}

/// What came of asking a subject.
#[derive(Debug)]
pub enum Asked {
    /// It was judged.
    Answered(Box<Answer>),
    /// It could not be run.
    Refused(usize, ProgramError),
    /// The user interrupted it.
    Interrupted,
}

/// How many processors this process may use.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How subjects are asked.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The folder that the record of every run is kept in, as `LESSON.jsonl`.
    pub record: Option<&'a Path>,
    /// The reader's language.
    pub language: Language,
    /// How long to look for schedules.
    pub budget: Budget,
    /// The one schedule that is to be followed, in place of all that.
    pub only: Option<&'a Schedule>,
    /// How many subjects are asked at once; `None`: all.
    pub jobs: Option<usize>,
    /// Whether to stop.
    pub interrupt: &'a Interrupt,
}

impl<'a> Manner<'a> {
    /// Nothing is kept, and it is looked for schedules as long as usual.
    pub fn usual(language: Language, interrupt: &'a Interrupt) -> Manner<'a> {
        Manner { record: None, language, budget: Budget::default(), only: None, jobs: None, interrupt }
    }
}

/// An order is attacked under so many schedules at the most, where something else was refuted already.
const FEW: u32 = 10;

/// Runs a subject's program as it comes, then under chosen schedules, until its judge has heard enough. The judgement, and the run that
/// it ends on.
///
/// # Errors
/// Where the program can't be run. `None` where the user interrupts it.
pub fn ask(
    subject: &Subject,
    golden: Option<&str>,
    program: &Program,
    manner: Manner<'_>,
) -> Result<Option<(Judgement, Transcript)>, ProgramError> {
    let Manner { record, language, budget, only, interrupt, .. } = manner;
    let contract = &subject.contract;
    let rules = Rules { contract, golden, cores: cores(), language };
    let keep = |run: &Transcript| -> Result<(), ProgramError> {
        match record {
            Some(folder) => Ok(run.append(&folder.join(subject.record()))?),
            None => Ok(()),
        }
    };
    let mut judge = Judge::new(rules);
    if let Some(schedule) = only {
        let (run, _) = replay(contract, program, schedule, interrupt)?;
        keep(&run)?;
        judge.hear(&run);
        return Ok((!interrupt.is_raised()).then(|| (judge.judgement(), run)));
    }
    let mut last = run_as_it_comes(&mut judge, program, interrupt, keep)?;
    let is_stopped = last.as_ref().is_some_and(|run| !run.stopped().is_empty());
    if judge.has_hung() && !is_stopped {
        // A schedule may tell who waited for what.
        let mut again = Judge::after_a_hang(rules);
        let explained = attack(&mut again, program, budget, interrupt, keep)?;
        if again.has_deadlocked() {
            (judge, last) = (again, explained);
        }
    }
    if judge.leaves_orders_open() && !judge.has_hung() && !is_stopped {
        let mut orders = Judge::of_order(rules);
        let few = Budget { schedules: budget.schedules.min(FEW), ..budget };
        attack(&mut orders, program, few, interrupt, keep)?;
        judge.add(orders);
    }
    let broken = attack(&mut judge, program, budget, interrupt, keep)?;
    // What no schedule could tell another run may.
    let more = run_as_it_comes(&mut judge, program, interrupt, keep)?;
    let last = broken.or(more).or(last).filter(|_| !interrupt.is_raised());
    Ok(last.map(|last| (judge.judgement(), last)))
}

/// Runs a program as it comes until its judge has heard enough; the last of these runs.
fn run_as_it_comes(
    judge: &mut Judge<'_>,
    program: &Program,
    interrupt: &Interrupt,
    keep: impl Fn(&Transcript) -> Result<(), ProgramError>,
) -> Result<Option<Transcript>, ProgramError> {
    let mut last = None;
    while judge.wants_more() && !interrupt.is_raised() {
        let run = run_after(judge.runs() as usize, program, judge.contract(), interrupt)?;
        if interrupt.is_raised() {
            break;
        }
        keep(&run)?;
        judge.hear(&run);
        last = Some(run);
    }
    Ok(last)
}

/// The canonical form of a run that meets all but its golden, as far as it can be the golden: a further run prints the
/// same.
///
/// # Errors
/// Where the program can't be run.
pub fn offered(
    subject: &Subject,
    program: &Program,
    judgement: &Judgement,
    transcript: &Transcript,
) -> Result<Option<String>, ProgramError> {
    let kinds: Vec<FindingKind> = judgement.findings.iter().map(|finding| finding.kind).collect();
    // What no name covers another run tells from a number that is a pid by chance.
    let is_of_golden = |kind: &FindingKind| matches!(kind, FindingKind::Golden | FindingKind::Names);
    if !kinds.contains(&FindingKind::Golden) || !kinds.iter().all(is_of_golden) {
        return Ok(None);
    }
    let contract = &subject.contract;
    let form = canonical(&Reading::new(&contract.cast, transcript));
    let limits = Limits::of(contract);
    let again = run(program, contract.capture, limits, &Interrupt::never())?;
    let rules = Rules { contract, golden: Some(&form), cores: cores(), language: Language::En };
    let holds = rules.hear(&again).findings.is_empty();
    Ok(holds.then_some(form))
}

/// Asks all subjects, all at once but for the exclusive ones, which follow one by one, and passes on what
/// came of each as it is known.
pub fn ask_all(subjects: &[Subject], programs: &[Program], manner: Manner<'_>, mut heard: impl FnMut(Asked)) {
    let one = |index: usize| {
        let begun = Instant::now();
        let subject: &Subject = &subjects[index];
        match ask(subject, subject.golden.as_deref(), &programs[index], manner) {
            Ok(Some((judgement, transcript))) => {
                let took = begun.elapsed();
                Asked::Answered(Box::new(Answer { index, judgement, transcript, took }))
            }
            Ok(None) => Asked::Interrupted,
            Err(error) => Asked::Refused(index, error),
        }
    };
    let (exclusive, shared): (Vec<usize>, Vec<usize>) =
        (0..subjects.len()).partition(|&index| subjects[index].contract.exclusive);
    let at_once = manner.jobs.map_or(shared.len(), |jobs| jobs.min(shared.len()));
    let waiting = Mutex::new(shared.into_iter());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        let (sender, answers) = mpsc::channel();
        for _ in 0..at_once {
            let sender = sender.clone();
            let work = move || while next().is_some_and(|index| sender.send(one(index)).is_ok()) {};
            // Where the system has no thread left for a subject, it has to wait.
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        drop(sender);
        answers.into_iter().for_each(&mut heard);
    });
    for index in std::iter::from_fn(next).chain(exclusive) {
        heard(one(index));
    }
}
