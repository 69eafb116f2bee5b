//! On which processors this process may run (`sched_getaffinity(2)`).

#![allow(unsafe_code, reason = "nix has the set of processors only in a size of its own")]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The kernel's set, a bit for each processor, as this thread had it when it was first asked for.
static ALLOWED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut set = vec![0_u8; 1024];
    // SAFETY: the kernel writes no more than the set holds, and says how much that is.
    let length = unsafe { libc::syscall(libc::SYS_sched_getaffinity, 0, set.len(), set.as_mut_ptr()) };
    set.truncate(usize::try_from(length).unwrap_or(0));
    set
});

/// The set of processors, as the kernel gives it.
pub(crate) fn allowed() -> &'static [u8] {
    &ALLOWED
}

/// Keeps this thread, and what it starts from now on, on one processor; on which, they take turns.
pub(crate) fn keep_to_one() {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let is_in = |processor: &usize| allowed()[processor / 8] >> (processor % 8) & 1 != 0;
    let all: Vec<usize> = (0..8 * allowed().len()).filter(is_in).collect();
    let Some(processor) = (!all.is_empty()).then(|| all[NEXT.fetch_add(1, Ordering::Relaxed) % all.len()])
    else {
        return;
    };
    let mut one = vec![0_u8; allowed().len()];
    one[processor / 8] |= 1 << (processor % 8);
    // SAFETY: the kernel reads no more than the set holds. Where it refuses, the thread runs where it did.
    unsafe { libc::syscall(libc::SYS_sched_setaffinity, 0, one.len(), one.as_ptr()) };
}
