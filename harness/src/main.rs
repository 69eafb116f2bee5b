//! The command line of the harness.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    harness::cli::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "error: the harness needs Linux, whose kernel tells who wrote each line; the lessons build on any Unix"
    );
    ExitCode::from(2)
}
