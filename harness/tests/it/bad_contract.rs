//! Mistakes in a contract, the syllabus or a golden: what is wrong, where, and what would be right.

use insta::assert_snapshot;

use crate::scratch::Scratch;

/// The error that a contract gets whose head is in order.
fn mistake(rest: &str) -> String {
    Scratch::sample(rest, "").harness(&["check"]).error()
}

/// The error that a contract gets beside this syllabus.
fn mistake_beside_syllabus(rest: &str) -> String {
    let course = Scratch::sample(rest, "");
    course.file("docs/syllabus.toml", SYLLABUS);
    course.harness(&["check"]).error()
}

const SYLLABUS: &str = r#"
[[topic]]
id = "process-ids"
kind = "snippet"
title = { en = "Process ids", zh = "获取进程编号" }

[[topic]]
id = "lost-updates"
kind = "claim"
title = { en = "Lost updates", zh = "数据错误" }
"#;

#[test]
fn a_wrong_key_is_shown_with_those_that_are_allowed() {
    assert_snapshot!(mistake("time_out = \"1s\""), @r#"
    error: unknown key `time_out`, expected one of `title`, `covers`, `command`, `folder`, `timeout`, `grace`, `exclusive`, `capture`, `stderr`, `survivors`, `env`, `actors`, `names`, `holds`, `always`, `sometimes`
     --> [course]/examples-bin/sample/lesson.toml:3:1
      |
    3 | time_out = "1s"
      | ^^^^^^^^
    "#);
    assert_snapshot!(mistake("[actors]\nmain = { lines = '^main' }"), @"
    error: unknown key `lines`, expected one of `line`, `kind`, `each`
     --> [course]/examples-bin/sample/lesson.toml:4:10
      |
    4 | main = { lines = '^main' }
      |          ^^^^^
    ");
    assert_snapshot!(mistake("[names]\npid = { pid_of = '(\\d+)' }"), @r"
    error: unknown key `pid_of`, expected one of `pid_in`, `number_in`, `text_in`
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | pid = { pid_of = '(\d+)' }
      |         ^^^^^^
    ");
    assert_snapshot!(mistake("[[always]]\ncuont = { line = 'x', is = 1 }"), @"
    error: unknown key `cuont`, expected one of `proves`, `cores`, `runs`, `rate`, `count`, `never`, `order`, `free`, `number`, `compare`, `same`, `differ`, `overlap`, `apart`, `lasts`, `exit`, `processes`, `threads`, `awaited`, `parent`
     --> [course]/examples-bin/sample/lesson.toml:4:1
      |
    4 | cuont = { line = 'x', is = 1 }
      | ^^^^^
    ");
    assert_snapshot!(mistake("[[always]]\ncount = { line = 'x', equals = 1 }"), @"
    error: unknown key `equals`, expected one of `line`, `actor`, `is`, `at_least`, `at_most`
     --> [course]/examples-bin/sample/lesson.toml:4:23
      |
    4 | count = { line = 'x', equals = 1 }
      |                       ^^^^^^
    ");
}

#[test]
fn what_holds_a_lock_needs_a_line_to_begin_with_and_another_to_end_with() {
    assert_snapshot!(mistake("[holds]\nfrom = 'acquires$'"), @"
    error: missing key `to`
     --> [course]/examples-bin/sample/lesson.toml:3:1
      |
    3 | [holds]
      | ^^^^^^^
    ");
    assert_snapshot!(mistake("[holds]\nfrom = 'acquires$'\ntill = 'releases$'"), @"
    error: unknown key `till`, expected `from` or `to`
     --> [course]/examples-bin/sample/lesson.toml:5:1
      |
    5 | till = 'releases$'
      | ^^^^
    ");
    assert_snapshot!(mistake("[holds]\nfrom = 'acquires$'\nto = '(releases'"), @"
    error: not a regular expression: unclosed group
     --> [course]/examples-bin/sample/lesson.toml:5:6
      |
    5 | to = '(releases'
      |      ^^^^^^^^^^^
    ");
    assert_snapshot!(mistake("[holds]\nfrom = 'acquires$'\nto = 'acquires$'"), @"
    error: a line can't say both that a lock is taken and that it is let go
     --> [course]/examples-bin/sample/lesson.toml:5:6
      |
    5 | to = 'acquires$'
      |      ^^^^^^^^^^^
    ");
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table of cases")]
fn a_wrong_type_is_shown_with_the_right_one() {
    assert_snapshot!(mistake("timeout = 10"), @"
    error: invalid type: integer `10`, expected a string
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | timeout = 10
      |           ^^
    ");
    assert_snapshot!(mistake("exclusive = \"yes\""), @r#"
    error: invalid type: string "yes", expected a boolean
     --> [course]/examples-bin/sample/lesson.toml:3:13
      |
    3 | exclusive = "yes"
      |             ^^^^^
    "#);
    assert_snapshot!(mistake("stderr = \"none\""), @r#"
    error: unknown word `none`, expected one of `empty`, `ignored`, `golden`
     --> [course]/examples-bin/sample/lesson.toml:3:10
      |
    3 | stderr = "none"
      |          ^^^^^^
    "#);
    assert_snapshot!(mistake("capture = \"tty\""), @r#"
    error: unknown word `tty`, expected one of `socket`, `pty`, `pipe`
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | capture = "tty"
      |           ^^^^^
    "#);
    assert_snapshot!(mistake("covers = [1]"), @"
    error: invalid type: integer `1`, expected a string
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | covers = [1]
      |           ^
    ");
    assert_snapshot!(mistake("[actors]\nmain = 1"), @"
    error: expected a string or a table
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | main = 1
      |        ^
    ");
    assert_snapshot!(mistake("[actors]\nmain = ['^main']"), @"
    error: invalid type: list, expected a string or a table
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | main = ['^main']
      |        ^^^^^^^^^
    ");
    assert_snapshot!(mistake("[actors]\nmain = { line = '^main', kind = \"fibre\" }"), @r#"
    error: unknown word `fibre`, expected `process` or `thread`
     --> [course]/examples-bin/sample/lesson.toml:4:33
      |
    4 | main = { line = '^main', kind = "fibre" }
      |                                 ^^^^^^^
    "#);
    assert_snapshot!(mistake("[actors]\nkind = \"fibre\"\nmain = '^main'"), @r#"
    error: `kind` is "process" or "thread"
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | kind = "fibre"
      |        ^^^^^^^
    "#);
    assert_snapshot!(mistake("[env]\nHOME = true"), @"
    error: expected a string to set, or false to remove the variable
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | HOME = true
      |        ^^^^
    ");
    assert_snapshot!(mistake("[env]\nHOME = 1"), @"
    error: invalid type: integer `1`, expected a string to set, or false to remove the variable
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | HOME = 1
      |        ^
    ");
    assert_snapshot!(mistake("[[always]]\ncount = { line = 'x', is = -1 }"), @"
    error: invalid value: integer `-1`, expected a whole number from 0
     --> [course]/examples-bin/sample/lesson.toml:4:28
      |
    4 | count = { line = 'x', is = -1 }
      |                            ^^
    ");
    assert_snapshot!(mistake("[[always]]\nexit = \"SIGKILL\""), @r#"
    error: expected an exit status, or a signal as { signal = "SIGKILL" }
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | exit = "SIGKILL"
      |        ^^^^^^^^^
    "#);
    assert_snapshot!(mistake("[[always]]\nexit = 256"), @"
    error: no program ends with 256: an exit status is 0 to 255
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | exit = 256
      |        ^^^
    ");
    assert_snapshot!(mistake("[[always]]\nexit = { code = 0, signal = \"SIGKILL\" }"), @r#"
    error: exactly one of `code` or `signal` is needed
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | exit = { code = 0, signal = "SIGKILL" }
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(mistake("[[always]]\nexit = { of = \"nobody\", code = 0 }"), @r#"
    error: `nobody` is no actor
     --> [course]/examples-bin/sample/lesson.toml:4:15
      |
    4 | exit = { of = "nobody", code = 0 }
      |               ^^^^^^^^
      |
      = help: there is none
    "#);
    assert_snapshot!(mistake("[[always]]\nthreads = { of = \"main\", at_least = 2 }"), @r#"
    error: `threads` are counted when a line is received, and by then some may have ended: it belongs in [[sometimes]]
     --> [course]/examples-bin/sample/lesson.toml:4:11
      |
    4 | threads = { of = "main", at_least = 2 }
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(mistake("[always]\nexit = 0"), @"
    error: invalid type: table, expected a list
     --> [course]/examples-bin/sample/lesson.toml:3:1
      |
    3 | [always]
      | ^^^^^^^^
    ");
}

#[test]
fn a_title_is_required() {
    let course = Scratch::new();
    course.file("examples-bin/untitled/lesson.toml", "command = [\"true\"]\n");
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: missing key `title`
     --> [course]/examples-bin/untitled/lesson.toml:1:1
      |
    1 | command = ["true"]
      | ^
    "#);
    course.file("examples-bin/untitled/lesson.toml", "title = { en = \"English alone\" }\n");
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: missing key `zh`
     --> [course]/examples-bin/untitled/lesson.toml:1:9
      |
    1 | title = { en = "English alone" }
      |         ^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    assert_snapshot!(mistake("[actors\nmain = '^main'"), @"
    error: unclosed table, expected `]`
     --> [course]/examples-bin/sample/lesson.toml:3:8
      |
    3 | [actors
      |        ^
    ");
    assert_snapshot!(mistake("[actors]\nmain = '^main'\nmain = '^other'"), @"
    error: duplicate key
     --> [course]/examples-bin/sample/lesson.toml:5:1
      |
    5 | main = '^other'
      | ^^^^
    ");
}

#[test]
fn a_pattern_that_does_not_compile_is_shown_with_the_reason() {
    assert_snapshot!(mistake("[actors]\nmain = '^main('"), @"
    error: not a regular expression: unclosed group
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | main = '^main('
      |        ^^^^^^^^
    ");
    assert_snapshot!(mistake("[[always]]\norder = ['a', '[z-a]']"), @"
    error: not a regular expression: invalid character class range, the start must be <= the end
     --> [course]/examples-bin/sample/lesson.toml:4:15
      |
    4 | order = ['a', '[z-a]']
      |               ^^^^^^^
    ");
    assert_snapshot!(mistake("survivors = ['*']"), @"
    error: not a regular expression: repetition operator missing expression
     --> [course]/examples-bin/sample/lesson.toml:3:14
      |
    3 | survivors = ['*']
      |              ^^^
    ");
}

#[test]
fn an_unknown_actor_is_shown_with_the_nearest() {
    assert_snapshot!(mistake("[actors]\ndance = '^dance'\n[[always]]\ncount = { line = 'x', is = 1, actor = \"dnace\" }"), @r#"
    error: `dnace` is no actor
     --> [course]/examples-bin/sample/lesson.toml:6:39
      |
    6 | count = { line = 'x', is = 1, actor = "dnace" }
      |                                       ^^^^^^^
      |
      = help: did you mean `dance`?
    "#);
    assert_snapshot!(mistake("[actors]\ndance = '^dance'\n[[always]]\nparent = { of = \"dance\", is = \"main\" }"), @r#"
    error: `main` is no actor
     --> [course]/examples-bin/sample/lesson.toml:6:31
      |
    6 | parent = { of = "dance", is = "main" }
      |                               ^^^^^^
      |
      = help: there is only `dance`
    "#);
    assert_snapshot!(mistake("[[always]]\napart = [\"dance\", \"sing\"]"), @r#"
    error: `dance` is no actor
     --> [course]/examples-bin/sample/lesson.toml:4:10
      |
    4 | apart = ["dance", "sing"]
      |          ^^^^^^^
      |
      = help: there is none
    "#);
}

#[test]
fn a_pair_is_two_different_actors() {
    assert_snapshot!(mistake("[actors]\ndance = '^dance'\n[[always]]\napart = [\"dance\"]"), @r#"
    error: exactly two actors are needed
     --> [course]/examples-bin/sample/lesson.toml:6:9
      |
    6 | apart = ["dance"]
      |         ^^^^^^^^^
    "#);
    assert_snapshot!(mistake("[actors]\ndance = '^dance'\n[[always]]\napart = [\"dance\", \"dance\"]"), @r#"
    error: the two actors must differ
     --> [course]/examples-bin/sample/lesson.toml:6:19
      |
    6 | apart = ["dance", "dance"]
      |                   ^^^^^^^
    "#);
}

#[test]
fn what_actors_and_names_may_be_called_is_said() {
    assert_snapshot!(mistake("[actors]\n\"the main one\" = '^main'"), @r#"
    error: `the main one` can't be the name of an actor or a varying part
     --> [course]/examples-bin/sample/lesson.toml:4:1
      |
    4 | "the main one" = '^main'
      | ^^^^^^^^^^^^^^
      |
      = help: letters, digits, `_` and `-` can
    "#);
    assert_snapshot!(mistake("[names]\n\"a.b\" = { text_in = '(x)' }"), @r#"
    error: `a.b` can't be the name of an actor or a varying part
     --> [course]/examples-bin/sample/lesson.toml:4:1
      |
    4 | "a.b" = { text_in = '(x)' }
      | ^^^^^
      |
      = help: letters, digits, `_` and `-` can
    "#);
}

#[test]
fn main_is_not_each_of_many() {
    assert_snapshot!(mistake("[actors]\nmain = { line = '^main', each = true }"), @"
    error: `main` is one process: it can't be played by `each`
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | main = { line = '^main', each = true }
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn a_name_has_exactly_one_capture_group() {
    assert_snapshot!(mistake("[names]\npid = { pid_in = '^\\w+: \\d+$' }"), @r"
    error: one capture group is needed; there are 0
     --> [course]/examples-bin/sample/lesson.toml:4:18
      |
    4 | pid = { pid_in = '^\w+: \d+$' }
      |                  ^^^^^^^^^^^^
      |
      = help: put parentheses around the part that varies; a group that is none is written (?:…)
    ");
    assert_snapshot!(mistake("[names]\npid = { pid_in = '^(\\w+): (\\d+)$' }"), @r"
    error: one capture group is needed; there are 2
     --> [course]/examples-bin/sample/lesson.toml:4:18
      |
    4 | pid = { pid_in = '^(\w+): (\d+)$' }
      |                  ^^^^^^^^^^^^^^^^
      |
      = help: put parentheses around the part that varies; a group that is none is written (?:…)
    ");
    assert_snapshot!(mistake("[names]\npid = { pid_in = '(\\d+)', text_in = '(\\w+)' }"), @r"
    error: exactly one of `pid_in`, `number_in` or `text_in` is needed
     --> [course]/examples-bin/sample/lesson.toml:4:7
      |
    4 | pid = { pid_in = '(\d+)', text_in = '(\w+)' }
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
    assert_snapshot!(mistake("[names]\npid = {}"), @"
    error: exactly one of `pid_in`, `number_in` or `text_in` is needed
     --> [course]/examples-bin/sample/lesson.toml:4:7
      |
    4 | pid = {}
      |       ^^
    ");
}

#[test]
fn an_unknown_name_is_shown_with_the_nearest() {
    assert_snapshot!(mistake("[names]\nsum = { number_in = '(\\d+)' }\n[[always]]\nnumber = { name = \"smu\", is = 1 }"), @r#"
    error: `smu` is not in [names]
     --> [course]/examples-bin/sample/lesson.toml:6:19
      |
    6 | number = { name = "smu", is = 1 }
      |                   ^^^^^
      |
      = help: there is only `sum`
    "#);
    assert_snapshot!(mistake("[names]\nsum = { number_in = '(\\d+)' }\n[[always]]\nsame = [\"main.sum\"]"), @r#"
    error: `main` is no actor
     --> [course]/examples-bin/sample/lesson.toml:6:9
      |
    6 | same = ["main.sum"]
      |         ^^^^^^^^^^
      |
      = help: there is none
    "#);
    assert_snapshot!(mistake("[[always]]\ndiffer = []"), @"
    error: at least one name is needed
     --> [course]/examples-bin/sample/lesson.toml:4:10
      |
    4 | differ = []
      |          ^^
    ");
}

#[test]
fn an_unknown_topic_is_shown_with_the_nearest() {
    assert_snapshot!(mistake_beside_syllabus("covers = [\"process-id\"]"), @r#"
    error: `process-id` is no topic of the syllabus
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | covers = ["process-id"]
      |           ^^^^^^^^^^^^
      |
      = help: did you mean `process-ids`? there are process-ids, lost-updates
    "#);
    assert_snapshot!(mistake_beside_syllabus("[[always]]\nproves = \"zebra\"\nnever = 'x'"), @r#"
    error: `zebra` is no topic of the syllabus
     --> [course]/examples-bin/sample/lesson.toml:4:10
      |
    4 | proves = "zebra"
      |          ^^^^^^^
      |
      = help: there are process-ids, lost-updates
    "#);
}

#[test]
fn what_only_a_sometimes_has_is_no_part_of_an_always() {
    assert_snapshot!(mistake("[[always]]\nfree = ['^a', '^b']"), @"
    error: `free` is seen over many runs: it belongs in [[sometimes]]
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | free = ['^a', '^b']
      |        ^^^^^^^^^^^^
    ");
    assert_snapshot!(mistake("[[always]]\nnever = 'x'\nruns = 10"), @"
    error: an `always` holds in every run: only `sometimes` has `runs` and `rate`
     --> [course]/examples-bin/sample/lesson.toml:5:8
      |
    5 | runs = 10
      |        ^^
    ");
    assert_snapshot!(mistake("[[always]]\nnever = 'x'\nrate = 0.5"), @"
    error: an `always` holds in every run: only `sometimes` has `runs` and `rate`
     --> [course]/examples-bin/sample/lesson.toml:5:8
      |
    5 | rate = 0.5
      |        ^^^
    ");
}

#[test]
fn a_sometimes_says_how_often_it_is_looked_for_and_at_what_rate_it_is_seen() {
    assert_snapshot!(mistake("[[sometimes]]\nfree = ['^a', '^b']"), @"
    error: a `sometimes` needs `runs` and `rate`
     --> [course]/examples-bin/sample/lesson.toml:3:1
      |
    3 | [[sometimes]]
      | ^^^^^^^^^^^^^
      |
      = help: `rate` is the measured share of runs in which it is seen, `runs` how many to look at the most
    ");
    assert_snapshot!(mistake("[[sometimes]]\nfree = ['^a', '^b']\nruns = 10\nrate = 0"), @"
    error: `rate` is a share: greater than 0, at most 1
     --> [course]/examples-bin/sample/lesson.toml:6:8
      |
    6 | rate = 0
      |        ^
    ");
    assert_snapshot!(mistake("[[sometimes]]\nfree = ['^a', '^b']\nruns = 10\nrate = 1.5"), @"
    error: `rate` is a share: greater than 0, at most 1
     --> [course]/examples-bin/sample/lesson.toml:6:8
      |
    6 | rate = 1.5
      |        ^^^
    ");
    assert_snapshot!(mistake("[[sometimes]]\nfree = ['^a', '^b']\nruns = 10\nrate = nan"), @"
    error: `rate` is a share: greater than 0, at most 1
     --> [course]/examples-bin/sample/lesson.toml:6:8
      |
    6 | rate = nan
      |        ^^^
    ");
}

#[test]
fn too_few_runs_for_a_rate_are_shown_with_how_many_it_needs() {
    assert_snapshot!(mistake("[[sometimes]]\nnever = 'x'\nruns = 19\nrate = 0.5"), @"
    error: too few runs: seen at a rate of 0.5, a true claim needs 20
     --> [course]/examples-bin/sample/lesson.toml:5:8
      |
    5 | runs = 19
      |        ^^
      |
      = help: it must be missed at most once in a million
    ");
    assert_snapshot!(mistake("[[sometimes]]\nfree = ['^a', '^b']\nruns = 20\nrate = 0.5"), @"
    error: too few runs: seen at a rate of 0.5, a true claim needs 21
     --> [course]/examples-bin/sample/lesson.toml:5:8
      |
    5 | runs = 20
      |        ^^
      |
      = help: it must be missed at most once in a million
    ");
}

#[test]
fn an_entry_has_exactly_one_check() {
    assert_snapshot!(mistake("[[always]]\ncores = 2"), @"
    error: an entry has exactly one check; this one has none
     --> [course]/examples-bin/sample/lesson.toml:3:1
      |
    3 | [[always]]
      | ^^^^^^^^^^
      |
      = help: the checks are count, never, order, free, number, compare, same, differ, overlap, apart, lasts, exit, processes, threads, awaited, parent
    ");
    assert_snapshot!(mistake("[[always]]\nnever = 'x'\nprocesses = 2"), @"
    error: an entry has exactly one check; this one has more
     --> [course]/examples-bin/sample/lesson.toml:3:1
      |
    3 | [[always]]
      | ^^^^^^^^^^
      |
      = help: the checks are count, never, order, free, number, compare, same, differ, overlap, apart, lasts, exit, processes, threads, awaited, parent
    ");
}

#[test]
fn a_check_has_exactly_one_bound() {
    assert_snapshot!(mistake("[[always]]\ncount = { line = 'x' }"), @"
    error: exactly one of `is`, `at_least` or `at_most` is needed
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | count = { line = 'x' }
      |         ^^^^^^^^^^^^^^
    ");
    assert_snapshot!(mistake("[[always]]\ncount = { line = 'x', is = 1, at_most = 2 }"), @"
    error: exactly one of `is`, `at_least` or `at_most` is needed
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | count = { line = 'x', is = 1, at_most = 2 }
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
    let names = "[names]\nsum = { number_in = '(\\d+)' }\n[[always]]\n";
    assert_snapshot!(mistake(&format!("{names}number = {{ name = \"sum\" }}")), @r#"
    error: exactly one of `is`, `less_than`, `greater_than`, `at_least`, `at_most` or `in_print_order` is needed
     --> [course]/examples-bin/sample/lesson.toml:6:10
      |
    6 | number = { name = "sum" }
      |          ^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(mistake(&format!("{names}number = {{ name = \"sum\", is = 1, in_print_order = [1] }}")), @r#"
    error: exactly one of `is`, `less_than`, `greater_than`, `at_least`, `at_most` or `in_print_order` is needed
     --> [course]/examples-bin/sample/lesson.toml:6:10
      |
    6 | number = { name = "sum", is = 1, in_print_order = [1] }
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(mistake(&format!("{names}compare = {{ name = \"sum\" }}")), @r#"
    error: exactly one of `less_than`, `greater_than`, `at_least` or `at_most` is needed
     --> [course]/examples-bin/sample/lesson.toml:6:11
      |
    6 | compare = { name = "sum" }
      |           ^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_order_is_at_least_two_patterns() {
    assert_snapshot!(mistake("[[always]]\norder = ['^a']"), @"
    error: at least two patterns are needed
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | order = ['^a']
      |         ^^^^^^
    ");
}

#[test]
fn a_duration_is_a_number_and_its_unit() {
    assert_snapshot!(mistake("timeout = \"10\""), @r#"
    error: `10` is no duration
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | timeout = "10"
      |           ^^^^
      |
      = help: a duration is a number greater than 0 and its unit, ms, s, min or h, or several of them: "1500ms", "10s", "1m30s"
    "#);
    assert_snapshot!(mistake("timeout = \"0s\""), @r#"
    error: `0s` is no duration
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | timeout = "0s"
      |           ^^^^
      |
      = help: a duration is a number greater than 0 and its unit, ms, s, min or h, or several of them: "1500ms", "10s", "1m30s"
    "#);
    assert_snapshot!(mistake("timeout = \"-1s\""), @r#"
    error: `-1s` is no duration
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | timeout = "-1s"
      |           ^^^^^
      |
      = help: a duration is a number greater than 0 and its unit, ms, s, min or h, or several of them: "1500ms", "10s", "1m30s"
    "#);
    assert_snapshot!(mistake("[[always]]\nlasts = \"1 while\""), @r#"
    error: `1 while` is no duration
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | lasts = "1 while"
      |         ^^^^^^^^^
      |
      = help: a duration is a number greater than 0 and its unit, ms, s, min or h, or several of them: "1500ms", "10s", "1m30s"
    "#);
}

#[test]
fn a_signal_is_written_as_the_system_writes_it() {
    assert_snapshot!(mistake("[[always]]\nexit = { signal = \"KILL\" }"), @r#"
    error: `KILL` is no signal
     --> [course]/examples-bin/sample/lesson.toml:4:19
      |
    4 | exit = { signal = "KILL" }
      |                   ^^^^^^
      |
      = help: signals are written as in signal(7): "SIGKILL"
    "#);
    assert_snapshot!(mistake("[[always]]\nexit = { signal = 9 }"), @"
    error: invalid type: integer `9`, expected a string
     --> [course]/examples-bin/sample/lesson.toml:4:19
      |
    4 | exit = { signal = 9 }
      |                   ^
    ");
}

#[test]
fn what_rests_on_writers_needs_a_capture_that_names_them() {
    assert_snapshot!(mistake("capture = \"pipe\"\n[actors]\nkind = \"process\"\nmain = '^main'"), @r#"
    error: this capture does not name writers, and an actor's `kind` or `each` needs them
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | capture = "pipe"
      |           ^^^^^^
      |
      = help: `capture = "socket"` names them
    "#);
    assert_snapshot!(mistake("capture = \"pty\"\n[actors]\nworker = { line = '^done', each = true }"), @r#"
    error: this capture does not name writers, and an actor's `kind` or `each` needs them
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | capture = "pty"
      |           ^^^^^
      |
      = help: `capture = "socket"` names them
    "#);
    assert_snapshot!(mistake("capture = \"pipe\"\n[names]\npid = { pid_in = '(\\d+)' }"), @r#"
    error: this capture does not name writers, and `pid_in` needs them
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | capture = "pipe"
      |           ^^^^^^
      |
      = help: `capture = "socket"` names them
    "#);
    assert_snapshot!(mistake("capture = \"pipe\"\n[[always]]\nprocesses = 2"), @r#"
    error: this capture does not name writers, and `processes`, `threads`, `awaited`, `parent` or an actor's `exit` needs them
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | capture = "pipe"
      |           ^^^^^^
      |
      = help: `capture = "socket"` names them
    "#);
    let checks = [
        "parent = { of = \"dance\", is = \"main\" }",
        "exit = { of = \"dance\", code = 0 }",
        "processes = 2",
    ];
    for check in checks {
        let contract = format!("capture = \"pty\"\n[actors]\nmain = 'm'\ndance = 'd'\n[[always]]\n{check}");
        let error = mistake(&contract);
        assert!(error.contains("does not name writers") && error.contains("lesson.toml:3:11\n"), "{error}");
    }
}

#[test]
fn a_command_names_a_program() {
    let course = Scratch::new();
    course.file("examples-bin/sample/lesson.toml", "title = \"A lesson\"\ncommand = []\n");
    assert_snapshot!(course.harness(&["check"]).error(), @"
    error: a command needs at least the name of a program
     --> [course]/examples-bin/sample/lesson.toml:2:11
      |
    2 | command = []
      |           ^^
    ");
}

#[test]
fn a_variable_has_a_name_that_can_be_set() {
    assert_snapshot!(mistake("[env]\n\"A=B\" = \"x\""), @r#"
    error: `A=B` can't be the name of a variable
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | "A=B" = "x"
      |         ^^^
    "#);
}

#[test]
fn the_mistakes_of_all_lessons_are_told_at_once() {
    let course = Scratch::sample("timeout = \"soon\"", "");
    course.lesson("second", "stderr = \"loud\"", "");
    course.lesson("third", "", "");
    assert_snapshot!(course.harness(&[]).error(), @r#"
    error: `soon` is no duration
     --> [course]/examples-bin/sample/lesson.toml:3:11
      |
    3 | timeout = "soon"
      |           ^^^^^^
      |
      = help: a duration is a number greater than 0 and its unit, ms, s, min or h, or several of them: "1500ms", "10s", "1m30s"
    error: unknown word `loud`, expected one of `empty`, `ignored`, `golden`
     --> [course]/examples-bin/second/lesson.toml:3:10
      |
    3 | stderr = "loud"
      |          ^^^^^^
    "#);
}

#[test]
fn two_lessons_of_one_name_are_shown_with_their_folders() {
    let course = Scratch::sample("", "");
    course.file("elsewhere/sample/lesson.toml", "title = \"Another\"\ncommand = [\"true\"]\n");
    assert_snapshot!(course.harness(&["check", "sample", "elsewhere/sample/lesson.toml"]).error(), @"error: two lessons are named `sample`: `[course]/examples-bin/sample` and `[course]/elsewhere/sample`; a lesson is named after its folder");
}

#[test]
fn a_contract_that_can_not_be_read_is_named() {
    let course = Scratch::new();
    course.file("examples-bin/latin/lesson.toml", b"title = \"caf\xe9\"\n");
    course.file("examples-bin/unreadable/script.sh", "");
    // Not even root can read this one.
    std::os::unix::fs::symlink("/proc/self/mem", course.path("examples-bin/unreadable/lesson.toml")).unwrap();
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: the byte 0xe9 is not UTF-8, as TOML is
     --> [course]/examples-bin/latin/lesson.toml:1:13
      |
    1 | title = "caf�"
      |             ^
    error: [course]/examples-bin/unreadable/lesson.toml: can't be read: Input/output error (os error 5)
    "#);
}

#[test]
fn a_damaged_syllabus_is_shown_where_it_breaks_by_every_command() {
    let course = Scratch::sample("", "");
    course.file("docs/syllabus.toml", "[[topic]]\nid = \"process-ids\"\nkind = \"snipet\"\n");
    let error = course.harness(&[]).error();
    assert_snapshot!(error, @r#"
    error: unknown word `snipet`, expected one of `snippet`, `output`, `api`, `claim`
     --> [course]/docs/syllabus.toml:3:8
      |
    3 | kind = "snipet"
      |        ^^^^^^^^
    "#);
    for arguments in
        [vec!["check", "sample"], vec!["status"], vec!["show", "sample"], vec!["accept", "sample"]]
    {
        assert_eq!(course.harness(&arguments).error(), error, "{arguments:?}");
    }
}

#[test]
fn two_topics_of_one_id_are_a_mistake() {
    let course = Scratch::sample("", "");
    course.file("docs/syllabus.toml", SYLLABUS.replace("lost-updates", "process-ids"));
    assert_snapshot!(course.harness(&["status"]).error(), @"
    error: there are two topics `process-ids`
     --> [course]/docs/syllabus.toml:7:1
      |
    7 | [[topic]]
      | ^^^^^^^^^
    ");
}

#[test]
fn a_damaged_golden_is_named() {
    let course = Scratch::sample("", "");
    course.file("examples-bin/sample/golden.snap", "main │ hi\n");
    assert_snapshot!(course.harness(&["check"]).error(), @"error: `[course]/examples-bin/sample/golden.snap` can't be used: it is not in insta's format: metadata between two lines `---`, then the form");
}

#[test]
fn what_would_say_nothing_is_refused_with_the_mend() {
    assert_snapshot!(mistake("[[always]]\ncores = 0\nnever = 'x'"), @r#"
    error: `cores` is how many processors a claim needs: at least 1
     --> [course]/examples-bin/sample/lesson.toml:4:9
      |
    4 | cores = 0
      |         ^
      |
      = help: a claim that needs no more has no `cores`
    "#);
    assert_snapshot!(mistake("[actors]\nmain = ''"), @r#"
    error: an empty pattern matches everything
     --> [course]/examples-bin/sample/lesson.toml:4:8
      |
    4 | main = ''
      |        ^^
      |
      = help: `^` does so too, where that is meant
    "#);
    assert_snapshot!(mistake("[actors]\nmain = { line = '' }"), @r#"
    error: an empty pattern matches everything
     --> [course]/examples-bin/sample/lesson.toml:4:17
      |
    4 | main = { line = '' }
      |                 ^^
      |
      = help: `^` does so too, where that is meant
    "#);
    let course = Scratch::new();
    course.file("examples-bin/sample/lesson.toml", "title = \" \"\ncommand = ['true']\n");
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: a title can't be empty
     --> [course]/examples-bin/sample/lesson.toml:1:9
      |
    1 | title = " "
      |         ^^^
      |
      = help: say in a few words what it is about
    "#);
    course.file("examples-bin/sample/lesson.toml", "title = { en = 'One', zh = '' }\ncommand = ['true']\n");
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: a title can't be empty
     --> [course]/examples-bin/sample/lesson.toml:1:28
      |
    1 | title = { en = 'One', zh = '' }
      |                            ^^
      |
      = help: say in a few words what it is about
    "#);
    for rest in [
        "survivors = ['']",
        "[holds]\nfrom = ''\nto = 'b'",
        "[[always]]\nnever = ''",
        "[[always]]\norder = ['a', '']",
        "[[sometimes]]\nfree = ['', 'a']\nruns = 100\nrate = 0.5",
    ] {
        let error = mistake(rest);
        assert!(
            error.starts_with("error: an empty pattern matches everything\n --> [course]"),
            "{rest}: {error}"
        );
    }
    assert_snapshot!(mistake("folder = ''"), @r#"
    error: a folder needs a name
     --> [course]/examples-bin/sample/lesson.toml:3:10
      |
    3 | folder = ''
      |          ^^
      |
      = help: without `folder` the program runs in the contract's own
    "#);
}

#[test]
fn a_count_without_a_pattern_counts_every_line() {
    let course = Scratch::sample(
        "[actors]\nmain = '^main'\n[[always]]\ncount = { line = '', is = 2 }\n",
        "echo main; echo main",
    );
    course.bless("sample");
    assert_eq!(course.harness(&["check"]).code, 0);
}

#[test]
fn what_no_command_line_can_hold_is_shown_where_it_stands() {
    for rest in ["folder = \"a\\u0000b\"", "[env]\nHOME = \"a\\u0000b\""] {
        let error = mistake(rest);
        assert!(
            error.starts_with(
                "error: a NUL byte can't be part of a command, a folder or a variable\n --> [course]"
            ),
            "{rest}: {error}"
        );
    }
    let raw = mistake("stderr = \"a\0b\"");
    assert!(raw.contains("lesson.toml:3:12"), "{raw}");
    let course = Scratch::sample("", "");
    course.file("docs/syllabus.toml", b"[[topic]]\nid = \"process-ids\"\n# \xe8\xb7\xb3 caf\xe9\n");
    assert_snapshot!(course.harness(&["check"]).error(), @r#"
    error: the byte 0xe9 is not UTF-8, as TOML is
     --> [course]/docs/syllabus.toml:3:8
      |
    3 | # 跳 caf�
      |         ^
    "#);
}

#[test]
fn durations_are_written_as_people_write_them() {
    let lasts = |duration: &str| {
        let course = Scratch::sample(
            &format!("[actors]\nmain = '^main'\n[[always]]\nlasts = '{duration}'\n"),
            "echo main",
        );
        course.bless("sample");
        let report = course.harness(&["check"]).short();
        let (_, rest) = report.split_once("short: sample: the program runs for at least ").expect(&report);
        rest.lines().next().unwrap().to_owned()
    };
    for (written, seconds) in [
        ("1m30s", "90 s"),
        ("1500m", "90000 s"),
        ("1h 1min", "3660 s"),
        ("90500ms", "90.5 s"),
        ("90.5s", "90.5 s"),
        ("5min", "300 s"),
        ("10 s", "10 s"),
    ] {
        assert_eq!(lasts(written), seconds, "{written}");
    }
    // However long, no run waits for an instant that no clock tells.
    let course = Scratch::sample("timeout = '5000000000h'\n[actors]\nmain = '^main'\n", "echo main");
    course.bless("sample");
    assert_eq!(course.harness(&["check"]).code, 0);
    assert_eq!(course.harness(&["stress", "--runs", "2"]).code, 0);
    for duration in ["-1s", "0s", "1m 0", "soon", "1 s 2"] {
        let error = course.harness(&["stress", &format!("--for={duration}")]).error();
        assert!(error.contains("a duration is a number greater than 0"), "{error}");
    }
}
