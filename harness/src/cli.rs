//! Words of the command line, and what each command does.

mod book;
mod new;
mod session;
mod stress;
mod timeline;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use harness::build;
use harness::canonical::canonical;
use harness::chaos::Chaos;
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
use harness::stress::{Plan, Until};
use harness::suite;
use harness::transcript::Cut;
use new::Wanted;
use session::Session;
use similar::TextDiff;
use timeline::Wish;

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
  harness new workers -- bash workers.sh   draw a first contract for a program of any language
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
  harness check thread-tasks --record runs          keep its runs
  harness check thread-tasks --replay runs/*.jsonl  judge them again
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
        /// Keep every run in this folder, as LESSON-RUN.jsonl
        #[arg(long, value_name = "DIR")]
        record: Option<PathBuf>,
        /// Judge these recorded runs of one lesson again, without running anything
        #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["command", "record"])]
        replay: Vec<PathBuf>,
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
    /// Run lessons many times, many at once, under chaos: how often they pass
    #[command(after_help = "Examples:
  harness stress thread-tasks --runs 1000
  harness stress --for 60s                          every lesson, a minute each
  harness stress lock-order --chaos pinned --chaos stops --seed 42
  harness stress process-ids -- python3 mine.py     that program, by the lesson's contract")]
    Stress {
        /// Lessons of the course, or paths of contracts elsewhere; none: every lesson of the course
        lessons: Vec<String>,
        /// A program to run in place of the lesson's own
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How many runs of each lesson
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
        runs: u64,
        /// How long to run each lesson, in place of a number of runs: 60s, 5min
        #[arg(long = "for", value_name = "TIME", value_parser = harness::contract::parse_duration, conflicts_with = "runs")]
        time: Option<Duration>,
        /// How many runs at once; without it as many as the processors bear
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
        /// A kind of chaos, repeatable; without it all kinds
        #[arg(long, value_enum)]
        chaos: Vec<Chaos>,
        /// No chaos
        #[arg(long, conflicts_with = "chaos")]
        calm: bool,
        /// Where every choice comes from; without it a new one, which is printed
        #[arg(long)]
        seed: Option<u64>,
        /// Keep every run in this folder, as LESSON-RUN.jsonl
        #[arg(long, value_name = "DIR")]
        record: Option<PathBuf>,
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
    /// Run a lesson and draw who ran when: as lanes of text, or as a picture
    #[command(after_help = "Examples:
  harness timeline process-ids                      one run
  harness timeline thread-order --runs 20           in which orders its lines came
  harness timeline lock-order --svg order.svg       as a picture
  harness timeline thread-race --runs 50 --histogram sum2.sum
  harness timeline process-ids --replay run.jsonl   a recorded run
  harness timeline process-ids -- python3 mine.py   that program")]
    Timeline {
        /// A lesson of the course, or the path of a contract elsewhere
        lesson: String,
        /// A program to run in place of the lesson's own
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How many runs: of several the orders are drawn
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Draw how often this number of the contract had which values: `sum`, or `sum2.sum`
        #[arg(long, value_name = "NAME")]
        histogram: Option<String>,
        /// Draw a picture to this file
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// Draw these recorded runs, without running anything
        #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["command", "runs"])]
        replay: Vec<PathBuf>,
    },
    /// Draw a first contract and golden for a program from several runs of it
    ///
    /// Writes NAME/lesson.toml and NAME/golden.snap: actors proposed from the processes that print, and names for what
    /// varies. Then it judges further runs by them. What is meant, the author says by editing them.
    #[command(after_help = "Examples:
  harness new workers -- bash workers.sh
  harness new tests/pool --runs 30 -- python3 pool.py --size 4")]
    New {
        /// The folder to write to, below the current one; without a contract in it
        name: PathBuf,
        /// The program; runs in the current folder
        #[arg(last = true, required = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How many runs to record; more, if they still show something new
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..))]
        runs: u16,
        /// How long a run may take, as 30s; without it 10s
        #[arg(long, value_name = "TIME", value_parser = harness::contract::parse_duration)]
        timeout: Option<Duration>,
    },
    /// Build the course's book, in English and in Chinese, from the runs that are recorded
    #[command(after_help = "Examples:
  harness book                                      into target/book")]
    Book,
    /// Show how a lesson's output differs from its golden, and make it the golden if all else holds
    #[command(after_help = "Examples:
  harness accept process-ids
  harness accept ../other/project/lesson.toml
  harness accept tests/workers/lesson.toml -- target/debug/workers 4")]
    Accept {
        /// Lessons of the course, or paths of contracts elsewhere
        #[arg(required = true)]
        lessons: Vec<String>,
        /// A program to run in place of the lesson's own; runs in the current folder
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
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
    if let Some(less) = means::LESS {
        complain(&format!("note: {less}"));
    }
    let outcome = means::test().map_err(|lack| Unasked(vec![lack])).and_then(|()| match arguments.command {
        None => check(&[], &[], Format::Human, None),
        Some(Command::Check { lessons, format, replay, .. }) if !replay.is_empty() => {
            judge_again(&lessons, &replay, format)
        }
        Some(Command::Check { lessons, command, format, record, .. }) => {
            check(&lessons, &command, format, record.as_deref())
        }
        Some(Command::Stress { lessons, command, runs, time, jobs, chaos, calm, seed, record }) => {
            let chaos = if chaos.is_empty() && !calm { Chaos::HERE.to_vec() } else { chaos };
            let plan = Plan {
                until: time.map_or(Until::Runs(runs), Until::Time),
                jobs: jobs.map(usize::from),
                chaos,
                seed: seed.unwrap_or_else(stress::new_seed),
                record,
            };
            stress::stress(&lessons, &command, &plan)
        }
        Some(Command::Status { format }) => topics(format),
        Some(Command::Show { lesson, command }) => side_by_side(&lesson, &command),
        Some(Command::Timeline { lesson, command, runs, histogram, svg, replay }) => {
            let wish = Wish { replay: &replay, runs, histogram: histogram.as_deref(), svg: svg.as_deref() };
            timeline::timeline(&lesson, &command, &wish)
        }
        Some(Command::Book) => book::book(),
        Some(Command::New { name: folder, command, runs, timeout }) => {
            new::new(&Wanted { folder, command, runs: runs.into(), timeout })
        }
        Some(Command::Accept { lessons, command }) => accept(&lessons, &command),
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

fn check(
    words: &[String],
    command: &[OsString],
    format: Format,
    record: Option<&Path>,
) -> Result<u8, Unasked> {
    if !command.is_empty() && words.len() != 1 {
        return programs(&[], command).map(|_| UNASKED);
    }
    let lessons = lessons_named(words)?;
    let programs = programs(&lessons, command)?;
    make_folder(record)?;
    let session = Session::run(&lessons, &programs, record, format == Format::Human)?;
    session.report(&lessons, format);
    Ok(session.code())
}

/// Makes the folder that records are kept in, if they are.
fn make_folder(record: Option<&Path>) -> Result<(), Unasked> {
    record.map_or(Ok(()), |folder| {
        std::fs::create_dir_all(folder)
            .map_err(|error| Unasked(vec![format!("`{}` can't be made: {error}", folder.display())]))
    })
}

fn judge_again(words: &[String], files: &[PathBuf], format: Format) -> Result<u8, Unasked> {
    let [word] = words else {
        return Err(Unasked(vec!["recorded runs are judged by one lesson: name exactly one".to_owned()]));
    };
    let lessons = lessons_named(std::slice::from_ref(word))?;
    let session = Session::replay(&lessons[0], files)?;
    session.report(&lessons, format);
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
    let session = Session::run(&lessons, &programs, None, false)?;
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
    let limits = Limits::of(&lesson.contract);
    let transcript = run_once(program, lesson.contract.capture, limits, &Interrupt::on_signals()?)?;
    say(show::show(&lesson.contract, &transcript) + "\n");
    if transcript.cut() == Some(Cut::Interrupted) {
        complain("interrupted: this is what it had printed");
        return Ok(INTERRUPTED);
    }
    Ok(PROVEN)
}

fn accept(words: &[String], command: &[OsString]) -> Result<u8, Unasked> {
    let lessons = lessons_named(words)?;
    let programs = programs(&lessons, command)?;
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
    let limits = Limits::of(contract);
    let transcript = run_once(program, contract.capture, limits, interrupt)?;
    let form = canonical(&Reading::new(contract, &transcript));
    let Some((judgement, _)) = suite::ask(lesson, Some(&form), program, None, interrupt)? else {
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
