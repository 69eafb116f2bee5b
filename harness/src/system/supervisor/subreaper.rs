//! The supervisor is a *subreaper* (`PR_SET_CHILD_SUBREAPER`, prctl(2)).
//!
//! Every orphan among its descendants becomes its child, however it was detached. It grants what outlives the
//! program a grace, then stops, names, kills and reaps its children until `waitpid` says that none is left, or only such as
//! can't be ended. A child that has not been reaped keeps its pid, so a signal can't hit a stranger.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::ptr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getsid};

use super::{ENDED, HEAD, KILLING, LEFT, Plan, REFUSED, Record, STARTED, STUCK, Swept, now, running};
use crate::system::proc::{Stat, children_of, command_of, field, is_traced, start_of};

const STACK: usize = 64 * 1024;

/// How long to wait for the death of what was killed, in milliseconds, before looking again. One that is traced by
/// another process of the run is not handed over until that one has ended too.
const PATIENCE: c_int = 10;

/// How long to wait for whoever is on its way out, in nanoseconds, before looking again.
const MOMENT: u64 = 1_000_000;

/// How often to look whether what was just stopped has stopped, before its command line is read though it seems to have none:
/// while it executes another program it has none.
const LOOKS: u32 = 50;

/// Kills what a killed supervisor left behind, and returns it. It is told from the children that this process started for
/// itself by its session, which a run never shares with it.
pub(super) fn sweep() -> Vec<Swept> {
    let mut swept: Vec<Swept> = Vec::new();
    let mut since = Instant::now();
    loop {
        let strays = strays();
        if strays.is_empty() {
            return swept;
        }
        let mut killed = false;
        for &stray in &strays {
            if swept.iter().all(|known| known.pid != stray) {
                let command = start_of(&command_of(stray));
                swept.push(Swept { pid: stray, command, killed: true });
            }
            killed |= kill(Pid::from_raw(stray.cast_signed()), Signal::SIGKILL).is_ok();
        }
        let ended = |&stray: &u32| {
            let flags = WaitPidFlag::__WALL | WaitPidFlag::WNOHANG;
            let status = waitpid(Pid::from_raw(stray.cast_signed()), Some(flags));
            !matches!(status, Ok(WaitStatus::StillAlive))
        };
        if strays.iter().filter(|&stray| ended(stray)).count() > 0 {
            since = Instant::now();
        } else if !killed || since.elapsed() > STUCK {
            leave(&strays, &mut swept);
            return swept;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Gives these up. They stay this process's children, and are no strays of another run.
fn leave(strays: &[u32], swept: &mut [Swept]) {
    running().extend(strays.iter().map(|stray| stray.cast_signed()));
    for left in swept.iter_mut().filter(|known| strays.contains(&known.pid)) {
        left.killed = false;
    }
}

fn strays() -> Vec<u32> {
    let known = running();
    let own = getsid(None).ok();
    let stray = |&child: &u32| {
        let pid = Pid::from_raw(child.cast_signed());
        // Who is traced is of a run that has a witness, which sees to it.
        !known.contains(&pid.as_raw()) && getsid(Some(pid)).ok() != own && !is_traced(child)
    };
    children_of(std::process::id()).into_iter().filter(stray).collect()
}

/// The supervisor's life.
pub(super) unsafe fn supervise(plan: &Plan) -> ! {
    // SAFETY: async-signal-safe system calls on descriptors and memory that this process owns.
    unsafe {
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        // Whoever may not trace everybody can't take its descriptors, nor write to its memory.
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        let [stdin, stdout, stderr] = plan.birth.stdio();
        keep_only(&mut [stdin, stdout, stderr, plan.socket, plan.proc]);

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
        let refused = if program < 0 { Errno::last_raw() } else { plan.refused.load(Ordering::Relaxed) };
        if refused == 0 {
            plan.close_stdio();
            watch(plan, program, signals, started);
        } else {
            Record::new(REFUSED, refused, 0).send(plan.socket);
        }
        Killer { plan, signals }.kill_all();
        plan.finish()
    }
}

/// Where a stack that grows downwards begins, aligned as calling conventions want it.
fn top_of(stack: &mut MaybeUninit<[u8; STACK]>) -> *mut u8 {
    let end = stack.as_mut_ptr().cast::<u8>().wrapping_add(STACK);
    end.wrapping_sub(end.addr() % 16)
}

/// The program's process up to its `execve`.
extern "C" fn execute(plan: *mut c_void) -> c_int {
    // SAFETY: `plan` is the supervisor's, which is suspended until this process executes or exits.
    unsafe {
        let plan = &*plan.cast::<Plan>();
        // Said here, it is known before the program's first output is.
        Record::new(STARTED, libc::getpid(), 0).send(plan.socket);
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        let refused = match plan.birth.prepare() {
            0 => plan.birth.execute(),
            refused => refused,
        };
        plan.refused.store(refused, Ordering::Relaxed);
        libc::_exit(127)
    }
}

/// Returns when nothing is left, the grace after the program's end is over, or the harness gave the order.
unsafe fn watch(plan: &Plan, program: libc::pid_t, signals: RawFd, started: u64) {
    let (mut deadline, mut late) = (u64::MAX, u64::MAX);
    loop {
        let mut status = 0;
        loop {
            // SAFETY: `status` is a valid place to write to.
            let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG | libc::__WALL) };
            if pid == program {
                let after = now() - started;
                Record::new(ENDED, status, after).send(plan.socket);
                deadline = (started + after).saturating_add(plan.grace);
                late = deadline.saturating_add(STUCK.as_secs() * 1_000_000_000);
            }
            if pid == 0 {
                break;
            }
            if pid < 0 {
                return;
            }
        }
        let mut polled = [
            libc::pollfd { fd: plan.socket, events: libc::POLLIN, revents: 0 },
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
        if polled[0].revents != 0 {
            return;
        }
        if now() >= deadline {
            // Whoever is on its way out is no survivor: it ends by itself, in a moment.
            if now() >= late || !(Killer { plan, signals }).all_are_ending() {
                return;
            }
            deadline = now() + MOMENT;
        }
    }
}

/// How far a process, or one of its threads, has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Life {
    /// It has ended, reaped or not.
    Ended,
    /// It is on its way out.
    Ending,
    /// It is alive.
    Alive,
}

/// Ends what is left.
struct Killer<'a> {
    plan: &'a Plan,
    /// Wakes when a child has ended.
    signals: RawFd,
}

impl Killer<'_> {
    /// Kills this process's children, names those that were alive, and reaps, until none is left that can be ended.
    unsafe fn kill_all(&self) {
        let mut since = now();
        loop {
            let (mut killed, mut spared) = (0_u32, 0_u32);
            // SAFETY: a child that was not reaped keeps its pid, so the signals reach nobody else.
            unsafe {
                // All at once: whoever is stopped can't have another child, nor end, while the others are named.
                self.each_child(&mut |pid| {
                    libc::kill(pid, libc::SIGSTOP);
                });
                self.each_child(&mut |pid| {
                    let life = self.name(pid, KILLING);
                    if libc::kill(pid, libc::SIGKILL) == 0 || life < Life::Alive {
                        killed += 1;
                    } else {
                        spared += 1;
                    }
                });
            }
            if self.reap(killed, &mut since) {
                return;
            }
            let stuck = Duration::from_nanos(now() - since) > STUCK;
            if stuck || (killed == 0 && spared > 0) {
                // SAFETY: the callback makes async-signal-safe calls alone.
                unsafe { self.each_child(&mut |pid| _ = self.name(pid, LEFT)) };
                return;
            }
        }
    }

    /// Reaps whoever of these has ended, and waits for one who has not; true once no child is left.
    fn reap(&self, mut killed: u32, since: &mut u64) -> bool {
        loop {
            // SAFETY: no status is asked for.
            match unsafe { libc::waitpid(-1, ptr::null_mut(), libc::WNOHANG | libc::__WALL) } {
                ..0 => return true,
                0 if killed > 0 && child_signal(self.signals, PATIENCE) => {}
                0 => return false,
                _ => {
                    killed = killed.saturating_sub(1);
                    *since = now();
                }
            }
        }
    }

    /// Whether there is nobody among the children who is alive, and somebody who is on its way out.
    fn all_are_ending(&self) -> bool {
        let (mut ending, mut alive) = (0_u32, 0_u32);
        // SAFETY: the callback makes async-signal-safe calls alone.
        unsafe {
            self.each_child(&mut |pid| match self.life_of(pid).0 {
                Life::Ended => {}
                Life::Ending => ending += 1,
                Life::Alive => alive += 1,
            });
        }
        ending > 0 && alive == 0
    }

    /// Calls `f` with the pid of each child, as `/proc` lists them (proc(5), `/proc/tid/children`).
    unsafe fn each_child(&self, f: &mut dyn FnMut(libc::pid_t)) {
        let mut buffer = [0_u8; 4096];
        let mut pid: libc::pid_t = 0;
        // SAFETY: the path is terminated, the buffer valid for its length.
        unsafe {
            let path = c"thread-self/children".as_ptr();
            let list = libc::openat(self.plan.proc, path, libc::O_RDONLY | libc::O_CLOEXEC);
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

    /// Reports a child by its pid and command line, unless it has ended. Who is on its way out is no survivor, unless it
    /// has to be left there.
    fn name(&self, pid: libc::pid_t, kind: u32) -> Life {
        let mut record = Record::new(kind, pid, 0);
        for look in 1.. {
            let (life, thread) = self.life_of(pid);
            if life == Life::Ended || (life == Life::Ending && kind == KILLING) {
                return life;
            }
            // Where the first thread has ended, another one knows.
            let path = Path::new().number(pid).text(b"/task/").number(thread);
            let len = self.read(path.text(b"/cmdline"), record.command()).len();
            record.set_command_len(len);
            if len > 0 {
                break;
            }
            let mut stat = [0; 512];
            let stat = self.read(path.text(b"/stat"), &mut stat);
            if life == Life::Ending
                || look == LOOKS
                || Stat::parse(stat).is_none_or(|stat| stat.state == b'T')
            {
                record.set_command_to_name_in(stat);
                break;
            }
            // SAFETY: nothing is polled.
            unsafe { libc::poll(ptr::null_mut(), 0, 1) };
        }
        record.send(self.plan.socket);
        Life::Alive
    }

    /// How far a process has come, and which of its threads the least far.
    fn life_of(&self, pid: libc::pid_t) -> (Life, libc::pid_t) {
        let mut stat = [0; 512];
        match Stat::parse(self.read(Path::new().number(pid).text(b"/stat"), &mut stat)) {
            None => (Life::Ended, pid),
            Some(stat) if stat.threads <= 1 => (self.life_of_thread(pid, pid), pid),
            Some(_) => {
                let mut first = (Life::Ended, pid);
                self.each_thread(pid, &mut |thread| {
                    let life = self.life_of_thread(pid, thread);
                    if life > first.0 {
                        first = (life, thread);
                    }
                });
                first
            }
        }
    }

    /// A thread that was killed, and does not know it yet, is on its way out too.
    fn life_of_thread(&self, pid: libc::pid_t, thread: libc::pid_t) -> Life {
        let path = Path::new().number(pid).text(b"/task/").number(thread);
        let mut buffer = [0; 2048];
        match Stat::parse(self.read(path.text(b"/stat"), &mut buffer)) {
            None => return Life::Ended,
            Some(stat) if stat.has_ended() => return Life::Ended,
            Some(stat) if stat.is_exiting() => return Life::Ending,
            Some(_) => {}
        }
        let status = self.read(path.text(b"/status"), &mut buffer);
        let pending = field(status, b"SigPnd:").and_then(|set| u64::from_str_radix(set, 16).ok());
        let killed = pending.is_some_and(|set| set & (1 << (libc::SIGKILL - 1)) != 0);
        if killed { Life::Ending } else { Life::Alive }
    }

    /// Calls `f` with the id of each thread of a process: getdents64(2).
    fn each_thread(&self, pid: libc::pid_t, f: &mut dyn FnMut(libc::pid_t)) {
        const NAME: usize = 19;
        let folder = self.open(Path::new().number(pid).text(b"/task"));
        let mut buffer = [0_u8; 4096];
        loop {
            // SAFETY: the buffer is valid for its length.
            let n = unsafe { libc::syscall(libc::SYS_getdents64, folder, buffer.as_mut_ptr(), buffer.len()) };
            let Ok(n @ 1..) = usize::try_from(n) else { break };
            let mut rest = &buffer[..n];
            while let Some(&[low, high]) = rest.get(16..18) {
                let (entry, others) = rest.split_at(usize::from(u16::from_ne_bytes([low, high])));
                let name = entry[NAME..].split(|&byte| byte == 0).next().unwrap_or_default();
                if let Some(thread) = str::from_utf8(name).ok().and_then(|name| name.parse().ok()) {
                    f(thread);
                }
                rest = others;
            }
        }
        // SAFETY: nothing else uses it.
        unsafe { libc::close(folder) };
    }

    /// Opens a file under `/proc`; -1 where it can't be.
    fn open(&self, path: Path) -> RawFd {
        // SAFETY: the path is terminated.
        unsafe { libc::openat(self.plan.proc, path.bytes.as_ptr().cast(), libc::O_RDONLY | libc::O_CLOEXEC) }
    }

    /// Reads the start of a file under `/proc`; empty where it can't be read.
    fn read<'a>(&self, path: Path, buffer: &'a mut [u8]) -> &'a [u8] {
        let file = self.open(path);
        if file < 0 {
            return &[];
        }
        // SAFETY: the buffer is valid for its length; nothing else uses the descriptor.
        let n = unsafe {
            let n = libc::read(file, buffer.as_mut_ptr().cast(), buffer.len());
            libc::close(file);
            n
        };
        &buffer[..usize::try_from(n).unwrap_or(0)]
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

/// A path below `/proc`, put together without allocating. It stays terminated.
#[derive(Clone, Copy)]
struct Path {
    bytes: [u8; 64],
    len: usize,
}

impl Path {
    fn new() -> Path {
        Path { bytes: [0; 64], len: 0 }
    }

    fn text(mut self, text: &[u8]) -> Path {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
        self
    }

    fn number(self, number: libc::pid_t) -> Path {
        let mut digits = [0_u8; 12];
        let mut first = digits.len();
        let mut rest = number.unsigned_abs();
        while rest > 0 {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.text(&digits[first..])
    }
}

impl Record {
    fn command(&mut self) -> &mut [u8] {
        &mut self.bytes[HEAD..]
    }

    fn set_command_len(&mut self, len: usize) {
        self.len = HEAD + len;
    }

    /// Who has no command line is named by what a `stat` calls it, in brackets.
    fn set_command_to_name_in(&mut self, stat: &[u8]) {
        let place = |wanted| stat.iter().position(|&byte| byte == wanted);
        let (Some(open), Some(close)) = (place(b'('), stat.iter().rposition(|&b| b == b')')) else { return };
        let mut len = 0;
        for part in [b"[", &stat[open + 1..close], b"]"] {
            self.command()[len..len + part.len()].copy_from_slice(part);
            len += part.len();
        }
        self.set_command_len(len);
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
