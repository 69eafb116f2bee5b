//! One process per run that everything the program starts ends up with, and that ends it.
//!
//! The supervisor is forked from the harness and makes itself a *subreaper* (`PR_SET_CHILD_SUBREAPER`,
//! prctl(2)): every orphan among its descendants becomes its child, however it was detached. It starts the
//! program, waits for it, grants the rest a grace, then kills its children until `waitpid` says that none is
//! left. A child that has not been reaped keeps its pid, so a kill can't hit a stranger.
//!
//! It is a fork of a process with many threads, so it may only do what is async-signal-safe
//! (signal-safety(7)): no allocation, no locks, no `std` beyond plain arithmetic. Everything it needs is made
//! before the fork. It talks to the harness over two pipes: it sends [`Report`]s, and takes the end of file
//! on the other as the order to end the run, which therefore also comes when the harness is killed.

#![allow(unsafe_code)]

use std::collections::HashSet;
use std::ffi::{CString, c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{Pid, pipe2};

use crate::chaos::Conditions;
use crate::proc::children_of;

/// How long what outlives its program may take to end by itself. Python's helpers need some 20 ms.
pub(crate) const GRACE: Duration = Duration::from_millis(500);

/// The longest command line that a report carries; a longer one is cut.
const COMMAND_MAX: usize = 512;
const RECORD: usize = 24 + COMMAND_MAX;
const STACK: usize = 64 * 1024;

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
    /// This process was still alive when the run was ended, and is being killed.
    Killing { pid: u32, command: Vec<u8> },
    /// Nothing of the run is left.
    Done,
}

/// A running supervisor. Dropping it ends its run, and waits until nothing is left of it.
#[derive(Debug)]
pub(crate) struct Supervisor {
    pid: libc::pid_t,
    life: Option<OwnedFd>,
    reports: OwnedFd,
    buffer: Vec<u8>,
}

impl Supervisor {
    /// Forks a supervisor that executes the program.
    ///
    /// # Errors
    /// Where the system refuses a pipe or a process. Whether the program itself could be executed comes as a report.
    pub fn start(image: &Image, stdio: Stdio, conditions: &Conditions) -> io::Result<Supervisor> {
        // Should a program kill its supervisor, the run's orphans become this process's children: see `sweep`.
        nix::sys::prctl::set_child_subreaper(true)?;
        let (life, life_write) = pipe2(OFlag::O_CLOEXEC)?;
        let (reports, reports_write) = pipe2(OFlag::O_CLOEXEC)?;
        let arguments = pointers(&image.arguments);
        let environment = pointers(&image.environment);
        let mut stack = vec![0_u8; STACK];
        let mut plan = Plan {
            path: image.path.as_ptr(),
            arguments: arguments.as_ptr(),
            environment: environment.as_ptr(),
            folder: image.folder.as_ptr(),
            stdin: stdio.stdin.as_raw_fd(),
            stdout: stdio.stdout.as_raw_fd(),
            stderr: stdio.stderr.as_raw_fd(),
            terminal: stdio.terminal,
            processor: conditions.processor,
            niceness: conditions.niceness,
            life: life.as_raw_fd(),
            reports: reports_write.as_raw_fd(),
            stack_top: top_of(&mut stack),
            errno: 0,
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
            0 => unsafe { supervise(&mut plan) },
            _ => Ok(Supervisor { pid, life: Some(life_write), reports, buffer: Vec::new() }),
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
        &self.reports
    }

    /// Orders the supervisor to end the run now.
    pub fn end(&mut self) {
        self.life = None;
        // The program may have stopped it.
        let _ = kill(self.pid(), Signal::SIGCONT);
    }

    /// Kills what a killed supervisor left behind, and returns it with pid and command line. Its orphans are now
    /// children of this process. They are told from those that this process started for itself by their session,
    /// which a run never shares with it.
    pub fn sweep() -> Vec<(u32, Vec<u8>)> {
        let mut swept = Vec::new();
        loop {
            let known = running();
            let own = nix::unistd::getsid(None).ok();
            let stray = |&child: &u32| {
                let pid = Pid::from_raw(child.cast_signed());
                !known.contains(&pid.as_raw()) && nix::unistd::getsid(Some(pid)).ok() != own
            };
            let strays: Vec<u32> = children_of(std::process::id()).into_iter().filter(stray).collect();
            drop(known);
            if strays.is_empty() {
                return swept;
            }
            for stray in strays {
                let command = std::fs::read(format!("/proc/{stray}/cmdline")).unwrap_or_default();
                let pid = Pid::from_raw(stray.cast_signed());
                let _ = kill(pid, Signal::SIGKILL);
                while waitpid(pid, Some(WaitPidFlag::__WALL)) == Err(Errno::EINTR) {}
                swept.push((stray, command));
            }
        }
    }

    /// Reads what was reported; blocks where nothing was. `None` once the supervisor has closed its end.
    pub fn read(&mut self) -> io::Result<Option<Vec<Report>>> {
        let mut chunk = [0_u8; 4096];
        let n = nix::unistd::read(&self.reports, &mut chunk)?;
        if n == 0 {
            return Ok(None);
        }
        self.buffer.extend_from_slice(&chunk[..n]);
        let whole = self.buffer.len() / RECORD * RECORD;
        Ok(Some(self.buffer.drain(..whole).as_slice().chunks_exact(RECORD).map(decode).collect()))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.end();
        while waitpid(self.pid(), None) == Err(Errno::EINTR) {}
        running().remove(&self.pid);
    }
}

/// The supervisors that run, or have ended and are still to be reaped.
fn running() -> MutexGuard<'static, HashSet<libc::pid_t>> {
    static RUNNING: LazyLock<Mutex<HashSet<libc::pid_t>>> = LazyLock::new(Mutex::default);
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a stack that grows downwards begins, aligned as calling conventions want it.
fn top_of(stack: &mut [u8]) -> *mut u8 {
    let end = stack.as_mut_ptr_range().end;
    end.wrapping_sub(end.addr() % 16)
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
    processor: Option<usize>,
    niceness: c_int,
    life: RawFd,
    reports: RawFd,
    stack_top: *mut u8,
    /// Set by the program's process, which shares this memory, where it can't be executed.
    errno: c_int,
}

/// A record as it goes through the pipe. It is smaller than `PIPE_BUF`, so it arrives whole.
struct Record {
    bytes: [u8; RECORD],
}

const STARTED: u32 = 1;
const REFUSED: u32 = 2;
const ENDED: u32 = 3;
const KILLING: u32 = 4;
const DONE: u32 = 5;

impl Record {
    fn new(kind: u32, number: i32, nanoseconds: u64) -> Record {
        let mut bytes = [0; RECORD];
        bytes[..4].copy_from_slice(&kind.to_ne_bytes());
        bytes[4..8].copy_from_slice(&number.to_ne_bytes());
        bytes[8..16].copy_from_slice(&nanoseconds.to_ne_bytes());
        Record { bytes }
    }

    fn command(&mut self) -> &mut [u8] {
        &mut self.bytes[24..]
    }

    fn set_command_len(&mut self, len: usize) {
        self.bytes[16..24].copy_from_slice(&(len as u64).to_ne_bytes());
    }

    fn send(&self, to: RawFd) {
        // SAFETY: the buffer is valid for its length. A failure means that the harness is gone; the end of
        // file on the other pipe says the same, and is acted upon.
        unsafe { libc::write(to, self.bytes.as_ptr().cast(), RECORD) };
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
        KILLING => {
            let len = usize::try_from(long(16)).unwrap_or(0).min(COMMAND_MAX);
            Report::Killing { pid: number.cast_unsigned(), command: record[24..24 + len].to_vec() }
        }
        _ => Report::Done,
    }
}

/// The supervisor's life.
unsafe fn supervise(plan: &mut Plan) -> ! {
    // SAFETY: async-signal-safe system calls on descriptors and memory that this process owns.
    unsafe {
        libc::setsid();
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        keep_only(&mut [plan.stdin, plan.stdout, plan.stderr, plan.life, plan.reports]);

        let mut child_signal: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut child_signal);
        libc::sigaddset(&raw mut child_signal, libc::SIGCHLD);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const child_signal, ptr::null_mut());
        let signals = libc::signalfd(-1, &raw const child_signal, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);

        let started = now();
        // The program shares this memory until it has been executed (as posix_spawn does it), which saves
        // copying the harness's page tables a second time.
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        let program = libc::clone(execute, plan.stack_top.cast(), flags, ptr::from_mut(plan).cast());
        let refused = if program < 0 { *libc::__errno_location() } else { plan.errno };
        if refused != 0 {
            Record::new(REFUSED, refused, 0).send(plan.reports);
        } else {
            for descriptor in [plan.stdin, plan.stdout, plan.stderr] {
                libc::close(descriptor);
            }
            watch(plan, program, signals, started);
        }
        kill_all(plan.reports);
        Record::new(DONE, 0, 0).send(plan.reports);
        libc::_exit(0)
    }
}

/// Returns when nothing is left, the grace after the program's end is over, or the harness gave the order.
unsafe fn watch(plan: &Plan, program: libc::pid_t, signals: RawFd, started: u64) {
    let grace = u64::try_from(GRACE.as_nanos()).unwrap_or(u64::MAX);
    let mut deadline = u64::MAX;
    loop {
        let mut status = 0;
        loop {
            // SAFETY: `status` is a valid place to write to.
            let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG | libc::__WALL) };
            if pid == program {
                let after = now() - started;
                Record::new(ENDED, status, after).send(plan.reports);
                deadline = started + after + grace;
            }
            if pid == 0 {
                break;
            }
            if pid < 0 {
                return;
            }
        }
        let mut polled = [
            libc::pollfd { fd: plan.life, events: libc::POLLIN, revents: 0 },
            libc::pollfd { fd: signals, events: libc::POLLIN, revents: 0 },
        ];
        let left = if deadline == u64::MAX {
            -1
        } else {
            c_int::try_from(deadline.saturating_sub(now()).div_ceil(1_000_000)).unwrap_or(c_int::MAX)
        };
        // SAFETY: two valid pollfds; the siginfo buffer is as large as a read of one needs.
        unsafe {
            libc::poll(polled.as_mut_ptr(), 2, left);
            let mut info = [0_u8; size_of::<libc::signalfd_siginfo>()];
            libc::read(signals, info.as_mut_ptr().cast(), info.len());
        }
        if polled[0].revents != 0 || now() >= deadline {
            return;
        }
    }
}

/// Kills this process's children, names those that were alive, and reaps, until none is left.
unsafe fn kill_all(reports: RawFd) {
    loop {
        let mut named = 0;
        // SAFETY: a child that was not reaped keeps its pid, so the signal reaches nobody else.
        unsafe {
            each_child(&mut |pid| {
                name(pid, reports);
                libc::kill(pid, libc::SIGKILL);
                named += 1;
            });
        }
        let flags = if named == 0 { libc::WNOHANG } else { 0 } | libc::__WALL;
        // SAFETY: no status is asked for.
        if unsafe { libc::waitpid(-1, ptr::null_mut(), flags) } < 0 {
            return;
        }
    }
}

/// Calls `f` with the pid of each child, as `/proc` lists them (proc(5), `/proc/tid/children`).
unsafe fn each_child(f: &mut dyn FnMut(libc::pid_t)) {
    // SAFETY: the path is terminated, the buffer valid for its length.
    unsafe {
        let list = libc::open(c"/proc/thread-self/children".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        let mut buffer = [0_u8; 4096];
        let mut pid: libc::pid_t = 0;
        loop {
            let n = libc::read(list, buffer.as_mut_ptr().cast(), buffer.len());
            let Ok(n @ 1..) = usize::try_from(n) else { break };
            for &byte in &buffer[..n] {
                if byte.is_ascii_digit() {
                    pid = pid * 10 + libc::pid_t::from(byte - b'0');
                } else if pid != 0 {
                    f(pid);
                    pid = 0;
                }
            }
        }
        libc::close(list);
    }
}

/// Reports a child by its pid and command line, unless it has already ended.
unsafe fn name(pid: libc::pid_t, reports: RawFd) {
    let mut stat = [0_u8; 256];
    let stat = read_of(pid, b"/stat\0", &mut stat);
    // `pid (name) state …`: the name may itself hold parentheses (proc(5)).
    let Some(open) = stat.iter().position(|&b| b == b'(') else { return };
    let Some(close) = stat.iter().rposition(|&b| b == b')') else { return };
    if matches!(stat.get(close + 2), Some(b'Z' | b'X') | None) {
        return;
    }
    let mut record = Record::new(KILLING, pid, 0);
    let mut len = read_of(pid, b"/cmdline\0", record.command()).len();
    if len == 0 {
        let bracketed = [b"[", &stat[open + 1..close], b"]"];
        for part in bracketed {
            record.command()[len..len + part.len()].copy_from_slice(part);
            len += part.len();
        }
    }
    record.set_command_len(len);
    record.send(reports);
}

/// Reads the start of `/proc/PID/FILE`; empty where it can't be read.
fn read_of<'a>(pid: libc::pid_t, file: &[u8], buffer: &'a mut [u8]) -> &'a [u8] {
    let mut path = [0_u8; 48];
    path[..6].copy_from_slice(b"/proc/");
    let mut digits = [0_u8; 12];
    let mut first = digits.len();
    let mut rest = pid;
    while rest > 0 {
        first -= 1;
        digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    let number = &digits[first..];
    path[6..6 + number.len()].copy_from_slice(number);
    path[6 + number.len()..6 + number.len() + file.len()].copy_from_slice(file);
    // SAFETY: the path is terminated (`file` is), the buffer valid for its length.
    unsafe {
        let open = libc::open(path.as_ptr().cast(), libc::O_RDONLY | libc::O_CLOEXEC);
        if open < 0 {
            return &[];
        }
        let n = libc::read(open, buffer.as_mut_ptr().cast(), buffer.len());
        libc::close(open);
        &buffer[..usize::try_from(n).unwrap_or(0)]
    }
}

/// Closes every descriptor but these. Those of other runs are among what the fork copied, and an end of a pipe
/// that stays open here would keep its reader waiting.
unsafe fn keep_only(kept: &mut [RawFd; 5]) {
    kept.sort_unstable();
    let mut first: libc::c_uint = 0;
    for &descriptor in kept.iter() {
        let descriptor = descriptor.cast_unsigned();
        if descriptor > first {
            // SAFETY: nothing in this process uses the descriptors that are closed.
            unsafe { libc::syscall(libc::SYS_close_range, first, descriptor - 1, 0) };
        }
        first = descriptor + 1;
    }
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) };
}

/// Whether the kernel has `close_range`.
pub(crate) fn can_close_ranges() -> bool {
    // SAFETY: no descriptor has this number.
    unsafe { libc::syscall(libc::SYS_close_range, libc::c_uint::MAX, libc::c_uint::MAX, 0) == 0 }
}

/// The program's process up to its `execve`. It shares the supervisor's memory, which waits meanwhile.
extern "C" fn execute(plan: *mut c_void) -> c_int {
    // SAFETY: `plan` is the supervisor's, which is suspended until this process executes or exits; only
    // async-signal-safe calls are made.
    unsafe {
        let plan = &mut *plan.cast::<Plan>();
        // Said here, it is known before the program's first output is.
        Record::new(STARTED, libc::getpid(), 0).send(plan.reports);
        // A session of its own: a program that signals its process group must not hit its supervisor.
        libc::setsid();
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        if plan.terminal {
            libc::ioctl(plan.stdout, libc::TIOCSCTTY, 0);
        }
        for (from, to) in [(plan.stdin, 0), (plan.stdout, 1), (plan.stderr, 2)] {
            libc::dup2(from, to);
        }
        if let Some(processor) = plan.processor {
            let mut only: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(processor, &mut only);
            libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const only);
        }
        if plan.niceness > 0 {
            libc::setpriority(libc::PRIO_PROCESS, 0, plan.niceness);
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
        plan.errno = *libc::__errno_location();
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
