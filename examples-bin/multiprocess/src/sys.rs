//! The system calls, each with its quirks, and the only unsafe code.
//!
//! `waitpid` and `waitid` come from `libc` and not from `nix`, which decodes the status and fails
//! on a child that a real-time signal killed, after it was reaped.

#![allow(unsafe_code, reason = "fork, _exit, and the waits that nix has no safe call for")]

use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{ExitStatus, abort};

use nix::sys::signal::{self, Signal};
use nix::unistd::{self, ForkResult, Pid};

/// Proof that no other thread runs: the one that holds it is the only one that could start another.
#[derive(Debug)]
pub(crate) struct Alone(());

impl Alone {
    /// The proof, where this process has been counted to run one thread; else how many it runs.
    pub(crate) fn check(threads: u64) -> Result<Self, u64> {
        if threads == 1 { Ok(Self(())) } else { Err(threads) }
    }
}

/// Forks, runs `child` in the new process, and ends that with the status that `child` returns.
///
/// The new process leaves with `_exit`: no destructor of the parent's, no `atexit` function, and no
/// buffer but those that `child` flushed itself.
pub(crate) fn fork(_alone: Alone, child: impl FnOnce() -> i32) -> io::Result<Pid> {
    // SAFETY: no other thread runs, so no lock is held by a thread that the new process lacks, and
    // it may call whatever the parent may. It never returns from here, so the parent's stack is
    // not unwound or returned through twice.
    match unsafe { unistd::fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            let status = catch_unwind(AssertUnwindSafe(child)).unwrap_or_else(|_| abort());
            // SAFETY: _exit has no preconditions.
            unsafe { libc::_exit(status) }
        }
    }
}

/// Returns when the child has ended, and leaves it to be reaped, or when there is no such child.
pub(crate) fn await_end(pid: Pid) {
    let id = pid.as_raw().try_into().expect("the pid of a child is positive");
    loop {
        let mut info = MaybeUninit::uninit();
        // SAFETY: `info` is a place for one siginfo_t, and nobody reads it.
        let answer =
            unsafe { libc::waitid(libc::P_PID, id, info.as_mut_ptr(), libc::WEXITED | libc::WNOWAIT) };
        if answer == 0 {
            return;
        }
        match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => {}
            error if error.raw_os_error() == Some(libc::ECHILD) => return,
            error => panic!("waitid for process {pid}: {error}"),
        }
    }
}

/// Takes the status of a child that has ended, `None` if it has not. Does not block.
pub(crate) fn reap(pid: Pid) -> io::Result<Option<ExitStatus>> {
    let mut status = 0;
    // SAFETY: `status` is a place for one c_int.
    match unsafe { libc::waitpid(pid.as_raw(), &raw mut status, libc::WNOHANG) } {
        0 => Ok(None),
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(Some(ExitStatus::from_raw(status))),
    }
}

pub(crate) fn kill(pid: Pid, signal: Signal) -> io::Result<()> {
    Ok(signal::kill(pid, signal)?)
}

/// How many threads this process has, the calling one included.
///
/// The directory has one link for itself, one from its parent, and one a thread ([`proc(5)`]):
/// asking for their number costs a sixth of reading it in `/proc/self/stat`.
///
/// [`proc(5)`]: https://man7.org/linux/man-pages/man5/proc_pid_task.5.html
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn threads() -> io::Result<u64> {
    use std::fmt::Display;
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    const TASKS: &str = "/proc/self/task";
    let failed = |kind, reason: &dyn Display| {
        let message = format!("cannot count the threads of this process: {TASKS}: {reason}");
        io::Error::new(kind, message)
    };
    let links = fs::metadata(TASKS).map_err(|error| failed(error.kind(), &error))?.nlink();
    match links.checked_sub(2) {
        // Never taken for a process without other threads.
        None | Some(0) => Err(failed(io::ErrorKind::Unsupported, &"does not link to its threads")),
        Some(threads) => Ok(threads),
    }
}

/// How many threads this process has, the calling one included.
#[cfg(target_vendor = "apple")]
pub(crate) fn threads() -> io::Result<u64> {
    let mut info = MaybeUninit::<libc::proc_taskinfo>::uninit();
    let size = libc::c_int::try_from(size_of_val(&info)).expect("a small struct");
    // SAFETY: `info` is a place of `size` bytes.
    let written = unsafe {
        libc::proc_pidinfo(
            unistd::getpid().as_raw(),
            libc::PROC_PIDTASKINFO,
            0,
            info.as_mut_ptr().cast(),
            size,
        )
    };
    if written != size {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all `size` bytes were written.
    let info = unsafe { info.assume_init() };
    Ok(u64::from(info.pti_threadnum.unsigned_abs()))
}

/// Refuses: whether forking is sound can't be known here.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn threads() -> io::Result<u64> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "multiprocess cannot count a process's threads on this system, only on Linux and macOS",
    ))
}
