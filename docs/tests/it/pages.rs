//! Every lesson's pages: both are there, and both say the same.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use book::page::{Page, Piece};
use book::sources::Recorded;
use harness::language::Language;

use crate::scratch::{BOOK, Built, course, sources};

#[test]
fn the_book_is_built_without_a_mistake() {
    assert_eq!(BOOK.problems, Vec::<String>::new());
}

#[test]
fn every_lesson_has_a_page_in_both_languages() {
    let sources = sources();
    assert!(!sources.lessons.is_empty());
    for recorded in &sources.lessons {
        for language in Language::ALL {
            let file = format!("{}/{}.html", language.code(), recorded.lesson.name);
            assert!(BOOK.path().join(&file).is_file(), "{file} is missing");
        }
    }
}

fn page(recorded: &Recorded, language: Language) -> Page {
    let file = format!("page.{}.md", language.code());
    let text = recorded.file(&file).unwrap_or_else(|error| panic!("{error}"));
    Page::parse(&text).unwrap_or_else(|error| panic!("{}/{file}: {error}", recorded.lesson.name))
}

#[test]
fn both_pages_of_a_lesson_have_the_same_directives_in_the_same_order() {
    for recorded in &sources().lessons {
        let [english, chinese] = Language::ALL.map(|language| page(recorded, language).directives());
        assert_eq!(english, chinese, "{}", recorded.lesson.name);
    }
}

const SECTIONS: [[&str; 2]; 8] = [
    ["The program", "程序"],
    ["The same in Python", "用 Python 写"],
    ["What it prints", "输出"],
    ["Who ran when", "运行过程"],
    ["How one knows", "如何得知"],
    ["Rust and Python", "Rust 与 Python"],
    ["The document, and today", "文档与今天"],
    ["Try it", "动手试试"],
];

#[test]
fn every_page_answers_the_same_questions_in_the_same_order() {
    for recorded in &sources().lessons {
        for language in Language::ALL {
            let page = page(recorded, language);
            let prose = page.pieces.iter().filter_map(|piece| match piece {
                Piece::Prose(prose) => Some(prose.lines()),
                Piece::Directive { .. } => None,
            });
            let headings: Vec<&str> = prose.flatten().filter_map(|line| line.strip_prefix("## ")).collect();
            let sections = SECTIONS.map(|section| language.pick(section[0], section[1]));
            let known: Vec<&str> =
                headings.into_iter().filter(|heading| sections.contains(heading)).collect();
            assert_eq!(known, sections, "{} in {}", recorded.lesson.name, language.name());
        }
    }
}

#[test]
fn every_page_shows_program_output_picture_claims_and_contract() {
    for recorded in &sources().lessons {
        let directives = page(recorded, Language::En).directives();
        let times = |directive: &str| directives.iter().filter(|known| *known == directive).count();
        for directive in ["rust", "python", "output", "claims", "contract", "try"] {
            assert_eq!(times(directive), 1, "{}: {directive}", recorded.lesson.name);
        }
        // Where nobody prints, or one for many, there is nothing to be seen.
        let printers: HashSet<_> =
            recorded.runs[0].lines().iter().map(|line| (line.process, line.thread)).collect();
        let is_drawn = !printers.is_empty() && printers.len() >= recorded.lesson.contract.cast.actors.len();
        assert!(
            times("timeline") <= 1 && times("timeline") >= usize::from(is_drawn),
            "{}",
            recorded.lesson.name
        );
    }
}

#[test]
fn code_fits_beside_its_explanation() {
    for recorded in &sources().lessons {
        let file = "src/main.rs";
        let program = recorded.file(file).unwrap_or_else(|error| panic!("{error}"));
        for (line, number) in program.lines().zip(1..) {
            let width = line.chars().count();
            assert!(width <= 70, "{}/{file}:{number} is {width} columns wide", recorded.lesson.name);
        }
    }
}

/// All files in a folder, with their bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in folder.read_dir().expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).expect("a file can be read");
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

#[test]
fn building_twice_gives_the_same_bytes() {
    let again = Built::of(course());
    let [one, other] = [&BOOK, &again].map(|built: &Built| -> Vec<(PathBuf, Vec<u8>)> {
        let relative =
            |path: PathBuf| path.strip_prefix(built.path()).expect("it is in the book").to_path_buf();
        files(built.path()).into_iter().map(|(path, bytes)| (relative(path), bytes)).collect()
    });
    assert!(!one.is_empty());
    for (one, other) in one.iter().zip(&other) {
        assert!(one == other, "{} differs from {}", one.0.display(), other.0.display());
    }
    assert_eq!(one.len(), other.len());
}

#[test]
fn no_page_tells_of_this_machine() {
    let here = course().to_str().expect("a name in UTF-8");
    for (path, bytes) in files(BOOK.path()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(here), "{} names the folder it was built in", path.display());
    }
}

/// A run's lines, sorted, with its pids replaced.
fn steady(output: &str) -> Vec<String> {
    let is_pid = |word: &&str| word.len() > 2 && word.chars().all(|c| c.is_ascii_digit());
    let line = |line: &str| match line.rsplit_once(' ').filter(|(_, last)| is_pid(last)) {
        Some((before, _)) => format!("{before} ‹pid›"),
        None => line.to_owned(),
    };
    let mut lines: Vec<String> = output.lines().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn what_the_document_shows_is_what_a_run_prints() {
    let sources = sources();
    let shown =
        sources.lessons.iter().filter_map(|recorded| Some((recorded, recorded.file("documented.txt").ok()?)));
    let shown: Vec<_> = shown.collect();
    let names: Vec<&str> = shown.iter().map(|(recorded, _)| recorded.lesson.name.as_str()).collect();
    assert_eq!(names, ["process-ids", "thread-tasks"]);
    for (recorded, documented) in shown {
        let run = recorded.runs.first().expect("a run is recorded");
        let printed = run.lines().iter().map(|line| String::from_utf8_lossy(run.text(line)) + "\n");
        assert_eq!(steady(&documented), steady(&printed.collect::<String>()), "{}", recorded.lesson.name);
    }
}
