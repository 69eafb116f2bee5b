//! Whether this machine has what capture and containment rest on.

/// Tests the means; in one sentence what is missing.
///
/// # Errors
/// The sentence.
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

fn writers_are_named() -> std::io::Result<bool> {
    use crate::system::streams::{Capture, Received, open};
    let (receiver, program) = open(Capture::Socket)?;
    nix::unistd::write(&program, b"x")?;
    let chunk = receiver.receive(&mut [0; 8])?;
    Ok(matches!(chunk, Received::Chunk(1, Some(pid)) if pid == std::process::id()))
}
