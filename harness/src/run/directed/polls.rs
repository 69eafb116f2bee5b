//! Waits for descriptors: which they are, until when, and what running out of time looks like.

use std::os::fd::RawFd;

use nix::poll::PollFlags;

use super::clock::{Clock, time_at};
use crate::system::witness::directed::{Kind, kind};
use crate::system::witness::{Call, Tracee};

/// What a call waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watched {
    pub descriptors: Vec<(RawFd, PollFlags)>,
    /// Until when; `None`: for ever.
    pub until: Option<u64>,
    /// Whether it doesn't wait at all.
    pub at_once: bool,
    /// The signals that are blocked meanwhile, in place of those that are otherwise.
    pub blocked: Option<u64>,
}

const MILLISECOND: u64 = 1_000_000;

/// How many descriptors a `struct pollfd` array or a set can have here.
const MOST: u64 = 4096;

/// What one of the calls that wait for many descriptors waits for; `None` where that can't be read.
pub(super) fn watched(task: Tracee, call: Call, clock: Clock) -> Option<Watched> {
    let [first, second, third, fourth, fifth, sixth] = call.arguments;
    let milliseconds = |time: u64| {
        let time = low(time).cast_signed();
        u64::try_from(time).ok().map(|time| time * MILLISECOND)
    };
    let mask = |address: u64| (address != 0).then(|| task.read_u64(address)).flatten();
    let (descriptors, time, blocked) = match call.number {
        libc::SYS_ppoll => (polled(task, first, second)?, time_at(task, third, 1), mask(fourth)),
        libc::SYS_pselect6 => {
            let blocked = (sixth != 0).then(|| task.read_u64(sixth)).flatten().and_then(mask);
            (selected(task, first, [second, third, fourth])?, time_at(task, fifth, 1), blocked)
        }
        libc::SYS_epoll_pwait => (epolled(first), milliseconds(fourth), mask(fifth)),
        libc::SYS_epoll_pwait2 => (epolled(first), time_at(task, fourth, 1), mask(fifth)),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => (polled(task, first, second)?, milliseconds(third), None),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => (epolled(first), milliseconds(fourth), None),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => {
            (selected(task, first, [second, third, fourth])?, time_at(task, fifth, 1000), None)
        }
        _ => return None,
    };
    let until = time.map(|time| clock.after(time));
    Some(Watched { descriptors, until, at_once: time == Some(0), blocked })
}

#[allow(clippy::cast_possible_truncation, reason = "the kernel looks at no more of it")]
fn low(argument: u64) -> u32 {
    argument as u32
}

fn epolled(descriptor: u64) -> Vec<(RawFd, PollFlags)> {
    vec![(low(descriptor).cast_signed(), PollFlags::POLLIN)]
}

/// An array of `struct pollfd`: a descriptor, and 16 bits of what is waited for.
fn polled(task: Tracee, address: u64, count: u64) -> Option<Vec<(RawFd, PollFlags)>> {
    let one = |index: u64| {
        let entry = task.read_u64(address + 8 * index)?;
        let events = i16::from_ne_bytes([entry.to_ne_bytes()[4], entry.to_ne_bytes()[5]]);
        Some((low(entry).cast_signed(), PollFlags::from_bits_truncate(events)))
    };
    let all: Option<Vec<_>> = (count <= MOST).then(|| (0..count).map(one).collect())?;
    Some(all?.into_iter().filter(|(descriptor, _)| *descriptor >= 0).collect())
}

/// Three sets of descriptors, a bit each: to read, to write, and for what is urgent.
fn selected(task: Tracee, count: u64, sets: [u64; 3]) -> Option<Vec<(RawFd, PollFlags)>> {
    let wanted = [PollFlags::POLLIN, PollFlags::POLLOUT, PollFlags::POLLPRI];
    let mut all = Vec::new();
    for (address, events) in sets.into_iter().zip(wanted).filter(|(address, _)| *address != 0) {
        for word in 0..count.min(MOST).div_ceil(64) {
            let bits = task.read_u64(address + 8 * word)?;
            let in_word = (0..64).filter(|bit| bits >> bit & 1 != 0).map(|bit| 64 * word + bit);
            let descriptors = in_word.filter(|descriptor| *descriptor < count);
            all.extend(descriptors.map(|descriptor| (low(descriptor).cast_signed(), events)));
        }
    }
    Some(all)
}

/// What a call returns whose time has run out, once all that it watches was marked as not ready.
pub(super) fn ran_out(task: Tracee, call: Call) -> i64 {
    let [count, first, second, third, ..] = call.arguments;
    if matches!(kind(call.number), Some(Kind::Read(_))) {
        return -i64::from(libc::EAGAIN);
    }
    let is_select = match call.number {
        libc::SYS_pselect6 => true,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => true,
        _ => false,
    };
    if is_select {
        for set in [first, second, third].into_iter().filter(|set| *set != 0) {
            for word in 0..count.min(MOST).div_ceil(64) {
                task.write(set + 8 * word, &[0; 8]);
            }
        }
    }
    0
}
