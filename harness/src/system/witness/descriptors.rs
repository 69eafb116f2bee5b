//! The descriptors of those that are watched, asked by copies of them (`pidfd_getfd(2)`).

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::getsockopt;
use nix::sys::socket::sockopt::ReceiveTimeout;
use nix::sys::time::TimeValLike;

use crate::system::pidfd::Handle;
use crate::system::proc;

/// A process's table of descriptors.
#[derive(Debug)]
pub(crate) struct Descriptors(Handle);

impl Descriptors {
    /// Those of the process with this pid; `None` where it is gone.
    pub fn of(pid: u32) -> Option<Descriptors> {
        Handle::open(pid).map(Descriptors)
    }

    /// A copy of one; `None` where there is none of that number, or it can't be had.
    pub fn copy(&self, descriptor: RawFd) -> Option<OwnedFd> {
        self.0.copy(descriptor)
    }

    /// Whether nobody who asks it has to wait: one that can't be asked counts as such, and the kernel will say why.
    pub fn never_waits(&self, descriptor: RawFd) -> bool {
        let flags = |copy: &OwnedFd| fcntl(copy, FcntlArg::F_GETFL).map(OFlag::from_bits_truncate);
        let is_patient = |copy: OwnedFd| flags(&copy).is_ok_and(|flags| !flags.contains(OFlag::O_NONBLOCK));
        !self.copy(descriptor).is_some_and(is_patient)
    }

    /// For how many nanoseconds one who reads from it waits at the most (`SO_RCVTIMEO` in socket(7)); `None`: for ever.
    pub fn longest_wait(&self, descriptor: RawFd) -> Option<u64> {
        let time = getsockopt(&self.copy(descriptor)?, ReceiveTimeout).ok()?;
        u64::try_from(time.num_microseconds()).ok().filter(|&time| time > 0).map(|time| time * 1000)
    }

    /// Whether there is anything on one of these; one that can't be asked counts as such.
    pub fn are_ready(&self, watched: &[(RawFd, PollFlags)]) -> bool {
        let copies: Option<Vec<(OwnedFd, PollFlags)>> =
            watched.iter().map(|&(descriptor, events)| Some((self.copy(descriptor)?, events))).collect();
        let Some(copies) = copies else { return true };
        let mut asked: Vec<PollFd<'_>> =
            copies.iter().map(|(copy, events)| PollFd::new(copy.as_fd(), *events)).collect();
        // A bell that rings meanwhile tells nothing of them.
        let ready = loop {
            match poll(&mut asked, PollTimeout::ZERO) {
                Err(Errno::EINTR) => {}
                ready => break ready,
            }
        };
        ready != Ok(0) && !asked.is_empty()
    }

    /// Arms a timer (`timerfd_create(2)`), so that it has run out at once.
    pub fn run_out(timer: &OwnedFd) {
        set_timer(timer, 1);
    }

    /// Disarms it.
    pub fn disarm(timer: &OwnedFd) {
        set_timer(timer, 0);
    }
}

fn set_timer(timer: &OwnedFd, nanoseconds: i64) {
    let never = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let time =
        libc::itimerspec { it_interval: never, it_value: libc::timespec { tv_sec: 0, tv_nsec: nanoseconds } };
    // SAFETY: the call reads one value, which is there.
    unsafe { libc::timerfd_settime(timer.as_raw_fd(), 0, &raw const time, std::ptr::null_mut()) };
}

/// The signals that a task's descriptors tell of (signalfd(2)): a copy of such a one tells of its owner's signals.
pub(crate) fn signals_told_by(tid: u32, descriptor: RawFd) -> u64 {
    match proc::kind_of(tid, descriptor).as_deref() {
        Some("anon_inode:[signalfd]") => proc::signals_told_by(tid, descriptor),
        Some("anon_inode:[eventpoll]") => {
            let watched = proc::watched_by(tid, descriptor).into_iter();
            watched.fold(0, |all, one| all | signals_told_by(tid, one))
        }
        _ => 0,
    }
}

/// Whether only the run itself can have something happen on a task's descriptor: it is a pipe, or something of the kernel's that
/// has no other end. Of an epoll(7) instance all that it watches must be such.
pub(crate) fn is_of_run(tid: u32, descriptor: RawFd) -> bool {
    let kind = proc::kind_of(tid, descriptor).unwrap_or_default();
    match kind.as_str() {
        "anon_inode:[eventpoll]" => {
            proc::watched_by(tid, descriptor).into_iter().all(|watched| is_of_run(tid, watched))
        }
        "anon_inode:inotify" => false,
        kind => kind.starts_with("pipe:") || kind.starts_with("anon_inode:"),
    }
}
