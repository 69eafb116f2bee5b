//! `cargo run -p book`: builds the book into the course's `target/book`, and brings the README's tables up to date.

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

/// Makes all that is made of these sources; what is wrong with them.
fn make(sources: &Sources) -> Vec<String> {
    let out = sources.root.join("target/book");
    let mut problems = book::build(sources, &out);
    match readme::mend(sources) {
        Ok(true) => println!("README.md: its table is brought up to date"),
        Ok(false) => {}
        Err(problem) => problems.push(problem),
    }
    let entrance = out.join("index.html");
    if entrance.is_file() {
        println!("the book: {}", entrance.display());
    }
    problems
}
