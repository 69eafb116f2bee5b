//! A program to run: found, checked and given its environment before anything is started.

use std::collections::BTreeMap;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::cast::Kind;
use crate::contract::{Asked, Contract};
use crate::run::stdin::Stdin;
use crate::shell;
use crate::system::birth::Image;
use crate::system::witness;

/// What is fixed in every run, because it changes what programs print. `None` removes.
const FIXED: [(&str, Option<&str>); 9] = [
    ("LANG", Some("C.UTF-8")),
    ("LC_ALL", Some("C.UTF-8")),
    ("LANGUAGE", None),
    ("RUST_BACKTRACE", Some("0")),
    ("NO_COLOR", Some("1")),
    ("CLICOLOR_FORCE", None),
    ("FORCE_COLOR", None),
    ("PYTHONWARNINGS", None),
    ("RUST_LOG", None),
];

/// Why a program can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// There is no such file, or none of that name in `PATH`.
    #[error("program `{0}` was not found{1}")]
    NotFound(String, &'static str),
    /// The file is there, but may not be executed.
    #[error("program `{0}` is not executable: it is {1}")]
    NotExecutable(String, &'static str),
    /// A NUL byte in an argument or a variable, which no program can be given.
    #[error("`{0}` holds a NUL byte, which no argument and no variable can")]
    Nul(String),
    /// The command has no words.
    #[error("the command is empty: it needs at least the name of a program")]
    Empty,
    /// The system executed it and said no.
    #[error("program `{0}` could not be started: {1}{mend}", mend = mend(.1))]
    Refused(String, std::io::Error),
    /// The folder to run it in is not there.
    #[error("the folder `{0}` to run in can't be entered: {1}")]
    Folder(PathBuf, std::io::Error),
    /// What it shall read on its stdin can't be read.
    #[error("`{}` can't be given to it as its stdin: {}", .0.display(), .1)]
    Stdin(PathBuf, std::io::Error),
    /// A pipe or process could not be had, or the program's output could not be read.
    #[error("the system refused what a run needs: {0}")]
    System(#[from] std::io::Error),
}

/// What would mend it, where a file that is there and may be executed can't be.
fn mend(error: &std::io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::ENOEXEC) => "; a script begins with `#!` and its interpreter, as `#!/bin/sh`",
        Some(libc::ENOENT) => "; the interpreter that it asks for is not there",
        _ => "",
    }
}

/// A program, ready to be run any number of times.
#[derive(Debug)]
pub struct Program {
    command: Vec<OsString>,
    pub(crate) image: Image,
    /// What it reads on its stdin.
    pub(crate) stdin: Stdin,
    /// Who is asked to see what it does.
    pub(crate) seen_by: Asked,
}

impl Program {
    /// Finds `command[0]`, in `PATH` where it has no slash, and prepares it to run in `folder` with the
    /// harness's environment as changed by `variables` (`None` removes one).
    ///
    /// # Errors
    /// [`ProgramError`] where it can't be found or executed.
    pub fn new(
        command: &[OsString],
        folder: &Path,
        variables: &BTreeMap<String, Option<String>>,
    ) -> Result<Program, ProgramError> {
        let name = command.first().filter(|name| !name.is_empty()).ok_or(ProgramError::Empty)?;
        let folder =
            folder.canonicalize().map_err(|error| ProgramError::Folder(folder.to_path_buf(), error))?;
        if !folder.is_dir() {
            return Err(ProgramError::Folder(folder, std::io::ErrorKind::NotADirectory.into()));
        }
        let path = find(name, &folder)?;
        let mut environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
        let fixed = FIXED.iter().map(|&(name, value)| (OsString::from(name), value.map(OsString::from)));
        let own = variables.iter().map(|(name, value)| (name.into(), value.as_ref().map(OsString::from)));
        for (name, value) in fixed.chain([("PWD".into(), Some(folder.clone().into()))]).chain(own) {
            match value {
                Some(value) => environment.insert(name, value),
                None => environment.remove(&name),
            };
        }
        let variable = |(name, value): (&OsString, &OsString)| {
            let mut both = name.clone();
            both.push("=");
            both.push(value);
            terminated(&both)
        };
        Ok(Program {
            image: Image {
                path: terminated(path.as_os_str())?,
                arguments: command.iter().map(|word| terminated(word)).collect::<Result<_, _>>()?,
                environment: environment.iter().map(variable).collect::<Result<_, _>>()?,
                folder: terminated(folder.as_os_str())?,
            },
            command: command.to_vec(),
            stdin: Stdin::Nothing,
            seen_by: Asked::Threads,
        })
    }

    /// Prepares a command to be judged by a contract, with the environment that it asks for.
    ///
    /// # Errors
    /// As [`Program::new`].
    pub fn for_contract(
        command: &[OsString],
        folder: &Path,
        contract: &Contract,
    ) -> Result<Program, ProgramError> {
        let mut variables = contract.env.clone();
        // Python then writes a line at once, which shows when each was printed and by whom: the pieces that a process's lines
        // come in are put together again, those of a thread only where a witness tells threads apart.
        let threads = || {
            contract.cast.has(Kind::Thread)
                && contract.witness == Asked::Threads
                && witness::refused().is_none()
        };
        let unbuffered = (contract.cast.has(Kind::Process) || threads()).then(|| "1".to_owned());
        variables.entry("PYTHONUNBUFFERED".to_owned()).or_insert(unbuffered);
        let stdin = stdin(contract)?;
        let program = Program::new(command, folder, &variables)?.seen_by(contract.witness);
        Ok(Program { stdin, ..program })
    }

    /// The same, with somebody else to see what it does.
    #[must_use]
    pub fn seen_by(self, seen_by: Asked) -> Program {
        Program { seen_by, ..self }
    }

    /// The same, for runs that are directed: what would make two of them differ is fixed.
    #[must_use]
    pub(crate) fn directed(&self) -> Program {
        let mut environment = self.image.environment.clone();
        // Python's sets are otherwise in another order in each run.
        let is_seed = |variable: &CString| variable.as_bytes().starts_with(b"PYTHONHASHSEED=");
        if !environment.iter().any(is_seed) {
            environment.push(c"PYTHONHASHSEED=0".to_owned());
        }
        let image = Image { environment, ..self.image.clone() };
        Program { command: self.command.clone(), image, stdin: self.stdin.clone(), seen_by: self.seen_by }
    }

    /// The command as a shell takes it.
    pub fn command(&self) -> String {
        shell::join(&self.command)
    }
}

/// What a contract's program reads, where that can be read: a file's name is seen from the contract's folder.
fn stdin(contract: &Contract) -> Result<Stdin, ProgramError> {
    let stdin = match &contract.stdin {
        Stdin::File(file) => Stdin::File(contract.file().parent().unwrap_or(Path::new("")).join(file)),
        other => other.clone(),
    };
    match (stdin.open(), &contract.stdin) {
        (Ok(_), _) => Ok(stdin),
        (Err(error), Stdin::File(file)) => Err(ProgramError::Stdin(file.clone(), error)),
        (Err(error), _) => Err(ProgramError::System(error)),
    }
}

fn terminated(text: &OsStr) -> Result<CString, ProgramError> {
    CString::new(text.as_bytes()).map_err(|_| ProgramError::Nul(text.to_string_lossy().into_owned()))
}

/// The file that `name` stands for, as a shell would find it from `folder`.
fn find(name: &OsStr, folder: &Path) -> Result<PathBuf, ProgramError> {
    let (here, path) = (folder.join(name), std::env::var_os("PATH"));
    let is_path = name.as_bytes().contains(&b'/');
    let sought = if is_path { here.as_os_str() } else { name };
    if let Ok(found) = which::which_in(sought, path.as_ref(), folder) {
        return Ok(found);
    }
    let shown = name.to_string_lossy().into_owned();
    let in_path = || path.iter().flat_map(std::env::split_paths).map(|place| folder.join(place).join(name));
    let prevented =
        if is_path { what_prevents(&here) } else { in_path().find_map(|file| what_prevents(&file)) };
    Err(match prevented {
        Some(why) => ProgramError::NotExecutable(shown, why),
        None if is_path => ProgramError::NotFound(shown, ""),
        None if here.is_file() => {
            ProgramError::NotFound(shown, " in PATH; a file here is named with a slash, as `./NAME`")
        }
        None => ProgramError::NotFound(shown, " in PATH"),
    })
}

/// What this is that can't be executed; `None` where there is nothing.
fn what_prevents(path: &Path) -> Option<&'static str> {
    let kind = std::fs::metadata(path).ok()?.file_type();
    Some(if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file without the permission to execute it (`chmod +x`)"
    } else {
        "no regular file"
    })
}
