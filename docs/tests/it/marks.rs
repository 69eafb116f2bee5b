//! Marks: every topic has one, and it goes with its check.

use book::sources::Sources;
use scraper::{Html, Selector};

use crate::scratch::{BOOK, Scratch, course, sources};

/// The topics that a page marks as proven.
fn proven(html: &str, topics: &str) -> Vec<String> {
    let html = Html::parse_document(html);
    let selector = |text: &str| Selector::parse(text).expect("a valid selector");
    let (topics, mark) = (selector(topics), selector(".mark.proven"));
    let proven = html.select(&topics).filter(|topic| topic.select(&mark).next().is_some());
    proven.filter_map(|topic| topic.attr("id")?.strip_prefix("topic-").map(str::to_owned)).collect()
}

fn topics() -> Vec<String> {
    sources().syllabus.topics().iter().map(|topic| topic.id.clone()).collect()
}

#[test]
fn every_topic_is_proven_on_the_status_page() {
    for language in ["en", "zh"] {
        let mut proven = proven(&BOOK.read(&format!("{language}/status.html")), ".status tr[id]");
        let mut topics = topics();
        proven.sort();
        topics.sort();
        assert_eq!(proven, topics, "{language}");
    }
}

#[test]
fn every_topic_is_proven_on_a_lessons_page() {
    for language in ["en", "zh"] {
        let pages = sources()
            .lessons
            .iter()
            .map(|recorded| format!("{language}/{}.html", recorded.lesson.name))
            .collect::<Vec<String>>();
        let proven: Vec<String> =
            pages.iter().flat_map(|page| proven(&BOOK.read(page), ".claims > li[id]")).collect();
        for topic in topics() {
            assert!(proven.contains(&topic), "{topic} in {language}");
        }
    }
}

#[test]
fn a_mark_goes_with_its_check() {
    let claims = ".claims > li[id]";
    let page = "en/process-parent.html";
    assert!(proven(&BOOK.read(page), claims).contains(&"parent-child".to_owned()));
    let scratch = Scratch::new();
    let contract = scratch.path("examples-bin/process-parent/lesson.toml");
    let text = std::fs::read_to_string(&contract).expect("the lesson has a contract");
    let without: Vec<&str> = text.lines().filter(|line| !line.contains("\"parent-child\"")).collect();
    assert!(without.len() < text.lines().count());
    std::fs::write(contract, without.join("\n")).expect("the copy can be written");
    let built = scratch.build();
    assert_eq!(built.problems, Vec::<String>::new());
    assert!(!proven(&built.read(page), claims).contains(&"parent-child".to_owned()));
    assert!(!proven(&built.read("zh/status.html"), ".status tr[id]").contains(&"parent-child".to_owned()));
}

#[test]
fn a_claim_that_the_recorded_runs_do_not_meet_has_no_mark() {
    let scratch = Scratch::new();
    scratch.change("examples-bin/lock-counter/lesson.toml", "[1000000, 2000000]", "[1000000, 2000001]");
    let built = scratch.build();
    assert!(
        built
            .problems
            .iter()
            .any(|problem| problem.starts_with("lock-counter: its recorded runs are no proof"))
    );
    let page = built.read("en/lock-counter.html");
    assert!(!proven(&page, ".claims > li[id]").contains(&"lock-mends".to_owned()));
    assert!(page.contains("class=\"mark refuted\""), "{page}");
    let colours = built.read("book.css");
    for class in ["proven", "open", "refuted"] {
        assert!(colours.contains(&format!(".mark.{class} {{")), "{class}");
    }
}

#[test]
fn recorded_runs_are_judged_the_same_wherever_the_book_is_built() {
    // No claim may be undecided for want of processors.
    let sources = Sources::read(course()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    for recorded in &sources.lessons {
        let judgement =
            recorded.judgement.as_ref().unwrap_or_else(|| panic!("{} has no runs", recorded.lesson.name));
        for claim in &judgement.claims {
            assert_eq!(
                claim.verdict,
                harness::judge::Verdict::Proven,
                "{}: {}",
                recorded.lesson.name,
                claim.check
            );
        }
    }
}
