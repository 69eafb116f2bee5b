//! The golden: the canonical form that was reviewed, in insta's file format, beside its contract.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::basics::crammed;
use crate::canonical::{canonical, is_canonical};
use crate::finding::Finding;
use crate::reading::Reading;
use crate::words::{lines, start_of, times};

/// What a golden holds where the program prints nothing: insta takes an empty one for none.
const NOTHING: &str = "‹nothing is printed›\n";

/// The golden of the contract in this folder.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("golden.snap")
}

/// What is to be reviewed of the contract in this folder, where insta looks for it.
pub(crate) fn pending(folder: &Path) -> PathBuf {
    folder.join("golden.snap.new")
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

const CLAIM: &str = "the output matches the golden";

/// How a run's form differs from the golden, if it does. The comparison is exact.
pub(crate) fn compare(golden: Option<&str>, reading: &Reading<'_>) -> Option<Finding> {
    match golden {
        Some(golden) if is_canonical(golden, reading) => None,
        Some(golden) => {
            let form = canonical(reading);
            let diff = TextDiff::from_lines(shown(golden), shown(&form));
            let text = diff.unified_diff().context_radius(3).header("golden", "this run").to_string();
            let seen = difference(&TextDiff::from_lines(golden, &form));
            let mut finding = Finding::new("golden", CLAIM, "no difference", seen);
            finding.diff = Some(start_of_diff(&text));
            finding.help = crammed(reading).map(str::to_owned);
            Some(finding)
        }
        None => Some(
            Finding::new("golden", CLAIM, "a golden", "there is none yet")
                .help("`harness accept LESSON` shows this run's canonical form and makes it the golden"),
        ),
    }
}

/// What a run that differs from its golden could not tell, as a claim and why: whose a pid is.
pub(crate) fn unknown(golden: Option<&str>, reading: &Reading<'_>) -> Option<(String, String)> {
    golden?;
    let pid = reading.unclear_pid()?;
    let why = format!(
        "a process had ended before it could be told whether `{pid}` is its pid in its own namespace"
    );
    Some((CLAIM.to_owned(), why))
}

/// A diff as long as a person reads it.
fn start_of_diff(text: &str) -> String {
    const SHOWN: usize = 100;
    let all = text.lines().count();
    let mut start: Vec<String> = text.lines().take(SHOWN).map(|line| start_of(line.as_bytes())).collect();
    if all > SHOWN {
        start.push(format!("… and {} more", lines((all - SHOWN) as u64)));
    }
    start.join("\n")
}

/// In how many lines a golden and a run differ, in words.
fn difference(diff: &TextDiff<'_, '_, str>) -> String {
    // An empty text is one empty line to `similar`.
    let lines_of =
        |tag| diff.iter_all_changes().filter(move |change| change.tag() == tag && !change.value().is_empty());
    let count = |tag| lines_of(tag).count() as u64;
    let (gone, new) = (count(similar::ChangeTag::Delete), count(similar::ChangeTag::Insert));
    match (gone, new) {
        (0, new) => format!("{} too many", lines(new)),
        (gone, 0) => format!("{} missing", lines(gone)),
        (gone, new) if gone == new => times(gone, "line differs", "lines differ"),
        (gone, new) => format!("{} missing, {} instead", lines(gone), lines(new)),
    }
}
