//! How many descriptors a process may hold: getrlimit(2), `RLIMIT_NOFILE`.
//!
//! Many runs at once need more than the customary 1,024. The harness takes what it may have; programs get what they would
//! have got without it.

use std::sync::OnceLock;

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};

/// One run holds so many at the most, but for a few that write from many processes.
const PER_RUN: u64 = 16;

/// What this process was started with: how many it could hold, and how many it may ask for.
static OWN: OnceLock<(rlim_t, rlim_t)> = OnceLock::new();

/// Takes as many as this process may have; how many runs at once they suffice for.
pub(crate) fn take_all() -> usize {
    let Ok((customary, most)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 1 };
    let has = if setrlimit(Resource::RLIMIT_NOFILE, most, most).is_ok() {
        OWN.get_or_init(|| (customary, most));
        most
    } else {
        customary
    };
    usize::try_from(has / PER_RUN).unwrap_or(usize::MAX).max(1)
}

/// What a program is to be given, where this process has taken more.
pub(crate) fn customary() -> Option<(rlim_t, rlim_t)> {
    OWN.get().copied()
}
