//! What `/proc` says of a process (proc(5)). Whatever it says may be out of date a moment later.
//!
//! A program that may do so can mount something else over `/proc`. What was opened before goes on naming the true one.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;

use nix::dir::Dir;
use nix::fcntl::{AtFlags, OFlag, openat, readlinkat};
use nix::sys::stat::{Mode, fstatat};
use serde::{Deserialize, Serialize};

use crate::system::spent::Spent;
use crate::transcript::Place;

/// `/proc` itself, opened once.
static PROC: LazyLock<io::Result<OwnedFd>> = LazyLock::new(|| {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    Ok(nix::fcntl::open("/proc", flags, Mode::empty())?)
});

/// The kernel's flag of a task that is on its way out (`include/linux/sched.h`).
const PF_EXITING: u32 = 0x4;

/// `/proc` as it was when it was first asked for. To be called before any program is started.
pub(crate) fn descriptor() -> io::Result<BorrowedFd<'static>> {
    match &*PROC {
        Ok(proc) => Ok(proc.as_fd()),
        Err(error) => Err(io::Error::new(error.kind(), format!("/proc can't be opened: {error}"))),
    }
}

/// What is read of `/proc/PID/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub state: u8,
    parent: u32,
    flags: u32,
    pub threads: u32,
}

impl Stat {
    /// Reads what `/proc/PID/stat` says. Allocates nothing: a supervisor uses it too.
    pub fn parse(stat: &[u8]) -> Option<Stat> {
        // `pid (name) state parent …`: the name may itself hold parentheses (proc(5)).
        let after_name = stat.iter().rposition(|&byte| byte == b')')? + 1;
        let mut fields = str::from_utf8(&stat[after_name..]).ok()?.split_ascii_whitespace();
        Some(Stat {
            state: fields.next()?.bytes().next()?,
            parent: fields.next()?.parse().ok()?,
            flags: fields.nth(4)?.parse().ok()?,
            threads: fields.nth(10)?.parse().ok()?,
        })
    }

    /// Whether the task has ended, reaped or not. Of a process that is its first thread, which may have ended before the
    /// others.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, b'Z' | b'X')
    }

    /// Whether the task is on its way out.
    pub fn is_exiting(&self) -> bool {
        self.flags & PF_EXITING != 0
    }
}

fn open(path: &str, flags: OFlag) -> io::Result<OwnedFd> {
    Ok(openat(descriptor()?, path, flags | OFlag::O_CLOEXEC, Mode::empty())?)
}

fn read(path: &str) -> io::Result<Vec<u8>> {
    // Nearly always one read suffices.
    let mut bytes = Vec::with_capacity(4096);
    File::from(open(path, OFlag::O_RDONLY)?).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn stat(pid: u32) -> Option<Stat> {
    Stat::parse(&read(&format!("{pid}/stat")).ok()?)
}

/// Reads the parent of a process from `/proc/PID/stat`; `None` once it has ended.
pub(crate) fn parent_of(pid: u32) -> Option<u32> {
    stat(pid).map(|stat| stat.parent).filter(|&parent| parent != 0)
}

/// Whether a process runs: it has not ended, reaped or not.
pub(crate) fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|stat| !stat.has_ended() || stat.threads > 1)
}

/// Whether a task has ended, reaped or not; a process's first thread may have before the others.
pub(crate) fn has_ended(tid: u32) -> bool {
    stat(tid).is_none_or(|stat| stat.has_ended())
}

/// Whether a process was stopped by a signal, and is to be continued by one.
pub(crate) fn is_stopped(pid: u32) -> bool {
    stat(pid).is_some_and(|stat| stat.state == b'T')
}

/// A file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The file behind a descriptor of this process.
    pub fn of(descriptor: &impl AsFd) -> io::Result<FileId> {
        let stat = nix::sys::stat::fstat(descriptor)?;
        Ok(FileId { device: stat.st_dev, inode: stat.st_ino })
    }
}

/// The file behind a task's descriptor; `None` where it has none of that number.
pub(crate) fn file_behind(tid: u32, descriptor: i32) -> Option<FileId> {
    let path = format!("{tid}/fd/{descriptor}");
    let stat = fstatat(self::descriptor().ok()?, path.as_str(), AtFlags::empty()).ok()?;
    Some(FileId { device: stat.st_dev, inode: stat.st_ino })
}

/// Whether a process holds a lock on this file (flock(2), fcntl(2)), by any of its descriptors.
pub(crate) fn has_lock_on(pid: u32, file: FileId) -> bool {
    let is_lock = |info: Vec<u8>| info.split(|&byte| byte == b'\n').any(|line| line.starts_with(b"lock:"));
    let locks = |descriptor: i32| {
        file_behind(pid, descriptor) == Some(file)
            && read(&format!("{pid}/fdinfo/{descriptor}")).is_ok_and(is_lock)
    };
    numbers_in(&format!("{pid}/fd")).any(locks)
}

/// The names in a folder of `/proc` that are numbers.
fn numbers_in<T: FromStr>(path: &str) -> impl Iterator<Item = T> + use<T> {
    let folder =
        open(path, OFlag::O_RDONLY | OFlag::O_DIRECTORY).ok().and_then(|folder| Dir::from_fd(folder).ok());
    let entries = folder.into_iter().flat_map(Dir::into_iter);
    entries.filter_map(|entry| entry.ok()?.file_name().to_str().ok()?.parse().ok())
}

/// What kind of file is behind a task's descriptor: its path, or as `pipe:[123]`.
pub(crate) fn kind_of(tid: u32, descriptor: i32) -> Option<String> {
    let path = readlinkat(self::descriptor().ok()?, format!("{tid}/fd/{descriptor}").as_str()).ok()?;
    path.into_string().ok()
}

/// The descriptors that an epoll(7) instance watches.
pub(crate) fn watched_by(tid: u32, descriptor: i32) -> Vec<i32> {
    let info = read(&format!("{tid}/fdinfo/{descriptor}")).unwrap_or_default();
    let lines = info.split(|&byte| byte == b'\n').filter_map(|line| str::from_utf8(line).ok());
    let watched = lines.filter_map(|line| line.strip_prefix("tfd:"));
    watched.filter_map(|rest| rest.split_ascii_whitespace().next()?.parse().ok()).collect()
}

/// The file or memory that several processes share at this address of one: device, inode, and where in it.
pub(crate) fn shared_memory(tid: u32, address: u64) -> Option<(u64, u64, u64)> {
    let maps = read(&format!("{tid}/maps")).ok()?;
    str::from_utf8(&maps).ok()?.lines().find_map(|line| {
        // `from-to rights offset major:minor inode path` (proc(5)), numbers but for the inode in hexadecimal.
        let mut fields = line.split_ascii_whitespace();
        let (from, to) = fields.next()?.split_once('-')?;
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let (from, to) = (number(from)?, number(to)?);
        if !(from..to).contains(&address) || !fields.next()?.ends_with('s') {
            return None;
        }
        let offset = number(fields.next()?)?;
        let (major, minor) = fields.next()?.split_once(':')?;
        let device = number(major)? << 32 | number(minor)?;
        Some((device, fields.next()?.parse().ok()?, offset + address - from))
    })
}

/// The signals that a task's descriptor tells of (signalfd(2)), a bit each.
pub(crate) fn signals_told_by(tid: u32, descriptor: i32) -> u64 {
    let info = read(&format!("{tid}/fdinfo/{descriptor}")).unwrap_or_default();
    field(&info, b"sigmask:").and_then(|set| u64::from_str_radix(set, 16).ok()).unwrap_or(0)
}

/// In which state a task is, by its letter (proc(5)); `None` once it is gone.
pub(crate) fn state_of(tid: u32) -> Option<u8> {
    stat(tid).map(|stat| stat.state)
}

/// The number of the call that a task is in; `None` where it is in none, or gone.
pub(crate) fn call_of(tid: u32) -> Option<std::ffi::c_long> {
    let call = read(&format!("{tid}/syscall")).ok()?;
    str::from_utf8(&call).ok()?.split_ascii_whitespace().next()?.parse().ok()
}

/// Sets of signals, a bit each, the lowest for signal 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Those that wait to be delivered to this thread.
    pub pending: u64,
    /// Those that wait to be delivered to any of its process.
    pub shared: u64,
    /// Those that have to wait.
    pub blocked: u64,
    /// Those that do nothing.
    pub ignored: u64,
    /// Those that have a handler.
    pub caught: u64,
}

/// How a task stands to signals; `None` once it is gone.
pub(crate) fn signals_of(tid: u32) -> Option<Signals> {
    let status = read(&format!("{tid}/status")).ok()?;
    let set = |word: &[u8]| u64::from_str_radix(field(&status, word)?, 16).ok();
    Some(Signals {
        pending: set(b"SigPnd:")?,
        shared: set(b"ShdPnd:")?,
        blocked: set(b"SigBlk:")?,
        ignored: set(b"SigIgn:")?,
        caught: set(b"SigCgt:")?,
    })
}

/// The process that a task's descriptor is a handle on (`pidfd_open(2)`), by its pid.
pub(crate) fn process_behind(tid: u32, descriptor: i32) -> Option<u32> {
    field(&read(&format!("{tid}/fdinfo/{descriptor}")).ok()?, b"Pid:")?.parse().ok()
}

/// The name of the file that a process executes, without its folder.
pub(crate) fn image_of(pid: u32) -> Option<String> {
    let path = readlinkat(descriptor().ok()?, format!("{pid}/exe").as_str()).ok()?;
    Some(Path::new(&path).file_name()?.to_string_lossy().into_owned())
}

/// Whether the file that a process executes would give it the rights of another user or group than this process's, who may
/// not trace one that has them (execve(2)).
pub(crate) fn gives_rights(pid: u32) -> bool {
    let own = nix::unistd::geteuid();
    if own.is_root() {
        return false;
    }
    let file = open(&format!("{pid}/exe"), OFlag::O_PATH).and_then(|file| File::from(file).metadata());
    file.is_ok_and(|file| {
        let has = |mode: Mode| file.mode() & mode.bits() != 0;
        (has(Mode::S_ISUID) && file.uid() != own.as_raw())
            || (has(Mode::S_ISGID) && file.gid() != nix::unistd::getegid().as_raw())
    })
}

/// What a task had of the processors.
pub(crate) fn spent_by(tid: u32) -> Option<Spent> {
    let schedstat = read(&format!("{tid}/schedstat")).ok()?;
    let mut numbers = str::from_utf8(&schedstat).ok()?.split_ascii_whitespace();
    let mut time = || Some(Duration::from_nanos(numbers.next()?.parse().ok()?));
    Some(Spent { ran: time()?, waited: time()? })
}

/// Whether a thread is one of this process's.
pub(crate) fn is_thread_of(pid: u32, tid: u32) -> bool {
    open(&format!("{pid}/task/{tid}"), OFlag::O_PATH).is_ok()
}

/// Whether a task is on its way out.
pub(crate) fn is_exiting(tid: u32) -> bool {
    stat(tid).is_none_or(|stat| stat.has_ended() || stat.is_exiting())
}

/// The start of a process's command line, each argument with a NUL byte at its end; empty once it has ended.
pub(crate) fn command_of(pid: u32) -> Vec<u8> {
    read(&format!("{pid}/cmdline")).unwrap_or_default()
}

/// The longest command line by which a process is named; a longer one is cut.
pub(crate) const COMMAND_MAX: usize = 512;

/// The start of a command line, with a mark where it goes on.
pub(crate) fn start_of(command: &[u8]) -> Vec<u8> {
    // What is as long and does not end an argument was cut before.
    let cut = command.len() > COMMAND_MAX || (command.len() == COMMAND_MAX && command.last() != Some(&0));
    let start = &command[..command.len().min(COMMAND_MAX)];
    if cut { [start, "…".as_bytes()].concat() } else { start.to_vec() }
}

/// What a process without a command line is called, in brackets.
pub(crate) fn name_of(pid: u32) -> Vec<u8> {
    let name = read(&format!("{pid}/comm")).unwrap_or_default();
    [b"[", name.trim_ascii_end(), b"]"].concat()
}

/// A pid namespace below the harness's own, and who a process is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// The namespace's own number, by which two are told apart.
    pub id: u64,
    /// The process's pid in it.
    pub pid: u32,
}

/// What one look at a task tells.
#[derive(Debug)]
pub(crate) struct Sighting {
    /// The process that it is of.
    pub process: u32,
    /// Its pid namespace, if that is not the one that `/proc` is of.
    pub place: Place,
}

impl Sighting {
    /// Looks at a task; `None` once it has ended. One that was not reaped yet still tells.
    pub fn of(tid: u32) -> Option<Sighting> {
        let status = read(&format!("{tid}/status")).ok()?;
        let process = field(&status, b"Tgid:")?.parse().ok()?;
        // Its pids from the namespace that `/proc` is of down to its own.
        let inner = field(&status, b"NStgid:").and_then(|pids| pids.split_ascii_whitespace().skip(1).last());
        let place = match inner {
            Some(inner) => {
                let id =
                    File::from(open(&format!("{tid}/ns/pid"), OFlag::O_PATH).ok()?).metadata().ok()?.ino();
                Place::Inside(Namespace { id, pid: inner.parse().ok()? })
            }
            None => Place::Here,
        };
        Some(Sighting { process, place })
    }
}

/// Whether a process has a tracer.
pub(crate) fn is_traced(pid: u32) -> bool {
    let status = read(&format!("{pid}/status")).unwrap_or_default();
    field(&status, b"TracerPid:").is_some_and(|tracer| tracer != "0")
}

/// What stands after this word in a `/proc/PID/status`. Allocates nothing.
pub(crate) fn field<'a>(status: &'a [u8], word: &[u8]) -> Option<&'a str> {
    let line = status.split(|&byte| byte == b'\n').find_map(|line| line.strip_prefix(word))?;
    str::from_utf8(line).ok().map(str::trim_ascii)
}

/// The children of all of a process's threads.
pub(crate) fn children_of(pid: u32) -> Vec<u32> {
    let lists = numbers_in::<u32>(&format!("{pid}/task"))
        .filter_map(|thread| String::from_utf8(read(&format!("{pid}/task/{thread}/children")).ok()?).ok());
    let children = |list: String| -> Vec<u32> {
        list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect()
    };
    lists.flat_map(children).collect()
}

/// All processes under this one, parents before their children.
pub(crate) fn descendants_of(pid: u32) -> Vec<u32> {
    let mut all = children_of(pid);
    let mut next = 0;
    while let Some(&pid) = all.get(next) {
        all.extend(children_of(pid));
        next += 1;
    }
    all
}

/// Whether a process is a descendant of another.
pub(crate) fn is_under(pid: u32, ancestor: u32) -> bool {
    let mut above = parent_of(pid);
    while let Some(parent) = above.filter(|&parent| parent > 1) {
        if parent == ancestor {
            return true;
        }
        above = parent_of(parent);
    }
    false
}
