//! The golden tests once more where ptrace(2) is refused: every lesson passes, and what is undecided for want of the witness is
//! what `blind.txt` lists. Where other claims are, that file is left beside it as `blind.txt.new`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use golden_tests::harness_command;
use serde_json::Value;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What says that a claim is undecided for want of the witness, and not for want of luck or of processors.
const WHY: &str = "ptrace(2) is refused here";

/// A program that executes a command without ptrace(2).
fn no_ptrace() -> PathBuf {
    let source = Path::new(HERE).join("../harness/tests/it/programs/no-ptrace.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-ptrace");
    let compiled = Command::new("cc").arg("-o").args([&program, &source]).status().expect("cc runs");
    assert!(compiled.success(), "{} does not compile", source.display());
    program
}

/// The claims of a report that are undecided for want of the witness: lesson and words.
fn unseen(report: &Value) -> String {
    let lessons = report["lessons"].as_array().expect("lessons");
    let claims = |lesson: &Value| -> Vec<String> {
        let claims = lesson["claims"].as_array().expect("claims").iter();
        let unseen = claims.filter(|claim| claim["why"].as_str().is_some_and(|why| why.contains(WHY)));
        unseen
            .map(|claim| {
                assert_eq!(claim["verdict"], "undecided", "{claim}");
                format!("{}: {}\n", lesson["name"].as_str().unwrap(), claim["check"].as_str().unwrap())
            })
            .collect()
    };
    let mut all: Vec<String> = lessons.iter().flat_map(claims).collect();
    all.sort_unstable();
    all.concat()
}

#[test]
#[ignore = "it runs every lesson once more"]
fn where_ptrace_is_refused_every_lesson_passes_and_what_is_unseen_is_listed() {
    let harness = harness_command();
    let mut command = Command::new(no_ptrace());
    command.arg(harness.get_program()).args(["check", "--format", "json"]).current_dir(HERE);
    let output = command.output().expect("the harness runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}{}", String::from_utf8_lossy(&output.stdout));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let (seen, file) = (unseen(&report), Path::new(HERE).join("blind.txt"));
    if seen != fs::read_to_string(&file).unwrap_or_default() {
        let new = file.with_extension("txt.new");
        fs::write(&new, &seen).expect("a file");
        panic!("other claims are undecided than {} lists: see {}", file.display(), new.display());
    }
}
