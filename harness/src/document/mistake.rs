//! What is wrong with a file that an author wrote, where, and what would mend it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::file;

/// Reads such a file as text.
pub(crate) fn read(path: &Path) -> Result<String, FileError> {
    /// What a person writes is far smaller.
    const MOST: usize = 4 << 20;
    let bytes =
        file::read(path, MOST).map_err(|error| FileError::whole(path, format!("can't be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let message = format!("the byte 0x{:02x} is not UTF-8, as TOML is", error.as_bytes()[start]);
        let shown = String::from_utf8_lossy(error.as_bytes());
        // What can't be read is shown as one character of three bytes.
        FileError::new(
            path,
            &shown,
            Mistake::at(start..start + char::REPLACEMENT_CHARACTER.len_utf8(), message),
        )
    })
}

/// A mistake in a TOML file, with the bytes it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub span: Option<Range<usize>>,
    pub message: String,
    pub help: Option<String>,
}

impl Mistake {
    pub fn at(span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake { span: Some(span), message: message.into(), help: None }
    }

    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }
}

impl From<toml::de::Error> for Mistake {
    fn from(error: toml::de::Error) -> Mistake {
        Mistake { span: error.span(), message: in_words_of_toml(error.message()), help: None }
    }
}

/// Serde speaks of Rust's types, the author of a contract thinks in TOML's.
fn in_words_of_toml(message: &str) -> String {
    let words = [
        ("unknown field", "unknown key"),
        ("missing field", "missing key"),
        ("unknown variant", "unknown word"),
        ("invalid type: sequence", "invalid type: list"),
        ("invalid type: map", "invalid type: table"),
        ("expected a sequence", "expected a list"),
        ("expected struct", "expected a table, as"),
        ("expected u64", "expected a whole number from 0"),
        ("expected usize", "expected a whole number from 0"),
        ("expected u32", "expected a whole number from 0"),
        ("expected i32", "expected a whole number"),
    ];
    words.iter().fold(message.to_owned(), |message, (rust, toml)| message.replace(rust, toml))
}

/// A mistake in a file that an author wrote. Displays as the file, line, column and text around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    file: PathBuf,
    text: String,
    mistake: Mistake,
}

impl FileError {
    pub(crate) fn new(file: &Path, text: &str, mistake: Mistake) -> FileError {
        FileError { file: file.to_path_buf(), text: text.to_owned(), mistake }
    }

    pub(crate) fn whole(file: &Path, message: String) -> FileError {
        FileError::new(file, "", Mistake { span: None, message, help: None })
    }
}

impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
        let Mistake { span, message, help } = &self.mistake;
        let file = self.file.display().to_string();
        let Some(span) = span else { return write!(f, "{file}: {message}") };
        // A span that ends in the middle of the text's last, missing line would be out of its bounds.
        let span = span.start.min(self.text.len())..span.end.min(self.text.len());
        let mark = AnnotationKind::Primary.span(span);
        let source = Snippet::source(self.text.as_str()).path(file.as_str()).annotation(mark);
        let report = Level::ERROR.primary_title(message.as_str()).element(source);
        let report: Group<'_> = match help {
            Some(help) => report.element(Level::HELP.message(help.as_str())),
            None => report,
        };
        let rendered = Renderer::plain().render(&[report]);
        f.write_str(rendered.strip_prefix("error: ").unwrap_or(&rendered))
    }
}
