//! What `/proc` says of a process (proc(5)). Whatever it says may be out of date a moment later.

use std::fs;
use std::os::unix::fs::MetadataExt;

/// Reads the parent of a process from `/proc/PID/stat`; `None` once it has ended.
pub(crate) fn parent_of(pid: u32) -> Option<u32> {
    state_and_parent(pid).map(|(_, parent)| parent).filter(|&parent| parent != 0)
}

/// Whether a process runs: it has not ended, reaped or not.
pub(crate) fn is_alive(pid: u32) -> bool {
    state_and_parent(pid).is_some_and(|(state, _)| !matches!(state, b'Z' | b'X'))
}

/// How many threads a process has: `/proc/PID/task` has a folder for each, and as many links more than its own two;
/// `None` once it has ended.
pub(crate) fn threads_of(pid: u32) -> Option<u32> {
    let links = fs::metadata(format!("/proc/{pid}/task")).ok()?.nlink();
    u32::try_from(links.checked_sub(2)?).ok().filter(|&threads| threads > 0)
}

/// The file that a process executes, by its device and inode; `None` once it has ended.
pub(crate) fn executable_of(pid: u32) -> Option<(u64, u64)> {
    let file = fs::metadata(format!("/proc/{pid}/exe")).ok()?;
    Some((file.dev(), file.ino()))
}

fn state_and_parent(pid: u32) -> Option<(u8, u32)> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    // `pid (name) state parent …`: the name may itself hold parentheses (proc(5)).
    let after_name = stat.iter().rposition(|&b| b == b')')? + 1;
    let mut fields = std::str::from_utf8(&stat[after_name..]).ok()?.split_ascii_whitespace();
    let state = fields.next()?.bytes().next()?;
    Some((state, fields.next()?.parse().ok()?))
}

/// The children of all of a process's threads.
pub(crate) fn children_of(pid: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let children =
        |thread: fs::DirEntry| fs::read_to_string(thread.path().join("children")).unwrap_or_default();
    let all: Vec<String> = threads.filter_map(|thread| thread.ok().map(children)).collect();
    all.iter().flat_map(|list| list.split_ascii_whitespace()).filter_map(|pid| pid.parse().ok()).collect()
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
