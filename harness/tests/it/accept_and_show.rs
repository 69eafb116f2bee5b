//! `accept` shows a golden before it writes it; `show` puts a run beside its canonical form.

use insta::assert_snapshot;
use regex::Regex;

use crate::scratch::{Scratch, has_witness};

const PROCESSES: &str = "[actors]\nkind = \"process\"\nmain = '^main'\ndance = '^dance'\n[names]\npid = { pid_in = 'pid (\\d+)$' }\n";
const SCRIPT: &str = "(echo dance: pid $BASHPID) & wait; echo main: pid $$";

const GOLDEN: &str = "examples-bin/sample/golden.snap";

fn golden(course: &Scratch) -> String {
    std::fs::read_to_string(course.path(GOLDEN)).unwrap()
}

#[test]
fn what_is_accepted_is_shown_written_and_then_proven() {
    let course = Scratch::sample(PROCESSES, SCRIPT);
    assert_eq!(course.harness(&["check"]).code, 1);
    let told = course.harness(&["accept", "sample"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert_snapshot!(told.stdout, @"
    --- golden
    +++ this run
    @@ -0,0 +1,2 @@
    +main │ main: pid ‹pid of main›
    +dance │ dance: pid ‹pid of dance›
    sample: accepted as examples-bin/sample/golden.snap
    ");
    assert_snapshot!(golden(&course), @"
    ---
    expression: sample
    ---
    main  │ main: pid ‹pid of main›
    dance │ dance: pid ‹pid of dance›
    ");
    assert_eq!(course.harness(&["check"]).code, 0);
}

#[test]
fn a_golden_that_is_up_to_date_is_left_alone() {
    let course = Scratch::sample(PROCESSES, SCRIPT);
    // As insta writes it, with metadata of its own.
    let written = "---\nsource: tests/golden.rs\nexpression: anything\nsnapshot_kind: text\n---\n\
                   main  │ main: pid ‹pid of main›\ndance │ dance: pid ‹pid of dance›\n";
    course.file(GOLDEN, written);
    let told = course.harness(&["accept", "sample"]);
    assert_eq!((told.code, told.stdout.as_str()), (0, "sample: the golden is up to date\n"));
    assert_eq!(golden(&course), written);
}

#[test]
fn only_the_difference_to_the_golden_is_shown() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "for i in {1..20}; do echo main: $i; done");
    course.bless("sample");
    course.file("examples-bin/sample/script.sh", "for i in {1..9} ten {11..20}; do echo main: $i; done");
    let told = course.harness(&["accept", "sample"]);
    assert_eq!(told.code, 0);
    assert_snapshot!(told.stdout, @"
    --- golden
    +++ this run
    @@ -7,7 +7,7 @@
     main │ main: 7
     main │ main: 8
     main │ main: 9
    -main │ main: 10
    +main │ main: ten
     main │ main: 11
     main │ main: 12
     main │ main: 13
    sample: accepted as examples-bin/sample/golden.snap
    ");
    assert_eq!(course.harness(&["check"]).code, 0);
}

#[test]
fn nothing_is_accepted_of_a_run_that_is_refuted_otherwise() {
    let contract = format!("{PROCESSES}[[always]]\ncount = {{ line = '^dance', is = 2 }}\n");
    let course = Scratch::sample(&contract, SCRIPT);
    let told = course.harness(&["accept", "sample"]);
    assert_eq!(told.code, 1);
    assert_snapshot!(told.stdout, @"

    refuted: sample: the program prints exactly 2 lines that start with “dance”
      expected  exactly 2 lines
      seen      1 line
      lines     stdout   1  dance (pid [A]) │ dance: pid [A]

    sample: not accepted: only a run that meets every other check can become the golden
    ");
    assert!(!course.path(GOLDEN).exists());
}

#[test]
fn nothing_is_accepted_where_there_is_no_golden() {
    let course = Scratch::sample(&format!("golden = false\n{PROCESSES}"), SCRIPT);
    let told = course.harness(&["accept", "sample"]);
    assert_snapshot!(told.error(), @"error: sample: its contract says `golden = false`: nothing of it can be accepted");
    assert_eq!(course.harness(&["check"]).code, 0);
    assert!(!course.path(GOLDEN).exists());
}

#[test]
fn nothing_is_accepted_that_varies() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main: $$");
    let told = course.harness(&["accept", "sample"]);
    assert_eq!(told.code, 1);
    assert_snapshot!(told.stdout.lines().last().unwrap(), @"sample: not accepted: two runs printed different things, and the first of them is what `golden` shows here; a part that varies needs a name in [names], an order that varies actors of their own");
    assert!(!course.path(GOLDEN).exists());
}

#[test]
fn nothing_is_accepted_with_a_pid_that_no_name_covers() {
    let course = Scratch::sample(PROCESSES, "(echo dance: I am pid $BASHPID.) & wait; echo main: pid $$");
    let told = course.harness(&["accept", "sample"]);
    assert_eq!(told.code, 1);
    let (_, names) =
        told.stdout.split_once("\n\nrefuted: sample: a name covers").expect("the name that is missing");
    assert_snapshot!(names, @r"
     each pid that is printed
      expected  a name in [names]
      seen      pid [B] (dance), as a plain number
      lines     stdout   1  dance (pid [B]) │ dance: I am pid [B].
      help      `pid2 = { pid_in = '^dance: I am pid (\d+)\.$' }` in [names] shows it as whose it is

    sample: not accepted: two runs printed different things, and the first of them is what `golden` shows here; a part that varies needs a name in [names], an order that varies actors of their own
    ");
    assert!(!course.path(GOLDEN).exists());
}

#[test]
fn several_are_accepted_each_by_itself() {
    let course = Scratch::sample(PROCESSES, SCRIPT);
    course.lesson("wrong", PROCESSES, "echo nobody: 1");
    let told = course.harness(&["accept", "wrong", "sample"]);
    assert_eq!(told.code, 1);
    assert!(told.stdout.contains("\nwrong: not accepted: "), "{}", told.stdout);
    assert!(
        told.stdout.ends_with("\nsample: accepted as examples-bin/sample/golden.snap\n"),
        "{}",
        told.stdout
    );
}

#[test]
fn insta_can_not_accept_everything_here() {
    let course = Scratch::sample(PROCESSES, "echo main: pid $$");
    course.golden("sample", "main │ main: 1\n");
    let before = golden(&course);
    for (variable, value) in [("INSTA_FORCE_PASS", "1"), ("INSTA_UPDATE", "always")] {
        let output = course.command(&["check"]).env(variable, value).output().unwrap();
        assert_ne!(course.told(&output).code, 0);
        assert_eq!(golden(&course), before);
    }
}

#[test]
fn a_run_is_shown_as_it_was_and_as_its_golden_keeps_it() {
    if !has_witness() {
        return;
    }
    let course = Scratch::sample(PROCESSES, SCRIPT);
    let told = course.harness(&["show", "sample"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    // The width of the left column varies with the pids.
    let lines = told.stdout.lines().filter(|line| !line.starts_with('─'));
    let lines = lines.map(|line| Regex::new(" {3,}").unwrap().replace(line, "   ").into_owned());
    let shown: Vec<String> = lines.collect();
    assert_snapshot!(shown.join("\n"), @"
    raw: time written, writer, text   canonical form
      [time] [A] │ dance: pid [A]   main │ main: pid ‹pid of main›
      [time] [B] │ main: pid [B]   dance │ dance: pid ‹pid of dance›

    exit status 0 after [time]
    ");
}

#[test]
fn a_show_of_another_program_needs_no_golden() {
    if !has_witness() {
        return;
    }
    let course = Scratch::sample(PROCESSES, SCRIPT);
    let told = course.harness(&["show", "sample", "--", "printf", "main: \\342\\200\\213 \\nwho\\n"]);
    assert_eq!(told.code, 0);
    assert_snapshot!(told.stdout, @r"
    raw: time written, writer, text        canonical form
    ────────────────────────────────────   ──────────────
      [time] [A] │ main: \u{200b}    main │ main: \u{200b}‹space›
      [time] [A] │ who               ‹nobody› │ who

    exit status 0 after [time]
    ");
}

#[test]
fn a_show_without_a_witness_says_so() {
    let course = Scratch::sample(&format!("witness = \"socket\"\n{PROCESSES}"), "echo main: 1");
    assert_snapshot!(course.harness(&["show", "sample"]).stdout, @"
    raw: time received, writer, text   canonical form
    ────────────────────────────────   ──────────────
      [time] [A] │ main: 1       main │ main: 1

    witness: the sockets alone, since the contract asks for that
    exit status 0 after [time]
    ");
}

#[test]
fn a_show_tells_what_was_left_running_and_what_had_to_be_ended() {
    if !has_witness() {
        return;
    }
    let course = Scratch::sample(PROCESSES, "echo main: 1 >&2; sleep 1000 & exit 3");
    assert_snapshot!(course.harness(&["show", "sample"]).stdout, @"
    raw: time written, writer, text         canonical form
    ─────────────────────────────────────   ──────────────
      [time] [A] (stderr) │ main: 1   ‹nothing is printed›

    left running, and killed: pid [B] `sleep 1000`
    exit status 3 after [time]
    ");
    let course = Scratch::sample(&format!("timeout = \"1s\"\n{PROCESSES}"), "sleep 1000");
    assert_snapshot!(course.harness(&["show", "sample"]).stdout, @"
    raw: time written, writer, text   canonical form
    ───────────────────────────────   ──────────────
                                      ‹nothing is printed›

    left running, and killed: pid [A] `sleep 1000`
    still running, and ended by the harness because its time was up, after [time]
    ");
}
