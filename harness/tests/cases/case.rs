//! A case's file: why, what is given, and what is told of it.

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// Cases of one shape.
#[derive(Clone, Copy)]
pub struct Folder {
    pub name: &'static str,
    /// The parts that may be the first of what is told.
    pub ends_with: &'static [&'static str],
    /// What is told of a case: these parts.
    pub tell: Tell,
}

pub type Tell = fn(&Case) -> Result<String, String>;

/// One file.
pub struct Case {
    path: PathBuf,
    /// Why, and what is given.
    given: String,
    /// What is expected to be told; empty where nobody has written it yet.
    told: String,
}

impl Case {
    /// Reads a file; whatever stands in it is a case.
    pub fn read(path: &Path, folder: &Folder) -> Result<Case, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let told = text.match_indices("\n## ").map(|(at, _)| at + 1).find(|&at| {
            let heading = text[at..].lines().next().and_then(|line| line.strip_prefix("## "));
            heading.is_some_and(|heading| folder.ends_with.contains(&heading))
        });
        let (given, told) = match told {
            Some(at) => (text[..at - 1].to_owned(), text[at..].to_owned()),
            None => (text, String::new()),
        };
        Ok(Case { path: path.to_owned(), given, told })
    }

    /// The parts that are given: their names, and the text below each.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.given.split("\n## ").skip(1).map(|part| part.split_once('\n').unwrap_or((part, "")))
    }

    /// Whether it is left out where the harness may not watch the program.
    pub fn needs_witness(&self) -> bool {
        self.parts().any(|(heading, _)| heading == "needs the witness")
    }

    /// A part that must be there.
    pub fn part(&self, name: &str) -> Result<&str, String> {
        let found = self.parts().find(|(heading, _)| *heading == name);
        found.map(|(_, text)| text).ok_or_else(|| format!("the case lacks `## {name}`"))
    }

    /// Other parts than these are mistakes: nothing would look at them.
    pub fn has_only(&self, names: &[&str]) -> Result<(), String> {
        match self.parts().find(|(heading, _)| !names.contains(heading)) {
            Some((heading, _)) => {
                Err(format!("a case here has no part `## {heading}`: {}", names.join(", ")))
            }
            None => Ok(()),
        }
    }

    /// Compares what is told with what is expected. Where they differ, the file as it would have to be is left beside it.
    pub fn check(&self, tell: Tell) -> Result<(), String> {
        let told = tell(self).map_err(|error| format!("{}: {error}", self.path.display()))?;
        let new = self.path.with_extension("txt.new");
        if told == self.told {
            let _ = fs::remove_file(new);
            return Ok(());
        }
        let file = format!("{}\n{told}", self.given);
        fs::write(&new, file).map_err(|error| format!("{}: {error}", new.display()))?;
        let diff = TextDiff::from_lines(&self.told, &told);
        let diff = diff.unified_diff().header("expected", "told").to_string();
        let (old, new) = (self.path.display(), new.display());
        Err(format!("something else is told:\n{diff}\nwhere that is right: mv {new} {old}"))
    }
}
