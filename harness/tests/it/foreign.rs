//! As a library the harness waits only for its own: the children of whoever uses it are not its business.

use std::fs;
use std::process::{Child, Command, ExitStatus};

use harness::GoldenTest;

use crate::scratch::{Scratch, wait_until};

/// A child of this process, started by this thread.
fn child(script: &str) -> Child {
    Command::new("sh").args(["-c", script]).spawn().unwrap()
}

/// How a child ended that nobody has awaited yet.
fn awaited(mut child: Child) -> Option<i32> {
    let status: ExitStatus = child.wait().expect("it is there to be waited for");
    status.code()
}

#[test]
fn children_that_end_before_and_during_a_run_are_left_to_their_parent() {
    let course = Scratch::sample(
        "[actors]\nmain = '^main'\n",
        "until [ -e ended ]; do sleep 0.01; done; echo main: 1",
    );
    course.golden("sample", "main │ main: 1\n");
    let before = child("exit 3");
    let is_over =
        |child: &Child| fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap().contains(") Z ");
    wait_until(|| is_over(&before), || "the child does not end".to_owned());
    let folder = course.path("examples-bin/sample");
    // It ends when the run is under way, and the run ends after it.
    let during = child(&format!("sleep 0.3; (sleep 0.3; touch {}/ended) & exit 4", folder.display()));
    GoldenTest::new(folder.join("lesson.toml")).assert();
    assert_eq!((awaited(before), awaited(during)), (Some(3), Some(4)));
}
