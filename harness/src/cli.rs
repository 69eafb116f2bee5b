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
use std::sync::atomic::{AtomicBool, Ordering};
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
use harness::program::{Program, ProgramError};
use harness::reading::Reading;
use harness::report::{human, json, show};
use harness::run::{Limits, run as run_once};
use harness::status::{State, status};
use harness::stress::{Plan, Until};
use harness::suite;
use harness::transcript::Cut;
use new::Wanted;
use session::Session;
use timeline::Wish;

/// Nothing fell short.
const PROVEN: u8 = 0;
/// Something fell short.
const SHORT: u8 = 1;
/// It could not be asked: usage, contract, build.
const UNASKED: u8 = 2;

/// Golden tests for programs that run concurrently.
///
/// Runs lessons, decides who wrote each line, and holds what they print against their goldens and contracts.
/// Without a command it checks every lesson of the course around the current folder.
///
/// Exit codes: 0 nothing fell short (what is undecided is named; with --strict it is 1), 1 something fell short, 2 it
/// could not be asked, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
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
  harness check thread-tasks --record runs          keep its runs, in runs/thread-tasks.jsonl
  harness check thread-tasks --replay runs/thread-tasks.jsonl   judge them again
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
        /// Keep all runs of a lesson in this folder, in LESSON.jsonl; nothing that is there is overwritten
        #[arg(long, value_name = "DIR")]
        record: Option<PathBuf>,
        /// Judge the recorded runs of one lesson in these files again, without running anything
        #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["command", "record"])]
        replay: Vec<PathBuf>,
        /// Exit with 1 also where something stays undecided
        #[arg(long)]
        strict: bool,
    },
    /// Run every lesson, then tell topic by topic what is documented, covered, proven
    #[command(after_help = "Examples:
  harness status
  harness status --format json | jq '.topics[] | select(.state != \"proven\")'")]
    Status {
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
        /// Exit with 1 also where something stays undecided
        #[arg(long)]
        strict: bool,
    },
    /// Run lessons many times, many at once, under chaos: how often they pass
    #[command(after_help = "Examples:
  harness stress thread-tasks --runs 1000
  harness stress --for 60s                          every lesson, a minute each
  harness stress lock-order --chaos pinned,stops --seed 42
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
        /// How long to run each lesson, in place of a number of runs: 60s, 1m30s
        #[arg(long = "for", value_name = "TIME", value_parser = harness::contract::parse_duration, conflicts_with = "runs")]
        time: Option<Duration>,
        /// How many runs at once; without it as many as the processors bear
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
        /// Kinds of chaos, separated by commas; without it all kinds
        #[arg(long, value_enum, value_delimiter = ',')]
        chaos: Vec<Chaos>,
        /// No chaos
        #[arg(long, conflicts_with = "chaos")]
        calm: bool,
        /// Where every choice comes from; without it a new one, which is printed
        #[arg(long)]
        seed: Option<u64>,
        /// Keep all runs of a lesson in this folder, in LESSON.jsonl; nothing that is there is overwritten
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
        #[arg(required_unless_present = "replay")]
        lesson: Option<String>,
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
        /// Draw the recorded runs in these files, without running anything
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

/// How what came of judging is told.
#[derive(Clone, Copy, Debug)]
struct Telling {
    format: Format,
    /// Whether what stays undecided counts as fallen short in the exit code.
    strict: bool,
}

impl Telling {
    /// The exit code for the worst of these verdicts.
    fn code(self, verdict: Verdict) -> u8 {
        match verdict {
            Verdict::Proven => PROVEN,
            Verdict::Undecided if !self.strict => PROVEN,
            Verdict::Undecided | Verdict::Short => SHORT,
        }
    }
}

/// Why a command could not be carried out: sentences, each of its own.
struct Unasked(Vec<String>);

/// Without a command every lesson is checked.
impl Default for Command {
    fn default() -> Command {
        Command::Check {
            lessons: Vec::new(),
            command: Vec::new(),
            format: Format::Human,
            record: None,
            replay: Vec::new(),
            strict: false,
        }
    }
}

impl<E: std::error::Error> From<E> for Unasked {
    fn from(error: E) -> Unasked {
        Unasked(vec![error.to_string()])
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` passes")]
fn sentences<E: std::error::Error>(errors: Vec<E>) -> Unasked {
    Unasked(errors.iter().map(ToString::to_string).collect())
}

/// Why a lesson's program can't be run.
fn lacks(lesson: &Lesson, error: &ProgramError) -> Unasked {
    Unasked(vec![lesson.lacks(error)])
}

/// Carries out what the command line says.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => error.exit(),
        Err(asked_for) => {
            say(asked_for.render().ansi());
            return ExitCode::from(PROVEN);
        }
    };
    if let Some(less) = means::LESS {
        complain(&format!("note: {less}"));
    }
    let interrupt = match Interrupt::on_signals() {
        Ok(interrupt) => interrupt,
        Err(error) => {
            complain(&format!("error: {error}"));
            return ExitCode::from(UNASKED);
        }
    };
    let outcome = means::test()
        .map_err(|lack| Unasked(vec![lack]))
        .and_then(|()| carry_out(arguments.command.unwrap_or_default(), &interrupt));
    ExitCode::from(match (interrupt.exit_code(), outcome) {
        (None, Ok(code)) | (Some(code), Ok(_)) => code,
        (None, Err(Unasked(sentences))) => {
            for sentence in sentences {
                complain(&format!("error: {sentence}"));
            }
            UNASKED
        }
        // What fell over because it was ended is no error.
        (Some(code), Err(_)) => {
            complain("interrupted");
            code
        }
    })
}

fn carry_out(command: Command, interrupt: &Interrupt) -> Result<u8, Unasked> {
    match command {
        Command::Check { lessons, format, replay, strict, .. } if !replay.is_empty() => {
            let (lessons, files) = lessons_and_records(lessons, replay);
            judge_again(&lessons, &files, Telling { format, strict })
        }
        Command::Check { lessons, command, format, record, strict, .. } => {
            check(&lessons, &command, record.as_deref(), Telling { format, strict }, interrupt)
        }
        Command::Stress { lessons, command, runs, time, jobs, chaos, calm, seed, record } => {
            let chaos = if chaos.is_empty() && !calm { Chaos::HERE.to_vec() } else { chaos };
            let plan = Plan {
                until: time.map_or(Until::Runs(runs), Until::Time),
                jobs: jobs.map(usize::from),
                chaos,
                seed: seed.unwrap_or_else(stress::new_seed),
                record,
            };
            stress::stress(&lessons, &command, &plan, interrupt)
        }
        Command::Status { format, strict } => topics(Telling { format, strict }, interrupt),
        Command::Show { lesson, command } => side_by_side(lesson, &command, interrupt),
        Command::Timeline { lesson, command, runs, histogram, svg, replay } => {
            let (lessons, replay) = lessons_and_records(lesson.into_iter().collect(), replay);
            let wish = Wish { replay: &replay, runs, histogram: histogram.as_deref(), svg: svg.as_deref() };
            timeline::timeline(&lessons, &command, &wish, interrupt)
        }
        Command::Book => book::book(),
        Command::New { name: folder, command, runs, timeout } => {
            new::new(&Wanted { folder, command, runs: runs.into(), timeout }, interrupt)
        }
        Command::Accept { lessons, command } => accept(&lessons, &command, interrupt),
    }
}

/// `--replay` takes all that follows it: what of that names a lesson is no record.
fn lessons_and_records(mut lessons: Vec<String>, replay: Vec<PathBuf>) -> (Vec<String>, Vec<PathBuf>) {
    let names_a_lesson = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        path.is_dir() || extension == "toml" || (extension != "jsonl" && !path.exists())
    };
    let (named, records): (Vec<PathBuf>, Vec<PathBuf>) =
        replay.into_iter().partition(|path| names_a_lesson(path));
    lessons.extend(named.iter().map(|path| path.to_string_lossy().into_owned()));
    (lessons, records)
}

/// Prints to stdout. Where its reader has gone, there is nobody to be told, and the exit code still tells the verdict.
/// Where it can't be written to, as on a full disk, the harness ends, and what it runs ends with it.
fn say(text: impl Display) {
    static NOBODY_READS: AtomicBool = AtomicBool::new(false);
    if NOBODY_READS.load(Ordering::Relaxed) {
        return;
    }
    let mut stdout = anstream::stdout().lock();
    match write!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => NOBODY_READS.store(true, Ordering::Relaxed),
        Err(error) => {
            complain(&format!("error: stdout can't be written to: {error}"));
            std::process::exit(UNASKED.into());
        }
    }
}

/// Prints a line to stderr, if anybody can read it.
fn complain(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

fn here() -> Result<PathBuf, Unasked> {
    Ok(std::env::current_dir()?)
}

/// The lessons that are named, or all of the course; and what stands in for the program of one.
fn lessons_named(words: &[String], command: &[OsString]) -> Result<Vec<Lesson>, Unasked> {
    if words.is_empty() {
        return Course::find(&here()?)?.lessons().map_err(sentences);
    }
    let mut lessons = course::named(words, &here()?).map_err(sentences)?;
    for lesson in &mut lessons {
        lesson.contract.named.command = command.to_vec();
    }
    Ok(lessons)
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
    record: Option<&Path>,
    telling: Telling,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    if !command.is_empty() && words.len() != 1 {
        return programs(&[], command).map(|_| UNASKED);
    }
    let lessons = lessons_named(words, command)?;
    let programs = programs(&lessons, command)?;
    make_folder(record, &lessons)?;
    let session = Session::run(&lessons, &programs, record, telling.format == Format::Human, interrupt);
    session.report(&lessons, telling.format);
    Ok(session.code(telling))
}

/// Makes the folder that records are kept in, if they are. It must hold none of these lessons: runs of different programs
/// would be taken for runs of one.
fn make_folder(record: Option<&Path>, lessons: &[Lesson]) -> Result<(), Unasked> {
    let Some(folder) = record else { return Ok(()) };
    let unusable = |error| Unasked(vec![format!("`{}` can't be made: {error}", folder.display())]);
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let files = lessons.iter().map(|lesson| folder.join(format!("{}.jsonl", lesson.name)));
    match files.into_iter().find(|file| file.symlink_metadata().is_ok()) {
        Some(file) => Err(Unasked(vec![format!(
            "`{}` is there already: name another folder for new records, or remove the old ones",
            file.display()
        )])),
        None => Ok(()),
    }
}

fn judge_again(words: &[String], files: &[PathBuf], telling: Telling) -> Result<u8, Unasked> {
    let [word] = words else {
        return Err(Unasked(vec!["recorded runs are judged by one lesson: name exactly one".to_owned()]));
    };
    let lessons = lessons_named(std::slice::from_ref(word), &[])?;
    let session = Session::replay(&lessons[0], files)?;
    session.report(&lessons, telling.format);
    Ok(session.code(telling))
}

fn topics(telling: Telling, interrupt: &Interrupt) -> Result<u8, Unasked> {
    let course = Course::find(&here()?)?;
    let Some(syllabus) = course.syllabus() else {
        let root = course.root().display();
        return Err(Unasked(vec![format!(
            "`{root}` has no docs/syllabus.toml, which lists what the course documents"
        )]));
    };
    let lessons = course.lessons().map_err(sentences)?;
    let programs = build::programs(&lessons)?;
    let session = Session::run(&lessons, &programs, None, false, interrupt);
    let judgements: Vec<Option<Judgement>> =
        session.answers.iter().map(|answer| answer.as_ref().map(|answer| answer.judgement.clone())).collect();
    let topics = status(syllabus, &lessons, &judgements);
    match telling.format {
        Format::Human => {
            say(human::status(&topics) + "\n");
            session.tell(&lessons);
        }
        Format::Json => say(json::status(&topics) + "\n"),
    }
    let lacking = |state| match state {
        State::Proven => false,
        State::Undecided => telling.strict,
        State::Short | State::Uncovered => true,
    };
    let code = session.code(telling);
    let short = code == PROVEN && topics.iter().any(|topic| lacking(topic.state));
    Ok(if short { SHORT } else { code })
}

fn side_by_side(word: String, command: &[OsString], interrupt: &Interrupt) -> Result<u8, Unasked> {
    let lessons = lessons_named(&[word], command)?;
    let programs = programs(&lessons, command)?;
    let (lesson, program) = (&lessons[0], &programs[0]);
    let limits = Limits::of(&lesson.contract);
    let transcript = run_once(program, lesson.contract.capture, limits, interrupt)
        .map_err(|error| lacks(lesson, &error))?;
    say(show::show(&lesson.contract, &transcript) + "\n");
    if transcript.cut() == Some(Cut::Interrupted) {
        complain("interrupted: this is what it had printed");
    }
    Ok(PROVEN)
}

fn accept(words: &[String], command: &[OsString], interrupt: &Interrupt) -> Result<u8, Unasked> {
    let lessons = lessons_named(words, command)?;
    let programs = programs(&lessons, command)?;
    let mut code = PROVEN;
    for (index, (lesson, program)) in lessons.iter().zip(&programs).enumerate() {
        if let Some(own) = accept_one(lesson, program, interrupt)? {
            code = code.max(own);
        } else {
            let rest: Vec<&str> = lessons[index..].iter().map(|lesson| lesson.name.as_str()).collect();
            complain(&format!("interrupted: not accepted are {}", rest.join(", ")));
            break;
        }
    }
    Ok(code)
}

/// Takes over what one run prints, if it meets all checks and further runs print the same.
///
/// `None` where the user interrupts it.
fn accept_one(lesson: &Lesson, program: &Program, interrupt: &Interrupt) -> Result<Option<u8>, Unasked> {
    let contract = &lesson.contract;
    let limits = Limits::of(contract);
    let transcript =
        run_once(program, contract.capture, limits, interrupt).map_err(|error| lacks(lesson, &error))?;
    let form = canonical(&Reading::new(contract, &transcript));
    let asked = suite::ask(lesson, Some(&form), program, None, interrupt);
    let Some((judgement, _)) = asked.map_err(|error| lacks(lesson, &error))? else {
        return Ok(None);
    };
    // Accepted or not: what a test offered before is of a program that is no longer so, or will be the golden.
    golden::withdraw(&lesson.folder)?;
    if judgement.verdict == Verdict::Short {
        let details = human::details(&lesson.name, &judgement);
        let why = if judgement.findings.iter().any(|finding| finding.kind == "golden") {
            "not accepted: two runs printed different things, and the first of them is what `golden` shows here; a \
             part that varies needs a name in [names], an order that varies actors of their own"
        } else {
            "not accepted: only a run that meets every other check can become the golden"
        };
        say(format!("{details}\n{}: {why}\n", lesson.name));
        return Ok(Some(SHORT));
    }
    if lesson.golden.as_deref() == Some(form.as_str()) {
        say(format!("{}: the golden is up to date\n", lesson.name));
        return Ok(Some(PROVEN));
    }
    let old = lesson.golden.as_deref().map_or("", golden::shown);
    say(golden::diff(old, golden::shown(&form)));
    let file = golden::path(&lesson.folder);
    golden::write(&file, &lesson.name, &form)
        .map_err(|error| Unasked(vec![format!("`{}` can't be written: {error}", file.display())]))?;
    say(format!("{}: accepted as {}\n", lesson.name, relative(&file)?.display()));
    Ok(Some(PROVEN))
}

fn relative(file: &Path) -> Result<PathBuf, Unasked> {
    Ok(file.strip_prefix(here()?).unwrap_or(file).to_path_buf())
}
