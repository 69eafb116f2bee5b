//! Golden tests in another crate's `#[test]`.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::contract::Named;
use crate::course::build::{self, BuildError};
use crate::direct::asking::{self, Manner};
use crate::judge::Judgement;
use crate::judge::golden;
use crate::judge::subject::{Subject, SubjectError};
use crate::language::Language;
use crate::report::human;
use crate::run::program::{Program, ProgramError};
use crate::shell;
use crate::system::interrupt::Interrupt;
use crate::system::requirements;
use crate::transcript::Transcript;

/// A program and the contract that it is held against.
///
/// The golden stands beside the contract, as `golden.snap`. Where a run meets the contract but not the golden, or there is
/// no golden yet, and a further run prints the same, [`GoldenTest::assert`] keeps what it would be as `golden.snap.new`, and
/// says how to take it over.
#[derive(Debug)]
pub struct GoldenTest {
    contract: PathBuf,
    command: Vec<OsString>,
}

/// Why a program can't be asked: a mistake in the contract, a program that isn't there, a system that lacks the means.
/// Displays as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct GoldenTestError(#[from] Refusal);

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    Means(String),
    #[error(transparent)]
    Subject(#[from] SubjectError),
    #[error("there is no contract `{}`: `harness {}` draws a first one", .0.display(), .1)]
    NoContract(PathBuf, String),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Run(#[from] ProgramError),
}

/// What came of asking.
struct Tried {
    subject: Subject,
    program: Program,
    judgement: Judgement,
    transcript: Transcript,
}

impl GoldenTest {
    /// A test by the contract in this file; its golden stands beside it. A relative path is seen from the current
    /// folder, which in a test of cargo's is the package's.
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
    /// Where it can't be asked.
    pub fn judge(&self) -> Result<Judgement, GoldenTestError> {
        Ok(self.ask()?.judgement)
    }

    fn ask(&self) -> Result<Tried, Refusal> {
        requirements::test().map_err(Refusal::Means)?;
        let mut subject = Subject::read(&self.contract).map_err(|error| self.lacks(error))?;
        subject.contract.named = Named { word: (&self.contract).into(), command: self.command.clone() };
        let program = if self.command.is_empty() {
            build::programs(std::slice::from_ref(&subject))?.remove(0)
        } else {
            build::prepare(&subject, &self.command, Path::new("."))?
        };
        let asked = asking::ask(
            &subject,
            subject.golden.as_deref(),
            &program,
            Manner::usual(Language::of_locale(), &Interrupt::never()),
        )?;
        let (judgement, transcript) = asked.expect("what never comes does not interrupt");
        Ok(Tried { subject, program, judgement, transcript })
    }

    /// Why there is no subject: where it has no contract yet, with the command that draws one for this program.
    fn lacks(&self, error: SubjectError) -> Refusal {
        match error {
            SubjectError::NoContract(contract) if !self.command.is_empty() => {
                let folder = contract.parent().unwrap_or(Path::new("."));
                let command = format!("new {} -- {}", shell::quote(folder), shell::join(&self.command));
                Refusal::NoContract(contract, command)
            }
            error => error.into(),
        }
    }

    /// Runs the program and panics, with the report, unless nothing was refuted. What this machine can't decide, for want
    /// of processors, is printed and passes, unless the environment says `HARNESS_STRICT=1`.
    ///
    /// # Panics
    /// Where something was refuted, or it can't be asked.
    pub fn assert(&self) {
        let asked = self.ask().unwrap_or_else(|error| panic!("{error}"));
        let offer = GoldenTest::offer(&asked);
        let report = human::details(&asked.subject.name, &asked.judgement, Language::of_locale());
        let report = human::plain(&report);
        assert!(asked.judgement.verdict.passes(), "{report}{offer}");
        eprint!("{report}");
    }

    /// Offers a run that meets all but its golden for review; how to take it over, in words.
    fn offer(asked: &Tried) -> String {
        let Tried { subject, program, judgement, transcript } = asked;
        let Offer { form, file } = match offer(subject, program, judgement, transcript) {
            Ok(Some(offer)) => offer,
            Ok(None) => return String::new(),
            Err(error) => return format!("\n{error}\n"),
        };
        format!(
            "\n{}: what the golden would be:\n\n{}\nIf it is right, take it over: `cargo insta review`, or `{}`, or \
             rename {} to golden.snap\n",
            subject.name,
            golden::shown(&form),
            subject.contract.named.command_line("accept", ""),
            file.display()
        )
    }
}

/// A canonical form that is kept for review.
#[derive(Debug)]
pub struct Offer {
    /// The form.
    pub form: String,
    /// The file that it is kept in.
    pub file: PathBuf,
}

/// Offers the form of a run for review, where nothing but the golden speaks against it and a further run prints the same. Of
/// any other run nothing is offered, and what was offered before is taken back: the program is no longer so.
///
/// # Errors
/// Where the program can't be run again, or the file can't be written or removed; it is named.
pub fn offer(
    subject: &Subject,
    program: &Program,
    judgement: &Judgement,
    transcript: &Transcript,
) -> io::Result<Option<Offer>> {
    let form = asking::offered(subject, program, judgement, transcript)
        .map_err(|error| io::Error::other(format!("it can't be run again: {error}")))?;
    let Some(form) = form else { return golden::withdraw(&subject.folder).map(|()| None) };
    let file = golden::pending(&subject.folder);
    match golden::write(&file, &subject.name, &form) {
        Ok(()) => Ok(Some(Offer { form, file })),
        Err(error) => {
            Err(io::Error::new(error.kind(), format!("`{}` can't be written: {error}", file.display())))
        }
    }
}
