//! A program that is watched sees what it sees by itself.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

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
    assert!(alone.lines().count() >= 42 && alone.lines().count() == watched.lines().count(), "{watched}");
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
        on_a_terminal(&format!("bash --norc -i {jobs} </dev/null"), &course.path("examples-bin/sample"));
    let run = course.transcript();
    let watched: Vec<u8> = run.lines().iter().flat_map(|line| [run.text(line), b"\n"].concat()).collect();
    let [alone, watched] = [alone, watched].map(|text| String::from_utf8(text).unwrap());
    assert!(alone.contains("[1]+  Stopped                 sleep 1000"), "{alone}");
    assert_eq!(watched, alone);
}

/// All that a shell prints on a terminal of its own. Where the leader of its session ends, the kernel throws away what nobody has
/// read yet: this one waits for a line until all is read.
fn on_a_terminal(shell: &str, folder: &Path) -> Vec<u8> {
    const END: &[u8] = b"no more\r\n";
    let terminal = openpty(None, None).unwrap();
    let side = || Stdio::from(terminal.slave.try_clone().unwrap());
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "sh", "-c", &format!("{shell}; echo no more; read -r line")]);
    command.env("LC_ALL", "C.UTF-8").current_dir(folder);
    let mut child = command.stdin(side()).stdout(side()).stderr(side()).spawn().unwrap();
    drop((command, terminal.slave));
    let (mut master, mut printed, mut part) = (File::from(terminal.master), Vec::new(), [0; 4096]);
    while !printed.ends_with(END) {
        let length = master.read(&mut part).unwrap();
        printed.extend(&part[..length]);
    }
    master.write_all(b"\n").unwrap();
    child.wait().unwrap();
    printed.truncate(printed.len() - END.len());
    printed
}
