//! The captures: what a program sees, and what is known of what it printed.

use std::process::{Command, Stdio};

use harness::transcript::Witness;

use crate::scratch::{Scratch, has_witness, killed, wait_until};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// A course whose lesson has this capture.
fn captured(capture: &str, contract: &str, script: &str) -> Scratch {
    Scratch::sample(&format!("capture = '{capture}'\n{contract}{ACTORS}"), script)
}

/// Judges the lesson by this golden; returns the report.
fn judged(course: &Scratch, golden: &str) -> String {
    course.golden("sample", golden);
    let told = course.harness(&["check"]);
    assert_eq!(told.stderr, "");
    if told.code == 0 { String::new() } else { told.stdout }
}

/// A program that says what its three descriptors are.
const IS_TERMINAL: &str =
    "for i in 0 1 2; do [ -t $i ] && echo main: $i is a terminal; done; echo main: done";

#[test]
fn a_pipe_is_no_terminal() {
    assert_eq!(judged(&captured("pipe", "", IS_TERMINAL), "main │ main: done\n"), "");
}

#[test]
fn a_terminal_is_one_on_both_streams_and_its_lines_end_as_there() {
    let golden = "main │ main: 1 is a terminal\\r\nmain │ main: 2 is a terminal\\r\nmain │ main: done\\r\n";
    assert_eq!(judged(&captured("pty", "", IS_TERMINAL), golden), "");
}

#[test]
fn a_terminals_two_streams_are_one_in_the_order_of_their_lines() {
    let script = "echo main: 1; echo main: 2 >&2; echo main: 3";
    assert_eq!(
        judged(&captured("pty", "", script), "main │ main: 1\\r\nmain │ main: 2\\r\nmain │ main: 3\\r\n"),
        ""
    );
}

#[test]
fn a_pipes_two_streams_are_told_apart() {
    let report = judged(&captured("pipe", "", "echo main: 1; echo main: 2 >&2"), "main │ main: 1\n");
    assert!(report.contains("nothing is printed on stderr"), "{report}");
    assert!(report.contains("lines     stderr   1") && report.contains("│ main: 2\n"), "{report}");
}

#[test]
fn a_pipe_can_be_opened_by_name() {
    let script = "echo main: 1 > /dev/stdout; echo main: 2 > /dev/stdout";
    assert_eq!(judged(&captured("pipe", "", script), "main │ main: 1\nmain │ main: 2\n"), "");
}

#[test]
fn a_terminal_controls_its_programs_session_and_has_a_size() {
    let script = "echo main: 1 > /dev/tty; echo main: $(stty size < /dev/tty)";
    assert_eq!(judged(&captured("pty", "", script), "main │ main: 1\\r\nmain │ main: 24 80\\r\n"), "");
}

#[test]
fn nobody_types_at_a_terminal() {
    let course =
        captured("pty", "timeout = '1s'\n", "echo main: 1; read -r answer < /dev/tty; echo main: $answer");
    let report = judged(&course, "");
    assert!(report.contains("it was still running and was ended, after 1 line"), "{report}");
}

#[test]
fn what_is_written_by_the_line_to_a_terminal_alone_is_lost_in_a_pipe_by_who_is_killed() {
    if Command::new("perl").arg("-v").output().is_err() {
        eprintln!("skipped: there is no perl here");
        return;
    }
    let script = "exec perl -e 'print \"main: 1\\n\"; kill 9, $$'";
    let killed = "[[always]]\nexit = { signal = 'SIGKILL' }\n";
    let course = |capture| Scratch::sample(&format!("capture = '{capture}'\n{ACTORS}{killed}"), script);
    assert_eq!(judged(&course("pty"), "main │ main: 1\\r\n"), "");
    assert_eq!(judged(&course("pipe"), "‹nothing is printed›\n"), "");
}

#[test]
fn with_a_witness_every_capture_names_process_and_thread() {
    if !has_witness() {
        return;
    }
    for capture in ["pipe", "pty", "socket"] {
        let run = captured(capture, "", "echo main: 1; (echo main: 2) & wait").transcript();
        let [first, second] = run.lines() else { panic!("{run:?}") };
        assert_eq!(
            (first.process, first.thread, second.process, second.thread),
            (Some(0), Some(0), Some(1), Some(1))
        );
        assert_eq!(run.threads()[1].tid, run.processes()[1].pid);
        assert_eq!((run.parent(1), run.processes()[1].awaited), (Some(0), Some(0)), "{capture}");
    }
}

#[test]
fn without_a_witness_the_socket_alone_names_processes() {
    for (capture, names) in [("pipe", false), ("pty", false), ("socket", true)] {
        let run = captured(capture, "witness = 'socket'\n", "echo main: 1").transcript();
        assert!(matches!(run.witness(), Witness::Socket(_)), "{run:?}");
        let line = run.lines()[0];
        assert_eq!((line.process, line.thread), (names.then_some(0), None), "{capture}");
        assert!(run.threads().is_empty());
    }
}

#[test]
fn what_a_program_prints_to_is_a_pipe_unless_the_socket_is_the_witness() {
    let script = "echo main: $(stat -L -c %F /proc/$$/fd/1)";
    let course = |contract: &str| Scratch::sample(&format!("{contract}{ACTORS}"), script);
    assert_eq!(judged(&course("witness = 'socket'\n"), "main │ main: socket\n"), "");
    if has_witness() {
        assert_eq!(judged(&course(""), "main │ main: fifo\n"), "");
    }
}

#[test]
fn who_is_left_behind_is_ended_and_named() {
    for capture in ["pipe", "pty"] {
        // A process that does not ignore SIGHUP is ended when the terminal closes.
        let course = captured(capture, "", "trap '' HUP; echo main: 1; sleep 1001 & sleep 1002 & exit 0");
        let report = course.harness(&["check"]).refuted();
        assert_eq!(killed(&report), 2, "{report}");
        assert!(report.contains("`sleep 1001`") && report.contains("`sleep 1002`"), "{report}");
    }
}

#[test]
fn a_terminal_hangs_up_on_who_outlives_its_program() {
    let course = captured("pty", "", "echo main: 1; sleep 1001 & exit 0");
    assert_eq!(judged(&course, "main │ main: 1\\r\n"), "");
}

#[test]
fn a_survivor_that_the_contract_expects_is_no_finding() {
    let course = captured("pipe", "survivors = ['^sleep 1001$']\n", "echo main: 1; sleep 1001 & exit 0");
    assert_eq!(judged(&course, "main │ main: 1\n"), "");
}

#[test]
fn time_and_output_are_bounded() {
    for capture in ["pipe", "pty"] {
        let report =
            judged(&captured(capture, "timeout = '1s'\n", "echo main: 1; sleep 1001 & sleep 1002"), "");
        assert!(report.contains("it was still running and was ended, after 1 line"), "{report}");
        // When the terminal closes, the rest is ended before it can be named.
        assert!(capture == "pty" || report.contains("`sleep 1001`"), "{report}");
        let report = judged(&captured(capture, "timeout = '10min'\n", "exec tr '\\0' x < /dev/zero"), "");
        assert!(report.contains("it printed more and was ended"), "{report}");
    }
}

#[test]
fn a_program_that_can_not_be_executed_is_told() {
    let course = captured("pipe", "", "");
    course.program("no-shebang", "echo main: hi\n");
    let told = course.harness(&["check", "sample", "--", "./no-shebang"]);
    assert_eq!(told.code, 2);
    assert!(
        told.stderr.contains("program `./no-shebang` could not be started: Exec format error"),
        "{}",
        told.stderr
    );
}

#[test]
fn a_run_ends_with_a_harness_that_is_killed() {
    for capture in ["pipe", "pty"] {
        let course = captured(capture, "", "sleep 1001 & touch running; wait");
        let mut harness = course.std_command(&["check"]).stderr(Stdio::null()).spawn().unwrap();
        let started = || course.path("examples-bin/sample/running").exists();
        wait_until(started, || "the lesson was not started".to_owned());
        harness.kill().unwrap();
        harness.wait().unwrap();
        course.wait_until_nothing_runs();
    }
}

#[test]
fn many_runs_at_once_pass() {
    let course = captured("pipe", "", "echo main: 1; echo main: 2");
    course.bless("sample");
    let told = course.harness(&["stress", "sample", "--runs", "200", "--jobs", "16", "--calm"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
}

mod namespaces {
    use std::process::Command;

    use crate::scratch::{Scratch, as_an_ordinary_user, has_witness};

    const INNER: &str = "unshare --user --map-root-user --pid --fork --mount-proc bash -c";

    /// A course whose program prints pids in a pid namespace of its own; `None` where this user may not make one.
    fn inside(witness: &str, script: &str) -> Option<Scratch> {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "true"]);
        if !unshare.output().is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: this machine does not let everybody have a pid namespace");
            return None;
        }
        let names = "[actors]\nmain = '^main'\nchild = '^child'\n[names]\npid = { pid_in = '(\\d+)$' }\n";
        let course = Scratch::sample(&format!("{witness}{names}"), script);
        let golden =
            "main  │ main: ‹pid of main›\nchild │ child: ‹pid of child›\nchild │ child of: ‹pid of main›\n";
        course.golden("sample", golden);
        Some(course)
    }

    const SOCKET: &str = "witness = 'socket'\n";

    /// A program that prints its pid, as its child does, which then lives for so long: the socket alone tells who somebody
    /// is only while they live.
    fn says(child: &str, lives: &str) -> String {
        format!(
            "{INNER} 'echo main: $$; bash -c \"echo child: {child}; echo child of: \\$PPID; sleep {lives}\" & wait'"
        )
    }

    #[test]
    fn pids_are_those_of_the_writers_own_namespace() {
        let witnesses = [(SOCKET, "0.3"), ("", "0")];
        let has_witness = has_witness();
        for (witness, lives) in &witnesses[..=usize::from(has_witness)] {
            let Some(course) = inside(witness, &says("\\$\\$", lives)) else { return };
            let told = course.harness(&["check"]);
            assert_eq!(told.code, 0, "{}", told.stdout);
            let Some(mut ordinary) = as_an_ordinary_user(&course, &["check"]) else { return };
            let told = course.told(&ordinary.output().unwrap());
            assert_eq!(told.code, 0, "{}", told.stdout);
        }
    }

    #[test]
    fn a_pid_that_is_nobodys_in_the_writers_namespace_is_refuted() {
        for witness in [SOCKET, ""] {
            let Some(course) = inside(witness, &says("77", "0.3")) else { return };
            let report = course.harness(&["check"]).refuted();
            assert!(report.contains("+child │ child: 77"), "{report}");
        }
    }

    /// The program stops the harness, as a busy machine might: when the harness looks, all writers have ended.
    #[test]
    fn whose_a_pid_is_stays_undecided_where_its_writer_had_ended() {
        let script = "harness=$(cut -d ' ' -f 4 /proc/$PPID/stat); kill -STOP $harness
            until grep -q '^State:.T' /proc/$harness/status; do :; done
            $INNER 'echo main: $$; bash -c \"echo child: \\$\\$; echo child of: \\$PPID\" & wait'
            kill -CONT $harness"
            .replace("$INNER", INNER);
        let Some(course) = inside(SOCKET, &script) else { return };
        let told = course.harness(&["check"]);
        assert_eq!(told.code, 0, "{}", told.stdout);
        assert!(told.stdout.starts_with("undecided  sample"), "{}", told.stdout);
        assert!(told.stdout.contains("is its pid in its own namespace"), "{}", told.stdout);
    }
}
