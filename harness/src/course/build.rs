//! The lessons' executables, all built by one cargo call.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::judge::subject::Subject;
use crate::run::program::Program;
use crate::system::interrupt::Group;

/// Why a lesson's program can't be had.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Cargo can't be run.
    #[error("cargo can't be run: {0}")]
    NoCargo(std::io::Error),
    /// Cargo said no; it has printed why.
    #[error("cargo could not build {0}: what it says is printed above")]
    Failed(String),
    /// A package without a program.
    #[error("the package in `{}` builds no program, and its contract has no `command`", .0.display())]
    NoProgram(PathBuf),
    /// The folder is no package and the contract has no command.
    #[error("`{}` says neither what to run nor stands beside a Cargo.toml: add `command = [\"…\"]` to it", .0.display())]
    NoCommand(PathBuf),
    /// The program can't be run, for this reason.
    #[error("{0}")]
    Program(String),
}

/// Makes the programs of these lessons ready to run, in their order. What has to be built is built first.
///
/// # Errors
/// The first thing that is in the way.
pub fn programs(lessons: &[Subject]) -> Result<Vec<Program>, BuildError> {
    let executables = executables(lessons)?;
    let program = |lesson: &Subject| {
        let command: Vec<OsString> = match &lesson.contract.command {
            Some(command) => command.iter().map(OsString::from).collect(),
            None => vec![executables[&lesson.folder].clone().into()],
        };
        prepare(lesson, &command, &lesson.place())
    };
    lessons.iter().map(program).collect()
}

/// Makes a command ready to be run in place of a lesson's program, in `folder`.
///
/// # Errors
/// Where it can't be found or executed.
pub fn prepare(lesson: &Subject, command: &[OsString], folder: &Path) -> Result<Program, BuildError> {
    Program::for_contract(command, folder, &lesson.contract)
        .map_err(|error| BuildError::Program(lesson.lacks(&error)))
}

/// The executable of each lesson that has no command, by its folder.
fn executables(lessons: &[Subject]) -> Result<HashMap<PathBuf, PathBuf>, BuildError> {
    let packages: Vec<&Subject> = lessons.iter().filter(|lesson| lesson.contract.command.is_none()).collect();
    if let Some(lesson) = packages.iter().find(|lesson| !lesson.folder.join("Cargo.toml").is_file()) {
        return Err(BuildError::NoCommand(lesson.contract.file().to_path_buf()));
    }
    // Lessons that stand side by side are members of one workspace.
    let mut workspaces: BTreeMap<&Path, Vec<&Subject>> = BTreeMap::new();
    for lesson in &packages {
        workspaces.entry(lesson.folder.parent().unwrap_or(&lesson.folder)).or_default().push(lesson);
    }
    let mut built = HashMap::new();
    for members in workspaces.values() {
        built.extend(cargo_build(members)?);
    }
    match packages.iter().find(|lesson| !built.contains_key(&lesson.folder)) {
        Some(lesson) => Err(BuildError::NoProgram(lesson.folder.clone())),
        None => Ok(built),
    }
}

/// The name of the package in this folder; where its manifest does not tell, cargo says what is wrong with it.
fn package(folder: &Path) -> String {
    #[derive(Deserialize)]
    struct Manifest {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
    }
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok();
    let manifest: Option<Manifest> = manifest.and_then(|text| toml::from_str(&text).ok());
    let of_folder = || folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    manifest.map_or_else(of_folder, |manifest| manifest.package.name)
}

/// What cargo says of something that it has built, a line each; whatever else it says has no executable.
#[derive(Deserialize)]
struct Artifact {
    manifest_path: PathBuf,
    executable: Option<PathBuf>,
}

fn cargo_build(lessons: &[&Subject]) -> Result<HashMap<PathBuf, PathBuf>, BuildError> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--bins", "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    for lesson in lessons {
        cargo.args(["--package", &package(&lesson.folder)]);
    }
    cargo.current_dir(&lessons[0].folder).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut cargo = Group::start(&mut cargo).map_err(BuildError::NoCargo)?;
    let stdout = BufReader::new(cargo.child.stdout.take().expect("stdout is piped"));
    let executables = stdout.lines().map_while(Result::ok).filter_map(|line| {
        let artifact: Artifact = serde_json::from_str(&line).ok()?;
        Some((artifact.manifest_path.parent()?.canonicalize().ok()?, artifact.executable?))
    });
    let executables = executables.collect();
    let status = cargo.wait().map_err(BuildError::NoCargo)?;
    if status.success() {
        return Ok(executables);
    }
    let names: Vec<&str> = lessons.iter().map(|lesson| lesson.name.as_str()).collect();
    let what = if names.len() == 1 { format!("`{}`", names[0]) } else { "the lessons".to_owned() };
    Err(BuildError::Failed(what))
}
