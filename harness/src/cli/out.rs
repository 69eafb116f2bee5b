//! What is printed, and what becomes of it where nobody reads.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::UNASKED;

/// Prints to stdout. Where its reader has gone, there is nobody to be told, and the exit code still tells the verdict.
/// Where it can't be written to, as on a full disk, the harness ends, and what it runs ends with it.
pub(super) fn say(text: impl Display) {
    static NOBODY_READS: AtomicBool = AtomicBool::new(false);
    if NOBODY_READS.load(Ordering::Relaxed) {
        return;
    }
    let mut stdout = anstream::stdout().lock();
    match write!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => NOBODY_READS.store(true, Ordering::Relaxed),
        Err(error) => {
            complain(&format!("error: stdout can't be written to: {error}"));
            std::process::exit(UNASKED.into());
        }
    }
}

/// Prints a line to stderr, if anybody can read it.
pub(super) fn complain(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
