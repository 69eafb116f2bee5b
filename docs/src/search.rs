//! What the search looks through: the parts of all pages of a language, as a script that a page loads when it is asked.

use crate::markdown::{Part, Shown};
use crate::page::Ready;
use crate::status;

/// The script: it sets `WORDS` to a list of pages, each with its name, its title and its parts; a part is the id of its
/// heading, the heading, and the text below it. The first stands below the title, and needs no id.
pub fn words(pages: &[(&Ready, Shown)]) -> String {
    // What the page of all topics tells, the lessons' pages tell too.
    let pages = pages.iter().filter(|(page, _)| page.name != status::NAME);
    let pages: Vec<_> = pages.map(|(page, shown)| (&page.name, &page.title, parts(shown))).collect();
    format!("WORDS = {};\n", serde_json::to_string(&pages).expect("it is only text"))
}

fn parts(shown: &Shown) -> Vec<(&str, &str, String)> {
    let parts = shown.parts.iter().enumerate();
    parts
        .map(|(index, Part { id, heading, paragraphs })| {
            let id = if index == 0 { "" } else { id.as_str() };
            (id, heading.as_str(), one_line(&paragraphs.join(" ")))
        })
        .collect()
}

/// What a page is about, for those who list it: its first paragraph, or so much of it as is shown in a list.
pub fn description(shown: &Shown) -> String {
    const MOST: usize = 200;
    let paragraphs = shown.parts.iter().flat_map(|part| &part.paragraphs);
    let text =
        paragraphs.map(|paragraph| one_line(paragraph)).find(|text| !text.is_empty()).unwrap_or_default();
    if text.chars().count() <= MOST {
        return text;
    }
    let start: String = text.chars().take(MOST).collect();
    let end = start.rfind(['.', '?', '。', '？', '：', ' ', '，']).unwrap_or(start.len());
    format!("{}…", &start[..end])
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
