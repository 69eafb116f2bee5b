//! Whether this machine has what capture and containment rest on.

/// What the harness can do here, in one sentence, where that is less than all: `None` on Linux.
pub const LESS: Option<&str> = if cfg!(linux) {
    None
} else {
    Some(
        "this system is not Linux: output is captured by a pipe or a terminal, which tell what was printed in which \
         order but not who printed it, so contracts that claim that are refused; and what leaves its program's process \
         group is not ended",
    )
};

/// Tests the means; in one sentence what is missing.
///
/// # Errors
/// The sentence.
#[cfg(linux)]
pub fn test() -> Result<(), String> {
    let lacks = |what: &str| Err(format!("this machine can't do what the harness rests on: {what}"));
    if !writers_are_named().unwrap_or(false) {
        return lacks("its kernel does not say who writes to a socket (SO_PASSCRED, unix(7))");
    }
    if !nix::sys::prctl::get_child_subreaper().is_ok_and(|_| true) {
        return lacks("its kernel does not hand orphans to a supervisor (PR_SET_CHILD_SUBREAPER, Linux 3.4)");
    }
    if std::fs::read("/proc/thread-self/children").is_err() {
        return lacks(
            "it does not list a process's children (/proc/thread-self/children, CONFIG_PROC_CHILDREN)",
        );
    }
    if !crate::system::supervisor::can_close_ranges() {
        return lacks("its kernel can't close a range of descriptors (close_range(2), Linux 5.9)");
    }
    Ok(())
}

/// Tests the means; in one sentence what is missing.
///
/// # Errors
/// The sentence.
#[cfg(not(linux))]
pub fn test() -> Result<(), String> {
    if !crate::system::supervisor::can_list() {
        return Err(
            "the harness names what outlives its program by what `ps` prints, and here `ps` prints nothing \
                    that it understands"
                .to_owned(),
        );
    }
    Ok(())
}

#[cfg(linux)]
fn writers_are_named() -> std::io::Result<bool> {
    use crate::system::streams::{Capture, Received, Stamp, open};
    let (receiver, program) = open(Capture::Socket)?;
    nix::unistd::write(&program, b"x")?;
    let chunk = receiver.receive(&mut [0; 8])?;
    Ok(matches!(chunk, Received::Chunk(1, Some(Stamp { pid, .. })) if pid == std::process::id()))
}
