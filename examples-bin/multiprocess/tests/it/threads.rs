//! Other threads in the process that spawns.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, mpsc};
use std::thread;

use multiprocess::{Builder, scope};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

use crate::fact::facts;
use crate::gate::{dawdle, forever};

facts![
    no_child_is_spawned_beside_other_threads => |run| run.complains(&[
        "cannot start process dance: 3 threads run in this process",
        "join the other threads first, or spawn processes before threads",
    ]),
    spawn_panics_beside_other_threads => |run| run.complains(&[
        "tests/it/threads.rs",
        "cannot start process Process-1: 2 threads run in this process",
    ]),
    a_refused_child_counts_as_constructed,
    children_are_spawned_once_the_threads_are_joined,
    threads_joined_a_moment_ago_are_waited_for,
    threads_joined_a_moment_ago_are_waited_for_on_one_processor,
    a_thread_that_takes_its_time_to_exit_is_waited_for,
    a_child_may_run_threads,
    a_child_does_not_wait_for_its_threads,
    threads_may_start_beside_children,
];

/// Runs `f` beside so many other threads.
fn beside<T>(threads: usize, f: impl FnOnce() -> T) -> T {
    let started = Barrier::new(threads + 1);
    thread::scope(|t| {
        let stop: Vec<_> = (0..threads)
            .map(|_| {
                let (stop, stopped) = mpsc::channel::<()>();
                let started = &started;
                t.spawn(move || {
                    started.wait();
                    let _ = stopped.recv();
                });
                stop
            })
            .collect();
        started.wait();
        let result = f();
        drop(stop);
        result
    })
}

fn no_child_is_spawned_beside_other_threads() {
    let error = beside(2, || {
        let child = Builder::new().name("dance");
        scope(|s| child.spawn_scoped(s, || println!("dance")).map(drop)).unwrap_err()
    });
    assert_eq!(error.kind(), ErrorKind::ResourceBusy);
    eprintln!("{error}");
}

fn spawn_panics_beside_other_threads() {
    let spawn = || scope(|s| drop(s.spawn(|| println!("dance"))));
    let panic = beside(1, || catch_unwind(AssertUnwindSafe(spawn)));
    assert!(panic.is_err());
}

fn a_refused_child_counts_as_constructed() {
    let refused = beside(1, || scope(|s| Builder::new().spawn_scoped(s, || ()).is_err()));
    assert!(refused);
    scope(|s| assert_eq!(s.spawn(|| ()).name(), "Process-2"));
}

fn children_are_spawned_once_the_threads_are_joined() {
    beside(3, || ());
    scope(|s| assert!(s.spawn(|| ()).join().unwrap().success()));
}

fn threads_joined_a_moment_ago_are_waited_for() {
    for _ in 0..2_000 {
        thread::scope(|t| drop(t.spawn(|| ())));
        scope(|s| drop(s.spawn(|| ())));
    }
}

fn threads_joined_a_moment_ago_are_waited_for_on_one_processor() {
    let this = Pid::from_raw(0);
    let may = sched_getaffinity(this).unwrap();
    let first = (0..CpuSet::count()).find(|&cpu| may.is_set(cpu).unwrap());
    let mut one = CpuSet::new();
    one.set(first.unwrap()).unwrap();
    sched_setaffinity(this, &one).unwrap();
    threads_joined_a_moment_ago_are_waited_for();
}

fn a_thread_that_takes_its_time_to_exit_is_waited_for() {
    struct Slow;
    impl Drop for Slow {
        fn drop(&mut self) {
            dawdle();
        }
    }
    thread_local!(static SLOW: Slow = const { Slow });
    // A scope of threads doesn't wait for what they drop when they exit.
    thread::scope(|t| drop(t.spawn(|| SLOW.with(|_| ()))));
    scope(|s| assert!(s.spawn(|| ()).join().unwrap().success()));
}

fn a_child_may_run_threads() {
    scope(|s| {
        let child = s.spawn(|| assert_eq!(thread::spawn(|| 7).join().unwrap(), 7));
        assert!(child.join().unwrap().success());
    });
}

fn a_child_does_not_wait_for_its_threads() {
    scope(|s| {
        let child = s.spawn(|| drop(thread::spawn(|| forever())));
        assert!(child.join().unwrap().success());
    });
}

fn threads_may_start_beside_children() {
    scope(|s| {
        let child = s.spawn(|| ());
        let joined = thread::scope(|t| t.spawn(|| child.join()).join().unwrap());
        assert!(joined.unwrap().success());
    });
}
