//! A program that is watched sees what it sees by itself.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::libc;
use nix::pty::openpty;

use crate::scratch::{Scratch, has_witness};

/// All that differs: it has a tracer, and a filter of its calls; nobody else may trace it, and while a tracer has it stopped,
/// `/proc` writes a small letter.
const DIFFERENCES: [&str; 4] =
    ["PTRACE_TRACEME: 1", "Seccomp:\t2", "TracerPid: 1", "state of who is stopped: t"];

#[test]
fn four_of_all_that_a_program_can_observe_differ() {
    if !has_witness() {
        return;
    }
    let course = Scratch::of_command("timeout = '5min'\n", &["./observer", "watched"]);
    course.compile("observer");
    let folder = course.path("examples-bin/sample");
    // As the harness does, but without it: a session of its own, no input, pipes, and no other descriptors.
    let close = "for d in /proc/$$/fd/*; do d=${d##*/}; [ $d -gt 2 ] && eval \"exec $d>&-\"; done";
    let mut alone = Command::new("setsid");
    alone
        .args(["bash", "-c", &format!("{close}; exec ./observer alone")])
        .current_dir(&folder)
        .stdin(Stdio::null());
    assert!(alone.output().unwrap().status.success());
    let run = course.transcript();
    assert_eq!(run.exit().to_string(), "exit status 0", "{run:?}");
    let [alone, watched] = ["alone", "watched"].map(|file| fs::read_to_string(folder.join(file)).unwrap());
    assert!(alone.lines().count() >= 47 && alone.lines().count() == watched.lines().count(), "{watched}");
    let differ: BTreeSet<&str> =
        watched.lines().zip(alone.lines()).filter(|(one, other)| one != other).map(|(one, _)| one).collect();
    assert_eq!(differ, BTreeSet::from(DIFFERENCES), "alone:\n{alone}");
}

#[test]
fn a_shell_with_jobs_on_a_terminal_prints_what_it_prints_without_the_harness() {
    if !has_witness() {
        return;
    }
    let jobs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/programs/jobs.sh");
    let course = Scratch::of_command("capture = 'pty'\n", &["bash", "--norc", "-i", jobs]);
    let alone =
        on_a_terminal(&format!("exec bash --norc -i {jobs} </dev/null"), &course.path("examples-bin/sample"));
    let run = course.transcript();
    let watched: Vec<u8> = run.lines().iter().flat_map(|line| [run.text(line), b"\n"].concat()).collect();
    let [alone, watched] = [alone, watched].map(|text| String::from_utf8(text).unwrap());
    assert!(alone.contains("[1]+  Stopped                 sleep 1000"), "{alone}");
    assert_eq!(watched, alone);
}

/// All that a shell prints on a terminal of its own.
fn on_a_terminal(shell: &str, folder: &Path) -> Vec<u8> {
    let terminal = openpty(None, None).unwrap();
    let side = || Stdio::from(terminal.slave.try_clone().unwrap());
    // A shell can't trap a signal that is ignored when it begins, as SIGINT is in what runs in the background.
    let mut command = Command::new("env");
    command.args(["--default-signal", "setsid", "--ctty", "--wait", "sh", "-c", shell]);
    command.env("LC_ALL", "C.UTF-8").current_dir(folder);
    let mut child = command.stdin(side()).stdout(side()).stderr(side()).spawn().unwrap();
    drop((command, terminal.slave));
    let mut printed = Vec::new();
    // A terminal that nobody has open any more ends with an error.
    let end = File::from(terminal.master).read_to_end(&mut printed).map_err(|error| error.raw_os_error());
    assert!(matches!(end, Ok(_) | Err(Some(libc::EIO))), "{end:?}");
    child.wait().unwrap();
    printed
}
