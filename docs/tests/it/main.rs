//! The book, built: nothing is missing, nothing is stale, and no link leads nowhere.

mod adding;
mod code;
mod documents;
mod glossary;
mod held;
mod links;
mod marks;
mod orders;
mod pages;
mod python;
mod readme;
mod scratch;
mod stale;
mod words;
