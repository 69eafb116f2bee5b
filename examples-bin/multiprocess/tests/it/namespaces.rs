//! Pids that the system gives away a second time, and systems that lack something. Both need a
//! namespace, where one may choose pids and change the root; where the machine doesn't allow that,
//! these facts are reported as ignored.

#![allow(unsafe_code, reason = "nix has no safe call for ignoring a signal")]

use std::fs;
use std::io::{self, ErrorKind};
use std::process;
use std::thread;

use multiprocess::{Builder, scope};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::sys::wait::waitpid;
use nix::unistd::chroot;

use crate::fact::{Fact, fact, facts};
use crate::gate::{Gate, pid};

facts![
    a_joined_childs_pid_is_never_signalled,
    a_lost_childs_pid_is_never_signalled,
    a_lost_childs_pid_is_not_taken_for_it,
    no_child_is_spawned_where_threads_cannot_be_counted => |run| run.complains(&[
        "cannot start process Process-1: cannot count the threads of this process: ",
        "/proc/self/task: No such file or directory",
    ]),
];

/// Not a fact of this crate but of the machine.
pub const CAN_ENTER: Fact = fact!(namespaces_can_be_entered);

fn namespaces_can_be_entered() {
    in_a_namespace(|| {
        choose(100).unwrap();
        chroot(".").unwrap();
    });
}

/// Runs `f` as the first process of a pid namespace.
fn in_a_namespace(f: fn()) {
    // Root needs no user namespace for it, and may be where there are none.
    unshare(CloneFlags::CLONE_NEWPID)
        .or_else(|_| unshare(CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWUSER))
        .unwrap();
    scope(|s| assert!(s.spawn(f).join().unwrap().success()));
}

/// Makes the next process that is created in this namespace have this pid, if it is free.
fn choose(pid: u32) -> io::Result<()> {
    fs::write("/proc/sys/kernel/ns_last_pid", (pid - 1).to_string())
}

fn a_joined_childs_pid_is_never_signalled() {
    in_a_namespace(|| {
        let done = Gate::new();
        scope(|s| {
            let first = s.spawn(|| ());
            first.join().unwrap();
            choose(first.id()).unwrap();
            let second = s.spawn(|| done.pass());
            assert_eq!(second.id(), first.id());
            first.terminate().unwrap();
            first.kill().unwrap();
            done.open();
            assert!(second.join().unwrap().success());
        });
    });
}

fn a_lost_childs_pid_is_never_signalled() {
    in_a_namespace(|| {
        let done = Gate::new();
        let survived = Gate::new();
        let ignore = SigAction::new(SigHandler::SigIgn, SaFlags::empty(), SigSet::empty());
        // SAFETY: an ignored signal runs no handler.
        unsafe { sigaction(Signal::SIGCHLD, &ignore) }.unwrap();
        scope(|s| {
            let first = s.spawn(|| ());
            while kill(pid(first.id()), None).is_ok() {
                thread::yield_now();
            }
            choose(first.id()).unwrap();
            let second = s.spawn(|| {
                done.pass();
                survived.open();
            });
            assert_eq!(second.id(), first.id());
            first.terminate().unwrap();
            first.kill().unwrap();
            done.open();
            survived.pass();
        });
    });
}

fn a_lost_childs_pid_is_not_taken_for_it() {
    in_a_namespace(|| {
        scope(|s| {
            let first = s.spawn(|| ());
            waitpid(pid(first.id()), None).unwrap();
            choose(first.id()).unwrap();
            let second = s.spawn(|| process::exit(7));
            assert_eq!(second.id(), first.id());
            assert_eq!(first.join().unwrap_err().kind(), ErrorKind::NotFound);
            assert_eq!(second.join().unwrap().code(), Some(7));
        });
    });
}

fn no_child_is_spawned_where_threads_cannot_be_counted() {
    in_a_namespace(|| {
        // A folder of a kind that has no other in it.
        chroot("/proc/self/fdinfo").unwrap();
        let error = scope(|s| Builder::new().spawn_scoped(s, || ()).map(drop)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        eprintln!("{}", error.to_string().replace("Process-1:1", "Process-1"));
    });
}
