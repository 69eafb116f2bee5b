//! One test a lesson: its golden, its checks, and that it leaves nothing behind.
//!
//! `cargo test process-ids` runs one. Where nothing but the golden is missed, and a further run prints the same, insta
//! keeps the new one beside it, for `cargo insta review`.

use std::panic;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{OnceLock, RwLock};

use golden_tests::accepts_everything;
use harness::build;
use harness::course::{Course, Lesson};
use harness::golden;
use harness::interrupt::Interrupt;
use harness::program::Program;
use harness::report::human;
use harness::suite;
use libtest_mimic::{Arguments, Failed, Trial};

/// Lessons mostly sleep: far more of them than there are processors can run at once.
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
    // A panic's message is reported with its test; insta's is told by the verdict.
    panic::set_hook(Box::new(|_| {}));
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let lessons = match course().lessons() {
        Ok(lessons) => lessons,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            return ExitCode::from(2);
        }
    };
    let trials = (0..lessons.len()).map(|index| Trial::test(&lessons[index].name, move || check(index)));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn course() -> Course {
    Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("these tests stand in the course's folder")
}

type Prepared = Result<(Vec<Lesson>, Vec<Program>), String>;

/// The lessons and their programs, built once.
fn prepared() -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let lessons = course().lessons().map_err(|errors| format!("{errors:?}"))?;
        let programs = build::programs(&lessons).map_err(|error| error.to_string())?;
        Ok((lessons, programs))
    })
}

fn check(index: usize) -> Result<(), Failed> {
    let (lessons, programs) = prepared().as_ref()?;
    let (lesson, program) = (&lessons[index], &programs[index]);
    let (_alone, _shared) = if lesson.contract.exclusive {
        (Some(PROCESSORS.write()), None)
    } else {
        (None, Some(PROCESSORS.read()))
    };
    let asked = suite::ask(lesson, lesson.golden.as_deref(), program, None, &Interrupt::never())?;
    let (judgement, transcript) = asked.ok_or("it was interrupted")?;
    if let Some(form) = suite::offered(lesson, program, &judgement, &transcript)? {
        keep_for_review(lesson, &form);
    }
    if judgement.verdict.passes() {
        return Ok(());
    }
    let report = human::details(&lesson.name, &judgement);
    Err(anstream::adapter::strip_str(&report).to_string().into())
}

/// Lets insta write what differs beside the golden. Whether it differs has been decided before: insta takes some
/// differences for none.
fn keep_for_review(lesson: &Lesson, form: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&lesson.folder);
    settings.set_prepend_module_to_snapshot(false);
    let compare = || insta::assert_snapshot!("golden", golden::shown(form), &lesson.name);
    let _ = panic::catch_unwind(panic::AssertUnwindSafe(|| settings.bind(compare)));
}
