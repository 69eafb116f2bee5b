//! Asking lessons, and telling what came of it.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle, WeakProgressBar};

use crate::course::{Course, LESSONS};
use crate::direct::asking::{Answer, Asked, Manner, ask_all, cores};
use crate::judge::subject::Subject;
use crate::judge::{Judge, Judgement, Rules, Verdict};
use crate::language::Language;
use crate::report::{github, human, json, junit};
use crate::run::program::Program;
use crate::system::interrupt::Interrupt;
use crate::transcript::Transcript;

use super::out::{complain, say};
use super::{CheckFormat, Telling, UNASKED, Unasked, relative};

/// A bar on a terminal; elsewhere nothing.
pub(super) fn progress_bar(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = format!("{{bar:24}} {{pos}}/{{len}} {what}, {{elapsed}}");
    bar.set_style(ProgressStyle::with_template(&style).expect("a valid template"));
    if !bar.is_hidden() {
        tick(bar.downgrade());
    }
    bar
}

/// Lets a bar's clock go on. Where the system has no thread left for that, it stands still.
fn tick(bar: WeakProgressBar) {
    let ticking = move || {
        while let Some(bar) = bar.upgrade().filter(|bar| !bar.is_finished()) {
            bar.tick();
            drop(bar);
            thread::sleep(Duration::from_millis(200));
        }
    };
    let _ = thread::Builder::new().spawn(ticking);
}

/// Keeps the record of a run that was refuted; or says why it is not kept. A course has a place for them; for other
/// projects it is where the user's programs keep what they need not keep, under the project's own path.
pub(super) fn keep(lesson: &Subject, name: &str, transcript: &Transcript) -> Result<PathBuf, String> {
    /// A longer record tells nobody more.
    const MOST: usize = 8 << 20;
    if transcript.size() > MOST {
        return Err("it printed very much; `--record DIR` keeps every run all the same".to_owned());
    }
    let folder = lesson.folder.parent().unwrap_or(&lesson.folder);
    let folder = match Course::find(&lesson.folder) {
        Ok(course) => {
            let within = folder.strip_prefix(course.root()).unwrap_or(folder);
            course.root().join("target/harness").join(within.strip_prefix(LESSONS).unwrap_or(within))
        }
        Err(_) => state_folder()?.join("harness").join(folder.strip_prefix("/").unwrap_or(folder)),
    };
    let file = folder.join(format!("{}.jsonl", name.replace('/', "-")));
    let kept = std::fs::create_dir_all(&folder).and_then(|()| transcript.save(&file));
    kept.map_err(|error| format!("`{}` can't be written: {error}", file.display()))?;
    Ok(relative(&file).unwrap_or(file))
}

/// As the XDG base directories have it.
fn state_folder() -> Result<PathBuf, String> {
    let named =
        |variable| std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    named("XDG_STATE_HOME")
        .or_else(|| Some(named("HOME")?.join(".local/state")))
        .ok_or_else(|| "neither XDG_STATE_HOME nor HOME names a folder for it".to_owned())
}

/// What came of asking lessons, in their order.
pub(super) struct Session {
    pub answers: Vec<Option<Answer>>,
    errors: Vec<String>,
    /// Where the record of a run that was refuted is kept, or why it is not.
    kept: Vec<Option<Result<PathBuf, String>>>,
    interrupted: bool,
    /// Whether the one schedule that was to be followed could not be.
    is_lost: bool,
    took: Duration,
}

impl Session {
    /// Asks the lessons; for people, prints a line for each as it is judged.
    pub fn run(lessons: &[Subject], programs: &[Program], manner: Manner<'_>, telling: Telling) -> Session {
        let language = telling.language;
        let width = lessons.iter().map(|lesson| lesson.name.len()).max().unwrap_or(0);
        let line = |bar: &ProgressBar, answer: &Answer| {
            let name = &lessons[answer.index].name;
            let line = human::line(name, &answer.judgement, answer.took, width, language);
            let is_told = !telling.quiet || answer.judgement.verdict != Verdict::Proven;
            bar.suspend(|| say(if is_told { line + "\n" } else { String::new() }));
        };
        match telling.format {
            CheckFormat::Human => Session::hear(lessons, programs, manner, line),
            _ => Session::hear(lessons, programs, manner, |_, _| {}),
        }
    }

    /// Asks the lessons, and prints nothing meanwhile.
    pub fn run_silently(
        lessons: &[Subject],
        programs: &[Program],
        language: Language,
        interrupt: &Interrupt,
    ) -> Session {
        Session::hear(lessons, programs, Manner::usual(language, interrupt), |_, _| {})
    }

    fn hear(
        lessons: &[Subject],
        programs: &[Program],
        manner: Manner<'_>,
        told: impl Fn(&ProgressBar, &Answer),
    ) -> Session {
        let begun = Instant::now();
        let bar = progress_bar(lessons.len() as u64, "lessons");
        let mut session = Session {
            answers: Vec::new(),
            kept: Vec::new(),
            errors: Vec::new(),
            interrupted: false,
            is_lost: false,
            took: Duration::ZERO,
        };
        session.answers.resize_with(lessons.len(), || None);
        session.kept.resize(lessons.len(), None);
        ask_all(lessons, programs, manner, |asked| {
            bar.inc(1);
            match asked {
                Asked::Answered(answer) => {
                    let direction = answer.transcript.direction();
                    session.is_lost |= manner.only.is_some() && direction.is_some_and(|run| !run.followed);
                    told(&bar, &answer);
                    let index = answer.index;
                    if answer.judgement.verdict == Verdict::Refuted {
                        let lesson = &lessons[index];
                        session.kept[index] = Some(keep(lesson, &lesson.name, &answer.transcript));
                    }
                    session.answers[index] = Some(*answer);
                }
                Asked::Refused(index, error) => {
                    session.errors.push(lessons[index].lacks(&error));
                }
                Asked::Interrupted => session.interrupted = true,
            }
        });
        bar.finish_and_clear();
        session.took = begun.elapsed();
        session
    }

    /// Judges recorded runs of a lesson again, in the order of the files.
    pub fn replay(lesson: &Subject, files: &[PathBuf], language: Language) -> Result<Session, Unasked> {
        let begun = Instant::now();
        let golden = lesson.golden.as_deref();
        let rules = Rules { contract: &lesson.contract, golden, cores: cores(), language };
        let mut runs = Transcript::read_all(files);
        let (judgement, last) = Judge::new(rules).hear_all(|_| runs.next().transpose())?;
        let transcript = last.ok_or_else(|| Unasked(vec!["there is no recorded run to judge".to_owned()]))?;
        let took = begun.elapsed();
        let answer = Answer { index: 0, judgement, transcript, took };
        Ok(Session {
            answers: vec![Some(answer)],
            kept: vec![None],
            errors: Vec::new(),
            interrupted: false,
            is_lost: false,
            took,
        })
    }

    /// Reports to stdout.
    pub fn report(&self, lessons: &[Subject], telling: Telling) {
        match telling.format {
            CheckFormat::Human => self.tell(lessons, telling),
            CheckFormat::Json => say(self.json(lessons) + "\n"),
            CheckFormat::Junit => match self.junit(lessons, telling) {
                Ok(report) => say(report),
                Err(error) => complain(&format!("error: the report can't be written: {error}")),
            },
            CheckFormat::Github => self.annotate(lessons, telling),
        }
    }

    fn judged<'a>(&'a self, lessons: &'a [Subject]) -> impl Iterator<Item = (&'a Subject, &'a Answer)> {
        self.answers.iter().flatten().map(|answer| (&lessons[answer.index], answer))
    }

    fn junit(&self, lessons: &[Subject], telling: Telling) -> Result<String, quick_junit::SerializeError> {
        let judged: Vec<_> =
            self.judged(lessons).map(|(lesson, answer)| (lesson, &answer.judgement, answer.took)).collect();
        junit::check(&judged, &self.errors, self.took, telling.strict, telling.language)
    }

    /// Annotations, and the summary for who reads the log.
    fn annotate(&self, lessons: &[Subject], Telling { strict, language, .. }: Telling) {
        let judged: Vec<_> =
            self.judged(lessons).map(|(lesson, answer)| (lesson, &answer.judgement)).collect();
        let here = std::env::current_dir().unwrap_or_default();
        say(github::check(&judged, &self.errors, &here, strict, language));
        let not_judged = self.not_judged(lessons);
        say(human::summary(&self.judgements(), &not_judged, self.took, language) + "\n");
    }

    fn judgements(&self) -> Vec<&Judgement> {
        self.answers.iter().flatten().map(|answer| &answer.judgement).collect()
    }

    fn not_judged(&self, lessons: &[Subject]) -> Vec<String> {
        let missing = lessons.iter().zip(&self.answers).filter(|(_, answer)| answer.is_none());
        missing.map(|(lesson, _)| lesson.name.clone()).collect()
    }

    /// What was refuted or stayed undecided, then the summary.
    pub fn tell(&self, lessons: &[Subject], Telling { quiet, language, .. }: Telling) {
        for answer in self.answers.iter().flatten() {
            let Subject { name, contract, .. } = &lessons[answer.index];
            say(human::details(name, &answer.judgement, language));
            say(human::schedule(contract, &answer.judgement, &answer.transcript, language));
            match &self.kept[answer.index] {
                Some(Ok(file)) => {
                    let again = contract.named.replay(file);
                    say(language.pick(
                        format!("\n{name}: this run is kept; `{again}` judges it again\n"),
                        format!("\n{name}：这次运行已保存；`{again}` 重新判定它\n"),
                    ));
                }
                Some(Err(why)) => say(language.pick(
                    format!("\n{name}: this run is not kept: {why}\n"),
                    format!("\n{name}：这次运行没有保存：{why}\n"),
                )),
                None => {}
            }
        }
        if self.is_lost {
            say(language.pick(
                "\nthe schedule could not be followed to its end: the program is not as it was, or is not the same each time\n",
                "\n这个调度没能走到底：程序变了，或者每次并不相同\n",
            ));
        }
        let not_judged = self.not_judged(lessons);
        let is_proven = |judgement: &&Judgement| judgement.verdict == Verdict::Proven;
        if !quiet || !not_judged.is_empty() || !self.judgements().iter().all(is_proven) {
            say(format!("\n{}\n", human::summary(&self.judgements(), &not_judged, self.took, language)));
        }
        for error in &self.errors {
            complain(&format!("error: {error}"));
        }
        if self.interrupted {
            complain(&format!("interrupted: not judged are {}", not_judged.join(", ")));
        }
    }

    fn json(&self, lessons: &[Subject]) -> String {
        let judged: Vec<_> = self
            .judged(lessons)
            .map(|(lesson, answer)| (lesson, &answer.judgement, answer.took.as_secs_f64()))
            .collect();
        json::check(&judged, &self.not_judged(lessons), &self.errors, self.took.as_secs_f64())
    }

    pub fn code(&self, telling: Telling) -> u8 {
        if self.errors.is_empty() {
            let worst = self.judgements().iter().map(|judgement| judgement.verdict).max();
            telling.code(worst.unwrap_or(Verdict::Proven))
        } else {
            UNASKED
        }
    }
}
