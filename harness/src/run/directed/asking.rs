//! Calls that can be asked without waiting: a child's end, a lock on a file, a message. The call is made so that it returns at once;
//! where its answer is “not yet”, it is made again later, as it was.

use super::clock::{Clock, time_at};
use crate::system::processor::Registers;
use crate::system::witness::directed::FILE_LOCKS;
use crate::system::witness::{Call, Tracee};

/// Below its stack a task has nothing of its own, beyond what the calling convention keeps (128 bytes).
const SCRATCH: u64 = 512;

/// Where `waitid` puts the child's pid: `si_pid` in `siginfo_t`, on 64-bit systems.
const SI_PID: u64 = 16;

/// A call that was changed so that it does not wait.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    call: Call,
    /// Its arguments as they were.
    before: Registers,
    /// Where `waitid` puts what it found.
    found: u64,
}

/// Whether a call would wait if there were nothing.
pub(super) fn waits(call: Call) -> bool {
    let [_, second, third, fourth, fifth, _] = call.arguments;
    let has = |argument: u64, flag: i32| argument & u64::from(flag.cast_unsigned()) != 0;
    match call.number {
        libc::SYS_wait4 => !has(third, libc::WNOHANG),
        libc::SYS_waitid => !has(fourth, libc::WNOHANG),
        libc::SYS_flock => !has(second, libc::LOCK_NB),
        libc::SYS_msgsnd => !has(fourth, libc::IPC_NOWAIT),
        libc::SYS_msgrcv => !has(fifth, libc::IPC_NOWAIT),
        _ => true,
    }
}

/// Until when a call waits; `None`: for ever.
pub(super) fn until(task: Tracee, call: Call, clock: Clock) -> Option<u64> {
    match call.number {
        libc::SYS_semtimedop => time_at(task, call.arguments[3], 1).map(|time| clock.after(time)),
        libc::SYS_mq_timedsend | libc::SYS_mq_timedreceive => {
            let moment = time_at(task, call.arguments[4], 1);
            moment.map(|moment| clock.when(libc::CLOCK_REALTIME as u64, moment))
        }
        _ => None,
    }
}

/// What it returns when its time has run out.
pub(super) fn ran_out(call: Call) -> i64 {
    let error = if call.number == libc::SYS_semtimedop { libc::EAGAIN } else { libc::ETIMEDOUT };
    -i64::from(error)
}

impl Asking {
    /// Changes a call that a task is about to make; `None` where it is gone.
    pub fn prepare(task: Tracee, call: Call) -> Option<Asking> {
        let before = task.registers()?;
        let mut now = before;
        let scratch = now.stack() - SCRATCH;
        let mut found = 0;
        let mut add = |argument: usize, flag: i32| *now.argument(argument) |= u64::from(flag.cast_unsigned());
        match call.number {
            libc::SYS_wait4 => add(2, libc::WNOHANG),
            libc::SYS_waitid => {
                add(3, libc::WNOHANG);
                let given = *now.argument(2);
                found = if given == 0 { scratch } else { given };
                *now.argument(2) = found;
                task.write(found + SI_PID, &[0; 4]);
            }
            libc::SYS_flock => add(1, libc::LOCK_NB),
            libc::SYS_fcntl => {
                let command = i32::try_from(call.arguments[1]).unwrap_or(0);
                let (_, asks) = FILE_LOCKS.into_iter().find(|(waits, _)| *waits == command)?;
                *now.argument(1) = u64::from(asks.cast_unsigned());
            }
            libc::SYS_msgsnd => add(3, libc::IPC_NOWAIT),
            libc::SYS_msgrcv => add(4, libc::IPC_NOWAIT),
            libc::SYS_semop | libc::SYS_semtimedop => {
                task.write(scratch, &[0; 16]);
                now.set_number(libc::SYS_semtimedop);
                *now.argument(3) = scratch;
            }
            libc::SYS_mq_timedsend | libc::SYS_mq_timedreceive => {
                task.write(scratch, &[0; 16]);
                *now.argument(4) = scratch;
            }
            _ => return None,
        }
        task.set_registers(&now);
        Some(Asking { call, before, found })
    }

    /// Whether it was answered. Where it was not, the task will make it again, as it was.
    pub fn is_answered(self, task: Tracee) -> bool {
        let Some(result) = task.result() else { return true };
        let is = |errors: &[i32]| errors.iter().any(|error| result == -i64::from(*error));
        let not_yet = match self.call.number {
            libc::SYS_wait4 => result == 0,
            libc::SYS_waitid => result == 0 && task.read_u32(self.found + SI_PID) == Some(0),
            libc::SYS_flock | libc::SYS_fcntl => is(&[libc::EAGAIN, libc::EACCES]),
            libc::SYS_msgsnd | libc::SYS_semop | libc::SYS_semtimedop => is(&[libc::EAGAIN]),
            libc::SYS_msgrcv => is(&[libc::ENOMSG]),
            _ => is(&[libc::ETIMEDOUT]),
        };
        self.restore(task, not_yet);
        !not_yet
    }

    /// Gives the task the arguments back that it had.
    fn restore(mut self, task: Tracee, again: bool) {
        let Some(mut now) = task.registers() else { return };
        for argument in 1..6 {
            *now.argument(argument) = *self.before.argument(argument);
        }
        if again {
            *now.argument(0) = *self.before.argument(0);
            now.make_again(self.call.number);
        }
        task.set_registers(&now);
    }
}
