//! The course as a book, in English and in Chinese.
//!
//! Data flows one way:
//!
//! ```text
//! lessons and their recorded runs → judged again → pages with their directives replaced → mdBook → HTML
//! ```
//!
//! [`sources`] reads what the book is made of and judges the recorded runs again, [`page`] reads a page,
//! [`directives`] puts the programs, outputs, pictures and marks in it, [`status`] makes the page of all topics, and
//! [`site`] drives mdBook, once a language. [`readme`] keeps the README's table.

mod code;
pub mod directives;
pub mod html;
pub mod marks;
pub mod page;
mod pictures;
pub mod readme;
mod schedules;
pub mod site;
pub mod sources;
pub mod status;
pub mod words;

use std::path::Path;

use harness::language::Language;
use sources::Sources;

/// Builds the whole book into `out`: `index.html`, and a folder a language.
///
/// Pages without a mistake are built even where others have one. What comes back is all that is wrong, a sentence
/// each.
pub fn build(sources: &Sources, out: &Path) -> Vec<String> {
    let mut problems = sources.problems.clone();
    for language in Language::ALL {
        let pages = page::all(sources, language, &mut problems);
        problems.extend(site::render(sources, language, &pages, out).err());
    }
    problems.extend(site::write_entrance(sources, out).err());
    problems
}
