//! What leads from lane to lane, and what befell them.

use std::collections::HashMap;

use nix::libc;

use super::{Arrow, Before, Deed, Hold, Kill, Lane, Timeline};
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::check::{Check, Outcome};
use crate::contract::Contract;
use crate::transcript::{Exit, Killed, Stream, Transcript};

impl Timeline {
    /// An arrow to each thread that is drawn from who created it, and one from each process to who was told of its end.
    pub(super) fn add_arrows(&mut self, run: &Transcript) {
        let mut arrows = Vec::new();
        for (index, thread) in run.threads().iter().enumerate() {
            let deed = if run.is_first(index) { Deed::CreatesProcess } else { Deed::CreatesThread };
            let lanes = (thread.creator.and_then(|creator| self.lane_of(creator)), self.lane_of(index));
            if let (Some(from), Some(to)) = lanes {
                arrows.push(Arrow { deed, from, to, at: thread.born });
            }
        }
        for (index, process) in self.processes.iter().enumerate() {
            let Some(of_run) = process.of_run.map(|process| &run.processes()[process]) else { continue };
            let from = self.main_of_process(index);
            let to = of_run.awaited.and_then(|thread| self.lane_of(thread));
            if let (Some(to), Some(at)) = (to, of_run.ended) {
                arrows.push(Arrow { deed: Deed::Awaited, from, to, at });
            }
        }
        self.arrows = arrows;
    }

    /// Where the contract puts the last line of a thread before a line of the thread that created it, there is an arrow to
    /// the first such line: that a thread was joined the kernel does not know. Where threads are not known, a lane is taken
    /// for one that its process's main lane created.
    pub(super) fn add_befores(&mut self, contract: &Contract, reading: &Reading<'_>) {
        let run = reading.transcript;
        let orders = contract.always.iter().filter_map(|always| match &always.check {
            Check::Order(order) if always.check.inspect(reading) == Outcome::Held => Some(order.patterns()),
            _ => None,
        });
        let orders: Vec<_> = orders.collect();
        let matches = |mark: usize, pattern: &Pattern| {
            self.marks[mark].stream == Stream::Stdout && pattern.is_match(run.text(&run.lines()[mark]))
        };
        let ordered = |last: usize, next: usize| {
            orders.iter().any(|lines| {
                let mut pairs = (0..lines.len()).flat_map(|i| (i + 1..lines.len()).map(move |j| (i, j)));
                pairs.any(|(i, j)| matches(last, &lines[i]) && matches(next, &lines[j]))
            })
        };
        let mut befores = Vec::new();
        for (lane, Lane { span, .. }) in self.lanes.iter().enumerate() {
            let (Some((_, last)), Some(waiting)) = (*span, self.joiner(lane, run)) else { continue };
            let mut later = (last + 1..self.marks.len()).filter(|&mark| self.marks[mark].lane == waiting);
            if let Some(next) = later.find(|&next| ordered(last, next)) {
                befores.push(Before { last, next });
            }
        }
        self.befores = befores;
    }

    /// The lane that may have joined the thread of this one.
    fn joiner(&self, lane: usize, run: &Transcript) -> Option<usize> {
        let Lane { process, thread, .. } = self.lanes[lane];
        let joiner = match thread {
            Some(thread) => {
                let thread = &run.threads()[thread];
                let creator =
                    thread.creator.filter(|&creator| run.threads()[creator].process == thread.process);
                self.lane_of(creator?)?
            }
            None => self.main_of_process(process),
        };
        (joiner != lane).then_some(joiner)
    }

    pub(super) fn add_holds(&mut self, contract: &Contract, reading: &Reading<'_>) {
        let Some(holds) = &contract.holds else { return };
        let run = reading.transcript;
        // Since when each lane holds the lock; nothing where it has let it go.
        let mut since: HashMap<usize, Option<Option<usize>>> = HashMap::new();
        for (index, line) in run.lines().iter().enumerate() {
            let (lane, text) = (self.marks[index].lane, run.text(line));
            let since = since.entry(lane).or_insert(Some(None));
            if holds.to.is_match(text)
                && let Some(from) = since.take()
            {
                self.holds.push(Hold { from, to: index });
            }
            if holds.from.is_match(text) && since.flatten().is_none() {
                *since = Some(Some(index));
            }
        }
    }

    /// A cross for each process that a signal ended. Without a witness how others than the program ended is only known where
    /// the harness ended them, at the end of the run.
    pub(super) fn add_kills(&mut self, run: &Transcript) {
        for (index, process) in self.processes.iter().enumerate() {
            let Some(of_run) = process.of_run.map(|process| &run.processes()[process]) else { continue };
            let is_program = of_run.pid == run.pid();
            let is_survivor =
                |pid| run.survivors().iter().any(|survivor| survivor.pid == pid && survivor.killed);
            let (exit, by) = if self.is_witnessed {
                (of_run.exit, of_run.killed)
            } else if is_survivor(of_run.pid) || (is_program && run.cut().is_some()) {
                (Some(Exit::Signal(libc::SIGKILL)), Some(Killed::Harness))
            } else {
                (Some(run.exit()).filter(|_| is_program), None)
            };
            if let Some(Exit::Signal(signal)) = exit {
                let at = of_run.ended.unwrap_or(self.lasts);
                self.kills.push(Kill { process: index, signal, by, at });
            }
        }
    }
}
