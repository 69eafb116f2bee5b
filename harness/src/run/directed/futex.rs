//! Futexes (futex(2)), as the kernel would have them, but that whoever directs decides whom a wake reaches.

use crate::system::proc;
use crate::system::witness::{Call, Tracee};

use super::clock::{Clock, time_at};

/// A word of memory that is waited on: private to a process, or part of a file or memory that several share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Private { process: usize, address: u64 },
    Shared { device: u64, inode: u64, offset: u64 },
}

/// What one waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub key: Key,
    pub address: u64,
    /// What the word was.
    pub value: u32,
    /// Which wakes reach it.
    pub bits: u32,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To wait, up to a moment.
    Wait(Waiting, Option<u64>),
    /// Nothing: the call returns this.
    Nothing(i64),
    /// To wake so many of those that wait there, whom these bits reach; then to have so many others wait there instead.
    Wake { wake: Wake, others: Others },
    /// What is left to the kernel.
    Other,
}

/// A wake of so many at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wake {
    pub key: Key,
    pub most: u64,
    pub bits: u32,
}

/// What a wake does besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    None,
    /// So many of the rest wait there from then on.
    Move {
        to: Key,
        address: u64,
        most: u64,
    },
    /// These are woken as well.
    Wake(Wake),
}

const ALL_BITS: u32 = u32::MAX;

/// What a task asks for; `process` is its own.
pub(super) fn asked(task: Tracee, process: usize, call: Call, clock: Clock) -> Asked {
    let [address, operation, value, fourth, second, sixth] = call.arguments;
    let operation = low(operation).cast_signed();
    let is_private = operation & libc::FUTEX_PRIVATE_FLAG != 0;
    let key = |address| key(task, process, address, is_private);
    let none = |error: i32| Asked::Nothing(-i64::from(error));
    match operation & libc::FUTEX_CMD_MASK {
        command @ (libc::FUTEX_WAIT | libc::FUTEX_WAIT_BITSET) => {
            let Some(word) = task.read_u32(address) else { return none(libc::EFAULT) };
            if word != low(value) {
                return none(libc::EAGAIN);
            }
            let time = time_at(task, fourth, 1);
            let (bits, until) = if command == libc::FUTEX_WAIT {
                (ALL_BITS, time.map(|time| clock.after(time)))
            } else {
                let of = if operation & libc::FUTEX_CLOCK_REALTIME == 0 { MONOTONIC } else { REALTIME };
                (low(sixth), time.map(|time| clock.when(of, time)))
            };
            Asked::Wait(Waiting { key: key(address), address, value: word, bits }, until)
        }
        libc::FUTEX_WAKE => wake(key(address), count(value), ALL_BITS, Others::None),
        libc::FUTEX_WAKE_BITSET => wake(key(address), count(value), low(sixth), Others::None),
        command @ (libc::FUTEX_REQUEUE | libc::FUTEX_CMP_REQUEUE) => {
            if command == libc::FUTEX_CMP_REQUEUE && task.read_u32(address) != Some(low(sixth)) {
                return none(libc::EAGAIN);
            }
            let to = Others::Move { to: key(second), address: second, most: count(fourth) };
            wake(key(address), count(value), ALL_BITS, to)
        }
        libc::FUTEX_WAKE_OP => {
            let Some(holds) = change(task, second, low(sixth)) else { return none(libc::EFAULT) };
            let others = Wake { key: key(second), most: count(fourth), bits: ALL_BITS };
            let others = if holds { Others::Wake(others) } else { Others::None };
            wake(key(address), count(value), ALL_BITS, others)
        }
        _ => Asked::Other,
    }
}

const MONOTONIC: u64 = libc::CLOCK_MONOTONIC as u64;
const REALTIME: u64 = libc::CLOCK_REALTIME as u64;

fn wake(key: Key, most: u64, bits: u32, others: Others) -> Asked {
    Asked::Wake { wake: Wake { key, most, bits }, others }
}

/// An argument that is a number of tasks: an `int`.
fn count(argument: u64) -> u64 {
    u64::try_from(low(argument).cast_signed()).unwrap_or(0)
}

#[allow(clippy::cast_possible_truncation, reason = "the kernel looks at no more of it")]
fn low(argument: u64) -> u32 {
    argument as u32
}

fn key(task: Tracee, process: usize, address: u64, is_private: bool) -> Key {
    let shared = (!is_private).then(|| proc::shared_memory(task.id(), address)).flatten();
    match shared {
        Some((device, inode, offset)) => Key::Shared { device, inode, offset },
        None => Key::Private { process, address },
    }
}

/// Changes a word as `FUTEX_WAKE_OP` says; whether what it was compares as that asks.
fn change(task: Tracee, address: u64, operation: u32) -> Option<bool> {
    let old = task.read_u32(address)?;
    let (mut argument, compared) = (signed_12(operation >> 12), signed_12(operation));
    let mut kind = operation >> 28;
    if kind & 8 != 0 {
        argument = 1_i32.wrapping_shl(argument.cast_unsigned());
        kind &= 7;
    }
    let argument = argument.cast_unsigned();
    let new = match kind {
        0 => argument,
        1 => old.wrapping_add(argument),
        2 => old | argument,
        3 => old & !argument,
        _ => old ^ argument,
    };
    if !task.write(address, &new.to_ne_bytes()) {
        return None;
    }
    let old = old.cast_signed();
    Some(match operation >> 24 & 15 {
        0 => old == compared,
        1 => old != compared,
        2 => old < compared,
        3 => old <= compared,
        4 => old > compared,
        _ => old >= compared,
    })
}

/// The lowest twelve bits, as a number with a sign.
fn signed_12(bits: u32) -> i32 {
    (bits << 20).cast_signed() >> 20
}
