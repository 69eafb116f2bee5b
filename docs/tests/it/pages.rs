//! Every lesson's pages: both are there, and both say the same.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use book::page::{Page, Piece};
use book::sources::Recorded;
use harness::language::Language;
use harness::report::timeline::svg;
use scraper::{Html, Selector};

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

/// Whether there is something to see in a lesson's first recorded run.
fn has_a_picture(recorded: &Recorded) -> bool {
    svg::tells(&recorded.lesson.contract, &recorded.runs[0])
}

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
        let pictures = usize::from(has_a_picture(recorded));
        let orders = usize::from(recorded.orders.is_some());
        for (directive, wanted) in ["rust", "python", "output", "claims", "contract", "try"]
            .map(|it| (it, 1))
            .into_iter()
            .chain([("timeline", pictures), ("orders", orders)])
        {
            let times = directives.iter().filter(|known| *known == directive).count();
            assert_eq!(times, wanted, "{}: {directive}", recorded.lesson.name);
        }
    }
}

/// The content of an attribute of the one element of a page that a selector finds.
fn attribute(page: &str, selector: &str, name: &str) -> String {
    let html = Html::parse_document(&BOOK.read(page));
    let found: Vec<_> = html.select(&Selector::parse(selector).expect("a valid selector")).collect();
    assert_eq!(found.len(), 1, "{page}: {selector}");
    found[0].attr(name).unwrap_or_else(|| panic!("{page}: {selector} has no {name}")).to_owned()
}

#[test]
fn every_page_has_a_description_of_its_own() {
    let mut known = HashSet::new();
    for language in Language::ALL {
        for recorded in &sources().lessons {
            let page = format!("{}/{}.html", language.code(), recorded.lesson.name);
            let description = attribute(&page, "meta[name=description]", "content");
            let length = description.chars().count();
            assert!((20..=201).contains(&length), "{page}: {length}: {description}");
            assert!(known.insert(description.clone()), "{page} is described as another one: {description}");
        }
    }
    let description = attribute("en/lock-order.html", "meta[name=description]", "content");
    assert!(
        description.starts_with("Three threads want a lock that is held. When it is released"),
        "{description}"
    );
}

#[test]
fn a_page_that_there_is_not_leads_to_both_languages() {
    let page = BOOK.read("404.html");
    for told in ["There is no such page", "没有这一页", "en/index.html", "zh/index.html"] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn the_page_of_all_topics_is_folded_by_chapter_and_names_lessons_by_their_titles() {
    let [details, topics, lesson] =
        ["main > details", "tr[id]", "td a"].map(|it| Selector::parse(it).unwrap());
    for language in Language::ALL {
        let html = Html::parse_document(&BOOK.read(&format!("{}/status.html", language.code())));
        let chapters = &sources().chapters.part;
        let parts: Vec<_> = html.select(&details).collect();
        assert_eq!(parts.len(), chapters.len());
        for (part, chapter) in parts.iter().zip(chapters) {
            let summary: String = part.text().take(3).collect();
            assert!(summary.contains(chapter.title.in_language(language)), "{summary}");
            assert!(part.attr("open").is_none());
            assert_eq!(part.select(&topics).count(), chapter.topics.len());
        }
        let title = language.pick("Who gets the lock first?", "哪个线程先抢到锁");
        let mut named = html.select(&lesson).filter(|link| link.attr("href") == Some("lock-order.html"));
        assert_eq!(named.next().expect("it is there").text().collect::<String>(), title);
    }
}

/// What the search looks through: pages by name and title, and their parts by id, heading and text.
type Pages = Vec<(String, String, Vec<(String, String, String)>)>;

#[test]
fn the_search_knows_what_a_page_says_by_the_heading_that_it_stands_below() {
    let words = BOOK.read("en/words.js");
    let list = words.strip_prefix("WORDS = ").and_then(|words| words.strip_suffix(";\n"));
    let pages: Pages = serde_json::from_str(list.expect("it sets WORDS")).expect("a list of pages");
    let (_, title, parts) = pages.iter().find(|(name, ..)| name == "lock-order").expect("it has the lesson");
    assert_eq!(title, "Who gets the lock first?");
    let part =
        |id: &str| &parts.iter().find(|part| part.0 == id).unwrap_or_else(|| panic!("{id}: {parts:#?}")).2;
    assert!(part("").starts_with("Three threads want a lock that is held."));
    assert!(
        part("the-program").contains("PLACE counts who had the lock: 1., 2., 3.. Each"),
        "{}",
        part("the-program")
    );
    // What directives put there: claims, but neither code nor pictures.
    assert!(part("how-one-knows").contains("Nobody acquires the lock before main releases it."));
    assert!(!words.contains("fn main()") && !words.contains("timeline-") && !words.contains("&lt;"));
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
