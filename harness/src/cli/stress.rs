//! `stress`: how often lessons pass.

use std::ffi::OsString;

use harness::chaos::Chaos;
use harness::interrupt::Interrupt;
use harness::report::human;
use harness::stress::{Plan, Report, Until, stress as stress_lesson};

use super::session::{keep, progress_bar};
use super::{INTERRUPTED, PROVEN, SHORT, Unasked, complain, lessons_named, make_folder, programs, say};

/// A seed that was not used before, short enough to be typed again.
pub(super) fn new_seed() -> u64 {
    u64::from(fastrand::u32(..))
}

/// Stresses the lessons one after the other.
pub(super) fn stress(words: &[String], command: &[OsString], plan: &Plan) -> Result<u8, Unasked> {
    if plan.chaos.iter().any(|kind| !Chaos::HERE.contains(kind)) {
        let why = "this system can't do that: `pinned` and `stops` need Linux, `hogs` and `nice` any Unix";
        return Err(Unasked(vec![why.to_owned()]));
    }
    let lessons = lessons_named(words)?;
    let programs = programs(&lessons, command)?;
    make_folder(plan.record.as_deref())?;
    let interrupt = Interrupt::on_signals()?;
    let (mut runs, mut code) = (0, PROVEN);
    for (lesson, program) in lessons.iter().zip(&programs) {
        let bar = match plan.until {
            Until::Runs(runs) => progress_bar(runs, &format!("runs of {}", lesson.name)),
            Until::Time(_) => progress_bar(0, &format!("runs of {}", lesson.name)),
        };
        let report = stress_lesson(lesson, program, plan, &interrupt, |done| bar.set_position(done))?;
        bar.finish_and_clear();
        say(human::stress(&lesson.name, &report, &kept(&lesson.name, &report)));
        runs += report.passed.of;
        if !report.failures.is_empty() {
            code = SHORT;
        }
        if report.interrupted {
            complain("interrupted: this is what is known so far");
            code = INTERRUPTED;
            break;
        }
    }
    say(format!("\n{runs} runs, seed {}\n", plan.seed));
    Ok(code)
}

/// Keeps the record of each distinct failure.
fn kept(name: &str, report: &Report) -> Vec<String> {
    let one = |failure: &harness::stress::Failure| match keep(
        &format!("{name}-{}", failure.run),
        &failure.transcript,
    ) {
        Ok(file) => file.display().to_string(),
        Err(error) => format!("nothing: {error}"),
    };
    report.failures.iter().map(one).collect()
}
