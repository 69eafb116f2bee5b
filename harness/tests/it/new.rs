//! `harness new` draws a contract from recorded runs: it holds for further runs, and not for another program.

use std::fs;

use insta::assert_snapshot;

use crate::scratch::Scratch;

/// A script in a folder that is no course, and the contract drawn from it.
fn drawn(script: &str) -> Scratch {
    let scratch = Scratch::outside_any_course();
    scratch.file("program.sh", script);
    let told = scratch.harness(&["new", "drawn", "--", "bash", "program.sh"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    scratch
}

fn contract(scratch: &Scratch) -> String {
    fs::read_to_string(scratch.path("drawn/lesson.toml")).unwrap()
}

/// The contract without comments, which tell of the runs that were recorded.
fn claims(scratch: &Scratch) -> String {
    let bare = |line: &str| line.split("   # ").next().unwrap().to_owned();
    let contract = contract(scratch);
    contract.lines().filter(|line| !line.starts_with('#')).map(bare).collect::<Vec<_>>().join("\n")
}

/// It is proven again and again, and short once the program is changed.
#[track_caller]
fn holds_but_not_if(scratch: &Scratch, change: [&str; 2]) {
    for _ in 0..20 {
        let told = scratch.harness(&["check", "drawn/lesson.toml"]);
        assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}\n{}", contract(scratch), told.stdout);
    }
    let script = fs::read_to_string(scratch.path("program.sh")).unwrap();
    let changed = script.replace(change[0], change[1]);
    assert_ne!(changed, script);
    scratch.file("program.sh", changed);
    scratch.harness(&["check", "drawn/lesson.toml"]).short();
}

const WORKERS: &str = r#"
echo "main: pid $$"
for i in 1 2 3; do
    (
        sleep 0.0$((RANDOM % 3))
        echo "worker $i: pid $BASHPID"
        echo "worker $i: done after $((RANDOM % 900)) ms"
    ) &
done
wait
echo "main: done"
"#;

#[test]
fn processes_that_print_the_same_are_one_actor_and_what_varies_has_names() {
    let scratch = drawn(WORKERS);
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."

    [actors]
    kind   = "process"
    main   = '^main:'
    worker = { line = '^worker', each = true }

    [names]
    pid      = { pid_in = 'pid (\d+)$' }
    duration = { number_in = 'after (\d+) ms$' }
    "#);
    assert_snapshot!(fs::read_to_string(scratch.path("drawn/golden.snap")).unwrap(), @"
    ---
    source: tests/golden.rs
    expression: drawn
    ---
    main     │ main: pid ‹pid of main›
    main     │ main: done
    worker#1 │ worker 1: pid ‹own pid›
    worker#1 │ worker 1: done after ‹duration› ms
    worker#2 │ worker 2: pid ‹own pid›
    worker#2 │ worker 2: done after ‹duration› ms
    worker#3 │ worker 3: pid ‹own pid›
    worker#3 │ worker 3: done after ‹duration› ms
    ");
    assert!(
        contract(&scratch).contains(r"# order = ['^main: pid \d+$', '^worker', '^main: done$']"),
        "{}",
        contract(&scratch)
    );
    holds_but_not_if(&scratch, ["worker $i: pid $BASHPID", "worker $i: pid $$"]);
}

#[test]
fn processes_that_print_different_things_are_actors_of_their_own() {
    let scratch = drawn(
        "(sleep 0.0$((RANDOM % 3)); echo dance: one; echo dance: two) &\n\
         (sleep 0.0$((RANDOM % 3)); echo sing: one) &\nwait",
    );
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."

    [actors]
    kind  = "process"
    dance = '^dance:'
    sing  = '^sing:'
    "#);
    holds_but_not_if(&scratch, ["sing: one", "dance: three"]);
}

#[test]
fn a_word_that_varies_is_a_text_known_by_what_stands_around_it() {
    let scratch = drawn("echo \"main: writes to $(mktemp -u /tmp/work.XXXXXX).log\"; echo main: done");
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."

    [actors]
    main = '^main:'

    [names]
    work = { text_in = 'work\.(\S+)\.log$' }
    "#);
    holds_but_not_if(&scratch, [").log", ").txt"]);
}

#[test]
fn tasks_that_fall_to_whoever_is_free_are_one_actors_whoever_prints_them() {
    let scratch = drawn(
        "worker() {\n\
         \x20   exec 9>lock\n\
         \x20   while flock 9 && read -r n <&3; do\n\
         \x20       flock -u 9; sleep 0.0$((RANDOM % 9)); echo \"pid $BASHPID took $n\"\n\
         \x20   done\n\
         }\n\
         exec 3< <(seq 9)\n\
         worker & worker & worker & wait",
    );
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."

    [actors]
    pid = '^pid'

    [names]
    pid  = { pid_in = '^pid (\d+) took' }
    took = { number_in = 'took (\d+)$' }
    "#);
    holds_but_not_if(&scratch, ["seq 9", "seq 8"]);
}

#[test]
fn many_who_print_from_one_process_are_told_apart_by_how_their_lines_start() {
    // As threads do.
    let scratch = drawn("for n in $(shuf -e 0 0 1 1 2 2); do echo \"Thread $n: step $((++step[n]))\"; done");
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."

    [actors]
    thread0 = '^Thread 0: step'
    thread1 = '^Thread 1: step'
    thread2 = '^Thread 2: step'
    "#);
    holds_but_not_if(&scratch, ["0 0 1 1 2 2", "0 0 0 1 1 2"]);
}

#[test]
fn how_it_ends_and_what_is_on_stderr_are_claimed_too() {
    let scratch = drawn("echo main: 1; echo warning: odd >&2; exit 3");
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."
    stderr  = "golden"

    [actors]
    main = '^main:|^warning:'

    [[always]]
    exit = 3
    "#);
    holds_but_not_if(&scratch, ["exit 3", "exit 4"]);
}

#[test]
fn a_signal_that_ends_it_is_claimed() {
    let scratch = drawn("echo main: bye; kill -TERM $$");
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."

    [actors]
    main = '^main:'

    [[always]]
    exit = { signal = "SIGTERM" }
    "#);
    holds_but_not_if(&scratch, ["-TERM", "-KILL"]);
}

#[test]
fn a_program_that_prints_nothing_has_a_contract_too() {
    let scratch = drawn("true");
    assert_snapshot!(claims(&scratch), @r#"
    title   = "drawn"
    command = ["bash", "program.sh"]
    folder  = ".."
    "#);
    holds_but_not_if(&scratch, ["true", "echo something"]);
}

#[test]
fn stderr_that_varies_beyond_its_numbers_is_ignored() {
    let scratch = drawn("for i in $(seq $((RANDOM % 4))); do echo oops >&2; done; echo main: done");
    assert!(contract(&scratch).contains("stderr  = \"ignored\""), "{}", contract(&scratch));
    holds_but_not_if(&scratch, ["main: done", "main: gone"]);
}

#[test]
fn it_runs_where_it_was_run_when_it_was_recorded() {
    let scratch = Scratch::outside_any_course();
    scratch.program("tools/say", "#!/bin/sh\ncat words.txt");
    scratch.file("words.txt", "main: hello\n");
    let told = scratch.harness(&["new", "tests/said", "--", "./tools/say"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert!(
        fs::read_to_string(scratch.path("tests/said/lesson.toml")).unwrap().contains("folder  = \"../..\"")
    );
    let told = scratch.command(&["check", "."]).current_dir(scratch.path("tests/said")).output().unwrap();
    assert_eq!(scratch.told(&told).code, 0);
}

#[test]
fn a_count_that_varies_is_said_to_be_beyond_any_golden() {
    let scratch = Scratch::outside_any_course();
    scratch.file("program.sh", "for i in $(seq $((RANDOM % 5 + 1))); do echo \"main: try $i\"; done");
    let told = scratch.harness(&["new", "drawn", "--runs", "30", "--", "bash", "program.sh"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""), "{}", told.stdout);
    assert!(
        contract(&scratch).contains(r"#   1 to 5 lines match '^main: try \d+$'"),
        "{}",
        contract(&scratch)
    );
    assert!(told.stdout.contains("the proposal does not hold: edit drawn/lesson.toml"), "{}", told.stdout);
}

#[test]
fn what_outlives_the_program_is_proposed_as_a_survivor_and_falls_short_until_it_is_claimed() {
    let scratch = Scratch::outside_any_course();
    scratch.file("program.sh", "sleep 300 >/dev/null 2>&1 &\necho main: done");
    let told = scratch.harness(&["new", "drawn", "--runs", "2", "--", "bash", "program.sh"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""), "{}", told.stdout);
    let contract = contract(&scratch);
    let claimed = contract.replace("# survivors", "survivors");
    assert_ne!(claimed, contract);
    scratch.file("drawn/lesson.toml", claimed);
    assert_eq!(scratch.harness(&["check", "drawn/lesson.toml"]).code, 0);
}

#[test]
fn claims_that_are_proposed_in_comments_hold_once_they_are_made() {
    let scratch = Scratch::outside_any_course();
    scratch.file(
        "program.sh",
        "for who in $(shuf -e dance sing); do (echo \"$who: one\"; echo \"$who: two\") & wait; done; echo main: done",
    );
    let told = scratch.harness(&["new", "drawn", "--runs", "30", "--", "bash", "program.sh"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    let made = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if ["[[", "order", "free", "rate", "runs"].iter().any(|word| rest.starts_with(word)) => {
            rest.to_owned()
        }
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
    scratch.file("drawn/lesson.toml", contract);
    let told = scratch.harness(&["check", "drawn/lesson.toml"]);
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
    let scratch = drawn("echo main: hello");
    let before = contract(&scratch);
    assert_snapshot!(scratch.harness(&["new", "drawn", "--", "true"]).error(), @"error: `drawn/lesson.toml` is there already: choose another name, or remove it");
    assert_eq!(contract(&scratch), before);
}
