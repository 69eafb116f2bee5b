//! `book`: the course as a book. What makes it is a package of the course's own, so that no other project that uses
//! the harness carries it along.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::course::Course;
use crate::course::build::BuildError;
use crate::system::interrupt::Group;

use super::{PROVEN, REFUTED, UNASKED, Unasked, here};

/// What opens a file in the program that is meant for it.
const OPENER: &str = "xdg-open";

/// Lets the course's package build the book; it tells what is wrong with it, and where it is.
pub(super) fn book(open: bool) -> Result<u8, Unasked> {
    let course = Course::find(&here()?)?;
    let code = build(course.root())?;
    // Pages without a mistake are there even where others have one.
    if open && code != UNASKED {
        show(&course.root().join("target/book/index.html"))?;
    }
    Ok(code)
}

/// Opens a page in the browser.
fn show(page: &Path) -> Result<(), Unasked> {
    let unopened = |why: String| {
        Unasked(vec![format!("the book can't be opened: `{OPENER}` {why}; open {} yourself", page.display())])
    };
    let ended = Command::new(OPENER).arg(page).stdin(Stdio::null()).status();
    match ended.map_err(|error| unopened(format!("can't be run: {error}")))? {
        status if status.success() => Ok(()),
        status => Err(unopened(format!("failed: {status}"))),
    }
}

fn build(root: &Path) -> Result<u8, Unasked> {
    let manifest = root.join("docs/Cargo.toml");
    if !manifest.is_file() {
        let sentence =
            format!("`{}` has no book: the package that makes one would be in docs/", root.display());
        return Err(Unasked(vec![sentence]));
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--manifest-path"]).arg(manifest).current_dir(root).stdin(Stdio::null());
    match Group::start(&mut cargo).and_then(Group::wait).map_err(BuildError::NoCargo)?.code() {
        Some(0) => Ok(PROVEN),
        Some(1) => Ok(REFUTED),
        _ => Ok(UNASKED),
    }
}
