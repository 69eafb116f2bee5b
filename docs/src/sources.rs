//! What the book is made of: chapters, lessons, their recorded runs judged again, and their experiments.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use harness::course::Course;
use harness::course::status::{Evidence, evidence};
use harness::course::syllabus::Syllabus;
use harness::direct::explore::Explored;
use harness::judge::subject::Subject;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::transcript::{Transcript, TranscriptError};
use mutation::{Mutant, TABLE};
use serde::Deserialize;

use crate::chapters::{Chapters, Order};
use crate::glossary::Glossary;
use crate::marks;

/// Runs were recorded where there were processors enough for every claim, or the claim would not be met by them. So
/// the book is the same wherever it is built.
const ENOUGH_CORES: usize = usize::MAX;

/// The file of a lesson's folder that holds the orders in which its lines can come.
const ORDERS: &str = "orders.jsonl";

/// The file of a lesson's folder that holds what came where its threads were held between two instructions.
const HELD: &str = "held.jsonl";

/// The file of a lesson's folder that holds a run in which that lost an update.
const LOST: &str = "lost.jsonl";

/// The file of a lesson's folder that holds its recorded runs.
const RUNS: &str = "runs.jsonl";

/// A lesson, and what its recorded runs say of it.
#[derive(Debug)]
pub struct Recorded {
    /// The lesson.
    pub lesson: Subject,
    /// Its recorded runs, by their numbers.
    pub runs: Vec<Transcript>,
    /// What the judge says, having heard them again; `None` where there is none.
    pub judgement: Option<Judgement>,
    /// The orders in which its lines can come; `None` where none are recorded.
    pub orders: Option<Explored>,
    /// What came where its threads were held between two instructions; `None` where that is not recorded.
    pub held: Option<Explored>,
    /// A run in which that lost an update; `None` where none is recorded.
    pub lost: Option<Transcript>,
    /// Its experiments, by name.
    pub experiments: BTreeMap<String, Experiment>,
}

/// A lesson with a mistake put into it, and what the harness finds.
#[derive(Debug)]
pub struct Experiment {
    /// The program with the mistake in it.
    pub program: String,
    runs: Vec<Transcript>,
}

/// What must be found in a mutant. What else its table says of it is for those who run it.
#[derive(Debug, Deserialize)]
struct Wanted {
    kind: String,
}

/// All of it.
#[derive(Debug)]
pub struct Sources {
    /// The course's folder.
    pub root: PathBuf,
    /// The parts, with their lessons.
    pub chapters: Chapters,
    /// What the course documents.
    pub syllabus: Syllabus,
    /// The words that it explains.
    pub glossary: Glossary,
    /// Every lesson, in the book's order; one that has no place in it comes last.
    pub lessons: Vec<Recorded>,
    /// What is wrong with them, a sentence each.
    pub problems: Vec<String>,
}

impl Sources {
    /// Reads the sources of the course around this folder, and judges all recorded runs again.
    ///
    /// # Errors
    /// Where there is nothing to make a book of.
    pub fn read(start: &Path) -> Result<Sources, Vec<String>> {
        let one = |error: &dyn std::fmt::Display| vec![error.to_string()];
        let course = Course::find(start).map_err(|error| one(&error))?;
        let root = course.root().to_path_buf();
        let Some(syllabus) = course.syllabus().cloned() else {
            return Err(vec![format!("`{}` has no docs/syllabus.toml", root.display())]);
        };
        let order = Order::read(&root).map_err(|error| vec![error])?;
        let glossary = Glossary::read(&root).map_err(|error| vec![error])?;
        let lessons = course
            .lessons()
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<String>>())?;
        let mut problems = order.problems(&syllabus);
        let mut recorded: Vec<Recorded> =
            lessons.into_iter().map(|lesson| Recorded::read(lesson, &mut problems)).collect();
        recorded.sort_by_key(|recorded| order.place(&recorded.lesson).unwrap_or(usize::MAX));
        let chapters = order.chapters(recorded.iter().map(|recorded| &recorded.lesson));
        Ok(Sources { root, chapters, syllabus, glossary, lessons: recorded, problems })
    }

    /// The lesson with this name.
    pub fn lesson(&self, name: &str) -> Option<&Recorded> {
        self.lessons.iter().find(|recorded| recorded.lesson.name == name)
    }

    /// All that is to prove a topic, in the book's order.
    pub fn evidence(&self, topic: &str) -> Vec<Evidence<'_>> {
        let lessons = self.lessons.iter();
        lessons.flat_map(|known| evidence(topic, &known.lesson, known.judgement.as_ref())).collect()
    }
}

impl Recorded {
    fn read(lesson: Subject, problems: &mut Vec<String>) -> Recorded {
        let mut recorded = Recorded {
            lesson,
            runs: Vec::new(),
            judgement: None,
            orders: None,
            held: None,
            lost: None,
            experiments: BTreeMap::new(),
        };
        let name = recorded.lesson.name.clone();
        let mut wrong = |problem: String| problems.push(format!("{name}: {problem}"));
        if recorded.lesson.contract.topics().is_empty() {
            wrong("it has no place in the book: name in `covers` or `proves` what of docs/syllabus.toml it proves".into());
        }
        let lost = |topic: &&String| marks::shown(&recorded.lesson, topic).is_none();
        for topic in recorded.lesson.contract.shown.keys().filter(lost) {
            wrong(format!("the golden has no line that is what lesson.toml says in `[shown]` of `{topic}`"));
        }
        let (runs, of) = (recorded.lesson.folder.join(RUNS), format!("examples-bin/{name}/{RUNS}"));
        match if runs.exists() { read_runs(&runs) } else { Ok(Vec::new()) } {
            Ok(runs) => recorded.runs = runs,
            Err(error) => wrong(error),
        }
        recorded.judgement = judge(&recorded.lesson, &recorded.runs, Language::En);
        match &recorded.judgement {
            None => wrong(format!(
                "no run is recorded: `harness check {name} --record target/runs` keeps what it hears, and \
                 target/runs/{name}.jsonl is to be {of}"
            )),
            Some(judgement) if judgement.verdict != Verdict::Proven => wrong(format!(
                "its recorded runs are no proof any more: `harness check {name} --replay {of}` says why"
            )),
            Some(_) => {}
        }
        for (file, into) in [(ORDERS, &mut recorded.orders), (HELD, &mut recorded.held)] {
            match explored(&recorded.lesson, file) {
                Ok(found) => *into = found,
                Err(error) => wrong(error),
            }
        }
        match losing_run(&recorded.lesson) {
            Ok(run) => recorded.lost = run,
            Err(error) => wrong(error),
        }
        match recorded.read_experiments() {
            Ok(experiments) => recorded.experiments = experiments,
            Err(error) => wrong(error),
        }
        recorded
    }

    /// A file of the lesson's folder.
    ///
    /// # Errors
    /// A sentence, where it can't be read.
    pub fn file(&self, path: &str) -> Result<String, String> {
        let name = &self.lesson.name;
        fs::read_to_string(self.lesson.folder.join(path))
            .map_err(|error| format!("examples-bin/{name}/{path} can't be read: {error}"))
    }

    fn read_experiments(&self) -> Result<BTreeMap<String, Experiment>, String> {
        let files = entries(&self.lesson.folder.join("experiments"))?;
        if files.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mutants = mutation::table::<Wanted>(&self.lesson.folder, "src/main.rs")?.mutants;
        let experiment = |file: &PathBuf| {
            let experiment = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let mutant = mutants.iter().find(|mutant| mutant.name == experiment);
            let mutant = mutant.ok_or_else(|| {
                let name = &self.lesson.name;
                format!(
                    "examples-bin/{name}/{TABLE} has no mutant `{experiment}`, of which a run is recorded"
                )
            })?;
            let read = Experiment::new(mutant, &self.lesson, read_runs(file)?)?;
            Ok((experiment, read))
        };
        files.iter().map(experiment).collect()
    }
}

impl Experiment {
    fn new(mutant: &Mutant<Wanted>, lesson: &Subject, runs: Vec<Transcript>) -> Result<Experiment, String> {
        let program = mutant.source.clone()?;
        let judgement = judge(lesson, &runs, Language::En)
            .ok_or_else(|| format!("no run of the mutant `{}` is recorded", mutant.name))?;
        let found = |kind: &str| judgement.findings.iter().any(|finding| finding.kind.as_str() == kind);
        match mutant.finding.iter().find(|wanted| !found(&wanted.kind)) {
            Some(missing) => Err(format!(
                "the recorded run of the mutant `{}` shows no finding `{}`, by which it is caught",
                mutant.name, missing.kind
            )),
            None => Ok(Experiment { program, runs }),
        }
    }

    /// What the judge says of the recorded runs, in this language; `None` where there are none.
    pub fn judgement(&self, lesson: &Subject, language: Language) -> Option<Judgement> {
        judge(lesson, &self.runs, language)
    }
}

/// What was found of a lesson under schedules, if it is of this program: all lines of its golden are in it.
fn explored(lesson: &Subject, file: &str) -> Result<Option<Explored>, String> {
    let path = lesson.folder.join(file);
    if !path.exists() {
        return Ok(None);
    }
    let found = Explored::read(&path)?;
    let golden = lesson.golden.as_deref().unwrap_or_default();
    let mut lines = golden.lines().filter_map(|line| line.split_once(" │ ")).map(|(_, line)| line);
    match lines.find(|line| !found.texts.iter().any(|text| text.line == *line)) {
        None => Ok(Some(found)),
        Some(line) => Err(format!(
            "{file} is of another program, which never printed `{line}`: `harness explore {name} --record \
             examples-bin/{name}/{file}` tries its orders again",
            name = lesson.name
        )),
    }
}

/// The run that is to show a lost update, if it does: what the lesson claims is seen in it alone.
fn losing_run(lesson: &Subject) -> Result<Option<Transcript>, String> {
    let path = lesson.folder.join(LOST);
    if !path.exists() {
        return Ok(None);
    }
    let runs = read_runs(&path)?;
    let verdict = judge(lesson, &runs, Language::En).map(|judgement| judgement.verdict);
    if runs.len() == 1 && verdict == Some(Verdict::Proven) {
        return Ok(runs.into_iter().next());
    }
    let name = &lesson.name;
    Err(format!(
        "{LOST} is to hold one run, which shows what the lesson claims: `harness check {name} --replay \
         examples-bin/{name}/{LOST}` says whether it does"
    ))
}

/// Judges recorded runs again, as `harness check --replay` does.
pub(crate) fn judge(lesson: &Subject, runs: &[Transcript], language: Language) -> Option<Judgement> {
    let golden = lesson.golden.as_deref();
    let rules = Rules { contract: &lesson.contract, golden, cores: ENOUGH_CORES, language };
    let mut runs = runs.iter();
    let Ok((judgement, last)) = Judge::new(rules).hear_all(|_| Ok::<_, Infallible>(runs.next()));
    last.map(|_| judgement)
}

/// All runs in a file.
fn read_runs(file: &Path) -> Result<Vec<Transcript>, String> {
    let runs = Transcript::read(file).and_then(Iterator::collect);
    runs.map_err(|error: TranscriptError| error.to_string())
}

/// What is in a folder, by name; nothing where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error: std::io::Error| format!("`{}` can't be read: {error}", folder.display());
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<std::io::Result<_>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}
