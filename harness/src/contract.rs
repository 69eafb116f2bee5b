//! What is claimed of a program: `lesson.toml`, parsed once and valid from then on.
//!
//! `docs/contract.md` is the reference of the format.

mod duration;
mod parse;

pub use duration::parse_duration;
pub(crate) use parse::runs_needed;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::system::streams::Capture;
use crate::file;
use crate::cast::number::Number;
pub use crate::cast::pattern::Pattern;
use crate::shell;
use crate::course::syllabus::Syllabus;
use crate::transcript::Exit;

/// A lesson's title in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// All that a `lesson.toml` says. Every pattern compiles, and every actor and name that a check refers to exists.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The lesson's title.
    pub title: Title,
    /// Topics that the golden proves.
    pub covers: Vec<String>,
    /// The program and its arguments; `None`: the cargo package in whose folder the contract stands.
    pub command: Option<Vec<String>>,
    /// The folder to run in, seen from the contract's; `None`: the contract's own.
    pub folder: Option<PathBuf>,
    /// How long a run may take.
    pub timeout: Duration,
    /// How long what outlives the program may take to end by itself.
    pub grace: Duration,
    /// Whether no other lesson may run meanwhile.
    pub exclusive: bool,
    /// How output is captured.
    pub capture: Capture,
    /// What may be on stderr.
    pub stderr: Stderr,
    /// Command lines of processes that may outlive the program.
    pub survivors: Vec<Pattern>,
    /// Variables to set, or to remove where there is no value.
    pub env: BTreeMap<String, Option<String>>,
    /// Who prints what; the first match wins.
    pub actors: Vec<Actor>,
    /// What varies.
    pub names: Vec<Name>,
    /// Which lines say that a lock is held; for pictures alone.
    pub holds: Option<Holds>,
    /// What holds in every run.
    pub always: Vec<Claim>,
    /// What is seen in at least one of many runs.
    pub sometimes: Vec<Sought>,
    /// How a command line names what is judged.
    pub named: Named,
    source: Source,
}

/// How a command line names a program and its contract, for the commands that reports offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The lesson, or the contract's path.
    pub word: OsString,
    /// The program that stands in for the contract's own; empty: none does.
    pub command: Vec<OsString>,
}

impl Named {
    /// The command line of this command, for a shell: of the program that stands in, where one does.
    pub fn command_line(&self, command: &str, options: &str) -> String {
        let stands_in = if self.command.is_empty() { "" } else { " -- " };
        format!(
            "harness {command} {}{options}{stands_in}{}",
            shell::quote(&self.word),
            shell::join(&self.command)
        )
    }

    /// The command line that judges a recorded run again.
    pub fn replay(&self, file: &Path) -> String {
        format!("harness check {} --replay {}", shell::quote(&self.word), shell::quote(file))
    }
}

/// Where a contract says what can only be found wrong once the program is to be run.
#[derive(Clone, Debug)]
struct Source {
    file: PathBuf,
    text: String,
    program: Option<Range<usize>>,
    folder: Option<Range<usize>>,
}

/// What may be on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stderr {
    /// Nothing.
    #[default]
    Empty,
    /// Anything: it is not looked at.
    Ignored,
    /// Lines of actors, as on stdout.
    Golden,
}

/// A role in the program.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Its name.
    pub name: String,
    /// Matches the lines it prints.
    pub line: Pattern,
    /// What plays it, where that is claimed.
    pub kind: Option<Kind>,
    /// Whether any number of processes may play it.
    pub each: bool,
}

/// What plays an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A process of its own.
    Process,
    /// A thread of the process that plays all such actors.
    Thread,
}

/// How an actor says that it holds the lock: from a line that matches `from` to the next of its lines that matches
/// `to`.
#[derive(Clone, Debug)]
pub struct Holds {
    /// Matches what an actor prints once it holds the lock.
    pub from: Pattern,
    /// Matches what it prints last before it lets go, or first afterwards.
    pub to: Pattern,
}

/// A part of a line that varies from run to run.
#[derive(Clone, Debug)]
pub struct Name {
    /// What it is called.
    pub name: String,
    /// Its one capture group captures the part.
    pub pattern: Pattern,
    /// What is captured.
    pub captures: Captures,
}

/// What a name's pattern captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captures {
    /// A process id.
    Pid,
    /// A number.
    Number,
    /// Any text.
    Text,
}

/// A check, what it proves, and what it needs.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Topics of the syllabus that it proves.
    pub proves: Vec<String>,
    /// How many processors it needs to be decided.
    pub cores: usize,
    /// What must be so.
    pub check: Check,
}

/// A claim that is looked for over many runs.
#[derive(Clone, Debug)]
pub struct Sought {
    /// The claim.
    pub claim: Claim,
    /// After so many runs without it, it falls short.
    pub runs: u32,
    /// The measured share of runs in which it is seen.
    pub rate: f64,
}

/// A name as a check refers to it: all its values, or those in lines of one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRef {
    /// Index into [`Contract::names`].
    pub name: usize,
    /// Index into [`Contract::actors`].
    pub actor: Option<usize>,
    /// As it stands in the contract.
    pub written: String,
}

/// How one number stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Equal.
    Is,
    /// Less.
    LessThan,
    /// Greater.
    GreaterThan,
    /// Equal or greater.
    AtLeast,
    /// Equal or less.
    AtMost,
}

impl Relation {
    /// Whether `left` stands so to `right`.
    pub fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Relation::Is => left == right,
            Relation::LessThan => left < right,
            Relation::GreaterThan => left > right,
            Relation::AtLeast => left >= right,
            Relation::AtMost => left <= right,
        }
    }

    /// In words, as “at least”.
    pub fn words(self) -> &'static str {
        match self {
            Relation::Is => "exactly",
            Relation::LessThan => "less than",
            Relation::GreaterThan => "greater than",
            Relation::AtLeast => "at least",
            Relation::AtMost => "at most",
        }
    }
}

/// One check. Actors are indexes into [`Contract::actors`].
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "docs/contract.md says what each means")]
pub enum Check {
    Count { line: Pattern, actor: Option<usize>, relation: Relation, count: u64 },
    Never { line: Pattern },
    Order { lines: Vec<Pattern> },
    Free { lines: Vec<Pattern> },
    Number { name: NameRef, relation: Relation, value: Number },
    InPrintOrder { name: NameRef, values: Vec<Number> },
    Compare { left: NameRef, relation: Relation, right: NameRef },
    Same { names: Vec<NameRef> },
    Differ { names: Vec<NameRef> },
    Overlap { actors: [usize; 2] },
    Apart { actors: [usize; 2] },
    Lasts { at_least: Duration },
    Exit { of: Option<usize>, exit: Exit },
    Processes { count: usize },
    Threads { of: usize, at_least: u32 },
    Awaited { actors: Vec<usize> },
    Parent { of: usize, is: usize },
}

impl Contract {
    /// Reads and parses a contract. With a syllabus, the topics it names must be there.
    ///
    /// # Errors
    /// [`ContractError`] with the place of the first mistake.
    pub fn read(file: &Path, syllabus: Option<&Syllabus>) -> Result<Contract, ContractError> {
        Contract::parse(&read_toml(file)?, file, syllabus)
    }

    /// Parses a contract; `file` is for its errors alone.
    ///
    /// # Errors
    /// As [`Contract::read`].
    pub fn parse(text: &str, file: &Path, syllabus: Option<&Syllabus>) -> Result<Contract, ContractError> {
        parse::parse(text, file, syllabus).map_err(|mistake| ContractError::new(file, text, mistake))
    }

    /// What is wrong with the program that it names, at its place; `None` where it names none.
    pub(crate) fn wrong_program(&self, why: &str) -> Option<ContractError> {
        self.source.wrong(self.source.program.clone(), why)
    }

    /// What is wrong with the folder that it names, at its place; `None` where it names none.
    pub(crate) fn wrong_folder(&self, why: &str) -> Option<ContractError> {
        self.source.wrong(self.source.folder.clone(), why)
    }

    /// All claims, those of every run first.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.always.iter().chain(self.sometimes.iter().map(|sought| &sought.claim))
    }

    /// The name that is written so: `sum`, or `dance.sum`; `None` where the contract has no such name or actor.
    pub fn name(&self, written: &str) -> Option<NameRef> {
        let (actor, name) = match written.split_once('.') {
            None => (None, written),
            Some((actor, name)) => (Some(self.actors.iter().position(|known| known.name == actor)?), name),
        };
        let name = self.names.iter().position(|known| known.name == name)?;
        Some(NameRef { name, actor, written: written.to_owned() })
    }

    /// The name of an actor.
    pub fn actor(&self, index: usize) -> &str {
        &self.actors[index].name
    }

    /// Whether any actor is claimed to be of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.actors.iter().any(|actor| actor.kind == Some(kind))
    }
}

impl Source {
    fn wrong(&self, span: Option<Range<usize>>, why: &str) -> Option<ContractError> {
        Some(ContractError::new(&self.file, &self.text, Mistake::at(span?, why)))
    }
}

/// Reads a contract or a syllabus as text.
pub(crate) fn read_toml(path: &Path) -> Result<String, ContractError> {
    /// What a person writes is far smaller.
    const MOST: usize = 4 << 20;
    let bytes = file::read(path, MOST)
        .map_err(|error| ContractError::whole(path, format!("can't be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let message = format!("the byte 0x{:02x} is not UTF-8, as TOML is", error.as_bytes()[start]);
        let shown = String::from_utf8_lossy(error.as_bytes());
        // What can't be read is shown as one character of three bytes.
        ContractError::new(
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

/// A mistake in a contract or the syllabus. Displays as the file, line, column and text around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractError {
    file: PathBuf,
    text: String,
    mistake: Mistake,
}

impl ContractError {
    pub(crate) fn new(file: &Path, text: &str, mistake: Mistake) -> ContractError {
        ContractError { file: file.to_path_buf(), text: text.to_owned(), mistake }
    }

    pub(crate) fn whole(file: &Path, message: String) -> ContractError {
        ContractError::new(file, "", Mistake { span: None, message, help: None })
    }
}

impl std::error::Error for ContractError {}

impl fmt::Display for ContractError {
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
