//! What a scope waits for.

use std::io::{ErrorKind, Read, pipe};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use multiprocess::{Builder, scope};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{Signal, raise};

use crate::fact::facts;
use crate::gate::{Gate, block_sigterm, dawdle, forever, no_children};

facts![
    a_scope_returns_what_its_closure_returns,
    a_scope_waits_for_its_children => |run| run.prints("child\nmain\n"),
    a_scope_waits_for_forgotten_handles => |run| run.prints("child\nmain\n"),
    a_scope_reaps_its_children,
    a_scope_leaves_an_outer_scopes_children_alone,
    a_panic_in_a_scope_waits_for_its_children_first => |run| {
        assert!(run.stdout == "child\nmain\n", "{run:#?}");
        run.complains(&["out of step"]);
    },
    a_childs_failure_does_not_fail_its_parent,
    a_scope_can_be_entered_from_a_child,
    a_child_waits_for_what_it_spawned_on_its_parents_scope,
    a_panicking_child_waits_for_what_it_spawned_on_its_parents_scope => |run| run.complains(&["slipped"]),
    a_child_terminates_daemons_that_it_spawned_on_its_parents_scope,
    a_child_does_not_end_its_parents_children,
    a_daemon_is_terminated_at_the_scopes_end => |run| run.prints("SIGTERM\n"),
    daemons_are_terminated_before_the_others_are_waited_for,
    daemons_live_until_the_scopes_end,
    a_daemon_that_ignores_sigterm_is_waited_for => |run| run.prints("daemon\nmain\n"),
    who_is_no_daemon_is_not_terminated => |run| run.prints("done\n"),
];

fn a_scope_returns_what_its_closure_returns() {
    let name = String::from("dance");
    assert_eq!(scope(|s| (s.spawn(|| ()).name().len(), &name)), (9, &name));
}

fn a_scope_waits_for_its_children() {
    scope(|s| {
        s.spawn(|| {
            dawdle();
            println!("child");
        });
    });
    println!("main");
}

fn a_scope_waits_for_forgotten_handles() {
    scope(|s| {
        mem::forget(s.spawn(|| {
            dawdle();
            println!("child");
        }));
    });
    println!("main");
}

fn a_scope_reaps_its_children() {
    scope(|s| {
        for _ in 0..5 {
            s.spawn(dawdle);
        }
    });
    no_children();
}

fn a_scope_leaves_an_outer_scopes_children_alone() {
    let inner_ended = Gate::new();
    scope(|outer| {
        let waiting = Builder::new().daemon(true);
        let waiting = waiting.spawn_scoped(outer, || inner_ended.pass()).unwrap();
        scope(|inner| drop(inner.spawn(|| ())));
        assert!(waiting.is_running());
        inner_ended.open();
        assert!(waiting.join().unwrap().success());
    });
}

fn a_panic_in_a_scope_waits_for_its_children_first() {
    let panic = catch_unwind(AssertUnwindSafe(|| {
        scope(|s| {
            s.spawn(|| {
                dawdle();
                println!("child");
            });
            panic!("out of step");
        });
    }));
    println!("main");
    no_children();
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"out of step"));
}

fn a_childs_failure_does_not_fail_its_parent() {
    scope(|s| {
        s.spawn(|| std::process::exit(7));
        s.spawn(|| raise(Signal::SIGKILL).unwrap());
    });
}

fn a_scope_can_be_entered_from_a_child() {
    scope(|s| {
        let child = s.spawn(|| {
            let code = scope(|s| s.spawn(|| std::process::exit(7)).join().unwrap().code());
            assert_eq!(code, Some(7));
            no_children();
        });
        assert!(child.join().unwrap().success());
    });
}

/// Whether the other ends of a pipe are closed, without waiting for it.
fn closed(mut pipe: impl Read + std::os::fd::AsFd) -> bool {
    fcntl(&pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    match pipe.read(&mut [0]) {
        Ok(0) => true,
        Err(error) if error.kind() == ErrorKind::WouldBlock => false,
        other => panic!("{other:?}"),
    }
}

fn a_child_waits_for_what_it_spawned_on_its_parents_scope() {
    let (end, held) = pipe().unwrap();
    scope(|s| {
        let child = s.spawn(move || {
            s.spawn(move || {
                dawdle();
                drop(held);
            });
        });
        assert!(child.join().unwrap().success());
        assert!(closed(end));
    });
}

fn a_panicking_child_waits_for_what_it_spawned_on_its_parents_scope() {
    let (end, held) = pipe().unwrap();
    scope(|s| {
        let child = s.spawn(move || {
            s.spawn(move || {
                dawdle();
                drop(held);
            });
            panic!("slipped");
        });
        assert_eq!(child.join().unwrap().code(), Some(101));
        assert!(closed(end));
    });
}

fn a_child_terminates_daemons_that_it_spawned_on_its_parents_scope() {
    scope(|s| {
        let child = s.spawn(move || {
            let daemon = Builder::new().daemon(true);
            daemon.spawn_scoped(s, || forever()).unwrap();
        });
        assert!(child.join().unwrap().success());
    });
}

fn a_child_does_not_end_its_parents_children() {
    let done = Gate::new();
    scope(|s| {
        let daemon = Builder::new().daemon(true);
        let daemon = daemon.spawn_scoped(s, || done.pass()).unwrap();
        assert!(s.spawn(|| ()).join().unwrap().success());
        assert!(daemon.is_running());
        done.open();
        assert!(daemon.join().unwrap().success());
    });
}

fn a_daemon_is_terminated_at_the_scopes_end() {
    // Before the fork: the signal might come before the child does it.
    let sigterm = block_sigterm();
    scope(|s| {
        let daemon = Builder::new().daemon(true);
        daemon.spawn_scoped(s, || println!("{}", sigterm.wait().unwrap())).unwrap();
    });
}

fn daemons_are_terminated_before_the_others_are_waited_for() {
    let (mut end, held) = pipe().unwrap();
    scope(|s| {
        let daemon = Builder::new().daemon(true);
        daemon
            .spawn_scoped(s, move || {
                let _held = held;
                forever();
            })
            .unwrap();
        s.spawn(move || assert_eq!(end.read(&mut [0]).unwrap(), 0));
    });
}

fn daemons_live_until_the_scopes_end() {
    let done = Gate::new();
    scope(|s| {
        let daemon = Builder::new().daemon(true);
        let daemon = daemon.spawn_scoped(s, || done.pass()).unwrap();
        done.open();
        assert!(daemon.join().unwrap().success());
    });
}

fn a_daemon_that_ignores_sigterm_is_waited_for() {
    let sigterm = block_sigterm();
    scope(|s| {
        let daemon = Builder::new().daemon(true).spawn_scoped(s, || {
            assert_eq!(sigterm.wait(), Ok(Signal::SIGTERM));
            dawdle();
            println!("daemon");
        });
        daemon.unwrap();
    });
    println!("main");
}

fn who_is_no_daemon_is_not_terminated() {
    scope(|s| {
        let plain = Builder::new().daemon(true).daemon(false);
        plain
            .spawn_scoped(s, || {
                dawdle();
                println!("done");
            })
            .unwrap();
    });
}
