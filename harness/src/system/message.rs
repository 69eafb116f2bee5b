//! One message from a Unix socket, and what the kernel says of who sent it: `recvmsg` with its control messages (unix(7),
//! cmsg(3)).
//!
//! A sender may send descriptors along, which take room among the control messages. There is room for all that one message
//! can carry, or what the kernel says would be cut off; whoever receives them closes them.

#![allow(unsafe_code, reason = "nix knows neither the handle that comes along nor how to close descriptors")]

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;

/// So many descriptors come with one message at the most (`SCM_MAX_FD`).
const MOST_DESCRIPTORS: usize = 253;

/// Room for the descriptors and the sender's credentials, each with its header; aligned as that must be.
const CONTROL: usize = (MOST_DESCRIPTORS * size_of::<RawFd>()).div_ceil(8) + 16;

/// What one read brought.
#[derive(Debug)]
pub(crate) struct Message {
    /// So many bytes of the buffer; 0 where nobody can send any more.
    pub bytes: usize,
    /// The pid of whoever sent it.
    pub sender: Option<u32>,
}

/// Takes one message, without waiting. Descriptors that the sender sent along are closed.
pub(crate) fn receive(socket: &impl AsFd, buffer: &mut [u8]) -> nix::Result<Message> {
    let mut control = [0_u64; CONTROL];
    let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: a header that is all zeros is valid; what it is made to point to is valid for its length. The kernel has
    // filled in what the macros walk, and says how much of it there is.
    unsafe {
        let mut header: libc::msghdr = std::mem::zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = size_of_val(&control);
        let flags = libc::MSG_DONTWAIT | libc::MSG_CMSG_CLOEXEC;
        let bytes = Errno::result(libc::recvmsg(socket.as_fd().as_raw_fd(), &raw mut header, flags))?;
        let mut message = Message { bytes: bytes.cast_unsigned(), sender: None };
        let mut at = libc::CMSG_FIRSTHDR(&raw const header);
        while !at.is_null() {
            message.take(&*at, data_of(at));
            at = libc::CMSG_NXTHDR(&raw const header, at);
        }
        Ok(message)
    }
}

/// The bytes of a control message.
unsafe fn data_of<'a>(header: *const libc::cmsghdr) -> &'a [u8] {
    // SAFETY: the kernel says how long the message is, its header included.
    unsafe {
        let data = libc::CMSG_DATA(header);
        let before = data.offset_from_unsigned(header.cast());
        std::slice::from_raw_parts(data, (*header).cmsg_len.saturating_sub(before))
    }
}

impl Message {
    fn take(&mut self, header: &libc::cmsghdr, data: &[u8]) {
        let mut numbers = data.chunks_exact(size_of::<c_int>());
        let mut number = || numbers.next()?.try_into().ok().map(c_int::from_ne_bytes);
        match (header.cmsg_level, header.cmsg_type) {
            // The pid comes first, then user and group.
            (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => {
                self.sender = number().and_then(|pid| u32::try_from(pid).ok()).filter(|&pid| pid != 0);
            }
            (libc::SOL_SOCKET, libc::SCM_RIGHTS) => while number().map(owned).is_some() {},
            _ => {}
        }
    }
}

/// A descriptor that came with a message; where the kernel could open none, its number is an error's.
fn owned(descriptor: RawFd) -> Option<OwnedFd> {
    // SAFETY: the kernel has just opened it for whoever receives the message.
    (descriptor >= 0).then(|| unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// Has the kernel name the sender of each message that this socket receives.
pub(crate) fn name_senders(socket: &impl AsFd) -> io::Result<()> {
    set(socket, libc::SO_PASSCRED, 1)
}

/// Lets a socket hold so much that is sent and not received yet, or as much as the system allows.
pub(crate) fn make_room(socket: &impl AsFd, bytes: c_int) -> io::Result<usize> {
    // The kernel doubles what it is given (socket(7)).
    if set(socket, libc::SO_SNDBUFFORCE, bytes / 2).is_err() {
        set(socket, libc::SO_SNDBUF, bytes / 2)?;
    }
    let room = nix::sys::socket::getsockopt(socket, nix::sys::socket::sockopt::SndBuf)?;
    Ok(room)
}

fn set(socket: &impl AsFd, option: c_int, value: c_int) -> io::Result<()> {
    let size = size_of::<c_int>().try_into().unwrap_or(0);
    let socket = socket.as_fd().as_raw_fd();
    // SAFETY: the option's value is an int.
    let set = unsafe { libc::setsockopt(socket, libc::SOL_SOCKET, option, (&raw const value).cast(), size) };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
