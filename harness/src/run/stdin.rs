//! What a program reads on its stdin.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use nix::sys::memfd::{MFdFlags, memfd_create};

use crate::file;

/// What a program reads on its stdin: in each run all of it anew, and then its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stdin {
    /// Nothing: `/dev/null`.
    #[default]
    Nothing,
    /// This text.
    Text(String),
    /// What stands in this file.
    File(PathBuf),
}

impl Stdin {
    /// Opens it, as a shell's `<` would: a file of which nothing has been read yet.
    pub(crate) fn open(&self) -> io::Result<OwnedFd> {
        match self {
            Stdin::Nothing => Ok(File::open("/dev/null")?.into()),
            Stdin::File(path) => Ok(file::open(path, usize::MAX)?.into()),
            Stdin::Text(text) => {
                let mut written = File::from(memfd_create(c"stdin", MFdFlags::MFD_CLOEXEC)?);
                written.write_all(text.as_bytes())?;
                // Opened anew it is read from its start, and can't be written to.
                Ok(File::open(format!("/proc/self/fd/{}", written.as_raw_fd()))?.into())
            }
        }
    }
}
