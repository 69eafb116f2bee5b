//! Which system calls stop a program: seccomp(2), with `SECCOMP_RET_TRACE`.
//!
//! Of all others the kernel finds out once that they are always allowed, and does not ask again: they cost next to nothing.
//! Code for another architecture, as 32-bit programs have it, passes unseen.

use std::collections::BTreeMap;
use std::ffi::c_long;
use std::sync::LazyLock;

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW,
    SECCOMP_RET_TRACE, sock_filter,
};

use super::directed;
use super::tracee::Call;
use crate::system::processor::ARCHITECTURE;

/// Calls that write to a descriptor, and which argument it is.
const WRITES: [(c_long, u32); 12] = [
    (libc::SYS_write, 0),
    (libc::SYS_writev, 0),
    (libc::SYS_pwritev, 0),
    (libc::SYS_pwritev2, 0),
    (libc::SYS_sendto, 0),
    (libc::SYS_sendmsg, 0),
    (libc::SYS_sendmmsg, 0),
    (libc::SYS_sendfile, 0),
    (libc::SYS_vmsplice, 0),
    (libc::SYS_tee, 1),
    (libc::SYS_splice, 2),
    (libc::SYS_copy_file_range, 2),
];

/// Calls that always stop it: ends, waits, signals, what could be turned against its tracer, and what tells on which processors
/// somebody may run.
const ALWAYS: [c_long; 16] = [
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_tgkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_send_signal,
    libc::SYS_clone3,
    libc::SYS_ptrace,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_setaffinity,
];

impl Call {
    /// The descriptor that it writes to, if it writes.
    pub fn writes_to(self) -> Option<u64> {
        let (_, argument) = WRITES.iter().find(|(number, _)| *number == self.number)?;
        Some(self.arguments[*argument as usize])
    }

    /// Whether it may send a signal.
    pub fn may_signal(self) -> bool {
        SIGNALS.contains(&self.number)
    }
}

/// Calls that send signals.
const SIGNALS: [c_long; 6] = [
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_tgkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_send_signal,
];

/// Where a filter finds things: `struct seccomp_data` (`linux/seccomp.h`).
const NUMBER: u32 = 0;
const ARCH: u32 = 4;
const ARGUMENTS: u32 = 16;

/// The filter, as the kernel takes it; with the calls that a director decides of, if there is one.
pub(super) fn program(is_directed: bool) -> &'static [sock_filter] {
    static WITNESSED: LazyLock<Vec<sock_filter>> = LazyLock::new(|| make(false));
    static DIRECTED: LazyLock<Vec<sock_filter>> = LazyLock::new(|| make(true));
    if is_directed { &DIRECTED } else { &WITNESSED }
}

fn make(is_directed: bool) -> Vec<sock_filter> {
    let mut answers: BTreeMap<c_long, Vec<sock_filter>> = BTreeMap::new();
    if is_directed {
        answers.extend(directed::numbers().map(|call| (call, vec![stop()])));
        let [first, second] = directed::FILE_LOCKS.map(|(waits, _)| waits.cast_unsigned());
        answers.insert(libc::SYS_fcntl, stop_if(1, [equals(first), equals(second)]));
    }
    answers.extend(ALWAYS.map(|call| (call, vec![stop()])));
    answers.extend(WRITES.map(|(call, argument)| (call, stop_if(argument, [equals(1), equals(2)]))));
    let untraced = (BPF_JSET, libc::CLONE_UNTRACED.cast_unsigned());
    answers.insert(libc::SYS_clone, stop_if(0, [untraced]));
    answers.insert(libc::SYS_prctl, stop_if(0, [equals(libc::PR_SET_PDEATHSIG.cast_unsigned())]));
    let answers: Vec<(c_long, Vec<sock_filter>)> = answers.into_iter().collect();
    let mut program = vec![load(ARCH), jump(BPF_JEQ, ARCHITECTURE, 1, 0), allow(), load(NUMBER)];
    program.extend(search(&answers));
    program
}

/// The answer to one of these calls, which are in order; all others are allowed. When a program gets its filter the kernel goes
/// through it for every call that it knows: to ask for one after the other takes it several times as long.
fn search(answers: &[(c_long, Vec<sock_filter>)]) -> Vec<sock_filter> {
    match answers {
        [] => vec![allow()],
        [(call, answer)] => {
            [&[jump(BPF_JEQ, number(*call), 0, skip(answer))], &answer[..], &[allow()]].concat()
        }
        _ => {
            let (lower, upper) = answers.split_at(answers.len() / 2);
            let least = number(upper[0].0);
            let (lower, upper) = (search(lower), search(upper));
            [&[jump(BPF_JGE, least, skip(&lower), 0)], &lower[..], &upper[..]].concat()
        }
    }
}

/// Stops it where the lower half of an argument is one of these.
fn stop_if<const N: usize>(argument: u32, tests: [(u32, u32); N]) -> Vec<sock_filter> {
    let tests = tests.into_iter().flat_map(|(test, value)| [jump(test, value, 0, 1), stop()]);
    [load(ARGUMENTS + 8 * argument)].into_iter().chain(tests).chain([allow()]).collect()
}

fn equals(value: u32) -> (u32, u32) {
    (BPF_JEQ, value)
}

fn number(call: c_long) -> u32 {
    u32::try_from(call).expect("calls have small numbers")
}

/// How far to jump over these.
fn skip(instructions: &[sock_filter]) -> u8 {
    u8::try_from(instructions.len()).expect("a filter has few instructions")
}

fn load(place: u32) -> sock_filter {
    instruction(BPF_LD | BPF_W | BPF_ABS, place)
}

fn stop() -> sock_filter {
    instruction(BPF_RET | BPF_K, SECCOMP_RET_TRACE)
}

fn allow() -> sock_filter {
    instruction(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
}

fn jump(test: u32, value: u32, then: u8, otherwise: u8) -> sock_filter {
    sock_filter { jt: then, jf: otherwise, ..instruction(BPF_JMP | test | BPF_K, value) }
}

fn instruction(code: u32, k: u32) -> sock_filter {
    sock_filter { code: u16::try_from(code).unwrap_or_default(), jt: 0, jf: 0, k }
}
