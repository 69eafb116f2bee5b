//! Words of the command line, and what each command does.

mod accept;
mod book;
mod check;
mod explore;
mod new;
mod out;
mod recording;
mod review;
mod session;
mod show;
mod status;
mod stress;
mod subjects;
mod timeline;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use self::new::Wanted;
use self::out::{complain, say};
use self::timeline::Wish;
use crate::contract::Contract;
use crate::direct::asking::Manner;
use crate::direct::attack::Budget;
use crate::direct::explore as exploring;
use crate::judge::Verdict;
use crate::judge::subject::Subject;
use crate::language::Language;
use crate::run::conditions::Chaos;
use crate::run::program::ProgramError;
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
/// Without a command it checks every lesson of the course around the current folder, or else every contract below it.
///
/// Exit codes: 0 nothing refuted (what is undecided is named; with --strict it is 1), 1 something refuted, 2 it
/// could not be asked, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
#[derive(Debug, Parser)]
#[command(
    name = "harness",
    version,
    after_help = "Examples:
  harness                                  check everything
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
    #[command(flatten)]
    color: colorchoice_clap::Color,
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
  harness check 'thread-*'                          all that are named so
  harness check --list                              what there is to check
  harness check --format json | jq '.lessons[].verdict'")]
    Check {
        /// Lessons of the course, paths of contracts elsewhere, or patterns of them; none: all of the course, or else below this folder
        lessons: Vec<String>,
        /// A program to judge in place of the lesson's own; runs in the current folder
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
        /// How to report
        #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
        format: CheckFormat,
        /// Say nothing of what is proven
        #[arg(long, short)]
        quiet: bool,
        /// Only tell what would be checked, one a line, by names that the command line takes
        #[arg(long)]
        list: bool,
        /// How many programs are asked at once; without it all but those that measure
        #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
        /// How long a run may take, as 30s; without it what the contract says, or 10s
        #[arg(long, value_name = "TIME", value_parser = crate::document::parse_duration)]
        timeout: Option<Duration>,
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
        /// Lessons of the course, paths of contracts elsewhere, or patterns of them; none: all of the course, or else below this folder
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
        #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
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
    /// prints the next line, which may end, and then no other order can be forced; then at random. It is chosen where a task is born,
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
        /// Hold threads between two instructions, where they touch the same memory, in place of all else
        #[arg(long)]
        races: bool,
        /// Run this schedule alone, as a report has it
        #[arg(long, value_name = "TEXT", conflicts_with_all = ["schedules", "duration", "runs", "seed", "time", "races", "format"])]
        schedule: Option<Schedule>,
        /// Draw the rarest order, or the one of the schedule, to this file
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// Keep what was found in this file, in place of what it held; a lesson's page tells of it, from its `orders.jsonl`
        #[arg(long, value_name = "FILE", conflicts_with = "schedule")]
        record: Option<PathBuf>,
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
  harness book                                      into target/book
  harness book --open                               and then in the browser")]
    Book {
        /// Open it in the browser
        #[arg(long)]
        open: bool,
    },
    /// Show how a lesson's output differs from its golden, and make it the golden if all else holds
    #[command(after_help = "Examples:
  harness accept process-ids
  harness accept --all                              whatever meets all but its golden
  harness accept ../other/project/contract.toml
  harness accept tests/workers/contract.toml -- target/debug/workers 4")]
    Accept {
        /// Lessons of the course, paths of contracts elsewhere, or patterns of them
        #[arg(required_unless_present = "all")]
        lessons: Vec<String>,
        /// All of the course, or else below this folder
        #[arg(long, conflicts_with_all = ["lessons", "command"])]
        all: bool,
        /// A program to run in place of the lesson's own; runs in the current folder
        #[arg(last = true, value_name = "CMD")]
        command: Vec<OsString>,
    },
    /// Show one after the other how what was kept for review differs from its golden, and ask what to do
    ///
    /// `harness check`, and a golden test of Rust's, keep what a program prints where nothing but its golden speaks against it and a
    /// further run prints the same: as golden.snap.new, beside the golden.
    #[command(after_help = "Examples:
  harness review                                    all of the course, or else below this folder
  harness review tests/workers")]
    Review {
        /// Lessons of the course, paths of contracts elsewhere, or patterns of them; none: all of the course, or else below this folder
        lessons: Vec<String>,
    },
    /// Print the JSON schema of contracts, for editors that complete and check TOML by one
    #[command(after_help = "Examples:
  harness schema > contract.schema.json             then, as a contract's first line: #:schema ../contract.schema.json")]
    Schema,
    /// Print what a shell needs to complete this command line
    #[command(after_help = "Examples:
  harness completions bash > ~/.local/share/bash-completion/completions/harness
  harness completions zsh > ~/.zfunc/_harness
  harness completions fish > ~/.config/fish/completions/harness.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object on stdout
    Json,
}

/// How `check` is told, to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people
    Human,
    /// One JSON object on stdout
    Json,
    /// One report in XML, as continuous integration reads it
    Junit,
    /// Annotations for a workflow of GitHub's
    Github,
}

impl From<Format> for CheckFormat {
    fn from(format: Format) -> CheckFormat {
        match format {
            Format::Human => CheckFormat::Human,
            Format::Json => CheckFormat::Json,
        }
    }
}

/// How what came of judging is told.
#[derive(Clone, Copy, Debug)]
struct Telling {
    format: CheckFormat,
    /// Whether what stays undecided counts as refuted in the exit code.
    strict: bool,
    /// Whether nothing is told of what is proven.
    quiet: bool,
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

/// Without a command everything is checked.
impl Default for Command {
    fn default() -> Command {
        Command::Check {
            lessons: Vec::new(),
            command: Vec::new(),
            format: CheckFormat::Human,
            quiet: false,
            list: false,
            jobs: None,
            timeout: None,
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
    arguments.color.write_global();
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
        Command::Check { lessons, list: true, .. } => check::list(&lessons),
        Command::Check { lessons, format, quiet, replay, strict, .. } if !replay.is_empty() => {
            let (lessons, files) = check::lessons_and_records(lessons, replay);
            check::judge_again(&lessons, &files, Telling { format, strict, quiet, language })
        }
        Command::Check {
            lessons,
            command,
            format,
            quiet,
            jobs,
            timeout,
            record,
            strict,
            schedules,
            time,
            seed,
            schedule,
            ..
        } => {
            let usual = Budget { time, seed, ..Budget::default() };
            let asked_for = |schedules| Budget { schedules, is_hasty: false, ..usual };
            let budget = schedules.map_or(usual, asked_for);
            let (record, only) = (record.as_deref(), schedule.as_ref());
            let jobs = jobs.map(usize::from);
            let manner = Manner { record, language, budget, only, jobs, interrupt };
            let telling = Telling { format, strict, quiet, language };
            check::check(&check::Wanted { words: &lessons, command: &command, timeout }, manner, telling)
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
        Command::Status { format, strict } => {
            status::status(Telling { format: format.into(), strict, quiet: false, language }, interrupt)
        }
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
            races,
            schedule,
            svg,
            record,
            format,
        } => {
            let until = duration.map_or(exploring::Until::Schedules(schedules), exploring::Until::Time);
            let plan = exploring::Plan { until, runs, seed, time, races };
            let wish = explore::Wish { plan, schedule, svg, record, format };
            explore::explore(lesson, &command, &wish, language, interrupt)
        }
        Command::Book { open } => book::book(open),
        Command::New { name: folder, command, runs, timeout } => {
            new::new(&Wanted { folder, command, runs: runs.into(), timeout }, language, interrupt)
        }
        Command::Accept { lessons, command, .. } => accept::accept(&lessons, &command, language, interrupt),
        Command::Schema => {
            say(Contract::schema() + "\n");
            Ok(PROVEN)
        }
        Command::Completions { shell } => completions(shell),
        Command::Review { lessons } => review::review(&lessons, language, interrupt),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<u8, Unasked> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "harness", &mut script);
    say(String::from_utf8(script)?);
    Ok(PROVEN)
}

fn here() -> Result<PathBuf, Unasked> {
    Ok(std::env::current_dir()?)
}

fn relative(file: &Path) -> Result<PathBuf, Unasked> {
    Ok(file.strip_prefix(here()?).unwrap_or(file).to_path_buf())
}
