//! `stress`: how often lessons pass.

use std::ffi::OsString;

use crate::judge::subject::Subject;
use crate::language::Language;
use crate::report::stress::{Kept, stress as told};
use crate::stress::{Failure, Plan, Until, stress as stress_lesson};
use crate::system::interrupt::Interrupt;

use super::check::make_folder;
use super::out::{complain, say};
use super::session::{keep, progress_bar};
use super::subjects;
use super::{PROVEN, REFUTED, Unasked, lacks};

/// A seed that was not used before, short enough to be typed again.
pub(super) fn new_seed() -> u64 {
    u64::from(fastrand::u32(..))
}

/// Stresses the lessons one after the other.
pub(super) fn stress(
    words: &[String],
    command: &[OsString],
    plan: &Plan,
    language: Language,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    let lessons = subjects::named(words, command)?;
    let programs = subjects::programs(&lessons, command)?;
    make_folder(plan.record.as_deref(), &lessons)?;
    let (mut runs, mut code) = (0, PROVEN);
    for (lesson, program) in lessons.iter().zip(&programs) {
        let bar = match plan.until {
            Until::Runs(runs) => progress_bar(runs, &format!("runs of {}", lesson.name)),
            Until::Time(_) => progress_bar(0, &format!("runs of {}", lesson.name)),
        };
        let report = stress_lesson(lesson, program, plan, language, interrupt, |done| bar.set_position(done))
            .map_err(|error| lacks(lesson, &error))?;
        bar.finish_and_clear();
        let kept: Vec<Kept> = report.failures.iter().map(|failure| kept(lesson, failure)).collect();
        say(told(&lesson.name, &report, &kept, language));
        runs += report.passed.of;
        if !report.failures.is_empty() {
            code = REFUTED;
        }
        if report.interrupted {
            complain("interrupted: this is what is known so far");
            break;
        }
    }
    say(format!("\n{runs} runs, seed {}\n", plan.seed));
    Ok(code)
}

/// Keeps the record of a failure.
fn kept(lesson: &Subject, failure: &Failure) -> Kept {
    let named = &lesson.contract.named;
    let place = keep(lesson, &format!("{}-{}", lesson.name, failure.run), &failure.transcript);
    let again = place.as_ref().ok().map(|file| named.replay(file));
    Kept { place, again }
}
