//! On which processors this process may run (`sched_getaffinity(2)`).

#![allow(unsafe_code, reason = "nix has the set of processors only in a size of its own")]

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// The kernel's set, a bit for each processor, as this thread had it when it was first asked for.
static ALLOWED: LazyLock<Vec<u8>> = LazyLock::new(current);

/// The same as this thread has it now.
pub(crate) fn current() -> Vec<u8> {
    let mut set = vec![0_u8; 1024];
    // SAFETY: the kernel writes no more than the set holds, and says how much that is.
    let length = unsafe { libc::syscall(libc::SYS_sched_getaffinity, 0, set.len(), set.as_mut_ptr()) };
    set.truncate(usize::try_from(length).unwrap_or(0));
    set
}

/// Lets this thread run on these alone. Where the kernel refuses that, it runs where it did.
fn keep_to(set: &[u8]) {
    // SAFETY: the kernel reads no more than the set holds.
    unsafe { libc::syscall(libc::SYS_sched_setaffinity, 0, set.len(), set.as_ptr()) };
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
        let is_in = |processor: &usize| allowed()[processor / 8] >> (processor % 8) & 1 != 0;
        // SAFETY: the call takes nothing.
        let here = usize::try_from(unsafe { libc::sched_getcpu() }).unwrap_or(0);
        let mut kept = kept();
        let others = |processor: &usize| kept.get(processor).copied().unwrap_or(0);
        let all = (0..8 * allowed().len()).filter(is_in);
        let processor = all.min_by_key(|processor| (others(processor), *processor != here))?;
        let mut one = vec![0_u8; allowed().len()];
        one[processor / 8] |= 1 << (processor % 8);
        let before = current();
        keep_to(&one);
        *kept.entry(processor).or_default() += 1;
        Some(Kept { processor, before })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        keep_to(&self.before);
        if let Some(count) = kept().get_mut(&self.processor) {
            *count -= 1;
        }
    }
}

fn kept() -> MutexGuard<'static, BTreeMap<usize, usize>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::{Kept, allowed, current};

    #[test]
    fn who_kept_to_one_may_run_everywhere_again() {
        let before = current();
        let kept = Kept::to_one();
        assert_eq!(current().iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
        drop(kept);
        assert_eq!(current(), before);
    }

    #[test]
    fn as_many_as_there_are_processors_keep_to_different_ones() {
        let all = allowed().iter().map(|byte| byte.count_ones() as usize).sum();
        let one = |_| thread::spawn(Kept::to_one).join().unwrap().unwrap();
        let kept: Vec<Kept> = (0..all).map(one).collect();
        assert_eq!(kept.iter().map(|kept| kept.processor).collect::<BTreeSet<usize>>().len(), all);
    }
}
