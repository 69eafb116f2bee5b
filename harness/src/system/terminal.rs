//! Pseudo-terminals: made, given a size, and given control of a session (pty(7), `ioctl_tty(2)`).

#![allow(unsafe_code, reason = "nix has no safe call for a terminal's size, nor for its other end")]

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use libc::winsize;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, unlockpt};

/// Every terminal has the customary size: what a program prints may depend on it.
static SIZE: winsize = winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };

/// Makes a terminal: our end, and the program's. Both are close-on-exec from birth.
pub(crate) fn open() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let ours = posix_openpt(flags)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    // SAFETY: the kernel opens the other end, which nobody else knows of, and reads a size.
    let theirs = unsafe {
        let theirs = Errno::result(libc::ioctl(ours.as_raw_fd(), libc::TIOCGPTPEER, flags.bits()))?;
        let theirs = OwnedFd::from_raw_fd(theirs);
        Errno::result(libc::ioctl(ours.as_raw_fd(), libc::TIOCSWINSZ, &raw const SIZE))?;
        theirs
    };
    Ok((ours.into(), theirs))
}

/// One more opening of the program's end, which does not wait.
pub(crate) fn another_end(ours: &OwnedFd) -> io::Result<OwnedFd> {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    // SAFETY: the kernel opens it, and nobody else knows of it.
    let theirs = unsafe {
        let theirs = Errno::result(libc::ioctl(ours.as_raw_fd(), libc::TIOCGPTPEER, flags.bits()))?;
        OwnedFd::from_raw_fd(theirs)
    };
    Ok(theirs)
}
