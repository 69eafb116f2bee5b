//! What the kernel is asked. All `unsafe` code of the harness is here, a file a quirk.

pub(crate) mod accesses;
pub(crate) mod birth;
pub(crate) mod code;
pub(crate) mod companion;
pub(crate) mod descriptors;
mod files;
pub mod interrupt;
pub(crate) mod message;
pub mod pidfd;
pub(crate) mod proc;
pub(crate) mod processor;
pub(crate) mod processors;
pub(crate) mod requirements;
pub(crate) mod spent;
mod stack;
pub mod streams;
pub(crate) mod supervisor;
pub(crate) mod terminal;
pub(crate) mod witness;
