//! Runs can be kept, and judged again without running anything.

use std::fs;

use insta::assert_snapshot;

use crate::scratch::{Scratch, wait_until};

const CONTRACT: &str = "[actors]\nmain = '^main'\n[[always]]\nnever = 'more'\n";

/// A course with a lesson and, in `runs/`, its runs.
fn recorded() -> Scratch {
    let course = Scratch::sample(CONTRACT, "echo main: hello; touch ran");
    course.bless("sample");
    assert_eq!(course.harness(&["check", "sample", "--record", "runs"]).code, 0);
    course
}

/// What `--record runs` keeps of it.
const FILE: &str = "runs/sample.jsonl";

#[test]
fn a_recorded_run_is_judged_again_without_running_anything() {
    let course = recorded();
    fs::remove_file(course.path("examples-bin/sample/ran")).unwrap();
    assert_eq!(course.harness(&["check", "sample", "--replay", FILE]).code, 0);
    assert!(!course.path("examples-bin/sample/ran").exists());
    let text = fs::read_to_string(course.path(FILE)).unwrap();
    course.file(FILE, text.replace("hello", "one more"));
    let report = course.harness(&["check", "sample", "--replay", FILE]).refuted();
    assert!(report.contains("sample: no line contains “more”"), "{report}");
}

#[test]
fn a_run_that_was_refuted_is_kept() {
    let course = Scratch::sample(CONTRACT, "echo main: one more");
    let report = course.harness(&["check"]).refuted();
    let (_, rest) = report.split_once("this run is kept; `harness ").unwrap();
    let (command, _) = rest.split_once('`').unwrap();
    course.file("examples-bin/sample/script.sh", "echo main: hello");
    course.golden("sample", "main │ main: hello\n");
    assert_eq!(course.harness(&["check"]).code, 0);
    let again = course.harness(&command.split(' ').collect::<Vec<_>>()).refuted();
    assert!(again.contains("sample: no line contains “more”"), "{again}");
}

#[test]
fn a_damaged_record_is_shown_where_it_breaks() {
    let course = recorded();
    let text = fs::read_to_string(course.path(FILE)).unwrap();
    let replay = ["check", "sample", "--replay", FILE];
    course.file(FILE, text.replace("\"stream\"", "\"strom\""));
    assert_snapshot!(course.harness(&replay).error(), @"error: runs/sample.jsonl:3: unknown field `strom`, expected one of `stream`, `writer`, `at_ns`, `text`, `hex`, `newline` at column 16");
    let (cut, _) = text.split_once("{\"end\"").unwrap();
    course.file(FILE, cut);
    assert_snapshot!(course.harness(&replay).error(), @r#"error: runs/sample.jsonl:4: the file is cut off: its last line is {"end":…}"#);
    course.file(FILE, text.replace("\"version\":1", "\"version\":1000"));
    assert_snapshot!(course.harness(&replay).error(), @"error: runs/sample.jsonl:1: version 1000 of the format is not known; this is version 1");
    course.file(FILE, "");
    assert_snapshot!(course.harness(&replay).error(), @r#"error: runs/sample.jsonl:1: the file is cut off: its last line is {"end":…}"#);
    // What is wrong in a later transcript stands in a later line.
    let shown = |both: String| {
        course.file(FILE, both);
        course.harness(&replay).error()
    };
    assert_snapshot!(shown(format!("{text}{}", text.replace("\"stream\"", "\"strom\""))), @"error: runs/sample.jsonl:7: unknown field `strom`, expected one of `stream`, `writer`, `at_ns`, `text`, `hex`, `newline` at column 16");
    assert_snapshot!(shown(format!("{text}{cut}")), @r#"error: runs/sample.jsonl:8: the file is cut off: its last line is {"end":…}"#);
    assert_snapshot!(shown(format!("{cut}{text}")), @r#"error: runs/sample.jsonl:4: the transcript before this one is cut off: its last line is {"end":…}"#);
    let (_, headless) = text.split_once('\n').unwrap();
    assert_snapshot!(shown(format!("{text}{headless}")), @r#"error: runs/sample.jsonl:5: a transcript begins with {"transcript":…}"#);
}

#[test]
fn all_runs_of_a_file_are_judged() {
    let course = recorded();
    let text = fs::read_to_string(course.path(FILE)).unwrap();
    course.file(FILE, text.repeat(3));
    course.file("runs/more.jsonl", &text);
    let told = course.harness(&["check", "sample", "--replay", FILE, "runs/more.jsonl"]);
    assert!(told.code == 0 && told.stdout.contains("(4 runs)"), "{}", told.stdout);
    course.file(FILE, [text.as_str(), &text.replace("hello", "one more"), &text].concat());
    let report = course.harness(&["check", "sample", "--replay", FILE]).refuted();
    assert!(report.contains("sample: no line contains “more”"), "{report}");
}

#[test]
fn what_was_recorded_before_the_harness_is_killed_is_there() {
    let course = recorded();
    fs::remove_dir_all(course.path("runs")).unwrap();
    let arguments = ["stress", "sample", "--runs", "1000000", "--calm", "--record", "runs"];
    let mut harness = course.std_command(&arguments).spawn().unwrap();
    let kept = || fs::read_to_string(course.path(FILE)).unwrap_or_default().matches("{\"end\":").count();
    wait_until(|| kept() >= 3, || "nothing is recorded".to_owned());
    harness.kill().unwrap();
    harness.wait().unwrap();
    let told = course.harness(&["check", "sample", "--replay", FILE]);
    assert!(told.code == 0 && told.stdout.contains(&format!("({} runs)", kept())), "{told:?}");
}

#[test]
fn what_can_not_be_judged_again_is_told() {
    let course = recorded();
    assert_snapshot!(course.harness(&["check", "sample", "--replay", "runs/none.jsonl"]).error(), @"error: `runs/none.jsonl` can't be read: No such file or directory (os error 2)");
    assert_snapshot!(course.harness(&["check", "--replay", "runs/none.jsonl"]).error(), @"error: recorded runs are judged by one lesson: name exactly one");
    let told = course.harness(&["check", "sample", "--replay", "runs/none.jsonl", "--", "true"]);
    assert_eq!(told.code, 2);
}

#[test]
fn a_record_that_can_not_be_kept_is_told() {
    let course = recorded();
    course.file("taken", "");
    assert_snapshot!(course.harness(&["check", "sample", "--record", "taken"]).error(), @"error: `taken` can't be made: File exists (os error 17)");
}

#[test]
fn what_no_run_could_tell_is_undecided() {
    let seek = "[actors]\nmain = '^main'\n[[sometimes]]\nthreads = { of = 'main', at_least = 2 }\nruns = 3\nrate = 0.999\n";
    let course = Scratch::sample(seek, "echo main: hello");
    course.golden("sample", "main │ main: hello\n");
    course.harness(&["stress", "sample", "--runs", "3", "--record", "runs"]);
    let text = fs::read_to_string(course.path(FILE)).unwrap();
    course.file(FILE, text.replace(",\"threads\":1", ""));
    let told = course.harness(&["check", "sample", "--replay", FILE]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(
        told.stdout
            .contains("undecided: sample: the process of main has at least 2 threads\n  main had ended"),
        "{}",
        told.stdout
    );
}
