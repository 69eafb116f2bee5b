//! Where the system lets nobody be watched, the sockets are the witness: what they tell is decided as ever.

use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;

use crate::scratch::Scratch;

/// A child of which both is claimed: what the sockets tell, and what they do not.
fn course() -> Scratch {
    let actors = "[actors]\nmain = '^main'\nchild = '^child'\n[names]\npid = { pid_in = 'pid (\\d+)' }\n";
    let checks = "[[always]]\nprocesses = 2\n[[always]]\nawaited = ['child']\n[[always]]\nexit = { of = 'child', code = 0 }\n";
    let script = "echo main: pid $$; (echo child: pid $BASHPID) & wait";
    let course = Scratch::sample(&format!("{actors}{checks}"), script);
    course.golden("sample", "main  │ main: pid ‹pid of main›\nchild │ child: pid ‹pid of child›\n");
    course
}

/// The harness where ptrace(2) is refused.
pub fn refused(course: &Scratch, arguments: &[&str]) -> Output {
    course.compile("no-ptrace");
    let mut command = Command::new(course.path("examples-bin/sample/no-ptrace"));
    command.arg(cargo_bin("harness")).args(arguments).current_dir(course.path(""));
    command.env("XDG_STATE_HOME", course.path("state")).env_remove("HARNESS_STRICT");
    command.output().unwrap()
}

#[test]
fn where_ptrace_is_refused_what_needs_more_is_undecided_and_the_rest_is_decided() {
    let course = course();
    let told = course.told(&refused(&course, &["check", "sample"]));
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    assert!(told.stdout.starts_with("undecided  sample"), "{}", told.stdout);
    assert_eq!(told.stdout.matches("undecided: sample: ").count(), 2, "{}", told.stdout);
    for undecided in ["somebody waited until child had ended", "child ends with exit status 0"] {
        assert!(told.stdout.contains(&format!("undecided: sample: {undecided}\n")), "{}", told.stdout);
    }
    let strict = course.told(&refused(&course, &["check", "sample", "--strict"]));
    assert_eq!(strict.code, 1, "{}", strict.stdout);
}

#[test]
fn why_nobody_is_watched_is_said_once() {
    let course = course();
    course.lesson("another", "[actors]\nmain = '^main'\n", "echo main: 1");
    course.golden("another", "main │ main: 1\n");
    let report = String::from_utf8(refused(&course, &["check"]).stdout).unwrap();
    let said = "witness: the sockets alone, since ptrace(2) is refused here";
    assert_eq!(report.matches(said).count(), 1, "{report}");
}

#[test]
fn what_is_wrong_is_refuted_all_the_same() {
    let course = course();
    course.golden("sample", "main  │ main: pid ‹pid of child›\nchild │ child: pid ‹pid of child›\n");
    let told = course.told(&refused(&course, &["check"]));
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(told.stdout.contains("refuted: sample: the output matches the golden"), "{}", told.stdout);
}
