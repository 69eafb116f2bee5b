//! `harness new` draws a contract from recorded runs: what the files in `cases/drawn/` don't show of it.

use std::fs;

use insta::assert_snapshot;
use regex::Regex;

use crate::scratch::{Scratch, Told, has_witness};

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
fn an_order_that_no_schedule_breaks_is_claimed() {
    if !has_witness() {
        return;
    }
    let workers =
        "for i in 1 2 3; do (sleep 0.0$((RANDOM % 3)); echo \"worker $i: pid $BASHPID\") & done; wait";
    let (scratch, told) = draw(&format!("echo \"main: pid $$\"\n{workers}\necho \"main: done\"\n"), &[]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let contract = contract(&scratch);
    assert!(
        contract.contains("\n[[always]]\norder = ['^main: pid \\d+$', '^worker', '^main: done$']\n"),
        "{contract}"
    );
    // Nobody waits for the workers any more.
    scratch.file(
        "program.sh",
        format!("echo \"main: pid $$\"\n{}\necho \"main: done\"\n", workers.replace("; wait", "")),
    );
    let refuted = scratch.harness(&["check", "drawn/contract.toml"]).refuted();
    assert!(refuted.contains("refuted: drawn: all lines that match"), "{refuted}");
}

#[test]
fn an_order_that_a_schedule_breaks_is_a_comment_with_that_schedule() {
    if !has_witness() {
        return;
    }
    let (scratch, told) = draw("(echo part: done) & sleep 2; echo main: done; wait", &[]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let contract = contract(&scratch);
    let fallen = Regex::new(
        r"(?m)^# So it came in all 10 runs, but it rests on a sleep: under the schedule (\S+) it came otherwise.
# \[\[always\]\]
# order = \['\^part:', '\^main: done\$'\]
# ideal = true",
    );
    let schedule = fallen.unwrap().captures(&contract).unwrap_or_else(|| panic!("{contract}"))[1].to_owned();
    // The schedule shows it.
    scratch
        .file("drawn/contract.toml", format!("{contract}\n[[always]]\norder = ['^part:', '^main: done$']\n"));
    let refuted = scratch.harness(&["check", "drawn/contract.toml", "--schedule", &schedule]).refuted();
    assert!(refuted.contains("it rests on a sleep"), "{refuted}");
}

#[test]
fn orders_are_aimed_at_before_they_are_claimed() {
    if !has_witness() {
        return;
    }
    let scratch = Scratch::of_command("", &["./queue"]);
    scratch.compile("queue");
    // Lines of so many words are no list of values.
    let tasks = [
        "cups",
        "two plants",
        "all the bread",
        "a letter to Ann",
        "what was left from May",
        "nothing of it at all yet",
    ];
    let told = scratch.harness(&[&["new", "drawn", "--", "examples-bin/sample/queue"], &tasks[..]].concat());
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    // Of six tasks that two threads take many came in some order each time, and none has to.
    let contract = contract(&scratch);
    assert!(contract.contains("# [[always]]") && !contract.contains("\n[[always]]"), "{contract}");
    assert!(told.stdout.contains("\nproven     drawn "), "{}", told.stdout);
}

#[test]
fn an_order_within_an_actor_that_rests_on_a_sleep_is_not_in_the_golden() {
    if !has_witness() {
        return;
    }
    let scratch = Scratch::of_command("", &["./jobs"]);
    scratch.compile("jobs");
    let told = scratch.harness(&["new", "drawn", "--", "examples-bin/sample/jobs"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    assert!(told.stdout.contains("\nproven     drawn "), "{}", told.stdout);
    let contract = contract(&scratch);
    assert!(contract.contains("\nbegins = '^begins'\nends   = '^ends'\n"), "{contract}");
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
    assert_eq!(fs::read_to_string(scratch.path("tests/said/.gitignore")).unwrap(), "golden.snap.new\n");
    let told = scratch.command(&["check", "."]).current_dir(scratch.path("tests/said")).output().unwrap();
    assert_eq!(scratch.told(&told).code, 0);
}

#[test]
fn where_no_line_comes_equally_often_checks_are_all_that_is_proposed() {
    let (scratch, told) =
        draw("for i in $(seq $((RANDOM % 5 + 1))); do echo \"main: try $i\"; done", &["--runs", "30"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let contract = contract(&scratch);
    assert!(Regex::new("(?m)^golden += false ").unwrap().is_match(&contract), "{contract}");
    let count = "# 1 to 5 lines came. What must hold of their number? Then claim it.
# [[always]]
# count = { line = '^main: try \\d+$', at_least = 1, at_most = 5 }";
    assert!(contract.contains(count), "{contract}");
    assert!(!scratch.path("drawn/golden.snap").exists());
    assert_eq!(scratch.harness(&["check", "drawn"]).code, 0);
    scratch.file("drawn/contract.toml", contract.replace("# [[always]]\n# count", "[[always]]\ncount"));
    assert_eq!(scratch.harness(&["check", "drawn"]).code, 0);
    scratch.file("program.sh", "for i in $(seq 6); do echo \"main: try $i\"; done");
    scratch.harness(&["check", "drawn"]).refuted();
}

#[test]
fn what_outlives_the_program_is_proposed_as_a_survivor_and_is_refuted_until_it_is_claimed() {
    let (scratch, told) = draw("sleep 300 >/dev/null 2>&1 &\necho main: done", &["--runs", "2"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(
        told.stdout.contains("does not hold: the program has to end what outlives it"),
        "{}",
        told.stdout
    );
    assert!(!told.stdout.contains("needs a name"), "{}", told.stdout);
    let contract = contract(&scratch);
    let claimed = contract.replace("# survivors = [\"sleep 300\"]", "survivors = [\"sleep 300\"]");
    assert_ne!(claimed, contract);
    scratch.file("drawn/contract.toml", claimed);
    assert_eq!(scratch.harness(&["check", "drawn/contract.toml"]).code, 0);
}

/// A script that does something in its run of this number alone, as far as it is counted: a directed run counts as well.
fn only_in_run(number: usize, what: &str) -> String {
    format!("n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count\n[ $n != {number} ] || {what}\n")
}

#[test]
fn a_crash_is_named_with_its_run_and_never_becomes_the_golden() {
    for number in [1, 4] {
        let crash = only_in_run(number, "{ echo odd; kill -ABRT $$; }");
        let (scratch, told) = draw(&format!("{crash}echo main: done"), &[]);
        assert_eq!(told.code, 1, "{}", told.stdout);
        let mishap =
            format!("1 of 10 runs (run {number}): the program was killed by SIGABRT, which it sent itself");
        assert!(told.stdout.contains(&format!("not all runs went well:\n  {mishap}\n")), "{}", told.stdout);
        let contract = contract(&scratch);
        assert!(contract.contains(&format!("#   {mishap}\n")), "{contract}");
        assert!(!contract.contains("odd") && !contract.contains("exit ="), "{contract}");
        assert_eq!(scratch.harness(&["check", "drawn/contract.toml"]).code, 0);
    }
}

#[test]
fn of_a_crash_it_is_said_whose_it_was() {
    if !has_witness() {
        return;
    }
    let crash = only_in_run(3, "(echo worker: begins; kill -SEGV $BASHPID) 2>/dev/null");
    let (_, told) = draw(&format!("{crash}(echo worker: begins) & wait; echo main: done"), &[]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(
        told.stdout.contains("(run 3): worker was killed by SIGSEGV, which it sent itself"),
        "{}",
        told.stdout
    );
}

#[test]
fn a_run_that_hangs_and_one_that_leaks_are_named() {
    let hang = only_in_run(4, "sleep 300");
    let leak = only_in_run(6, "{ sleep 300 >/dev/null 2>&1 & }").replace("count", "other");
    let (_, told) = draw(&format!("{hang}{leak}echo main: done"), &["--timeout", "1500ms"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    for mishap in [
        "1 of 10 runs (run 4): it hung: it had not ended after [time], and the program and a process `sleep` were still there",
        // The run that hung has not counted that one.
        "1 of 10 runs (run 7): `sleep 300`, which the program created, outlived it",
    ] {
        assert!(told.stdout.contains(mishap), "{mishap}: {}", told.stdout);
    }
    assert!(told.stdout.contains("timeout = \"1500ms\""), "{}", told.stdout);
}

#[test]
fn a_program_that_does_not_bear_others_beside_it_runs_alone_and_that_is_said() {
    let (scratch, told) =
        draw("mkdir taken || exit 3; sleep 1.1; rmdir taken; echo main: done", &["--runs", "6"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let contract = contract(&scratch);
    assert!(
        contract.starts_with("# It may not bear to run beside itself: side by side 3 runs of 4"),
        "{contract}"
    );
    assert!(told.stdout.contains("drawn from 6 runs"), "{}", told.stdout);
}

#[test]
fn a_program_that_prints_nothing_is_warned_of() {
    let (_, told) = draw("true", &[]);
    assert_eq!(told.code, 0);
    assert!(told.stdout.contains("warning: the program printed nothing"), "{}", told.stdout);
}

#[test]
fn the_current_folder_can_have_a_contract() {
    let scratch = Scratch::outside_any_course();
    scratch.file("workers/program.sh", "echo main: hello");
    let run = |arguments: &[&str]| {
        scratch.told(&scratch.command(arguments).current_dir(scratch.path("workers")).output().unwrap())
    };
    let told = run(&["new", ".", "--timeout", "1m30s", "--", "bash", "program.sh"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    let contract = fs::read_to_string(scratch.path("workers/contract.toml")).unwrap();
    let head = "title   = \"workers\"\ncommand = [\"bash\", \"program.sh\"]\ntimeout = \"1m30s\"\n";
    assert!(contract.starts_with(head), "{contract}");
    assert_eq!(run(&["check", "."]).code, 0);
}

#[test]
fn threads_are_proposed_as_threads_each_an_actor_of_its_own() {
    if !has_witness() {
        return;
    }
    let scratch = Scratch::of_command("", &["./steps"]);
    scratch.compile("steps");
    let told = scratch.harness(&["new", "drawn", "--", "examples-bin/sample/steps"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    let text = contract(&scratch);
    for part in
        ["kind  = \"thread\"", "\nmain  = '^main:'", "\ndance = '^dance: step'", "\nsing  = '^sing: step'"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    // One thread does what two did.
    assert!(scratch.compiles("steps", &["cc", "-DALONE", "-pthread", "-o", "OUT", "FROM/steps.c"]));
    let refuted = scratch.harness(&["check", "drawn/contract.toml"]).refuted();
    assert!(refuted.contains("main, dance and sing are threads of their own"), "{refuted}");
}

#[test]
fn in_a_log_the_moment_is_a_name_and_actors_are_called_by_the_next_word() {
    let log = "log() { echo \"$(date '+%Y-%m-%d %H:%M:%S,%N') [INFO] $*\"; }
(log loader: begins; log loader: ends) & (log saver: begins) & wait; log boss: ends";
    let (scratch, told) = draw(log, &[]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let text = contract(&scratch);
    for part in [
        r"time = { text_in = '^(\S+ \S+)' }",
        r"main   = '^\S+ \S+ \S+ boss:'",
        r"loader = '^\S+ \S+ \S+ loader:'",
        r"saver  = '^\S+ \S+ \S+ saver:'",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let golden = fs::read_to_string(scratch.path("drawn/golden.snap")).unwrap();
    assert!(golden.contains("loader │ ‹time› [INFO] loader: ends"), "{golden}");
}

#[test]
fn main_below_a_launcher_is_called_main() {
    if !has_witness() {
        return;
    }
    let (scratch, told) =
        draw("bash -c 'echo main: begins; (echo child: hello) & wait; echo main: ends'; exit $?", &[]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let text = contract(&scratch);
    assert!(text.contains("\nmain  = '^main:'") && !text.contains("main2"), "{text}");
}

#[test]
fn claims_that_are_proposed_in_comments_hold_once_they_are_made() {
    if !has_witness() {
        return;
    }
    let (scratch, told) = draw(
        "for who in $(shuf -e dance sing); do (echo \"$who: one\"; echo \"$who: two\") & wait; done; echo main: done",
        &["--runs", "30"],
    );
    assert_eq!(told.code, 0, "{}", told.stdout);
    let made = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if ["[[sometimes", "free"].iter().any(|word| rest.starts_with(word)) => rest.to_owned(),
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
