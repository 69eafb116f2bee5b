//! Signals that reach nobody else, and copies of descriptors: through a handle on a process, a pidfd (`pidfd_open(2)`).

#![allow(unsafe_code, reason = "nix knows no handles on processes")]

use std::ffi::{c_int, c_uint};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use nix::errno::Errno;

/// A handle on a process, which it keeps naming after its pid is used again.
#[derive(Debug)]
pub(crate) struct Handle(OwnedFd);

impl Handle {
    /// A handle on the process that has this pid now, if it is still there.
    pub fn open(pid: u32) -> Option<Handle> {
        let no_flags: c_uint = 0;
        // SAFETY: the call takes numbers, and what it opens nobody else knows of.
        unsafe {
            let descriptor = Errno::result(libc::syscall(libc::SYS_pidfd_open, pid, no_flags)).ok()?;
            Some(Handle(OwnedFd::from_raw_fd(c_int::try_from(descriptor).ok()?)))
        }
    }

    /// Kills the process; false if it has ended or this is not allowed.
    pub fn kill(&self) -> bool {
        self.signal(libc::SIGKILL)
    }

    /// A copy of one of its descriptors (`pidfd_getfd(2)`); `None` where there is none of that number, or it can't be had.
    pub fn copy(&self, descriptor: RawFd) -> Option<OwnedFd> {
        let no_flags: c_uint = 0;
        // SAFETY: the call takes numbers, and what it opens nobody else knows of.
        unsafe {
            let copy = libc::syscall(libc::SYS_pidfd_getfd, self.0.as_raw_fd(), descriptor, no_flags);
            Some(OwnedFd::from_raw_fd(c_int::try_from(Errno::result(copy).ok()?).ok()?))
        }
    }

    fn signal(&self, signal: c_int) -> bool {
        let (number, no_flags): (_, c_uint) = (libc::SYS_pidfd_send_signal, 0);
        let no_more = ptr::null::<libc::siginfo_t>();
        // SAFETY: without more on the signal than its number the call reads no memory.
        unsafe { libc::syscall(number, self.0.as_raw_fd(), signal, no_more, no_flags) == 0 }
    }
}
