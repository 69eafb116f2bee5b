//! What the tests of the course have in common: the programs they run.

pub mod finding;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use cargo_metadata::{Message, MetadataCommand, Target};

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
    let executable = |message: std::io::Result<Message>| match message.ok()? {
        Message::CompilerArtifact(artifact) => Some(artifact.executable?.into()),
        _ => None,
    };
    let mut executables = Message::parse_stream(output.stdout.as_slice()).filter_map(executable);
    executables.next().unwrap_or_else(|| panic!("`{package}` has no program"))
}

/// The packages of this workspace that have a program.
///
/// # Panics
/// Where cargo can't read the workspace.
pub fn packages_with_programs() -> Vec<String> {
    let mut metadata = MetadataCommand::new();
    let metadata = metadata.current_dir(env!("CARGO_MANIFEST_DIR")).no_deps().exec().expect("a workspace");
    let packages = metadata.packages.into_iter();
    let with = packages.filter(|package| package.targets.iter().any(Target::is_bin));
    with.map(|package| package.name.to_string()).collect()
}
