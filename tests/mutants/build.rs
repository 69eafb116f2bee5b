//! Makes a module of each mutant: the source of its lesson, with its change.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use serde::de::IgnoredAny;

#[path = "mutant.rs"]
#[allow(dead_code, reason = "the build script needs the changes, the test what is to be found")]
mod mutant;

use mutant::{Mutant, Table};

fn main() -> ExitCode {
    match generated() {
        Ok(source) => {
            let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
            fs::write(folder.join("mutants.rs"), source).expect("what cargo names can be written");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A module a program, in it one a mutant, and a function that runs the one that is named.
fn generated() -> Result<String, String> {
    for read in ["mutant.rs", "lessons", "programs"] {
        println!("cargo::rerun-if-changed={read}");
    }
    let (mut modules, mut arms) = (String::new(), String::new());
    for table in mutant::tables::<IgnoredAny>()? {
        let file = ["src/main.rs", "main.rs"]
            .map(|name| table.folder.join(name))
            .into_iter()
            .find(|file| file.is_file());
        let file =
            file.ok_or_else(|| format!("{}: there is no program `{}`", table.file.display(), table.of))?;
        println!("cargo::rerun-if-changed={}", file.display());
        let source = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let program = identifier(&table.of);
        let _ = writeln!(modules, "mod {program} {{");
        module(&mut modules, "original", &source);
        let _ = writeln!(arms, "\"{}\" => {program}::original::main().report(),", table.of);
        let mut names = HashSet::new();
        for mutant in &table.mutants {
            if !names.insert(&mutant.name) {
                return Err(format!("{}: two mutants are named `{}`", table.file.display(), mutant.name));
            }
            let name = identifier(&mutant.name);
            module(&mut modules, &name, &changed(&source, &file, &table, mutant)?);
            let _ = writeln!(arms, "\"{}/{}\" => {program}::{name}::main().report(),", table.of, mutant.name);
        }
        modules.push_str("}\n");
    }
    Ok(format!(
        "{modules}\
         use std::process::{{ExitCode, Termination}};\n\
         pub fn run(name: &str) -> Option<ExitCode> {{\nSome(match name {{\n{arms}_ => return None,\n}})\n}}\n"
    ))
}

/// A word of a name of lessons and mutants is a word of Rust's.
fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// The source with the mutant's change. What is to be changed must be there, and once, or the table is out of date.
fn changed(
    source: &str,
    file: &Path,
    table: &Table<IgnoredAny>,
    mutant: &Mutant<IgnoredAny>,
) -> Result<String, String> {
    let mut changed = source.to_owned();
    for [from, to] in &mutant.change {
        let times = changed.matches(from.as_str()).count();
        if times != 1 {
            let (table, program) = (table.file.display(), file.display());
            return Err(format!(
                "{table}: mutant `{}` changes what stands {times} times, not once, in {program}: {from}",
                mutant.name
            ));
        }
        changed = changed.replacen(from.as_str(), to, 1);
    }
    if changed == source {
        return Err(format!("{}: mutant `{}` changes nothing", table.file.display(), mutant.name));
    }
    Ok(changed)
}

/// A program as a module: without what may stand at the start of a crate only.
fn module(modules: &mut String, name: &str, source: &str) {
    let _ = writeln!(modules, "pub mod {name} {{");
    for line in source.lines().filter(|line| !line.starts_with("//!") && !line.starts_with("#![")) {
        let line = if line.starts_with("fn main()") { format!("pub {line}") } else { line.to_owned() };
        modules.push_str(&line);
        modules.push('\n');
    }
    modules.push_str("}\n");
}
