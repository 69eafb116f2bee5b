//! The course as a book, in English and in Chinese.
//!
//! Data flows one way:
//!
//! ```text
//! lessons and their recorded runs → judged again → pages with their directives replaced → Markdown → HTML
//! ```
//!
//! [`sources`] reads what the book is made of and judges the recorded runs again, [`page`] reads a page, `directives` puts
//! the programs, outputs, pictures and marks in it, `status` makes the page of all topics, and `markdown` makes HTML of a
//! page, with `code` in its colours and links to the [`glossary`]; `site` writes the files, and `search` what can be looked through.
//! [`readme`] keeps the README's table.

mod chapters;
mod code;
mod directives;
mod drawing;
pub mod glossary;
mod held;
mod html;
mod impossible;
mod markdown;
mod marks;
mod orders;
pub mod page;
mod pictures;
pub mod readme;
mod schedules;
mod search;
mod site;
pub mod sources;
mod status;

use std::fs;
use std::path::Path;

use harness::file;
use harness::language::Language;
use sources::Sources;

/// Builds the whole book into `out`: `index.html`, and a folder a language.
///
/// Pages without a mistake are built even where others have one. A book that can't be built as a whole leaves the older one
/// as it is. What comes back is all that is wrong, a sentence each.
pub fn build(sources: &Sources, out: &Path) -> Vec<String> {
    let mut problems = sources.problems.clone();
    let mut pages = |language| (language, page::all(sources, language, &mut problems));
    let languages = Language::ALL.map(&mut pages);
    let new = out.with_extension("new");
    let built = clear(&new)
        .map_err(|error| format!("`{}` can't be made: {error}", new.display()))
        .and_then(|()| site::write(sources, &languages, &new))
        .and_then(|()| {
            file::replace_folder(&new, out)
                .map_err(|error| format!("the book can't be put into `{}`: {error}", out.display()))
        });
    problems.extend(built.inspect_err(|_| drop(fs::remove_dir_all(&new))).err());
    problems
}

/// Makes an empty folder, in place of what an interrupted build left.
fn clear(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(folder)
}
