//! In turns: whoever has printed goes last from then on, so that what several do overlaps if it can.

use std::collections::HashMap;

use crate::run::directed::choice::{Choose, How, Point};
use crate::transcript::schedule::{Name, Time};

/// Has all print in turns.
#[derive(Clone, Debug)]
pub(crate) struct InTurn {
    time: Time,
    /// After how many lines one has printed last.
    printed: HashMap<Name, u32>,
    lines: u32,
}

impl InTurn {
    pub fn new(time: Time) -> InTurn {
        InTurn { time, printed: HashMap::new(), lines: 0 }
    }
}

impl Choose for InTurn {
    fn time(&self) -> Time {
        self.time
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        point.lowest(|place, candidate| {
            let printed = self.printed.get(&candidate.name);
            (printed, candidate.prints(), candidate.how == How::Wakes, place != point.usual, place)
        })
    }

    fn printed(&mut self, by: &Name) -> bool {
        self.printed.insert(by.clone(), self.lines);
        self.lines += 1;
        true
    }
}
