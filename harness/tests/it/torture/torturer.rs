//! What a shell script can't do to whoever runs it. Compiled by the tests that run it, without any crate.

use std::ffi::{c_int, c_long, c_ulong, c_void};
use std::fs::File;
use std::ptr::null_mut;
use std::time::Duration;
use std::{env, thread};

unsafe extern "C" {
    fn fork() -> c_int;
    fn _exit(status: c_int) -> !;
    fn getpid() -> c_int;
    fn getppid() -> c_int;
    fn prctl(option: c_int, value: c_ulong, ...) -> c_int;
    fn ptrace(request: c_int, pid: c_int, address: *mut c_void, data: *mut c_void) -> c_long;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn fcntl(descriptor: c_int, command: c_int) -> c_int;
}

const PR_SET_CHILD_SUBREAPER: c_int = 36;
const PTRACE_ATTACH: c_int = 16;
const WALL: c_int = 0x4000_0000;
const CLONE_VFORK: c_long = 0x4000;
const SIGCHLD: c_long = 17;
#[cfg(target_arch = "x86_64")]
const SYS_CLONE: c_long = 56;
#[cfg(not(target_arch = "x86_64"))]
const SYS_CLONE: c_long = 220;

fn main() {
    println!("main: {}", env::args().nth(1).unwrap());
    match env::args().nth(1).unwrap().as_str() {
        "storm" => storm(11),
        "chain" => chain(),
        "traced" => traced(),
        "subreaper" => subreaper(),
        "vfork" => clone(CLONE_VFORK | SIGCHLD),
        "silent" => clone(0),
        "descriptors" => descriptors(),
        other => panic!("no such torture: {other}"),
    }
}

fn child() -> bool {
    unsafe { fork() == 0 }
}

fn for_ever() -> ! {
    loop {
        thread::sleep(Duration::from_secs(1000));
    }
}

/// Two children each, and theirs, all of which stay: 4,094 at this depth.
fn storm(depth: u32) {
    for _ in 0..2 {
        if depth > 0 && child() {
            storm(depth - 1);
            for_ever();
        }
    }
}

/// One process at a time, which has a child and ends, faster than anybody could look at it. Not for ever, should nobody
/// be able to stop it.
fn chain() {
    if child() {
        for _ in 0..1_000_000 {
            if !child() {
                unsafe { _exit(0) };
            }
        }
        unsafe { _exit(0) };
    }
}

/// A child that traces its parent: whoever reaps the parent has to wait for the child.
fn traced() {
    if child() {
        if child() {
            let parent = unsafe { getppid() };
            unsafe {
                if ptrace(PTRACE_ATTACH, parent, null_mut(), null_mut()) == 0 {
                    waitpid(parent, null_mut(), WALL);
                    File::create("traced").unwrap();
                }
            }
            for_ever();
        }
        for_ever();
    }
    // Whoever may not trace leaves nothing that could be waited for.
    thread::sleep(Duration::from_millis(300));
}

/// A process that takes its orphans for itself, and keeps them.
fn subreaper() {
    if child() {
        unsafe { prctl(PR_SET_CHILD_SUBREAPER, 1) };
        for _ in 0..3 {
            if child() {
                if child() {
                    for_ever();
                }
                unsafe { _exit(0) };
            }
        }
        for_ever();
    }
    thread::sleep(Duration::from_millis(300));
}

/// A child that is none of fork's: one that its parent waits for, or one that tells nobody of its end.
fn clone(flags: c_long) {
    if unsafe { syscall(SYS_CLONE, flags, 0_usize, 0_usize, 0_usize, 0_usize) } == 0 {
        for_ever();
    }
}

/// Which descriptors are there, whatever their number.
fn descriptors() {
    let open = |descriptor: &c_int| unsafe { fcntl(*descriptor, 1) } != -1;
    let open: Vec<String> = (0..10_000).filter(open).map(|descriptor| descriptor.to_string()).collect();
    println!("main: pid {} has {}", unsafe { getpid() }, open.join(", "));
}
