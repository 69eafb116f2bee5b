//! `cargo run -p book`: builds the book into the course's `target/book`, and brings the README's tables up to date.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use book::readme;
use book::sources::Sources;

fn main() -> ExitCode {
    let sources = std::env::current_dir()
        .map_err(|error| vec![format!("the current folder can't be told: {error}")])
        .and_then(|here| Sources::read(&here));
    let problems = match sources {
        Ok(sources) => make(&sources),
        Err(problems) => problems,
    };
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a line, if anybody reads it; an error where it can't be written.
fn tell(line: &str) -> Option<String> {
    let written = writeln!(std::io::stdout(), "{line}");
    let error = written.err().filter(|error| error.kind() != ErrorKind::BrokenPipe)?;
    Some(format!("stdout can't be written to: {error}"))
}

/// Builds the book, and brings the README up to date; returns what is wrong with the sources.
fn make(sources: &Sources) -> Vec<String> {
    let out = sources.root.join("target/book");
    let mut problems = book::build(sources, &out);
    match readme::mend(sources) {
        Ok(true) => problems.extend(tell("README.md: its table is brought up to date")),
        Ok(false) => {}
        Err(problem) => problems.push(problem),
    }
    let entrance = out.join("index.html");
    if entrance.is_file() {
        problems.extend(tell(&format!("the book: {}", entrance.display())));
    }
    problems
}
