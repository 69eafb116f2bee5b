//! `review` at a terminal, and what it is about: what `check` keeps of a program that differs from its golden alone.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::thread;

use insta::assert_snapshot;
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::Pid;

use crate::scratch::{Scratch, Told, wait_until};

const ACTORS: &str = "[actors]\nmain = '^main'\n";

/// Three contracts, of which the first two print something else than their goldens say, and the third what no actor claims.
fn project() -> Scratch {
    let project = Scratch::outside_any_course();
    for (name, line) in [("a", "main: a"), ("b", "main: b"), ("c", "who: c")] {
        let contract = format!("title = \"A test\"\ncommand = [\"echo\", \"{line}\"]\n{ACTORS}");
        project.file(&format!("{name}/contract.toml"), contract);
        project.file(&format!("{name}/golden.snap"), "---\nexpression: x\n---\nmain │ main: old\n");
    }
    project
}

fn pending(project: &Scratch) -> Vec<&'static str> {
    let is_kept = |name: &&str| project.path(&format!("{name}/golden.snap.new")).exists();
    ["a", "b", "c"].into_iter().filter(is_kept).collect()
}

fn golden(project: &Scratch, name: &str) -> String {
    let text = fs::read_to_string(project.path(&format!("{name}/golden.snap"))).unwrap();
    text.split_once("\n---\n").unwrap().1.to_owned()
}

/// The harness at a terminal, which is its stdin and stdout.
struct Terminal {
    screen: File,
    harness: Child,
}

impl Terminal {
    fn of(project: &Scratch, arguments: &[&str]) -> Terminal {
        let pty = openpty(None, None).unwrap();
        // What is typed would be echoed wherever the program's own output has come to by then.
        let mut modes = tcgetattr(&pty.slave).unwrap();
        modes.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(&pty.slave, SetArg::TCSANOW, &modes).unwrap();
        let [stdin, stdout, stderr] = [(); 3].map(|()| Stdio::from(pty.slave.try_clone().unwrap()));
        let mut harness = project.std_command(arguments);
        let harness =
            harness.env("NO_COLOR", "1").stdin(stdin).stdout(stdout).stderr(stderr).spawn().unwrap();
        Terminal { screen: pty.master.into(), harness }
    }

    fn types(&mut self, keys: &str) {
        self.screen.write_all(keys.as_bytes()).unwrap();
    }

    /// What stood on the screen at the end.
    fn ends(mut self, project: &Scratch) -> Told {
        let mut screen = self.screen.try_clone().unwrap();
        // A terminal of which nobody has the other end can't be read: that is the end.
        let reader = thread::spawn(move || {
            let (mut all, mut part) = (Vec::new(), [0; 4096]);
            while let Ok(count @ 1..) = screen.read(&mut part) {
                all.extend_from_slice(&part[..count]);
            }
            all
        });
        let status = self.harness.wait().unwrap();
        let mut output = project.std_command(&["--version"]).output().unwrap();
        output.status = status;
        output.stdout = reader.join().unwrap();
        Told { stdout: project.told(&output).stdout.replace('\r', ""), ..project.told(&output) }
    }
}

#[test]
fn a_check_keeps_what_differs_from_its_golden_alone() {
    let project = project();
    let told = project.harness(&["check"]).refuted();
    assert!(told.ends_with("\nto review: a, b; `harness review` shows each and asks\n"), "{told}");
    assert_eq!(pending(&project), ["a", "b"]);
    project.file("a/contract.toml", format!("title = \"A\"\ncommand = [\"echo\", \"main: old\"]\n{ACTORS}"));
    project.file("b/contract.toml", format!("title = \"B\"\ncommand = [\"false\"]\n{ACTORS}"));
    project.harness(&["check"]).refuted();
    assert_eq!(pending(&project), [""; 0], "what is no longer so is taken back");
}

#[test]
fn another_program_is_not_kept_for_review() {
    let project = project();
    let told = project.harness(&["check", "a", "--", "echo", "main: mine"]).refuted();
    assert!(!told.contains("to review"), "{told}");
    project.harness(&["check", "c"]).refuted();
    assert_eq!(pending(&project), [""; 0]);
}

#[test]
fn differences_are_shown_and_asked_one_after_the_other() {
    let project = project();
    project.harness(&["check"]).refuted();
    let mut terminal = Terminal::of(&project, &["review"]);
    terminal.types("what?\na\nd\n");
    let told = terminal.ends(&project);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert_snapshot!(told.stdout, @"
    a (1/2)
    --- golden
    +++ this run
    @@ -1 +1 @@
    -main │ main: old
    +main │ main: a
    accept, discard, skip or quit? [a/d/s/q] accept, discard, skip or quit? [a/d/s/q] a: accepted as a/golden.snap
    b (2/2)
    --- golden
    +++ this run
    @@ -1 +1 @@
    -main │ main: old
    +main │ main: b
    accept, discard, skip or quit? [a/d/s/q]
    ");
    assert_eq!(golden(&project, "a"), "main │ main: a\n");
    assert_eq!(golden(&project, "b"), "main │ main: old\n");
    assert_eq!(pending(&project), [""; 0]);
}

#[test]
fn what_is_skipped_stays_and_quitting_leaves_the_rest() {
    let project = project();
    project.harness(&["check"]).refuted();
    for keys in ["skip\nquit\n", "q\n", "\u{4}"] {
        let mut terminal = Terminal::of(&project, &["review"]);
        terminal.types(keys);
        assert_eq!(terminal.ends(&project).code, 0);
        assert_eq!(pending(&project), ["a", "b"], "{keys:?}");
    }
    let mut terminal = Terminal::of(&project, &["review", "b"]);
    terminal.types("accept\n");
    assert_eq!(terminal.ends(&project).code, 0);
    assert_eq!(pending(&project), ["a"]);
    assert_eq!(golden(&project, "b"), "main │ main: b\n");
}

#[test]
fn an_interrupted_review_changes_nothing() {
    let project = project();
    project.harness(&["check"]).refuted();
    let terminal = Terminal::of(&project, &["review"]);
    let harness = Pid::from_raw(i32::try_from(terminal.harness.id()).unwrap());
    // A signal is only told from the default action once it is waited for.
    let status = || fs::read_to_string(format!("/proc/{harness}/status")).unwrap();
    let catches = |status: &str| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:\t")).unwrap();
        u64::from_str_radix(mask, 16).unwrap() & (1 << (Signal::SIGINT as i32 - 1)) != 0
    };
    wait_until(|| catches(&status()), || "SIGINT is not caught".to_owned());
    kill(harness, Signal::SIGINT).unwrap();
    assert_eq!(terminal.ends(&project).code, 130);
    assert_eq!(pending(&project), ["a", "b"]);
}

#[test]
fn a_review_without_a_terminal_says_what_to_do() {
    let project = project();
    assert_snapshot!(project.harness(&["review"]).stdout, @"there is nothing to review: `harness check` keeps what differs from its golden alone");
    project.harness(&["check"]).refuted();
    assert_snapshot!(project.harness(&["review"]).error(), @"error: a review is answered at a terminal, and stdin is none; to review are a, b: `harness accept NAME` takes over what NAME prints");
}

#[test]
fn all_are_accepted_that_meet_everything_but_their_goldens() {
    let project = project();
    project
        .file("none/contract.toml", format!("title = \"A\"\ncommand = [\"true\"]\ngolden = false\n{ACTORS}"));
    let told = project.harness(&["accept", "--all"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    let last: Vec<&str> = told.stdout.lines().filter(|line| line.contains("accepted")).collect();
    assert_snapshot!(last.join("\n"), @"
    a: accepted as a/golden.snap
    b: accepted as b/golden.snap
    c: not accepted: only a run that meets every other check can become the golden
    ");
    assert_eq!(golden(&project, "c"), "main │ main: old\n");
    let error = project.harness(&["accept"]).error();
    assert!(
        error.contains("<LESSONS>...") && project.harness(&["accept", "--all", "a"]).code == 2,
        "{error}"
    );
}
