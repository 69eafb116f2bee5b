//! What the README and the documents show is so: commands exist, outputs come out so, contracts parse.
//!
//! Every command must be understood. One that is shown with its output is run, and prints it, but for what varies:
//! times, pids, places in an order, numbers of runs. Of what `stress`, `timeline` and `explore` print, nearly all numbers
//! vary; words must be the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::thread;

use golden_tests::{executable, packages_with_programs};
use harness::contract::Contract;
use harness::judge::golden;
use regex::Regex;

use crate::scratch::{course, sources};

/// A fenced block of a document.
struct Block {
    place: String,
    language: String,
    text: String,
}

/// All fenced blocks of the README, the documents and the book's pages.
fn blocks() -> Vec<Block> {
    let mut files = vec![course().join("README.md")];
    for folder in ["docs", "docs/book"] {
        files.extend(markdown(&course().join(folder)));
    }
    for lesson in course().join("examples-bin").read_dir().expect("there are lessons") {
        files.extend(markdown(&lesson.expect("an entry can be read").path()));
    }
    files.iter().flat_map(|file| blocks_of(file)).collect()
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("a folder can be read");
    let files = entries.map(|entry| entry.expect("an entry can be read").path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "md")).collect()
}

fn blocks_of(file: &Path) -> Vec<Block> {
    let text = fs::read_to_string(file).expect("a document can be read");
    let name = file.strip_prefix(course()).expect("it is in the course").display().to_string();
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (line, number) in text.lines().zip(1..) {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                let place = format!("{name}:{number}");
                open = Some(Block { place, language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{name}: a block is not closed");
    blocks
}

/// A command, and the output that is shown below it.
struct Shown {
    place: String,
    words: Vec<String>,
    output: String,
}

fn shown() -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for block in blocks().into_iter().filter(|block| block.language == "console") {
        let mut first = true;
        for line in block.text.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let words = command.split_whitespace().map(str::to_owned).collect();
                all.push(Shown { place: block.place.clone(), words, output: String::new() });
            } else {
                assert!(!first, "{}: a block begins with its command, `$ …`", block.place);
                let last = all.last_mut().expect("a command came before");
                last.output = format!("{}{line}\n", last.output);
            }
            first = false;
        }
    }
    all
}

/// By `.ci/run`, and by the harness's own tests.
const CHECKED_ELSEWHERE: [&str; 5] = [
    "cargo test",
    "cargo nextest run",
    "cargo install --path harness",
    "cd harness",
    "cargo +nightly fuzz run",
];

/// The harness's arguments, where the command calls it.
fn harness_arguments(words: &[String]) -> Option<&[String]> {
    let words: &[String] = words;
    let matches =
        |head: &[&str]| words.len() >= head.len() && head.iter().zip(words).all(|(one, other)| one == other);
    if matches(&["harness"]) {
        Some(&words[1..])
    } else if matches(&["cargo", "run", "-p", "harness"]) {
        Some(words[4..].strip_prefix(&["--".to_owned()]).unwrap_or(&words[4..]))
    } else {
        None
    }
}

/// Where the harness is asked, with the program that the README speaks of.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = course().join("target/documents");
    fs::create_dir_all(&folder).expect("a folder can be made");
    // It appears whole: another test's harness may be running the one that was there.
    let new = folder.join(format!("{}.new", std::process::id()));
    fs::write(&new, grandchild()).expect("a program can be written");
    fs::rename(new, folder.join("grandchild.py")).expect("a program can be put in its place");
    // The documents name contracts by their paths in the course's folder.
    let _ = std::os::unix::fs::symlink("../../docs", folder.join("docs"));
    folder
});

/// The twin of `process-parent`, with a process between main and its child, which still prints main's pid.
fn grandchild() -> String {
    let twin = course().join("examples-bin/process-parent/python/main.py");
    let mut program = fs::read_to_string(twin).expect("there is a twin");
    for (from, to) in [
        ("os.getppid()", "main"),
        ("    print(\"main:\", os.getpid())", "    main = os.getpid()\n    print(\"main:\", main)"),
        ("target=child", "target=lambda: multiprocessing.Process(target=child).start()"),
    ] {
        assert_eq!(program.matches(from).count(), 1, "the twin holds `{from}` once");
        program = program.replace(from, to);
    }
    program
}

fn harness(arguments: &[String]) -> Output {
    let mut command = Command::new(executable("harness"));
    command.args(arguments).current_dir(&*FOLDER).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
    command.output().expect("the harness runs")
}

#[test]
fn every_command_is_understood() {
    let lessons: Vec<String> = sources().lessons.into_iter().map(|recorded| recorded.lesson.name).collect();
    let programs = packages_with_programs();
    let all = shown();
    assert!(all.len() > 10, "only {} commands", all.len());
    for Shown { place, words, .. } in &all {
        if let Some(arguments) = harness_arguments(words) {
            let own = arguments.iter().position(|word| word == "--").unwrap_or(arguments.len());
            // Whatever is wrong before it is told in place of the help.
            let asked = [&arguments[..own], &["--help".to_owned()]].concat();
            let output = harness(&asked);
            assert!(output.status.success(), "{place}: {}", String::from_utf8_lossy(&output.stderr));
            let named = arguments[..own].iter().skip(1).take_while(|word| !word.starts_with("--"));
            for word in named.filter(|word| !word.contains('/') && *word != "LESSON") {
                assert!(lessons.contains(word), "{place}: there is no lesson `{word}`");
            }
        } else if words[..3.min(words.len())] == ["cargo", "run", "-p"] {
            assert!(programs.contains(&words[3]), "{place}: no package builds `{}`", words[3]);
        } else {
            let words = words.join(" ");
            let is_known = CHECKED_ELSEWHERE.iter().any(|known| words.starts_with(known));
            assert!(is_known, "{place}: nobody checks this command: {words}");
        }
    }
}

#[test]
fn every_output_comes_out_so() {
    let all = shown();
    let with_output: Vec<&Shown> = all.iter().filter(|shown| !shown.output.is_empty()).collect();
    assert!(with_output.len() >= 4, "only {} outputs", with_output.len());
    let comes_out_so = |Shown { place, words, output }: &Shown| {
        let arguments = harness_arguments(words).unwrap_or_else(|| panic!("{place}: nobody runs this"));
        let is_loose = ["stress", "timeline", "explore"].contains(&arguments[0].as_str());
        let told =
            String::from_utf8(harness(&fewer_runs(arguments)).stdout).expect("the harness prints UTF-8");
        if is_loose {
            let told = words_of(&told);
            for line in words_of(output) {
                assert!(told.contains(&line), "{place}: `{line}` is not in {told:#?}");
            }
        } else {
            assert_eq!(steady(&told), steady(output), "{place}");
        }
    };
    // They mostly sleep.
    thread::scope(|scope| {
        for shown in with_output {
            scope.spawn(|| comes_out_so(shown));
        }
    });
}

/// A hundred runs show no other words than a few.
fn fewer_runs(arguments: &[String]) -> Vec<String> {
    arguments.iter().map(|word| if word == "100" { "3".to_owned() } else { word.clone() }).collect()
}

/// The lines of a report, without what varies; lessons' lines come as they end.
fn steady(report: &str) -> Vec<String> {
    static VARIES: LazyLock<Regex> = LazyLock::new(|| {
        // On a busy machine there is time for fewer schedules, which may not be all that it takes to try all orders.
        Regex::new(concat!(
            r"\d+ runs?, \d+ schedules?(: all \d+ orders were tried|, \d+ orders)?",
            r"|\d+\.\d+ s\b|\bpid \d+|\bstd(out|err) +\d+|\d+ runs?\b|\d+ orders\b| +│|─*●─*|─+"
        ))
        .expect("a valid pattern")
    });
    static PID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bpid (\d+)").expect("a valid pattern"));
    // A kept run is named by its whole path where the harness is asked elsewhere than in the course's folder.
    let mut report = report.replace(&format!("{}/", course().display()), "");
    // A program may print its pid, too.
    let pids: Vec<String> = PID.captures_iter(&report).map(|found| found[1].to_owned()).collect();
    for pid in pids {
        report = report.replace(&format!(": {pid}\n"), ": ~\n");
    }
    let mut lines: Vec<String> = report
        .lines()
        .filter(|line| line.trim() != "…")
        .map(|line| VARIES.replace_all(line, "~").split_whitespace().collect::<Vec<&str>>().join(" "))
        .collect();
    let verdicts =
        lines.iter().take_while(|line| line.starts_with("proven") || line.starts_with("refuted ")).count();
    lines[..verdicts].sort();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The lines' words alone. An arrow to who ended before its parent could be read may be missing.
fn words_of(report: &str) -> Vec<String> {
    let lines = report.lines().filter(|line| line.trim() != "…" && !line.starts_with('→'));
    let words = |line: &str| {
        let words = line
            .split(|c: char| !c.is_alphabetic() && c != '-')
            .filter(|word| word.chars().any(char::is_alphabetic));
        let mut words: Vec<&str> = words.collect();
        words.dedup();
        words.join(" ")
    };
    lines.map(words).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_golden_that_the_readme_shows_is_the_lessons() {
    let shown = blocks()
        .into_iter()
        .find(|block| block.place.starts_with("README.md") && block.text.starts_with("main  │"));
    let golden =
        golden::read(&course().join("examples-bin/process-parent/golden.snap")).expect("it can be read");
    assert_eq!(shown.map(|block| block.text), golden);
}

#[test]
fn every_contract_that_is_shown_parses() {
    let contracts: Vec<Block> = blocks()
        .into_iter()
        .filter(|block| block.language == "toml" && block.text.starts_with("title"))
        .collect();
    assert!(contracts.len() >= 2);
    let syllabus = sources().syllabus;
    for Block { place, text, .. } in contracts {
        let parsed = Contract::parse(&text, Path::new(&place)).and_then(|contract| syllabus.check(&contract));
        assert!(parsed.is_ok(), "{}", parsed.expect_err("it was no contract"));
    }
}
