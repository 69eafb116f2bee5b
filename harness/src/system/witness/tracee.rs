//! A task that is watched: what it is told and asked by ptrace(2), and what it is waited for.

use std::ffi::{c_int, c_long, c_uint, c_void};
use std::ptr;

use nix::errno::Errno;

use crate::system::processor::{self, Registers};
use crate::transcript::schedule::Spot;

/// A task, by its thread id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Tracee(u32);

/// What a tracer waits for.
#[derive(Debug)]
pub(crate) enum Event {
    /// It has ended, with this status as waitpid(2) returns it, and was reaped.
    Ended(c_int),
    /// It is about to make this system call.
    Call(Call),
    /// It has made the call that it was let into by [`Tracee::call`].
    Called,
    /// It has created another task.
    Created(Tracee),
    /// The same, and it will wait until that one has executed a program, or ended.
    Lent(Tracee),
    /// The one to whom it lent its memory has given it back.
    Returned,
    /// It executes a new program; the thread that asked for it had this id before.
    Executed(Tracee),
    /// A signal is about to be delivered.
    Signal(c_int),
    /// It is about to execute the next instruction, or the one that it was to stop at, as its tracer asked.
    Trapped,
    /// Its process was stopped by a signal (group-stop).
    Stopped,
    /// It was stopped by its tracer, or is new.
    Held,
}

/// A system call that is about to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub number: c_long,
    pub arguments: [u64; 6],
}

/// That a signal comes of a timer (`asm-generic/siginfo.h`).
const SI_TIMER: c_int = -2;

/// What a tracer asks for at once.
const OPTIONS: c_int = libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_TRACEVFORKDONE
    | libc::PTRACE_O_TRACESECCOMP
    | libc::PTRACE_O_EXITKILL;

fn request(request: c_uint, task: Tracee, address: usize, data: usize) -> Result<c_long, Errno> {
    let (address, data) =
        (ptr::without_provenance_mut::<c_void>(address), ptr::with_exposed_provenance_mut::<c_void>(data));
    // SAFETY: what the kernel writes to, or reads from, is made for it by each caller.
    Errno::result(unsafe { libc::ptrace(request, task.0.cast_signed(), address, data) })
}

fn ignore_gone<T>(_: Result<T, Errno>) {
    // Whoever is killed meanwhile can be asked nothing more: its end is the next thing that is waited for.
}

impl Tracee {
    /// The task with this thread id.
    pub fn new(id: u32) -> Tracee {
        Tracee(id)
    }

    /// Its thread id.
    pub fn id(self) -> u32 {
        self.0
    }

    /// Becomes the tracer of a child.
    pub fn seize(self) -> Result<(), Errno> {
        request(libc::PTRACE_SEIZE, self, 0, usize::try_from(OPTIONS).unwrap_or(0)).map(|_| ())
    }

    /// Lets it go on, with a signal; 0: none.
    pub fn go_on(self, signal: c_int) {
        ignore_gone(request(libc::PTRACE_CONT, self, 0, usize::try_from(signal).unwrap_or(0)));
    }

    /// Lets it execute one instruction, with a signal; 0: none. A call that it makes stops it in between.
    pub fn step(self, signal: c_int) {
        ignore_gone(request(libc::PTRACE_SINGLESTEP, self, 0, usize::try_from(signal).unwrap_or(0)));
    }

    /// Has it stop here, each time; or nowhere. False where the processor can't.
    pub fn stop_at(self, spot: Option<Spot>) -> bool {
        processor::stop_at(self, spot).is_ok()
    }

    /// Lets it make the call that it was stopped before, up to its end.
    pub fn call(self) {
        ignore_gone(request(libc::PTRACE_SYSCALL, self, 0, 0));
    }

    /// Leaves it in its group-stop, from which SIGCONT wakes it.
    pub fn stay_stopped(self) {
        ignore_gone(request(libc::PTRACE_LISTEN, self, 0, 0));
    }

    /// Has it stop as soon as it can.
    pub fn interrupt(self) {
        ignore_gone(request(libc::PTRACE_INTERRUPT, self, 0, 0));
    }

    /// Kills its process.
    pub fn kill(self) -> bool {
        self.send(libc::SIGKILL)
    }

    /// Sends its process a signal; false where that is refused or it is gone.
    pub fn send(self, signal: c_int) -> bool {
        // SAFETY: the call takes numbers.
        unsafe { libc::kill(self.0.cast_signed(), signal) == 0 }
    }

    /// Sends it, or its process alone, a signal as a timer does, with a value (`timer_create(2)`).
    pub fn send_of_timer(self, pid: u32, to_thread: bool, signal: c_int, value: u64) {
        // SAFETY: all zeros are valid; the fields are where the kernel has them (`siginfo_t`, `si_value` at 24), and it reads no more.
        unsafe {
            let mut info: [u64; 16] = [0; 16];
            let bytes = info.as_mut_ptr().cast::<c_int>();
            bytes.write(signal);
            bytes.add(2).write(SI_TIMER);
            info[3] = value;
            if to_thread {
                libc::syscall(libc::SYS_rt_tgsigqueueinfo, pid, self.0, signal, info.as_ptr());
            } else {
                libc::syscall(libc::SYS_rt_sigqueueinfo, pid, signal, info.as_ptr());
            }
        }
    }

    /// Leaves out the call that it is about to make: it sees this result.
    pub fn skip(self, result: i64) {
        ignore_gone(processor::skip(self, result));
    }

    /// Leaves out the call that it is about to make: it sees this error.
    pub fn refuse(self, errno: c_int) {
        self.skip(-i64::from(errno));
    }

    /// Changes the first argument of the call that it is about to make.
    pub fn set_first_argument(self, value: u64) {
        ignore_gone(processor::set_first_argument(self, value));
    }

    /// The result of the call that it has just made; an error as its negative number.
    pub fn result(self) -> Option<i64> {
        let info = self.info()?;
        // SAFETY: the kernel says which part it has filled in.
        (info.op == libc::PTRACE_SYSCALL_INFO_EXIT).then_some(unsafe { info.u.exit.sval })
    }

    /// The signal that is about to be delivered: who sent it, where a process did.
    pub fn sender(self) -> Option<u32> {
        // SAFETY: all zeros are valid, and the kernel fills it in.
        unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            request(libc::PTRACE_GETSIGINFO, self, 0, (&raw mut info).expose_provenance()).ok()?;
            (info.si_code <= 0).then(|| info.si_pid().cast_unsigned()).filter(|&pid| pid != 0)
        }
    }

    /// Whether the signal that is about to be delivered comes of its being stepped, or of [`Tracee::stop_at`] (sigaction(2):
    /// `TRAP_BRKPT`, `TRAP_TRACE`, `TRAP_HWBKPT`).
    fn is_trapped(self) -> bool {
        // SAFETY: all zeros are valid, and the kernel fills it in.
        unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            request(libc::PTRACE_GETSIGINFO, self, 0, (&raw mut info).expose_provenance()).is_ok()
                && matches!(info.si_code, libc::TRAP_BRKPT | libc::TRAP_TRACE | libc::TRAP_HWBKPT)
        }
    }

    /// Reads its memory, as far as that is there; how many bytes. None where it can't be read at all.
    pub fn read(self, address: u64, to: &mut [u8]) -> Option<usize> {
        let own = libc::iovec { iov_base: to.as_mut_ptr().cast(), iov_len: to.len() };
        let theirs = libc::iovec {
            iov_base: ptr::without_provenance_mut(usize::try_from(address).ok()?),
            iov_len: to.len(),
        };
        // SAFETY: our side is valid for its length; of theirs the kernel says how much there is.
        let read = unsafe {
            libc::process_vm_readv(self.0.cast_signed(), &raw const own, 1, &raw const theirs, 1, 0)
        };
        usize::try_from(read).ok()
    }

    /// Reads a number of its memory.
    pub fn read_u64(self, address: u64) -> Option<u64> {
        let mut bytes = [0; 8];
        (self.read(address, &mut bytes)? == 8).then(|| u64::from_ne_bytes(bytes))
    }

    /// Reads a number of its memory.
    pub fn read_u32(self, address: u64) -> Option<u32> {
        let mut bytes = [0; 4];
        (self.read(address, &mut bytes)? == 4).then(|| u32::from_ne_bytes(bytes))
    }

    /// Writes to its memory; false where that can't be written.
    pub fn write(self, address: u64, bytes: &[u8]) -> bool {
        let own = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let Ok(address) = usize::try_from(address) else { return false };
        let theirs = libc::iovec { iov_base: ptr::without_provenance_mut(address), iov_len: bytes.len() };
        // SAFETY: both parts are described truly; the kernel refuses what is not there (process_vm_writev(2)).
        let written = unsafe {
            libc::process_vm_writev(self.0.cast_signed(), &raw const own, 1, &raw const theirs, 1, 0)
        };
        usize::try_from(written) == Ok(bytes.len())
    }

    /// Its registers, while it is stopped; `None` where it is gone.
    pub fn registers(self) -> Option<Registers> {
        Registers::of(self)
    }

    /// Gives it other registers.
    pub fn set_registers(self, registers: &Registers) {
        ignore_gone(registers.give(self));
    }

    fn info(self) -> Option<libc::ptrace_syscall_info> {
        // SAFETY: all zeros are valid, and the kernel writes no more than it is told that there is.
        unsafe {
            let mut info: libc::ptrace_syscall_info = std::mem::zeroed();
            let size = size_of_val(&info);
            request(libc::PTRACE_GET_SYSCALL_INFO, self, size, (&raw mut info).expose_provenance()).ok()?;
            Some(info)
        }
    }

    /// The call that it was stopped before.
    fn stopped_before(self) -> Option<Call> {
        let info = self.info()?;
        if info.op != libc::PTRACE_SYSCALL_INFO_SECCOMP {
            return None;
        }
        // SAFETY: the kernel says which part it has filled in.
        let call = unsafe { info.u.seccomp };
        Some(Call { number: c_long::try_from(call.nr).ok()?, arguments: call.args })
    }

    /// What came along with an event.
    fn message(self) -> u32 {
        let mut message: u64 = 0;
        ignore_gone(request(libc::PTRACE_GETEVENTMSG, self, 0, (&raw mut message).expose_provenance()));
        u32::try_from(message).unwrap_or(0)
    }

    /// What a status tells of it.
    fn event(self, status: c_int) -> Event {
        if !libc::WIFSTOPPED(status) {
            return Event::Ended(status);
        }
        let signal = libc::WSTOPSIG(status);
        match status >> 16 {
            libc::PTRACE_EVENT_SECCOMP => self.stopped_before().map_or(Event::Held, Event::Call),
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_CLONE => Event::Created(Tracee(self.message())),
            libc::PTRACE_EVENT_VFORK => Event::Lent(Tracee(self.message())),
            libc::PTRACE_EVENT_VFORK_DONE => Event::Returned,
            libc::PTRACE_EVENT_EXEC => Event::Executed(Tracee(self.message())),
            libc::PTRACE_EVENT_STOP if signal == libc::SIGTRAP => Event::Held,
            libc::PTRACE_EVENT_STOP => Event::Stopped,
            _ if signal == libc::SIGTRAP | 0x80 => Event::Called,
            _ if signal == libc::SIGTRAP && self.is_trapped() => Event::Trapped,
            _ => Event::Signal(signal),
        }
    }
}

/// Writes a register of a stopped task.
#[cfg(target_arch = "x86_64")]
pub(in crate::system) fn poke_register(task: Tracee, place: usize, value: u64) -> Result<(), Errno> {
    let value = usize::try_from(value).map_err(|_| Errno::EINVAL)?;
    request(libc::PTRACE_POKEUSER, task, place, value).map(|_| ())
}

/// Reads all registers of a stopped task.
#[cfg(target_arch = "x86_64")]
pub(in crate::system) fn get_registers(task: Tracee, to: &mut libc::user_regs_struct) -> Result<(), Errno> {
    request(libc::PTRACE_GETREGS, task, 0, ptr::from_mut(to).expose_provenance()).map(|_| ())
}

/// Writes all registers of a stopped task.
#[cfg(target_arch = "x86_64")]
pub(in crate::system) fn set_registers(task: Tracee, from: &libc::user_regs_struct) -> Result<(), Errno> {
    request(libc::PTRACE_SETREGS, task, 0, ptr::from_ref(from).expose_provenance()).map(|_| ())
}

/// Reads a set of registers of a stopped task.
#[cfg(target_arch = "aarch64")]
pub(in crate::system) fn get_register_set<T>(task: Tracee, set: usize, to: &mut T) -> Result<(), Errno> {
    let mut part = libc::iovec { iov_base: ptr::from_mut(to).cast(), iov_len: size_of::<T>() };
    request(libc::PTRACE_GETREGSET, task, set, (&raw mut part).expose_provenance()).map(|_| ())
}

/// Writes a set of registers of a stopped task.
#[cfg(target_arch = "aarch64")]
pub(in crate::system) fn set_register_set<T>(task: Tracee, set: usize, from: &mut T) -> Result<(), Errno> {
    let mut part = libc::iovec { iov_base: ptr::from_mut(from).cast(), iov_len: size_of::<T>() };
    request(libc::PTRACE_SETREGSET, task, set, (&raw mut part).expose_provenance()).map(|_| ())
}

/// Waits for anybody of whom this thread is the tracer or parent; `None` where its bell has rung.
///
/// # Errors
/// `ECHILD` where there is nobody.
pub(crate) fn wait() -> Result<Option<(Tracee, Event)>, Errno> {
    match wait_by_id(-1, 0) {
        Err(Errno::EINTR) => Ok(None),
        waited => waited,
    }
}

/// Waits for this one.
///
/// # Errors
/// `ECHILD` where it is not there.
pub(super) fn wait_for(task: Tracee) -> Result<Event, Errno> {
    loop {
        match wait_by_id(task.0.cast_signed(), 0) {
            Ok(Some((_, event))) => return Ok(event),
            Ok(None) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// What there is of this one to be waited for; `None` if there is nothing.
///
/// # Errors
/// As above.
pub(crate) fn look_at(task: Tracee) -> Result<Option<Event>, Errno> {
    Ok(wait_by_id(task.0.cast_signed(), libc::WNOHANG)?.map(|(_, event)| event))
}

fn wait_by_id(id: c_int, flags: c_int) -> Result<Option<(Tracee, Event)>, Errno> {
    let mut status = 0;
    // SAFETY: the status is a valid place to write to.
    let waited = unsafe { libc::waitpid(id, &raw mut status, libc::__WALL | libc::__WNOTHREAD | flags) };
    let id = Errno::result(waited)?;
    let task = Tracee(id.cast_unsigned());
    Ok((id != 0).then(|| (task, task.event(status))))
}

/// Reaps a child of this thread that is no tracee, once it has ended.
pub(super) fn reap(child: Tracee) {
    while !matches!(wait_for(child), Ok(Event::Ended(_)) | Err(_)) {}
}
