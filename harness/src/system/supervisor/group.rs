//! What any Unix offers: the program's process group, which is killed as a whole.
//!
//! What leaves that group (`setsid`, `setpgid`, a shell's job control) escapes. What is left in it when the
//! program has ended is named by `ps`, which the harness asks: the supervisor, a fork, may not.

use std::ffi::c_int;
use std::io;
use std::os::fd::RawFd;
use std::process::{Command, Stdio};
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::{ENDED, Plan, REFUSED, REMAINING, Record, Swept, execute, now, start_of};

/// How long to wait for the death of what was killed, in turns of [`TURN`] milliseconds. Whoever is dead but not
/// reaped by its parent still counts as a member of its group.
const TURNS: u32 = 200;
const TURN: c_int = 5;

/// The supervisor's end of the pipe that wakes it when its child has ended.
static WAKE: AtomicI32 = AtomicI32::new(-1);

/// Nothing has to be made ready.
#[expect(clippy::unnecessary_wraps, reason = "Linux's way may fail")]
pub(super) fn prepare() -> io::Result<()> {
    Ok(())
}

/// Nothing but what any Unix does.
pub(super) unsafe fn adjust(_plan: &Plan) {}

/// Whether processes can be named.
pub(crate) fn can_list() -> bool {
    list().is_some_and(|processes| processes.iter().any(|process| process.pid == std::process::id()))
}

/// Who is in the program's group and alive, with its command line.
pub(super) fn members(program: u32) -> Vec<(u32, Vec<u8>)> {
    let all = list().unwrap_or_default().into_iter();
    all.filter(|process| process.group == program).map(|process| (process.pid, process.command)).collect()
}

/// Kills what a killed supervisor left behind in the program's group, and returns it with pid and command line.
pub(super) fn sweep(program: u32) -> Vec<Swept> {
    let members = members(program);
    if !members.is_empty() {
        let _ = killpg(Pid::from_raw(program.cast_signed()), Signal::SIGKILL);
    }
    members.into_iter().map(|(pid, command)| Swept { pid, command, killed: true }).collect()
}

struct Process {
    pid: u32,
    group: u32,
    command: Vec<u8>,
}

/// All processes that are alive, as `ps` tells them (POSIX; the state is an extension that all systems have).
fn list() -> Option<Vec<Process>> {
    let mut ps = Command::new("ps");
    ps.args(["-A", "-ww", "-o", "pid=", "-o", "pgid=", "-o", "stat=", "-o", "args="]).env("LC_ALL", "C");
    let output = ps.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    Some(output.stdout.split(|&byte| byte == b'\n').filter_map(process).collect())
}

fn process(line: &[u8]) -> Option<Process> {
    let line = String::from_utf8_lossy(line);
    let (pid, rest) = line.trim_start().split_once(' ')?;
    let (group, rest) = rest.trim_start().split_once(' ')?;
    let (state, command) = rest.trim_start().split_once(' ')?;
    (!state.starts_with('Z')).then_some(Process {
        pid: pid.parse().ok()?,
        group: group.parse().ok()?,
        command: start_of(command.trim_start().as_bytes()),
    })
}

/// The supervisor's life.
pub(super) unsafe fn supervise(plan: &Plan) -> ! {
    // SAFETY: async-signal-safe system calls on descriptors and memory that this process owns.
    unsafe {
        keep_only([plan.stdin, plan.stdout, plan.stderr, plan.socket]);
        let woken = wake_when_children_end();
        let started = now();
        let program = libc::fork();
        if program == 0 {
            Record::new(REFUSED, execute(plan), 0).send(plan.socket);
            libc::_exit(127)
        }
        if program < 0 {
            Record::new(REFUSED, Errno::last_raw(), 0).send(plan.socket);
        } else {
            plan.close_stdio();
            let reaped = watch(plan, program, woken, started);
            kill_group(program, reaped);
        }
        plan.finish()
    }
}

/// Returns when the group is empty or the harness gave the order; whether the program was reaped by then.
unsafe fn watch(plan: &Plan, program: libc::pid_t, woken: RawFd, started: u64) -> bool {
    let mut deadline = None;
    loop {
        let mut status = 0;
        // SAFETY: `status` is a valid place to write to; the program was not reaped, so its pid is its own.
        if deadline.is_none() && unsafe { libc::waitpid(program, &raw mut status, libc::WNOHANG) } == program
        {
            let after = now() - started;
            Record::new(ENDED, status, after).send(plan.socket);
            deadline = Some(started + after + plan.grace);
        }
        if deadline.is_some() && is_empty(program) {
            return true;
        }
        if deadline.is_some_and(|deadline| now() >= deadline) {
            // Once: from here on, only the order to end them is waited for.
            deadline = Some(u64::MAX);
            Record::new(REMAINING, 0, 0).send(plan.socket);
        }
        let mut polled = [
            libc::pollfd { fd: plan.socket, events: libc::POLLIN, revents: 0 },
            libc::pollfd { fd: woken, events: libc::POLLIN, revents: 0 },
        ];
        // Nobody says when the members of a group end that are not one's children.
        let turn = if deadline.is_some() { TURN } else { -1 };
        let mut bytes = [0_u8; 16];
        // SAFETY: two valid pollfds, and a buffer that is valid for its length.
        unsafe {
            libc::poll(polled.as_mut_ptr(), 2, turn);
            libc::read(woken, bytes.as_mut_ptr().cast(), bytes.len());
        }
        if polled[0].revents != 0 {
            return deadline.is_some();
        }
    }
}

/// Whether nobody is in the group. As long as somebody is, no other process gets its number (POSIX, `fork`).
fn is_empty(group: libc::pid_t) -> bool {
    // SAFETY: no signal is sent.
    unsafe { libc::kill(-group, 0) != 0 && Errno::last_raw() == libc::ESRCH }
}

/// Kills the program's group until nobody is in it.
unsafe fn kill_group(program: libc::pid_t, mut reaped: bool) {
    for _ in 0..TURNS {
        // SAFETY: the program's own pid is only used while it is not reaped; no status is asked for.
        unsafe {
            if !reaped {
                // It may not have begun its group yet.
                libc::kill(program, libc::SIGKILL);
                reaped = libc::waitpid(program, ptr::null_mut(), libc::WNOHANG) == program;
            }
            libc::kill(-program, libc::SIGKILL);
            if reaped && is_empty(program) {
                return;
            }
            libc::poll(ptr::null_mut(), 0, TURN);
        }
    }
}

/// The end to read of a pipe that gets a byte whenever a child has ended.
unsafe fn wake_when_children_end() -> RawFd {
    let mut ends = [-1; 2];
    // SAFETY: `ends` has room for two descriptors; the handler is async-signal-safe.
    unsafe {
        libc::pipe(ends.as_mut_ptr());
        for end in ends {
            libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC);
            libc::fcntl(end, libc::F_SETFL, libc::O_NONBLOCK);
        }
        WAKE.store(ends[1], Ordering::Relaxed);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = wake as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_NOCLDSTOP;
        libc::sigaction(libc::SIGCHLD, &raw const action, ptr::null_mut());
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
    }
    ends[0]
}

extern "C" fn wake(_signal: c_int) {
    let errno = Errno::last_raw();
    // SAFETY: one byte of a constant. A full pipe wakes as well.
    unsafe { libc::write(WAKE.load(Ordering::Relaxed), b"!".as_ptr().cast(), 1) };
    Errno::set_raw(errno);
}

/// Closes every descriptor but these. Those of other runs are among what the fork copied, and an end of a pipe
/// that stays open here would keep its reader waiting.
unsafe fn keep_only(kept: [RawFd; 4]) {
    // SAFETY: nothing in this process uses the descriptors that are closed.
    unsafe {
        // A limit beyond this is no limit, and trying them all would take long.
        let most = c_int::try_from(libc::sysconf(libc::_SC_OPEN_MAX)).unwrap_or(c_int::MAX).clamp(0, 65_536);
        for descriptor in (0..most).filter(|descriptor| !kept.contains(descriptor)) {
            libc::close(descriptor);
        }
    }
}
