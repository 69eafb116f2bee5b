//! What is told of each thing that can fall short. Each report says what was claimed, what was expected, what was
//! seen, and the lines that it rests on with who wrote them: read them as somebody who sees them for the first time.

use insta::assert_snapshot;
use regex::Regex;

use crate::scratch::Scratch;

/// The report on a script that falls short of its contract, though not of its golden.
fn report(contract: &str, script: &str) -> String {
    let course = Scratch::sample(contract, script);
    course.bless("sample");
    findings(&course)
}

/// The report on a script whose golden another one printed.
fn report_against(golden: &str, contract: &str, script: &str) -> String {
    let course = Scratch::sample(contract, golden);
    course.bless("sample");
    course.file("examples-bin/sample/script.sh", script);
    findings(&course)
}

/// What fell short, without the lesson's line before it and the summary after it.
fn findings(course: &Scratch) -> String {
    let report = course.harness(&["check"]).short();
    let (_, rest) = report.split_once("\n\n").expect("findings follow the lesson's line");
    rest.split("\n\nsample: this run is kept").next().unwrap_or(rest).to_owned()
}

/// Lines of `main`, `dance` and `sing`, of which nothing else is claimed.
const ACTORS: &str = "[actors]\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";

/// As `ACTORS`, each a process of its own. In these scripts `read_by_now` returns when the harness has read all that
/// was printed before, and so has looked at who printed it: more is printed, byte by byte, than fits between the two.
const PROCESSES: &str =
    "stderr = \"ignored\"\n[actors]\nkind = \"process\"\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";
const READ_BY_NOW: &str = "read_by_now() { dd if=/dev/zero bs=1 count=70000 status=none >&2; }\n";

/// A number named `sum`.
const SUM: &str = "[actors]\nmain = '^main'\ndance = '^dance'\n[names]\nsum = { number_in = 'sum: (.*)$' }\n";

fn always(head: &str, check: &str) -> String {
    format!("{head}[[always]]\n{check}\n")
}

fn sometimes(head: &str, check: &str) -> String {
    format!("{head}[[sometimes]]\nruns = 3\nrate = 0.999\n{check}\n")
}

#[test]
fn a_count_that_differs() {
    let twice = "echo main: done; echo main: waiting; echo main: done";
    assert_snapshot!(report(&always(ACTORS, "count = { line = 'done$', is = 1 }"), twice), @"
    short: sample: the program prints exactly 1 line that matches `done$`
      expected  exactly 1 line
      seen      2 lines
      lines     stdout   1  main (pid [A]) │ main: done
                …
                stdout   3  main (pid [A]) │ main: done
    ");
    assert_snapshot!(report(&always(ACTORS, "count = { line = 'done$', at_least = 3 }"), twice), @"
    short: sample: the program prints at least 3 lines that match `done$`
      expected  at least 3 lines
      seen      2 lines
      lines     stdout   1  main (pid [A]) │ main: done
                …
                stdout   3  main (pid [A]) │ main: done
    ");
    assert_snapshot!(report(&always(ACTORS, "count = { line = 'done$', at_most = 1 }"), twice), @"
    short: sample: the program prints at most 1 line that matches `done$`
      expected  at most 1 line
      seen      2 lines
      lines     stdout   1  main (pid [A]) │ main: done
                …
                stdout   3  main (pid [A]) │ main: done
    ");
}

#[test]
fn a_count_of_one_actors_lines() {
    let check = "count = { line = 'step$', is = 2, actor = \"dance\" }";
    assert_snapshot!(report(&always(ACTORS, check), "echo dance: step; echo sing: step"), @"
    short: sample: dance prints exactly 2 lines that match `step$`
      expected  exactly 2 lines
      seen      1 line
      lines     stdout   1  dance (pid [A]) │ dance: step
    ");
    assert_snapshot!(report(&always(ACTORS, check), "echo sing: step"), @"
    short: sample: dance prints exactly 2 lines that match `step$`
      expected  exactly 2 lines
      seen      0 lines
    ");
}

#[test]
fn a_count_of_all_lines_and_none_at_all() {
    let dances =
        |count: u32| always(ACTORS, &format!("count = {{ line = '', is = {count}, actor = \"dance\" }}"));
    assert_snapshot!(report(&dances(5), "echo dance: step"), @"
    short: sample: dance prints exactly 5 lines
      expected  exactly 5 lines
      seen      1 line
      lines     stdout   1  dance (pid [A]) │ dance: step
    ");
    assert_snapshot!(report(&dances(1), "echo main: done"), @"
    short: sample: dance prints exactly 1 line
      expected  exactly 1 line
      seen      0 lines
    ");
}

#[test]
fn many_lines_are_cut_in_their_middle() {
    let check = "count = { line = 'step$', is = 1000 }";
    assert_snapshot!(report(&always(ACTORS, check), "for _ in {1..20}; do echo dance: step; done"), @"
    short: sample: the program prints exactly 1000 lines that match `step$`
      expected  exactly 1000 lines
      seen      20 lines
      lines     stdout   1  dance (pid [A]) │ dance: step
                stdout   2  dance (pid [A]) │ dance: step
                stdout   3  dance (pid [A]) │ dance: step
                stdout   4  dance (pid [A]) │ dance: step
                …
                stdout  17  dance (pid [A]) │ dance: step
                stdout  18  dance (pid [A]) │ dance: step
                stdout  19  dance (pid [A]) │ dance: step
                stdout  20  dance (pid [A]) │ dance: step
    ");
}

#[test]
fn a_line_that_must_never_come() {
    assert_snapshot!(report(&always(ACTORS, "never = 'done$'"), "echo dance: step; echo dance: done"), @"
    short: sample: no line matches `done$`
      expected  no such line
      seen      1 line
      lines     stdout   2  dance (pid [A]) │ dance: done
    ");
}

#[test]
fn a_wrong_order() {
    let check = "order = ['^dance: done$', '^main: done$']";
    assert_snapshot!(report(&always(ACTORS, check), "echo main: done; echo dance: step; echo dance: done"), @"
    short: sample: all lines that match `^dance: done$` come before all that match `^main: done$`
      expected  the last `^dance: done$` before the first `^main: done$`
      seen      a `^dance: done$` after a `^main: done$`
      lines     stdout   1  main (pid [A]) │ main: done
                …
                stdout   3  dance (pid [A]) │ dance: done
    ");
}

#[test]
fn an_order_of_which_a_line_is_missing() {
    assert_snapshot!(report(&always(ACTORS, "order = ['^dance: done$', '^main: done$']"), "echo main: done"), @"
    short: sample: all lines that match `^dance: done$` come before all that match `^main: done$`
      expected  a line that matches `^dance: done$`
      seen      there is none
    ");
}

#[test]
fn an_order_that_is_not_free() {
    let check = "free = ['^dance', '^sing', '^main']";
    assert_snapshot!(report(&sometimes(ACTORS, check), "echo dance: step; echo sing: la; echo main: done"), @"
    short: sample: sometimes: no order is fixed: in some run each of `^dance`, `^sing` and `^main` comes first
      expected  to be seen at least once in 3 runs, at its measured rate of 0.999
      seen      `^sing` and `^main` never came first in 3 runs; in the last one `^dance` came first
      lines     stdout   1  dance (pid [A]) │ dance: step
                stdout   2  sing (pid [A]) │ sing: la
                stdout   3  main (pid [A]) │ main: done
    ");
    assert_snapshot!(report(&sometimes(ACTORS, check), "echo dance: step"), @"
    short: sample: sometimes: no order is fixed: in some run each of `^dance`, `^sing` and `^main` comes first
      expected  to be seen at least once in 3 runs, at its measured rate of 0.999
      seen      `^sing` and `^main` never came first in 3 runs; in the last one `^dance` came first
      lines     stdout   1  dance (pid [A]) │ dance: step
    ");
}

#[test]
fn a_number_that_differs() {
    let script = "echo main: sum: 1000000; echo main: sum: 1999999";
    assert_snapshot!(report(&always(SUM, "number = { name = \"sum\", is = 2000000 }"), script), @"
    short: sample: every sum is exactly 2000000
      expected  exactly 2000000
      seen      1000000, then 1999999
      lines     stdout   1  main (pid [A]) │ main: sum: 1000000
                stdout   2  main (pid [A]) │ main: sum: 1999999
    ");
    assert_snapshot!(report(&always(SUM, "number = { name = \"sum\", less_than = 1000000 }"), script), @"
    short: sample: every sum is less than 1000000
      expected  less than 1000000
      seen      1000000, then 1999999
      lines     stdout   1  main (pid [A]) │ main: sum: 1000000
                stdout   2  main (pid [A]) │ main: sum: 1999999
    ");
    assert_snapshot!(report(&always(SUM, "number = { name = \"main.sum\", greater_than = 1e6 }"), script), @"
    short: sample: every main.sum is greater than 1000000
      expected  greater than 1000000
      seen      1000000
      lines     stdout   1  main (pid [A]) │ main: sum: 1000000
    ");
    assert_snapshot!(report(&always(SUM, "number = { name = \"sum\", at_least = 1500000 }"), script), @"
    short: sample: every sum is at least 1500000
      expected  at least 1500000
      seen      1000000
      lines     stdout   1  main (pid [A]) │ main: sum: 1000000
    ");
    assert_snapshot!(report(&always(SUM, "number = { name = \"sum\", at_most = 0.5 }"), script), @"
    short: sample: every sum is at most 0.5
      expected  at most 0.5
      seen      1000000, then 1999999
      lines     stdout   1  main (pid [A]) │ main: sum: 1000000
                stdout   2  main (pid [A]) │ main: sum: 1999999
    ");
}

#[test]
fn numbers_in_another_print_order() {
    let check = "number = { name = \"sum\", in_print_order = [1000000, 2000000] }";
    assert_snapshot!(report(&always(SUM, check), "echo main: sum: 2000000; echo main: sum: 1000000"), @"
    short: sample: sum is printed as 1000000, then 2000000
      expected  1000000, then 2000000
      seen      2000000, then 1000000
      lines     stdout   1  main (pid [A]) │ main: sum: 2000000
                stdout   2  main (pid [A]) │ main: sum: 1000000
    ");
}

#[test]
fn a_number_that_is_none() {
    let check = "number = { name = \"sum\", is = 2000000 }";
    assert_snapshot!(report(&always(SUM, check), "echo main: sum: 2 million"), @"
    short: sample: every sum is exactly 2000000
      expected  sum to be a number
      seen      `2 million`
      lines     stdout   1  main (pid [A]) │ main: sum: 2 million
    ");
    assert_snapshot!(report(&always(SUM, check), "echo main: no sum"), @"
    short: sample: every sum is exactly 2000000
      expected  a value of sum
      seen      no line has one
    ");
}

#[test]
fn numbers_that_compare_otherwise() {
    let check = "compare = { name = \"dance.sum\", greater_than = \"main.sum\" }";
    assert_snapshot!(report(&always(SUM, check), "echo dance: sum: 3; echo main: sum: 2; echo main: sum: 3"), @"
    short: sample: every dance.sum is greater than every main.sum
      expected  dance.sum greater than main.sum
      seen      dance.sum is 3, main.sum is 3
      lines     stdout   1  dance (pid [A]) │ dance: sum: 3
                …
                stdout   3  main (pid [A]) │ main: sum: 3
    ");
    assert_snapshot!(report(&always(SUM, check), "echo main: sum: 2"), @"
    short: sample: every dance.sum is greater than every main.sum
      expected  a value of dance.sum
      seen      no line has one
    ");
}

#[test]
fn values_that_should_be_the_same() {
    let script = "echo main: sum: 1; echo dance: sum: 1; echo dance: sum: 2";
    assert_snapshot!(report(&always(SUM, "same = [\"main.sum\", \"dance.sum\"]"), script), @"
    short: sample: all values of main.sum and dance.sum are equal
      expected  one value
      seen      `1` and `2`
      lines     stdout   1  main (pid [A]) │ main: sum: 1
                …
                stdout   3  dance (pid [A]) │ dance: sum: 2
    ");
    assert_snapshot!(report(&always(SUM, "same = [\"sum\"]"), "echo main: sum: 1"), @"
    short: sample: all values of sum are equal
      expected  at least two values
      seen      there is one
      lines     stdout   1  main (pid [A]) │ main: sum: 1
    ");
    assert_snapshot!(report(&always(SUM, "same = [\"main.sum\", \"dance.sum\"]"), "echo main: sum: 1"), @"
    short: sample: all values of main.sum and dance.sum are equal
      expected  a value of dance.sum
      seen      no line has one
    ");
}

#[test]
fn values_that_should_differ() {
    let script = "echo main: sum: 1; echo main: sum: 2; echo dance: sum: 1";
    assert_snapshot!(report(&always(SUM, "differ = [\"sum\"]"), script), @"
    short: sample: no two values of sum are equal
      expected  different values
      seen      `1` twice
      lines     stdout   1  main (pid [A]) │ main: sum: 1
                …
                stdout   3  dance (pid [A]) │ dance: sum: 1
    ");
}

#[test]
fn actors_that_do_not_overlap() {
    let script = "echo sing: la; echo dance: step";
    assert_snapshot!(report(&always(ACTORS, "overlap = [\"dance\", \"sing\"]"), script), @"
    short: sample: dance and sing overlap in time
      expected  each prints a line before the other's last one
      seen      all lines of sing came before the first of dance
      lines     stdout   1  sing (pid [A]) │ sing: la
                stdout   2  dance (pid [A]) │ dance: step
    ");
    assert_snapshot!(report(&sometimes(ACTORS, "overlap = [\"dance\", \"sing\"]"), script), @"
    short: sample: sometimes: dance and sing overlap in time
      expected  to be seen at least once in 3 runs, at its measured rate of 0.999
      seen      not seen in 3 runs; in the last one all lines of sing came before the first of dance
      lines     stdout   1  sing (pid [A]) │ sing: la
                stdout   2  dance (pid [A]) │ dance: step
    ");
    assert_snapshot!(report(&always(ACTORS, "overlap = [\"dance\", \"sing\"]"), "echo dance: step"), @"
    short: sample: dance and sing overlap in time
      expected  lines of sing
      seen      it printed none
    ");
    // Unlike bash's own, this one writes both lines at once.
    let kept_back = "echo sing: la; env printf 'dance: step\\ndance: step\\n'; :";
    assert_snapshot!(report(&always(ACTORS, "overlap = [\"dance\", \"sing\"]"), kept_back), @"
    short: sample: dance and sing overlap in time
      expected  each prints a line before the other's last one
      seen      all lines of sing came before the first of dance
      lines     stdout   1  sing (pid [A]) │ sing: la
                stdout   2  dance (pid [B]) │ dance: step
                stdout   3  dance (pid [B]) │ dance: step
      help      all lines of dance came at once: a program that keeps its lines back where it does not print to a terminal hides when it printed them, unless it flushes each
    ");
}

#[test]
fn actors_that_are_not_apart() {
    let script = "echo dance: step; echo sing: la; echo dance: step; echo sing: la";
    assert_snapshot!(report(&always(ACTORS, "apart = [\"dance\", \"sing\"]"), script), @"
    short: sample: dance and sing do not overlap in time
      expected  all lines of one before the first of the other
      seen      their lines alternate
      lines     stdout   1  dance (pid [A]) │ dance: step
                stdout   2  sing (pid [A]) │ sing: la
                stdout   3  dance (pid [A]) │ dance: step
                stdout   4  sing (pid [A]) │ sing: la
    ");
}

#[test]
fn a_run_that_is_too_short() {
    assert_snapshot!(report(&always(ACTORS, "lasts = \"1min\""), "echo main: done"), @"
    short: sample: the program runs for at least 60 s
      expected  60 s or longer
      seen      it ended after [time]
    ");
}

#[test]
fn another_exit_of_a_child() {
    let script = format!("{READ_BY_NOW}echo main: starts; (echo dance: 1; read_by_now; exit 3) & wait");
    let killed = always(PROCESSES, "exit = { of = \"dance\", signal = \"SIGKILL\" }");
    assert_snapshot!(report(&killed, &script), @"
    short: sample: dance is killed by SIGKILL
      expected  killed by SIGKILL
      seen      exit status 3, pid [A]
      lines     stdout   2  dance (pid [A]) │ dance: 1
    ");
    let well = always(PROCESSES, "exit = { of = \"dance\", code = 0 }");
    assert_snapshot!(report(&well, &script), @"
    short: sample: dance ends with exit status 0
      expected  exit status 0
      seen      exit status 3, pid [A]
      lines     stdout   2  dance (pid [A]) │ dance: 1
    ");
    assert_snapshot!(report(&well, "echo main: done"), @"
    short: sample: dance ends with exit status 0
      expected  lines of dance
      seen      it printed none
    ");
    let course = Scratch::sample(&always(PROCESSES, "exit = { of = \"dance\", code = 3 }"), &script);
    course.bless("sample");
    assert_eq!(course.harness(&["check"]).code, 0);
}

#[test]
fn a_child_that_nobody_awaited() {
    let awaited = always(PROCESSES, "awaited = ['dance']");
    assert_snapshot!(report(&awaited, "(echo dance: 1; sleep 0.1) & echo main: ends"), @"
    short: sample: dance was awaited by whoever created them
      expected  each was awaited
      seen      whoever created dance (pid [A]) ended without awaiting it
      lines     stdout   2  dance (pid [A]) │ dance: 1
    ");
    assert_snapshot!(report(&awaited, "echo main: done"), @"
    short: sample: dance was awaited by whoever created them
      expected  lines of dance
      seen      it printed none
    ");
    let course = Scratch::sample(&awaited, "(echo dance: 1) & wait; echo main: ends");
    course.bless("sample");
    assert_eq!(course.harness(&["check"]).code, 0);
}

#[test]
fn fewer_threads() {
    let two = sometimes(PROCESSES, "threads = { of = \"main\", at_least = 2 }");
    assert_snapshot!(report(&two, &format!("{READ_BY_NOW}echo main: done; read_by_now")), @"
    short: sample: sometimes: the process of main has at least 2 threads
      expected  to be seen at least once in 3 runs, at its measured rate of 0.999
      seen      not seen in 3 runs; in the last one 1 thread
    ");
    let of_another = sometimes(ACTORS, "threads = { of = \"dance\", at_least = 1 }");
    assert_snapshot!(report(&of_another, "echo main: done"), @"
    short: sample: sometimes: the process of dance has at least 1 thread
      expected  to be seen at least once in 3 runs, at its measured rate of 0.999
      seen      not seen in 3 runs; in the last one it printed nothing
    ");
}

#[test]
fn another_exit() {
    assert_snapshot!(report(ACTORS, "echo main: done; exit 3"), @"
    short: sample: the program ends with exit status 0
      expected  exit status 0
      seen      exit status 3
    ");
    assert_snapshot!(report(ACTORS, "echo main: done; kill -SEGV $$"), @"
    short: sample: the program ends with exit status 0
      expected  exit status 0
      seen      killed by SIGSEGV
    ");
    assert_snapshot!(report(&always(ACTORS, "exit = 3"), "echo main: done"), @"
    short: sample: the program ends with exit status 3
      expected  exit status 3
      seen      exit status 0
    ");
    assert_snapshot!(report(&always(ACTORS, "exit = { signal = \"SIGKILL\" }"), "kill -TERM $$"), @"
    short: sample: the program is killed by SIGKILL
      expected  killed by SIGKILL
      seen      killed by SIGTERM
    ");
}

#[test]
fn another_number_of_processes() {
    assert_snapshot!(report(&always(ACTORS, "processes = 3"), "echo main: start; (echo dance: step) & wait"), @"
    short: sample: lines come from exactly 3 processes
      expected  3 processes
      seen      2 processes
      lines     stdout   1  main (pid [A]) │ main: start
                stdout   2  dance (pid [B]) │ dance: step
    ");
    assert_snapshot!(report(&always(ACTORS, "processes = 1"), "echo main: start; (echo dance: step) & wait"), @"
    short: sample: lines come from exactly 1 process
      expected  1 process
      seen      2 processes
      lines     stdout   1  main (pid [A]) │ main: start
                stdout   2  dance (pid [B]) │ dance: step
    ");
    assert_snapshot!(report(&always(ACTORS, "processes = 1"), ""), @"
    short: sample: lines come from exactly 1 process
      expected  1 process
      seen      no line
    ");
}

#[test]
fn another_parent() {
    let contract =
        always(&PROCESSES.replace("kind = \"process\"\n", ""), "parent = { of = \"sing\", is = \"dance\" }");
    let script = "(echo dance: step) & wait; (echo sing: la; read_by_now) & wait";
    assert_snapshot!(report(&contract, &format!("{READ_BY_NOW}{script}")), @"
    short: sample: sing was created by dance
      expected  the parent of pid [A] (sing) to be dance
      seen      its parent is pid [B] (the program itself)
      lines     stdout   2  sing (pid [A]) │ sing: la
    ");
    assert_snapshot!(report(&contract, "echo dance: step"), @"
    short: sample: sing was created by dance
      expected  lines of sing
      seen      it printed none
    ");
}

#[test]
fn a_golden_of_which_a_line_is_missing() {
    let golden = "echo main: 1; echo dance: 1; echo dance: 2; echo dance: 3";
    assert_snapshot!(report_against(golden, ACTORS, "echo main: 1; echo dance: 1; echo dance: 3"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line missing
      --- golden
      +++ this run
      @@ -1,4 +1,3 @@
       main │ main: 1
       dance │ dance: 1
      -dance │ dance: 2
       dance │ dance: 3
    ");
}

#[test]
fn a_golden_with_a_line_too_many() {
    assert_snapshot!(report_against("echo main: 1", ACTORS, "echo main: 1; echo main: 2"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line too many
      --- golden
      +++ this run
      @@ -1 +1,2 @@
       main │ main: 1
      +main │ main: 2
    ");
}

#[test]
fn a_golden_with_another_line() {
    assert_snapshot!(report_against("echo main: one", ACTORS, "echo main: two"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1 +1 @@
      -main │ main: one
      +main │ main: two
    ");
}

#[test]
fn a_golden_without_a_trailing_space() {
    assert_snapshot!(report_against("echo main: 1", ACTORS, "echo 'main: 1 '"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1 +1 @@
      -main │ main: 1
      +main │ main: 1‹space›
    ");
}

#[test]
fn a_golden_with_the_last_newline() {
    assert_snapshot!(report_against("echo main: 1; echo main: 2", ACTORS, "echo main: 1; printf 'main: 2'"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1,2 +1,2 @@
       main │ main: 1
      -main │ main: 2
      +main │ main: 2‹no newline›
    ");
}

#[test]
fn a_golden_with_a_blank_line_at_its_end() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    course.golden("sample", "main  │ main: 1\n\n");
    assert_snapshot!(findings(&course), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line missing
      --- golden
      +++ this run
      @@ -1,2 +1 @@
       main │ main: 1
      -
    ");
}

#[test]
fn a_golden_of_something_where_nothing_is_printed() {
    assert_snapshot!(report_against("echo main: 1", ACTORS, ""), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line missing
      --- golden
      +++ this run
      @@ -1 +1 @@
      -main │ main: 1
      +‹nothing is printed›
    ");
}

#[test]
fn a_golden_with_the_writers_own_pid() {
    let contract = format!("{PROCESSES}[names]\npid = {{ pid_in = ': (\\d+)$' }}\n");
    let golden = "echo main: $$; (echo dance: $BASHPID) & wait";
    assert_snapshot!(report_against(golden, &contract, "echo main: $$; (echo dance: $$) & wait"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1,2 +1,2 @@
       main │ main: ‹pid of main›
      -dance │ dance: ‹pid of dance›
      +dance │ dance: ‹pid of main›
    ");
    // Nobody's pid: it stays a number.
    assert_snapshot!(report_against(golden, &contract, "echo main: $$; (echo dance: 4194999) & wait"), @"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1,2 +1,2 @@
       main │ main: ‹pid of main›
      -dance │ dance: ‹pid of dance›
      +dance │ dance: 4194999
    ");
}

#[test]
fn a_golden_with_a_pid_that_no_name_covers() {
    let contract = format!("{PROCESSES}[names]\npid = {{ pid_in = '^\\w+: (\\d+)$' }}\n");
    let golden = "echo main: $$; (echo dance: $BASHPID) & wait";
    // What follows it no pattern foresaw.
    let script = "echo main: $$; (echo \"dance: task 1 has pid $BASHPID (of 2)\") & wait";
    assert_snapshot!(report_against(golden, &contract, script), @r"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1,2 +1,2 @@
       main │ main: ‹pid of main›
      -dance │ dance: ‹pid of dance›
      +dance │ dance: task 1 has pid [A] (of 2)

    short: sample: a name covers each pid that is printed
      expected  a name in [names]
      seen      pid [A] (dance), as a plain number
      lines     stdout   2  dance (pid [A]) │ dance: task 1 has pid [A] (of 2)
      help      `pid2 = { pid_in = '^dance: task \d+ has pid (\d+) \(of \d+\)$' }` in [names] shows it as whose it is
    ");
    let contract = contract.replace("pid =", "number =");
    let script = "echo main: $$; (echo \"dance: I'm pid $BASHPID, of pid $$\") & wait";
    assert_snapshot!(report_against(golden, &contract, script), @r"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1,2 +1,2 @@
       main │ main: ‹pid of main›
      -dance │ dance: ‹pid of dance›
      +dance │ dance: I'm pid [A], of pid [B]

    short: sample: a name covers each pid that is printed
      expected  a name in [names]
      seen      pid [A] (dance) and pid [B] (main), as a plain number
      lines     stdout   2  dance (pid [A]) │ dance: I'm pid [A], of pid [B]
      help      `pid = { pid_in = '''^dance: I'm pid (\d+), of pid \d+$''' }` in [names] shows it as whose it is
    ");
}

#[test]
fn a_number_that_is_no_pid_or_that_a_name_covers_is_no_pid_without_a_name() {
    let contract = format!("{ACTORS}[names]\nsum = {{ number_in = 'sum (\\d+)$' }}\n");
    let script = "echo main: 1; echo main: sum $$; echo main: 0$$; echo main: ${$}0";
    let report = report_against("echo main: 1", &contract, script);
    assert!(!report.contains("a name covers"), "{report}");
}

/// A pid by chance: no run that meets its golden is refuted for its numbers.
#[test]
fn a_number_that_the_golden_holds_may_be_a_pid() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    let run = |pid: u32| {
        format!(
            "{{\"transcript\":{{\"version\":1,\"pid\":{pid}}}}}\n{{\"writer\":{{\"pid\":{pid},\"parent\":1}}}}\n\
             {{\"line\":{{\"stream\":\"stdout\",\"writer\":0,\"at_ns\":1,\"text\":\"main: 5\",\"newline\":true}}}}\n\
             {{\"end\":{{\"exit\":{{\"code\":0}},\"duration_ns\":2}}}}\n"
        )
    };
    course.file("run.jsonl", run(5));
    course.golden("sample", "main  │ main: 5\n");
    let check = || course.harness(&["check", "sample", "--replay", "run.jsonl"]);
    assert_eq!(check().code, 0);
    course.golden("sample", "main  │ main: 6\n");
    assert!(
        check().short().contains("a name covers each pid"),
        "it may be one, and the golden does not hold"
    );
}

#[test]
fn a_golden_of_text_where_bytes_are_none() {
    assert_snapshot!(report_against("echo main: café", ACTORS, "printf 'main: caf\\xe9\\n'"), @r"
    short: sample: the output matches the golden
      expected  no difference
      seen      1 line differs
      --- golden
      +++ this run
      @@ -1 +1 @@
      -main │ main: café
      +main │ main: caf\xe9
    ");
}

#[test]
fn no_golden_yet() {
    assert_snapshot!(findings(&Scratch::sample(ACTORS, "echo main: 1")), @"
    short: sample: the output matches the golden
      expected  a golden
      seen      there is none yet
      help      `harness accept sample` shows this run's canonical form and makes it the golden
    ");
}

#[test]
fn a_line_that_no_actor_claims() {
    assert_snapshot!(report(ACTORS, "echo main: 1; echo who am I; echo sing: la"), @"
    short: sample: every line is an actor's
      expected  only lines of main, dance or sing
      seen      1 line that no actor claims
      lines     stdout   2  pid [A] │ who am I
      help      [actors] in the contract says who prints what, each with a pattern for its lines
    ");
    assert_snapshot!(report("", "echo main: 1; echo main: 2"), @"
    short: sample: every line is an actor's
      expected  no line, since the contract names no actor
      seen      2 lines that no actor claims
      lines     stdout   1  pid [A] │ main: 1
                stdout   2  pid [A] │ main: 2
      help      [actors] in the contract says who prints what, each with a pattern for its lines
    ");
}

#[test]
fn one_process_that_is_claimed_to_be_two() {
    assert_snapshot!(report(PROCESSES, "echo main: start; echo dance: step"), @"
    short: sample: main and dance are processes of their own
      expected  two processes
      seen      one process, pid [A], plays both
      lines     stdout   1  main (pid [A]) │ main: start
                stdout   2  dance (pid [A]) │ dance: step
    ");
}

#[test]
fn an_actor_that_two_processes_play() {
    assert_snapshot!(report(PROCESSES, "echo main: start; (echo dance: 1) & wait; (echo dance: 2) & wait"), @"
    short: sample: dance is one process
      expected  one process
      seen      2 processes: pid [A] and pid [B]
      lines     stdout   2  dance (pid [A]) │ dance: 1
                stdout   3  dance (pid [B]) │ dance: 2
    ");
}

#[test]
fn threads_that_are_processes() {
    let contract = PROCESSES.replace("\"process\"", "\"thread\"");
    assert_snapshot!(report(&contract, "echo main: start; (echo dance: step) & wait"), @"
    short: sample: main and dance are threads of one process
      expected  one process
      seen      two: pid [A] and pid [B]
      lines     stdout   1  main (pid [A]) │ main: start
                stdout   2  dance (pid [B]) │ dance: step
    ");
}

#[test]
fn a_child_of_somebody_else() {
    let script = "echo main: start; (echo dance: step; (echo sing: la; read_by_now) & wait) & wait";
    assert_snapshot!(report(PROCESSES, &format!("{READ_BY_NOW}{script}")), @"
    short: sample: sing is a child process of main
      expected  a process whose parent is pid [A]
      seen      pid [B], whose parent is pid [C] (dance)
      lines     stdout   1  main (pid [A]) │ main: start
                …
                stdout   3  sing (pid [B]) │ sing: la
    ");
}

#[test]
fn children_without_a_common_parent() {
    let script = "(echo dance: step; (echo sing: la; read_by_now) & read_by_now; wait) & wait";
    assert_snapshot!(report(PROCESSES, &format!("{READ_BY_NOW}{script}")), @"
    short: sample: dance and sing are children of one process
      expected  one parent
      seen      pid [A] (the program itself) for dance, pid [B] (dance) for sing
      lines     stdout   1  dance (pid [B]) │ dance: step
                stdout   2  sing (pid [C]) │ sing: la
    ");
}

#[test]
fn a_child_that_is_the_program_itself() {
    assert_snapshot!(report(PROCESSES, "echo dance: step"), @"
    short: sample: dance is a process of its own, a child of main
      expected  a child process
      seen      the program's own process, pid [A]
      lines     stdout   1  dance (pid [A]) │ dance: step
    ");
}

#[test]
fn noise_on_stderr() {
    assert_snapshot!(report(ACTORS, "echo main: 1; echo warning: deprecated >&2"), @"
    short: sample: nothing is printed on stderr
      expected  nothing
      seen      1 line
      lines     stderr   1  pid [A] │ warning: deprecated
    ");
    assert_snapshot!(report(ACTORS, "echo main: 1; echo main: 2 > /dev/stdout"), @r#"
    short: sample: the program ends with exit status 0
      expected  exit status 0
      seen      exit status 1

    short: sample: nothing is printed on stderr
      expected  nothing
      seen      1 line
      lines     stderr   1  pid [A] │ script.sh: line 1: /dev/stdout: No such device or address
      help      a program that opens /dev/stdout or /dev/stderr by name can't do so on a socket: `capture = "pipe"` in the contract gives it a pipe, which does not name writers
    "#);
}

#[test]
fn a_process_that_is_left_behind() {
    assert_snapshot!(report(ACTORS, "echo main: 1; sleep 1000 &"), @r#"
    short: sample: no process outlives the program
      expected  no process
      seen      1 process lived on for 500 ms and was killed: pid [A] `sleep 1000`
      help      `survivors = ["…"]` in the contract allows for those whose command line matches
    "#);
}

#[test]
fn a_run_that_does_not_end() {
    let contract = format!("timeout = \"3s\"\n{ACTORS}");
    let course = Scratch::sample(&contract, "echo main: 1; sleep 1000; echo main: 2");
    course.golden("sample", "main │ main: 1\nmain │ main: 2\n");
    assert_snapshot!(findings(&course), @r#"
    short: sample: the run ends within 3 s
      expected  an end in time
      seen      it was still running and was ended, after 1 line; with it ended pid [A] `sleep 1000`
      lines     stdout   1  main (pid [B]) │ main: 1
      help      `timeout = "…"` in the contract allows more time
    "#);
}

#[test]
fn a_flood() {
    let script = "yes \"main: $(printf '%01000d' 0)\"";
    let report = findings(&Scratch::sample(&format!("timeout = \"10min\"\n{ACTORS}"), script));
    let report = Regex::new("0{200,}… and").unwrap().replace_all(&report, "0… and");
    assert_snapshot!(report, @"
    short: sample: the program prints at most 64 MiB (each line counts 32 bytes more than it has)
      expected  no more than that
      seen      it printed more and was ended; this is how it began
      lines     stdout   1  main (pid [A]) │ main: 0… and 606 more bytes
                stdout   2  main (pid [A]) │ main: 0… and 606 more bytes
                stdout   3  main (pid [A]) │ main: 0… and 606 more bytes
    ");
}

#[test]
fn all_that_falls_short_is_told_of_every_lesson() {
    let course = Scratch::sample(&always(ACTORS, "never = 'done$'"), "echo main: done; echo >&2 oh; exit 1");
    course.bless("sample");
    course.lesson("good", ACTORS, "echo main: 1");
    course.bless("good");
    let report = course.harness(&[]).short();
    // The lines of lessons come as they are judged.
    let (lines, rest) = report.split_once("\n\n").unwrap();
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_unstable();
    assert_snapshot!(lines.join("\n"), @"
    proven     good  [time]  1 run
    short      sample  [time]  1 run
    ");
    assert_snapshot!(rest, @"
    short: sample: the program ends with exit status 0
      expected  exit status 0
      seen      exit status 1

    short: sample: nothing is printed on stderr
      expected  nothing
      seen      1 line
      lines     stderr   1  pid [A] │ oh

    short: sample: no line matches `done$`
      expected  no such line
      seen      1 line
      lines     stdout   1  main (pid [A]) │ main: done

    sample: this run is kept; `harness check sample --replay target/harness/sample.jsonl` judges it again

    2 lessons: 1 proven, 1 short in [time] (2 runs)
    ");
}

#[test]
fn a_program_that_wants_a_terminal() {
    assert_snapshot!(report(ACTORS, "echo main: 1; echo main: 2 > /dev/tty; exit 0"), @r#"
    short: sample: nothing is printed on stderr
      expected  nothing
      seen      1 line
      lines     stderr   1  pid [A] │ script.sh: line 1: /dev/tty: No such device or address
      help      a program that opens /dev/tty needs a terminal, and has none: `capture = "pty"` in the contract gives it one, which does not name writers
    "#);
}

#[test]
fn a_device_that_is_not_there() {
    // Of what it is, nothing is known.
    let script = "echo main: 1; echo 'cat: wheel: No such device or address' >&2";
    assert_snapshot!(report(ACTORS, script), @"
    short: sample: nothing is printed on stderr
      expected  nothing
      seen      1 line
      lines     stderr   1  pid [A] │ cat: wheel: No such device or address
    ");
}

#[test]
fn a_program_that_has_stopped_itself() {
    let contract = format!("timeout = \"1s\"\n{ACTORS}");
    let course = Scratch::sample(&contract, "echo main: 1; kill -STOP $$");
    assert_snapshot!(findings(&course), @"
    short: sample: the run ends within 1 s
      expected  an end in time
      seen      the program itself had been stopped by a signal and not continued, and the run was ended, after 1 line
      lines     stdout   1  main (pid [A]) │ main: 1
      help      SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU stop a process, and it goes on only at SIGCONT: more time would not help
    ");
}

#[test]
fn a_child_that_has_stopped_itself() {
    let script = "echo main: 1; (echo main: 2; kill -STOP $BASHPID) & wait";
    let report = findings(&Scratch::sample(&format!("timeout = \"1s\"\n{ACTORS}"), script));
    assert_snapshot!(report, @"
    short: sample: the run ends within 1 s
      expected  an end in time
      seen      pid [A] had been stopped by a signal and not continued, and the run was ended, after 2 lines; with it ended pid [A] `bash script.sh`
      lines     stdout   1  main (pid [B]) │ main: 1
                stdout   2  main (pid [A]) │ main: 2
      help      SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU stop a process, and it goes on only at SIGCONT: more time would not help
    ");
}
