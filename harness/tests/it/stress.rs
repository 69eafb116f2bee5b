//! Many runs under chaos.

use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::scratch::{Scratch, wait_until};

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
    assert_eq!(told.stdout.matches("refuted:").count(), 1, "{}", told.stdout);
    let (_, rest) = told.stdout.split_once("kept as ").expect("a kept record");
    let file = rest.lines().next().expect("a path").to_owned();
    let report = course.harness(&["check", "sample", "--replay", &file]).refuted();
    assert!(report.contains("main: 1"), "{report}");
}

#[test]
fn every_run_can_be_kept_and_judged_again() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main");
    course.golden("sample", "main │ main\n");
    let told = course.harness(&["stress", "sample", "--runs", "3", "--record", "runs"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let told = course.harness(&["check", "sample", "--replay", "runs/sample.jsonl"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(told.stdout.contains("(3 runs)"), "{}", told.stdout);
    assert_eq!(std::fs::read_dir(course.path("runs")).unwrap().count(), 1);
}

#[test]
fn many_runs_at_once_are_all_counted() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "sleep 0.2; echo main");
    course.golden("sample", "main │ main\n");
    let told = course.harness(&["stress", "sample", "--runs", "150", "--jobs", "140", "--calm"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(told.stdout.contains("sample: 150 of 150 runs passed"), "{}", told.stdout);
    assert!(told.stdout.contains("140 runs at once"), "{}", told.stdout);
}

#[test]
fn runs_get_as_many_descriptors_as_without_the_harness_and_it_takes_what_it_may() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "sleep 0.2; echo main: $(ulimit -Sn)");
    course.golden("sample", "main │ main: 50\n");
    let command = "ulimit -Sn 50 && exec \"$0\" stress sample --runs 40 --jobs 40 --calm";
    let harness = course.std_command(&[]).get_program().to_owned();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", command]).arg(harness).current_dir(course.path(""));
    let told = course.told(&shell.output().unwrap());
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.stdout.contains("40 runs at once"), "{}", told.stdout);
}

#[test]
fn an_interrupt_tells_what_is_known_so_far() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main; touch ran");
    course.golden("sample", "main │ main\n");
    let mut command = course.std_command(&["stress", "sample", "--for", "5min", "--calm"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(
        || course.path("examples-bin/sample/ran").exists(),
        || "the lesson was not started".to_owned(),
    );
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let told = course.told(&child.wait_with_output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (130, "interrupted: this is what is known so far\n"));
    assert!(told.stdout.contains(" passed, "), "{}", told.stdout);
}

#[test]
fn neither_no_runs_nor_no_time_can_be_asked_for() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main");
    for arguments in [["--runs", "0"], ["--for", "0s"], ["--jobs", "0"], ["--chaos", "dragons"]] {
        let told = course.harness(&[&["stress", "sample"], &arguments[..]].concat());
        assert_eq!(told.code, 2, "{arguments:?}: {}", told.stdout);
    }
}
