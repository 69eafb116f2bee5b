//! What threads do between two instructions: held there, they lose updates, which `check` and `explore --races` find.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::explore::{compiled, explore};
use crate::scratch::{Scratch, has_witness};

/// Two threads that count to four each, and main prints the sum.
const SUM: &str = "[actors]\nmain = '^sum'\n";

/// The sums that came where threads were held between two instructions, each with a schedule.
fn sums(how: &str) -> Vec<(String, String)> {
    let course = compiled("counters", &[how], SUM);
    let told = explore(&course, &["--races", "--schedules", "60", "--format", "json"]);
    let found: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(found["runs"]["held"], 60, "{found}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sum = |outcome: &Value| {
        let line = usize::try_from(outcome["lines"][0].as_u64().unwrap()).unwrap();
        (text(&found["texts"][line]["line"]), text(&outcome["shown"]["schedule"]))
    };
    found["outcomes"].as_array().unwrap().iter().map(sum).collect()
}

#[test]
fn who_is_held_between_a_read_and_a_write_loses_updates_the_same_each_time() {
    if has_witness() && cfg!(target_arch = "x86_64") {
        let lost: Vec<(String, String)> =
            sums("apart").into_iter().filter(|(sum, _)| sum != "sum: 8").collect();
        assert!(!lost.is_empty());
        let course = compiled("counters", &["apart"], SUM);
        for (sum, schedule) in lost {
            for _ in 0..10 {
                let again = course.harness(&["explore", "sample", "--schedule", &schedule]);
                assert!(again.stdout.contains(&format!("{sum}\n")), "{schedule}: {}", again.stdout);
            }
        }
    }
}

#[test]
fn what_a_lock_keeps_together_or_is_one_instruction_loses_nothing() {
    if has_witness() && cfg!(target_arch = "x86_64") {
        for how in ["locked", "whole"] {
            let sums: BTreeSet<String> = sums(how).into_iter().map(|(sum, _)| sum).collect();
            assert_eq!(sums, BTreeSet::from(["sum: 8".to_owned()]), "{how}");
        }
    }
}

#[test]
fn where_each_update_is_one_instruction_it_is_said_that_nothing_can_be_held_apart() {
    if has_witness() && cfg!(target_arch = "x86_64") {
        let course = compiled("counters", &["whole"], SUM);
        let told = explore(&course, &["--races", "--schedules", "3"]).stdout;
        assert!(told.contains("nothing could be held apart"), "{told}");
        let course = compiled("counters", &["apart"], SUM);
        let told = explore(&course, &["--races", "--schedules", "3"]).stdout;
        assert!(!told.contains("nothing could be held apart"), "{told}");
    }
}

#[test]
fn a_check_finds_a_lost_update_by_itself_and_names_the_line() {
    if has_witness() && cfg!(target_arch = "x86_64") {
        let contract = "[actors]\nkind = 'thread'\nmain = '^sum'\n";
        let course = Scratch::of_command(contract, &["./counters"]);
        assert!(
            course
                .compiles("counters", &["rustc", "-g", "--edition", "2024", "-o", "OUT", "FROM/counters.rs"])
        );
        course.golden("sample", "main │ sum: 40\n");
        let told = course.harness(&["check", "sample"]).refuted();
        assert!(told.contains("was in “let seen = SUM.load(Relaxed);” (counters.rs:18)"), "{told}");
    }
}
