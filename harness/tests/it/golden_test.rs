//! The harness as a dev-dependency: another crate's `#[test]`.

use harness::golden_test::GoldenTest;

use crate::scratch::Scratch;

const CONTRACT: &str = "[actors]\nmain = '^main'\n";

fn lesson() -> Scratch {
    let course = Scratch::sample(CONTRACT, "echo main: hello");
    course.bless("sample");
    course
}

#[test]
fn a_program_that_matches_its_golden_passes() {
    let course = lesson();
    GoldenTest::new(course.path("examples-bin/sample/lesson.toml")).assert();
}

#[test]
fn another_program_may_stand_in() {
    let course = lesson();
    let test = GoldenTest::new(course.path("examples-bin/sample/lesson.toml"));
    test.command(["sh", "-c", "printf 'main: '; echo hello"]).assert();
}

#[test]
#[should_panic(expected = "1 line differs")]
fn a_program_that_prints_something_else_panics_with_the_report() {
    let course = lesson();
    let test = GoldenTest::new(course.path("examples-bin/sample/lesson.toml"));
    test.command(["echo", "main: bye"]).assert();
}

#[test]
fn a_mistake_in_the_contract_is_an_error() {
    let course = lesson();
    course.file("examples-bin/sample/lesson.toml", "titel = 'x'");
    let error = GoldenTest::new(course.path("examples-bin/sample/lesson.toml")).judge().unwrap_err();
    assert!(error.to_string().contains("lesson.toml:1:1"), "{error}");
}
