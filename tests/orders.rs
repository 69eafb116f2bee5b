//! The recorded orders of each lesson: each schedule that is recorded still shows its order.

use std::path::Path;

use golden_tests::left_out;
use harness::cast::reading::Reading;
use harness::course::{Course, build};
use harness::direct::explore::{End, Explored, Outcome, Text, replay, texts};
use harness::judge::subject::Subject;
use harness::run::program::Program;
use harness::run::unwatched;
use harness::system::interrupt::Interrupt;

#[test]
fn every_recorded_schedule_still_shows_its_order() {
    if let Some(why) = left_out(unwatched()) {
        eprintln!("{why}");
        return;
    }
    let course = Course::find(Path::new(env!("CARGO_MANIFEST_DIR")))
        .expect("these tests stand in the course's folder");
    let mut lessons = course.lessons().expect("the lessons can be read");
    lessons.retain(|lesson| lesson.folder.join("orders.jsonl").is_file());
    assert!(lessons.len() > 10, "only {} lessons have recorded orders", lessons.len());
    let programs = build::programs(&lessons).expect("the lessons build");
    let mut replayed = 0;
    for (lesson, program) in lessons.iter().zip(&programs) {
        let explored =
            Explored::read(&lesson.folder.join("orders.jsonl")).unwrap_or_else(|error| panic!("{error}"));
        for outcome in &explored.outcomes {
            replayed += usize::from(shows(lesson, program, &explored, outcome));
        }
    }
    assert!(replayed > 100, "only {replayed} schedules");
}

/// Runs an outcome's schedule again, if it is exact, and holds what comes against what is recorded.
fn shows(lesson: &Subject, program: &Program, explored: &Explored, outcome: &Outcome) -> bool {
    let Some(shown) = outcome.shown.as_ref().filter(|shown| shown.exact) else { return false };
    let (run, followed) = replay(&lesson.contract, program, &shown.schedule, &Interrupt::never())
        .unwrap_or_else(|error| panic!("{}: {error}", lesson.name));
    let told = |text: &Text| format!("{} │ {}", text.actor.as_deref().unwrap_or("?"), text.line);
    let came: Vec<String> = texts(&Reading::new(&lesson.contract.cast, &run)).iter().map(told).collect();
    let wanted: Vec<String> = outcome.lines.iter().map(|&line| told(&explored.texts[line])).collect();
    assert_eq!(came, wanted, "{}: {}", lesson.name, shown.schedule);
    assert_eq!((End::of(&run), followed), (outcome.end, true), "{}: {}", lesson.name, shown.schedule);
    true
}
