//! Waits that something else gets into.

#![allow(unsafe_code, reason = "that a handler of signals is sound, only its author knows")]

use std::fs;
use std::io::ErrorKind;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use multiprocess::{Builder, parent_id, scope};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::sys::wait::waitpid;

use crate::fact::facts;
use crate::gate::{Gate, dawdle, forever, no_children, pid};

facts![
    an_interrupted_join_goes_on,
    an_interrupted_scope_waits_on,
    a_join_without_status_waits_and_says_so => |run| run.complains(&[
        "process Process-1 (",
        ") has ended, but its exit status is unknown: SIGCHLD is ignored",
    ]),
    a_scope_waits_even_if_sigchld_is_ignored => |run| run.prints("child\nmain\n"),
    a_child_can_be_terminated_while_sigchld_is_ignored,
    a_child_that_somebody_else_reaped_has_no_status,
    a_scope_takes_a_child_that_somebody_else_reaped_for_ended,
];

static HANDLED: AtomicU32 = AtomicU32::new(0);
const SIGNALS: u32 = 20;

extern "C" fn count(_: libc::c_int) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

fn handle(signal: Signal, handler: SigHandler) {
    // No SA_RESTART: a call that the signal interrupts fails.
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing but add to an atomic.
    unsafe { sigaction(signal, &action) }.unwrap();
}

/// Interrupts the parent, each time in the midst of its wait, then exits with 7.
fn interrupt_parent() {
    let parent = parent_id();
    for _ in 0..SIGNALS {
        while !waits(parent) {
            thread::yield_now();
        }
        kill(pid(parent), Signal::SIGUSR1).unwrap();
    }
    process::exit(7);
}

/// Whether a process sleeps, and has handled all signals that it was sent (`proc_pid_status(5)`).
fn waits(id: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let has = |line| status.lines().any(|other| other == line);
    has("State:\tS (sleeping)") && has("ShdPnd:\t0000000000000000")
}

fn an_interrupted_join_goes_on() {
    handle(Signal::SIGUSR1, SigHandler::Handler(count));
    scope(|s| {
        let child = s.spawn(interrupt_parent);
        assert_eq!(child.join().unwrap().code(), Some(7));
    });
    assert_eq!(HANDLED.load(Ordering::Relaxed), SIGNALS);
}

fn an_interrupted_scope_waits_on() {
    handle(Signal::SIGUSR1, SigHandler::Handler(count));
    scope(|s| drop(s.spawn(interrupt_parent)));
    no_children();
    assert_eq!(HANDLED.load(Ordering::Relaxed), SIGNALS);
}

fn a_join_without_status_waits_and_says_so() {
    handle(Signal::SIGCHLD, SigHandler::SigIgn);
    let done = Gate::new();
    scope(|s| {
        let child = s.spawn(|| {
            dawdle();
            done.open();
        });
        let error = child.join().unwrap_err();
        // It is open by now, or this test hangs.
        done.pass();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(child.join().unwrap_err().kind(), ErrorKind::NotFound);
        assert!(!child.is_running());
        child.terminate().unwrap();
        child.kill().unwrap();
        eprintln!("{error}");
    });
}

fn a_scope_waits_even_if_sigchld_is_ignored() {
    handle(Signal::SIGCHLD, SigHandler::SigIgn);
    scope(|s| {
        s.spawn(|| {
            dawdle();
            println!("child");
        });
    });
    println!("main");
}

fn a_child_can_be_terminated_while_sigchld_is_ignored() {
    handle(Signal::SIGCHLD, SigHandler::SigIgn);
    scope(|s| {
        Builder::new().daemon(true).spawn_scoped(s, || forever()).unwrap();
        let child = s.spawn(|| forever());
        assert!(child.is_running());
        child.terminate().unwrap();
        assert!(child.join().is_err());
        assert!(!child.is_running());
    });
    no_children();
}

fn a_child_that_somebody_else_reaped_has_no_status() {
    scope(|s| {
        let child = s.spawn(|| process::exit(7));
        waitpid(pid(child.id()), None).unwrap();
        assert_eq!(child.join().unwrap_err().kind(), ErrorKind::NotFound);
        let child = s.spawn(|| process::exit(7));
        waitpid(pid(child.id()), None).unwrap();
        child.terminate().unwrap();
        assert!(!child.is_running());
    });
}

fn a_scope_takes_a_child_that_somebody_else_reaped_for_ended() {
    scope(|s| {
        let child = s.spawn(|| ());
        waitpid(pid(child.id()), None).unwrap();
    });
}
