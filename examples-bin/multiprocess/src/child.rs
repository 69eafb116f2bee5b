//! A child process, from its fork until its status is known.

use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::identity::Identity;
use crate::sys;

/// A scope, among those that are open in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeId(pub(crate) u64);

#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) identity: Arc<Identity>,
    pub(crate) pid: Pid,
    pub(crate) scope: ScopeId,
    pub(crate) daemon: bool,
    /// The process that forked it: the only one that knows whether the pid is still the child's.
    parent: u32,
    state: Mutex<State>,
}

/// What is known of a child.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Not reaped: its pid is its own, even if it has ended.
    Running,
    /// Reaped: its pid may be another process's by now.
    Ended(ExitStatus),
    /// Reaped by somebody else, who has its status.
    Lost,
}

impl Child {
    /// The child that was forked as `pid` a moment ago.
    pub(crate) fn new(identity: Arc<Identity>, pid: Pid, scope: ScopeId, daemon: bool) -> Self {
        Self { identity, pid, scope, daemon, parent: std::process::id(), state: Mutex::new(State::Running) }
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&self) -> io::Result<ExitStatus> {
        self.check_parent()?;
        let mut state = *self.state();
        while let State::Running = state {
            // Without the lock, so that others can signal it meanwhile, and without reaping, so
            // that its pid is still its own when they do.
            sys::await_end(self.pid);
            state = self.update(&mut self.state());
        }
        match state {
            State::Ended(status) => Ok(status),
            State::Running | State::Lost => Err(self.lost()),
        }
    }

    /// Sends it a signal, unless it has ended.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        self.check_parent()?;
        let mut state = self.state();
        match self.update(&mut state) {
            // Nobody reaps it while this holds the lock.
            State::Running => sys::kill(self.pid, signal),
            State::Ended(_) | State::Lost => Ok(()),
        }
    }

    /// Whether it has not ended yet.
    pub(crate) fn is_running(&self) -> io::Result<bool> {
        self.check_parent()?;
        let state = self.update(&mut self.state());
        Ok(matches!(state, State::Running))
    }

    /// Whether it is known to have ended; asks nobody.
    pub(crate) fn has_ended(&self) -> bool {
        !matches!(*self.state(), State::Running)
    }

    /// Notes that somebody else reaped it, unless this process did.
    pub(crate) fn lose(&self) {
        let mut state = self.state();
        if let State::Running = *state {
            *state = State::Lost;
        }
    }

    /// Brings `state` up to date, and reaps the child if it has ended.
    fn update(&self, state: &mut State) -> State {
        if let State::Running = state {
            *state = match sys::reap(self.pid) {
                Ok(None) => return State::Running,
                Ok(Some(status)) => State::Ended(status),
                Err(_) => State::Lost,
            };
        }
        *state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_parent(&self) -> io::Result<()> {
        let caller = std::process::id();
        if caller == self.parent {
            return Ok(());
        }
        let message = format!(
            "process {} ({}) is a child of process {}, not of this one ({caller}): \
             join, terminate or kill it there",
            self.identity.name(),
            self.pid,
            self.parent,
        );
        Err(io::Error::new(io::ErrorKind::InvalidInput, message))
    }

    fn lost(&self) -> io::Error {
        let message = format!(
            "process {} ({}) has ended, but its exit status is unknown: SIGCHLD is ignored, or \
             something else in this program waited for it; leave both to multiprocess",
            self.identity.name(),
            self.pid
        );
        io::Error::new(io::ErrorKind::NotFound, message)
    }
}
