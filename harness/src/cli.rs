//! Words of the command line, and what each command does.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand, ValueEnum};
use harness::build;
use harness::canonical::canonical;
use harness::course::{self, Course, Lesson};
use harness::golden;
use harness::interrupt::Interrupt;
use harness::judge::{Judgement, Verdict};
use harness::means;
use harness::program::Program;
use harness::reading::Reading;
use harness::report::{human, json, show};
use harness::run::{Limits, run as run_once};
use harness::status::{State, status};
use harness::suite::{self, Answer, Asked};
use harness::transcript::Cut;
use indicatif::{ProgressBar, ProgressStyle};
use similar::TextDiff;

/// Nothing fell short.
const PROVEN: u8 = 0;
/// Something fell short.
const SHORT: u8 = 1;
/// It could not be asked: usage, contract, build.
const UNASKED: u8 = 2;
/// The user interrupted it.
const INTERRUPTED: u8 = 130;

/// Golden tests for programs that run concurrently.
///
/// Runs lessons, decides who wrote each line, and holds what they print against their goldens and contracts.
/// Without a command it checks every lesson of the course around the current folder.
///
/// Exit codes: 0 nothing fell short, 1 something fell short, 2 it could not be asked, 130 interrupted.
#[derive(Debug, Parser)]
#[command(
    name = "harness",
    version,
    after_help = "Examples:
  harness                                  check every lesson
  harness check process-ids                check one lesson
  harness check process-ids -- python3 my.py   check another program by the same contract
  harness status                           what is documented, covered, proven"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run lessons and judge them
    #[command(after_help = "Examples:
  harness check                                     every lesson
  harness check thread-race lock-counter            these two
  harness check process-ids -- python3 mine.py      that program, by the lesson's contract and golden
  harness check ../other/project/lesson.toml        a lesson elsewhere, by its `command`
  harness check --format json | jq '.lessons[].verdict'")]
    Check {
        /// Lessons of the course, or paths of contracts elsewhere; none: every lesson of the course
        lessons: Vec<String>,
        /// A program to judge in place of the lesson's own; runs in the current folder
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Run every lesson, then tell topic by topic what is documented, covered, proven
    #[command(after_help = "Examples:
  harness status
  harness status --format json | jq '.topics[] | select(.state != \"proven\")'")]
    Status {
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Run a lesson once: its raw output and its canonical form, side by side
    #[command(after_help = "Examples:
  harness show process-ids
  harness show process-ids -- python3 mine.py")]
    Show {
        /// A lesson of the course, or the path of a contract elsewhere
        lesson: String,
        /// A program to run in place of the lesson's own
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
    },
    /// Show how a lesson's output differs from its golden, and make it the golden if all else holds
    #[command(after_help = "Examples:
  harness accept process-ids
  harness accept ../other/project/lesson.toml")]
    Accept {
        /// Lessons of the course, or paths of contracts elsewhere
        #[arg(required = true)]
        lessons: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object on stdout
    Json,
}

/// Why a command could not be carried out: sentences, each of its own.
struct Unasked(Vec<String>);

impl<E: std::error::Error> From<E> for Unasked {
    fn from(error: E) -> Unasked {
        Unasked(vec![error.to_string()])
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` passes")]
fn sentences<E: std::error::Error>(errors: Vec<E>) -> Unasked {
    Unasked(errors.iter().map(ToString::to_string).collect())
}

/// Carries out what the command line says.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = means::test().map_err(|lack| Unasked(vec![lack])).and_then(|()| match arguments.command {
        None => check(&[], &[], Format::Human),
        Some(Command::Check { lessons, command, format }) => check(&lessons, &command, format),
        Some(Command::Status { format }) => topics(format),
        Some(Command::Show { lesson, command }) => side_by_side(&lesson, &command),
        Some(Command::Accept { lessons }) => accept(&lessons),
    });
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(Unasked(sentences)) => {
            for sentence in sentences {
                complain(&format!("error: {sentence}"));
            }
            ExitCode::from(UNASKED)
        }
    }
}

/// Prints to stdout. Where that can't be, because its reader has gone or a disk is full, nothing that the harness
/// runs would ever be told: it ends, and what it runs ends with it.
fn say(text: impl Display) {
    let mut stdout = anstream::stdout().lock();
    if let Err(error) = write!(stdout, "{text}").and_then(|()| stdout.flush()) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain(&format!("error: stdout can't be written to: {error}"));
        }
        std::process::exit(UNASKED.into());
    }
}

/// Prints a line to stderr, if anybody can read it.
fn complain(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

fn here() -> Result<PathBuf, Unasked> {
    Ok(std::env::current_dir()?)
}

/// The lessons that are named, or all of the course.
fn lessons_named(words: &[String]) -> Result<Vec<Lesson>, Unasked> {
    if words.is_empty() {
        return Course::find(&here()?)?.lessons().map_err(sentences);
    }
    course::named(words, &here()?).map_err(sentences)
}

/// The programs of these lessons, or the one that shall stand in for the only one's.
fn programs(lessons: &[Lesson], command: &[OsString]) -> Result<Vec<Program>, Unasked> {
    match (command, lessons) {
        ([], _) => Ok(build::programs(lessons)?),
        (_, [lesson]) => Ok(vec![build::prepare(lesson, command, &here()?)?]),
        _ => Err(Unasked(vec!["a program after `--` is judged by one lesson: name exactly one".to_owned()])),
    }
}

fn check(words: &[String], command: &[OsString], format: Format) -> Result<u8, Unasked> {
    if !command.is_empty() && words.len() != 1 {
        return programs(&[], command).map(|_| UNASKED);
    }
    let lessons = lessons_named(words)?;
    let programs = programs(&lessons, command)?;
    let session = Session::run(&lessons, &programs, format == Format::Human)?;
    match format {
        Format::Human => session.tell(&lessons),
        Format::Json => say(session.json(&lessons) + "\n"),
    }
    Ok(session.code())
}

fn topics(format: Format) -> Result<u8, Unasked> {
    let course = Course::find(&here()?)?;
    let Some(syllabus) = course.syllabus() else {
        let root = course.root().display();
        return Err(Unasked(vec![format!(
            "`{root}` has no docs/syllabus.toml, which lists what the course documents"
        )]));
    };
    let lessons = course.lessons().map_err(sentences)?;
    let programs = build::programs(&lessons)?;
    let session = Session::run(&lessons, &programs, false)?;
    let judgements: Vec<Option<Judgement>> =
        session.answers.iter().map(|answer| answer.as_ref().map(|answer| answer.judgement.clone())).collect();
    let topics = status(syllabus, &lessons, &judgements);
    match format {
        Format::Human => {
            say(human::status(&topics) + "\n");
            session.tell(&lessons);
        }
        Format::Json => say(json::status(&topics) + "\n"),
    }
    let lacking = topics.iter().any(|topic| matches!(topic.state, State::Short | State::Uncovered));
    Ok(if lacking && session.code() == PROVEN { SHORT } else { session.code() })
}

fn side_by_side(word: &str, command: &[OsString]) -> Result<u8, Unasked> {
    let lessons = lessons_named(&[word.to_owned()])?;
    let programs = programs(&lessons, command)?;
    let (lesson, program) = (&lessons[0], &programs[0]);
    let limits = Limits { timeout: lesson.contract.timeout, ..Limits::default() };
    let transcript = run_once(program, lesson.contract.capture, limits, &Interrupt::on_signals()?)?;
    say(show::show(&lesson.contract, &transcript) + "\n");
    if transcript.cut() == Some(Cut::Interrupted) {
        complain("interrupted: this is what it had printed");
        return Ok(INTERRUPTED);
    }
    Ok(PROVEN)
}

fn accept(words: &[String]) -> Result<u8, Unasked> {
    let lessons = lessons_named(words)?;
    let programs = programs(&lessons, &[])?;
    let interrupt = Interrupt::on_signals()?;
    let mut code = PROVEN;
    for (index, (lesson, program)) in lessons.iter().zip(&programs).enumerate() {
        code = code.max(accept_one(lesson, program, &interrupt)?);
        if code == INTERRUPTED {
            let rest: Vec<&str> = lessons[index..].iter().map(|lesson| lesson.name.as_str()).collect();
            complain(&format!("interrupted: not accepted are {}", rest.join(", ")));
            break;
        }
    }
    Ok(code)
}

/// Takes over what one run prints, if it meets all checks and further runs print the same.
fn accept_one(lesson: &Lesson, program: &Program, interrupt: &Interrupt) -> Result<u8, Unasked> {
    let contract = &lesson.contract;
    let limits = Limits { timeout: contract.timeout, ..Limits::default() };
    let transcript = run_once(program, contract.capture, limits, interrupt)?;
    let form = canonical(&Reading::new(contract, &transcript));
    let Some((judgement, _)) = suite::ask(lesson, Some(&form), program, interrupt)? else {
        return Ok(INTERRUPTED);
    };
    if judgement.verdict == Verdict::Short {
        let details = human::details(&lesson.name, &judgement);
        let why = if judgement.findings.iter().any(|finding| finding.kind == "golden") {
            "not accepted: two runs printed different things, and the first of them is what `golden` shows here; a \
             part that varies needs a name in [names], an order that varies actors of their own"
        } else {
            "not accepted: only a run that meets every other check can become the golden"
        };
        say(format!("{details}\n{}: {why}\n", lesson.name));
        return Ok(SHORT);
    }
    if lesson.golden.as_deref() == Some(form.as_str()) {
        say(format!("{}: the golden is up to date\n", lesson.name));
        return Ok(PROVEN);
    }
    let old = lesson.golden.as_deref().map_or("", golden::shown);
    let new = golden::shown(&form);
    say(TextDiff::from_lines(old, new).unified_diff().context_radius(3).header("golden", "this run"));
    let file = golden::path(&lesson.folder);
    golden::write(&file, &lesson.name, &form)
        .map_err(|error| Unasked(vec![format!("`{}` can't be written: {error}", file.display())]))?;
    say(format!("{}: accepted as {}\n", lesson.name, relative(&file)?.display()));
    Ok(PROVEN)
}

fn relative(file: &Path) -> Result<PathBuf, Unasked> {
    Ok(file.strip_prefix(here()?).unwrap_or(file).to_path_buf())
}

/// What came of asking lessons, in their order.
struct Session {
    answers: Vec<Option<Answer>>,
    errors: Vec<String>,
    interrupted: bool,
    took: Duration,
}

impl Session {
    /// Asks the lessons; with `lines`, prints one for each as it is judged.
    fn run(lessons: &[Lesson], programs: &[Program], lines: bool) -> Result<Session, Unasked> {
        let interrupt = Interrupt::on_signals()?;
        let begun = Instant::now();
        let bar = ProgressBar::new(lessons.len() as u64);
        bar.set_style(
            ProgressStyle::with_template("{bar:24} {pos}/{len} lessons, {elapsed}")
                .expect("a valid template"),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        let width = lessons.iter().map(|lesson| lesson.name.len()).max().unwrap_or(0);
        let mut session =
            Session { answers: Vec::new(), errors: Vec::new(), interrupted: false, took: Duration::ZERO };
        session.answers.resize_with(lessons.len(), || None);
        suite::ask_all(lessons, programs, &interrupt, |asked| {
            bar.inc(1);
            match asked {
                Asked::Answered(answer) => {
                    let name = &lessons[answer.index].name;
                    if lines {
                        let line = human::line(name, &answer.judgement, answer.took, width);
                        bar.suspend(|| say(line + "\n"));
                    }
                    let index = answer.index;
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

    fn judgements(&self) -> Vec<&Judgement> {
        self.answers.iter().flatten().map(|answer| &answer.judgement).collect()
    }

    fn not_judged(&self, lessons: &[Lesson]) -> Vec<String> {
        let missing = lessons.iter().zip(&self.answers).filter(|(_, answer)| answer.is_none());
        missing.map(|(lesson, _)| lesson.name.clone()).collect()
    }

    /// What fell short or stayed undecided, then the summary.
    fn tell(&self, lessons: &[Lesson]) {
        for answer in self.answers.iter().flatten() {
            say(human::details(&lessons[answer.index].name, &answer.judgement));
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

    fn code(&self) -> u8 {
        if self.interrupted {
            INTERRUPTED
        } else if !self.errors.is_empty() {
            UNASKED
        } else if self.judgements().iter().any(|judgement| judgement.verdict == Verdict::Short) {
            SHORT
        } else {
            PROVEN
        }
    }
}
