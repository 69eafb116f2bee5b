//! Every schedule of two threads that add to one number.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::{Arc, Mutex};

use shuttle::scheduler::DfsScheduler;
use shuttle::sync::Mutex as Lock;
use shuttle::sync::atomic::{AtomicU32, Ordering::SeqCst};
use shuttle::{Config, Runner, thread};

fn main() {
    for Outcome { sum, steps } in every_schedule(unlocked, 1) {
        println!("unlocked, sum {sum}: {}", steps.join(", "));
    }
    for Outcome { sum, steps } in every_schedule(locked, 1) {
        println!("locked, sum {sum}: {}", steps.join(", "));
    }

    let three = every_schedule(unlocked, 3);
    let sums: BTreeSet<u32> = three.iter().map(|o| o.sum).collect();
    println!("3 each, sums: {sums:?}, schedules: {}", three.len());
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    sum: u32,
    steps: Vec<String>,
}

#[derive(Default)]
struct Shared {
    sum: AtomicU32,
    lock: Lock<()>,
    steps: Mutex<Vec<String>>,
}

type Add = fn(&Shared, char);

fn unlocked(shared: &Shared, name: char) {
    let note = |step| shared.steps.lock().unwrap().push(step);
    let sum = shared.sum.load(SeqCst);
    note(format!("{name} reads {sum}"));
    let sum = sum + 1;
    shared.sum.store(sum, SeqCst);
    note(format!("{name} writes {sum}"));
}

fn locked(shared: &Shared, name: char) {
    let _guard = shared.lock.lock().unwrap();
    unlocked(shared, name);
}

fn every_schedule(add: Add, times: u32) -> BTreeSet<Outcome> {
    let outcomes = Arc::new(Mutex::new(BTreeSet::new()));
    let found = Arc::clone(&outcomes);
    let search = DfsScheduler::new(None, false);
    Runner::new(search, Config::new()).run(move || {
        found.lock().unwrap().insert(one_schedule(add, times));
    });
    take(&mut outcomes.lock().unwrap())
}

fn one_schedule(add: Add, times: u32) -> Outcome {
    let shared = &Shared::default();
    thread::scope(|s| {
        for name in ['A', 'B'] {
            s.spawn(move || {
                for _ in 0..times {
                    add(shared, name);
                }
            });
        }
    });
    let sum = shared.sum.load(SeqCst);
    Outcome { sum, steps: take(&mut shared.steps.lock().unwrap()) }
}
