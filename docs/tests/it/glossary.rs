//! The book's words: each is used and linked, once a page, at its first use.

use std::collections::{BTreeMap, HashSet};

use harness::language::Language;
use scraper::{Html, Selector};

use crate::scratch::{BOOK, Scratch, sources};

/// Where the pages of a language lead to in the glossary, page by page.
fn linked(language: Language) -> BTreeMap<String, Vec<String>> {
    let selector = Selector::parse("main a.term").expect("a valid selector");
    let entries = BOOK.path().join(language.code()).read_dir().expect("the book was built");
    let pages = entries.map(|entry| {
        let name = entry.expect("an entry can be read").file_name().into_string().expect("UTF-8");
        let html = Html::parse_document(&BOOK.read(&format!("{}/{name}", language.code())));
        let links = html.select(&selector).filter_map(|link| link.attr("href")?.split_once('#'));
        let ids = links.map(|(_, id)| id.to_owned()).collect();
        (name, ids)
    });
    pages.collect()
}

#[test]
fn every_word_of_the_glossary_is_linked_from_some_page() {
    for language in Language::ALL {
        let linked: HashSet<String> = linked(language).into_values().flatten().collect();
        for term in sources().glossary.terms() {
            assert!(
                linked.contains(&term.id()),
                "no page in {} uses the word `{}`",
                language.name(),
                term.id()
            );
        }
    }
}

#[test]
fn a_page_links_a_word_once() {
    for language in Language::ALL {
        for (page, ids) in linked(language) {
            let mut known = HashSet::new();
            let again: Vec<&String> = ids.iter().filter(|id| !known.insert(*id)).collect();
            assert!(again.is_empty(), "{page} in {}: {again:?}", language.name());
        }
    }
}

#[test]
fn a_word_is_linked_at_its_first_use_in_prose() {
    let scratch = Scratch::new();
    let prose = "## Deadlocks\n\n`deadlock` [a deadlock](#deadlocks) It *deadlocks* in a critical\nsection. A deadlock!\n\n{{#output}}";
    scratch.change("examples-bin/process-order/page.en.md", "{{#output}}", prose);
    let html = scratch.build().read("en/process-order.html");
    for linked in [
        "<code>deadlock</code> <a href=\"#deadlocks\">a deadlock</a> It <em><a class=\"term\" href=\"glossary.html#deadlock\">deadlocks</a></em>",
        "<a class=\"term\" href=\"glossary.html#critical-section\">critical\nsection</a>. A deadlock!",
    ] {
        assert!(html.contains(linked), "{linked}");
    }
}
