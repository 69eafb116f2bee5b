//! Words as a shell reads them, for the commands that reports offer.

use std::ffi::OsStr;

use shlex::Quoter;

/// A word, quoted where a shell would take it for something else. Bytes that are not UTF-8 can't be shown.
pub fn quote(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref().to_string_lossy();
    // No command line holds a NUL byte.
    let quoted = Quoter::new().allow_nul(true).quote(&word).map(std::borrow::Cow::into_owned);
    quoted.unwrap_or_else(|_| word.clone().into_owned())
}

/// Words with spaces between them, each quoted.
pub fn join<W: AsRef<OsStr>>(words: impl IntoIterator<Item = W>) -> String {
    words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
}
