//! What the programs wait for, and what they look at.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::{Pid, pause};

/// Holds processes until others let them pass, one at a time.
pub struct Gate {
    pass: PipeReader,
    open: PipeWriter,
}

impl Gate {
    pub fn new() -> Self {
        let (pass, open) = pipe().unwrap();
        Self { pass, open }
    }

    pub fn open(&self) {
        (&self.open).write_all(b".").unwrap();
    }

    pub fn pass(&self) {
        (&self.pass).read_exact(&mut [0]).unwrap();
    }
}

pub fn forever() -> ! {
    loop {
        pause();
    }
}

/// Lets a process that should be waiting go astray. Nothing true depends on how long this takes.
pub fn dawdle() {
    thread::sleep(Duration::from_millis(200));
}

/// This process has no children, neither running nor waiting to be reaped.
#[track_caller]
pub fn no_children() {
    let found = waitpid(None, Some(WaitPidFlag::WNOHANG));
    assert_eq!(found, Err(Errno::ECHILD));
}

/// Returns when the child has ended, without reaping it.
pub fn has_ended(id: u32) {
    let child = Id::Pid(pid(id));
    waitid(child, WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT).unwrap();
}

/// Blocks `SIGTERM`, here and in all children from here on.
pub fn block_sigterm() -> SigSet {
    let mut sigterm = SigSet::empty();
    sigterm.add(Signal::SIGTERM);
    sigterm.thread_block().unwrap();
    sigterm
}

pub fn pid(id: u32) -> Pid {
    Pid::from_raw(id.cast_signed())
}
