//! Programs that can't be built or started, or that misbehave, beyond those in `cases/bad_program/`.

use insta::assert_snapshot;

use crate::scratch::{Scratch, Told};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// What is told when this command is judged in place of the lesson's own.
fn stand_in(course: &Scratch, command: &[&str]) -> Told {
    course.harness(&[&["check", "sample", "--"], command].concat())
}

/// A course whose lessons are packages of one workspace.
fn workspace(packages: &[(&str, &str, &str)]) -> Scratch {
    let course = Scratch::new();
    course.file("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"examples-bin/*\"]\n");
    for (name, file, text) in packages {
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        course.file(&format!("examples-bin/{name}/Cargo.toml"), manifest);
        course.file(&format!("examples-bin/{name}/{file}"), text);
        course.file(&format!("examples-bin/{name}/lesson.toml"), format!("title = \"A package\"\n{ACTORS}"));
    }
    course
}

#[test]
fn a_package_is_built_and_run() {
    let course = workspace(&[("works", "src/main.rs", "fn main() { println!(\"main: hi\"); }")]);
    course.golden("works", "main │ main: hi\n");
    let told = course.harness(&["check", "works"]);
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn a_package_that_does_not_build_is_named_after_what_cargo_says() {
    let course = workspace(&[("broken", "src/main.rs", "fn main() { let number: u32 = \"text\"; }")]);
    let error = course.harness(&["check"]).error();
    assert!(error.contains("error[E0308]: mismatched types"), "{error}");
    assert_snapshot!(error.lines().last().unwrap(), @"error: cargo could not build `broken`: what it says is printed above");
}

#[test]
fn one_package_that_does_not_build_keeps_all_from_being_asked() {
    let course = workspace(&[
        ("broken", "src/main.rs", "fn main() { nothing() }"),
        ("works", "src/main.rs", "fn main() { println!(\"main: hi\"); }"),
    ]);
    let error = course.harness(&[]).error();
    assert!(error.contains("examples-bin/broken/src/main.rs:1"), "{error}");
    assert_snapshot!(error.lines().last().unwrap(), @"error: cargo could not build the lessons: what it says is printed above");
}

#[test]
fn a_package_without_a_program_is_named() {
    let course = workspace(&[("library", "src/lib.rs", "")]);
    let error = course.harness(&["check"]).error();
    assert_snapshot!(error.lines().last().unwrap(), @"error: the package in `[course]/examples-bin/library` builds no program, and its contract has no `command`");
}

#[test]
fn a_script_without_an_interpreter_is_told_with_the_mend() {
    let course = Scratch::sample("", "");
    course.program("no-shebang", "echo main: hi\n");
    let told = stand_in(&course, &["./no-shebang"]);
    assert_eq!(told.code, 2);
    assert_snapshot!(told.stderr, @"error: sample: program `./no-shebang` could not be started: Exec format error (os error 8); a script begins with `#!` and its interpreter, as `#!/bin/sh`");
    course.program("no-interpreter", "#!/no/such/interpreter\n");
    let told = stand_in(&course, &["./no-interpreter"]);
    assert_eq!(told.code, 2);
    assert_snapshot!(told.stderr, @"error: sample: program `./no-interpreter` could not be started: No such file or directory (os error 2); the interpreter that it asks for is not there");
}

#[test]
fn a_lessons_own_command_that_can_not_be_run_is_shown_by_every_command() {
    let course = Scratch::new();
    course.file("examples-bin/sample/lesson.toml", "title = \"A lesson\"\ncommand = [\"./missing\"]\n");
    for command in ["check", "show", "accept"] {
        let error = course.harness(&[command, "sample"]).error();
        assert!(error.contains("examples-bin/sample/lesson.toml:2:12\n"), "{command}: {error}");
    }
}

#[test]
fn a_program_that_can_not_be_started_leaves_the_others_judged() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    course.bless("sample");
    course.file("examples-bin/other/lesson.toml", "title = \"Other\"\ncommand = [\"./no-shebang\"]\n");
    course.program("examples-bin/other/no-shebang", "echo main: hi\n");
    let told = course.harness(&["check"]);
    assert_eq!(told.code, 2);
    assert_snapshot!(told.stdout, @"
    proven     sample  [time]  1 run

    2 lessons: 1 proven, 1 not judged in [time] (1 run)
    ");
}

#[test]
fn what_a_terminal_obeys_is_shown_and_not_sent_to_it() {
    let course = Scratch::sample(
        ACTORS,
        "printf 'main: \\033[31mred\\033[0m\\rback\\n'; printf '\\033[2Jgone\\rback\\342\\200\\256\\n'",
    );
    let report = course.harness(&["check"]).refuted();
    assert!(!report.contains(['\u{1b}', '\r']), "{report}");
    assert!(report.contains(r"│ \u{1b}[2Jgone\rback\u{202e}"), "{report}");
    let shown = course.harness(&["show", "sample"]);
    assert!(!shown.stdout.contains(['\u{1b}', '\r']), "{}", shown.stdout);
    assert!(shown.stdout.contains(r"main: \u{1b}[31mred\u{1b}[0m\rback"), "{}", shown.stdout);
}

#[test]
fn a_flood_of_short_lines_ends_too() {
    let course = Scratch::sample("timeout = \"10min\"\n[actors]\nmain = '^y'\n", "exec yes");
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("it printed more and was ended"), "{report}");
}

#[test]
fn one_line_that_never_ends_is_shown_by_its_start() {
    let course = Scratch::sample("timeout = \"10min\"\n[actors]\nmain = '^x'\n", "tr '\\0' x < /dev/zero");
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("xxx… and ") && report.contains(" more bytes"), "{} bytes", report.len());
    assert!(report.len() < 10_000, "{} bytes", report.len());
}

#[test]
fn a_difference_of_many_lines_is_shown_by_its_start() {
    let course = Scratch::sample(ACTORS, "for i in {1..1000}; do echo main: $i; done");
    course.golden("sample", "main │ main: 0\n");
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("… and 904 lines more"), "{report}");
}
