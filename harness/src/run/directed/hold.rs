//! Holding a task between two of its instructions, until nobody else can go on.

use std::collections::VecDeque;

use super::Director;
use super::choice::{Away, Seen};
use crate::system::code::Code;
use crate::system::processor::Registers;
use crate::system::witness::Tracee;
use crate::transcript::schedule::{About, Hold, Name, Spot};

/// Where a task is to be held, and whether it is.
#[derive(Debug)]
pub(super) struct Holds {
    /// The places that are to come, in their order.
    places: VecDeque<Hold>,
    /// How often the next one was reached.
    reached: u32,
    /// The turn in which it was held.
    pub(super) since: Option<u64>,
    /// Whether it is seen before each instruction.
    is_stepped: bool,
    /// Where it is seen next, if that is not there.
    away: Option<Away>,
}

/// What becomes of a task that has stopped before an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trap {
    /// It goes on.
    On,
    /// It is held.
    Held,
    /// Nobody here has asked for that.
    Foreign,
}

impl Holds {
    /// Those of a task, of all.
    pub fn of(name: &Name, all: &[Hold], is_stepped: bool) -> Holds {
        let places = all.iter().filter(|hold| hold.task == *name).cloned().collect();
        Holds { places, reached: 0, since: None, is_stepped, away: None }
    }

    /// From now on it is seen before each instruction, once it is back.
    pub fn step(&mut self) {
        self.is_stepped = self.away.is_none();
    }

    /// Has a task be seen next then.
    fn see(&mut self, task: Tracee, seen: Seen) {
        match seen {
            Seen::Never => self.is_stepped = false,
            // Where the processor can't stop it there it is seen all the way.
            Seen::Away(away) if task.stop_at(Some(Spot::Before(away.address))) => {
                (self.is_stepped, self.away) = (false, Some(away));
            }
            Seen::Next | Seen::Away(_) => {}
        }
    }

    /// Whether a task that is away is back.
    fn is_back(&self, registers: &Registers) -> bool {
        let is_there =
            |away: Away| registers.instruction() == away.address && registers.stack() >= away.stack;
        self.away.is_some_and(is_there)
    }

    /// Has a task stop where it is to be held next: by itself, or where the processor can't, by looking at each instruction.
    pub fn arm(&mut self, task: Tracee) {
        self.reached = 0;
        let next = self.places.front().map(|hold| hold.spot);
        self.is_stepped |= !task.stop_at(next) && next.is_some();
    }

    /// It has stopped where it was to stop next; whether it is held there.
    fn reach(&mut self) -> Option<Hold> {
        self.reached += 1;
        let is_due = self.places.front().is_some_and(|hold| hold.time == self.reached);
        is_due.then(|| self.places.pop_front()).flatten()
    }

    /// Whether it has stopped where it was to stop next, and is about to execute the instruction at this address.
    fn is_at(&self, address: u64) -> bool {
        self.places.front().is_some_and(|hold| match hold.spot {
            Spot::Before(instruction) => instruction == address,
            // Nothing else stops it.
            Spot::Touched(_) => !self.is_stepped,
        })
    }
}

impl Director<'_> {
    /// Whether a thread is to be stepped.
    pub fn is_stepped(&self, thread: usize) -> bool {
        self.fibers.get(&thread).is_some_and(|fiber| fiber.holds.is_stepped)
    }

    /// A task has stopped before an instruction.
    pub fn trapped(&mut self, thread: usize) -> Trap {
        let Some(fiber) = self.fibers.get_mut(&thread) else { return Trap::Foreign };
        let Some(registers) = fiber.task.registers() else { return Trap::On };
        let at = registers.instruction();
        if fiber.holds.is_back(&registers) {
            fiber.task.stop_at(None);
            (fiber.holds.is_stepped, fiber.holds.away) = (true, None);
        } else if let Some(away) = fiber.holds.away {
            return if away.address == at { Trap::On } else { Trap::Foreign };
        }
        if fiber.holds.is_at(at) {
            self.chooser.reached(&fiber.name);
            let Some(hold) = fiber.holds.reach() else { return Trap::On };
            self.direction.schedule.holds.push(hold);
            self.hold(thread);
            return Trap::Held;
        }
        if fiber.holds.is_stepped && self.chooser.wants_steps() {
            fiber.holds.see(fiber.task, self.chooser.step(&fiber.name, fiber.task, &registers));
            return Trap::On;
        }
        if fiber.holds.is_stepped { Trap::On } else { Trap::Foreign }
    }

    fn hold(&mut self, thread: usize) {
        let turns = self.turns;
        let fiber = self.fiber(thread);
        fiber.holds.since = Some(turns);
        let (name, task) = (fiber.name.clone(), fiber.task);
        fiber.holds.arm(task);
        let place = Code::of(task).and_then(|code| code.line(task));
        self.chooser.held(&name);
        self.just_held = Some((thread, About::Between(place)));
    }
}
