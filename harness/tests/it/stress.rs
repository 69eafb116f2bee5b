//! Many runs under chaos.

use crate::scratch::Scratch;

#[test]
fn a_program_that_always_fits_passes_every_run() {
    let course = Scratch::sample(
        "[actors]\nkind = 'process'\none = '^one'\nother = '^other'\n",
        "echo one &\necho other &\nwait",
    );
    course.golden("sample", "one   │ one\nother │ other\n");
    let told = course.harness(&["stress", "sample", "--runs", "60", "--seed", "1"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(told.stdout.contains("sample: 60 of 60 runs passed, 94–100 %"), "{}", told.stdout);
    assert!(told.stdout.contains("60 runs, seed 1"), "{}", told.stdout);
}

#[test]
fn a_failure_is_told_once_with_its_rate_and_its_record() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main: $((RANDOM % 2))");
    course.golden("sample", "main │ main: 0\n");
    let told = course.harness(&["stress", "sample", "--runs", "60", "--calm"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert_eq!(told.stdout.matches("short:").count(), 1, "{}", told.stdout);
    let (_, rest) = told.stdout.split_once("kept as ").expect("a kept record");
    let file = rest.lines().next().expect("a path").to_owned();
    let report = course.harness(&["check", "sample", "--replay", &file]).short();
    assert!(report.contains("main: 1"), "{report}");
}

#[test]
fn neither_no_runs_nor_no_time_can_be_asked_for() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main");
    for arguments in [["--runs", "0"], ["--for", "0s"], ["--jobs", "0"], ["--chaos", "dragons"]] {
        let told = course.harness(&[&["stress", "sample"], &arguments[..]].concat());
        assert_eq!(told.code, 2, "{arguments:?}: {}", told.stdout);
    }
}
