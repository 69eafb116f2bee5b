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

/// A run as a file holds it: line by line a head, a process, a thread, what it printed, and the end.
const RUN: &str = r#"{"transcript":{"version":2,"pid":100,"witness":"threads"}}
{"process":{"pid":100,"born_ns":0,"image":"bash","executed_ns":5,"exits_ns":90,"ended_ns":95,"exit":{"code":0}}}
{"thread":{"tid":100,"process":0,"born_ns":0}}
{"line":{"stream":"stdout","process":0,"thread":0,"at_ns":50,"text":"main: hello"}}
{"end":{"exit":{"code":0},"duration_ns":100}}
"#;

#[test]
fn a_damaged_record_is_shown_where_it_breaks() {
    let course = recorded();
    let judged = |text: &str| {
        course.file(FILE, text);
        course.harness(&["check", "sample", "--replay", FILE])
    };
    assert_eq!(judged(RUN).code, 0);
    let shown = |text: &str| judged(text).error();
    let damaged = |from: &str, to: &str| shown(&RUN.replacen(from, to, 1));
    assert_snapshot!(damaged("\"stream\"", "\"strom\""), @"error: runs/sample.jsonl:4: unknown field `strom`, expected one of `stream`, `process`, `thread`, `at_ns`, `text`, `hex`, `newline`, `torn` at column 16");
    let (cut, _) = RUN.split_once("{\"end\"").unwrap();
    assert_snapshot!(shown(cut), @r#"error: runs/sample.jsonl:5: the file is cut off: its last line is {"end":…}"#);
    assert_snapshot!(damaged("\"version\":2", "\"version\":1"), @"error: runs/sample.jsonl:1: version 1 of the format is not known; this is version 2");
    assert_snapshot!(shown(""), @r#"error: runs/sample.jsonl:1: the file is cut off: its last line is {"end":…}"#);
    assert_snapshot!(damaged("\"thread\":0", "\"thread\":1"), @"error: runs/sample.jsonl:4: thread 1 is not there: there are 1, from 0");
    assert_snapshot!(damaged("\"exit\":{\"code\":0}", "\"killed\":{\"by\":7}"), @"error: runs/sample.jsonl:5: thread 7 is not there: there are 1, from 0");
    assert_snapshot!(damaged("\"process\":0,\"born", "\"process\":3,\"born"), @"error: runs/sample.jsonl:5: process 3 is not there: there are 1, from 0");
    // What is wrong in a later transcript stands in a later line.
    assert_snapshot!(shown(&format!("{RUN}{}", RUN.replace("\"stream\"", "\"strom\""))), @"error: runs/sample.jsonl:9: unknown field `strom`, expected one of `stream`, `process`, `thread`, `at_ns`, `text`, `hex`, `newline`, `torn` at column 16");
    assert_snapshot!(shown(&format!("{RUN}{cut}")), @r#"error: runs/sample.jsonl:10: the file is cut off: its last line is {"end":…}"#);
    assert_snapshot!(shown(&format!("{cut}{RUN}")), @r#"error: runs/sample.jsonl:5: the transcript before this one is cut off: its last line is {"end":…}"#);
    let (_, headless) = RUN.split_once('\n').unwrap();
    assert_snapshot!(shown(&format!("{RUN}{headless}")), @r#"error: runs/sample.jsonl:6: a transcript begins with {"transcript":…}"#);
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
