//! One process per run that stands between the harness and the program, and ends what the program started.
//!
//! The supervisor is forked from the harness. It starts the program, waits for it, grants the rest a grace, then
//! kills what is left. How that is found, [`subreaper`] says.
//!
//! It is a fork of a process with many threads, so it may only do what is async-signal-safe
//! (signal-safety(7)): no allocation, no locks, no `std` beyond plain arithmetic. Everything it needs is made
//! before the fork. It talks to the harness over a pair of sockets: it sends [`Report`]s, and takes the end of file
//! as the order to end the run, which therefore also comes when the harness is killed.
//!
//! What it says decides the verdict, so that no program shall speak in its place. Sockets, unlike pipes, can't be opened
//! through `/proc/PID/fd`; the supervisor lets nobody take its descriptors from it who is not root (`PR_SET_DUMPABLE`); and the kernel
//! names who sends, so that what anybody else says is not heard.

#![allow(unsafe_code, reason = "a fork of a process with many threads, which may make system calls alone")]

mod subreaper;

use std::collections::HashSet;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::atomic::AtomicI32;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, Shutdown, SockFlag, SockType, shutdown, socketpair};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::run::conditions::Conditions;
use crate::system::birth::{Birth, Image, Pointers, Stdio};
use crate::system::proc::{COMMAND_MAX, is_stopped, start_of};

pub(crate) use self::subreaper::can_close_ranges;

/// How long a supervisor may take for its work once it has the order to end the run. A program that keeps it from its work
/// for so long has it killed.
const PATIENCE: Duration = Duration::from_secs(30);

/// One that was woken so often, and is stopped once more, is kept from its work.
const STOPPED_OFTEN: u32 = 10;

/// How long to wait for what was killed, or is on its way out, while nothing else ends either. What is there then can't be
/// ended: it is left and named.
const STUCK: Duration = Duration::from_secs(10);

const HEAD: usize = 16;
const RECORD: usize = HEAD + COMMAND_MAX;

/// So many reports are taken at once at the most.
const AT_ONCE: usize = 1024;

/// What the supervisor has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Report {
    /// The program's process is there, with this pid, and is about to execute it. Comes before all its output.
    Started { pid: u32 },
    /// The program could not be executed, for this `errno`.
    Refused { errno: i32 },
    /// The program's own process ended with this `waitpid` status, after so long.
    Ended { status: i32, after: Duration },
    /// This process was still alive when the run was ended, and is being killed.
    Killing { pid: u32, command: Vec<u8> },
    /// This process can't be ended, and is left.
    Left { pid: u32, command: Vec<u8> },
    /// Nothing of the run is left.
    Done,
}

/// A running supervisor. Dropping it ends its run, and waits until nothing is left of it that can be ended.
#[derive(Debug)]
pub(crate) struct Supervisor {
    pid: libc::pid_t,
    /// The program's own process, once it is known.
    program: u32,
    socket: OwnedFd,
    /// Whether it was given the order to end the run.
    ordered: bool,
    /// How often it was found stopped since then.
    stopped: u32,
    /// Whether it has said its last word, or was killed.
    done: bool,
}

impl Supervisor {
    /// Forks a supervisor that executes the program.
    ///
    /// # Errors
    /// Where the system refuses a socket or a process. Whether the program itself could be executed comes as a report.
    pub fn start(
        image: &Image,
        stdio: Stdio,
        grace: Duration,
        conditions: &Conditions,
    ) -> io::Result<Supervisor> {
        let (socket, theirs) = channel()?;
        let pointers = Pointers::to(image);
        let plan = Plan {
            birth: Birth::new(image, &pointers, &stdio, conditions),
            grace: u64::try_from(grace.as_nanos()).unwrap_or(u64::MAX),
            socket: theirs.as_raw_fd(),
            proc: crate::system::proc::descriptor()?.as_raw_fd(),
            refused: AtomicI32::new(0),
        };
        let mut running = running();
        // SAFETY: the child calls `supervise`, which keeps to async-signal-safe calls and never returns; what
        // `plan` points to was made before and lives in the child's own copy of the memory.
        let pid = unsafe { libc::fork() };
        if pid != 0 {
            running.insert(pid);
            drop(running);
            // Held open here, the program's ends would keep their readers from seeing the end of file.
            drop(stdio);
        }
        match pid {
            -1 => Err(io::Error::last_os_error()),
            // SAFETY: this is the forked child, single-threaded, with a valid plan.
            0 => unsafe {
                // Ctrl-C is for the harness, which then gives the order.
                libc::setsid();
                libc::signal(libc::SIGPIPE, libc::SIG_IGN);
                subreaper::supervise(&plan)
            },
            _ => Ok(Supervisor { pid, program: 0, socket, ordered: false, stopped: 0, done: false }),
        }
    }

    /// Its process id, which is what an orphan of its run names as its parent.
    pub fn id(&self) -> u32 {
        self.pid.cast_unsigned()
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.pid)
    }

    /// The descriptor to poll for reports.
    pub fn reports(&self) -> &OwnedFd {
        &self.socket
    }

    /// Orders the supervisor to end the run now. Given again, it wakes one that the program has stopped.
    pub fn end(&mut self) {
        if self.done {
            return;
        }
        if self.ordered {
            self.stopped += u32::from(is_stopped(self.id()));
        } else {
            self.ordered = true;
            let _ = shutdown(self.socket.as_raw_fd(), Shutdown::Write);
        }
        let _ = kill(self.pid(), Signal::SIGCONT);
    }

    /// Whether the program keeps it from its work, as far as can be told so long after that was due.
    pub fn is_kept_from_work(&self, late: Duration) -> bool {
        late > PATIENCE || self.stopped > STOPPED_OFTEN
    }

    /// Kills the supervisor, which the program keeps from its work or has killed already, and what it leaves behind, and
    /// returns that.
    pub fn sweep(&mut self) -> Vec<Swept> {
        self.done = true;
        let _ = kill(self.pid(), Signal::SIGKILL);
        self.wait_for_its_end();
        subreaper::sweep()
    }

    /// Reads what was reported; nothing where nothing was, and `None` once the supervisor has closed its end.
    pub fn read(&mut self) -> io::Result<Option<Vec<Report>>> {
        let mut reports = Vec::new();
        let mut record = [0_u8; RECORD];
        while reports.len() < AT_ONCE {
            let report = match self.receive(&mut record) {
                Ok(Some(len)) => decode(&record[..len]),
                Ok(None) if reports.is_empty() => return Ok(None),
                Ok(None) | Err(Errno::EAGAIN) => break,
                Err(Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
            };
            match report {
                Some(Report::Started { pid }) => self.program = pid,
                // It becomes this process's child, and is no stray of another run.
                Some(Report::Left { pid, .. }) => drop(running().insert(pid.cast_signed())),
                Some(Report::Done) => self.done = true,
                _ => {}
            }
            reports.extend(report);
        }
        Ok(Some(reports))
    }

    /// Takes one record from the supervisor; `None` where none can come any more. The first one of all is the program's
    /// process's, before the program is there. What anybody else sends is empty.
    fn receive(&self, record: &mut [u8]) -> nix::Result<Option<usize>> {
        let message = crate::system::message::receive(&self.socket, record)?;
        let Some(sender) = message.sender else { return Ok(None) };
        let heard = sender == self.id() || self.program == 0;
        Ok(Some(if heard { message.bytes } else { 0 }))
    }

    /// Reaps it once it has ended, or gives up: one that is traced, by whom nobody can end, is not handed over.
    fn wait_for_its_end(&self) {
        let begun = Instant::now();
        let mut pause = Duration::from_micros(20);
        while begun.elapsed() < STUCK {
            match waitpid(self.pid(), Some(WaitPidFlag::WNOHANG)) {
                Ok(nix::sys::wait::WaitStatus::StillAlive) | Err(Errno::EINTR) => {}
                _ => {
                    running().remove(&self.pid);
                    return;
                }
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        let begun = Instant::now();
        while !self.done && !self.is_kept_from_work(begun.elapsed()) {
            self.end();
            let mut polled = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
            let _ = poll(&mut polled, PollTimeout::from(100_u8));
            // It may have more to say than its socket holds.
            if !matches!(self.read(), Ok(Some(_))) {
                break;
            }
        }
        if self.done {
            self.wait_for_its_end();
        } else {
            self.sweep();
        }
    }
}

/// What a supervisor that was killed left behind.
#[derive(Debug)]
pub(crate) struct Swept {
    pub pid: u32,
    pub command: Vec<u8>,
    /// Whether it could be killed.
    pub killed: bool,
}

/// The ends of harness and supervisor: whole records go through it, from one to the other.
fn channel() -> io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
    crate::system::message::name_senders(&ours)?;
    // A harness that does not listen must not keep what it started alive.
    nix::sys::socket::setsockopt(
        &theirs,
        nix::sys::socket::sockopt::SendTimeout,
        &nix::sys::time::TimeVal::new(PATIENCE.as_secs().cast_signed(), 0),
    )?;
    Ok((ours, theirs))
}

/// The supervisors that run, or have ended and are still to be reaped.
fn running() -> MutexGuard<'static, HashSet<libc::pid_t>> {
    static RUNNING: LazyLock<Mutex<HashSet<libc::pid_t>>> = LazyLock::new(Mutex::default);
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All that the forked child knows. Plain data: it is used where nothing may be allocated.
struct Plan {
    birth: Birth,
    /// How long what outlives its program may take to end by itself, in nanoseconds.
    grace: u64,
    socket: RawFd,
    /// `/proc`, which the program may mount over.
    proc: RawFd,
    /// Why the program could not be executed: the `errno` that its process left here.
    refused: AtomicI32,
}

impl Plan {
    /// Gives the program's ends of its streams up: held open here, their readers would see no end of file.
    unsafe fn close_stdio(&self) {
        for descriptor in self.birth.stdio() {
            // SAFETY: the supervisor has no other use for them.
            unsafe { libc::close(descriptor) };
        }
    }

    /// The supervisor's last word.
    unsafe fn finish(&self) -> ! {
        Record::new(DONE, 0, 0).send(self.socket);
        // SAFETY: _exit has no preconditions.
        unsafe { libc::_exit(0) }
    }
}

/// A record as it goes to the harness.
struct Record {
    bytes: [u8; RECORD],
    len: usize,
}

const STARTED: u32 = 1;
const REFUSED: u32 = 2;
const ENDED: u32 = 3;
const KILLING: u32 = 4;
const LEFT: u32 = 5;
const DONE: u32 = 6;

impl Record {
    fn new(kind: u32, number: i32, nanoseconds: u64) -> Record {
        let mut bytes = [0; RECORD];
        bytes[..4].copy_from_slice(&kind.to_ne_bytes());
        bytes[4..8].copy_from_slice(&number.to_ne_bytes());
        bytes[8..16].copy_from_slice(&nanoseconds.to_ne_bytes());
        Record { bytes, len: HEAD }
    }

    /// Sends it. Where the harness is gone the end of file says the same, and is acted upon.
    fn send(&self, to: RawFd) {
        // SAFETY: the buffer is valid for its length.
        let send = || unsafe { libc::send(to, self.bytes.as_ptr().cast(), self.len, libc::MSG_NOSIGNAL) };
        while send() < 0 && Errno::last_raw() == libc::EINTR {}
    }
}

/// What a record says; `None` of what no supervisor sends.
fn decode(record: &[u8]) -> Option<Report> {
    let number = i32::from_ne_bytes(*record.get(4..)?.first_chunk()?);
    let nanoseconds = u64::from_ne_bytes(*record.get(8..)?.first_chunk()?);
    let pid = number.cast_unsigned();
    Some(match u32::from_ne_bytes(*record.first_chunk()?) {
        STARTED => Report::Started { pid },
        REFUSED => Report::Refused { errno: number },
        ENDED => Report::Ended { status: number, after: Duration::from_nanos(nanoseconds) },
        KILLING => Report::Killing { pid, command: start_of(&record[HEAD..]) },
        LEFT => Report::Left { pid, command: start_of(&record[HEAD..]) },
        DONE => Report::Done,
        _ => return None,
    })
}

/// The monotonic clock, in nanoseconds.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}
