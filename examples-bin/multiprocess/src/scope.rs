//! The part of a program that its child processes don't outlive.

use std::io;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::Termination;

use crate::builder::Builder;
use crate::child::ScopeId;
use crate::family;
use crate::handle::ScopedJoinHandle;

/// A scope to spawn processes in: the counterpart of [`std::thread::Scope`].
///
/// See [`scope()`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    id: ScopeId,
    // Invariant in both lifetimes, as std's is, so that what compiles with threads compiles here
    // and the other way round. A fork has its own copy of what it borrows and would ask for less.
    marker: PhantomData<(&'scope mut &'scope (), &'env mut &'env ())>,
}

/// Runs `f`, in which processes can be spawned, and doesn't return before they have ended: the
/// counterpart of [`std::thread::scope`].
///
/// Returns what `f` returns. At the end of the scope
///
/// 1. its daemons (see [`Builder::daemon`]) that still run are terminated, with `SIGTERM`;
/// 2. all its children are waited for, daemons too, whether they were joined, their handles
///    dropped, or forgotten with [`std::mem::forget`].
///
/// A child that fails, by an exit code, a panic or a signal, doesn't fail its parent: who wants to
/// know [`join`](ScopedJoinHandle::join)s it.
///
/// A child may spawn on the scope that it was spawned on, or on any other that it finds in its
/// closure. Those are children of the child, not of the process that opened the scope; they are
/// treated in the same way, daemons terminated and all waited for, when the child's closure is done.
///
/// # Panics
///
/// If `f` panics, the scope ends as described, then the panic goes on.
///
/// # Examples
///
/// ```no_run
/// let numbers = vec![1, 2, 3];
///
/// multiprocess::scope(|s| {
///     s.spawn(|| println!("first: {numbers:?}"));
///     s.spawn(|| println!("second: {}", numbers.len()));
/// });
/// ```
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let scope = Scope { id: family::open_scope(), marker: PhantomData };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    family::end_scope(scope.id);
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

impl<'scope> Scope<'scope, '_> {
    /// Spawns a process that runs `f`, and returns a handle to it: the counterpart of
    /// [`std::thread::Scope::spawn`].
    ///
    /// The process is named `Process-N`; [`Builder`] gives other names. What `f` returns decides the
    /// exit code, as it does for `main`; values don't come back from a process.
    ///
    /// # Panics
    ///
    /// Where [`Builder::spawn_scoped`] returns an error.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Termination,
    {
        match Builder::new().spawn_scoped(self, f) {
            Ok(handle) => handle,
            Err(error) => panic!("{error}"),
        }
    }
}

impl Builder {
    /// Starts the process, which runs `f`, and returns a handle to it: the counterpart of
    /// [`std::thread::Builder::spawn_scoped`].
    ///
    /// See [the crate's page](crate) for what the process is and how it ends.
    ///
    /// # Errors
    ///
    /// - [`io::ErrorKind::ResourceBusy`] if other threads run: the fork would have only the calling
    ///   one, and the locks of the others locked for ever. The message says how many. Threads on
    ///   their way out get a second to go before.
    /// - What writing to stdout says, if there is text that has to be written first and can't.
    /// - What [`fork(2)`] says: [`WouldBlock`](io::ErrorKind::WouldBlock) (`EAGAIN`) where the
    ///   system's or the user's limit on processes is reached,
    ///   [`OutOfMemory`](io::ErrorKind::OutOfMemory).
    /// - What the system says if the threads can't be counted, as where `/proc` isn't mounted;
    ///   [`Unsupported`](io::ErrorKind::Unsupported) where this crate doesn't know how to count.
    ///
    /// [`fork(2)`]: https://man7.org/linux/man-pages/man2/fork.2.html
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Termination,
    {
        self.start(scope.id, f).map(ScopedJoinHandle::new)
    }
}
