//! The harness as a dev-dependency: another crate's `#[test]`.

use std::env;
use std::fs;
use std::panic;
use std::process::Command;

use harness::GoldenTest;

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

#[test]
fn a_first_golden_is_shown_kept_and_taken_over_as_the_report_says() {
    let course = lesson();
    fs::remove_file(course.path("examples-bin/sample/golden.snap")).unwrap();
    let contract = course.path("examples-bin/sample/lesson.toml");
    let test = GoldenTest::new(&contract).command(["echo", "main: hello"]);
    let report = panic::catch_unwind(|| test.assert()).unwrap_err();
    let report = report.downcast_ref::<String>().unwrap();
    assert!(report.contains("main │ main: hello\n"), "{report}");
    let accept = format!("`harness accept {} -- echo 'main: hello'`", contract.display());
    assert!(report.contains(&accept), "{report}");
    let pending = course.path("examples-bin/sample/golden.snap.new");
    assert!(fs::read_to_string(&pending).unwrap().ends_with("---\nmain │ main: hello\n"));
    let told = course.harness(&["accept", contract.to_str().unwrap(), "--", "echo", "main: hello"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    test.assert();
    assert!(!pending.exists());
}

#[test]
fn a_run_that_breaks_a_check_is_not_offered_as_a_golden_nor_is_one_before_it() {
    let course = lesson();
    let contract = course.path("examples-bin/sample/lesson.toml");
    course.file(
        "examples-bin/sample/lesson.toml",
        format!("title = 'x'\n{CONTRACT}[[always]]\nnever = 'bye'\n"),
    );
    let pending = course.path("examples-bin/sample/golden.snap.new");
    let fails = |line| {
        let test = GoldenTest::new(&contract).command(["echo", line]);
        panic::catch_unwind(|| test.assert()).unwrap_err();
    };
    fails("main: hello you");
    assert!(pending.exists());
    fails("main: bye");
    assert!(!pending.exists());
}

#[test]
fn what_is_accepted_or_refuted_is_no_longer_offered() {
    let course = lesson();
    let contract = course.path("examples-bin/sample/lesson.toml");
    let pending = course.path("examples-bin/sample/golden.snap.new");
    for (line, code) in [("main: hello you", 0), ("main: hello you", 0), ("nobody: bye", 1)] {
        fs::write(&pending, "of a run before").unwrap();
        let told = course.harness(&["accept", contract.to_str().unwrap(), "--", "echo", line]);
        assert_eq!(told.code, code, "{}", told.stdout);
        assert!(!pending.exists(), "{line}");
    }
}

/// The report of a test that fails against this golden, and whether something is kept for review.
fn kept(golden: &str, names: &str, script: &str) -> (String, bool) {
    let course = Scratch::sample(&format!("{CONTRACT}{names}"), script);
    course.golden("sample", golden);
    course.file("examples-bin/sample/golden.snap.new", "of an earlier test");
    let test = GoldenTest::new(course.path("examples-bin/sample/lesson.toml"));
    let report = panic::catch_unwind(|| test.assert()).unwrap_err();
    let report = report.downcast_ref::<String>().unwrap().clone();
    (report, course.path("examples-bin/sample/golden.snap.new").exists())
}

#[test]
fn what_can_not_hold_is_not_kept_as_a_golden() {
    let (report, is_kept) = kept("main │ main: 1\n", "", "echo main: my id is $$");
    assert!(report.contains("`pid = { pid_in = '^main: my id is (\\d+)$' }` in [names]"), "{report}");
    assert!(!is_kept, "{report}");
    let (report, is_kept) =
        kept("main │ main: 1\n", "[names]\npid = { pid_in = 'is (\\d+)$' }\n", "echo main: my id is $$");
    assert!(is_kept && report.contains("main │ main: my id is ‹pid of main›\n"), "{report}");
    // Anything else that varies can't hold either.
    let (report, is_kept) = kept("main │ main: 1\n", "", "echo main: $(date +%N)");
    assert!(!is_kept, "{report}");
}

/// Other tests run in this process, and share its environment: each setting is tried in a process of its own.
#[test]
fn what_stays_undecided_passes_unless_the_environment_is_strict() {
    const INNER: &str = "HARNESS_TEST_INNER";
    if env::var_os(INNER).is_some() {
        let contract = format!("{CONTRACT}[[always]]\ncores = 100000\nprocesses = 1\n");
        let course = Scratch::sample(&contract, "echo main: hello");
        course.bless("sample");
        GoldenTest::new(course.path("examples-bin/sample/lesson.toml")).assert();
        return;
    }
    let name = "golden_test::what_stays_undecided_passes_unless_the_environment_is_strict";
    for (strict, passes) in [(None, true), (Some("0"), true), (Some("1"), false)] {
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", name, "--nocapture"]).env(INNER, "1").env_remove("HARNESS_STRICT");
        test.envs(strict.map(|value| ("HARNESS_STRICT", value)));
        let output = test.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("undecided: sample: lines come from exactly 1 process"), "{told}");
        assert_eq!(output.status.success(), passes, "{strict:?}: {told}");
    }
}
