//! Runs that are made at the same time: each keeps to one processor, so as many as there are processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::contract::Contract;
use crate::direct::asking::cores;
use crate::direct::races::Holding;
use crate::direct::random::Priorities;
use crate::direct::tree::Beginning;
use crate::run::direct;
use crate::run::directed::choice::{Choose, Point};
use crate::run::program::{Program, ProgramError};
use crate::system::interrupt::Interrupt;
use crate::transcript::Transcript;
use crate::transcript::schedule::{Hold, Name, Time};

/// Who chooses in a run.
#[derive(Debug)]
pub(super) enum Job {
    /// Forces a beginning.
    Tree(Beginning),
    /// Chooses at random; and who wrote, one after the other.
    Random(Priorities, Vec<Name>),
    /// Holds threads between instructions.
    Held(Holding),
}

impl Choose for Job {
    fn time(&self) -> Time {
        match self {
            Job::Tree(beginning) => beginning.time(),
            Job::Random(priorities, _) => priorities.time(),
            Job::Held(holding) => holding.time(),
        }
    }

    fn holds(&self) -> &[Hold] {
        match self {
            Job::Held(holding) => holding.holds(),
            Job::Tree(_) | Job::Random(..) => &[],
        }
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        match self {
            Job::Tree(beginning) => beginning.choose(point),
            Job::Random(priorities, _) => priorities.choose(point),
            Job::Held(holding) => holding.choose(point),
        }
    }

    fn printed(&mut self, by: &Name) -> bool {
        match self {
            Job::Tree(beginning) => beginning.printed(by),
            Job::Random(priorities, wrote) => {
                wrote.push(by.clone());
                priorities.printed(by)
            }
            Job::Held(_) => true,
        }
    }

    fn was_followed(&self) -> bool {
        match self {
            Job::Tree(beginning) => beginning.was_followed(),
            Job::Random(priorities, _) => priorities.was_followed(),
            Job::Held(_) => true,
        }
    }
}

/// A run that was made.
#[derive(Debug)]
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
            let run = direct(program, contract, &mut job, interrupt).map(|run| Made { job, run });
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
