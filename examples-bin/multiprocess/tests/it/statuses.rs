//! How children end, and what their parents learn of it.

#![allow(unsafe_code, reason = "nix knows no real-time signals")]

use std::os::unix::process::ExitStatusExt;
use std::process::{self, ExitCode};
use std::thread;

use multiprocess::{ScopedJoinHandle, scope};
use nix::sys::signal::{Signal, raise};

use crate::fact::facts;
use crate::gate::{Gate, block_sigterm, dawdle, forever, has_ended};

facts![
    a_closure_that_returns_exits_with_0,
    an_exit_code_is_the_childs,
    an_error_is_exit_code_1_and_said => |run| run.complains(&["Error: \"no music\"\n"]),
    a_panic_is_exit_code_101_and_said => |run| {
        run.complains(&["panicked at ", "tests/it/statuses.rs", "slipped"]);
    },
    a_panic_with_a_panicking_payload_is_exit_code_101 => |run| run.complains(&["Box<dyn Any>"]),
    exiting_early_is_the_childs_status,
    a_child_that_kills_itself_ends_by_that_signal,
    a_real_time_signal_is_a_status_too,
    a_terminated_child_ends_by_sigterm,
    a_killed_child_ends_by_sigkill,
    terminating_does_not_wait,
    kill_cannot_be_refused,
    a_child_can_be_joined_twice,
    a_child_can_end_before_it_is_joined,
    a_child_can_be_terminated_after_it_ended,
    a_child_runs_until_it_has_ended,
    one_thread_can_join_while_another_terminates,
    several_threads_can_join_one_child,
];

fn a_closure_that_returns_exits_with_0() {
    scope(|s| {
        assert_eq!(s.spawn(|| ()).join().unwrap().code(), Some(0));
        assert_eq!(s.spawn(|| Ok::<(), i32>(())).join().unwrap().code(), Some(0));
    });
}

fn an_exit_code_is_the_childs() {
    scope(|s| {
        for code in [0, 1, 7, 255] {
            let child = s.spawn(move || ExitCode::from(code));
            assert_eq!(child.join().unwrap().code(), Some(code.into()));
        }
        assert_eq!(s.spawn(|| ExitCode::FAILURE).join().unwrap().code(), Some(1));
    });
}

fn an_error_is_exit_code_1_and_said() {
    scope(|s| {
        let child = s.spawn(|| Err::<(), _>("no music"));
        assert_eq!(child.join().unwrap().code(), Some(1));
    });
}

fn a_panic_is_exit_code_101_and_said() {
    scope(|s| {
        let child = s.spawn(|| panic!("slipped"));
        assert_eq!(child.join().unwrap().code(), Some(101));
    });
}

fn a_panic_with_a_panicking_payload_is_exit_code_101() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    scope(|s| {
        let child = s.spawn(|| std::panic::panic_any(Bomb));
        assert_eq!(child.join().unwrap().code(), Some(101));
    });
}

fn exiting_early_is_the_childs_status() {
    scope(|s| {
        let child = s.spawn(|| process::exit(7));
        assert_eq!(child.join().unwrap().code(), Some(7));
    });
}

fn a_child_that_kills_itself_ends_by_that_signal() {
    scope(|s| {
        let child = s.spawn(|| raise(Signal::SIGKILL).unwrap());
        assert_eq!(child.join().unwrap().signal(), Some(9));
    });
}

fn a_real_time_signal_is_a_status_too() {
    let signal = libc::SIGRTMIN() + 1;
    scope(|s| {
        // SAFETY: raise has no preconditions; the signal has no handler.
        let child = s.spawn(move || assert_eq!(unsafe { libc::raise(signal) }, 0));
        assert_eq!(child.join().unwrap().signal(), Some(signal));
    });
}

fn a_terminated_child_ends_by_sigterm() {
    scope(|s| {
        let child = s.spawn(|| forever());
        child.terminate().unwrap();
        assert_eq!(child.join().unwrap().signal(), Some(15));
    });
}

fn a_killed_child_ends_by_sigkill() {
    scope(|s| {
        let child = s.spawn(|| forever());
        child.kill().unwrap();
        assert_eq!(child.join().unwrap().signal(), Some(9));
    });
}

fn terminating_does_not_wait() {
    let done = Gate::new();
    block_sigterm();
    scope(|s| {
        let child = s.spawn(|| done.pass());
        child.terminate().unwrap();
        assert!(child.is_running());
        done.open();
        assert!(child.join().unwrap().success());
    });
}

fn kill_cannot_be_refused() {
    block_sigterm();
    scope(|s| {
        let child = s.spawn(|| forever());
        child.terminate().unwrap();
        child.kill().unwrap();
        assert_eq!(child.join().unwrap().signal(), Some(9));
    });
}

fn a_child_can_be_joined_twice() {
    scope(|s| {
        let child = s.spawn(|| process::exit(7));
        assert_eq!(child.join().unwrap().code(), Some(7));
        assert_eq!(child.join().unwrap().code(), Some(7));
    });
}

fn a_child_can_end_before_it_is_joined() {
    scope(|s| {
        let child = s.spawn(|| process::exit(7));
        has_ended(child.id());
        assert_eq!(child.join().unwrap().code(), Some(7));
    });
}

fn a_child_can_be_terminated_after_it_ended() {
    scope(|s| {
        let child = s.spawn(|| process::exit(7));
        has_ended(child.id());
        child.terminate().unwrap();
        child.kill().unwrap();
        assert_eq!(child.join().unwrap().code(), Some(7));
        child.terminate().unwrap();
        child.kill().unwrap();
    });
}

fn a_child_runs_until_it_has_ended() {
    let done = Gate::new();
    scope(|s| {
        let child = s.spawn(|| done.pass());
        assert!(child.is_running());
        assert!(child.is_running());
        done.open();
        has_ended(child.id());
        assert!(!child.is_running());
        assert!(child.join().unwrap().success());
        assert!(!child.is_running());
    });
}

fn one_thread_can_join_while_another_terminates() {
    scope(|s| {
        let child = s.spawn(|| forever());
        thread::scope(|t| {
            let joined = t.spawn(|| child.join().unwrap().signal());
            // Time for the thread to begin to wait; if it takes longer, this shows less.
            dawdle();
            child.terminate().unwrap();
            assert_eq!(joined.join().unwrap(), Some(15));
        });
    });
}

fn several_threads_can_join_one_child() {
    let done = Gate::new();
    let code = |child: &ScopedJoinHandle<'_>| child.join().unwrap().code();
    scope(|s| {
        let child = s.spawn(|| {
            done.pass();
            process::exit(7);
        });
        thread::scope(|t| {
            let threads: Vec<_> = (0..4).map(|_| t.spawn(|| code(&child))).collect();
            done.open();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), Some(7));
            }
        });
    });
}
