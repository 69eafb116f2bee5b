//! How a program is watched: ptrace(2) with a seccomp(2) filter, which stops it only at what is rare.
//!
//! A thread of this process is the tracer of all that one run starts. It alone may ask anything of them, and waits for nobody
//! else's children (`__WNOTHREAD`). The kernel kills them all should that thread end (`PTRACE_O_EXITKILL`).

#![allow(
    unsafe_code,
    reason = "nix knows neither memory-sharing children nor filters, nor all that ptrace can do"
)]

mod bell;
pub(crate) mod descriptors;
pub(crate) mod directed;
mod filter;
mod gate;
pub(in crate::system) mod tracee;

use std::sync::LazyLock;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow};

pub(crate) use self::bell::Bell;
pub(crate) use self::gate::Start;
use self::tracee::wait_for;
pub(crate) use self::tracee::{Call, Event, Tracee, look_at, wait};

/// Why nobody can be watched here, in words; `None` where it can be done. It is tried once.
pub(crate) fn refused() -> Option<&'static str> {
    static WHY: LazyLock<Option<String>> = LazyLock::new(|| {
        let own = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK);
        let why = try_once();
        let _ = own.and_then(|own| own.thread_set_mask());
        why
    });
    WHY.as_deref()
}

/// Watches a child that does nothing but end. This thread's other children are not its business.
fn try_once() -> Option<String> {
    let why = |what: &str, error: Errno| Some(format!("{what} is refused here ({})", error.desc()));
    let start = match Start::nothing() {
        Ok(start) => start,
        Err(error) => return Some(format!("no process can be started here: {error}")),
    };
    let child = start.tracee();
    if let Err(error) = child.seize() {
        start.give_up();
        return why("ptrace(2)", error);
    }
    start.open();
    let mut stopped = false;
    let outcome = loop {
        match wait_for(child) {
            Ok(Event::Call(_)) => {
                stopped = true;
                child.go_on(0);
            }
            Ok(Event::Ended(_)) if stopped => break None,
            Ok(Event::Ended(_)) => {
                let error = start.refusal().unwrap_or(Errno::UnknownErrno);
                break why("a filter of system calls (seccomp(2))", error);
            }
            Ok(_) => child.go_on(0),
            Err(error) => break why("waiting for a child", error),
        }
    };
    drop(start);
    outcome
}

/// Keeps signals to this process off this thread, but for its bell's. What it starts shares its memory at first, and must not run
/// its handlers. SIGCHLD, which comes with each stop of a tracee, is let in where nobody handles it: then the kernel drops it, and
/// wakes no other thread for it.
pub(crate) fn block_signals() {
    let child = bell::is_unhandled(libc::SIGCHLD).unwrap_or(false).then_some(libc::SIGCHLD);
    let mut raw = *SigSet::all().as_ref();
    for signal in child.into_iter().chain(bell::knock()) {
        // SAFETY: the set is valid.
        unsafe { libc::sigdelset(&raw mut raw, signal) };
    }
    // SAFETY: as above.
    let all = unsafe { SigSet::from_sigset_t_unchecked(raw) };
    let _ = all.thread_set_mask();
}
