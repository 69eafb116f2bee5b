//! A process that is constructed, and perhaps started.

use std::io::{self, Write, stdout};
use std::process::Termination;
use std::sync::Arc;

use nix::unistd::Pid;

use crate::child::{Child, ScopeId};
use crate::family;
use crate::identity::Identity;
use crate::sys;
use crate::task;
use crate::threads::wait_until_alone;

/// A process that is constructed and not yet started: the counterpart of [`std::thread::Builder`].
///
/// ```no_run
/// use multiprocess::Builder;
/// # fn dance() {}
///
/// multiprocess::scope(|s| {
///     let dancer = Builder::new().name("myprocess1").daemon(true);
///     let dancer = dancer.spawn_scoped(s, dance)?;
///     println!("{} is {}", dancer.name(), dancer.id()); // myprocess1 is 70768
///     dancer.join()
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "must eventually spawn the process"]
pub struct Builder {
    identity: Identity,
    daemon: bool,
}

impl Builder {
    /// Constructs a process.
    ///
    /// It counts from here on, even if it is named or never started: the next one's default name
    /// has the next number. Default names are `Process-1`, `Process-2` and so on in the main
    /// process, `Process-1:1`, `Process-1:2` in its first child, whatever that is named.
    #[expect(clippy::new_without_default, reason = "constructing a process counts, so no two are alike")]
    pub fn new() -> Self {
        Self { identity: family::construct(), daemon: false }
    }

    /// Names the process, instead of `Process-N`.
    ///
    /// The name is for people: nothing looks processes up by it, and two may have the same.
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { identity: self.identity.named(name.into()), ..self }
    }

    /// Whether the end of the scope terminates the process (`true`) or waits until its task is done
    /// (`false`, as if not said).
    ///
    /// Only the scope's end does it: a parent that is killed leaves its daemons running. The end
    /// sends `SIGTERM` and then waits, for as long as it takes: if the daemon ignores the signal, or
    /// its parent did when it spawned it, until its task is done. Who needs it gone for sure
    /// [`kill`](crate::ScopedJoinHandle::kill)s it before.
    pub fn daemon(self, daemon: bool) -> Self {
        Self { daemon, ..self }
    }

    /// Starts the process in a scope; see [`Builder::spawn_scoped`].
    pub(crate) fn start<F, T>(self, scope: ScopeId, f: F) -> io::Result<Arc<Child>>
    where
        F: FnOnce() -> T,
        T: Termination,
    {
        let identity = Arc::new(self.identity);
        // The child takes this apart without writing to it, as a page it writes to is copied first.
        let mut start = Some((Arc::clone(&identity), f));
        let child = || {
            let (identity, task) = start.take().expect("a process starts once");
            family::start_over(identity);
            task::run(task)
        };
        let pid = fork(child)
            .map_err(|error| failed(&format!("cannot start process {}", identity.name()), &error))?;
        let child = Arc::new(Child::new(identity, pid, scope, self.daemon));
        family::add(&child);
        // Only now: a destructor that panics must not lose the child.
        drop(start);
        Ok(child)
    }
}

fn fork(child: impl FnOnce() -> i32) -> io::Result<Pid> {
    let alone = wait_until_alone()?;
    // Not before: another thread might hold stdout's lock for ever.
    stdout().flush().map_err(|error| failed("what was printed before cannot be written out", &error))?;
    sys::fork(alone, child).map_err(|error| failed("the system refuses to fork", &error))
}

fn failed(what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}
