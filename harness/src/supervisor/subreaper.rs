//! What Linux offers: the supervisor is a *subreaper* (`PR_SET_CHILD_SUBREAPER`, prctl(2)).
//!
//! Every orphan among its descendants becomes its child, however it was detached. It grants what outlives the
//! program a grace, then stops, names, kills and reaps its children until `waitpid` says that none is left. A
//! child that has not been reaped keeps its pid, so a signal can't hit a stranger.

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::ptr;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{Pid, getsid};

use super::{ENDED, GRACE, KILLING, ORPHAN, Plan, REFUSED, Record, now, running, start_of};
use crate::proc::children_of;

const STACK: usize = 64 * 1024;

/// How long to wait for the death of what was killed, in milliseconds, before looking again. One that is traced by
/// another process of the run is not handed over until that one has ended too.
const PATIENCE: c_int = 10;

/// Should a program kill its supervisor, the run's orphans become this process's children: see [`sweep`].
pub(super) fn prepare() -> io::Result<()> {
    Ok(nix::sys::prctl::set_child_subreaper(true)?)
}

/// Nobody: the supervisor names its children itself, when it kills them.
pub(super) fn members(_program: u32) -> Vec<(u32, Vec<u8>)> {
    Vec::new()
}

/// Kills what a killed supervisor left behind, and returns it with pid and command line. They are told from the
/// children that this process started for itself by their session, which a run never shares with it.
pub(super) fn sweep(_program: u32) -> Vec<(u32, Vec<u8>)> {
    let mut swept: Vec<(u32, Vec<u8>)> = Vec::new();
    loop {
        let strays = strays();
        if strays.is_empty() {
            return swept;
        }
        for &stray in &strays {
            let command = std::fs::read(format!("/proc/{stray}/cmdline")).unwrap_or_default();
            let _ = kill(Pid::from_raw(stray.cast_signed()), Signal::SIGKILL);
            if swept.iter().all(|&(known, _)| known != stray) {
                swept.push((stray, start_of(&command)));
            }
        }
        for stray in strays {
            let flags = WaitPidFlag::__WALL | WaitPidFlag::WNOHANG;
            let _ = waitpid(Pid::from_raw(stray.cast_signed()), Some(flags));
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

fn strays() -> Vec<u32> {
    let known = running();
    let own = getsid(None).ok();
    let stray = |&child: &u32| {
        let pid = Pid::from_raw(child.cast_signed());
        !known.contains(&pid.as_raw()) && getsid(Some(pid)).ok() != own
    };
    children_of(std::process::id()).into_iter().filter(stray).collect()
}

/// The supervisor's life.
pub(super) unsafe fn supervise(plan: &Plan) -> ! {
    // SAFETY: async-signal-safe system calls on descriptors and memory that this process owns.
    unsafe {
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        keep_only(&mut [plan.stdin, plan.stdout, plan.stderr, plan.life, plan.reports]);

        let mut child_signal: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut child_signal);
        libc::sigaddset(&raw mut child_signal, libc::SIGCHLD);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const child_signal, ptr::null_mut());
        let signals = libc::signalfd(-1, &raw const child_signal, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);

        let started = now();
        // The program shares this memory until it has been executed (as posix_spawn does it), which saves
        // copying the harness's page tables a second time. It has a stack of its own meanwhile.
        let mut stack = MaybeUninit::<[u8; STACK]>::uninit();
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        let plan_of_program = ptr::from_ref(plan).cast_mut().cast();
        let program = libc::clone(execute, top_of(&mut stack).cast(), flags, plan_of_program);
        if program < 0 {
            Record::new(REFUSED, Errno::last_raw(), 0).send(plan.reports);
        } else {
            plan.close_stdio();
            watch(plan, program, signals, started);
        }
        kill_all(plan.reports, signals);
        plan.finish()
    }
}

/// Where a stack that grows downwards begins, aligned as calling conventions want it.
fn top_of(stack: &mut MaybeUninit<[u8; STACK]>) -> *mut u8 {
    let end = stack.as_mut_ptr().cast::<u8>().wrapping_add(STACK);
    end.wrapping_sub(end.addr() % 16)
}

extern "C" fn execute(plan: *mut c_void) -> c_int {
    // SAFETY: `plan` is the supervisor's, which is suspended until this process executes or exits.
    unsafe { super::execute(&*plan.cast::<Plan>()) }
}

/// What only Linux does to the program's process before it is executed.
pub(super) unsafe fn adjust(plan: &Plan) {
    // SAFETY: async-signal-safe calls on this process alone.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        if let Some(processor) = plan.processor {
            let mut only: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(processor, &mut only);
            libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const only);
        }
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
            } else if pid > 0 {
                Record::new(ORPHAN, pid, 0).send(plan.reports);
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
unsafe fn kill_all(reports: RawFd, signals: RawFd) {
    loop {
        let mut killed = 0;
        // SAFETY: a child that was not reaped keeps its pid, so the signals reach nobody else.
        unsafe {
            // All at once: whoever is stopped can't have another child, nor end, while the others are named.
            each_child(&mut |pid| {
                libc::kill(pid, libc::SIGSTOP);
            });
            each_child(&mut |pid| {
                name(pid, reports);
                libc::kill(pid, libc::SIGKILL);
                killed += 1;
            });
        }
        loop {
            // SAFETY: no status is asked for.
            match unsafe { libc::waitpid(-1, ptr::null_mut(), libc::WNOHANG | libc::__WALL) } {
                ..0 => return,
                0 if killed > 0 && child_signal(signals, PATIENCE) => {}
                0 => break,
                _ => killed -= 1,
            }
        }
    }
}

/// Waits until a child has ended, for so many milliseconds at the most; false if none has.
fn child_signal(signals: RawFd, most: c_int) -> bool {
    let mut polled = libc::pollfd { fd: signals, events: libc::POLLIN, revents: 0 };
    let mut info = [0_u8; size_of::<libc::signalfd_siginfo>()];
    // SAFETY: one valid pollfd; the buffer is as large as a read of one needs.
    unsafe {
        libc::poll(&raw mut polled, 1, most) > 0
            && libc::read(signals, info.as_mut_ptr().cast(), info.len()) > 0
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

impl Record {
    fn command(&mut self) -> &mut [u8] {
        &mut self.bytes[24..]
    }

    fn set_command_len(&mut self, len: usize) {
        self.bytes[16..24].copy_from_slice(&(len as u64).to_ne_bytes());
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
