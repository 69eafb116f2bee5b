//! What a child does: its closure, and what must come after that.

use std::io::{Write, stdout};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{ExitCode, Termination};

use crate::family;

/// What Rust programs exit with when `main` panics.
const PANICKED: i32 = 101;

/// Runs the task of this process, to its end, and returns the status to exit with.
pub(crate) fn run<T: Termination>(task: impl FnOnce() -> T) -> i32 {
    let status = match catch_unwind(AssertUnwindSafe(|| task().report())) {
        Ok(code) => number(code),
        Err(panic) => {
            // Not dropped: its destructor might panic again.
            mem::forget(panic);
            PANICKED
        }
    };
    // If this fails there is nobody to tell, as at the end of any Rust program.
    let _ = stdout().flush();
    family::end_all();
    status
}

/// The number in an exit code, which std keeps to itself.
fn number(code: ExitCode) -> i32 {
    (0..=u8::MAX).find(|&number| ExitCode::from(number) == code).map_or(1, i32::from)
}
