//! The calls by which tasks wait, ask for the time, or learn what differs from run to run: of these a director decides.

use std::ffi::c_long;

/// What a call is to a director.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It waits on a word of memory, or wakes who does (futex(2)).
    Futex,
    /// It sleeps.
    Sleep,
    /// It reads from the descriptor that is its first argument; its flags, where it has any, are this argument.
    Read(Option<usize>),
    /// It waits for one of many descriptors.
    Poll,
    /// It waits for a child.
    Child,
    /// It waits for a lock on a file.
    FileLock,
    /// It waits for a message or a semaphore.
    Message,
    /// It waits for a signal.
    Signal,
    /// It goes on with one that a signal has interrupted, for what is left of its time.
    Again,
    /// It lets others go first.
    Yield,
    /// It asks for the time.
    Clock,
    /// It sets or asks a timer.
    Timer,
    /// It asks for random bytes.
    Random,
    /// It asks or says on which processors it may run.
    Processors,
}

/// All of them. Some are known to one processor alone.
const KINDS: &[(c_long, Kind)] = &[
    (libc::SYS_futex, Kind::Futex),
    (libc::SYS_nanosleep, Kind::Sleep),
    (libc::SYS_clock_nanosleep, Kind::Sleep),
    (libc::SYS_read, Kind::Read(None)),
    (libc::SYS_readv, Kind::Read(None)),
    (libc::SYS_recvfrom, Kind::Read(Some(3))),
    (libc::SYS_recvmsg, Kind::Read(Some(2))),
    (libc::SYS_recvmmsg, Kind::Read(Some(3))),
    (libc::SYS_accept, Kind::Read(None)),
    (libc::SYS_accept4, Kind::Read(None)),
    (libc::SYS_ppoll, Kind::Poll),
    (libc::SYS_pselect6, Kind::Poll),
    (libc::SYS_epoll_pwait, Kind::Poll),
    (libc::SYS_epoll_pwait2, Kind::Poll),
    (libc::SYS_wait4, Kind::Child),
    (libc::SYS_waitid, Kind::Child),
    (libc::SYS_flock, Kind::FileLock),
    (libc::SYS_fcntl, Kind::FileLock),
    (libc::SYS_semop, Kind::Message),
    (libc::SYS_semtimedop, Kind::Message),
    (libc::SYS_msgrcv, Kind::Message),
    (libc::SYS_msgsnd, Kind::Message),
    (libc::SYS_mq_timedsend, Kind::Message),
    (libc::SYS_mq_timedreceive, Kind::Message),
    (libc::SYS_rt_sigsuspend, Kind::Signal),
    (libc::SYS_rt_sigtimedwait, Kind::Signal),
    (libc::SYS_restart_syscall, Kind::Again),
    (libc::SYS_sched_yield, Kind::Yield),
    (libc::SYS_clock_gettime, Kind::Clock),
    (libc::SYS_gettimeofday, Kind::Clock),
    (libc::SYS_setitimer, Kind::Timer),
    (libc::SYS_getitimer, Kind::Timer),
    (libc::SYS_timer_create, Kind::Timer),
    (libc::SYS_timer_settime, Kind::Timer),
    (libc::SYS_timer_gettime, Kind::Timer),
    (libc::SYS_timer_delete, Kind::Timer),
    (libc::SYS_timerfd_settime, Kind::Timer),
    (libc::SYS_timerfd_gettime, Kind::Timer),
    (libc::SYS_getrandom, Kind::Random),
    (libc::SYS_sched_getaffinity, Kind::Processors),
    (libc::SYS_sched_setaffinity, Kind::Processors),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_poll, Kind::Poll),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_select, Kind::Poll),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_epoll_wait, Kind::Poll),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_pause, Kind::Signal),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_alarm, Kind::Timer),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_time, Kind::Clock),
];

/// What this call is to a director; `None` where it has nothing to do with it.
pub(crate) fn kind(number: c_long) -> Option<Kind> {
    KINDS.iter().find(|(known, _)| *known == number).map(|(_, kind)| *kind)
}

/// The numbers of all of them. `fcntl` rarely waits: see [`FILE_LOCKS`].
pub(super) fn numbers() -> impl Iterator<Item = c_long> {
    KINDS.iter().map(|(number, _)| *number)
}

/// The commands of `fcntl` that wait, and those that do the same without waiting.
pub(crate) const FILE_LOCKS: [(i32, i32); 2] =
    [(libc::F_SETLKW, libc::F_SETLK), (libc::F_OFD_SETLKW, libc::F_OFD_SETLK)];
