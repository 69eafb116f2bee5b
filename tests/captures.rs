//! Lessons are proven through a socket, too, and not by what a pipe alone lets through.

use std::path::Path;

use harness::contract::Contract;
use harness::course::{Course, build};
use harness::direct::asking::{Asked, Manner, ask_all};
use harness::judge::Verdict;
use harness::judge::subject::Subject;
use harness::language::Language;
use harness::report::human;
use harness::run::unwatched;
use harness::system::interrupt::Interrupt;

/// The lesson as it would be if it were captured so; `None` where it takes the processors for itself, since it measures: that is
/// not what is asked here.
fn captured(lesson: Subject) -> Option<Subject> {
    let file = lesson.folder.join("lesson.toml");
    let text = std::fs::read_to_string(&file).expect("a contract");
    let contract =
        Contract::parse(&format!("capture = 'socket'\n{text}"), &file).expect("a contract without mistakes");
    (!contract.exclusive).then_some(Subject { contract, ..lesson })
}

#[test]
#[ignore = "slow"]
fn lessons_are_proven_through_a_socket() {
    let course = Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the course");
    let lessons = course.lessons().expect("contracts without mistakes");
    let lessons: Vec<Subject> = lessons.into_iter().filter_map(captured).collect();
    let programs = build::programs(&lessons).expect("the lessons build");
    let (mut told, mut proven) = (String::new(), 0);
    ask_all(&lessons, &programs, Manner::usual(Language::En, &Interrupt::never()), |asked| match asked {
        Asked::Answered(answer) if answer.judgement.verdict == Verdict::Proven => proven += 1,
        Asked::Answered(answer)
            if answer.judgement.verdict == Verdict::Undecided && unwatched().is_some() => {}
        Asked::Answered(answer) => {
            told += &human::details(&lessons[answer.index].name, &answer.judgement, Language::En);
        }
        Asked::Interrupted => unreachable!("nobody interrupts it"),
        Asked::Refused(index, error) => panic!("{}: {error}", lessons[index].name),
    });
    assert!(told.is_empty() && proven > 0, "{told}");
}
