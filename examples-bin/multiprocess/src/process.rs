//! The process that asks: its id, its name, its parent.

use std::fmt;
use std::sync::Arc;

use crate::family;
use crate::identity::Identity;

/// The process that [`current`] describes: the counterpart of [`std::thread::Thread`].
///
/// It displays as `<_MainProcess(MainProcess, started)>` in the main process, the one that this
/// crate did not spawn, and as `<Process(myprocess1, started)>` in a spawned one of that name.
#[derive(Clone, Debug)]
pub struct Process {
    id: u32,
    origin: Option<Arc<Identity>>,
}

impl Process {
    /// The process id, as [`std::process::id`] gives it.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The name: what [`Builder::name`](crate::Builder::name) gave, else `Process-N`; in the main
    /// process `MainProcess`.
    pub fn name(&self) -> &str {
        match &self.origin {
            None => "MainProcess",
            Some(origin) => origin.name(),
        }
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.origin {
            None => "_MainProcess",
            Some(_) => "Process",
        };
        write!(f, "<{kind}({}, started)>", self.name())
    }
}

/// The process that calls: the counterpart of [`std::thread::current`].
pub fn current() -> Process {
    Process { id: std::process::id(), origin: family::origin() }
}

/// The process id of the parent: of the process that spawned this one, as long as that lives.
///
/// A child outlives a parent that is killed, or that exits without leaving its
/// [`scope`](crate::scope()). It goes on, and this becomes the id of the process that adopted it:
/// usually 1, or the nearest ancestor that asked the kernel for orphans ([`getppid(2)`],
/// [`PR_SET_CHILD_SUBREAPER(2const)`]).
///
/// [`getppid(2)`]: https://man7.org/linux/man-pages/man2/getppid.2.html
/// [`PR_SET_CHILD_SUBREAPER(2const)`]: https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
pub fn parent_id() -> u32 {
    std::os::unix::process::parent_id()
}
