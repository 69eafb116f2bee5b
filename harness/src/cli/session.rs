//! Asking lessons, and telling what came of it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use harness::course::{Course, Lesson};
use harness::interrupt::Interrupt;
use harness::judge::{Judge, Judgement, Verdict};
use harness::program::Program;
use harness::report::{human, json};
use harness::suite::{self, Answer, Asked};
use harness::transcript::Transcript;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Format, INTERRUPTED, Telling, UNASKED, Unasked, complain, here, relative, say};

/// A bar on a terminal; elsewhere nothing.
pub(super) fn progress_bar(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = format!("{{bar:24}} {{pos}}/{{len}} {what}, {{elapsed}}");
    bar.set_style(ProgressStyle::with_template(&style).expect("a valid template"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Keeps the record of a run that fell short, in the course's `target/harness`, or else among temporary files.
pub(super) fn keep(name: &str, transcript: &Transcript) -> io::Result<PathBuf> {
    let folder = match here().ok().and_then(|here| Course::find(&here).ok()) {
        Some(course) => course.root().join("target/harness"),
        None => std::env::temp_dir().join(format!("harness-{}", rustix::process::getuid().as_raw())),
    };
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{name}.jsonl"));
    transcript.save(&file)?;
    Ok(relative(&file).unwrap_or(file))
}

/// What came of asking lessons, in their order.
pub(super) struct Session {
    pub answers: Vec<Option<Answer>>,
    errors: Vec<String>,
    /// Where the record of a run that fell short is kept.
    kept: Vec<Option<PathBuf>>,
    interrupted: bool,
    took: Duration,
}

impl Session {
    /// Asks the lessons; with `lines`, prints one for each as it is judged.
    pub fn run(
        lessons: &[Lesson],
        programs: &[Program],
        record: Option<&Path>,
        lines: bool,
    ) -> Result<Session, Unasked> {
        let interrupt = Interrupt::on_signals()?;
        let begun = Instant::now();
        let bar = progress_bar(lessons.len() as u64, "lessons");
        let width = lessons.iter().map(|lesson| lesson.name.len()).max().unwrap_or(0);
        let mut session = Session {
            answers: Vec::new(),
            kept: Vec::new(),
            errors: Vec::new(),
            interrupted: false,
            took: Duration::ZERO,
        };
        session.answers.resize_with(lessons.len(), || None);
        session.kept.resize(lessons.len(), None);
        suite::ask_all(lessons, programs, record, &interrupt, |asked| {
            bar.inc(1);
            match asked {
                Asked::Answered(answer) => {
                    let name = &lessons[answer.index].name;
                    if lines {
                        let line = human::line(name, &answer.judgement, answer.took, width);
                        bar.suspend(|| say(line + "\n"));
                    }
                    let index = answer.index;
                    if answer.judgement.verdict == Verdict::Short {
                        match keep(name, &answer.transcript) {
                            Ok(file) => session.kept[index] = Some(file),
                            Err(error) => {
                                session.errors.push(format!("{name}: its run can't be kept: {error}"));
                            }
                        }
                    }
                    session.answers[index] = Some(*answer);
                }
                Asked::Refused(index, error) => {
                    session.errors.push(format!("{}: {error}", lessons[index].name));
                }
                Asked::Interrupted => session.interrupted = true,
            }
        });
        bar.finish_and_clear();
        session.took = begun.elapsed();
        Ok(session)
    }

    /// Judges recorded runs of a lesson again, in the order of the files.
    pub fn replay(lesson: &Lesson, files: &[PathBuf]) -> Result<Session, Unasked> {
        let begun = Instant::now();
        let mut judge = Judge::new(&lesson.contract, lesson.golden.as_deref(), suite::cores());
        let mut last = None;
        for file in files {
            let transcript = Transcript::read(file)?;
            judge.hear(&transcript);
            last = Some(transcript);
            if judge.has_fallen_short() {
                break;
            }
        }
        let transcript = last.ok_or_else(|| Unasked(vec!["there is no recorded run to judge".to_owned()]))?;
        let took = begun.elapsed();
        let answer = Answer { index: 0, judgement: judge.judgement(), transcript, took };
        Ok(Session {
            answers: vec![Some(answer)],
            kept: vec![None],
            errors: Vec::new(),
            interrupted: false,
            took,
        })
    }

    /// Reports to stdout.
    pub fn report(&self, lessons: &[Lesson], format: Format) {
        match format {
            Format::Human => self.tell(lessons),
            Format::Json => say(self.json(lessons) + "\n"),
        }
    }

    fn judgements(&self) -> Vec<&Judgement> {
        self.answers.iter().flatten().map(|answer| &answer.judgement).collect()
    }

    fn not_judged(&self, lessons: &[Lesson]) -> Vec<String> {
        let missing = lessons.iter().zip(&self.answers).filter(|(_, answer)| answer.is_none());
        missing.map(|(lesson, _)| lesson.name.clone()).collect()
    }

    /// What fell short or stayed undecided, then the summary.
    pub fn tell(&self, lessons: &[Lesson]) {
        for answer in self.answers.iter().flatten() {
            let name = &lessons[answer.index].name;
            say(human::details(name, &answer.judgement));
            if let Some(file) = &self.kept[answer.index] {
                let file = file.display();
                say(format!(
                    "\n{name}: this run is kept; `harness check {name} --replay {file}` judges it again\n"
                ));
            }
        }
        let not_judged = self.not_judged(lessons);
        say(format!("\n{}\n", human::summary(&self.judgements(), &not_judged, self.took)));
        for error in &self.errors {
            complain(&format!("error: {error}"));
        }
        if self.interrupted {
            complain(&format!("interrupted: not judged are {}", not_judged.join(", ")));
        }
    }

    fn json(&self, lessons: &[Lesson]) -> String {
        let judged: Vec<_> = self
            .answers
            .iter()
            .flatten()
            .map(|answer| (&lessons[answer.index], &answer.judgement, answer.took.as_secs_f64()))
            .collect();
        json::check(&judged, &self.not_judged(lessons), &self.errors, self.took.as_secs_f64())
    }

    pub fn code(&self, telling: Telling) -> u8 {
        if self.interrupted {
            INTERRUPTED
        } else if !self.errors.is_empty() {
            UNASKED
        } else {
            let worst = self.judgements().iter().map(|judgement| judgement.verdict).max();
            telling.code(worst.unwrap_or(Verdict::Proven))
        }
    }
}
