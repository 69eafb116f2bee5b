//! Pictures: SVG without a script, to stand alone or in a page.
//!
//! Colours are custom properties, which a page may set; where it does not they fit light and dark. `docs/timeline.md` lists
//! them.

pub mod description;
mod drawing;
mod histogram;
mod orders;
mod run;
mod words;

pub use histogram::histogram;
pub use orders::orders;
pub use run::{run, tells};

use crate::language::Language;

/// What a picture is called, for those who see it and those who hear it.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Its title.
    pub title: &'a str,
    /// What is to be seen, in one or two sentences.
    pub description: &'a str,
    /// Stands before all its ids, so that several may stand on one page.
    pub id: &'a str,
    /// The language of the words in it.
    pub language: Language,
}
