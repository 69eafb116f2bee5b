//! Runs that are made at the same time: each keeps to one processor, so as many as there are processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::contract::Contract;
use crate::direct::asking::cores;
use crate::direct::races::Step;
use crate::direct::random::Priorities;
use crate::direct::tree::Beginning;
use crate::run::directed::choice::{Choose, Point, Seen};
use crate::run::program::{Program, ProgramError};
use crate::run::{Limits, direct};
use crate::system::interrupt::Interrupt;
use crate::system::processor::Registers;
use crate::system::witness::Tracee;
use crate::transcript::Transcript;
use crate::transcript::schedule::{Hold, Name, Time};

/// Who chooses in a run.
pub(super) enum Job {
    /// Forces a beginning.
    Tree(Beginning),
    /// Chooses at random; and who wrote, one after the other.
    Random(Priorities, Vec<Name>),
    /// Holds threads between instructions.
    Between(Step),
}

impl Job {
    fn of(&self) -> &(dyn Choose + Send) {
        match self {
            Job::Tree(beginning) => beginning,
            Job::Random(priorities, _) => priorities,
            Job::Between(step) => step.as_choose(),
        }
    }

    fn of_mut(&mut self) -> &mut (dyn Choose + Send) {
        match self {
            Job::Tree(beginning) => beginning,
            Job::Random(priorities, _) => priorities,
            Job::Between(step) => step.as_choose_mut(),
        }
    }
}

impl Choose for Job {
    fn time(&self) -> Time {
        self.of().time()
    }

    fn holds(&self) -> &[Hold] {
        self.of().holds()
    }

    fn wants_steps(&self) -> bool {
        self.of().wants_steps()
    }

    fn step(&mut self, task: &Name, at: Tracee, registers: &Registers) -> Seen {
        self.of_mut().step(task, at, registers)
    }

    fn reached(&mut self, task: &Name) {
        self.of_mut().reached(task);
    }

    fn held(&mut self, task: &Name) {
        self.of_mut().held(task);
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        self.of_mut().choose(point)
    }

    fn printed(&mut self, by: &Name) -> bool {
        if let Job::Random(_, wrote) = self {
            wrote.push(by.clone());
        }
        self.of_mut().printed(by)
    }

    fn was_followed(&self) -> bool {
        self.of().was_followed()
    }
}

/// A run that was made.
pub(super) struct Made {
    pub job: Job,
    pub run: Transcript,
}

/// Makes all these runs, and gives them back in the order of the jobs.
pub(super) fn all_at_once(
    jobs: Vec<Job>,
    program: &Program,
    contract: &Contract,
    interrupt: &Interrupt,
) -> Vec<Result<Made, ProgramError>> {
    let workers = cores().min(jobs.len());
    let jobs: Vec<Mutex<Option<Job>>> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    let made: Vec<Mutex<Option<Result<Made, ProgramError>>>> =
        jobs.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let keep_busy = || {
        while let Some(place) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|place| *place < jobs.len())
        {
            let Some(mut job) = taken(&jobs[place]) else { return };
            let run = direct(program, contract, Limits::of(contract), &mut job, interrupt)
                .map(|run| Made { job, run });
            *made[place].lock().unwrap_or_else(PoisonError::into_inner) = Some(run);
        }
    };
    thread::scope(|scope| {
        // Where the system has no thread left, this one does it all.
        for _ in 1..workers {
            let _ = thread::Builder::new().spawn_scoped(scope, keep_busy);
        }
        keep_busy();
    });
    made.iter().filter_map(taken).collect()
}

fn taken<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}
