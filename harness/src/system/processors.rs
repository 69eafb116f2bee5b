//! On which processors this process may run (`sched_getaffinity(2)`).

#![allow(unsafe_code, reason = "nix has the set of processors only in a size of its own")]

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// The kernel's set, a bit for each processor, as this thread had it when it was first asked for.
static ALLOWED: LazyLock<Vec<u8>> = LazyLock::new(current);

/// The calls take this for the thread that makes them.
const SELF: u32 = 0;

/// The same as this thread has it now.
pub(crate) fn current() -> Vec<u8> {
    of(SELF)
}

/// The same as a thread has it; empty where it is gone.
fn of(thread: u32) -> Vec<u8> {
    let mut set = vec![0_u8; 1024];
    // SAFETY: the kernel writes no more than the set holds, and says how much that is.
    let length = unsafe { libc::syscall(libc::SYS_sched_getaffinity, thread, set.len(), set.as_mut_ptr()) };
    set.truncate(usize::try_from(length).unwrap_or(0));
    set
}

/// Lets a thread run on these alone. Where the kernel refuses that, it runs where it did.
fn keep_to(thread: u32, set: &[u8]) {
    // SAFETY: the kernel reads no more than the set holds.
    unsafe { libc::syscall(libc::SYS_sched_setaffinity, thread, set.len(), set.as_ptr()) };
}

/// Lets a thread run wherever another one may.
pub(crate) fn make_equal(thread: u32, other: u32) {
    let set = of(other);
    if of(thread) != set {
        keep_to(thread, &set);
    }
}

/// The set of processors, as the kernel gives it.
pub(crate) fn allowed() -> &'static [u8] {
    &ALLOWED
}

/// A processor that a thread of this process keeps to, with what it starts, until this is dropped in it.
#[derive(Debug)]
pub(crate) struct Kept {
    processor: usize,
    /// Where the thread might run before.
    before: Vec<u8>,
}

/// How many threads keep to each processor.
static KEPT: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

impl Kept {
    /// Keeps this thread, and what it starts from now on, to one processor: where it runs, unless fewer of this process's keep to
    /// another one. Others know nothing of this process, and the kernel has found a place beside them.
    pub fn to_one() -> Option<Kept> {
        Kept::to_one_of(allowed())
    }

    fn to_one_of(set: &[u8]) -> Option<Kept> {
        // SAFETY: the call takes nothing.
        let here = usize::try_from(unsafe { libc::sched_getcpu() }).unwrap_or(0);
        let mut kept = kept();
        let processor = with_fewest(set, &kept, here)?;
        let before = current();
        keep_to(SELF, &only(processor));
        *kept.entry(processor).or_default() += 1;
        Some(Kept { processor, before })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        keep_to(SELF, &self.before);
        if let Some(count) = kept().get_mut(&self.processor) {
            *count -= 1;
        }
    }
}

/// Another thread that keeps to the same processor as this one, until this is dropped.
#[derive(Debug)]
pub(crate) struct Beside {
    thread: u32,
    /// Where it might run before.
    before: Vec<u8>,
    _this: Kept,
}

impl Beside {
    /// Keeps both to a processor that both may run on; `None` where there is none.
    pub fn keep(thread: u32) -> Option<Beside> {
        let before = of(thread);
        let common: Vec<u8> = before.iter().zip(allowed()).map(|(one, other)| one & other).collect();
        let this = Kept::to_one_of(&common)?;
        keep_to(thread, &only(this.processor));
        Some(Beside { thread, before, _this: this })
    }

    /// Whom it keeps.
    pub fn thread(&self) -> u32 {
        self.thread
    }

    /// It is known by this id now; and lets go of it.
    pub fn let_go_of(mut self, thread: u32) {
        self.thread = thread;
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        keep_to(self.thread, &self.before);
    }
}

/// The set of this processor.
fn only(processor: usize) -> Vec<u8> {
    let mut set = vec![0_u8; allowed().len()];
    set[processor / 8] |= 1 << (processor % 8);
    set
}

/// The processor of this set that the fewest threads keep to; where that is so of several, this one, if it is one of them.
fn with_fewest(set: &[u8], kept: &BTreeMap<usize, usize>, this: usize) -> Option<usize> {
    let is_in = |processor: &usize| set[processor / 8] >> (processor % 8) & 1 != 0;
    let threads = |processor: &usize| kept.get(processor).copied().unwrap_or(0);
    (0..8 * set.len()).filter(is_in).min_by_key(|processor| (threads(processor), *processor != this))
}

fn kept() -> MutexGuard<'static, BTreeMap<usize, usize>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Kept, current, with_fewest};

    #[test]
    fn who_kept_to_one_may_run_everywhere_again() {
        let before = current();
        let kept = Kept::to_one().unwrap();
        assert_eq!(current().iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
        assert!(super::kept()[&kept.processor] >= 1);
        drop(kept);
        assert_eq!(current(), before);
    }

    #[test]
    fn where_the_fewest_keep_to_is_taken_and_of_several_this_one() {
        let set = [0b1010_1010, 0b1];
        assert_eq!(with_fewest(&set, &BTreeMap::new(), 5), Some(5));
        assert_eq!(with_fewest(&set, &BTreeMap::new(), 4), Some(1)); // 4 is not in the set
        let mut kept = BTreeMap::from([(1, 1), (3, 2), (5, 1), (7, 1)]);
        assert_eq!(with_fewest(&set, &kept, 5), Some(8));
        kept.insert(8, 2);
        assert_eq!(with_fewest(&set, &kept, 7), Some(7));
        assert_eq!(with_fewest(&[0, 0], &BTreeMap::new(), 0), None);
    }
}
