//! The commands that reports offer.

use std::ffi::OsString;
use std::path::Path;

use crate::shell;

/// How a command line names a program and its contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The lesson, or the contract's path.
    pub word: OsString,
    /// The program that stands in for the contract's own; empty: none does.
    pub command: Vec<OsString>,
}

impl Named {
    /// The command line of this command, for a shell: of the program that stands in, where one does.
    pub fn command_line(&self, command: &str, options: &str) -> String {
        let stands_in = if self.command.is_empty() { "" } else { " -- " };
        format!(
            "harness {command} {}{options}{stands_in}{}",
            shell::quote(&self.word),
            shell::join(&self.command)
        )
    }

    /// The command line that runs it again under a schedule.
    pub fn under(&self, schedule: &str) -> String {
        self.command_line("check", &format!(" --schedule {}", shell::quote(schedule)))
    }

    /// The command line that judges a recorded run again.
    pub fn replay(&self, file: &Path) -> String {
        format!("harness check {} --replay {}", shell::quote(&self.word), shell::quote(file))
    }
}
