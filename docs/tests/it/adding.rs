//! A lesson is one folder, and nothing else is touched: everything that is made of lessons takes it in.

use std::fs;
use std::process::Output;

use book::readme;
use book::sources::Sources;
use golden_tests::executable;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::scratch::{Scratch, course};

/// The lesson's name.
const NAME: &str = "process-child";

/// Its folder in a course.
const FOLDER: &str = "examples-bin/process-child";

/// A copy of the course to which the folder `docs/tests/lesson` was added.
fn with_the_lesson() -> Scratch {
    let scratch = Scratch::new();
    for path in ["Cargo.toml", "Cargo.lock", "harness", "tests"] {
        scratch.take(path, path);
    }
    scratch.take("docs/tests/lesson", FOLDER);
    scratch
}

/// Asks the harness in the copy. What it builds is named after the lesson, and stands beside what the course builds.
fn harness(scratch: &Scratch, arguments: &[&str]) -> Output {
    let mut harness = std::process::Command::new(executable("harness"));
    harness.args(arguments).current_dir(scratch.path("")).env("CARGO_TARGET_DIR", course().join("target"));
    harness.output().expect("the harness runs")
}

/// As [`harness`]; with this exit code.
fn told(scratch: &Scratch, arguments: &[&str], code: i32) -> String {
    let output = harness(scratch, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("the harness prints UTF-8")
}

/// Keeps what a check of the lesson hears as this file of its folder.
fn record(scratch: &Scratch, file: &str, code: i32) -> String {
    let told = told(scratch, &["check", NAME, "--record", "recorded"], code);
    let file = scratch.path(FOLDER).join(file);
    fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::rename(scratch.path("recorded/process-child.jsonl"), file).expect("it was recorded");
    told
}

#[test]
#[ignore = "slow"]
fn a_lesson_is_one_folder() {
    let scratch = with_the_lesson();
    assert!(
        told(&scratch, &["accept", NAME], 0).contains("accepted as examples-bin/process-child/golden.snap")
    );
    assert!(record(&scratch, "runs.jsonl", 0).starts_with("proven"));
    is_proven_in_python(&scratch);
    is_refused_as_a_mutant(&scratch);
    is_in_the_book(&scratch);
    is_in_the_status(&scratch);
}

fn is_proven_in_python(scratch: &Scratch) {
    let twin = format!("{FOLDER}/python/main.py");
    if std::process::Command::new("python3").arg("--version").output().is_ok() {
        assert!(told(scratch, &["check", NAME, "--", "python3", &twin], 0).starts_with("proven"));
    }
}

/// Its mutants are among all others; what is said of one is recorded as its experiment.
fn is_refused_as_a_mutant(scratch: &Scratch) {
    let tables = mutation::tables::<IgnoredAny>(&scratch.path(""));
    let (_, table) = tables.into_iter().find(|(of, _)| of == NAME).expect("its table is among them");
    let mutants = table.expect("it can be used").mutants;
    assert_eq!(
        mutants.iter().map(|mutant| mutant.name.as_str()).collect::<Vec<&str>>(),
        ["own-pid", "main-tells-twice"]
    );
    let program = scratch.path(FOLDER).join("src/main.rs");
    let original = fs::read(&program).expect("it has a program");
    fs::write(&program, mutants[0].source.as_ref().expect("its change fits")).expect("a file can be written");
    let refused = record(scratch, "experiments/own-pid.jsonl", 1);
    assert!(refused.contains("parent"), "{refused}");
    fs::write(&program, original).expect("a file can be written");
}

/// It stands with the last of its topics, and its pages are built.
fn is_in_the_book(scratch: &Scratch) {
    let sources = Sources::read(&scratch.path("")).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let names: Vec<&str> = sources.lessons.iter().map(|recorded| recorded.lesson.name.as_str()).collect();
    let place = names.iter().position(|name| *name == NAME).expect("it is in the book");
    assert_eq!(names[place - 1..=place + 1], ["process-ids", NAME, "process-parent"]);
    assert_eq!(readme::mend(&sources), Ok(true));
    let readme = readme::read(&sources).expect("there is one");
    assert!(
        readme
            .contains("| [process-child](examples-bin/process-child) | A child's parent | 子进程的父进程 |")
    );
    let built = scratch.build();
    assert_eq!(built.problems, Vec::<String>::new());
    for language in ["en", "zh"] {
        let others = built.read(&format!("{language}/process-ids.html"));
        assert!(others.contains("href=\"process-child.html\""), "{language}: the list of pages lacks it");
        let page = built.read(&format!("{language}/process-child.html"));
        assert!(page.contains("topic-getppid") && page.contains("<svg"), "{page}");
    }
}

/// It proves its topics alone.
fn is_in_the_status(scratch: &Scratch) {
    for lesson in fs::read_dir(scratch.path("examples-bin")).expect("there are lessons") {
        let folder = lesson.expect("an entry can be read").path();
        if folder.join("lesson.toml").is_file() && !folder.ends_with(NAME) {
            fs::remove_dir_all(folder).expect("it can be removed");
        }
    }
    // All others are uncovered now.
    let report = told(scratch, &["status", "--format", "json"], 1);
    let report: Value = serde_json::from_str(&report).expect("status prints one JSON object");
    let topics = report["topics"].as_array().expect("a list of topics");
    let proven: Vec<&str> = topics
        .iter()
        .filter(|topic| topic["state"] == "proven")
        .filter_map(|topic| topic["topic"].as_str())
        .collect();
    assert_eq!(proven, ["getpid", "getppid"]);
}
