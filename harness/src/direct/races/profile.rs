//! A run in which all threads are stepped: which memory each touches, and where.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::way::{CALLERS, Call, Way};
use crate::run::directed::choice::{Choose, How, Point, Seen};
use crate::system::accesses::{Access, Instruction, Reader};
use crate::system::code::{Code, stack_of};
use crate::system::processor::Registers;
use crate::system::witness::Tracee;
use crate::transcript::schedule::{Hold, Name, Spot, Time};

/// A thread is stepped for so many instructions at the most, from the birth of the second one, and all together for so many; and no
/// more once so many in a row were none that it had not executed before.
const STEPS: u32 = 20_000;
const STEPS_OF_ALL: u32 = 60_000;
const OLD: u32 = 1500;

/// An interpreter looks at its flag all the time: a few of its instructions tell as much.
const STEPS_IN_TURNS: u32 = 8_000;

/// So many calls away is near.
const NEAR: usize = 2;

/// Steps through all threads, and chooses nothing else.
#[derive(Default)]
pub(crate) struct Profile {
    reader: Reader,
    code: Option<Code>,
    /// Whether functions, by their first instructions, are the program's own.
    own: HashMap<u64, bool>,
    /// The calls by which a thread came to the program's own code, by its first instruction: another one that begins alike takes the
    /// same ones, up to the first that leads elsewhere.
    starts: HashMap<u64, Vec<Call>>,
    walks: BTreeMap<Name, Walk>,
    /// How many steps there were, of all threads.
    steps: u32,
    /// Whether an interpreter has threads take turns; whether one of them has just asked for that.
    takes_turns: bool,
    has_asked: bool,
    /// Whether each thread is stepped from its birth, also one that begins as another did.
    is_from_birth: bool,
}

/// What a thread did.
#[derive(Default)]
struct Walk {
    way: Way,
    steps: u32,
    /// How many steps there were when it executed something new.
    new: u32,
    /// How often it has executed each instruction.
    times: HashMap<u64, u32>,
    /// Its own stack. That of the program's first thread may be meant for others too; another one's may have been that of a thread
    /// which has ended.
    stack: Range<u64>,
    touches: Vec<Touch>,
    /// The touches by the last instruction.
    last: Range<usize>,
}

/// A place in a thread's instructions: an address, reached for this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    address: u64,
    time: u32,
}

struct Touch {
    access: Access,
    before: Place,
    /// The next instruction.
    after: Option<Place>,
    /// Where whoever called it goes on, the innermost first.
    callers: [u64; CALLERS],
}

/// How telling it is to hold a thread at a place; less is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// How many calls it is away from the program's own code.
    calls: usize,
    /// Whether it is not between a read and a write of the same memory.
    is_split: Reverse<bool>,
    /// How often the place was reached before.
    time: u32,
}

impl Choose for Profile {
    fn time(&self) -> Time {
        if self.takes_turns { Time::Busy } else { Time::Ideal }
    }

    fn wants_steps(&self) -> bool {
        true
    }

    fn step(&mut self, task: &Name, at: Tracee, registers: &Registers) -> Seen {
        if self.code.is_none() {
            self.code = Code::of(at);
        }
        let instruction = self.reader.read(at, registers);
        if !self.walks.contains_key(task) {
            let walk = self.begin(task, at, instruction.at);
            self.walks.insert(task.clone(), walk);
        }
        let Some(walk) = self.walks.get_mut(task) else { return Seen::Never };
        walk.way.reach(registers.stack());
        if walk.way.is_new() {
            let is_own = || self.code.as_ref().is_some_and(|code| code.is_own(instruction.at));
            let is_own = *self.own.entry(instruction.at).or_insert_with(is_own);
            walk.way.enter(instruction.at, registers.stack(), is_own);
            if let Some((first, start)) = walk.way.start_to(instruction.at).filter(|_| !self.is_from_birth) {
                self.starts.entry(first).or_insert(start);
            }
        }
        walk.note(&instruction);
        self.steps += 1;
        let most = if self.takes_turns { STEPS_IN_TURNS } else { STEPS };
        if self.steps >= STEPS_OF_ALL || walk.steps >= most || walk.steps - walk.new >= OLD {
            return Seen::Never;
        }
        if self.takes_turns {
            // Whose code is an interpreter's is nobody's own.
            return Seen::Next;
        }
        walk.go_on(&instruction, registers.stack())
    }

    fn choose(&mut self, point: &Point<'_>) -> usize {
        if !self.takes_turns {
            // Whoever is born goes first: its creator may end all.
            return point.candidates.len() - 1;
        }
        // Each waits for its turn until it has asked for it, once before another one goes.
        let asks = point.candidates.iter().position(|candidate| candidate.how == How::Wakes);
        self.has_asked = !self.has_asked && asks.is_some();
        asks.filter(|_| self.has_asked).unwrap_or(point.usual)
    }
}

impl Walk {
    fn note(&mut self, instruction: &Instruction) {
        self.steps += 1;
        let time = self.times.entry(instruction.at).or_default();
        *time += 1;
        if *time == 1 {
            self.new = self.steps;
        }
        let here = Place { address: instruction.at, time: *time };
        self.touches[self.last.clone()].iter_mut().for_each(|touch| touch.after = Some(here));
        let callers = self.way.callers();
        let first = self.touches.len();
        let touch = |access: &Access| Touch { access: *access, before: here, after: None, callers };
        let accesses = instruction.accesses.iter();
        self.touches.extend(accesses.filter(|access| !self.stack.contains(&access.address)).map(touch));
        self.last = first..self.touches.len();
    }

    fn go_on(&mut self, instruction: &Instruction, stack: u64) -> Seen {
        let seen = self.way.go_on(instruction, stack);
        if let Seen::Away(_) = seen {
            self.last = 0..0;
        }
        seen
    }
}

/// What a profile tells of threads.
pub(super) struct Found {
    /// The places to hold them at, the most telling first.
    pub places: Vec<Hold>,
    /// Whether one of them reads what others touch too, and writes it in a later instruction.
    pub is_apart: bool,
}

/// Who touches some memory: the tasks that do, by their number, and those that write to it.
#[derive(Default)]
struct Users {
    all: Vec<usize>,
    writers: Vec<usize>,
    reads: u32,
    writes: u32,
}

/// Who reads a flag does so many times as often as it is written.
const FLAG: u32 = 8;

impl Users {
    fn note(&mut self, task: usize, writes: bool) {
        *if writes { &mut self.writes } else { &mut self.reads } += 1;
        for (list, counts) in [(&mut self.all, true), (&mut self.writers, writes)] {
            if counts && list.last() != Some(&task) {
                list.push(task);
            }
        }
    }

    /// Whether it is read by so many tasks, often, and written seldom.
    fn is_flag(&self, tasks: usize) -> bool {
        self.all.len() == tasks && self.writes > 0 && self.reads >= FLAG * self.writes
    }

    /// Whether another task touches it too, and one of the two writes.
    fn conflict_with(&self, task: usize, writes: bool) -> bool {
        let others = if writes { &self.all } else { &self.writers };
        others.iter().any(|other| *other != task)
    }
}

impl Profile {
    /// A profile of threads, which an interpreter has take turns or not; and whether each is stepped from its birth, as others that
    /// begin alike were.
    pub fn new(takes_turns: bool, is_from_birth: bool) -> Profile {
        Profile { takes_turns, is_from_birth, ..Profile::default() }
    }

    /// The walk of a thread that is seen for the first time.
    fn begin(&self, task: &Name, at: Tracee, first: u64) -> Walk {
        let stack = if *task == Name::default() { 0..0 } else { stack_of(at) };
        let start = self.starts.get(&first).map_or(&[][..], Vec::as_slice);
        Walk { way: Way::new(first, start), stack, ..Walk::default() }
    }

    /// Whether a thread that began as another one did not go on so, and was lost sight of.
    pub fn has_lost_one(&self) -> bool {
        self.walks.values().any(|walk| walk.way.is_lost())
    }

    /// Where an interpreter keeps whether a thread is asked to let another one go, and the threads that look there: all do, often,
    /// and it is written seldom.
    pub fn flag(&self) -> Option<(u64, Vec<Name>)> {
        let users = self.users();
        let flags = users.iter().filter(|(_, users)| users.is_flag(self.walks.len()));
        let (address, _) = flags.max_by_key(|(address, users)| (users.reads, **address))?;
        Some((*address, self.walks.keys().skip(1).cloned().collect()))
    }

    /// Where threads can be held.
    pub(super) fn places(&self) -> Found {
        let users = self.users();
        let mut places: Vec<(Rank, Hold)> = Vec::new();
        for (number, (name, walk)) in self.walks.iter().enumerate() {
            let shared =
                |touch: &&Touch| users[&touch.access.address].conflict_with(number, touch.access.writes);
            let shared: Vec<&Touch> = walk.touches.iter().filter(shared).collect();
            places.extend(self.places_of(name, &shared));
        }
        places.sort();
        let is_apart = places.iter().any(|(rank, hold)| rank.is_split.0 && self.is_near(rank, hold));
        Found { places: places.into_iter().map(|(_, hold)| hold).collect(), is_apart }
    }

    fn users(&self) -> HashMap<u64, Users> {
        let mut users: HashMap<u64, Users> = HashMap::new();
        for (number, walk) in self.walks.values().enumerate() {
            for touch in &walk.touches {
                users.entry(touch.access.address).or_default().note(number, touch.access.writes);
            }
        }
        users
    }

    /// Where one thread is to be held that touches these together with others: at each instruction the first time, and once in
    /// the middle of all times.
    fn places_of(&self, name: &Name, shared: &[&Touch]) -> Vec<(Rank, Hold)> {
        // By instruction, and whether it is held before or after it.
        let mut by_instruction: BTreeMap<(u64, bool), Vec<(Place, usize)>> = BTreeMap::new();
        for (index, touch) in shared.iter().enumerate() {
            let at = touch.before.address;
            by_instruction.entry((at, false)).or_default().push((touch.before, index));
            if let Some(after) = touch.after.filter(|_| touch.access.reads) {
                by_instruction.entry((at, true)).or_default().push((after, index));
            }
        }
        let (last_write, last_store) =
            (last(shared, |access| access.writes), last(shared, |access| !access.reads));
        let mut places = Vec::new();
        for ((_, is_after), times) in by_instruction {
            let mut chosen = vec![times[0], times[times.len() / 2]];
            chosen.dedup();
            for (turn, (place, index)) in (0..).zip(chosen) {
                let touch = shared[index];
                // One instruction that reads and writes is not split from the next one that does.
                let writes = if touch.access.writes { &last_store } else { &last_write };
                let is_split = is_after && writes.get(&touch.access.address) > Some(&index);
                let rank =
                    Rank { calls: self.calls_from_own(touch), is_split: Reverse(is_split), time: turn };
                let Place { address, time } = place;
                let spot = Spot::Before(address);
                places.push((rank, Hold { task: name.clone(), spot, time }));
            }
        }
        places
    }

    /// Whether it is in the program's own code, or in what was compiled along with it: a debug build of Rust calls a function for each
    /// access to an atomic variable.
    fn is_near(&self, rank: &Rank, hold: &Hold) -> bool {
        let Spot::Before(address) = hold.spot else { return false };
        rank.calls <= NEAR && self.code.as_ref().is_none_or(|code| code.has(address))
    }

    /// How many calls it is away from the program's own code.
    fn calls_from_own(&self, touch: &Touch) -> usize {
        let Some(code) = &self.code else { return 0 };
        // Where a call comes back to is behind the call.
        let callers = touch.callers.iter().map(|back| back.saturating_sub(1));
        let mut chain = [touch.before.address].into_iter().chain(callers);
        chain.position(|address| code.is_own(address)).unwrap_or(CALLERS + 1)
    }
}

/// The last of these touches of each address that is such a one.
fn last(shared: &[&Touch], is_meant: impl Fn(&Access) -> bool) -> HashMap<u64, usize> {
    let meant = shared.iter().enumerate().filter(|(_, touch)| is_meant(&touch.access));
    meant.map(|(index, touch)| (touch.access.address, index)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Call, Profile, Walk, Way};
    use crate::direct::races::{Races, Step};
    use crate::transcript::schedule::{Name, Time};

    fn profile(start: &[Call]) -> Step {
        let mut profile = Profile::new(false, false);
        let way = Way::new(0, start);
        profile.walks.insert(Name::default(), Walk { way, ..Walk::default() });
        Step::Profile(profile)
    }

    #[test]
    fn where_a_thread_was_lost_sight_of_all_are_stepped_from_their_births() {
        let mut races = Races::new(Time::Ideal, false);
        assert!(matches!(races.next(), Some(Step::Profile(first)) if !first.is_from_birth));
        races.learn(&profile(&[Call { at: 1, to: 2 }]));
        assert!(matches!(races.next(), Some(Step::Profile(second)) if second.is_from_birth));
        races.learn(&profile(&[]));
        assert!(races.next().is_none());
    }
}
