//! [`std::thread`]'s API, for processes.
//!
//! A program that uses threads becomes one that uses processes by changing one word:
//!
//! ```no_run
//! # use std::thread;
//! # fn dance() {}
//! # fn sing() {}
//! thread::scope(|s| { s.spawn(dance); s.spawn(sing); });
//! multiprocess::scope(|s| { s.spawn(dance); s.spawn(sing); });
//! ```
//!
//! # What a child is
//!
//! A child is a [`fork(2)`] of the process that spawns it: it starts with a copy of everything that
//! its parent has in memory, and changes only its own copy. Files, pipes and sockets are the same
//! ones in both; so are what signals do, and which are blocked. It runs its closure, writes out
//! Rust's stdout, waits for children of its own that still run (see [`scope()`]), and ends with
//!
//! | the closure | the status |
//! | --- | --- |
//! | returns `()` or `Ok(())` | exit code 0 |
//! | returns an [`ExitCode`](std::process::ExitCode) | that code |
//! | returns an `Err` | exit code 1, the error on stderr, as from `main` |
//! | panics | exit code 101, the message on stderr, as from `main` |
//! | panics in a build with `panic = "abort"` | signal `SIGABRT` |
//! | calls [`std::process::exit`] | that code; children of its own are not waited for |
//! | is killed by a signal | that signal |
//!
//! It leaves with [`_exit(2)`]: nothing of its parent's program runs in it after the closure. That
//! is why values that live outside the closure are never dropped in the child, and a buffer that
//! the parent holds is never written by it.
//!
//! What the closure *owns* exists twice. The child drops its copy where the closure does, the
//! parent drops its own as soon as the child runs. So the parent's copy of a pipe end that was
//! moved into the closure is closed, as one expects; but a buffered writer should be flushed before
//! it is moved, or both copies write what it held.
//!
//! Rust's stdout is flushed before each fork, so that the child doesn't print its parent's text
//! again; Rust's stderr has no buffer. C's stdio is left alone: `_exit` doesn't write its buffers,
//! so the child can't repeat them; C code that prints in a child must call `fflush` itself.
//!
//! # Threads
//!
//! A fork copies the calling thread only. What the others had locked, their allocator or a
//! [`Mutex`](std::sync::Mutex), stays locked for ever in the child. So nothing is spawned while
//! other threads run: [`Builder::spawn_scoped`] returns an error, [`Scope::spawn`] panics. Spawn
//! the processes first, or join the threads before. A thread that was joined a moment ago may still
//! be on its way out; it is waited for.
//!
//! Linux and Android count threads in `/proc`, Apple's systems through `proc_pidinfo`. On other
//! systems there is no way that this crate knows of, and nothing is spawned
//! ([`ErrorKind::Unsupported`](std::io::ErrorKind::Unsupported)).
//!
//! # What can happen to a child behind its parent's back
//!
//! - *A signal interrupts a wait.* The wait goes on.
//! - *Something else reaps the child*: the program ignores `SIGCHLD` ([`wait(2)`], under NOTES), or
//!   calls `waitpid` on its own. [`join`](ScopedJoinHandle::join) still waits until the child has
//!   ended, and returns an error of kind [`NotFound`](std::io::ErrorKind::NotFound), never a guess.
//!   The end of the scope takes the child for ended.
//! - *The parent dies first*, or exits without leaving its scope. The child goes on, daemon or not;
//!   its [`parent_id`] changes.
//! - *Its pid becomes another process's.* That can't happen before it was reaped, and once it is
//!   known to be reaped its handle sends no signals: [`terminate`](ScopedJoinHandle::terminate) and
//!   [`kill`](ScopedJoinHandle::kill) do nothing. Whether it was is asked right before each signal.
//!   Only where something else reaps the child between that question and the signal, and its pid is
//!   given away in that instant, would the signal reach the wrong process.
//! - *Its handle gets into a sibling*, which is a fork too. Everything that asks about the child or
//!   signals it fails there, with [`InvalidInput`](std::io::ErrorKind::InvalidInput): only a parent
//!   knows whether a pid is still its child's.
//!
//! [`fork(2)`]: https://man7.org/linux/man-pages/man2/fork.2.html
//! [`_exit(2)`]: https://man7.org/linux/man-pages/man2/_exit.2.html
//! [`wait(2)`]: https://man7.org/linux/man-pages/man2/wait.2.html

#[cfg(not(unix))]
compile_error!("multiprocess rests on fork(2), which this system does not have");

mod builder;
mod child;
mod family;
mod handle;
mod identity;
mod process;
mod scope;
mod sys;
mod task;
mod threads;

pub use builder::Builder;
pub use handle::ScopedJoinHandle;
pub use process::{Process, current, parent_id};
pub use scope::{Scope, scope};
