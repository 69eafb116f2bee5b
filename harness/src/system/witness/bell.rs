//! What wakes a tracer that waits for its tracees: waitpid(2) knows no time-out, and no descriptors.
//!
//! The bell is one more child of the tracing thread. It waits for descriptors and ends when there is something on one of them.
//! It shares the tracer's memory and descriptors, and makes system calls alone.

use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;

use super::tracee::{Tracee, reap};
use crate::system::processor::raw;

/// So many descriptors it listens to at the most.
const MOST: usize = 4;

/// It calls nothing that needs much.
const STACK: usize = 4096;

/// A child that ends once there is something on one of its descriptors. Dropping it ends it.
pub(crate) struct Bell {
    inner: Box<Inner>,
    /// The child, where there is one.
    child: Option<Tracee>,
}

/// What the child knows.
struct Inner {
    polled: [libc::pollfd; MOST],
    count: usize,
    /// The process of the tracer.
    home: u32,
    stack: [u128; STACK / 16],
}

impl Bell {
    /// One that nobody has hung yet.
    pub fn new() -> Bell {
        let polled = [libc::pollfd { fd: -1, events: libc::POLLIN, revents: 0 }; MOST];
        Bell {
            inner: Box::new(Inner { polled, count: 0, home: std::process::id(), stack: [0; STACK / 16] }),
            child: None,
        }
    }

    /// Whether the child is there.
    pub fn hangs(&self) -> bool {
        self.child.is_some()
    }

    /// Whether this is the child.
    pub fn is(&self, tracee: Tracee) -> bool {
        self.child == Some(tracee)
    }

    /// Has it listen to these, at most four, in place of what it listened to. Not while the child is there.
    pub fn hang(&mut self, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        let Inner { polled, count, stack, .. } = &mut *self.inner;
        *count = descriptors.len().min(MOST);
        for (polled, descriptor) in polled.iter_mut().zip(descriptors) {
            polled.fd = descriptor.as_raw_fd();
        }
        let top = stack.as_mut_ptr_range().end.cast::<c_void>();
        let shared = libc::CLONE_VM | libc::CLONE_FILES | libc::CLONE_FS;
        let inner = (&raw mut *self.inner).cast::<c_void>();
        // SAFETY: the child uses a stack and data that live until it has been reaped; it touches nothing else.
        let child = Errno::result(unsafe { libc::clone(listen, top, shared, inner) })?;
        self.child = Some(Tracee::new(child.cast_unsigned()));
        Ok(())
    }

    /// It has ended, and was reaped.
    pub fn rang(&mut self) {
        self.child = None;
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            child.kill();
            reap(child);
        }
    }
}

extern "C" fn listen(inner: *mut c_void) -> c_int {
    // SAFETY: it is the tracer's, which waits for this process before it frees it. All are system calls on what is there.
    unsafe {
        let inner = &mut *inner.cast::<Inner>();
        raw!(libc::SYS_prctl, libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        // Who died before that is nobody's parent any more.
        if raw!(libc::SYS_getppid).cast_unsigned() == inner.home as usize {
            raw!(libc::SYS_ppoll, inner.polled.as_mut_ptr(), inner.count, 0, 0);
        }
        raw!(libc::SYS_exit, 0);
    }
    0
}
