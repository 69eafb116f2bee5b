//! The golden: the canonical form that was reviewed, in insta's file format, beside its contract.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a golden holds where the program prints nothing: insta takes an empty one for none.
const NOTHING: &str = "‹nothing is printed›\n";

/// The golden of the contract in this folder.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("golden.snap")
}

/// Reads a golden: the canonical form in it, or `None` where there is no golden yet.
///
/// # Errors
/// Where the file can't be read or is not in insta's format.
pub fn read(file: &Path) -> io::Result<Option<String>> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    match body {
        Some((_, NOTHING)) => Ok(Some(String::new())),
        Some((_, form)) => Ok(Some(form.to_owned())),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is not in insta's format: metadata between two lines `---`, then the form",
        )),
    }
}

/// Writes a golden, as insta would.
///
/// # Errors
/// Where the file can't be written.
pub fn write(file: &Path, lesson: &str, form: &str) -> io::Result<()> {
    fs::write(file, format!("---\nsource: tests/golden.rs\nexpression: {lesson}\n---\n{}", shown(form)))
}

/// The form as it stands in a golden.
pub fn shown(form: &str) -> &str {
    if form.is_empty() { NOTHING } else { form }
}
