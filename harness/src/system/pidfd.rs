//! How a process ended, though its own parent reaps it: asked through a handle that is taken while it lives. And
//! signals that reach nobody else.
//!
//! The handle is a pidfd, see `pidfd_open(2)`. Once the process has been reaped, `PIDFD_GET_INFO` with `PIDFD_INFO_EXIT`
//! (Linux 6.15) gives its status to whoever holds one.

#![allow(unsafe_code, reason = "nix knows no handles on processes")]

use std::ffi::{c_int, c_uint};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;
use std::sync::LazyLock;

use nix::errno::Errno;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

use crate::transcript::Exit;

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

    /// The handle that came with a message: see [`crate::system::message`].
    pub fn received(descriptor: OwnedFd) -> Handle {
        Handle(descriptor)
    }

    /// Stops the process; false if it has ended.
    pub fn stop(&self) -> bool {
        self.signal(libc::SIGSTOP)
    }

    /// Kills the process; false if it has ended or this is not allowed.
    pub fn kill(&self) -> bool {
        self.signal(libc::SIGKILL)
    }

    /// Continues the process.
    pub fn go_on(&self) {
        self.signal(libc::SIGCONT);
    }

    fn signal(&self, signal: c_int) -> bool {
        let (number, no_flags): (_, c_uint) = (libc::SYS_pidfd_send_signal, 0);
        let no_more = ptr::null::<libc::siginfo_t>();
        // SAFETY: without more on the signal than its number the call reads no memory.
        unsafe { libc::syscall(number, self.0.as_raw_fd(), signal, no_more, no_flags) == 0 }
    }

    /// How the process ended; `None` while it has not been reaped, and where the kernel does not tell.
    pub fn exit(&self) -> Option<Exit> {
        // SAFETY: the kernel fills in what is asked for, in a structure that may be all zeros.
        let info = unsafe {
            let mut info: libc::pidfd_info = std::mem::zeroed();
            info.mask = libc::PIDFD_INFO_EXIT.into();
            (libc::ioctl(self.0.as_raw_fd(), libc::PIDFD_GET_INFO, &raw mut info) == 0).then_some(info)?
        };
        (info.mask & u64::from(libc::PIDFD_INFO_EXIT) != 0).then(|| Exit::from_status(info.exit_code))
    }
}

/// Whether this kernel tells how a process ended that somebody else has reaped.
pub fn kernel_tells() -> bool {
    static TELLS: LazyLock<bool> = LazyLock::new(|| told_of_a_child().is_some());
    *TELLS
}

fn told_of_a_child() -> Option<Exit> {
    // SAFETY: the child does nothing but end, by an async-signal-safe call.
    let child = match unsafe { fork() }.ok()? {
        // SAFETY: as above.
        ForkResult::Child => unsafe { libc::_exit(0) },
        ForkResult::Parent { child } => child,
    };
    let handle = Handle::open(child.as_raw().cast_unsigned());
    while waitpid(child, None) == Err(Errno::EINTR) {}
    handle?.exit()
}
