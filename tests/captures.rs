//! Lessons that claim nothing about writers are proven through captures that don't name them, too.

use std::path::Path;

use harness::contract::Contract;
use harness::course::{Course, build};
use harness::judge::Verdict;
use harness::judge::asking::{Asked, ask_all};
use harness::judge::subject::Subject;
use harness::language::Language;
use harness::report::human;
use harness::system::interrupt::Interrupt;

/// The lesson as it would be if it were captured so and left out that its actors are processes or threads; `None` where
/// it claims more of them.
fn captured(lesson: Subject, capture: &str) -> Option<Subject> {
    let file = lesson.folder.join("lesson.toml");
    let text = std::fs::read_to_string(&file).expect("a contract");
    let lines = text.lines().filter(|line| !line.starts_with("kind "));
    let text: Vec<String> =
        [format!("capture = \"{capture}\"")].into_iter().chain(lines.map(str::to_owned)).collect();
    let contract = Contract::parse(&text.join("\n"), &file).ok()?;
    // What takes the processors for itself measures; that is not what is asked here.
    (!contract.exclusive).then_some(Subject { contract, ..lesson })
}

#[test]
fn lessons_that_need_no_writers_are_proven_through_a_pipe() {
    let course = Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the course");
    let lessons = course.lessons().expect("contracts without mistakes");
    let lessons: Vec<Subject> = lessons.into_iter().filter_map(|lesson| captured(lesson, "pipe")).collect();
    assert!(lessons.len() >= 10, "only {} lessons", lessons.len());
    let programs = build::programs(&lessons).expect("the lessons build");
    let mut refuted = String::new();
    ask_all(&lessons, &programs, None, Language::En, &Interrupt::never(), |asked| match asked {
        Asked::Answered(answer) if answer.judgement.verdict == Verdict::Refuted => {
            refuted += &human::details(&lessons[answer.index].name, &answer.judgement, Language::En);
        }
        Asked::Answered(_) => {}
        Asked::Interrupted => unreachable!("nobody interrupts it"),
        Asked::Refused(index, error) => panic!("{}: {error}", lessons[index].name),
    });
    assert!(refuted.is_empty(), "{refuted}");
}
