//! The commands that reports offer, pasted into a shell.

use std::path::Path;
use std::process::Command;

use regex::Regex;

use crate::scratch::{Scratch, Told};

/// The commands of the harness that a text offers.
fn offered(text: &str) -> Vec<String> {
    let commands = Regex::new("`(harness [^`]+)`").unwrap();
    commands.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// Runs a command in a shell, in this folder of the project.
fn pasted(project: &Scratch, folder: &Path, command: &str) -> Told {
    let harness = project.std_command(&[]);
    let bin = Path::new(harness.get_program()).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    // `[course]` stands for the project's own folder.
    let command = command.replace("[course]", project.path("").to_str().unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", &command]).current_dir(folder).env("PATH", path);
    project.told(&shell.env("XDG_STATE_HOME", project.path("state")).output().unwrap())
}

/// Runs every command that is offered, and returns each with what it told.
fn all_pasted(project: &Scratch, folder: &Path, told: &Told) -> Vec<(String, Told)> {
    let commands = offered(&(told.stdout.clone() + &told.stderr));
    assert!(!commands.is_empty(), "{told:?}");
    commands.into_iter().map(|command| (command.clone(), pasted(project, folder, &command))).collect()
}

const PROJECT: &str = "it's a \"pröjekt\" für 跳舞/a $HOME";
/// No two runs of it print the same.
const SCRIPT: &str = "echo main: $(date +%s%N)";

/// A project whose paths need to be quoted, with a contract that its program does not meet.
fn project() -> Scratch {
    let project = Scratch::outside_any_course();
    project.file(&format!("{PROJECT}/prog ü.sh"), SCRIPT);
    let contract = "title = 'x'\ncommand = ['bash', '../prog ü.sh']\n[actors]\nmain = '^main'\n";
    project.file(&format!("{PROJECT}/my contract/lesson.toml"), contract);
    project
}

fn harness(project: &Scratch, arguments: &[&str]) -> Told {
    let output = project.command(arguments).current_dir(project.path(PROJECT)).output().unwrap();
    project.told(&output)
}

#[test]
fn what_check_offers_runs_wherever_the_project_is() {
    let project = project();
    let folder = project.path(PROJECT);
    for arguments in [
        vec!["check", "my contract"],
        vec!["check", "my contract/lesson.toml"],
        vec!["check", "my contract", "--", "bash", "prog ü.sh"],
        vec!["stress", "my contract", "--runs", "3"],
        vec!["stress", "my contract", "--runs", "3", "--", "bash", "prog ü.sh"],
    ] {
        let told = harness(&project, &arguments);
        assert_eq!(told.code, 1, "{arguments:?}: {told:?}");
        for (command, told) in all_pasted(&project, &folder, &told) {
            assert!(command.contains("'my contract"), "{command}");
            assert_eq!((told.code, told.stderr.as_str()), (1, ""), "{command}: {told:?}");
        }
    }
    // The command judges the run that was kept, not a new one.
    let told = harness(&project, &["check", "my contract"]);
    let replay = offered(&told.stdout).into_iter().find(|command| command.contains("--replay")).unwrap();
    let line = |told: &Told| told.stdout.lines().find(|line| line.contains("│ main:")).map(str::to_owned);
    project.file(&format!("{PROJECT}/prog ü.sh"), "echo main: something else");
    assert_eq!(line(&pasted(&project, &folder, &replay)), line(&told));
}

#[test]
fn what_new_offers_runs_wherever_the_project_is() {
    let project = project();
    let folder = project.path(PROJECT);
    project.file(&format!("{PROJECT}/steady.sh"), "echo main: 1");
    let told = harness(&project, &["new", "tests/the 'first'", "--", "bash", "steady.sh"]);
    assert_eq!(told.code, 0, "{told:?}");
    for (command, told) in all_pasted(&project, &folder, &told) {
        assert_eq!(told.code, 0, "{command}: {told:?}");
    }
    let crash =
        "n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count; [ $n != 4 ] || kill -ABRT $$";
    project.file(&format!("{PROJECT}/crashes.sh"), format!("{crash}\necho main: 1"));
    let told = harness(&project, &["new", "tests/a second", "--", "bash", "crashes.sh"]);
    assert_eq!(told.code, 1, "{told:?}");
    for (command, told) in all_pasted(&project, &folder, &told) {
        assert!([0, 1].contains(&told.code) && told.stderr.is_empty(), "{command}: {told:?}");
    }
}

#[test]
fn a_missing_golden_is_accepted_by_what_is_offered() {
    let project = project();
    project.file(&format!("{PROJECT}/prog ü.sh"), "echo main: 1");
    for arguments in [vec!["check", "my contract"], vec!["check", "my contract", "--", "bash", "prog ü.sh"]]
    {
        let told = harness(&project, &arguments);
        assert_eq!(told.code, 1, "{told:?}");
        let accept = offered(&told.stdout).into_iter().find(|command| command.contains(" accept ")).unwrap();
        assert_eq!(pasted(&project, &project.path(PROJECT), &accept).code, 0, "{accept}");
        assert_eq!(harness(&project, &arguments).code, 0);
        std::fs::remove_file(project.path(PROJECT).join("my contract/golden.snap")).unwrap();
    }
}

#[test]
fn two_projects_keep_their_runs_apart() {
    let projects = Scratch::outside_any_course();
    for project in ["one", "two"] {
        let contract =
            format!("title = 'x'\ncommand = ['echo', 'main: {project}']\n[actors]\nmain = '^main'\n");
        projects.file(&format!("{project}/workers/lesson.toml"), contract);
        projects
            .file(&format!("{project}/workers/golden.snap"), "---\nsource: here\n---\nmain │ main: none\n");
    }
    let replays = ["one", "two"].map(|project| {
        let told = projects.harness(&["check", &format!("{project}/workers")]);
        offered(&told.refuted()).remove(0)
    });
    for (project, replay) in ["one", "two"].into_iter().zip(replays) {
        let told = pasted(&projects, &projects.path(""), &replay);
        assert!(told.stdout.contains(&format!("+main │ main: {project}")), "{replay}: {told:?}");
    }
}

#[test]
fn a_record_and_its_lesson_come_in_any_order() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main: 1");
    course.bless("sample");
    assert_eq!(course.harness(&["stress", "sample", "--runs", "2", "--record", "runs"]).code, 0);
    let (one, other) = ("runs/sample.jsonl", "more/sample.jsonl");
    assert_eq!(course.harness(&["stress", "sample", "--runs", "1", "--record", "more"]).code, 0);
    for arguments in [
        vec!["check", "sample", "--replay", one, other],
        vec!["check", "--replay", one, other, "sample"],
        vec!["check", "--replay", one, "--replay", other, "sample"],
        vec!["check", "--replay", one, other, "examples-bin/sample"],
        vec!["check", "--replay", one, other, "./examples-bin/sample/lesson.toml"],
        vec!["timeline", "sample", "--replay", one, other],
        vec!["timeline", "--replay", one, other, "sample"],
    ] {
        let told = course.harness(&arguments);
        assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(
            told.stdout.contains("(3 runs)")
                || told.stdout.contains("3 runs")
                || told.stdout.contains("3 of 3"),
            "{arguments:?}: {told:?}"
        );
    }
    let error = course.harness(&["check", "--replay", one, "smaple"]).error();
    assert!(error.contains("there is no lesson `smaple`; did you mean `sample`?"), "{error}");
    for command in ["check", "timeline"] {
        let error = course.harness(&[command, "--replay", one, other]).error();
        assert!(error.contains("one lesson: name exactly one"), "{error}");
        let error = course.harness(&[command, "--replay", one, "sample", "examples-bin/sample"]).error();
        assert!(error.contains("one lesson: name exactly one"), "{error}");
    }
}

#[test]
fn no_record_is_overwritten() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main: 1");
    course.bless("sample");
    course.lesson("sample-more", "[actors]\nmain = '^main'\n", "echo main: 1");
    course.bless("sample-more");
    for command in [vec!["check", "sample"], vec!["stress", "sample", "--runs", "1"]] {
        let _ = std::fs::remove_dir_all(course.path("runs"));
        let arguments = [&command[..], &["--record", "runs"]].concat();
        // Other files in that folder are no reason to refuse.
        course.file("runs/sample-notes.jsonl", "");
        assert_eq!(course.harness(&["check", "sample-more", "--record", "runs"]).code, 0);
        assert_eq!(course.harness(&arguments).code, 0);
        let told = course.harness(&arguments);
        assert_eq!((told.code, told.stdout.as_str()), (2, ""), "{told:?}");
        assert!(told.stderr.contains("is there already: name another folder"), "{told:?}");
    }
}
