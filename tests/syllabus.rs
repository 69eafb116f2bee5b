//! All that the course documents is proven, or explained where no run can tell.

use golden_tests::{harness_command, left_out};
use harness::run::unwatched;
use serde_json::Value;

// What all of it rests on, the lessons, `golden` proves as well.
#[test]
#[ignore = "slow"]
fn every_topic_is_proven_or_explained() {
    if let Some(why) = left_out(unwatched()) {
        eprintln!("{why}");
        return;
    }
    let output = harness_command().args(["status", "--format", "json"]).output().expect("the harness runs");
    let report = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let report: Value = serde_json::from_str(&report).expect("status prints one JSON object");
    let topics = report["topics"].as_array().expect("a list of topics");
    assert!(!topics.is_empty(), "the syllabus lists nothing");
    // With one processor, a claim that needs two can't be decided.
    let allowed: &[&str] = if harness::direct::asking::cores() > 1 {
        &["proven", "explained"]
    } else {
        &["proven", "explained", "undecided"]
    };
    let lacking: Vec<&Value> = topics
        .iter()
        .filter(|topic| !topic["state"].as_str().is_some_and(|state| allowed.contains(&state)))
        .collect();
    assert!(lacking.is_empty(), "not proven: {lacking:#?}");
    assert_eq!(output.status.code(), Some(0));
}
