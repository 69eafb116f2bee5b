//! How a program that is to be watched starts: a child waits at a gate until it has a tracer.
//!
//! It shares the harness's memory until it executes the program, which saves copying the page tables, and makes it as cheap
//! from a large process as from a small one.

use std::ffi::{c_int, c_void};
use std::io;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use nix::errno::Errno;

use super::filter;
use super::tracee::{Tracee, reap};
use crate::run::conditions::Conditions;
use crate::system::birth::{Birth, Image, Pointers, Stdio};
use crate::system::processor::raw;

/// It calls nothing that needs much.
const STACK: usize = 8 << 10;

/// A child at the gate. What it was given must live until it has executed the program, or ended.
pub(crate) struct Start {
    child: Tracee,
    plan: Box<Plan>,
    /// What the plan points to.
    _pointers: Option<Pointers>,
}

/// All that the child knows.
struct Plan {
    /// `None`: it only ends.
    birth: Option<Birth>,
    /// The process of the tracer.
    home: u32,
    filter: libc::sock_fprog,
    gate: AtomicU32,
    refused: AtomicI32,
    stack: [u128; STACK / 16],
}

impl Start {
    /// Starts a child that will become the program.
    ///
    /// # Errors
    /// Where the system has no process for it.
    pub fn program(image: &Image, stdio: &Stdio, conditions: &Conditions) -> io::Result<Start> {
        let pointers = Pointers::to(image);
        let birth = Birth::new(image, &pointers, stdio, conditions);
        Start::child(Some(birth), Some(pointers), conditions.directed)
    }

    /// Starts a child that will only end.
    ///
    /// # Errors
    /// As above.
    pub fn nothing() -> io::Result<Start> {
        Start::child(None, None, false)
    }

    fn child(birth: Option<Birth>, pointers: Option<Pointers>, is_directed: bool) -> io::Result<Start> {
        let instructions = filter::program(is_directed);
        let filter = libc::sock_fprog {
            len: u16::try_from(instructions.len()).expect("a filter has few instructions"),
            filter: instructions.as_ptr().cast_mut(),
        };
        let (gate, refused, stack) = (AtomicU32::new(0), AtomicI32::new(0), [0; STACK / 16]);
        let mut plan = Box::new(Plan { birth, home: std::process::id(), filter, gate, refused, stack });
        let top = plan.stack.as_mut_ptr_range().end.cast::<c_void>();
        let data = (&raw mut *plan).cast::<c_void>();
        // SAFETY: the child uses a stack and data of its own, which live until it has executed or ended.
        let child =
            Errno::result(unsafe { libc::clone(wait_at_gate, top, libc::CLONE_VM | libc::SIGCHLD, data) })?;
        Ok(Start { child: Tracee::new(child.cast_unsigned()), plan, _pointers: pointers })
    }

    /// The child.
    pub fn tracee(&self) -> Tracee {
        self.child
    }

    /// Lets it go.
    pub fn open(&self) {
        self.plan.gate.store(1, Ordering::Release);
        // SAFETY: the word is there as long as this is.
        unsafe { raw!(libc::SYS_futex, self.plan.gate.as_ptr(), libc::FUTEX_WAKE, 1) };
    }

    /// Why it could not execute the program, once it has ended.
    pub fn refusal(&self) -> Option<Errno> {
        let refused = self.plan.refused.load(Ordering::Acquire);
        (refused != 0).then(|| Errno::from_raw(refused))
    }

    /// Ends it, before the gate was opened.
    pub fn give_up(self) {
        self.child.kill();
        reap(self.child);
    }
}

extern "C" fn wait_at_gate(plan: *mut c_void) -> c_int {
    // SAFETY: the plan is there until this process executes or ends. These are system calls on what is there.
    unsafe {
        let plan = &*plan.cast::<Plan>();
        // Nobody ends it while it has no tracer; who has died before that is its parent no more.
        raw!(libc::SYS_prctl, libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        if raw!(libc::SYS_getppid).cast_unsigned() != plan.home as usize {
            raw!(libc::SYS_exit_group, 127);
        }
        while plan.gate.load(Ordering::Acquire) == 0 {
            raw!(libc::SYS_futex, plan.gate.as_ptr(), libc::FUTEX_WAIT, 0, 0);
        }
        raw!(libc::SYS_prctl, libc::PR_SET_PDEATHSIG, 0);
        let mut refused = plan.birth.as_ref().map_or(0, |birth| birth.prepare());
        if refused == 0 {
            refused = plan.filter();
        }
        if refused == 0
            && let Some(birth) = &plan.birth
        {
            refused = birth.execute();
        }
        plan.refused.store(refused, Ordering::Release);
        raw!(libc::SYS_exit_group, 127);
    }
    0
}

impl Plan {
    /// Filters this process's system calls, and those of all that it starts. What was refused, as an `errno`.
    unsafe fn filter(&self) -> c_int {
        // SAFETY: the filter is valid.
        unsafe {
            let install = || {
                let flags = libc::SECCOMP_FILTER_FLAG_SPEC_ALLOW;
                raw!(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, ptr::from_ref(&self.filter))
            };
            // Whoever has no privilege for it must first give up that of programs it will execute.
            let result = if install() == 0 {
                0
            } else {
                raw!(libc::SYS_prctl, libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                install()
            };
            c_int::try_from(-result).unwrap_or(libc::EINVAL)
        }
    }
}

const _: () = assert!(mem::align_of::<u128>() == 16, "stacks are aligned as calling conventions want it");
