//! A page's Markdown as HTML: each heading can be linked to, and code has its colours.

use std::collections::HashSet;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::code;
use crate::glossary::Links;

/// The HTML of a page, with these links in it.
pub fn html(markdown: &str, links: &Links) -> String {
    let mut parser = links.added(Parser::new_ext(markdown, Options::ENABLE_TABLES)).into_iter();
    let mut ids = HashSet::new();
    let mut events = Vec::new();
    while let Some(event) = parser.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                events.extend(heading(level, &mut parser, &mut ids));
            }
            Event::Start(Tag::CodeBlock(kind)) => events.push(code_block(&kind, &mut parser)),
            event => events.push(event),
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    html
}

/// A heading with an id, and a link to itself.
fn heading<'a>(
    level: HeadingLevel,
    rest: &mut impl Iterator<Item = Event<'a>>,
    ids: &mut HashSet<String>,
) -> Vec<Event<'a>> {
    let inside: Vec<Event> =
        rest.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).collect();
    let id = id(&text(&inside), ids);
    let start = format!("<{level} id=\"{id}\"><a class=\"header\" href=\"#{id}\">");
    let mut events = vec![Event::Html(start.into())];
    events.extend(inside);
    events.push(Event::Html(format!("</a></{level}>\n").into()));
    events
}

fn code_block<'a>(kind: &CodeBlockKind, rest: &mut impl Iterator<Item = Event<'a>>) -> Event<'a> {
    let inside: Vec<Event> =
        rest.take_while(|event| !matches!(event, Event::End(TagEnd::CodeBlock))).collect();
    let language = match kind {
        CodeBlockKind::Fenced(language) if !language.is_empty() => language,
        _ => "plaintext",
    };
    Event::Html(code::block(language, &text(&inside)).into())
}

/// What is left of these without emphasis, links and the like.
fn text(events: &[Event]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

/// A heading's words as an id, with a number where the page has them already.
fn id(words: &str, ids: &mut HashSet<String>) -> String {
    let letter = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    let id: String = words.trim().to_lowercase().chars().filter_map(letter).collect();
    let numbered = (1..).map(|number| format!("{id}-{number}"));
    let mut candidates = std::iter::once(id.clone()).chain(numbered);
    candidates.find(|candidate| ids.insert(candidate.clone())).expect("there is always a next number")
}
