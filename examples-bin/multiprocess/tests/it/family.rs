//! Who is whose child.

use std::io::{ErrorKind, Read, Write, pipe};
use std::process;

use multiprocess::{Builder, current, parent_id, scope};
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{Uid, setuid};

use crate::fact::facts;
use crate::gate::{Gate, forever, pid};

facts![
    a_child_is_a_process_of_its_own,
    a_child_knows_its_parent,
    a_child_goes_on_when_its_parent_dies_first,
    a_child_changes_only_its_own_copy,
    a_child_that_the_system_refuses_is_an_error => |run| {
        run.complains(&["cannot start process Process-1: the system refuses to fork: Resource "]);
    },
    a_siblings_handle_is_refused,
    a_siblings_handle_does_not_know_whether_it_runs => |run| {
        run.complains(&["process Process-1 (", ") is a child of process ", ", not of this one ("]);
    },
];

fn a_child_is_a_process_of_its_own() {
    let (mut answer, mut say) = pipe().unwrap();
    scope(|s| {
        let child = s.spawn(move || {
            assert_eq!(current().id(), process::id());
            say.write_all(&process::id().to_ne_bytes()).unwrap();
        });
        let mut id = [0; 4];
        answer.read_exact(&mut id).unwrap();
        assert_eq!(child.id(), u32::from_ne_bytes(id));
        assert_ne!(child.id(), process::id());
        assert_eq!(current().id(), process::id());
        assert!(child.join().unwrap().success());
    });
}

fn a_child_knows_its_parent() {
    let main = process::id();
    scope(|s| {
        let child = s.spawn(|| assert_eq!(parent_id(), main));
        assert!(child.join().unwrap().success());
    });
}

fn a_child_goes_on_when_its_parent_dies_first() {
    // Whoever adopts orphans learns how they end.
    prctl::set_child_subreaper(true).unwrap();
    let main = process::id();
    let (mut answer, mut say) = pipe().unwrap();
    let parent_died = Gate::new();
    scope(|s| {
        let parent = s.spawn(|| {
            scope(|s| {
                let child = s.spawn(|| {
                    parent_died.pass();
                    assert_eq!(parent_id(), main);
                    process::exit(7);
                });
                say.write_all(&child.id().to_ne_bytes()).unwrap();
                forever();
            });
        });
        let mut child = [0; 4];
        answer.read_exact(&mut child).unwrap();
        parent.kill().unwrap();
        parent.join().unwrap();
        parent_died.open();
        let child = pid(u32::from_ne_bytes(child));
        assert_eq!(waitpid(child, None), Ok(WaitStatus::Exited(child, 7)));
    });
}

fn a_child_changes_only_its_own_copy() {
    let mut count = 1;
    scope(|s| {
        let child = s.spawn(|| {
            count += 1;
            assert_eq!(count, 2);
        });
        assert!(child.join().unwrap().success());
    });
    assert_eq!(count, 1);
}

fn a_child_that_the_system_refuses_is_an_error() {
    const NOBODY: Uid = Uid::from_raw(65_534);
    // Root has no limit. Who is not root stays who it is.
    let _ = setuid(NOBODY);
    setrlimit(Resource::RLIMIT_NPROC, 0, 0).unwrap();
    let error = scope(|s| Builder::new().spawn_scoped(s, || ()).map(drop)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    eprintln!("{error}");
}

fn a_siblings_handle_is_refused() {
    let done = Gate::new();
    scope(|s| {
        let waiting = s.spawn(|| done.pass());
        scope(|s| {
            let sibling = s.spawn(|| {
                for refused in [waiting.join().map(drop), waiting.terminate(), waiting.kill()] {
                    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
                }
            });
            assert!(sibling.join().unwrap().success());
        });
        assert!(waiting.is_running());
        done.open();
        assert!(waiting.join().unwrap().success());
    });
}

fn a_siblings_handle_does_not_know_whether_it_runs() {
    scope(|s| {
        let child = s.spawn(|| ());
        let sibling = s.spawn(move || assert!(child.is_running()));
        assert_eq!(sibling.join().unwrap().code(), Some(101));
    });
}
