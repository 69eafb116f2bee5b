//! Ctrl-C and the requests to end, SIGTERM and SIGHUP: they end every command, whatever it is doing.
//!
//! Runs see them as a descriptor that they can wait for: they are ended first, and the command then tells what it knows.
//! Whatever else a command does, a thread of its own ends it once no run is under way, and no file is being written.

#[cfg(feature = "cli")]
mod signals;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

/// Whether the user wants everything to end. Copies share the answer.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    /// The signal that has come; 0: none.
    signal: AtomicI32,
    /// Gets a byte when it comes, which nobody ever reads: it stays readable for all who poll it.
    descriptor: UnixStream,
}

impl Interrupt {
    /// One that never comes.
    pub fn never() -> Interrupt {
        Interrupt(None)
    }

    /// Whether it has come.
    pub fn is_raised(&self) -> bool {
        self.exit_code().is_some()
    }

    /// What the process ends with once it has come: 128 and the signal's number, as in a shell.
    pub fn exit_code(&self) -> Option<u8> {
        let signal = self.0.as_ref()?.signal.load(Ordering::Relaxed);
        u8::try_from(128 + signal).ok().filter(|_| signal != 0)
    }

    /// What to poll for it.
    pub(crate) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.0.as_ref().map(|shared| shared.descriptor.as_fd())
    }
}

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// Something that is not to be left in its middle: as long as there is one of these, the process is not ended by a first
/// signal.
#[derive(Debug)]
pub struct UnderWay(());

impl UnderWay {
    /// It begins.
    #[must_use]
    pub fn begin() -> UnderWay {
        UNDER_WAY.fetch_add(1, Ordering::AcqRel);
        UnderWay(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
    }
}

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether signals to this process are dealt with here.
static TAKEN_OVER: AtomicBool = AtomicBool::new(false);

/// A child, such as cargo, that a signal to this process ends, and with it all that it started: where signals are taken over,
/// it has a process group of its own.
#[derive(Debug)]
pub struct Group {
    /// Its first process.
    pub child: Child,
    id: Pid,
}

impl Group {
    /// Starts it.
    ///
    /// # Errors
    /// Where it can't be started.
    pub fn start(command: &mut Command) -> io::Result<Group> {
        // Nobody may look for groups to end between its start and its being known.
        let mut groups = groups();
        let ends_with_us = TAKEN_OVER.load(Ordering::Acquire);
        if ends_with_us {
            // A terminal signals the group in the foreground: this one then hears of it from here alone.
            command.process_group(0);
        }
        let child = command.spawn()?;
        let id = Pid::from_raw(child.id().cast_signed());
        if ends_with_us {
            groups.push(id);
        }
        Ok(Group { child, id })
    }

    /// Waits until its first process has ended.
    ///
    /// # Errors
    /// As [`Child::wait`].
    pub fn wait(mut self) -> io::Result<ExitStatus> {
        let ended = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        while waitid(Id::Pid(self.id), ended) == Err(Errno::EINTR) {}
        // Until it is reaped, nobody else has its id.
        groups().retain(|&group| group != self.id);
        self.child.wait()
    }
}
