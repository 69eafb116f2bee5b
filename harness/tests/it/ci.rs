//! What continuous integration reads: `--format junit`, held against its schema, and `--format github`.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use insta::assert_snapshot;
use regex::Regex;

use crate::scratch::{Scratch, must_have_witness, on_few_processors};

/// One of each kind: proven, refuted by its golden and by a check, undecided, and one that can't be run.
fn project() -> Scratch {
    let project = Scratch::outside_any_course();
    let contract = |command: &str, more: &str| {
        format!("title = \"A test\"\ncommand = {command}\ndirected = false\n[actors]\nmain = '^main'\n{more}")
    };
    for (name, text) in [
        ("fine", contract("[\"echo\", \"main: 1\"]", "")),
        (
            "refuted",
            contract("[\"echo\", \"main: 2 < 3 & \\u001b]0;100%\"]", "\n[[always]]\nnever = '2, or:|3'\n"),
        ),
        ("undecided", contract("[\"echo\", \"main: 1\"]", "[[always]]\ncores = 100000\nnever = 'x'\n")),
        ("unable", contract("[\"./unable\"]", "")),
    ] {
        project.file(&format!("tests/{name}/contract.toml"), text);
        project.file(&format!("tests/{name}/golden.snap"), "---\nexpression: x\n---\nmain │ main: 1\n");
    }
    project.program("tests/unable/unable", "");
    project
}

static TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new("time=\"[^\"]*\"").unwrap());

/// Whether `xmllint` finds that a text is as the schema says; `None` where there is no such command.
fn is_valid(xml: &str) -> Option<Result<(), String>> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/ci/junit.xsd");
    let mut xmllint = Command::new("xmllint");
    xmllint
        .args(["--noout", "--nonet", "--schema", schema, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped());
    let Ok(mut child) = xmllint.spawn() else {
        assert!(!must_have_witness(), "xmllint is needed where nothing may be left out");
        eprintln!("skipped: there is no xmllint");
        return None;
    };
    child.stdin.take().unwrap().write_all(xml.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(told) })
}

#[test]
fn a_junit_report_is_as_its_schema_says() {
    let project = project();
    for (arguments, failures) in [(&["check"][..], 1), (&["check", "--strict"], 2)] {
        let told = project.harness(&[arguments, &["--format", "junit"]].concat());
        assert_eq!(told.code, 2, "what could not be asked counts more: {told:?}");
        let report = TIME.replace_all(&told.stdout, "time=\"0.1\"");
        let counts = format!(r#"tests="4" skipped="{}" failures="{failures}" errors="1""#, 2 - failures);
        assert!(report.contains(&counts), "{report}");
        let Some(valid) = is_valid(&report) else { return };
        assert_eq!(valid, Ok(()), "{report}");
        // The schema is one that can refuse.
        for (from, to) in [("classname=", "class="), ("type=", "kind="), ("tests=\"4\"", "tests=\"four\"")] {
            let broken = report.replacen(from, to, 1);
            assert_ne!(broken, report, "{from}");
            assert!(is_valid(&broken).unwrap().is_err(), "{from}");
        }
    }
}

#[test]
fn a_junit_report_tells_what_was_refuted() {
    let project = project();
    let told = project.harness(&["check", "tests/refuted", "--format", "junit"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert_snapshot!(TIME.replace_all(&told.stdout, "time=\"0.1\""));
}

#[test]
fn github_shows_each_finding_where_it_is_claimed() {
    let project = project();
    let told = project.harness(&["check", "--format", "github"]);
    assert_eq!(told.code, 2, "{told:?}");
    let mut lines: Vec<&str> = told.stdout.lines().collect();
    lines.sort_unstable();
    assert_snapshot!(on_few_processors(&lines.join("\n")));
    let strict = project.harness(&["check", "tests/undecided", "--format", "github", "--strict"]);
    assert!(strict.code == 1 && strict.stdout.starts_with("::error file=tests/undecided/"), "{strict:?}");
}
