//! The collection of races in `races/`: programs with one fault each, their mended twins, and what the harness finds in them.
//!
//! A fault is a folder: a contract and a golden for all its programs, and `bad.*` and `good.*` in each language that has it.

use std::fmt;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::harness_command;

/// Each fault is to be found within so many schedules. Most are within the first few, so those are tried first: what is tried
/// is the same.
const BUDGETS: [&str; 2] = ["16", "100"];

/// A language that the programs are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Compiled by gcc.
    C,
    /// Compiled by rustc.
    Rust,
    /// Interpreted by `CPython`.
    Python,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 3] = [Language::C, Language::Rust, Language::Python];

    /// How its sources' names end.
    pub fn extension(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::Rust => "rs",
            Language::Python => "py",
        }
    }

    /// The version that is here, and what else decides which instructions a program executes; `None` where there is none.
    pub fn version(self) -> Option<String> {
        match self {
            Language::C => Some(format!("{}, {}", first_line("gcc", &["--version"])?, libc()?)),
            Language::Rust => Some(format!("{}, {}", first_line("rustc", &["--version"])?, libc()?)),
            Language::Python => {
                let version =
                    "import platform as p; print('Python', p.python_version() + ',', p.python_compiler())";
                first_line("python3", &["-c", version])
            }
        }
    }
}

fn libc() -> Option<String> {
    first_line("getconf", &["GNU_LIBC_VERSION"])
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.lines().next().map(str::to_owned)
}

/// A program of the collection, ready to run.
#[derive(Debug)]
pub struct Program {
    fault: PathBuf,
    command: Vec<PathBuf>,
    /// What was compiled.
    _folder: TempDir,
}

/// What a schedule shows.
#[derive(Debug)]
pub struct Found {
    /// The number of the first schedule that showed it.
    pub first: u64,
    /// The shortest of those that did.
    pub schedule: String,
}

impl Found {
    /// How many holds and departures the schedule consists of.
    pub fn length(&self) -> usize {
        let times = |part: &str| match part.split_once('*') {
            Some((departure, times)) if !departure.contains('@') => times.parse().unwrap_or(1),
            _ => 1,
        };
        self.schedule.split(',').skip(1).map(times).sum()
    }
}

/// As the table has it.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.first, self.length())
    }
}

/// The names of all faults.
///
/// # Panics
/// Where the collection can't be read.
pub fn faults() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the collection");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let folders = paths.filter(|path| path.is_dir());
    let name = |path: PathBuf| path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let mut names: Vec<String> = folders.map(name).collect();
    names.sort();
    names
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("races")
}

/// A fault's program, `bad` or `good`, in a language; `None` where the language does not have the fault.
pub fn source(fault: &str, kind: &str, language: Language) -> Option<PathBuf> {
    let file = folder().join(fault).join(format!("{kind}.{}", language.extension()));
    file.is_file().then_some(file)
}

impl Program {
    /// Compiles a source, where that is needed: without optimising, so that each line is there, and with its lines' numbers.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn new(source: &Path, language: Language) -> Result<Program, String> {
        let scratch = TempDir::new().map_err(|error| error.to_string())?;
        let program = scratch.path().join("program");
        let command = match language {
            Language::C => {
                compile(Command::new("gcc").args(["-g", "-O0", "-pthread", "-o"]).args([&program, source]))?;
                vec![program]
            }
            Language::Rust => {
                let mut rustc = Command::new("rustc");
                compile(rustc.args(["--edition", "2024", "-g", "-o"]).args([&program, source]))?;
                vec![program]
            }
            Language::Python => {
                // A script may stand for it, which would be directed as a part of the program.
                let python = first_line("python3", &["-c", "import sys; print(sys.executable)"]);
                vec![python.ok_or("there is no python3")?.into(), source.to_path_buf()]
            }
        };
        let fault = source.parent().expect("its folder").to_path_buf();
        Ok(Program { fault, command, _folder: scratch })
    }

    /// Looks for the fault by holding threads between their accesses to the same memory.
    ///
    /// # Errors
    /// Where it is not found; what was tried.
    pub fn find(&self) -> Result<Found, String> {
        #[derive(Deserialize)]
        struct Explored {
            outcomes: Vec<Outcome>,
        }
        #[derive(Deserialize)]
        struct Outcome {
            first: Option<u64>,
            shown: Option<Shown>,
        }
        #[derive(Deserialize)]
        struct Shown {
            schedule: String,
        }
        for schedules in BUDGETS {
            let options = ["--races", "--time", "ideal", "--runs", "0", "--schedules", schedules];
            let Explored { outcomes } = self.ask("explore", &options)?;
            let found = |Outcome { first, shown }| Some(Found { first: first?, schedule: shown?.schedule });
            let mut shown: Vec<Found> = outcomes.into_iter().filter_map(found).collect();
            shown.sort_by_key(|found| found.first);
            for found in shown {
                if self.check(&["--schedule", &found.schedule])?.verdict == "refuted" {
                    return Ok(found);
                }
            }
        }
        Err(format!("none of {} schedules refutes it", BUDGETS[1]))
    }

    /// What `check` says of it.
    ///
    /// # Errors
    /// Where it says nothing; why.
    pub fn check(&self, options: &[&str]) -> Result<Judged, String> {
        #[derive(Deserialize)]
        struct Report {
            lessons: Vec<Judged>,
        }
        let Report { mut lessons } = self.ask("check", options)?;
        lessons.pop().ok_or_else(|| "it was not judged".to_owned())
    }

    fn ask<T: DeserializeOwned>(&self, what: &str, options: &[&str]) -> Result<T, String> {
        let mut harness = harness_command();
        harness.arg(what).arg(&self.fault).args(options).args(["--format", "json", "--"]).args(&self.command);
        let output = harness.output().map_err(|error| error.to_string())?;
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn compile(compiler: &mut Command) -> Result<(), String> {
    let output = compiler.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("it does not compile:\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// A judgement in JSON.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Judged {
    /// What came of it.
    pub verdict: String,
    /// How many schedules were tried.
    pub schedules: u32,
    /// What was refuted.
    pub findings: Vec<Finding>,
}

/// What was refuted, and what tells the one way in which it was from another.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// What was checked.
    pub check: String,
    /// What was seen.
    pub seen: String,
    /// How it differs from the golden.
    pub diff: Option<String>,
}

/// The table of what is found, in `docs/direct.md`.
#[derive(Debug)]
pub struct Table {
    /// What stands before it and behind it.
    around: [String; 2],
    text: String,
}

const BEGIN: &str = "<!-- the races: `cargo run -p golden-tests --example races` writes this table -->\n";
const END: &str = "<!-- end -->\n";

/// What stands where a language does not have a fault.
const NONE: &str = "–";

impl Table {
    /// Where it stands.
    pub fn file() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/direct.md")
    }

    /// As it stands.
    ///
    /// # Errors
    /// Where the page has none.
    pub fn read() -> Result<Table, String> {
        let page = fs::read_to_string(Table::file()).map_err(|error| format!("docs/direct.md: {error}"))?;
        let lacks = |line: &str| format!("docs/direct.md lacks the line `{}`", line.trim());
        let (before, rest) = page.split_once(BEGIN).ok_or_else(|| lacks(BEGIN))?;
        let (text, after) = rest.split_once(END).ok_or_else(|| lacks(END))?;
        Ok(Table { around: [before.to_owned(), after.to_owned()], text: text.to_owned() })
    }

    /// The page with a table of these versions, and of what is found in each fault.
    pub fn page(&self, versions: &[String], rows: &[(String, Vec<Option<Found>>)]) -> String {
        let mut table =
            format!("\n| fault | {} |\n| --- |{}\n", versions.join(" | "), " --- |".repeat(versions.len()));
        for (fault, found) in rows {
            let cell = |found: &Option<Found>| found.as_ref().map_or(NONE.to_owned(), Found::to_string);
            let cells: Vec<String> = found.iter().map(cell).collect();
            let _ = writeln!(table, "| [{fault}](../tests/races/{fault}) | {} |", cells.join(" | "));
        }
        let [before, after] = &self.around;
        format!("{before}{BEGIN}{table}\n{END}{after}")
    }

    /// The faults that it lists.
    pub fn faults(&self) -> Vec<&str> {
        let named = |row: &'_ &str| row.starts_with("| [");
        let rows = self.text.lines().filter(named);
        rows.filter_map(|row| row.strip_prefix("| [")?.split_once(']').map(|(fault, _)| fault)).collect()
    }

    /// The version that a language had.
    pub fn version(&self, language: Language) -> Option<&str> {
        Table::cell(self.text.lines().find(|row| row.starts_with("| fault |"))?, language)
    }

    /// What was found of a fault in a language; nothing where that does not have it.
    pub fn found(&self, fault: &str, language: Language) -> Option<&str> {
        let begin = format!("| [{fault}]");
        let row = self.text.lines().find(|row| row.starts_with(&begin))?;
        Table::cell(row, language).filter(|cell| *cell != NONE)
    }

    fn cell(row: &str, language: Language) -> Option<&str> {
        row.split('|').nth(2 + language as usize).map(str::trim)
    }
}
