//! What an instruction does that a task is about to execute: which memory it reads and writes, and whether it calls.

use super::processor::Registers;
use super::witness::Tracee;

pub(crate) use self::own::Reader;

/// Memory that an instruction touches, eight bytes wide and so aligned; what is wider is told by its first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub address: u64,
    pub reads: bool,
    pub writes: bool,
}

/// An instruction that is about to be executed.
#[derive(Debug)]
pub(crate) struct Instruction {
    pub at: u64,
    /// Where it goes on once the function has returned that it calls.
    pub calls: Option<u64>,
    pub accesses: Vec<Access>,
}

#[cfg(target_arch = "x86_64")]
mod own {
    use std::collections::HashMap;

    use iced_x86::{
        Decoder, DecoderOptions, Instruction as Decoded, InstructionInfoFactory, OpAccess, Register,
        UsedMemory,
    };

    use super::{Access, Instruction, Registers, Tracee};

    /// Reads instructions; those that were read before it knows.
    #[derive(Default)]
    pub(crate) struct Reader {
        known: HashMap<u64, Known>,
    }

    struct Known {
        is_call: bool,
        next: u64,
        memory: Vec<UsedMemory>,
    }

    /// No instruction is longer.
    const LONGEST: usize = 15;

    impl Reader {
        /// Whether this processor's instructions can be read.
        pub const CAN_READ: bool = true;

        /// The one that a task is about to execute, which has these registers.
        pub fn read(&mut self, task: Tracee, registers: &Registers) -> Instruction {
            let registers = registers.all();
            let at = registers.rip;
            let known = self.known.entry(at).or_insert_with(|| Known::read(task, at));
            let value = |register: Register, _, _| {
                Some(match register.full_register() {
                    Register::RAX => registers.rax,
                    Register::RBX => registers.rbx,
                    Register::RCX => registers.rcx,
                    Register::RDX => registers.rdx,
                    Register::RSI => registers.rsi,
                    Register::RDI => registers.rdi,
                    Register::RBP => registers.rbp,
                    Register::RSP => registers.rsp,
                    Register::R8 => registers.r8,
                    Register::R9 => registers.r9,
                    Register::R10 => registers.r10,
                    Register::R11 => registers.r11,
                    Register::R12 => registers.r12,
                    Register::R13 => registers.r13,
                    Register::R14 => registers.r14,
                    Register::R15 => registers.r15,
                    Register::RIP => known.next,
                    Register::FS => registers.fs_base,
                    Register::GS => registers.gs_base,
                    // The other segments begin at 0, and gathers touch what no pair of threads is held for.
                    _ => 0,
                })
            };
            let access = |memory: &UsedMemory| {
                let (reads, writes) = kind(memory.access())?;
                Some(Access { address: memory.virtual_address(0, value)? & !7, reads, writes })
            };
            let accesses = known.memory.iter().filter_map(access).collect();
            Instruction { at, calls: known.is_call.then_some(known.next), accesses }
        }
    }

    impl Known {
        fn read(task: Tracee, at: u64) -> Known {
            let mut bytes = [0; LONGEST];
            let length = task.read(at, &mut bytes).unwrap_or(0);
            let decoded: Decoded = Decoder::with_ip(64, &bytes[..length], at, DecoderOptions::NONE).decode();
            let memory = InstructionInfoFactory::new().info(&decoded).used_memory().to_vec();
            Known { is_call: is_call(&decoded), next: decoded.next_ip(), memory }
        }
    }

    /// Whether it calls a function: the decoder's other calls are the kernel's.
    fn is_call(decoded: &Decoded) -> bool {
        decoded.is_call_near() || decoded.is_call_near_indirect()
    }

    /// Whether it reads and whether it writes; `None` where it does neither, as in `lea`.
    fn kind(access: OpAccess) -> Option<(bool, bool)> {
        match access {
            OpAccess::Read | OpAccess::CondRead => Some((true, false)),
            OpAccess::Write | OpAccess::CondWrite => Some((false, true)),
            OpAccess::ReadWrite | OpAccess::ReadCondWrite => Some((true, true)),
            OpAccess::None | OpAccess::NoMemAccess => None,
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod own {
    use super::{Instruction, Registers, Tracee};

    /// Reads no instructions of this processor.
    #[derive(Default)]
    pub(crate) struct Reader;

    impl Reader {
        pub const CAN_READ: bool = false;

        pub fn read(&mut self, _: Tracee, registers: &Registers) -> Instruction {
            Instruction { at: registers.instruction(), calls: None, accesses: Vec::new() }
        }
    }
}
