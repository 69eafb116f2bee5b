//! Programs with something changed, and the tables of mutants, each of which is such a program.
//!
//! A build script makes programs of the mutants, a test judges them, and the book shows some of them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The file that lists a program's mutants.
pub const TABLE: &str = "mutants.toml";

/// What is written otherwise in a text, from and to.
pub type Change = [String; 2];

/// The text of a file with these changes, one after the other. What is to be changed must be there, and once, or the change
/// is out of date.
///
/// # Errors
/// How often it stands in the file, or that nothing is changed by it, and what mends that.
pub fn changed(text: &str, file: &Path, change: &[Change]) -> Result<String, String> {
    let mut other = text.to_owned();
    for [from, to] in change {
        let times = other.matches(from.as_str()).count();
        if times != 1 {
            return Err(format!(
                "what it changes stands {times} times in {}, not once; write in `change` what stands there now, or \
                 more of it:\n{from}",
                file.display()
            ));
        }
        other = other.replacen(from.as_str(), to, 1);
    }
    if other == text && !change.is_empty() {
        return Err(format!("it changes nothing in {}: `change` is to name something else", file.display()));
    }
    Ok(other)
}

/// A program, and what is one essential away from it.
pub struct Table<Finding> {
    /// The name of its folder: the lesson's.
    pub of: String,
    /// Its folder: there stand its contract and its table.
    pub folder: PathBuf,
    /// The program itself.
    pub source: String,
    /// What is one essential away.
    pub mutants: Vec<Mutant<Finding>>,
}

/// One essential changed, and what must be said of it.
pub struct Mutant<Finding> {
    /// What is wrong with it, as `pid-of-main`.
    pub name: String,
    /// The program with its change; else why there is none, and what mends that.
    pub source: Result<String, String>,
    /// What must be found.
    pub finding: Vec<Finding>,
    /// Where nothing can be: words of what stays undecided, and why.
    pub undecided: Option<String>,
}

/// All tables of a course, each with what it is named after: its lessons', then those of `tests/mutants/programs`. Of one that
/// can't be used, why.
///
/// # Panics
/// Where one of these folders can't be read.
pub fn tables<Finding: DeserializeOwned>(course: &Path) -> Vec<(String, Result<Table<Finding>, String>)> {
    let lessons = folders(&course.join("examples-bin")).into_iter().map(|folder| (folder, "src/main.rs"));
    let programs = folders(&course.join("tests/mutants/programs")).into_iter();
    let programs = programs.map(|folder| (folder, "main.rs"));
    let with_mutants = lessons.chain(programs).filter(|(folder, _)| folder.join(TABLE).exists());
    with_mutants.map(|(folder, program)| (name(&folder), table(&folder, program))).collect()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The table of a folder, whose program is this file in it.
///
/// # Errors
/// Where one of them can't be read: a sentence. What is wrong with one mutant is told by that.
pub fn table<Finding: DeserializeOwned>(folder: &Path, program: &str) -> Result<Table<Finding>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entries<Finding> {
        mutant: Vec<Entry<Finding>>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry<Finding> {
        name: String,
        change: Vec<Change>,
        finding: Option<Vec<Finding>>,
        undecided: Option<String>,
    }
    let (file, program) = (folder.join(TABLE), folder.join(program));
    let read = |file: &Path| fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()));
    let entries: Entries<Finding> =
        toml::from_str(&read(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
    let source = read(&program)?;
    let mut names = HashSet::new();
    let mutant = |entry: Entry<Finding>| {
        let changed = if names.insert(entry.name.clone()) {
            changed(&source, &program, &entry.change)
        } else {
            Err("another one above it has the same name: give it one of its own".to_owned())
        };
        let says_one = entry.finding.is_some() != entry.undecided.is_some();
        let changed = changed.and_then(|changed| {
            says_one
                .then_some(changed)
                .ok_or_else(|| "it is to say either `finding` or `undecided`".to_owned())
        });
        let stale = |why| format!("{}: mutant `{}`: {why}", file.display(), entry.name);
        Mutant {
            source: changed.map_err(stale),
            name: entry.name,
            finding: entry.finding.unwrap_or_default(),
            undecided: entry.undecided,
        }
    };
    let mutants = entries.mutant.into_iter().map(mutant).collect();
    Ok(Table { of: name(folder), folder: folder.to_path_buf(), source, mutants })
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    #[test]
    fn a_stale_mutant_is_told_and_the_others_are_made() {
        let folder = tempfile::tempdir().unwrap();
        let [file, program] = [TABLE, "main.rs"].map(|name| folder.path().join(name));
        fs::write(&program, "one two two").unwrap();
        let changes = [
            ("fresh", "one", "1"),
            ("gone", "three", "3"),
            ("twice", "two", "2"),
            ("same", "one", "one"),
            ("fresh", "one", "2"),
        ];
        let entry = |(name, from, to)| {
            format!("[[mutant]]\nname = '{name}'\nchange = [['{from}', '{to}']]\nfinding = []\n")
        };
        fs::write(&file, changes.map(entry).concat()).unwrap();
        let table = table::<IgnoredAny>(folder.path(), "main.rs").unwrap();
        let told: Vec<Result<String, String>> =
            table.mutants.into_iter().map(|mutant| mutant.source).collect();
        assert_eq!(told[0].as_deref(), Ok("1 two two"));
        let wanted = [
            ("gone", "stands 0 times in"),
            ("twice", "stands 2 times in"),
            ("same", "changes nothing in"),
            ("fresh", "has the same name"),
        ];
        for (told, (name, why)) in told[1..].iter().zip(wanted) {
            let told = told.as_ref().expect_err(name);
            assert!(told.starts_with(&format!("{}: mutant `{name}`: ", file.display())), "{told}");
            assert!(told.contains(why), "{told}");
            assert!(name == "fresh" || told.contains(program.to_str().unwrap()), "{told}");
        }
    }

    #[test]
    fn what_was_changed_can_be_changed_again() {
        let file = Path::new("main.rs");
        let change = |changes: &[[&str; 2]]| {
            let changes: Vec<Change> = changes.iter().map(|change| change.map(str::to_owned)).collect();
            changed("one two two", file, &changes)
        };
        assert_eq!(change(&[]).as_deref(), Ok("one two two"));
        assert_eq!(change(&[["one two", "three"], ["three", "four"]]).as_deref(), Ok("four two"));
        assert!(
            change(&[["one", "two"], ["two", "three"]]).unwrap_err().contains("stands 3 times in main.rs")
        );
    }
}
