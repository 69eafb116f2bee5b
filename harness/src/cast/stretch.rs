//! From one line to another: while a lock is held, while a job is done.

use super::pattern::Pattern;

/// From a line that matches one pattern to a line that matches the other.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Matches what is printed once it has begun.
    pub from: Pattern,
    /// Matches what is printed last before it ends, or first afterwards.
    pub to: Pattern,
}
