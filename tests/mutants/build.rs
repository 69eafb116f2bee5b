//! Makes a module of each mutant: the source of its lesson, with its change.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::de::IgnoredAny;

/// The course's folder.
const COURSE: &str = "../..";

fn main() {
    // A lesson may come, and a table to a lesson.
    for read in ["examples-bin", "tests/mutants/programs"] {
        println!("cargo::rerun-if-changed={COURSE}/{read}");
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    fs::write(folder.join("mutants.rs"), generated(&folder)).expect("what cargo names can be written");
}

/// A module a program, in it one a mutant, and a function that runs the one that is named. A mutant without a program is
/// left to the test, which says why there is none; so is a table that can't be used.
fn generated(folder: &Path) -> String {
    let (mut modules, mut arms) = (String::new(), String::new());
    let tables = mutation::tables::<IgnoredAny>(Path::new(COURSE));
    for table in tables.into_iter().filter_map(|(_, table)| table.ok()) {
        let mutants = table.mutants.iter().filter_map(|mutant| {
            let name = format!("{}/{}", table.of, mutant.name);
            Some((name, identifier(&mutant.name), mutant.source.as_ref().ok()?))
        });
        let original = (table.of.clone(), "original".to_owned(), &table.source);
        let program = identifier(&table.of);
        let _ = writeln!(modules, "mod {program} {{");
        for (name, module, source) in [original].into_iter().chain(mutants) {
            // A file each, so that what the compiler says names it.
            let file = folder.join(format!("{program}.{module}.rs"));
            fs::write(&file, as_module(source)).expect("a file can be written");
            let _ = writeln!(modules, "#[path = \"{}\"]\npub mod {module};", file.display());
            let _ = writeln!(arms, "{name:?} => {program}::{module}::main().report(),");
        }
        modules.push_str("}\n");
    }
    format!(
        "{modules}\
         use std::process::{{ExitCode, Termination}};\n\
         pub fn run(name: &str) -> Option<ExitCode> {{\nSome(match name {{\n{arms}_ => return None,\n}})\n}}\n"
    )
}

/// A word of a name of lessons and mutants is a word of Rust's.
fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// A program as a module: without what may stand at the start of a crate only.
fn as_module(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.starts_with("//!") && !line.starts_with("#!["));
    let public = |line: &str| {
        if line.starts_with("fn main()") { format!("pub {line}\n") } else { format!("{line}\n") }
    };
    lines.map(public).collect()
}
