//! What an instruction does that a task is about to execute: which memory it reads and writes, and whether it calls or returns.

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

/// Where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "instructions are read on x86-64 alone"))]
pub(crate) enum Flow {
    /// To another place of the same function, as far as can be told.
    On,
    /// Into a function; this is where it comes back to.
    Call(u64),
    /// Out of one.
    Return,
}

/// An instruction that is about to be executed.
#[derive(Debug)]
pub(crate) struct Instruction {
    pub at: u64,
    pub flow: Flow,
    pub accesses: Vec<Access>,
}

#[cfg(target_arch = "x86_64")]
mod own {
    use std::collections::HashMap;

    use iced_x86::{
        Decoder, DecoderOptions, FlowControl, Instruction as Decoded, InstructionInfoFactory, OpAccess,
        Register, UsedMemory,
    };

    use super::{Access, Flow, Instruction, Registers, Tracee};

    /// Reads instructions; those that were read before it knows.
    #[derive(Default)]
    pub(crate) struct Reader {
        known: HashMap<u64, Known>,
    }

    struct Known {
        flow: Flow,
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
            Instruction { at, flow: known.flow, accesses }
        }
    }

    impl Known {
        fn read(task: Tracee, at: u64) -> Known {
            let mut bytes = [0; LONGEST];
            let length = task.read(at, &mut bytes).unwrap_or(0);
            let decoded: Decoded = Decoder::with_ip(64, &bytes[..length], at, DecoderOptions::NONE).decode();
            let flow = match decoded.flow_control() {
                // The other calls are the kernel's.
                FlowControl::Call | FlowControl::IndirectCall if is_of_function(&decoded) => {
                    Flow::Call(decoded.next_ip())
                }
                FlowControl::Return => Flow::Return,
                _ => Flow::On,
            };
            let memory = InstructionInfoFactory::new().info(&decoded).used_memory().to_vec();
            Known { flow, next: decoded.next_ip(), memory }
        }
    }

    fn is_of_function(call: &Decoded) -> bool {
        call.is_call_near() || call.is_call_near_indirect()
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
    use super::{Flow, Instruction, Registers, Tracee};

    /// Reads no instructions of this processor.
    #[derive(Default)]
    pub(crate) struct Reader;

    impl Reader {
        pub const CAN_READ: bool = false;

        pub fn read(&mut self, _: Tracee, registers: &Registers) -> Instruction {
            Instruction { at: registers.instruction(), flow: Flow::On, accesses: Vec::new() }
        }
    }
}
