//! Marks: every topic has one, and it goes with its check.

use std::collections::BTreeSet;
use std::fs;

use book::sources::Sources;
use harness::course::status::Evidence;
use harness::language::Language;
use scraper::{Html, Selector};
use serde::Deserialize;

use crate::scratch::{BOOK, Scratch, course, sources};

/// The topics that a page marks so.
fn marked(html: &str, mark: &str, topics: &str) -> Vec<String> {
    let html = Html::parse_document(html);
    let selector = |text: &str| Selector::parse(text).expect("a valid selector");
    let (topics, mark) = (selector(topics), selector(&format!(".mark.{mark}")));
    let marked = html.select(&topics).filter(|topic| topic.select(&mark).next().is_some());
    marked.filter_map(|topic| topic.attr("id")?.strip_prefix("topic-").map(str::to_owned)).collect()
}

/// The topics that a page marks as proven.
fn proven(html: &str, topics: &str) -> Vec<String> {
    marked(html, "proven", topics)
}

/// The topics that a run can prove, or that none can.
fn topics(explained: bool) -> BTreeSet<String> {
    let sources = sources();
    let topics = sources.syllabus.topics().iter().filter(|topic| topic.explained.is_some() == explained);
    topics.map(|topic| topic.id.clone()).collect()
}

/// The marks that there are for the topics that a run can prove, and for the others.
const MARKS: [(&str, bool); 2] = [("proven", false), ("explained", true)];

#[test]
fn every_topic_is_proven_or_explained_on_the_status_page() {
    for language in ["en", "zh"] {
        let page = BOOK.read(&format!("{language}/status.html"));
        for (mark, explained) in MARKS {
            let marked: BTreeSet<String> = marked(&page, mark, ".status tr[id]").into_iter().collect();
            assert_eq!(marked, topics(explained), "{mark} in {language}");
        }
    }
}

#[test]
fn every_topic_is_proven_or_explained_on_a_lessons_page() {
    for language in ["en", "zh"] {
        let sources = sources();
        let pages =
            sources.lessons.iter().map(|recorded| format!("{language}/{}.html", recorded.lesson.name));
        let pages: Vec<String> = pages.map(|page| BOOK.read(&page)).collect();
        for (mark, explained) in MARKS {
            let marked = pages.iter().flat_map(|page| marked(page, mark, ".claims > li[id]"));
            assert_eq!(marked.collect::<BTreeSet<String>>(), topics(explained), "{mark} in {language}");
        }
    }
}

/// What a mutant's table says must be found.
#[derive(Deserialize)]
struct Wanted {
    kind: String,
}

/// Who is refused by the golden of a lesson alone, or by one of its claims: as its `checks.snap` says; where the contract has no
/// actors, the tables of mutants do.
fn refused(evidence: &Evidence<'_>) -> Vec<String> {
    let folder = &evidence.lesson.folder;
    let row = evidence.claim.and_then(|claim| evidence.lesson.contract.claims().nth(claim)).map_or_else(
        || "the golden".to_owned(),
        |claim| {
            let when = if claim.is_always() { "always" } else { "sometimes" };
            format!("{when}: {}", claim.words(&evidence.lesson.contract.cast, Language::En))
                .replace('|', "\\|")
        },
    );
    let table = fs::read_to_string(folder.join("checks.snap")).unwrap_or_default();
    let row = table.lines().find_map(|line| line.strip_prefix(&format!("| {row} |")));
    let by_the_table = row.into_iter().flat_map(|cells| cells.split(['|', ',']).map(str::trim));
    let mut refused: Vec<String> = by_the_table.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if evidence.claim.is_none() && evidence.lesson.contract.cast.actors.is_empty() {
        let mutants =
            mutation::table::<Wanted>(folder, "src/main.rs").expect("its table can be read").mutants;
        let by_the_golden =
            mutants.iter().filter(|mutant| mutant.finding.iter().any(|wanted| wanted.kind == "golden"));
        refused.extend(by_the_golden.map(|mutant| mutant.name.clone()));
    }
    refused
}

#[test]
fn every_topic_that_is_proven_is_refused_to_some_mutant() {
    let sources = sources();
    for topic in topics(false) {
        let evidence = sources.evidence(&topic);
        assert!(!evidence.is_empty(), "{topic}");
        for evidence in evidence {
            let name = &evidence.lesson.name;
            assert!(
                !refused(&evidence).is_empty(),
                "{topic}: no mutant of {name} is refused by {:?}",
                evidence.claim
            );
        }
    }
}

#[test]
fn a_golden_that_proves_a_topic_names_the_line_that_shows_it() {
    let page = BOOK.read("en/process-ids.html");
    assert!(page.contains("dance prints <code>dance: ‹pid of dance›</code>"), "{page}");
    let scratch = Scratch::new();
    scratch.change(
        "examples-bin/process-ids/lesson.toml",
        "'dance: ‹pid of dance›'",
        "'dance: ‹pid of sing›'",
    );
    assert_eq!(
        scratch.problem(),
        "process-ids: the golden has no line that is what lesson.toml says in `[shown]` of `getpid`"
    );
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
    for class in ["proven", "explained", "open", "refuted"] {
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
