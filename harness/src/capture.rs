//! The descriptors a program prints to, and what the kernel says about who wrote.
//!
//! With `SO_PASSCRED` set on the receiving end of a Unix stream socket, the kernel stamps what is sent with the
//! pid of the process that sends it, and one `recvmsg` never returns bytes of two of them (unix(7)).

use std::io;
#[cfg(linux)]
use std::os::fd::AsRawFd;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::termios::{Winsize, tcsetwinsize};
use serde::Deserialize;

use crate::pidfd::Handle;

/// Why there is no socket capture elsewhere.
#[cfg(not(linux))]
pub(crate) const NAMES_NOBODY: &str = "this system can't name who wrote a line, only Linux can";

/// How a program's output is captured.
///
/// The default is a socket where there is one, elsewhere a pipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capture {
    /// A Unix socket: names the process that wrote each line. Linux.
    #[cfg_attr(linux, default)]
    Socket,
    /// A pseudo-terminal, for programs that behave as documented only on one. Does not name writers.
    Pty,
    /// A pipe, as everywhere. Does not name writers.
    #[cfg_attr(not(linux), default)]
    Pipe,
}

/// Every terminal has the customary size: what a program prints may depend on it.
const SIZE: Winsize = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };

/// The end of a stream that the harness reads.
#[derive(Debug)]
pub(crate) struct Receiver {
    capture: Capture,
    descriptor: OwnedFd,
}

/// What one read brought.
#[derive(Debug)]
pub(crate) enum Received {
    /// So many bytes, all written by the process with this pid, where the capture names it.
    Chunk(usize, Option<Stamp>),
    /// Nothing at the moment.
    Nothing,
    /// Nobody can write any more.
    End,
}

/// What the kernel says of who wrote a chunk.
#[derive(Debug)]
pub(crate) struct Stamp {
    /// Its pid.
    pub pid: u32,
    /// A handle on it, where the kernel hands them out with a chunk (`SO_PASSPIDFD`, Linux 6.5).
    pub handle: Option<Handle>,
}

/// Opens a stream: the end to read, and the end that the program writes to. Both are close-on-exec from birth, or
/// a process that another thread starts meanwhile would keep them. For a terminal only Linux can do so; elsewhere a
/// supervisor that was forked meanwhile closes them all the same.
pub(crate) fn open(capture: Capture) -> io::Result<(Receiver, OwnedFd)> {
    let (descriptor, program): (OwnedFd, OwnedFd) = match capture {
        Capture::Socket => open_socket()?,
        Capture::Pty => {
            let (ours, theirs) = open_terminal()?;
            tcsetwinsize(&ours, SIZE)?;
            (ours, theirs)
        }
        Capture::Pipe => {
            let (ours, theirs) = io::pipe()?;
            (ours.into(), theirs.into())
        }
    };
    if capture != Capture::Socket {
        fcntl_setfl(&descriptor, fcntl_getfl(&descriptor)? | OFlags::NONBLOCK)?;
    }
    Ok((Receiver { capture, descriptor }, program))
}

#[cfg(linux)]
fn open_socket() -> io::Result<(OwnedFd, OwnedFd)> {
    use nix::sys::socket::{
        AddressFamily, Shutdown, SockFlag, SockType, setsockopt, shutdown, socketpair, sockopt,
    };
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC)?;
    setsockopt(&ours, sockopt::PassCred, &true)?;
    crate::pidfd::come_with_chunks(&ours);
    // A program that reads from its stdout finds the end of file there, not a wait.
    shutdown(ours.as_raw_fd(), Shutdown::Write)?;
    Ok((ours, theirs))
}

#[cfg(not(linux))]
fn open_socket() -> io::Result<(OwnedFd, OwnedFd)> {
    Err(io::Error::new(io::ErrorKind::Unsupported, NAMES_NOBODY))
}

#[cfg(linux)]
fn open_terminal() -> io::Result<(OwnedFd, OwnedFd)> {
    use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let ours = openpt(flags)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let theirs = ioctl_tiocgptpeer(&ours, flags)?;
    Ok((ours, theirs))
}

#[cfg(not(linux))]
fn open_terminal() -> io::Result<(OwnedFd, OwnedFd)> {
    let pair = nix::pty::openpty(None, None)?;
    for end in [&pair.master, &pair.slave] {
        rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC)?;
    }
    Ok((pair.master, pair.slave))
}

impl Receiver {
    /// The descriptor to poll.
    pub fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }

    /// Takes what is there, at most a buffer full, without waiting.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let received = match self.capture {
            #[cfg(linux)]
            Capture::Socket => self.receive_stamped(buffer),
            _ => nix::unistd::read(&self.descriptor, buffer).map(|n| (n, None)),
        };
        match received {
            // The second is a pseudo-terminal's way to say that its last writer has closed it.
            Ok((0, _)) | Err(Errno::EIO) => Ok(Received::End),
            Ok((n, stamp)) => Ok(Received::Chunk(n, stamp)),
            Err(Errno::EAGAIN | Errno::EINTR) => Ok(Received::Nothing),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(linux)]
    fn receive_stamped(&self, buffer: &mut [u8]) -> nix::Result<(usize, Option<Stamp>)> {
        use nix::sys::socket::{ControlMessageOwned, MsgFlags, UnixCredentials, recvmsg};
        let mut space = nix::cmsg_space!(UnixCredentials, std::os::fd::RawFd);
        let mut parts = [io::IoSliceMut::new(buffer)];
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_CMSG_CLOEXEC;
        let message = recvmsg::<()>(self.descriptor.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
        let (mut pid, mut handle) = (None, None);
        for control in message.cmsgs()? {
            match control {
                ControlMessageOwned::ScmCredentials(credentials) => {
                    pid = u32::try_from(credentials.pid()).ok().filter(|&pid| pid != 0);
                }
                ControlMessageOwned::Unknown(other) => handle = Handle::received(&other),
                _ => {}
            }
        }
        Ok((message.bytes, pid.map(|pid| Stamp { pid, handle })))
    }
}
