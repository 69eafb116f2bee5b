//! One test a lesson: its golden, its checks, and that it leaves nothing behind.
//!
//! `cargo test process-ids` runs one. Where nothing but the golden speaks against a run, and a further run prints the same,
//! its form is kept beside the golden, for `cargo insta review`.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::slice;
use std::sync::{LazyLock, OnceLock, RwLock};

use golden_tests::accepts_everything;
use harness::check::finding::FindingKind;
use harness::course::build::{self, BuildError};
use harness::course::{CONTRACT, Course};
use harness::direct::asking::{self, Manner};
use harness::golden_test::offer;
use harness::judge::subject::Subject;
use harness::language::Language;
use harness::report::human;
use harness::run::program::Program;
use harness::system::interrupt::Interrupt;
use libtest_mimic::{Arguments, Failed, Trial};

/// Subjects mostly sleep: far more of them than there are processors can run at once.
const AT_ONCE: usize = 32;

/// Readers are lessons that run side by side, the writer is one that needs the processors for itself.
static PROCESSORS: RwLock<()> = RwLock::new(());

fn main() -> ExitCode {
    if let Some(variable) = accepts_everything() {
        eprintln!(
            "error: {variable} would accept whatever is printed; goldens are accepted one by one, in review"
        );
        return ExitCode::from(2);
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut lessons = match course().lessons() {
        Ok(lessons) => lessons,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            return ExitCode::from(2);
        }
    };
    // Only lessons that are asked for are built.
    lessons.retain(|lesson| is_asked_for(&lesson.name, &arguments));
    let lessons = LESSONS.get_or_init(|| lessons);
    let trial =
        |(index, lesson): (usize, &'static Subject)| Trial::test(&lesson.name, move || check(lesson, index));
    libtest_mimic::run(&arguments, lessons.iter().enumerate().map(trial).collect()).exit_code()
}

fn is_asked_for(lesson: &str, arguments: &Arguments) -> bool {
    let matches = |filter: &String| if arguments.exact { lesson == filter } else { lesson.contains(filter) };
    arguments.filter.as_ref().is_none_or(matches)
}

fn course() -> Course {
    Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("these tests stand in the course's folder")
}

/// The lessons that are asked for.
static LESSONS: OnceLock<Vec<Subject>> = OnceLock::new();

/// Their programs, built by one call of cargo; where one does not build, by a call for each.
static PROGRAMS: LazyLock<Vec<Result<Program, BuildError>>> = LazyLock::new(|| {
    let lessons = LESSONS.get().expect("tests run when the lessons are known");
    let alone = |lesson| Ok(build::programs(slice::from_ref(lesson))?.remove(0));
    match build::programs(lessons) {
        Ok(programs) => programs.into_iter().map(Ok).collect(),
        Err(_) => lessons.iter().map(alone).collect(),
    }
});

fn check(lesson: &Subject, index: usize) -> Result<(), Failed> {
    let program = PROGRAMS[index].as_ref()?;
    let (_alone, _shared) = if lesson.contract.exclusive {
        (Some(PROCESSORS.write()), None)
    } else {
        (None, Some(PROCESSORS.read()))
    };
    let asked = asking::ask(
        lesson,
        lesson.golden.as_deref(),
        program,
        Manner::usual(Language::En, &Interrupt::never()),
    )?;
    let (judgement, transcript) = asked.ok_or("it was interrupted")?;
    let offered = offer(lesson, program, &judgement, &transcript)?;
    if judgement.verdict.passes() {
        return Ok(());
    }
    let mut report =
        anstream::adapter::strip_str(&human::details(&lesson.name, &judgement, Language::En)).to_string();
    let name = &lesson.name;
    if offered.is_some() {
        let _ = write!(
            report,
            "\n{name}: if that is right, take it over: `cargo insta review`, or `cargo run -p harness -- accept {name}`\n"
        );
    } else if judgement.findings.iter().any(|finding| finding.kind == FindingKind::Golden) {
        let _ = write!(
            report,
            "\n{name}: what it prints can become the golden once nothing else is refuted: mend the program, or say \
             in {} what is meant\n",
            lesson.folder.join(CONTRACT).display()
        );
    }
    Err(report.into())
}
