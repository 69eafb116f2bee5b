//! Programs that are one essential away from a lesson: `mutants LESSON/NAME` runs one, `mutants LESSON` the lesson.

use std::process::ExitCode;

#[allow(
    dead_code,
    unused,
    warnings,
    let_underscore_lock,
    clippy::all,
    clippy::pedantic,
    reason = "a change may leave things unused"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/mutants.rs"));
}

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    generated::run(&name).unwrap_or_else(|| {
        eprintln!(
            "error: there is no mutant `{name}`; each is named LESSON/NAME, as the tables `mutants.toml` say"
        );
        ExitCode::from(2)
    })
}
