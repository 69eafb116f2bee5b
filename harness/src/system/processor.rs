//! What depends on the processor: how a system call is made and left out, and what a filter calls it.

#![allow(unsafe_code, reason = "system calls as the processor makes them")]

pub(crate) use self::own::Registers;
pub(super) use self::own::{ARCHITECTURE, call, set_first_argument, skip, stop_at};

/// Fills a call's arguments up with zeros.
macro_rules! raw {
    ($number:expr $(, $argument:expr)* $(,)?) => {{
        #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "the kernel takes a negative number back from its bits")]
        let given = [$($argument as usize),*];
        let mut six = [0_usize; 6];
        six[..given.len()].copy_from_slice(&given);
        $crate::system::processor::call($number, six)
    }};
}
pub(super) use raw;

#[cfg(target_arch = "x86_64")]
mod own {
    use std::arch::asm;
    use std::ffi::c_long;

    use nix::errno::Errno;

    use crate::system::witness::tracee::{Tracee, get_registers, poke_register, set_registers};
    use crate::transcript::schedule::Spot;

    /// `AUDIT_ARCH_X86_64` (`include/uapi/linux/audit.h`).
    pub(in crate::system) const ARCHITECTURE: u32 = 0xc000_003e;

    /// Places in `struct user_regs_struct` (`sys/user.h`).
    const RAX: usize = 10 * 8;
    const RDI: usize = 14 * 8;
    const ORIG_RAX: usize = 15 * 8;

    /// Makes a system call, and leaves `errno` alone: a child that shares memory shares that too.
    pub(in crate::system) unsafe fn call(number: c_long, arguments: [usize; 6]) -> isize {
        let result;
        let number = isize::try_from(number).unwrap_or(-1);
        // SAFETY: whoever calls answers for the arguments; the kernel changes these registers alone (syscall(2)).
        unsafe {
            asm!("syscall", inlateout("rax") number => result, in("rdi") arguments[0], in("rsi") arguments[1], in("rdx") arguments[2],
                in("r10") arguments[3], in("r8") arguments[4], in("r9") arguments[5], lateout("rcx") _, lateout("r11") _);
        }
        result
    }

    /// Leaves out the call that a task is about to make: it sees this result.
    pub(in crate::system) fn skip(task: Tracee, result: i64) -> Result<(), Errno> {
        poke_register(task, ORIG_RAX, u64::MAX)?;
        poke_register(task, RAX, result.cast_unsigned())
    }

    /// Changes the first argument of the call that a task is about to make.
    pub(in crate::system) fn set_first_argument(task: Tracee, value: u64) -> Result<(), Errno> {
        poke_register(task, RDI, value)
    }

    /// Has a task stop here, or nowhere: by the first of its debug registers (ptrace(2),
    /// `PTRACE_POKEUSER`; Intel's manual, volume 3, “Debug Registers”).
    pub(in crate::system) fn stop_at(task: Tracee, spot: Option<Spot>) -> Result<(), Errno> {
        const PLACE: usize = std::mem::offset_of!(libc::user, u_debugreg);
        const CONTROL: usize = PLACE + 7 * 8;
        const EXECUTES: u64 = 1;
        // Reads and writes, of four bytes.
        const TOUCHES: u64 = 1 | 0b1111 << 16;
        poke_register(task, CONTROL, 0)?;
        let (address, control) = match spot {
            None => return Ok(()),
            Some(Spot::Before(address)) => (address, EXECUTES),
            Some(Spot::Touched(address)) => (address, TOUCHES),
        };
        poke_register(task, PLACE, address)?;
        poke_register(task, CONTROL, control)
    }

    /// All registers of a stopped task.
    #[derive(Clone, Copy)]
    pub(crate) struct Registers(libc::user_regs_struct);

    impl Registers {
        /// Those of a task; `None` where it is gone.
        pub fn of(task: Tracee) -> Option<Registers> {
            // SAFETY: numbers may all be zero.
            let mut registers = unsafe { std::mem::zeroed() };
            get_registers(task, &mut registers).ok()?;
            Some(Registers(registers))
        }

        /// Gives them to the task.
        pub fn give(&self, task: Tracee) -> Result<(), Errno> {
            set_registers(task, &self.0)
        }

        /// Where its stack ends.
        pub fn stack(&self) -> u64 {
            self.0.rsp
        }

        /// Where the instruction stands that it is about to execute.
        pub fn instruction(&self) -> u64 {
            self.0.rip
        }

        /// All of them.
        pub(in crate::system) fn all(&self) -> &libc::user_regs_struct {
            &self.0
        }

        /// An argument of the call that it is about to make, or has just made.
        pub fn argument(&mut self, index: usize) -> &mut u64 {
            let registers = &mut self.0;
            match index {
                0 => &mut registers.rdi,
                1 => &mut registers.rsi,
                2 => &mut registers.rdx,
                3 => &mut registers.r10,
                4 => &mut registers.r8,
                _ => &mut registers.r9,
            }
        }

        /// Changes which call it is about to make.
        pub fn set_number(&mut self, number: c_long) {
            self.0.orig_rax = number.cast_unsigned();
        }

        /// Where a call has just been made: that it is made again, as it was at first.
        pub fn make_again(&mut self, number: c_long) {
            // The instruction `syscall` has two bytes.
            self.0.rip -= 2;
            self.0.rax = number.cast_unsigned();
            self.0.orig_rax = u64::MAX;
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod own {
    use std::arch::asm;
    use std::ffi::c_long;

    use nix::errno::Errno;

    use crate::system::witness::tracee::{Tracee, get_register_set, set_register_set};
    use crate::transcript::schedule::Spot;

    /// `AUDIT_ARCH_AARCH64` (`include/uapi/linux/audit.h`).
    pub(in crate::system) const ARCHITECTURE: u32 = 0xc000_00b7;

    /// Register sets (`elf.h`).
    const NT_PRSTATUS: usize = 1;
    const NT_ARM_SYSTEM_CALL: usize = 0x404;

    /// `x0` to `x30`, the stack pointer, the program counter and the state.
    type Registers34 = [u64; 34];

    /// Makes a system call, and leaves `errno` alone: a child that shares memory shares that too.
    pub(in crate::system) unsafe fn call(number: c_long, arguments: [usize; 6]) -> isize {
        let result;
        // SAFETY: whoever calls answers for the arguments; the kernel changes this register alone (syscall(2)).
        unsafe {
            asm!("svc 0", in("x8") number, inlateout("x0") arguments[0] as isize => result, in("x1") arguments[1],
                in("x2") arguments[2], in("x3") arguments[3],
                in("x4") arguments[4], in("x5") arguments[5]);
        }
        result
    }

    /// Leaves out the call that a task is about to make: it sees this result.
    pub(in crate::system) fn skip(task: Tracee, result: i64) -> Result<(), Errno> {
        let mut none = -1_i32;
        set_register_set(task, NT_ARM_SYSTEM_CALL, &mut none)?;
        set_first_argument(task, result.cast_unsigned())
    }

    /// Changes the first argument of the call that a task is about to make.
    pub(in crate::system) fn set_first_argument(task: Tracee, value: u64) -> Result<(), Errno> {
        let mut registers: Registers34 = [0; 34];
        get_register_set(task, NT_PRSTATUS, &mut registers)?;
        registers[0] = value;
        set_register_set(task, NT_PRSTATUS, &mut registers)
    }

    /// Nothing here is known to stop a task at an address.
    pub(in crate::system) fn stop_at(_: Tracee, spot: Option<Spot>) -> Result<(), Errno> {
        if spot.is_some() { Err(Errno::ENOTSUP) } else { Ok(()) }
    }

    /// All registers of a stopped task.
    #[derive(Clone, Copy)]
    pub(crate) struct Registers {
        all: Registers34,
        number: Option<i32>,
    }

    impl Registers {
        /// Those of a task; `None` where it is gone.
        pub fn of(task: Tracee) -> Option<Registers> {
            let mut all: Registers34 = [0; 34];
            get_register_set(task, NT_PRSTATUS, &mut all).ok()?;
            Some(Registers { all, number: None })
        }

        /// Gives them to the task.
        pub fn give(&self, task: Tracee) -> Result<(), Errno> {
            if let Some(mut number) = self.number {
                set_register_set(task, NT_ARM_SYSTEM_CALL, &mut number)?;
            }
            let mut all = self.all;
            set_register_set(task, NT_PRSTATUS, &mut all)
        }

        /// Where its stack ends.
        pub fn stack(&self) -> u64 {
            self.all[31]
        }

        /// Where the instruction stands that it is about to execute.
        pub fn instruction(&self) -> u64 {
            self.all[32]
        }

        /// An argument of the call that it is about to make, or has just made.
        pub fn argument(&mut self, index: usize) -> &mut u64 {
            &mut self.all[index]
        }

        /// Changes which call it is about to make.
        pub fn set_number(&mut self, number: c_long) {
            self.number = i32::try_from(number).ok();
        }

        /// Where a call has just been made: that it is made again, as it was at first.
        pub fn make_again(&mut self, number: c_long) {
            // An instruction has four bytes; `x8` holds the number.
            self.all[32] -= 4;
            self.all[8] = number.cast_unsigned();
        }
    }
}
