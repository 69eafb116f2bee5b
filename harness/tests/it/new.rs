//! `harness new` draws a contract from recorded runs: what the files in `cases/drawn/` don't show of it.

use std::fs;

use insta::assert_snapshot;

use crate::scratch::{Scratch, Told};

/// Draws the contract of a script, in a folder that is no course.
fn draw(script: &str, options: &[&str]) -> (Scratch, Told) {
    let scratch = Scratch::outside_any_course();
    scratch.file("program.sh", script);
    let told = scratch.harness(&[&["new", "drawn"], options, &["--", "bash", "program.sh"]].concat());
    assert_eq!(told.stderr, "", "{}", told.stdout);
    (scratch, told)
}

fn contract(scratch: &Scratch) -> String {
    fs::read_to_string(scratch.path("drawn/contract.toml")).unwrap()
}

#[test]
fn an_order_around_many_workers_is_proposed_in_a_comment() {
    let workers =
        "for i in 1 2 3; do (sleep 0.0$((RANDOM % 3)); echo \"worker $i: pid $BASHPID\") & done; wait";
    let (scratch, told) = draw(&format!("echo \"main: pid $$\"\n{workers}\necho \"main: done\"\n"), &[]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let contract = contract(&scratch);
    assert!(contract.contains(r"# order = ['^main: pid \d+$', '^worker', '^main: done$']"), "{contract}");
}

#[test]
fn it_runs_where_it_was_run_when_it_was_recorded() {
    let scratch = Scratch::outside_any_course();
    scratch.program("tools/say", "#!/bin/sh\ncat words.txt");
    scratch.file("words.txt", "main: hello\n");
    let told = scratch.harness(&["new", "tests/said", "--", "./tools/say"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert!(
        fs::read_to_string(scratch.path("tests/said/contract.toml")).unwrap().contains("folder  = \"../..\"")
    );
    let told = scratch.command(&["check", "."]).current_dir(scratch.path("tests/said")).output().unwrap();
    assert_eq!(scratch.told(&told).code, 0);
}

#[test]
fn a_count_that_varies_is_said_to_be_beyond_any_golden() {
    let (scratch, told) =
        draw("for i in $(seq $((RANDOM % 5 + 1))); do echo \"main: try $i\"; done", &["--runs", "30"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    let contract = contract(&scratch);
    assert!(contract.contains(r"#   1 to 5 lines match '^main: try \d+$'"), "{contract}");
    assert!(told.stdout.contains("the proposal does not hold: edit drawn/contract.toml"), "{}", told.stdout);
}

#[test]
fn what_outlives_the_program_is_proposed_as_a_survivor_and_is_refuted_until_it_is_claimed() {
    let (scratch, told) = draw("sleep 300 >/dev/null 2>&1 &\necho main: done", &["--runs", "2"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    let contract = contract(&scratch);
    let claimed = contract.replace("# survivors", "survivors");
    assert_ne!(claimed, contract);
    scratch.file("drawn/contract.toml", claimed);
    assert_eq!(scratch.harness(&["check", "drawn/contract.toml"]).code, 0);
}

#[test]
fn claims_that_are_proposed_in_comments_hold_once_they_are_made() {
    let (scratch, told) = draw(
        "for who in $(shuf -e dance sing); do (echo \"$who: one\"; echo \"$who: two\") & wait; done; echo main: done",
        &["--runs", "30"],
    );
    assert_eq!(told.code, 0, "{}", told.stdout);
    let made = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if ["[[", "order", "free"].iter().any(|word| rest.starts_with(word)) => rest.to_owned(),
        _ => line.to_owned(),
    };
    let contract: String = contract(&scratch).lines().map(|line| made(line) + "\n").collect();
    for claim in [
        "order = ['^dance:', '^main: done$']",
        "order = ['^sing:', '^main: done$']",
        "free = ['^dance:', '^sing:']",
    ] {
        assert!(contract.contains(&format!("\n{claim}\n")), "{contract}");
    }
    scratch.file("drawn/contract.toml", contract);
    let told = scratch.harness(&["check", "drawn/contract.toml"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
}

#[test]
fn what_can_not_be_recorded_is_an_error_that_says_why() {
    let scratch = Scratch::outside_any_course();
    let error = |arguments: &[&str]| scratch.harness(arguments).error();
    assert_snapshot!(error(&["new", "a", "--", "no-such-program"]), @"error: program `no-such-program` was not found in PATH");
    assert_snapshot!(error(&["new", "a", "--timeout", "200ms", "--", "sleep", "300"]), @"error: `sleep 300` can't be recorded: it was still running after [time]; `--timeout TIME` allows more");
    assert_snapshot!(error(&["new", "a", "--", "yes"]), @"error: `yes` can't be recorded: it printed more than 64 MiB");
    assert_snapshot!(error(&["new", "../a", "--", "true"]), @"error: `../a` can't be made: name a folder below this one, as `workers`");
    assert!(error(&["new", "a"]).contains("<CMD>"));
    assert!(!scratch.path("a").exists());
}

#[test]
fn a_contract_that_is_there_is_never_written_over() {
    let (scratch, _) = draw("echo main: hello", &[]);
    let before = contract(&scratch);
    assert_snapshot!(scratch.harness(&["new", "drawn", "--", "true"]).error(), @"error: `drawn/contract.toml` is there already: choose another name, or remove it");
    assert_eq!(contract(&scratch), before);
}
