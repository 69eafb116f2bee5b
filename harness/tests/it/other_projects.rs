//! Other projects use the harness: a Rust crate as its dev-dependency, any other by its installed command.
//!
//! Both are built in this workspace's target folder, from what cargo has downloaded for it: nothing is fetched.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::scratch::Scratch;

/// This package's folder.
const HARNESS: &str = env!("CARGO_MANIFEST_DIR");

fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).arg("--offline").current_dir(folder).env("CARGO_TARGET_DIR", target);
    // What cargo sets for this test is not meant for others.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "RUST_BACKTRACE"] {
        cargo.env_remove(variable);
    }
    cargo.output().unwrap()
}

#[track_caller]
fn told(output: &Output, succeeds: bool) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(output.status.success(), succeeds, "{text}");
    text
}

/// With this profile, what was built for this workspace is not built again.
const PROFILE: &str =
    "[profile.dev.package.\"*\"]\ndebug = false\n\n[profile.dev.package.harness]\ndebug = true\n";

const MAIN: &str = r#"use std::process::{Command, id};

fn main() {
    if let Some(task) = std::env::args().nth(1) {
        println!("worker: task {task} in {}", id());
        return;
    }
    let start = |task| Command::new(std::env::current_exe().unwrap()).arg(task).spawn().unwrap();
    let mut workers = ["a", "b"].map(start);
    workers.iter_mut().for_each(|worker| assert!(worker.wait().unwrap().success()));
    println!("main: done");
}
"#;

const TEST: &str = r#"use harness::GoldenTest;

#[test]
fn workers_do_all_tasks() {
    GoldenTest::new("tests/workers/contract.toml").command([env!("CARGO_BIN_EXE_workers")]).assert();
}
"#;

const CONTRACT: &str = r#"title = "two workers"

[actors]
kind   = "process"
main   = '^main:'
worker = { line = '^worker:', each = true }

[names]
pid = { pid_in = 'in (\d+)$' }

[[always]]
order = ['^worker:', '^main: done$']
"#;

#[test]
#[ignore = "slow"]
fn a_crate_tests_its_program_by_its_contract_in_five_lines() {
    let project = Scratch::outside_any_course();
    let manifest = format!(
        "[package]\nname = \"workers\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dev-dependencies]\nharness = {{ path = {HARNESS:?} }}\n\n{PROFILE}"
    );
    project.file("Cargo.toml", manifest);
    project.file("src/main.rs", MAIN);
    project.file("tests/workers.rs", TEST);
    // The versions that were downloaded for this workspace.
    fs::copy(Path::new(HARNESS).join("../Cargo.lock"), project.path("Cargo.lock")).unwrap();
    let test = || cargo(&project.path(""), &["test", "--test", "workers"]);

    // Before there is a contract the message says how to draw one, as a person would take it from there.
    let first = told(&test(), false);
    let (_, command) = first.split_once("`harness ").expect("a command that draws a contract");
    let (command, _) = command.split_once("` draws a first one").expect("what it does");
    let words = shlex::split(command).unwrap();
    let drawn = project.harness(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((drawn.code, drawn.stderr.as_str()), (0, ""), "{}", drawn.stdout);
    told(&test(), true);

    fs::remove_dir_all(project.path("tests/workers")).unwrap();
    project.file("tests/workers/contract.toml", CONTRACT);
    let first = told(&test(), false);
    assert!(first.contains("worker#1 │ worker: task a in ‹own pid›"), "{first}");
    assert!(first.contains("`harness accept tests/workers/contract.toml -- "), "{first}");
    fs::rename(project.path("tests/workers/golden.snap.new"), project.path("tests/workers/golden.snap"))
        .unwrap();
    told(&test(), true);

    let changed = MAIN.replace(r#"["a", "b"]"#, r#"["a", "c"]"#);
    assert_ne!(changed, MAIN);
    project.file("src/main.rs", changed);
    let report = told(&test(), false);
    assert!(report.contains("refuted: workers: the output matches the golden"), "{report}");
    assert!(report.contains("-worker#2 │ worker: task b in ‹own pid›"), "{report}");
    assert!(report.contains("+worker#2 │ worker: task c in ‹own pid›"), "{report}");
}

#[test]
#[ignore = "slow"]
fn the_installed_command_serves_a_project_in_any_language() {
    let project = Scratch::outside_any_course();
    let root = project.path("installed");
    let install = ["install", "--path", HARNESS, "--root", root.to_str().unwrap(), "--debug", "--locked"];
    told(&cargo(&project.path(""), &install), true);
    let harness = |arguments: &[&str]| {
        let mut harness = Command::new(root.join("bin/harness"));
        harness.args(arguments).current_dir(project.path("")).output().unwrap()
    };

    project.file(
        "jobs.sh",
        "for job in 1 2 3; do (echo \"job $job in $BASHPID\") & done; wait; echo main: done",
    );
    told(&harness(&["new", "tests/jobs", "--", "bash", "jobs.sh"]), true);
    let checked = harness(&["check", "tests/jobs/contract.toml"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");

    project.file("jobs.sh", "for job in 1 2 3; do echo \"job $job in $BASHPID\"; done; echo main: done");
    let checked = harness(&["check", "tests/jobs/contract.toml"]);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    let asked = harness(&["check", "tests/no-jobs/contract.toml"]);
    assert_eq!(asked.status.code(), Some(2), "{asked:?}");
    assert_eq!(project.running(), Vec::<String>::new());
}
