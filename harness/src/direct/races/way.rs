//! Where a stepped thread is: in the program's own code, in what that has called, or in neither; and how far it is followed.

use std::collections::VecDeque;

use crate::run::directed::choice::{Away, Seen};
use crate::system::accesses::Instruction;

/// Callers are looked at up to this one for code of the program's own.
pub(super) const CALLERS: usize = 6;

/// A thread's way through functions.
#[derive(Default)]
pub(super) struct Way {
    /// The first instruction that was seen of it.
    first: u64,
    /// Whether the function that it is in is the program's own; not known yet of one that it has just come to.
    is_own: Option<bool>,
    /// Who called, the innermost last.
    callers: Vec<Caller>,
    /// Where its stack ended at the beginning of the outermost function that is known.
    floor: u64,
    /// Where it came to the program's own code first.
    entry: Option<u64>,
    /// The calls that it is to make before that.
    start: VecDeque<Call>,
}

/// A function that has called another one.
struct Caller {
    call: Call,
    /// Where it goes on, and where its stack ends then: a call pushes the former (x86-64).
    back: u64,
    stack: u64,
    is_own: bool,
}

/// A call, and the first instruction of what it calls.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub at: u64,
    pub to: u64,
}

impl Way {
    /// One that begins at this instruction, and is to make these calls before it comes to the program's own code.
    pub fn new(first: u64, start: &[Call]) -> Way {
        Way { first, start: start.iter().copied().collect(), ..Way::default() }
    }

    /// It is about to execute an instruction, and its stack ends there: no function is called any more that began below.
    pub fn reach(&mut self, stack: u64) {
        let is_over = |caller: &mut Caller| stack >= caller.stack;
        while let Some(caller) = self.callers.pop_if(is_over) {
            self.is_own = Some(caller.is_own);
        }
        if self.callers.is_empty() && stack > self.floor {
            self.is_own = None;
        }
    }

    /// Whether it is in a function of which nothing is known yet.
    pub fn is_new(&self) -> bool {
        self.is_own.is_none()
    }

    /// It is at the beginning of such a function, the program's own or not.
    pub fn enter(&mut self, at: u64, stack: u64, is_own: bool) {
        self.is_own = Some(is_own);
        if is_own {
            self.entry.get_or_insert(at);
        }
        let Some(caller) = self.callers.last_mut() else {
            self.floor = stack;
            return;
        };
        caller.call.to = at;
        if self.start.pop_front().is_some_and(|call| call.to != at) {
            self.start.clear();
        }
    }

    /// The calls by which it has come to the program's own code, by the first instruction that was seen of it, if it has come there
    /// with this one.
    pub fn start_to(&self, at: u64) -> Option<(u64, Vec<Call>)> {
        let calls = || self.callers.iter().map(|caller| caller.call).collect();
        (self.entry == Some(at)).then(|| (self.first, calls()))
    }

    /// Whether it has not made the calls that it was to make.
    pub fn is_lost(&self) -> bool {
        !self.start.is_empty()
    }

    /// Where its callers go on, the innermost first.
    pub fn callers(&self) -> [u64; CALLERS] {
        let mut callers = [0; CALLERS];
        callers.iter_mut().zip(self.callers.iter().rev()).for_each(|(to, from)| *to = from.back);
        callers
    }

    /// Goes on where an instruction leads, and says when to look again: not into calls that are far from the program's own code, and
    /// once that has returned not before it is called again.
    pub fn go_on(&mut self, instruction: &Instruction, stack: u64) -> Seen {
        if let Some(at) = self.start.front().map(|call| call.at).filter(|&at| at != instruction.at) {
            return Seen::Away(Away { address: at, stack: 0 });
        }
        if let Some(back) = instruction.calls {
            let is_far = self.is_far();
            let is_own = self.is_own.take().unwrap_or(false);
            let call = Call { at: instruction.at, to: 0 };
            self.callers.push(Caller { call, back, stack, is_own });
            return if is_far { Seen::Away(Away { address: back, stack }) } else { Seen::Next };
        }
        let Some(address) = self.entry.filter(|_| self.has_left()) else { return Seen::Next };
        self.callers.clear();
        self.is_own = None;
        Seen::Away(Away { address, stack: 0 })
    }

    /// Whether what it calls now is too far from the program's own code, which has called it.
    fn is_far(&self) -> bool {
        let own = self.callers.iter().rev().position(|caller| caller.is_own);
        self.is_own == Some(false) && own.is_some_and(|calls| calls + 1 >= CALLERS)
    }

    /// Whether it is not in the program's own code, nor in what that has called.
    fn has_left(&self) -> bool {
        self.is_own == Some(false) && self.callers.iter().all(|caller| !caller.is_own)
    }
}

#[cfg(test)]
mod tests {
    use super::{CALLERS, Instruction, Seen, Way};

    /// How large functions and their frames are. The program's own is the first one.
    const SIZE: u64 = 100;

    fn is_own(at: u64) -> bool {
        at < SIZE
    }

    /// Before the instruction at this address; what it calls comes back to the next one.
    fn step(way: &mut Way, at: u64, stack: u64, calls: bool) -> Seen {
        way.reach(stack);
        if way.is_new() {
            way.enter(at, stack, is_own(at));
        }
        way.go_on(&Instruction { at, calls: calls.then_some(at + 1), accesses: Vec::new() }, stack)
    }

    /// A way into so many functions, each of which has called the next one; what was said of the last call, and where its
    /// stack ended.
    fn called(way: &mut Way, functions: u64) -> (Seen, u64) {
        let steps = (0..functions).map(|function| {
            let stack = (functions - function) * SIZE;
            step(way, function * SIZE, stack + 8, false);
            (step(way, function * SIZE + 10, stack, true), stack)
        });
        steps.last().expect("at least one function")
    }

    fn depth(way: &Way) -> usize {
        way.callers().iter().filter(|caller| **caller != 0).count()
    }

    #[test]
    fn a_function_has_returned_once_its_caller_goes_on() {
        let mut way = Way::new(0, &[]);
        let (_, stack) = called(&mut way, 2);
        step(&mut way, 2 * SIZE, stack - 8, false);
        assert_eq!(way.callers()[..3], [SIZE + 11, 11, 0]);
        step(&mut way, 2 * SIZE + 1, stack - 8, false);
        assert_eq!(depth(&way), 2);
        step(&mut way, SIZE + 11, stack, false);
        assert_eq!(way.callers()[..2], [11, 0]);
    }

    #[test]
    fn a_jump_out_of_several_functions_ends_them_all() {
        let mut way = Way::new(0, &[]);
        let (_, stack) = called(&mut way, 4);
        step(&mut way, 4 * SIZE, stack - 8, false);
        assert_eq!(depth(&way), 4);
        step(&mut way, 50, stack + 3 * SIZE, false);
        assert_eq!(depth(&way), 0);
    }

    #[test]
    fn a_call_far_from_own_code_is_not_followed_and_one_that_is_returns_as_well() {
        let far = u64::try_from(CALLERS).unwrap() + 1;
        let mut way = Way::new(0, &[]);
        let (seen, stack) = called(&mut way, far);
        let Seen::Away(away) = seen else { panic!("{seen:?}") };
        assert_eq!((away.address, away.stack), ((far - 1) * SIZE + 11, stack));
        let callers = way.callers();
        // Where the processor can't stop it there it is seen all the way.
        step(&mut way, far * SIZE, stack - 8, false);
        step(&mut way, away.address, away.stack, false);
        assert_eq!(way.callers()[..CALLERS - 1], callers[1..]);
    }

    #[test]
    fn who_has_come_out_of_own_code_is_seen_there_next() {
        let mut way = Way::new(0, &[]);
        step(&mut way, 0, SIZE, false);
        let seen = step(&mut way, 5 * SIZE, SIZE + 8, false);
        assert!(matches!(seen, Seen::Away(away) if (away.address, away.stack) == (0, 0)), "{seen:?}");
    }
}
