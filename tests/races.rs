//! The collection of races: each fault is found, comes again by its schedule, and is gone in its mended twin.
//!
//! | in `races/` | what must come of it | tests |
//! | --- | --- | --- |
//! | `FAULT/bad.*` | refuted within 100 schedules, as `docs/direct.md` has it, and the same 10 times by the schedule that is found | `FAULT/LANGUAGE/bad` |
//! | `FAULT/good.*` | proven under 50 schedules in each time, and 50 with threads held | `FAULT/LANGUAGE/good` |
//! | | the table in `docs/direct.md` lists them all | `table` |
//!
//! Those in C are quick. The others are run where that is asked for (`cargo test --test races -- --include-ignored`).
//!
//! How many schedules it takes depends on the instructions, and so on the compiler and the libraries: where these are others than
//! the table's, its numbers are not compared.

use golden_tests::collection::{Language, Program, Table, faults, source};
use golden_tests::left_out;
use harness::run::unwatched;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// So often the same must come of a schedule.
const TIMES: usize = 10;

/// A twin is attacked under so many schedules.
const SCHEDULES: [&str; 2] = ["--schedules", "50"];

fn main() {
    let mut trials = vec![Trial::test("table", table_lists_all)];
    for fault in faults() {
        for language in Language::ALL {
            for kind in ["bad", "good"] {
                trials.extend(trial(&fault, kind, language));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The test of one program, where the language has the fault.
fn trial(fault: &str, kind: &'static str, language: Language) -> Option<Trial> {
    let source = source(fault, kind, language)?;
    let fault = fault.to_owned();
    let name = format!("{fault}/{}/{kind}", language.extension());
    let trial = Trial::ignorable_test(name, move || {
        let Some(version) = language.version() else {
            return Ok(Completion::ignored_with(format!("skipped: there is no {language:?} here")));
        };
        if let Some(why) = left_out(unwatched()) {
            return Ok(Completion::ignored_with(why));
        }
        if kind == "bad" && !cfg!(target_arch = "x86_64") {
            return Ok(Completion::ignored_with(
                "skipped: threads are held between instructions on x86-64 alone",
            ));
        }
        let program = Program::new(&source, language)?;
        match kind {
            "bad" => is_found(&program, &fault, language, &version),
            _ => is_proven(&program),
        }?;
        Ok(Completion::Completed)
    });
    // Programs of other languages are larger, and each of their many runs takes its time.
    Some(trial.with_ignored_flag(language != Language::C))
}

fn is_found(program: &Program, fault: &str, language: Language, version: &str) -> Result<(), Failed> {
    let found = program.find()?;
    let first = program.check(&["--schedule", &found.schedule])?;
    for _ in 1..TIMES {
        let again = program.check(&["--schedule", &found.schedule])?;
        if again != first {
            return Err(format!("`{}` shows {first:#?}, and then {again:#?}", found.schedule).into());
        }
    }
    let table = Table::read()?;
    let told = table.found(fault, language);
    if table.version(language) == Some(version) && told != Some(&found.to_string()) {
        return Err(format!("docs/direct.md says {told:?}, and it is {found}: `cargo run -p golden-tests --example races` writes its table").into());
    }
    Ok(())
}

fn is_proven(program: &Program) -> Result<(), Failed> {
    let judged = program.check(&SCHEDULES)?;
    if judged.verdict == "proven" && judged.schedules > 0 {
        return Ok(());
    }
    Err(format!("it is not proven: {judged:#?}").into())
}

fn table_lists_all() -> Result<(), Failed> {
    let table = Table::read()?;
    if table.faults() != faults() {
        return Err(format!("docs/direct.md lists {:?}, and there are {:?}", table.faults(), faults()).into());
    }
    for fault in faults() {
        for language in Language::ALL {
            let has = source(&fault, "bad", language).is_some();
            if has != source(&fault, "good", language).is_some() {
                return Err(format!("{fault}: a program in {language:?} lacks its twin").into());
            }
            if has != table.found(&fault, language).is_some() {
                return Err(format!("docs/direct.md is wrong about {fault} in {language:?}").into());
            }
        }
    }
    Ok(())
}
