//! Every schedule of two threads that add to one number.

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::{Arc, Mutex};

use shuttle::scheduler::DfsScheduler;
use shuttle::sync::Mutex as Lock;
use shuttle::sync::atomic::{AtomicU32, Ordering::SeqCst};
use shuttle::{Config, Runner, thread};

fn main() {
    show("unlocked", unlocked);
    show("locked", locked);
    show("atomic", atomic);

    let three = every_schedule(unlocked, 3);
    let sums: BTreeSet<u32> = three.iter().map(|o| o.sum).collect();
    println!("3 each, sums: {sums:?}, schedules: {}", three.len());
}

fn show(how: &str, add: Add) {
    for Outcome { sum, steps } in every_schedule(add, 1) {
        println!("{how}, sum {sum}: {}", steps.join(", "));
    }
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

impl Shared {
    fn note(&self, step: String) {
        self.steps.lock().unwrap().push(step);
    }
}

type Add = fn(&Shared, char);

fn unlocked(shared: &Shared, name: char) {
    let sum = shared.sum.load(SeqCst);
    shared.note(format!("{name} reads {sum}"));
    let sum = sum + 1;
    shared.sum.store(sum, SeqCst);
    shared.note(format!("{name} writes {sum}"));
}

fn locked(shared: &Shared, name: char) {
    let _guard = shared.lock.lock().unwrap();
    unlocked(shared, name);
}

fn atomic(shared: &Shared, name: char) {
    let sum = shared.sum.fetch_add(1, SeqCst);
    shared.note(format!("{name} turns {sum} into {}", sum + 1));
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
