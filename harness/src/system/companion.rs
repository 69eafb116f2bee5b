//! A thread beside another one, that has no children of its own: a witness waits for all children of its thread, and its caller's
//! are not its business.
//!
//! It is kept for what its caller runs next: to start one takes about a third of what a short run takes.

#![allow(unsafe_code, reason = "the standard library lends what a thread owns to new threads alone")]

use std::cell::Cell;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::system::processors;

type Work<'a> = Box<dyn FnOnce() + Send + 'a>;

/// A thread that waits for work. It ends when this is dropped.
struct Companion {
    work: Sender<Work<'static>>,
    /// Where its caller might run when it was started: what it starts inherits that from it.
    processors: Vec<u8>,
}

thread_local! {
    static COMPANION: Cell<Option<Companion>> = const { Cell::new(None) };
}

/// Has this thread's companion do something, and waits for that.
///
/// # Errors
/// Where the system has no thread for it.
///
/// # Panics
/// Where that panics.
pub(crate) fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let processors = processors::current();
    let known = COMPANION.try_with(Cell::take).ok().flatten();
    let companion = match known.filter(|known| known.processors == processors) {
        Some(companion) => companion,
        None => Companion::start(processors)?,
    };
    let (done, outcome) = channel();
    let work = move || {
        let result = catch_unwind(AssertUnwindSafe(work));
        let _ = done.send((result, has_children()));
    };
    let work: Work<'_> = Box::new(work);
    // SAFETY: what it borrows is there until this returns, and this returns only once the work is done and is gone but for the
    // sending end of a channel that has nothing in it.
    let work: Work<'static> = unsafe { mem::transmute::<Work<'_>, Work<'static>>(work) };
    let _ = companion.work.send(work);
    let (result, has_children) = outcome.recv().expect("a companion does what it is sent");
    // What could not be ended would be taken for a child of the next run.
    if result.is_ok() && !has_children {
        let _ = COMPANION.try_with(|idle| idle.set(Some(companion)));
    }
    Ok(result.unwrap_or_else(|panic| resume_unwind(panic)))
}

impl Companion {
    fn start(processors: Vec<u8>) -> io::Result<Companion> {
        let (work, todo) = channel::<Work<'static>>();
        thread::Builder::new().spawn(move || todo.into_iter().for_each(|work| work()))?;
        Ok(Companion { work, processors })
    }
}

/// Whether this thread has children or tracees (wait(2)).
fn has_children() -> bool {
    let flags = libc::__WALL | libc::__WNOTHREAD | libc::WNOHANG | libc::WEXITED | libc::WNOWAIT;
    // SAFETY: nothing is written where there is no place for it.
    unsafe { libc::waitid(libc::P_ALL, 0, std::ptr::null_mut(), flags) == 0 }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::process::Command;
    use std::thread;

    use super::aside;
    use crate::system::processors::{self, Kept};

    fn companion() -> thread::ThreadId {
        aside(|| thread::current().id()).unwrap()
    }

    #[test]
    fn it_is_kept() {
        let first = companion();
        assert_ne!(first, thread::current().id());
        assert_eq!(first, companion());
    }

    #[test]
    fn each_thread_has_its_own() {
        assert_ne!(companion(), thread::spawn(companion).join().unwrap());
    }

    #[test]
    fn it_runs_where_its_caller_runs() {
        let first = companion();
        let kept = Kept::to_one();
        assert_eq!(aside(processors::current).unwrap(), processors::current());
        drop(kept);
        assert_eq!(aside(processors::current).unwrap(), processors::current());
        let is_one = processors::current().iter().map(|byte| byte.count_ones()).sum::<u32>() == 1;
        assert_eq!(companion() == first, is_one);
    }

    #[test]
    fn a_panic_is_its_callers_and_ends_it() {
        let first = companion();
        let panic = catch_unwind(|| aside(|| panic!("no")));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"no"));
        assert_ne!(first, companion());
    }

    #[test]
    fn who_has_children_left_gets_nothing_more_to_do() {
        let first = companion();
        let mut child = aside(|| Command::new("sleep").arg("60").spawn().unwrap()).unwrap();
        assert_ne!(first, companion());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
