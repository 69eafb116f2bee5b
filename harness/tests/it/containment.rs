//! A run never outlives itself, whatever it starts and however the harness ends. `Scratch` sees to it after each
//! command that nothing is left running; here programs try to get away.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use harness::transcript::Killed;
use insta::assert_snapshot;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::scratch::{Scratch, has_witness, wait_until};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// A run that has a supervisor.
const SOCKET: &str = "witness = 'socket'\n";

/// A script that says when it runs, then never ends.
const ENDLESS: &str = "echo main: running; sleep 1000 & touch running; wait";

#[test]
fn whoever_is_left_behind_is_ended_and_named() {
    let script = "echo main: 1
        setsid sleep 1001 &
        ( ( sleep 1002 & ) & )
        env -i sleep 1003 &
        sleep 1004 <&- >&- 2>&- &
        ( cd /; exec setsid env -i \"$(command -v sh)\" -c 'sleep 1005; :' \"$OLDPWD\" <&- >&- 2>&- & )";
    let course = Scratch::sample(ACTORS, script);
    course.bless("sample");
    let report = course.harness(&["check"]).refuted();
    for second in 1001..=1005 {
        assert!(report.contains(&format!("`sleep {second}`")), "{second} in {report}");
    }
    assert!(report.contains(" lived on for 500 ms and were killed: pid "), "{report}");
    if !has_witness() {
        return;
    }
    let run = course.transcript();
    assert!(!run.survivors().is_empty(), "{run:?}");
    for survivor in run.survivors() {
        let process = run.processes().iter().find(|process| process.pid == survivor.pid).unwrap();
        assert_eq!(process.killed, Some(Killed::Harness), "{run:?}");
    }
}

#[test]
fn a_survivor_that_the_contract_expects_is_ended_all_the_same() {
    let course =
        Scratch::sample(&format!("survivors = ['^sleep 1000$']\n{ACTORS}"), "echo main: 1; sleep 1000 &");
    course.bless("sample");
    let told = course.harness(&["check"]);
    assert_eq!(told.code, 0, "{told:?}");
    course.file("examples-bin/sample/script.sh", "echo main: 1; sleep 1000 & sleep 1001 &");
    let report = course.harness(&["check"]).refuted();
    assert!(
        report.contains("1 process lived on for 500 ms and was killed: pid [A] `sleep 1001`"),
        "{report}"
    );
}

#[test]
fn a_timeout_does_not_wait_for_a_grandchild_that_holds_stdout_open() {
    let script = "echo main: 1; (sleep 8; touch late; echo main: late) & sleep 1000";
    // Under a schedule nobody sleeps for so long.
    let course = Scratch::sample(&format!("timeout = \"1s\"\ndirected = false\n{ACTORS}"), script);
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("it was still running and was ended"), "{report}");
    assert!(report.contains("`sleep 8`"), "{report}");
    assert!(!course.path("examples-bin/sample/late").exists(), "the grandchild ran on");
}

#[test]
fn a_child_that_ignores_every_request_is_ended() {
    let script = "trap '' TERM INT HUP PIPE; (while :; do sleep 1000; done) & touch running; wait";
    let course = Scratch::sample(&format!("timeout = \"1s\"\n{ACTORS}"), script);
    assert!(course.harness(&["check"]).refuted().contains("the run ends within 1 s"));
}

#[test]
fn a_program_that_kills_its_process_group_hits_only_itself() {
    let course = Scratch::sample(ACTORS, "echo main: 1; kill -KILL 0");
    let report = course.harness(&["check"]).refuted();
    assert!(report.contains("seen      killed by SIGKILL"), "{report}");
}

/// Starts the harness, and returns once its lesson runs.
fn while_running(course: &Scratch, arguments: &[&str]) -> Child {
    let mut command = course.std_command(arguments);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = || course.path("examples-bin/sample/running").exists();
    wait_until(started, || "the lesson was not started".to_owned());
    child
}

fn send(signal: Signal, to: &Child) {
    kill(Pid::from_raw(i32::try_from(to.id()).unwrap()), signal).unwrap();
}

#[test]
fn an_interrupt_ends_what_runs_and_names_what_was_not_judged() {
    let course = Scratch::sample(ACTORS, ENDLESS);
    course.lesson("alone", "exclusive = true", "");
    course.lesson("quick", ACTORS, "echo main: 1");
    course.bless("quick");
    let mut child = while_running(&course, &[]);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut judged = String::new();
    stdout.read_line(&mut judged).unwrap();
    assert!(judged.starts_with("proven     quick"), "{judged}");
    send(Signal::SIGINT, &child);
    let mut output = child.wait_with_output().unwrap();
    stdout.read_to_end(&mut output.stdout).unwrap();
    let told = course.told(&output);
    assert_eq!(told.code, 130);
    assert_snapshot!(told.stderr, @"interrupted: not judged are alone, sample");
    assert_snapshot!(told.stdout, @"

    3 lessons: 1 proven, 2 not judged in [time] (1 run)
    ");
}

#[test]
fn a_request_to_end_is_an_interrupt() {
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let course = Scratch::sample(ACTORS, ENDLESS);
        let child = while_running(&course, &["check"]);
        send(signal, &child);
        let told = course.told(&child.wait_with_output().unwrap());
        assert_eq!(
            (told.code, told.stderr.as_str()),
            (code, "interrupted: not judged are sample\n"),
            "{signal}"
        );
    }
}

#[test]
fn an_interrupt_is_told_in_json_too() {
    let course = Scratch::sample(ACTORS, ENDLESS);
    let child = while_running(&course, &["check", "--format", "json"]);
    send(Signal::SIGINT, &child);
    let told = course.told(&child.wait_with_output().unwrap());
    assert_eq!(told.code, 130);
    assert_snapshot!(told.stdout, @r#"
    {
      "errors": [],
      "lessons": [],
      "not_judged": [
        "sample"
      ],
      "seconds": [time]
    }
    "#);
}

#[test]
fn an_interrupted_show_shows_what_there_was() {
    let course = Scratch::sample(ACTORS, ENDLESS);
    let child = while_running(&course, &["show", "sample"]);
    send(Signal::SIGINT, &child);
    let told = course.told(&child.wait_with_output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (130, "interrupted: this is what it had printed\n"));
    assert!(told.stdout.contains("main │ main: running"), "{}", told.stdout);
}

#[test]
fn an_interrupted_timeline_draws_what_there_was() {
    let course = Scratch::sample(ACTORS, ENDLESS);
    let child = while_running(&course, &["timeline", "sample", "--runs", "5"]);
    send(Signal::SIGINT, &child);
    let told = course.told(&child.wait_with_output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (130, "interrupted: this is what it had printed\n"));
    assert!(told.stdout.contains("main │ main: running"), "{}", told.stdout);
}

#[test]
fn an_interrupted_accept_accepts_nothing() {
    let course = Scratch::sample(ACTORS, ENDLESS);
    let child = while_running(&course, &["accept", "sample"]);
    send(Signal::SIGINT, &child);
    let told = course.told(&child.wait_with_output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (130, "interrupted: not accepted are sample\n"));
    assert!(!course.path("examples-bin/sample/golden.snap").exists());
}

#[test]
fn a_run_ends_with_a_harness_that_is_killed() {
    let course = Scratch::sample(ACTORS, &format!("setsid env -i sleep 1001 & {ENDLESS}"));
    let mut child = while_running(&course, &["check"]);
    assert_ne!(course.running(), Vec::<String>::new());
    send(Signal::SIGKILL, &child);
    child.wait().unwrap();
    course.wait_until_nothing_runs();
}

#[test]
fn runs_are_judged_though_nobody_listens_to_the_harness() {
    let course = Scratch::sample(ACTORS, "until [ -e ../../closed ]; do sleep 0.01; done; echo main: 1");
    // It outlasts the other lesson, whose line is printed when nobody reads any more.
    course.lesson("endless", &format!("timeout = '2s'\n{ACTORS}"), ENDLESS);
    let mut command = course.std_command(&["check"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = || course.path("examples-bin/endless/running").exists();
    wait_until(started, || "the lesson was not started".to_owned());
    drop(child.stdout.take());
    course.file("closed", "");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
    assert_eq!(course.running(), Vec::<String>::new());
}

#[test]
fn a_program_that_kills_its_supervisor_ends_with_all_it_started() {
    let script = "(setsid sh -c 'touch there; exec sleep 1061' &)\nenv -i setsid sleep 1062 &
        until [ -e there ]; do sleep 0.01; done
        kill -KILL $PPID\nsleep 1063";
    let course = Scratch::sample(&format!("{SOCKET}{ACTORS}"), script);
    let report = course.harness(&["check", "sample"]).refuted();
    assert!(report.contains("the program leaves its supervisor alone"), "{report}");
    assert!(report.contains("sleep 1061`"), "{report}");
}

#[test]
fn a_program_that_stops_its_supervisor_is_ended_by_the_timeout() {
    let script = "sleep 60 &\nkill -STOP $PPID\nexit 0";
    let course = Scratch::sample(&format!("timeout = '1s'\n{SOCKET}{ACTORS}"), script);
    let report = course.harness(&["check", "sample"]).refuted();
    assert!(report.contains("the run ends within 1 s"), "{report}");
}

#[test]
fn the_grace_is_the_contracts() {
    let course = Scratch::sample(&format!("grace = '1min'\n{ACTORS}"), "echo main: 1; sleep 1 & exit 0");
    course.golden("sample", "main │ main: 1\n");
    let told = course.harness(&["check"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let course = Scratch::sample(&format!("grace = '700ms'\n{ACTORS}"), "echo main: 1; sleep 1001 & exit 0");
    let report = course.harness(&["check"]).refuted();
    assert!(
        report.contains("1 process lived on for 700 ms and was killed: pid [A] `sleep 1001`"),
        "{report}"
    );
}

#[test]
fn stress_lengthens_the_grace_as_it_does_the_timeout() {
    let course = Scratch::sample(ACTORS, "echo main: 1; sleep 1 & exit 0");
    course.golden("sample", "main │ main: 1\n");
    let told = course.harness(&["stress", "sample", "--runs", "2", "--calm"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    course.file("examples-bin/sample/script.sh", "echo main: 1; sleep 1001 & exit 0");
    let told = course.harness(&["stress", "sample", "--runs", "1", "--calm"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(told.stdout.contains("1 process lived on for 5 s and was killed"), "{}", told.stdout);
}
