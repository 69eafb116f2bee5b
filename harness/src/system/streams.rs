//! The descriptors a program prints to, and what the kernel says about who wrote.
//!
//! With `SO_PASSCRED` set on the receiving end of a Unix stream socket, the kernel stamps what is sent with the
//! pid of the process that sends it, and one `recvmsg` never returns bytes of two of them (unix(7)).
//!
//! No capture shall hold less than a pipe does: a program that writes without waiting, as Node does, and then exits, loses
//! what does not fit.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::socket::{AddressFamily, Shutdown, SockFlag, SockType, shutdown, socketpair};
use serde::Deserialize;

use crate::system::terminal;

/// How a program's output is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Capture {
    /// A Unix socket: it names the process that wrote each line, also where no witness does.
    Socket,
    /// A pseudo-terminal, for programs that behave as documented only on one.
    Pty,
    /// A pipe, as everywhere.
    Pipe,
}

/// What a socket is charged for each write, beside its bytes: what the kernel allocates for it.
const CHARGE: usize = 768;

/// What a pipe holds (pipe(7)), in any number of writes.
const PIPE: usize = 64 << 10;

/// The end of a stream that the harness reads.
#[derive(Debug)]
pub(crate) struct Receiver {
    capture: Capture,
    descriptor: OwnedFd,
    /// What it holds, where that may be less than a pipe holds.
    narrow: Option<usize>,
}

/// What one read brought.
#[derive(Debug)]
pub(crate) enum Received {
    /// So many bytes, all written by the process with this pid, where the capture names it.
    Chunk(usize, Option<u32>),
    /// Nothing at the moment.
    Nothing,
    /// Nobody can write any more.
    End,
}

/// Opens a stream: the end to read, and the end that the program writes to. Both are close-on-exec from birth, or
/// a process that another thread starts meanwhile would keep them.
pub(crate) fn open(capture: Capture) -> io::Result<(Receiver, OwnedFd)> {
    let (descriptor, program, narrow): (OwnedFd, OwnedFd, _) = match capture {
        Capture::Socket => open_socket()?,
        Capture::Pty => {
            let (ours, theirs) = terminal::open()?;
            (ours, theirs, None)
        }
        Capture::Pipe => {
            let (ours, theirs) = io::pipe()?;
            (ours.into(), theirs.into(), None)
        }
    };
    if capture != Capture::Socket {
        let flags = OFlag::from_bits_retain(fcntl(&descriptor, FcntlArg::F_GETFL)?);
        fcntl(&descriptor, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    }
    Ok((Receiver { capture, descriptor, narrow }, program))
}

fn open_socket() -> io::Result<(OwnedFd, OwnedFd, Option<usize>)> {
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC)?;
    crate::system::message::name_senders(&ours)?;
    // As many writes as a pipe holds, though each were of one byte.
    let wanted = PIPE * (CHARGE + 1);
    let room = crate::system::message::make_room(&theirs, i32::try_from(wanted).unwrap_or(i32::MAX))?;
    // A program that reads from its stdout finds the end of file there, not a wait.
    shutdown(ours.as_raw_fd(), Shutdown::Write)?;
    Ok((ours, theirs, (room < wanted).then_some(room)))
}

impl Receiver {
    /// The descriptor to poll.
    pub fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }

    /// One more opening of the program's end of a terminal, which does not wait.
    pub fn another_end(&self) -> io::Result<OwnedFd> {
        terminal::another_end(&self.descriptor)
    }

    /// Takes what is there, at most a buffer full, without waiting.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let received = match self.capture {
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

    fn receive_stamped(&self, buffer: &mut [u8]) -> nix::Result<(usize, Option<u32>)> {
        let message = crate::system::message::receive(&self.descriptor, buffer)?;
        Ok((message.bytes, message.sender))
    }

    /// Whether so many lines, of so many bytes together, may have filled it where a pipe would have held them.
    pub fn may_be_full(&self, lines: usize, bytes: usize) -> bool {
        self.narrow.is_some_and(|room| lines * CHARGE + bytes >= room)
    }
}
