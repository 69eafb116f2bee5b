//! Ctrl-C and the requests to end: they end every command, whatever it is doing.

use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::scratch::{Scratch, wait_until};

const ACTORS: &str = "[actors]\nmain = '^main'\n";
const SIGNALS: [(Signal, i32); 3] = [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)];

fn start(course: &Scratch, arguments: &[&str]) -> Child {
    let mut command = course.std_command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends a signal to a command, and returns the exit code that it ends with. Nothing of it may be left.
fn ended_by(signal: Signal, course: &Scratch, child: &mut Child) -> Option<i32> {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    wait_until(|| child.try_wait().unwrap().is_some(), || format!("{signal} ends it not"));
    course.wait_until_nothing_runs();
    child.wait().unwrap().code()
}

/// A lesson that is a package whose build script takes long.
fn package_that_is_built_for_long() -> Scratch {
    let course = Scratch::new();
    course.file("Cargo.toml", "[workspace]\nmembers = [\"examples-bin/*\"]\nresolver = \"3\"\n");
    course.file(
        "examples-bin/sample/Cargo.toml",
        "[package]\nname = \"sample\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    course.file("examples-bin/sample/lesson.toml", format!("title = \"A lesson\"\n{ACTORS}"));
    course.file("examples-bin/sample/src/main.rs", "fn main() {}");
    let script = "fn main() {
        std::fs::write(\"building\", \"\").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(1000));
    }";
    course.file("examples-bin/sample/build.rs", script);
    course
}

#[test]
fn a_run_that_is_interrupted_is_not_recorded() {
    let course = Scratch::sample(ACTORS, "echo main: 1; touch begun; sleep 1000");
    let mut child = start(&course, &["check", "sample", "--record", "runs"]);
    let begun = course.path("examples-bin/sample/begun");
    wait_until(|| begun.exists(), || "the lesson was not run".to_owned());
    assert_eq!(ended_by(Signal::SIGINT, &course, &mut child), Some(130));
    assert!(course.path("runs").is_dir() && !course.path("runs/sample.jsonl").exists());
}

#[test]
fn a_build_is_ended_with_all_that_it_started() {
    let course = package_that_is_built_for_long();
    for (signal, code) in SIGNALS {
        let mut child = start(&course, &["check"]);
        let building = course.path("examples-bin/sample/building");
        wait_until(|| building.exists(), || "the build was not begun".to_owned());
        std::fs::remove_file(&building).unwrap();
        assert_eq!(ended_by(signal, &course, &mut child), Some(code));
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert!(told.ends_with("interrupted\n"), "{told}");
    }
}

#[test]
fn a_command_that_waits_for_its_input_is_ended() {
    let course = Scratch::sample(ACTORS, "echo main: 1");
    for (signal, code) in SIGNALS {
        let mut child = start(&course, &["check", "sample", "--replay", "/dev/stdin"]);
        // When all of this is written, it has begun to read.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"{\"transcript\":{\"version\":2,\"pid\":1,\"witness\":\"threads\"}}\n").unwrap();
        stdin.write_all(&vec![b' '; 1 << 20]).unwrap();
        assert_eq!(ended_by(signal, &course, &mut child), Some(code));
    }
}

#[test]
fn a_command_that_waits_for_its_reader_is_ended() {
    let course = Scratch::sample(ACTORS, "seq -f 'main: %.0f' 20000; touch done");
    for (signal, code) in SIGNALS {
        let mut child = start(&course, &["show", "sample"]);
        let done = course.path("examples-bin/sample/done");
        wait_until(|| done.exists(), || "the lesson was not run".to_owned());
        std::fs::remove_file(&done).unwrap();
        // By now it draws, or has filled the pipe that nobody reads: it must leave either.
        sleep(Duration::from_millis(300));
        assert_eq!(ended_by(signal, &course, &mut child), Some(code));
    }
}

#[test]
fn a_command_that_computes_is_ended() {
    // 200,000 lines, and 200 names to look for in each.
    let names: String =
        (0..200).map(|name| format!("n{name} = {{ number_in = 'x{name} .*?(\\d+).*y' }}\n")).collect();
    let course = Scratch::sample(
        &format!("timeout = '10min'\n{ACTORS}[names]\n{names}"),
        "seq -f 'main: x1 %.0f' 200000; touch done",
    );
    for (signal, code) in SIGNALS {
        let mut child = start(&course, &["check", "sample"]);
        let done = course.path("examples-bin/sample/done");
        wait_until(|| done.exists(), || "the lesson was not run".to_owned());
        std::fs::remove_file(&done).unwrap();
        sleep(Duration::from_millis(300));
        assert_eq!(ended_by(signal, &course, &mut child), Some(code));
    }
}
