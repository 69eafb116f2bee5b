//! One process per run that stands between the harness and the program, and ends what the program started.
//!
//! The supervisor is forked from the harness. It starts the program, waits for it, grants the rest a grace, then
//! kills what is left. What that is, and how it is found, depends on the system: [`subreaper`] is Linux's way,
//! [`group`] that of any Unix.
//!
//! It is a fork of a process with many threads, so it may only do what is async-signal-safe
//! (signal-safety(7)): no allocation, no locks, no `std` beyond plain arithmetic. Everything it needs is made
//! before the fork. It talks to the harness over two pipes: it sends [`Report`]s, and takes the end of file
//! on the other as the order to end the run, which therefore also comes when the harness is killed.

#![allow(unsafe_code)]

#[cfg(not(linux))]
mod group;
#[cfg(linux)]
mod subreaper;

use std::collections::HashSet;
use std::ffi::{CString, c_int};
use std::io::{self, Read, pipe};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::ptr;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

#[cfg(not(linux))]
use self::group as means;
#[cfg(linux)]
use self::subreaper as means;
use crate::chaos::Conditions;
use crate::descriptors::customary;

#[cfg(not(linux))]
pub(crate) use self::group::can_list;
#[cfg(linux)]
pub(crate) use self::subreaper::can_close_ranges;

/// How long what outlives its program may take to end by itself. Python's helpers need some 20 ms.
pub(crate) const GRACE: Duration = Duration::from_millis(500);

/// The longest command line that a report carries; a longer one is cut.
const COMMAND_MAX: usize = 512;
const RECORD: usize = 24 + COMMAND_MAX;

/// A program made ready to be executed: all that `execve` takes.
#[derive(Debug)]
pub(crate) struct Image {
    /// The file to execute.
    pub path: CString,
    /// Its arguments, its own name first.
    pub arguments: Vec<CString>,
    /// Its environment, `NAME=value`.
    pub environment: Vec<CString>,
    /// The folder to start in.
    pub folder: CString,
}

/// What the program gets as its stdin, stdout and stderr.
#[derive(Debug)]
pub(crate) struct Stdio {
    pub stdin: OwnedFd,
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
    /// Whether stdout is a terminal that shall control the program's session.
    pub terminal: bool,
}

/// What the supervisor has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Report {
    /// The program's process is there, with this pid, and is about to execute it. Comes before all its output.
    Started { pid: u32 },
    /// The program could not be executed, for this `errno`.
    Refused { errno: i32 },
    /// The program's own process ended with this `waitpid` status, after so long.
    Ended { status: i32, after: Duration },
    /// This process has ended, and whoever created it had ended without awaiting it.
    #[cfg(linux)]
    Orphan { pid: u32 },
    /// This process was still alive when the run was ended, and is being killed.
    Killing { pid: u32, command: Vec<u8> },
    /// Others outlived the program and its grace. The supervisor can't name them, and waits for the order to end them.
    Remaining,
    /// Nothing of the run is left.
    Done,
}

/// A running supervisor. Dropping it ends its run, and waits until nothing is left of it.
#[derive(Debug)]
pub(crate) struct Supervisor {
    pid: libc::pid_t,
    /// The program's own process, once it is known.
    program: u32,
    life: Option<io::PipeWriter>,
    reports: io::PipeReader,
    buffer: Vec<u8>,
    /// Who is being killed, where the supervisor does not say so itself.
    members: Vec<(u32, Vec<u8>)>,
}

impl Supervisor {
    /// Forks a supervisor that executes the program.
    ///
    /// # Errors
    /// Where the system refuses a pipe or a process. Whether the program itself could be executed comes as a report.
    pub fn start(image: &Image, stdio: Stdio, conditions: &Conditions) -> io::Result<Supervisor> {
        means::prepare()?;
        let (life, life_write) = pipe()?;
        let (reports, reports_write) = pipe()?;
        let arguments = pointers(&image.arguments);
        let environment = pointers(&image.environment);
        let plan = Plan {
            path: image.path.as_ptr(),
            arguments: arguments.as_ptr(),
            environment: environment.as_ptr(),
            folder: image.folder.as_ptr(),
            stdin: stdio.stdin.as_raw_fd(),
            stdout: stdio.stdout.as_raw_fd(),
            stderr: stdio.stderr.as_raw_fd(),
            terminal: stdio.terminal,
            #[cfg(linux)]
            processor: conditions.processor,
            niceness: conditions.niceness,
            descriptors: customary().map(|(rlim_cur, rlim_max)| libc::rlimit { rlim_cur, rlim_max }),
            life: life.as_raw_fd(),
            reports: reports_write.as_raw_fd(),
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
                means::supervise(&plan)
            },
            _ => Ok(Supervisor {
                pid,
                program: 0,
                life: Some(life_write),
                reports,
                buffer: Vec::new(),
                members: Vec::new(),
            }),
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
    pub fn reports(&self) -> &io::PipeReader {
        &self.reports
    }

    /// Orders the supervisor to end the run now. Given again, it wakes one that the program has stopped.
    pub fn end(&mut self) {
        if self.life.is_some() {
            self.members.extend(means::members(self.program));
            self.life = None;
        }
        let _ = kill(self.pid(), Signal::SIGCONT);
    }

    /// Kills the supervisor itself, if the program keeps it from its work: see [`Supervisor::sweep`].
    pub fn kill(&self) {
        let _ = kill(self.pid(), Signal::SIGKILL);
    }

    /// Kills what a killed supervisor left behind, and returns it with pid and command line.
    pub fn sweep(&self) -> Vec<(u32, Vec<u8>)> {
        means::sweep(self.program)
    }

    /// Reads what was reported; blocks where nothing was. `None` once the supervisor has closed its end.
    pub fn read(&mut self) -> io::Result<Option<Vec<Report>>> {
        let mut chunk = [0_u8; 16 * RECORD];
        let n = self.reports.read(&mut chunk)?;
        if n == 0 {
            return Ok(None);
        }
        self.buffer.extend_from_slice(&chunk[..n]);
        let whole = self.buffer.len() / RECORD * RECORD;
        let mut reports: Vec<Report> =
            self.buffer.drain(..whole).as_slice().chunks_exact(RECORD).map(decode).collect();
        for report in &reports {
            match report {
                Report::Started { pid } => self.program = *pid,
                Report::Remaining => self.end(),
                // Nothing is left to be ended.
                Report::Done => self.life = None,
                _ => {}
            }
        }
        let killing = self.members.drain(..).map(|(pid, command)| Report::Killing { pid, command });
        reports.splice(..0, killing);
        Ok(Some(reports))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.end();
        // It may have more to say than its pipe holds.
        while let Ok(Some(_)) = self.read() {}
        while waitpid(self.pid(), None) == Err(Errno::EINTR) {}
        running().remove(&self.pid);
    }
}

/// The supervisors that run, or have ended and are still to be reaped.
fn running() -> MutexGuard<'static, HashSet<libc::pid_t>> {
    static RUNNING: LazyLock<Mutex<HashSet<libc::pid_t>>> = LazyLock::new(Mutex::default);
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|s| s.as_ptr()).chain([ptr::null()]).collect()
}

/// All that the forked child knows. Plain data: it is used where nothing may be allocated.
struct Plan {
    path: *const libc::c_char,
    arguments: *const *const libc::c_char,
    environment: *const *const libc::c_char,
    folder: *const libc::c_char,
    stdin: RawFd,
    stdout: RawFd,
    stderr: RawFd,
    terminal: bool,
    #[cfg(linux)]
    processor: Option<usize>,
    niceness: c_int,
    descriptors: Option<libc::rlimit>,
    life: RawFd,
    reports: RawFd,
}

impl Plan {
    /// Gives the program's ends of its streams up: held open here, their readers would see no end of file.
    unsafe fn close_stdio(&self) {
        for descriptor in [self.stdin, self.stdout, self.stderr] {
            // SAFETY: the supervisor has no other use for them.
            unsafe { libc::close(descriptor) };
        }
    }

    /// The supervisor's last word.
    unsafe fn finish(&self) -> ! {
        Record::new(DONE, 0, 0).send(self.reports);
        // SAFETY: _exit has no preconditions.
        unsafe { libc::_exit(0) }
    }
}

/// A record as it goes through the pipe.
struct Record {
    bytes: [u8; RECORD],
}

const STARTED: u32 = 1;
const REFUSED: u32 = 2;
const ENDED: u32 = 3;
#[cfg(linux)]
const ORPHAN: u32 = 4;
#[cfg(linux)]
const KILLING: u32 = 5;
const REMAINING: u32 = 6;
const DONE: u32 = 7;

impl Record {
    fn new(kind: u32, number: i32, nanoseconds: u64) -> Record {
        let mut bytes = [0; RECORD];
        bytes[..4].copy_from_slice(&kind.to_ne_bytes());
        bytes[4..8].copy_from_slice(&number.to_ne_bytes());
        bytes[8..16].copy_from_slice(&nanoseconds.to_ne_bytes());
        Record { bytes }
    }

    fn send(&self, to: RawFd) {
        let mut rest = self.bytes.as_slice();
        while !rest.is_empty() {
            // SAFETY: the buffer is valid for its length.
            let n = unsafe { libc::write(to, rest.as_ptr().cast(), rest.len()) };
            match usize::try_from(n) {
                Ok(n) => rest = &rest[n..],
                Err(_) if Errno::last_raw() == libc::EINTR => {}
                // The harness is gone; the end of file on the other pipe says the same, and is acted upon.
                Err(_) => return,
            }
        }
    }
}

fn decode(record: &[u8]) -> Report {
    let word = |at: usize| <[u8; 4]>::try_from(&record[at..at + 4]).expect("four bytes");
    let long = |at: usize| u64::from_ne_bytes(record[at..at + 8].try_into().expect("eight bytes"));
    let number = i32::from_ne_bytes(word(4));
    match u32::from_ne_bytes(word(0)) {
        STARTED => Report::Started { pid: number.cast_unsigned() },
        REFUSED => Report::Refused { errno: number },
        ENDED => Report::Ended { status: number, after: Duration::from_nanos(long(8)) },
        #[cfg(linux)]
        ORPHAN => Report::Orphan { pid: number.cast_unsigned() },
        #[cfg(linux)]
        KILLING => {
            let len = usize::try_from(long(16)).unwrap_or(0).min(COMMAND_MAX);
            Report::Killing { pid: number.cast_unsigned(), command: start_of(&record[24..24 + len]) }
        }
        REMAINING => Report::Remaining,
        _ => Report::Done,
    }
}

/// The start of a command line, with a mark where it goes on.
fn start_of(command: &[u8]) -> Vec<u8> {
    let cut = command.len() >= COMMAND_MAX && command.last() != Some(&0);
    let start = &command[..command.len().min(COMMAND_MAX)];
    if cut { [start, "…".as_bytes()].concat() } else { start.to_vec() }
}

/// The program's process up to its `execve`. It may share its parent's memory, which then waits meanwhile.
unsafe fn execute(plan: &Plan) -> ! {
    // SAFETY: only async-signal-safe calls are made, on what the plan says, which was made before the fork.
    unsafe {
        // Said here, it is known before the program's first output is.
        Record::new(STARTED, libc::getpid(), 0).send(plan.reports);
        // A session of its own: a program that signals its process group must not hit its supervisor.
        libc::setsid();
        means::adjust(plan);
        if plan.terminal {
            let _ = rustix::process::ioctl_tiocsctty(BorrowedFd::borrow_raw(plan.stdout));
        }
        for (from, to) in [(plan.stdin, 0), (plan.stdout, 1), (plan.stderr, 2)] {
            libc::dup2(from, to);
        }
        if plan.niceness > 0 {
            libc::setpriority(libc::PRIO_PROCESS, 0, plan.niceness);
        }
        if let Some(descriptors) = &plan.descriptors {
            libc::setrlimit(libc::RLIMIT_NOFILE, descriptors);
        }
        for signal in 1..=64 {
            libc::signal(signal, libc::SIG_DFL);
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
        if libc::chdir(plan.folder) == 0 {
            libc::execve(plan.path, plan.arguments, plan.environment);
        }
        Record::new(REFUSED, Errno::last_raw(), 0).send(plan.reports);
        libc::_exit(127)
    }
}

/// The monotonic clock, in nanoseconds.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}
