//! The descriptors a program prints to, and what the kernel says about who wrote.
//!
//! With `SO_PASSCRED` set on the receiving end of a Unix stream socket, the kernel stamps what is sent with the
//! pid of the process that sends it, and one `recvmsg` never returns bytes of two of them (unix(7)).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, MsgFlags, Shutdown, SockFlag, SockType, UnixCredentials, recvmsg,
    setsockopt, shutdown, socketpair, sockopt,
};
use serde::Deserialize;

/// How a program's output is captured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capture {
    /// A Unix socket: names the process that wrote each line. Linux.
    #[default]
    Socket,
    /// A pseudo-terminal, for programs that behave as documented only on one. Does not name writers.
    Pty,
    /// A pipe, as everywhere. Does not name writers.
    Pipe,
}

/// The end of a stream that the harness reads.
#[derive(Debug)]
pub(crate) struct Receiver {
    capture: Capture,
    descriptor: OwnedFd,
}

/// What one read brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// So many bytes, all written by the process with this pid, where the capture names it.
    Chunk(usize, Option<u32>),
    /// Nothing at the moment.
    Nothing,
    /// Nobody can write any more.
    End,
}

/// Opens a stream: the end to read, and the end that the program writes to.
pub(crate) fn open(capture: Capture) -> io::Result<(Receiver, OwnedFd)> {
    let (descriptor, program) = match capture {
        Capture::Socket => {
            let (ours, theirs) =
                socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC)?;
            setsockopt(&ours, sockopt::PassCred, &true)?;
            // A program that reads from its stdout finds the end of file there, not a wait.
            shutdown(ours.as_raw_fd(), Shutdown::Write)?;
            (ours, theirs)
        }
        Capture::Pty => {
            let pair = nix::pty::openpty(None, None)?;
            for end in [&pair.master, &pair.slave] {
                nix::fcntl::fcntl(end, nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::FD_CLOEXEC))?;
            }
            (pair.master, pair.slave)
        }
        Capture::Pipe => nix::unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC)?,
    };
    if capture != Capture::Socket {
        nix::fcntl::fcntl(&descriptor, nix::fcntl::FcntlArg::F_SETFL(nix::fcntl::OFlag::O_NONBLOCK))?;
    }
    Ok((Receiver { capture, descriptor }, program))
}

impl Receiver {
    /// The descriptor to poll.
    pub fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }

    /// Takes what is there, at most a buffer full, without waiting.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let received = match self.capture {
            Capture::Socket => self.receive_stamped(buffer),
            Capture::Pty | Capture::Pipe => nix::unistd::read(&self.descriptor, buffer).map(|n| (n, None)),
        };
        match received {
            // The second is a pseudo-terminal's way to say that its last writer has closed it.
            Ok((0, _)) | Err(Errno::EIO) => Ok(Received::End),
            Ok((n, pid)) => Ok(Received::Chunk(n, pid)),
            Err(Errno::EAGAIN | Errno::EINTR) => Ok(Received::Nothing),
            Err(error) => Err(error.into()),
        }
    }

    fn receive_stamped(&self, buffer: &mut [u8]) -> nix::Result<(usize, Option<u32>)> {
        let mut space = cmsg_space!(UnixCredentials);
        let mut parts = [io::IoSliceMut::new(buffer)];
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_CMSG_CLOEXEC;
        let message = recvmsg::<()>(self.descriptor.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
        let pid = message.cmsgs()?.find_map(|control| match control {
            ControlMessageOwned::ScmCredentials(credentials) => u32::try_from(credentials.pid()).ok(),
            _ => None,
        });
        Ok((message.bytes, pid.filter(|&pid| pid != 0)))
    }
}
