//! What the book is made of: chapters, lessons, their recorded runs judged again, and their experiments.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use harness::course::Course;
use harness::course::status::{Evidence, evidence};
use harness::course::syllabus::Syllabus;
use harness::judge::subject::Subject;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::transcript::Transcript;
use serde::Deserialize;

use harness::language::{Bilingual, Language};

/// Runs were recorded where there were processors enough for every claim, or the claim would not be met by them. So
/// the book is the same wherever it is built.
const ENOUGH_CORES: usize = usize::MAX;

/// The book's order: `docs/chapters.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapters {
    /// The book's title.
    pub title: Bilingual,
    /// Its parts, in order.
    pub part: Vec<Part>,
}

/// A part of the book.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its heading.
    pub title: Bilingual,
    /// The names of its lessons, in order.
    pub lessons: Vec<String>,
}

/// A lesson, and what its recorded runs say of it.
#[derive(Debug)]
pub struct Recorded {
    /// The lesson.
    pub lesson: Subject,
    /// Its recorded runs, by their numbers.
    pub runs: Vec<Transcript>,
    /// What the judge says, having heard them again; `None` where there is none.
    pub judgement: Option<Judgement>,
    /// Its experiments, by name.
    pub experiments: BTreeMap<String, Experiment>,
}

/// A lesson with a mistake put into it, and what the harness finds.
#[derive(Debug)]
pub struct Experiment {
    /// The program with the mistake in it.
    pub program: String,
    /// What the judge says of the recorded run.
    pub judgement: Judgement,
}

/// A mutant, as `tests/mutants/lessons/LESSON.toml` states it. What else stands there is for those who run it.
#[derive(Debug, Deserialize)]
struct Mutant {
    name: String,
    change: Vec<[String; 2]>,
    finding: Vec<MutantFinding>,
}

#[derive(Debug, Deserialize)]
struct MutantFinding {
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
struct Mutants {
    #[serde(default)]
    mutant: Vec<Mutant>,
}

/// All of it.
#[derive(Debug)]
pub struct Sources {
    /// The course's folder.
    pub root: PathBuf,
    /// The order.
    pub chapters: Chapters,
    /// What the course documents.
    pub syllabus: Syllabus,
    /// Every lesson, in the book's order; one that is in no chapter comes last.
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
        let chapters: Chapters = parse(&root.join("docs/chapters.toml")).map_err(|error| vec![error])?;
        let lessons = course
            .lessons()
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<String>>())?;
        let mut problems = Vec::new();
        let mut recorded: Vec<Recorded> =
            lessons.into_iter().map(|lesson| Recorded::read(&root, lesson, &mut problems)).collect();
        problems.extend(misplaced(&chapters, &recorded));
        let order: Vec<&String> = chapters.part.iter().flat_map(|part| &part.lessons).collect();
        let place = |recorded: &Recorded| order.iter().position(|name| **name == recorded.lesson.name);
        recorded.sort_by_key(|recorded| place(recorded).unwrap_or(usize::MAX));
        Ok(Sources { root, chapters, syllabus, lessons: recorded, problems })
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

/// Lessons in no chapter or in several, and chapters' lessons that there are not.
fn misplaced(chapters: &Chapters, lessons: &[Recorded]) -> Vec<String> {
    let named: Vec<&String> = chapters.part.iter().flat_map(|part| &part.lessons).collect();
    let known = |name: &str| lessons.iter().any(|recorded| recorded.lesson.name == name);
    let unknown = named.iter().filter(|name| !known(name));
    let unknown =
        unknown.map(|name| format!("docs/chapters.toml names `{name}`, and there is no such lesson"));
    let places = lessons.iter().filter_map(|recorded| {
        let name = &recorded.lesson.name;
        match named.iter().filter(|named| **named == name).count() {
            1 => None,
            0 => Some(format!("docs/chapters.toml has no place for `{name}`: add it to a part's lessons")),
            _ => Some(format!("docs/chapters.toml names `{name}` more than once")),
        }
    });
    unknown.chain(places).collect()
}

impl Recorded {
    fn read(root: &Path, lesson: Subject, problems: &mut Vec<String>) -> Recorded {
        let mut recorded =
            Recorded { lesson, runs: Vec::new(), judgement: None, experiments: BTreeMap::new() };
        let name = recorded.lesson.name.clone();
        let mut wrong = |problem: String| problems.push(format!("{name}: {problem}"));
        match recorded.read_runs() {
            Ok(runs) => recorded.runs = runs,
            Err(error) => wrong(error),
        }
        recorded.judgement = judge(&recorded.lesson, &recorded.runs);
        match &recorded.judgement {
            None => wrong(format!(
                "no run is recorded: `harness check {name} --record examples-bin/{name}/runs` keeps what it hears"
            )),
            Some(judgement) if judgement.verdict != Verdict::Proven => wrong(format!(
                "its recorded runs are no proof any more: `harness check {name} --replay \
                 examples-bin/{name}/runs/*.jsonl` says why"
            )),
            Some(_) => {}
        }
        match recorded.read_experiments(root) {
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

    fn read_runs(&self) -> Result<Vec<Transcript>, String> {
        read_records(&self.lesson.folder.join("runs"))
    }

    fn read_experiments(&self, root: &Path) -> Result<BTreeMap<String, Experiment>, String> {
        let entries = entries(&self.lesson.folder.join("experiments"))?;
        if entries.is_empty() {
            return Ok(BTreeMap::new());
        }
        let name = &self.lesson.name;
        let mutants: Mutants = parse(&root.join(format!("tests/mutants/lessons/{name}.toml")))?;
        let program = self.file("src/main.rs")?;
        let experiment = |entry: &PathBuf| {
            let experiment = entry.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let mutant = mutants.mutant.iter().find(|mutant| mutant.name == experiment);
            let mutant = mutant.ok_or_else(|| {
                format!(
                    "tests/mutants/lessons/{name}.toml has no mutant `{experiment}`, of which a run is recorded"
                )
            })?;
            // What only many runs show needs a folder of them.
            let runs = if entry.is_dir() { read_records(entry)? } else { vec![read_record(entry)?] };
            let read = Experiment::new(mutant, &program, &self.lesson, &runs)?;
            Ok((experiment, read))
        };
        entries.iter().map(experiment).collect()
    }
}

impl Experiment {
    fn new(
        mutant: &Mutant,
        program: &str,
        lesson: &Subject,
        runs: &[Transcript],
    ) -> Result<Experiment, String> {
        let mut changed = program.to_owned();
        for [from, to] in &mutant.change {
            if !changed.contains(from.as_str()) {
                return Err(format!(
                    "the mutant `{}` changes `{from}`, which is not in src/main.rs",
                    mutant.name
                ));
            }
            changed = changed.replacen(from.as_str(), to, 1);
        }
        let judgement = judge(lesson, runs)
            .ok_or_else(|| format!("no run of the mutant `{}` is recorded in its folder", mutant.name))?;
        let found = |kind: &str| judgement.findings.iter().any(|finding| finding.kind.as_str() == kind);
        match mutant.finding.iter().find(|finding| !found(&finding.kind)) {
            Some(missing) => Err(format!(
                "the recorded run of the mutant `{}` shows no finding `{}`, by which it is caught",
                mutant.name, missing.kind
            )),
            None => Ok(Experiment { program: changed, judgement }),
        }
    }
}

/// Judges recorded runs again, as `harness check --replay` does.
fn judge(lesson: &Subject, runs: &[Transcript]) -> Option<Judgement> {
    let golden = lesson.golden.as_deref();
    let rules = Rules { contract: &lesson.contract, golden, cores: ENOUGH_CORES, language: Language::En };
    let mut runs = runs.iter();
    let Ok((judgement, last)) = Judge::new(rules).hear_all(|_| Ok::<_, Infallible>(runs.next()));
    last.map(|_| judgement)
}

fn read_record(file: &Path) -> Result<Transcript, String> {
    Transcript::read(file).map_err(|error| error.to_string())
}

/// The records in a folder, by their numbers: `LESSON-10.jsonl` comes after `LESSON-9.jsonl`.
fn read_records(folder: &Path) -> Result<Vec<Transcript>, String> {
    let mut files = entries(folder)?;
    files.sort_by_key(|file| file.as_os_str().len());
    files.iter().map(|file| read_record(file)).collect()
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

fn parse<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, String> {
    let text =
        fs::read_to_string(file).map_err(|error| format!("`{}` can't be read: {error}", file.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}
