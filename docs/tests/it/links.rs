//! Links: each leads to something that is there, or to a reference that stays where it is.

use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path, PathBuf};

use scraper::{Html, Selector};

use crate::scratch::{BOOK, Scratch};

/// A page's ids, and where it leads to.
struct Linked {
    ids: Vec<String>,
    links: Vec<String>,
}

fn linked(html: &str) -> Linked {
    let html = Html::parse_document(html);
    let attributes = |name: &str| {
        let selector = Selector::parse(&format!("[{name}]")).expect("a valid selector");
        html.select(&selector)
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect::<Vec<String>>()
    };
    let links = ["href", "src"].into_iter().flat_map(attributes);
    Linked { links: links.collect(), ids: attributes("id") }
}

fn pages() -> BTreeMap<PathBuf, Linked> {
    let mut pages = BTreeMap::new();
    for folder in ["", "en", "zh"] {
        for entry in BOOK.path().join(folder).read_dir().expect("the book was built") {
            let path = Path::new(folder).join(entry.expect("an entry can be read").file_name());
            if path.extension().is_some_and(|extension| extension == "html") {
                let linked = linked(&BOOK.read(path.to_str().expect("UTF-8")));
                pages.insert(path, linked);
            }
        }
    }
    pages
}

/// The file that a link leads to from a page, without `..`.
fn target(page: &Path, link: &str) -> PathBuf {
    let mut target = page.parent().expect("a page is in a folder").to_path_buf();
    for component in Path::new(link).components() {
        match component {
            Component::ParentDir => {
                target.pop();
            }
            component => target.push(component),
        }
    }
    target
}

/// What a page may lead to outside of the book: the languages' own documentation, at addresses that name no version.
const REFERENCES: [&str; 3] =
    ["https://docs.python.org/3/", "https://docs.python.org/zh-cn/3/", "https://doc.rust-lang.org/std/"];

#[test]
fn every_link_leads_to_something_that_is_there() {
    let pages = pages();
    assert!(pages.len() > 70, "{} pages", pages.len());
    let mut wrong = Vec::new();
    for (page, Linked { links, .. }) in &pages {
        for link in links {
            if REFERENCES.iter().any(|reference| link.starts_with(reference)) {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { target(page, file) };
            let is_there = match pages.get(&target) {
                Some(page) => anchor.is_empty() || page.ids.iter().any(|id| id == anchor),
                None => anchor.is_empty() && BOOK.path().join(&target).is_file(),
            };
            if link.contains("://") || link.starts_with("//") || !is_there {
                wrong.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_page_has_two_elements_with_one_id() {
    for (page, Linked { ids, .. }) in &pages() {
        let mut known = HashSet::new();
        let twice: Vec<&String> = ids.iter().filter(|id| !known.insert(*id)).collect();
        assert!(twice.is_empty(), "{}: {twice:?}", page.display());
    }
}

#[test]
fn each_heading_can_be_linked_to_by_its_words() {
    let scratch = Scratch::new();
    let headings = "## The `program`, *twice*\n\n## The program twice\n\n## 有 _两_ 个词\n\n{{#output}}";
    scratch.change("examples-bin/lock-counter/page.en.md", "{{#output}}", headings);
    let html = scratch.build().read("en/lock-counter.html");
    for (id, inside) in [
        ("the-program", "The program"),
        ("the-program-twice", "The <code>program</code>, <em>twice</em>"),
        ("the-program-twice-1", "The program twice"),
        ("有-两-个词", "有 <em>两</em> 个词"),
    ] {
        let heading = format!("<h2 id=\"{id}\"><a class=\"header\" href=\"#{id}\">{inside}</a></h2>");
        assert!(html.contains(&heading), "{heading}");
    }
}

#[test]
fn every_page_leads_to_itself_in_the_other_language() {
    for language in ["en", "zh"] {
        let other = if language == "en" { "zh" } else { "en" };
        let pages = pages();
        let mut own = pages.iter().filter(|(page, _)| page.starts_with(language));
        assert!(own.clone().count() > 30);
        assert!(own.all(|(page, Linked { links, .. })| {
            let name = page.file_name().expect("a page has a name").to_str().expect("UTF-8");
            links.contains(&format!("../{other}/{name}"))
        }));
    }
}
