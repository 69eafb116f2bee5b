//! What a parent holds of its child.

use std::io;
use std::marker::PhantomData;
use std::process::ExitStatus;
use std::sync::Arc;

use nix::sys::signal::Signal;

use crate::child::Child;

/// A handle to a child: the counterpart of [`std::thread::ScopedJoinHandle`].
///
/// Dropping it does nothing; the [`scope`](crate::scope()) waits for the child. Several threads may
/// use it at once: one may wait for the child while another terminates it.
///
/// # Errors
///
/// In a process other than the one that spawned the child (a sibling that has the handle in its
/// closure), [`join`](Self::join), [`terminate`](Self::terminate) and [`kill`](Self::kill) fail
/// with [`io::ErrorKind::InvalidInput`].
#[derive(Debug)]
pub struct ScopedJoinHandle<'scope> {
    child: Arc<Child>,
    scope: PhantomData<&'scope ()>,
}

impl ScopedJoinHandle<'_> {
    pub(crate) fn new(child: Arc<Child>) -> Self {
        Self { child, scope: PhantomData }
    }

    /// The child's process id, as [`std::process::id`] gives it there.
    ///
    /// It stays what it is when the child has ended; the system may then give it to another process.
    pub fn id(&self) -> u32 {
        self.child.pid.as_raw().unsigned_abs()
    }

    /// The child's name: what [`Builder::name`](crate::Builder::name) gave, else `Process-N`.
    pub fn name(&self) -> &str {
        self.child.identity.name()
    }

    /// Waits until the child has ended, and returns how: the counterpart of
    /// [`std::thread::ScopedJoinHandle::join`].
    ///
    /// Unlike a thread's handle it can be asked again, and gives the same answer. A wait that a
    /// signal interrupts goes on. A child that ended badly is no error; its status says so.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if the child has ended but something else in this program took
    /// its status: `SIGCHLD` is ignored, or a `waitpid` that isn't this crate's reaped it.
    pub fn join(&self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Asks the child to end, with `SIGTERM`, whether its task is done or not. Doesn't wait until
    /// it has ended.
    ///
    /// A child that ignores, blocks or handles the signal goes on; one that is stopped ends when it
    /// is continued. Nothing is flushed in a child that the signal kills, and children of its own
    /// are not told: they go on.
    ///
    /// Does nothing, successfully, if the child has ended, joined or not.
    ///
    /// # Errors
    ///
    /// What [`kill(2)`] says, such as `EPERM` if the child has become another user's.
    ///
    /// [`kill(2)`]: https://man7.org/linux/man-pages/man2/kill.2.html
    pub fn terminate(&self) -> io::Result<()> {
        self.child.signal(Signal::SIGTERM)
    }

    /// Ends the child, with `SIGKILL`, which it can't refuse. Doesn't wait until it has ended.
    ///
    /// Otherwise the same as [`terminate`](Self::terminate).
    ///
    /// # Errors
    ///
    /// The same as [`terminate`](Self::terminate).
    pub fn kill(&self) -> io::Result<()> {
        self.child.signal(Signal::SIGKILL)
    }

    /// Whether the child has not ended yet. Doesn't wait; a stopped child counts as running.
    ///
    /// # Panics
    ///
    /// In a process other than the one that spawned the child, which can't know.
    #[track_caller]
    pub fn is_running(&self) -> bool {
        match self.child.is_running() {
            Ok(running) => running,
            Err(error) => panic!("{error}"),
        }
    }
}
