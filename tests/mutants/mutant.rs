//! The tables of mutants: read by the build script, which makes programs of them, and by the test,
//! which says what the harness must find.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A program, and what is one essential away from it.
pub struct Table<Finding> {
    /// Its lesson's name, or its own in `programs/`.
    pub of: String,
    /// Where its contract stands.
    pub folder: PathBuf,
    /// The program's file.
    pub program: PathBuf,
    /// The program itself.
    pub source: String,
    /// What is one essential away.
    pub mutants: Vec<Mutant<Finding>>,
}

/// One change, and what must be said of it.
pub struct Mutant<Finding> {
    /// What is wrong with it, as `pid-of-main`.
    pub name: String,
    /// The program with its change; else why there is none, and what mends that.
    pub source: Result<String, String>,
    /// What must be found.
    pub finding: Vec<Finding>,
}

/// A mutant as its table has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<Finding> {
    name: String,
    /// What is written otherwise, from and to.
    change: Vec<[String; 2]>,
    finding: Vec<Finding>,
}

/// All tables, each with what it is named after: `lessons/LESSON.toml`, then `programs/NAME/mutants.toml`. Of one that can't
/// be used, why.
pub fn tables<Finding: DeserializeOwned>() -> Vec<(String, Result<Table<Finding>, String>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lessons = here.parent().and_then(Path::parent).expect("the course's folder").join("examples-bin");
    let lessons = entries(&here.join("lessons")).into_iter().map(|file| {
        let folder = lessons.join(file.file_stem().unwrap_or_default());
        (file, folder.join("src/main.rs"), folder)
    });
    let programs = entries(&here.join("programs")).into_iter();
    let programs = programs.map(|folder| (folder.join("mutants.toml"), folder.join("main.rs"), folder));
    let table = |(file, program, folder): (PathBuf, PathBuf, PathBuf)| {
        let of = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (of.clone(), table(of, &file, program, folder))
    };
    lessons.chain(programs).map(table).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    entries.sort();
    entries
}

/// One table: its program's name, the table's file, the program, and where its contract stands.
pub fn table<Finding: DeserializeOwned>(
    of: String,
    file: &Path,
    program: PathBuf,
    folder: PathBuf,
) -> Result<Table<Finding>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entries<Finding> {
        mutant: Vec<Entry<Finding>>,
    }
    let read = |file: &Path| fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()));
    let entries: Entries<Finding> =
        toml::from_str(&read(file)?).map_err(|error| format!("{}: {error}", file.display()))?;
    let source = read(&program)?;
    let mut names = HashSet::new();
    let mutant = |entry: Entry<Finding>| {
        let changed = if names.insert(entry.name.clone()) {
            changed(&source, &program, &entry.change)
        } else {
            Err("another one above it has the same name: give it one of its own".to_owned())
        };
        let stale = |why| format!("{}: mutant `{}`: {why}", file.display(), entry.name);
        Mutant { source: changed.map_err(stale), name: entry.name, finding: entry.finding }
    };
    let mutants = entries.mutant.into_iter().map(mutant).collect();
    Ok(Table { of, folder, program, source, mutants })
}

/// The program with a mutant's change. What is to be changed must be there, and once, or the table is out of date.
fn changed(source: &str, program: &Path, change: &[[String; 2]]) -> Result<String, String> {
    let mut changed = source.to_owned();
    for [from, to] in change {
        let times = changed.matches(from.as_str()).count();
        if times != 1 {
            return Err(format!(
                "what it changes stands {times} times in {}, not once; write in `change` what stands there now, or \
                 more of it:\n{from}",
                program.display()
            ));
        }
        changed = changed.replacen(from.as_str(), to, 1);
    }
    if changed == source {
        return Err(format!(
            "it changes nothing in {}: `change` is to name something else",
            program.display()
        ));
    }
    Ok(changed)
}
