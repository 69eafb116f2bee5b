//! `cargo run -p golden-tests --example races`: looks for all faults of the collection, and writes the table in `docs/direct.md`.

use std::fs;
use std::process::ExitCode;

use golden_tests::collection::{Found, Language, Program, Table, faults, source};

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), String> {
    let table = Table::read()?;
    let version =
        |language: Language| language.version().ok_or_else(|| format!("there is no {language:?} here"));
    let versions: Vec<String> = Language::ALL.into_iter().map(version).collect::<Result<_, _>>()?;
    let mut rows = Vec::new();
    for fault in faults() {
        let found = Language::ALL.into_iter().map(|language| find(&fault, language));
        let found = found.collect::<Result<_, _>>()?;
        rows.push((fault, found));
    }
    fs::write(Table::file(), table.page(&versions, &rows)).map_err(|error| format!("docs/direct.md: {error}"))
}

fn find(fault: &str, language: Language) -> Result<Option<Found>, String> {
    let Some(source) = source(fault, "bad", language) else { return Ok(None) };
    let found = Program::new(&source, language)?.find();
    found.map(Some).map_err(|error| format!("{fault} in {language:?}: {error}"))
}
