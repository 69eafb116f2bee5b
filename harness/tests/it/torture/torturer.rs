//! What a shell script can't do to whoever runs it. Compiled by the tests that run it, without any crate.

use std::ffi::{c_int, c_long, c_uint, c_ulong, c_void};
use std::fs::{File, OpenOptions, read_dir};
use std::io::Write;
use std::ptr::null_mut;
use std::time::Duration;
use std::{env, process, thread};

unsafe extern "C" {
    fn fork() -> c_int;
    fn _exit(status: c_int) -> !;
    fn getpid() -> c_int;
    fn getppid() -> c_int;
    fn prctl(option: c_int, value: c_ulong, ...) -> c_int;
    fn ptrace(request: c_int, pid: c_int, address: *mut c_void, data: *mut c_void) -> c_long;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn fcntl(descriptor: c_int, command: c_int, ...) -> c_int;
    fn setsid() -> c_int;
    fn setuid(user: c_uint) -> c_int;
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn pipe(ends: *mut c_int) -> c_int;
    fn read(descriptor: c_int, to: *mut c_void, len: usize) -> isize;
    fn write(descriptor: c_int, from: *const c_void, len: usize) -> isize;
    fn close(descriptor: c_int) -> c_int;
    fn send(socket: c_int, from: *const c_void, len: usize, flags: c_int) -> isize;
    fn sendmsg(socket: c_int, message: *const Message, flags: c_int) -> isize;
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
#[cfg(target_arch = "x86_64")]
const SYS_EXIT: c_long = 60;
#[cfg(not(target_arch = "x86_64"))]
const SYS_EXIT: c_long = 93;
const SYS_PIDFD_OPEN: c_long = 434;
const SYS_PIDFD_GETFD: c_long = 438;
const SIGCONT: c_int = 18;
const SIGSTOP: c_int = 19;
const F_SETFL: c_int = 4;
const O_WRONLY_NONBLOCK: c_int = 0o4001;

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
        "leader" => leader(),
        "ending" => ending(),
        "forge" => forge(),
        "setuid" => set_user(false),
        "setuid-stays" => set_user(true),
        "sends" => sends(),
        "hurry" => hurry(),
        "hangs" => hangs(),
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

/// A process whose first thread has ended, and another has not.
fn leader() {
    if child() {
        thread::spawn(for_ever);
        unsafe { syscall(SYS_EXIT, 0) };
    }
    thread::sleep(Duration::from_millis(100));
}

/// Processes that end by themselves about when the grace does, and need a while for it, since they have much memory.
fn ending() {
    let mut ends = [0; 2];
    unsafe { pipe(ends.as_mut_ptr()) };
    for turn in 0..12 {
        if child() {
            unsafe { close(ends[1]) };
            let memory = vec![1_u8; 32 << 20];
            unsafe { read(ends[0], [0_u8; 1].as_mut_ptr().cast(), 1) };
            thread::sleep(Duration::from_millis(480 + 3 * turn));
            std::hint::black_box(&memory);
            unsafe { _exit(0) };
        }
    }
    thread::sleep(Duration::from_millis(500));
}

/// Says in its supervisor's place that it has ended well and that nothing is left, wherever that may be said; then it leaves
/// a process behind and ends badly.
fn forge() {
    let record = |kind: u32| {
        let mut record = vec![0_u8; 536];
        record[..4].copy_from_slice(&kind.to_ne_bytes());
        record
    };
    let (ended, done) = (record(3), record(7));
    // By then the supervisor holds nothing but its own.
    thread::sleep(Duration::from_millis(100));
    let supervisor = unsafe { getppid() };
    for entry in read_dir(format!("/proc/{supervisor}/fd")).into_iter().flatten().flatten() {
        if let Ok(mut file) = OpenOptions::new().write(true).open(entry.path()) {
            let _ = file.write_all(&ended).and_then(|()| file.write_all(&done));
        }
    }
    let handle = unsafe { syscall(SYS_PIDFD_OPEN, supervisor, 0) };
    for number in 0..64 {
        let taken = unsafe { syscall(SYS_PIDFD_GETFD, handle, number, 0) } as c_int;
        if taken >= 0 {
            unsafe { send(taken, ended.as_ptr().cast(), ended.len(), 0) };
            unsafe { send(taken, done.as_ptr().cast(), done.len(), 0) };
        }
    }
    if child() {
        for_ever();
    }
    process::exit(3);
}

/// Becomes root, where its file says so, and leaves a process behind, or stays itself.
fn set_user(stays: bool) {
    unsafe { setuid(0) };
    let _ = File::create("root");
    if stays {
        for_ever();
    }
    if child() {
        unsafe { setsid() };
        for_ever();
    }
}

#[repr(C)]
struct Message {
    name: *const c_void,
    name_len: c_uint,
    parts: *const Part,
    parts_len: usize,
    control: *const c_void,
    control_len: usize,
    flags: c_int,
}

#[repr(C)]
struct Part {
    base: *const c_void,
    len: usize,
}

/// Sends descriptors along with what it prints: one, and as many as go with one message.
fn sends() {
    for (count, text) in [(1_usize, "main: one\n"), (253, "main: many\n"), (1, "main: one\n")] {
        // A header (its length, SOL_SOCKET, SCM_RIGHTS), then stdin again and again.
        let mut control = vec![0_u8; 16 + 4 * count];
        let len = control.len();
        control[..8].copy_from_slice(&len.to_ne_bytes());
        control[8..12].copy_from_slice(&1_i32.to_ne_bytes());
        control[12..16].copy_from_slice(&1_i32.to_ne_bytes());
        control.resize(len.next_multiple_of(8), 0);
        let part = Part { base: text.as_ptr().cast(), len: text.len() };
        let message = Message {
            name: null_mut(),
            name_len: 0,
            parts: &raw const part,
            parts_len: 1,
            control: control.as_ptr().cast(),
            control_len: control.len(),
            flags: 0,
        };
        assert_eq!(unsafe { sendmsg(1, &raw const message, 0) }, text.len() as isize);
    }
    println!("main: {}", unsafe { getpid() });
}

/// Writes what a pipe would hold, a short line at a time, without waiting and while nobody reads; then it ends at once.
fn hurry() {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", unsafe { getppid() })).unwrap();
    let harness: c_int =
        stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().nth(1).unwrap().parse().unwrap();
    unsafe {
        kill(harness, SIGSTOP);
        fcntl(1, F_SETFL, O_WRONLY_NONBLOCK);
        let line = env::args().nth(2).unwrap() + "\n";
        for _ in 0..60_000 / line.len() {
            write(1, line.as_ptr().cast(), line.len());
        }
        kill(harness, SIGCONT);
    }
}

/// Hangs; many children wait for the end of a pipe that only it holds.
fn hangs() {
    let mut ends = [0; 2];
    unsafe { pipe(ends.as_mut_ptr()) };
    for _ in 0..200 {
        if child() {
            unsafe { close(ends[1]) };
            unsafe { read(ends[0], [0_u8; 1].as_mut_ptr().cast(), 1) };
            File::create("touched").unwrap();
            println!("helper: parent is gone");
            return;
        }
    }
    unsafe { close(ends[0]) };
    for_ever();
}
