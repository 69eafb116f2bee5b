//! Words of the command line, and what each command does.

mod accept;
mod book;
mod check;
mod explore;
mod new;
mod out;
mod recording;
mod session;
mod show;
mod status;
mod stress;
mod timeline;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

use self::new::Wanted;
use self::out::{complain, say};
use self::timeline::Wish;
use crate::course::{self, Course, build};
use crate::direct::asking::Manner;
use crate::direct::attack::Budget;
use crate::direct::explore as exploring;
use crate::judge::Verdict;
use crate::judge::subject::Subject;
use crate::language::Language;
use crate::run::conditions::Chaos;
use crate::run::program::{Program, ProgramError};
use crate::stress::{Plan, Until};
use crate::system::interrupt::Interrupt;
use crate::system::requirements;
use crate::transcript::schedule::{self, Schedule};

/// Nothing was refuted.
const PROVEN: u8 = 0;
/// Something was refuted.
const REFUTED: u8 = 1;
/// It could not be asked: usage, contract, build.
const UNASKED: u8 = 2;

/// Golden tests for programs that run concurrently.
///
/// Runs lessons, decides who wrote each line, and holds what they print against their goldens and contracts.
/// Without a command it checks every lesson of the course around the current folder.
///
/// Exit codes: 0 nothing refuted (what is undecided is named; with --strict it is 1), 1 something refuted, 2 it
/// could not be asked, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
#[derive(Debug, Parser)]
#[command(
    name = "harness",
    version,
    after_help = "Examples:
  harness                                  check every lesson
  harness check process-ids                check one lesson
  harness check process-ids -- python3 my.py   check another program by the same contract
  harness explore lock-order               every order in which its lines can come
  harness new workers -- bash workers.sh   draw a first contract for a program of any language
  harness status                           what is documented, covered, proven"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The language of what is told, en or zh; without it the locale's
    #[arg(long, global = true, value_name = "LANGUAGE")]
    language: Option<Language>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run lessons and judge them
    #[command(after_help = "Examples:
  harness check                                     every lesson
  harness check thread-race lock-counter            these two
  harness check process-ids -- python3 mine.py      that program, by the lesson's contract and golden
  harness check ../other/project/contract.toml      a lesson elsewhere, by its `command`
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
        /// Under how many schedules to run each program, to break what is always so; without it 30, and fewer if that takes long
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        schedules: Option<u32>,
        /// How long to look for schedules for each program, in place of a number: 10s, 1m30s
        #[arg(long = "for", value_name = "TIME", value_parser = crate::document::parse_duration, conflicts_with = "schedules")]
        time: Option<Duration>,
        /// Where random schedules come from
        #[arg(long, default_value_t = Budget::default().seed)]
        seed: u64,
        /// Run one lesson under this schedule alone, as a report names it
        #[arg(long, value_name = "SCHEDULE", conflicts_with_all = ["replay", "schedules", "time", "seed"])]
        schedule: Option<Schedule>,
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
        #[arg(long = "for", value_name = "TIME", value_parser = crate::document::parse_duration, conflicts_with = "runs")]
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
    /// Look for every order in which a lesson's lines can come, and how often each does
    ///
    /// Runs the program again and again, one task at a time, as the harness chooses who goes next: first by a tree of who
    /// prints the next line, which may end, and then all orders were tried; then at random. It is chosen where a task is born,
    /// waits, is woken, sleeps or prints, and not between two instructions. Then the program runs by itself, to tell how often
    /// each order comes so. Orders, deadlocks, crashes and numbers that vary are each shown with a schedule, which runs it again.
    #[command(after_help = "Examples:
  harness explore thread-order                      its orders, in 1000 schedules
  harness explore lock-order --for 10s
  harness explore lock-order --svg rarest.svg       the rarest as a picture
  harness explore lock-order --schedule late,3:2    that run alone: who went, and what the others were about
  harness explore process-order --time ideal        sleeps end in time
  harness explore thread-order -- python3 mine.py   that program")]
    Explore {
        /// A lesson of the course, or the path of a contract elsewhere
        lesson: String,
        /// A program to run in place of the lesson's own
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How many schedules: the tree takes half of them, if it needs so many
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
        schedules: u64,
        /// How long to look, in place of a number of schedules: 10s, 1m30s
        #[arg(long = "for", value_name = "TIME", value_parser = crate::document::parse_duration, conflicts_with = "schedules")]
        duration: Option<Duration>,
        /// How many runs that nobody directs; 0 for none
        #[arg(long, default_value_t = 50)]
        runs: u64,
        /// Where random choices come from: the same seed tells the same
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// When sleeps end: `late`, at any later moment, or `ideal`, in their order, once nobody else can go on
        #[arg(long, value_enum, default_value_t = schedule::Time::Late, hide_possible_values = true)]
        time: schedule::Time,
        /// Run this schedule alone, as a report has it
        #[arg(long, value_name = "TEXT", conflicts_with_all = ["schedules", "duration", "runs", "seed", "time", "format"])]
        schedule: Option<Schedule>,
        /// Draw the rarest order, or the one of the schedule, to this file
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Draw a first contract and golden for a program from several runs of it
    ///
    /// Writes NAME/contract.toml and NAME/golden.snap: actors proposed from the processes that print, and names for what
    /// varies. Then it judges further runs by them. What is meant, the author says by editing them.
    #[command(after_help = "Examples:
  harness new workers -- bash workers.sh
  harness new tests/pool --runs 30 -- python3 pool.py --size 4")]
    New {
        /// The folder to write to, below the current one, or `.`; without a contract in it
        name: PathBuf,
        /// The program; runs in the current folder
        #[arg(last = true, required = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How many runs to record; more, if they still show something new
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..))]
        runs: u16,
        /// How long a run may take, as 30s; without it 10s
        #[arg(long, value_name = "TIME", value_parser = new::Timeout::parse)]
        timeout: Option<new::Timeout>,
    },
    /// Build the course's book, in English and in Chinese, from the runs that are recorded
    #[command(after_help = "Examples:
  harness book                                      into target/book")]
    Book,
    /// Show how a lesson's output differs from its golden, and make it the golden if all else holds
    #[command(after_help = "Examples:
  harness accept process-ids
  harness accept ../other/project/contract.toml
  harness accept tests/workers/contract.toml -- target/debug/workers 4")]
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
    /// Whether what stays undecided counts as refuted in the exit code.
    strict: bool,
    language: Language,
}

impl Telling {
    /// The exit code for the worst of these verdicts.
    fn code(self, verdict: Verdict) -> u8 {
        match verdict {
            Verdict::Proven => PROVEN,
            Verdict::Undecided if !self.strict => PROVEN,
            Verdict::Undecided | Verdict::Refuted => REFUTED,
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
            schedules: None,
            time: None,
            seed: Budget::default().seed,
            schedule: None,
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
fn lacks(lesson: &Subject, error: &ProgramError) -> Unasked {
    Unasked(vec![lesson.lacks(error)])
}

/// Carries out what the command line says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => error.exit(),
        Err(asked_for) => {
            say(asked_for.render().ansi());
            return ExitCode::from(PROVEN);
        }
    };
    let interrupt = match Interrupt::on_signals() {
        Ok(interrupt) => interrupt,
        Err(error) => {
            complain(&format!("error: {error}"));
            return ExitCode::from(UNASKED);
        }
    };
    let language = arguments.language.unwrap_or_else(Language::of_locale);
    let outcome = requirements::test()
        .map_err(|lack| Unasked(vec![lack]))
        .and_then(|()| carry_out(arguments.command.unwrap_or_default(), language, &interrupt));
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

fn carry_out(command: Command, language: Language, interrupt: &Interrupt) -> Result<u8, Unasked> {
    match command {
        Command::Check { lessons, format, replay, strict, .. } if !replay.is_empty() => {
            let (lessons, files) = check::lessons_and_records(lessons, replay);
            check::judge_again(&lessons, &files, Telling { format, strict, language })
        }
        Command::Check {
            lessons, command, format, record, strict, schedules, time, seed, schedule, ..
        } => {
            let usual = Budget { time, seed, ..Budget::default() };
            let asked_for = |schedules| Budget { schedules, is_hasty: false, ..usual };
            let budget = schedules.map_or(usual, asked_for);
            let (record, only) = (record.as_deref(), schedule.as_ref());
            let manner = Manner { record, language, budget, only, interrupt };
            check::check(&lessons, &command, manner, Telling { format, strict, language })
        }
        Command::Stress { lessons, command, runs, time, jobs, chaos, calm, seed, record } => {
            let chaos = if chaos.is_empty() && !calm { Chaos::ALL.to_vec() } else { chaos };
            let plan = Plan {
                until: time.map_or(Until::Runs(runs), Until::Time),
                jobs: jobs.map(usize::from),
                chaos,
                seed: seed.unwrap_or_else(stress::new_seed),
                record,
            };
            stress::stress(&lessons, &command, &plan, language, interrupt)
        }
        Command::Status { format, strict } => status::status(Telling { format, strict, language }, interrupt),
        Command::Show { lesson, command } => show::show(lesson, &command, interrupt),
        Command::Timeline { lesson, command, runs, histogram, svg, replay } => {
            let (lessons, replay) = check::lessons_and_records(lesson.into_iter().collect(), replay);
            let wish = Wish { replay: &replay, runs, histogram: histogram.as_deref(), svg: svg.as_deref() };
            timeline::timeline(&lessons, &command, &wish, interrupt)
        }
        Command::Explore {
            lesson,
            command,
            schedules,
            duration,
            runs,
            seed,
            time,
            schedule,
            svg,
            format,
        } => {
            let until = duration.map_or(exploring::Until::Schedules(schedules), exploring::Until::Time);
            let plan = exploring::Plan { until, runs, seed, time };
            let wish = explore::Wish { plan, schedule, svg, format };
            explore::explore(lesson, &command, &wish, language, interrupt)
        }
        Command::Book => book::book(),
        Command::New { name: folder, command, runs, timeout } => {
            new::new(&Wanted { folder, command, runs: runs.into(), timeout }, language, interrupt)
        }
        Command::Accept { lessons, command } => accept::accept(&lessons, &command, language, interrupt),
    }
}

fn here() -> Result<PathBuf, Unasked> {
    Ok(std::env::current_dir()?)
}

/// The lessons that are named, or all of the course; and what stands in for the program of one.
fn lessons_named(words: &[String], command: &[OsString]) -> Result<Vec<Subject>, Unasked> {
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
fn programs(lessons: &[Subject], command: &[OsString]) -> Result<Vec<Program>, Unasked> {
    match (command, lessons) {
        ([], _) => Ok(build::programs(lessons)?),
        (_, [lesson]) => Ok(vec![build::prepare(lesson, command, &here()?)?]),
        _ => Err(Unasked(vec!["a program after `--` is judged by one lesson: name exactly one".to_owned()])),
    }
}

fn relative(file: &Path) -> Result<PathBuf, Unasked> {
    Ok(file.strip_prefix(here()?).unwrap_or(file).to_path_buf())
}
