//! The README's table of lessons, written from their contracts.

use std::fmt::Write;
use std::fs;

use harness::file;

use crate::sources::Sources;

const BEGIN: &str = "<!-- the lessons: `cargo run -p harness -- book` writes this table -->\n";
const END: &str = "<!-- end -->\n";

/// The README as it stands.
///
/// # Errors
/// A sentence, where it can't be read.
pub fn read(sources: &Sources) -> Result<String, String> {
    fs::read_to_string(sources.root.join("README.md"))
        .map_err(|error| format!("README.md can't be read: {error}"))
}

/// The README with its table as it ought to be.
///
/// # Errors
/// A sentence, where it has no place for it.
pub fn mended(sources: &Sources, readme: &str) -> Result<String, String> {
    let (before, rest) =
        readme.split_once(BEGIN).ok_or_else(|| format!("README.md lacks the line `{}`", BEGIN.trim()))?;
    let (_, after) =
        rest.split_once(END).ok_or_else(|| format!("README.md lacks the line `{}`", END.trim()))?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", lessons(sources)))
}

/// Brings the table up to date; whether it was not.
///
/// # Errors
/// A sentence, where the README can't be read or written.
pub fn mend(sources: &Sources) -> Result<bool, String> {
    let readme = read(sources)?;
    let mended = mended(sources, &readme)?;
    if readme == mended {
        return Ok(false);
    }
    file::write(&sources.root.join("README.md"), mended)
        .map_err(|error| format!("README.md can't be written: {error}"))?;
    Ok(true)
}

fn lessons(sources: &Sources) -> String {
    let mut table = "| lesson | what it shows | 内容 |\n| --- | --- | --- |\n".to_owned();
    for recorded in &sources.lessons {
        let name = &recorded.lesson.name;
        let title = &recorded.lesson.contract.title;
        let _ = writeln!(table, "| [{name}](examples-bin/{name}) | {} | {} |", title.en, title.zh);
    }
    table
}
