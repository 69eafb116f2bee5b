//! Many lessons at once: they mostly sleep, so together they take as long as the longest of them.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::canonical::canonical;
use crate::course::Lesson;
use crate::interrupt::Interrupt;
use crate::judge::{Judge, Judgement, inspect_run};
use crate::program::{Program, ProgramError};
use crate::reading::Reading;
use crate::run::{Limits, run};
use crate::transcript::{Cut, Transcript};

/// A lesson that was asked: the judgement on it and the record that it ends on.
#[derive(Debug)]
pub struct Answer {
    /// Its place in the list that was asked.
    pub index: usize,
    /// What was judged.
    pub judgement: Judgement,
    /// The record of the last run; of the one that fell short, where one did.
    pub transcript: Transcript,
    /// How long all its runs took.
    pub took: Duration,
}

/// What came of asking a lesson.
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

/// Runs a lesson's program until its judge has heard enough. With a folder, keeps the record of every run there, in
/// `LESSON.jsonl`.
///
/// # Errors
/// Where the program can't be run. `None` where the user interrupts it.
pub fn ask(
    lesson: &Lesson,
    golden: Option<&str>,
    program: &Program,
    record: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<Option<(Judgement, Transcript)>, ProgramError> {
    let contract = &lesson.contract;
    let limits = Limits::of(contract);
    let mut judge = Judge::new(contract, golden, cores());
    loop {
        let transcript = run(program, contract.capture, limits, interrupt)?;
        if transcript.cut() == Some(Cut::Interrupted) || interrupt.is_raised() {
            return Ok(None);
        }
        judge.hear(&transcript);
        if let Some(folder) = record {
            transcript.append(&folder.join(format!("{}.jsonl", lesson.name)))?;
        }
        if !judge.wants_more() {
            return Ok(Some((judge.judgement(), transcript)));
        }
    }
}

/// The canonical form of a run that meets all but its golden, as far as it can be the golden: a further run prints the
/// same.
///
/// # Errors
/// Where the program can't be run.
pub fn offered(
    lesson: &Lesson,
    program: &Program,
    judgement: &Judgement,
    transcript: &Transcript,
) -> Result<Option<String>, ProgramError> {
    let kinds: Vec<&str> = judgement.findings.iter().map(|finding| finding.kind).collect();
    // What no name covers another run tells from a number that is a pid by chance.
    if !kinds.contains(&"golden") || kinds.iter().any(|kind| !["golden", "names"].contains(kind)) {
        return Ok(None);
    }
    let contract = &lesson.contract;
    let form = canonical(&Reading::new(contract, transcript));
    let limits = Limits { timeout: contract.timeout, ..Limits::default() };
    let again = run(program, contract.capture, limits, &Interrupt::never())?;
    let holds = inspect_run(&Reading::new(contract, &again), Some(&form), cores()).is_empty();
    Ok(holds.then_some(form))
}

/// Asks all lessons, all at once but for the exclusive ones, which follow one by one, and passes on what
/// came of each as it is known.
pub fn ask_all(
    lessons: &[Lesson],
    programs: &[Program],
    record: Option<&Path>,
    interrupt: &Interrupt,
    mut heard: impl FnMut(Asked),
) {
    let one = |index: usize| {
        let begun = Instant::now();
        let lesson: &Lesson = &lessons[index];
        match ask(lesson, lesson.golden.as_deref(), &programs[index], record, interrupt) {
            Ok(Some((judgement, transcript))) => {
                let took = begun.elapsed();
                Asked::Answered(Box::new(Answer { index, judgement, transcript, took }))
            }
            Ok(None) => Asked::Interrupted,
            Err(error) => Asked::Refused(index, error),
        }
    };
    let (exclusive, shared): (Vec<usize>, Vec<usize>) =
        (0..lessons.len()).partition(|&index| lessons[index].contract.exclusive);
    // Where the system has no thread left for a lesson, it has to wait.
    let mut alone = Vec::new();
    thread::scope(|scope| {
        let (sender, answers) = mpsc::channel();
        for index in shared {
            let sender = sender.clone();
            let asking = thread::Builder::new().spawn_scoped(scope, move || sender.send(one(index)));
            if asking.is_err() {
                alone.push(index);
            }
        }
        drop(sender);
        answers.into_iter().for_each(&mut heard);
    });
    for index in alone.into_iter().chain(exclusive) {
        heard(one(index));
    }
}
