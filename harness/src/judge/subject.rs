//! What is judged: a program with a contract and, beside it, its golden.

use std::io;
use std::path::{Path, PathBuf};

use super::golden;
use crate::contract::Contract;
use crate::document::FileError;
use crate::run::program::ProgramError;
use crate::shell;

/// What a contract's file is called where nobody says otherwise.
pub const CONTRACT: &str = "contract.toml";

/// A program with a contract and, beside it, its golden.
#[derive(Debug)]
pub struct Subject {
    /// Its folder's name; of several with the same name their paths.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What is claimed.
    pub contract: Contract,
    /// The golden's canonical form, if there is a golden.
    pub golden: Option<String>,
}

impl Subject {
    /// Reads the subject whose contract this is.
    ///
    /// # Errors
    /// Where the contract or the golden can't be used.
    pub fn read(contract: &Path) -> Result<Subject, SubjectError> {
        let unusable = |file: &Path, error| SubjectError::File(file.to_path_buf(), error);
        let absolute = contract.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SubjectError::NoContract(contract.to_path_buf()),
            _ => unusable(contract, error),
        })?;
        let folder = absolute.parent().unwrap_or(Path::new("/")).to_path_buf();
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let parsed = Contract::read(contract)?;
        let file = golden::path(&folder);
        let golden = golden::read(&file).map_err(|error| unusable(&file, error))?;
        if golden.is_some() && !parsed.golden.is_kept {
            return Err(SubjectError::Unasked(file));
        }
        Ok(Subject { name, folder, contract: parsed, golden })
    }

    pub(crate) fn named(mut self, word: &str) -> Subject {
        self.contract.named.word = word.into();
        self
    }

    /// The name of the file that its runs are recorded in.
    pub(crate) fn record(&self) -> String {
        format!("{}.jsonl", self.name.replace('/', "-"))
    }

    /// Why its program can't be run, in words: shown in the contract, where that names what is wrong.
    pub fn lacks(&self, error: &ProgramError) -> String {
        let why = error.to_string();
        let shown = match error {
            ProgramError::Stdin(..) => self.contract.wrong_stdin(&why),
            _ if !self.contract.named.command.is_empty() => None,
            ProgramError::Folder(..) => self.contract.wrong_folder(&why),
            ProgramError::System(_) => None,
            _ => self.contract.wrong_program(&why),
        };
        format!("{}: {}", self.name, shown.map_or(why, |shown| shown.to_string()))
    }

    /// The folder that its program runs in.
    pub(crate) fn place(&self) -> PathBuf {
        self.contract.folder.as_ref().map_or_else(|| self.folder.clone(), |folder| self.folder.join(folder))
    }
}

/// What draws a first contract in this place.
fn drawn(contract: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let folder = contract.parent().map(|folder| folder.strip_prefix(here).unwrap_or(folder));
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    format!("`harness new {} -- CMD` draws a first one from runs of CMD", shell::quote(folder))
}

/// Why a subject can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// A mistake in the contract.
    #[error(transparent)]
    Contract(#[from] FileError),
    /// A file can't be read.
    #[error("`{}` can't be used: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// There is no such contract.
    #[error("there is no contract `{}`: {}", .0.display(), drawn(.0))]
    NoContract(PathBuf),
    /// A golden that the contract does not want.
    #[error("`{}` is there, and nothing would be held against it: remove it, or `golden = false` in its contract", .0.display())]
    Unasked(PathBuf),
}
