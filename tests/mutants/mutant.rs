//! The tables of mutants: read by the build script, which makes programs of them, and by the test,
//! which says what the harness must find.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A program, and what is one essential away from it.
pub struct Table<Finding> {
    /// Its lesson's name, or its own in `programs/`.
    pub of: String,
    /// The table's file.
    pub file: PathBuf,
    /// Where its contract stands.
    pub folder: PathBuf,
    /// What is one essential away.
    pub mutants: Vec<Mutant<Finding>>,
}

/// One change, and what must be said of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant<Finding> {
    /// What is wrong with it, as `pid-of-main`.
    pub name: String,
    /// What is written otherwise, from and to.
    pub change: Vec<[String; 2]>,
    /// What must be found.
    pub finding: Vec<Finding>,
}

/// All tables: `lessons/LESSON.toml`, then `programs/NAME/mutants.toml`, each in the order of their names.
pub fn tables<Finding: DeserializeOwned>() -> Result<Vec<Table<Finding>>, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tables = Vec::new();
    for file in entries(&here.join("lessons"))? {
        let lesson = file.file_stem().unwrap_or_default();
        tables.push(table(&file, here.join("../../examples-bin").join(lesson))?);
    }
    for folder in entries(&here.join("programs"))? {
        tables.push(table(&folder.join("mutants.toml"), folder)?);
    }
    Ok(tables)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mistake = |error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(mistake)?;
    let mut entries: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>().map_err(mistake)?;
    entries.sort();
    Ok(entries)
}

fn table<Finding: DeserializeOwned>(file: &Path, folder: PathBuf) -> Result<Table<Finding>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Mutants<Finding> {
        mutant: Vec<Mutant<Finding>>,
    }
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mutants: Mutants<Finding> =
        toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let of = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Table { of, file: file.to_path_buf(), folder, mutants: mutants.mutant })
}
