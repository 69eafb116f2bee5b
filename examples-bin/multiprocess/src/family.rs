//! What a process knows of its family: who it is itself, and which children it has not reaped.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::signal::Signal;

use crate::child::{Child, ScopeId};
use crate::identity::Identity;

/// One value and one lock, because each page that a child writes to is copied for it, and that
/// costs more than anything else here does.
static FAMILY: Mutex<Family> =
    Mutex::new(Family { origin: None, constructed: 0, scopes: ScopeId(0), children: Vec::new() });

struct Family {
    /// What this process was started as; nothing in the main process.
    origin: Option<Arc<Identity>>,
    /// How many processes it has constructed.
    constructed: u64,
    /// The scope that was opened last, in it or in the ancestor that opened it.
    scopes: ScopeId,
    /// Of all scopes: a child may have any of its parent's in its closure, and must not take their
    /// children for its own.
    children: Vec<Arc<Child>>,
}

fn family() -> MutexGuard<'static, Family> {
    FAMILY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes this process, forked a moment ago, the one that was constructed as `identity`, with no
/// children yet.
pub(crate) fn start_over(identity: Arc<Identity>) {
    let mut family = family();
    family.constructed = 0;
    // Not dropped: that would write to all that the parent knew, and so copy it first.
    mem::forget(family.origin.replace(identity));
    mem::forget(mem::take(&mut family.children));
}

pub(crate) fn origin() -> Option<Arc<Identity>> {
    family().origin.clone()
}

/// Counts one more process as constructed, and gives it its number and name.
pub(crate) fn construct() -> Identity {
    let mut family = family();
    family.constructed += 1;
    Identity::new(family.origin.as_deref(), family.constructed)
}

/// A scope like no other: neither of this process's nor of those that its parent left open in it.
pub(crate) fn open_scope() -> ScopeId {
    let mut family = family();
    family.scopes.0 += 1;
    family.scopes
}

/// Takes a child in that was forked a moment ago, and lets go of those that have ended.
pub(crate) fn add(child: &Arc<Child>) {
    let children = &mut family().children;
    // The system gives a pid away only after its process was reaped, and that was not by us.
    children.iter().filter(|other| other.pid == child.pid).for_each(|namesake| namesake.lose());
    children.retain(|other| !other.has_ended());
    children.push(Arc::clone(child));
}

/// Terminates the daemons of a scope, then waits for all its children.
pub(crate) fn end_scope(scope: ScopeId) {
    let of_scope = family().children.extract_if(.., |child| child.scope == scope).collect();
    end(of_scope);
}

/// The same for all children that are left at the end of a process: it spawned them on a scope of
/// its parent's, and never comes to the end of that.
pub(crate) fn end_all() {
    let all = mem::take(&mut family().children);
    end(all);
}

fn end(children: Vec<Arc<Child>>) {
    // What can fail here can't be helped: a daemon that may not be signalled is waited for like one
    // that ignores the signal, and a child whose status is lost has ended.
    for daemon in children.iter().filter(|child| child.daemon) {
        let _ = daemon.signal(Signal::SIGTERM);
    }
    for child in children {
        let _ = child.wait();
    }
}
