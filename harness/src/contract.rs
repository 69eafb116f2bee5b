//! What is claimed of a program: a TOML file, parsed once and valid from then on.
//!
//! `docs/contract.md` is the reference of the format.

mod cast;
mod claim;
mod file;
mod named;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::claim::{Always, Claim, Sometimes, Stated, TopicRef};
pub use self::named::Named;
use crate::cast::Cast;
use crate::cast::pattern::Pattern;
use crate::cast::stretch::Stretch;
use crate::document::{FileError, Mistake, read};
use crate::language::Bilingual;
use crate::run::stdin::Stdin;
use crate::system::streams::Capture;

/// All that a contract says. Every pattern compiles, and every actor and name that a check refers to exists.
#[derive(Clone, Debug)]
pub struct Contract {
    /// What it is about.
    pub title: Bilingual,
    /// Topics that the golden proves.
    pub covers: Vec<TopicRef>,
    /// The golden's line that shows a topic, by the topic's id; for readers alone.
    pub shown: BTreeMap<String, String>,
    /// The program and its arguments; `None`: the cargo package in whose folder the contract stands.
    pub command: Option<Vec<String>>,
    /// The folder to run in, seen from the contract's; `None`: the contract's own.
    pub folder: Option<PathBuf>,
    /// How long a run may take.
    pub timeout: Duration,
    /// How long what outlives the program may take to end by itself.
    pub grace: Duration,
    /// Whether nothing else may run meanwhile.
    pub exclusive: bool,
    /// Whether the program may be run under chosen schedules; else it is judged by natural runs alone. See [`Contract::is_directed`].
    pub directed: bool,
    /// Whether there is a golden, and how it is held, and with it all that is asked of every program.
    pub golden: Golden,
    /// How output is captured; `None`: by a pipe, and where the socket is the witness by that.
    pub capture: Option<Capture>,
    /// Who is to see what happens.
    pub witness: Asked,
    /// Command lines of processes that may outlive the program.
    pub survivors: Vec<Pattern>,
    /// What the program reads on its stdin; a file's name is seen from the contract's folder.
    pub stdin: Stdin,
    /// Variables to set, or to remove where there is no value.
    pub env: BTreeMap<String, Option<String>>,
    /// Who prints what.
    pub cast: Cast,
    /// From which of an actor's lines to which it holds the lock; for pictures alone.
    pub holds: Option<Stretch>,
    /// What holds in every run.
    pub always: Vec<Always>,
    /// What is seen in some run.
    pub sometimes: Vec<Sometimes>,
    /// How a command line names what is judged.
    pub named: Named,
    source: Source,
}

/// Who is asked to see what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// The harness, of each thread, where the system lets it.
    #[default]
    Threads,
    /// The sockets that are printed to, of each process: for programs that trace others, or that need the rights of a setuid
    /// program.
    Socket,
}

/// Whether a contract has a golden, and how it wants it held, and with it what is asked of every program: its exit status, a clean
/// stderr, nobody left behind, no line that nobody claims, no deadlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Golden {
    /// Whether there is one; else its checks are all that is held beside what is asked of every program.
    pub is_kept: bool,
    /// Whether in ideal time only, as [`Always::ideal`].
    pub ideal: bool,
}

impl Default for Golden {
    fn default() -> Golden {
        Golden { is_kept: true, ideal: false }
    }
}

/// Where a contract says what can only be found wrong by those who know more than the file.
#[derive(Clone, Debug)]
struct Source {
    file: PathBuf,
    text: String,
    program: Option<Range<usize>>,
    folder: Option<Range<usize>>,
    stdin: Option<Range<usize>>,
}

impl Contract {
    /// Reads and parses a contract.
    ///
    /// # Errors
    /// Where the file can't be read, or with the place of the first mistake.
    pub fn read(file: &Path) -> Result<Contract, FileError> {
        Contract::parse(&read(file)?, file)
    }

    /// Parses a contract; `file` is for its errors alone.
    ///
    /// # Errors
    /// With the place of the first mistake.
    pub fn parse(text: &str, file: &Path) -> Result<Contract, FileError> {
        file::contract(text, file).map_err(|mistake| FileError::new(file, text, mistake))
    }

    /// The JSON schema of contracts, for editors.
    #[cfg(feature = "cli")]
    pub(crate) fn schema() -> String {
        file::schema()
    }

    /// Its file.
    pub fn file(&self) -> &Path {
        &self.source.file
    }

    /// The line of a place in its file, from 1.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        let before = self.source.text.as_bytes().iter().take(at);
        1 + before.filter(|&&byte| byte == b'\n').count()
    }

    /// What is wrong with the program that it names, at its place; `None` where it names none.
    pub(crate) fn wrong_program(&self, why: &str) -> Option<FileError> {
        Some(self.wrong(self.source.program.clone()?, why, None))
    }

    /// What is wrong with the folder that it names, at its place; `None` where it names none.
    pub(crate) fn wrong_folder(&self, why: &str) -> Option<FileError> {
        Some(self.wrong(self.source.folder.clone()?, why, None))
    }

    /// What is wrong with the stdin that it names, at its place; `None` where it names none.
    pub(crate) fn wrong_stdin(&self, why: &str) -> Option<FileError> {
        Some(self.wrong(self.source.stdin.clone()?, why, None))
    }

    /// What is wrong with a topic that it names.
    pub(crate) fn wrong_topic(&self, topic: &TopicRef, why: &str, help: String) -> FileError {
        self.wrong(topic.span.clone(), why, Some(help))
    }

    fn wrong(&self, span: Range<usize>, why: &str, help: Option<String>) -> FileError {
        let Source { file, text, .. } = &self.source;
        FileError::new(file, text, Mistake { help, ..Mistake::at(span, why) })
    }

    /// Whether chosen schedules can tell of its program. They tell nothing of one that measures, and without the threads' witness
    /// nobody can choose.
    pub fn is_directed(&self) -> bool {
        self.directed && !self.exclusive && self.witness == Asked::Threads
    }

    /// All claims, those of every run first.
    pub fn claims(&self) -> impl Iterator<Item = Stated<'_>> {
        let always = self.always.iter().map(Stated::always);
        always.chain(self.sometimes.iter().map(Stated::sometimes))
    }

    /// All topics that it names, in the order of the file.
    pub fn topics(&self) -> Vec<&TopicRef> {
        let claimed = self.claims().flat_map(|stated| &stated.claim.proves);
        let mut topics: Vec<&TopicRef> = self.covers.iter().chain(claimed).collect();
        topics.sort_by_key(|topic| topic.span.start);
        topics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(text: &str) -> Contract {
        Contract::parse(&format!("title = 'A test'\n{text}"), Path::new("contract")).expect("a contract")
    }

    #[test]
    fn a_program_is_directed_unless_its_contract_says_what_keeps_it_from_that() {
        assert!(contract("").is_directed());
        assert!(contract("directed = true").is_directed());
        for natural in ["directed = false", "exclusive = true", "witness = 'socket'"] {
            assert!(!contract(natural).is_directed(), "{natural}");
        }
    }

    #[test]
    fn a_claim_is_directed_if_one_processor_suffices_for_it_and_it_is_not_on_time() {
        let is_directed = |entry: &str| -> Vec<bool> {
            contract(&format!("[[always]]\n{entry}")).claims().map(Stated::is_directed).collect()
        };
        assert_eq!(is_directed("never = 'x'"), [true]);
        assert_eq!(is_directed("never = 'x'\ncores = 1"), [true]);
        assert_eq!(is_directed("never = 'x'\ncores = 2"), [false]);
        assert_eq!(is_directed("lasts = '1s'"), [false]);
    }

    #[test]
    fn ideal_time_is_for_those_alone_that_ask_for_it() {
        let one = contract("[[always]]\nnever = 'x'\nideal = true\n[[always]]\nnever = 'y'");
        let ideal: Vec<bool> = one.always.iter().map(|always| always.ideal).collect();
        assert_eq!((ideal.as_slice(), one.golden.ideal), ([true, false].as_slice(), false));
        let golden = contract("golden = { ideal = true }\n[[always]]\nnever = 'x'");
        assert!(golden.golden.ideal && !golden.always[0].ideal);
        assert!(!contract("golden = { ideal = false }").golden.ideal);
    }

    #[test]
    fn there_is_a_golden_unless_the_contract_says_that_there_is_none() {
        assert!(contract("").golden.is_kept);
        assert!(contract("golden = { ideal = true }").golden.is_kept);
        assert!(!contract("golden = false").golden.is_kept);
    }
}
