//! What the tests of the course have in common: the programs they run.

pub mod collection;
pub mod finding;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

/// The variable, if one is set, that makes insta accept snapshots unseen.
pub fn accepts_everything() -> Option<&'static str> {
    let is = |name, bad: &[&str]| std::env::var(name).is_ok_and(|value| bad.contains(&value.as_str()));
    if is("INSTA_FORCE_PASS", &["1", "true"]) {
        Some("INSTA_FORCE_PASS")
    } else if is("INSTA_UPDATE", &["always", "unseen"]) {
        Some("INSTA_UPDATE")
    } else {
        None
    }
}

/// Why a test that needs the witness is left out, where nobody may be watched for this reason. Where all must run
/// (`HARNESS_WITNESS=1`), none is.
pub fn left_out(unwatched: Option<&str>) -> Option<String> {
    let all_must_run = std::env::var_os("HARNESS_WITNESS").is_some_and(|value| value == "1");
    unwatched
        .filter(|_| !all_must_run)
        .map(|why| format!("skipped: it needs the witness, and there is none: {why}"))
}

/// The command line of the harness, as a user runs it.
pub fn harness_command() -> Command {
    Command::new(executable("harness"))
}

/// A lesson's program, as a learner runs it.
pub fn lesson_command(lesson: &str) -> assert_cmd::Command {
    assert_cmd::Command::new(executable(lesson))
}

/// The executable of a package of this workspace, built as these tests were: cargo does not build the program of a
/// package that has no tests of its own when it runs tests.
///
/// # Panics
/// Where the package does not build, or has no executable.
pub fn executable(package: &str) -> PathBuf {
    static EXECUTABLES: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut known = EXECUTABLES.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(package.to_owned()).or_insert_with(|| build(package)).clone()
}

/// Builds one package's program.
fn build(package: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--bins", "--package", package, "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "`{package}` does not build");
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let mut executables =
        messages.filter_map(|message| message.map(|Built { executable }| executable).ok()?);
    executables.next().unwrap_or_else(|| panic!("`{package}` has no program"))
}

/// What cargo says of something that it has built; whatever else it says has no executable.
#[derive(Deserialize)]
struct Built {
    executable: Option<PathBuf>,
}

/// What cargo says of a workspace.
#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// The packages of this workspace that have a program.
///
/// # Panics
/// Where cargo can't read the workspace.
pub fn packages_with_programs() -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--format-version=1"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().expect("cargo runs");
    let workspace: Workspace = serde_json::from_slice(&output.stdout).expect("a workspace");
    let is_program = |target: &Target| target.kind.iter().any(|kind| kind == "bin");
    let with = workspace.packages.into_iter().filter(|package| package.targets.iter().any(is_program));
    with.map(|package| package.name).collect()
}
