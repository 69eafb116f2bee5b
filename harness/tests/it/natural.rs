//! What is for natural runs to tell, and what for schedules.

use serde_json::Value;

use crate::scratch::{Scratch, has_witness};

/// A lesson's report, of which nothing is refuted.
fn judged(claim: &str, script: &str) -> Value {
    let course = Scratch::sample(&format!("[actors]\nmain = '^main'\n{claim}"), script);
    course.bless("sample");
    report(&course)
}

fn report(course: &Scratch) -> Value {
    let told = course.harness(&["check", "--format", "json"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let report: Value = serde_json::from_str(&told.stdout.replace("[time]", "0")).unwrap();
    report["lessons"][0].clone()
}

/// A sleep that a schedule lets end, and no natural run.
const KILLED_ASLEEP: &str = "sleep 5 & kill $! 2>/dev/null; wait; echo main";

#[test]
fn what_no_schedule_can_tell_is_looked_for_in_natural_runs_and_by_their_clock() {
    if !has_witness() {
        return;
    }
    let lesson = judged("[[sometimes]]\nlasts = '4s'\n", KILLED_ASLEEP);
    assert_eq!((&lesson["runs"], &lesson["verdict"]), (&35.into(), &"undecided".into()), "{lesson:#}");
}

#[test]
fn a_schedule_does_not_break_what_it_can_not_tell() {
    if !has_witness() {
        return;
    }
    let computes = "i=0; while [ $i -lt 30000 ]; do i=$((i + 1)); done; echo main";
    let lesson = judged("[[always]]\nlasts = '1ms'\n", &format!("({computes}) & wait"));
    assert_eq!(
        (&lesson["verdict"], &lesson["claims"][0]["verdict"]),
        (&"proven".into(), &"proven".into()),
        "{lesson:#}"
    );
}

#[test]
fn what_schedules_can_tell_is_left_to_them() {
    if !has_witness() {
        return;
    }
    // Only where it ends before the last line is it known that the thread is none of a runtime's own.
    let claims =
        "[actors]\nkind = 'thread'\nmain = '^main'\n[[always]]\ncreated = { threads = { at_least = 1 } }\n";
    let course = Scratch::of_command(claims, &["./last_line"]);
    course.compile("last_line");
    course.bless("sample");
    let lesson = report(&course);
    assert_eq!((&lesson["runs"], &lesson["verdict"]), (&1.into(), &"proven".into()), "{lesson:#}");
}
