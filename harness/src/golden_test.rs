//! Golden tests in another crate's `#[test]`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::build::{self, BuildError};
use crate::course::{CourseError, Lesson};
use crate::interrupt::Interrupt;
use crate::judge::{Judgement, Verdict};
use crate::report::human;
use crate::suite;

/// A program and the contract that it is held against.
///
/// ```ignore
/// #[test]
/// fn workers_share_nothing() {
///     GoldenTest::new("tests/workers/lesson.toml").command([env!("CARGO_BIN_EXE_workers"), "4"]).assert();
/// }
/// ```
///
/// `harness accept tests/workers/lesson.toml` writes the golden beside the contract, if the contract has a `command`.
#[derive(Debug)]
pub struct GoldenTest {
    contract: PathBuf,
    command: Vec<OsString>,
}

/// Why a program can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum GoldenTestError {
    /// The contract or the golden can't be used.
    #[error(transparent)]
    Lesson(#[from] CourseError),
    /// The program can't be built or run.
    #[error(transparent)]
    Program(#[from] BuildError),
    /// A run could not be made.
    #[error(transparent)]
    Run(#[from] crate::program::ProgramError),
}

impl GoldenTest {
    /// A test by the contract in this file; its golden stands beside it.
    pub fn new(contract: impl AsRef<Path>) -> GoldenTest {
        GoldenTest { contract: contract.as_ref().to_path_buf(), command: Vec::new() }
    }

    /// The program and its arguments, in place of the contract's own `command`. It runs in the current folder.
    #[must_use]
    pub fn command(mut self, command: impl IntoIterator<Item = impl Into<OsString>>) -> GoldenTest {
        self.command = command.into_iter().map(Into::into).collect();
        self
    }

    /// Runs the program until it can be judged.
    ///
    /// # Errors
    /// Where it can't be asked: a mistake in the contract, a program that isn't there.
    pub fn judge(&self) -> Result<Judgement, GoldenTestError> {
        self.run().map(|(_, judgement)| judgement)
    }

    fn run(&self) -> Result<(Lesson, Judgement), GoldenTestError> {
        let lesson = Lesson::read(&self.contract, None)?;
        let program = if self.command.is_empty() {
            build::programs(std::slice::from_ref(&lesson))?.remove(0)
        } else {
            build::prepare(&lesson, &self.command, Path::new("."))?
        };
        let asked = suite::ask(&lesson, lesson.golden.as_deref(), &program, None, &Interrupt::never())?;
        let (judgement, _) = asked.expect("what never comes does not interrupt");
        Ok((lesson, judgement))
    }

    /// Runs the program and panics, with the report, unless nothing fell short.
    ///
    /// # Panics
    /// Where something fell short, or it can't be asked.
    pub fn assert(&self) {
        match self.run() {
            Ok((_, judgement)) if judgement.verdict != Verdict::Short => {}
            Ok((lesson, judgement)) => {
                let report = human::details(&lesson.name, &judgement);
                panic!("{}", anstream::adapter::strip_str(&report))
            }
            Err(error) => panic!("{error}"),
        }
    }
}
