//! What the tests of the course have in common: the programs they run, built by one cargo call.

pub mod finding;

use std::collections::HashMap;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use cargo_metadata::Message;

/// The variable of insta's, if any is set, that makes it accept snapshots unseen.
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

/// The executable of a package of this workspace.
///
/// # Panics
/// Where the workspace does not build, or the package has no executable.
pub fn executable(package: &str) -> PathBuf {
    static EXECUTABLES: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    let known = EXECUTABLES.get_or_init(build);
    known.get(package).unwrap_or_else(|| panic!("no package builds `{package}`")).clone()
}

/// Builds all programs of the workspace, as these tests were built: cargo does not build the program of a package
/// that has no tests of its own when it runs tests.
fn build() -> HashMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--workspace", "--bins", "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = cargo.spawn().expect("cargo runs");
    let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let executable = |message: std::io::Result<Message>| match message.ok()? {
        Message::CompilerArtifact(artifact) => Some((artifact.target.name, artifact.executable?.into())),
        _ => None,
    };
    let executables = Message::parse_stream(stdout).filter_map(executable).collect();
    assert!(child.wait().expect("cargo can be awaited").success(), "the workspace does not build");
    executables
}
