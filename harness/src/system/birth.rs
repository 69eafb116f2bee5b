//! How a process becomes a program: what it is given, up to its `execve`.
//!
//! It shares the memory of whoever starts it until then, so it makes system calls alone, and not by the C library, which
//! writes `errno`. All that it needs is made before.

#![allow(unsafe_code, reason = "a process that shares memory may make system calls alone")]

use std::ffi::{CString, c_char, c_int};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;

use crate::run::conditions::Conditions;
use crate::system::descriptors::customary;
use crate::system::processor::raw;

/// A program made ready to be executed: all that `execve` takes.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// The file to execute.
    pub path: CString,
    /// Its arguments, its own name first.
    pub arguments: Vec<CString>,
    /// Its environment, `NAME=value`.
    pub environment: Vec<CString>,
    /// The folder to start in.
    pub folder: CString,
}

/// What the program gets as its stdin, stdout and stderr.
#[derive(Debug)]
pub(crate) struct Stdio {
    pub stdin: OwnedFd,
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
    /// Whether stdout is a terminal that shall control the program's session.
    pub terminal: bool,
}

/// All that a process needs to become the program. Plain data: it is used where nothing may be allocated.
#[derive(Clone, Copy)]
pub(super) struct Birth {
    path: *const c_char,
    arguments: *const *const c_char,
    environment: *const *const c_char,
    folder: *const c_char,
    stdio: [RawFd; 3],
    terminal: bool,
    processor: Option<usize>,
    niceness: c_int,
    descriptors: Option<libc::rlimit>,
    /// Whether everything in its memory is where it always is.
    fixed_addresses: bool,
}

/// The lists of pointers that [`Birth`] points to.
pub(super) struct Pointers {
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
}

impl Pointers {
    /// Those of a program.
    pub fn to(image: &Image) -> Pointers {
        let pointers =
            |strings: &[CString]| strings.iter().map(|s| s.as_ptr()).chain([ptr::null()]).collect();
        Pointers { arguments: pointers(&image.arguments), environment: pointers(&image.environment) }
    }
}

impl Birth {
    /// What a program is born with. It must not outlive what it is made of.
    pub fn new(image: &Image, pointers: &Pointers, stdio: &Stdio, conditions: &Conditions) -> Birth {
        Birth {
            path: image.path.as_ptr(),
            arguments: pointers.arguments.as_ptr(),
            environment: pointers.environment.as_ptr(),
            folder: image.folder.as_ptr(),
            stdio: [&stdio.stdin, &stdio.stdout, &stdio.stderr].map(AsRawFd::as_raw_fd),
            terminal: stdio.terminal,
            processor: conditions.processor,
            niceness: conditions.niceness,
            descriptors: customary().map(|(rlim_cur, rlim_max)| libc::rlimit { rlim_cur, rlim_max }),
            fixed_addresses: conditions.directed,
        }
    }

    /// Its descriptors.
    pub fn stdio(&self) -> [RawFd; 3] {
        self.stdio
    }

    /// Gives the process that calls a session, streams, signals, limits and a folder. What was refused, as an `errno`; 0: nothing.
    pub unsafe fn prepare(&self) -> c_int {
        // SAFETY: system calls on this process alone, with what was made before.
        unsafe {
            // A session of its own: a program that signals its process group must not hit whoever started it.
            raw!(libc::SYS_setsid);
            self.set_processor();
            if self.terminal {
                raw!(libc::SYS_ioctl, self.stdio[1], libc::TIOCSCTTY, 0);
            }
            for (from, to) in self.stdio.into_iter().zip(0..) {
                if from == to {
                    raw!(libc::SYS_fcntl, to, libc::F_SETFD, 0);
                } else {
                    raw!(libc::SYS_dup3, from, to, 0);
                }
            }
            // Whatever else is open here is not the program's.
            raw!(libc::SYS_close_range, 3, u32::MAX, 0);
            if self.niceness > 0 {
                raw!(libc::SYS_setpriority, libc::PRIO_PROCESS, 0, self.niceness);
            }
            if let Some(descriptors) = &self.descriptors {
                raw!(libc::SYS_prlimit64, 0, libc::RLIMIT_NOFILE, ptr::from_ref(descriptors), 0);
            }
            if self.fixed_addresses {
                raw!(libc::SYS_personality, libc::ADDR_NO_RANDOMIZE);
            }
            // The kernel's own `struct sigaction`, of all zeros: the default; and no signals blocked (signal(7)).
            let (default, none) = ([0_u64; 4], 0_u64);
            for signal in 1..=31 {
                raw!(libc::SYS_rt_sigaction, signal, default.as_ptr(), 0, size_of_val(&none));
            }
            raw!(libc::SYS_rt_sigprocmask, libc::SIG_SETMASK, ptr::from_ref(&none), 0, size_of_val(&none));
            errno(raw!(libc::SYS_chdir, self.folder))
        }
    }

    unsafe fn set_processor(&self) {
        let Some(processor) = self.processor else { return };
        // SAFETY: a set of processors may be all zeros; the call reads no more than that.
        unsafe {
            let mut only: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(processor, &mut only);
            raw!(libc::SYS_sched_setaffinity, 0, size_of_val(&only), ptr::from_ref(&only));
        }
    }

    /// Executes the program. Returns only where that is refused, with the `errno`.
    pub unsafe fn execute(&self) -> c_int {
        // SAFETY: what is pointed to was made before, and ends as it should.
        errno(unsafe { raw!(libc::SYS_execve, self.path, self.arguments, self.environment) })
    }
}

/// What a call refused: its `errno`; 0 where it did not.
fn errno(result: isize) -> c_int {
    c_int::try_from(-result).unwrap_or(0).max(0)
}
