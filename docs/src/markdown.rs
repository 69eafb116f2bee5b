//! A page's Markdown as HTML: each heading can be linked to, and code has its colours.

use std::borrow::Cow;
use std::collections::HashSet;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::code;
use crate::glossary::Links;
use crate::html::unescape;

/// A page as it is shown, and as it is looked through.
#[derive(Debug)]
pub struct Shown {
    /// Its HTML.
    pub html: String,
    /// Its parts, from heading to heading.
    pub parts: Vec<Part>,
}

/// What stands below a heading, in words.
#[derive(Debug, Default)]
pub struct Part {
    /// The heading's id.
    pub id: String,
    /// The heading.
    pub heading: String,
    /// Its paragraphs, and those of lists; neither code nor pictures nor what is folded.
    pub paragraphs: Vec<String>,
}

/// Makes HTML of a page's Markdown, with these links in it.
pub fn show(markdown: &str, links: &Links) -> Shown {
    let mut parser = links.added(Parser::new_ext(markdown, Options::ENABLE_TABLES)).into_iter();
    let mut ids = HashSet::new();
    let mut events = Vec::new();
    let mut parts = Vec::new();
    while let Some(event) = parser.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let inside = until(&mut parser, |end| matches!(end, TagEnd::Heading(_)));
                let heading = text(&inside);
                let id = id(&heading, &mut ids);
                events.extend(linked(level, &id, inside));
                parts.push(Part { id, heading, paragraphs: Vec::new() });
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let inside = until(&mut parser, |end| matches!(end, TagEnd::CodeBlock));
                events.push(code_block(&kind, &inside));
            }
            Event::Start(Tag::HtmlBlock) => {
                let html = text(&until(&mut parser, |end| matches!(end, TagEnd::HtmlBlock)));
                tell(&mut parts, words(&html));
                parts.extend(html.split("<dt id=\"").skip(1).filter_map(defined));
                events.push(Event::Html(html.into()));
            }
            Event::Start(Tag::Paragraph | Tag::Item) => {
                tell(&mut parts, Some(String::new()));
                events.push(event);
            }
            event => {
                if let Some(paragraph) = parts.last_mut().and_then(|part| part.paragraphs.last_mut()) {
                    paragraph.push_str(&said(&event).unwrap_or_default());
                }
                events.push(event);
            }
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    Shown { html, parts }
}

/// Adds a paragraph to the last part.
fn tell(parts: &mut [Part], paragraph: Option<String>) {
    if let Some(part) = parts.last_mut() {
        part.paragraphs.extend(paragraph);
    }
}

/// The words of a directive's HTML, if it is a paragraph or a list: neither code nor pictures nor what is folded.
fn words(html: &str) -> Option<String> {
    ["<p>", "<p ", "<ul"].iter().any(|start| html.starts_with(start)).then(|| without_tags(html))
}

/// A word that is explained is a part of its own: this is what follows the start of its `<dt id="`.
fn defined(html: &str) -> Option<Part> {
    let (id, rest) = html.split_once("\">")?;
    let (word, says) = rest.split_once("</dt>")?;
    let part = |html: &str| without_tags(html).trim().to_owned();
    Some(Part { id: id.to_owned(), heading: part(word), paragraphs: vec![part(says)] })
}

fn without_tags(html: &str) -> String {
    let mut is_tag = false;
    let is_outside = |c: &char| {
        let was_tag = is_tag;
        is_tag = (is_tag || *c == '<') && *c != '>';
        !is_tag && !was_tag
    };
    unescape(&html.chars().filter(is_outside).collect::<String>())
}

/// The events up to the end of an element.
fn until<'a>(rest: &mut impl Iterator<Item = Event<'a>>, is_end: impl Fn(&TagEnd) -> bool) -> Vec<Event<'a>> {
    rest.take_while(|event| !matches!(event, Event::End(end) if is_end(end))).collect()
}

/// A heading with its id, and a link to itself.
fn linked<'a>(level: HeadingLevel, id: &str, inside: Vec<Event<'a>>) -> Vec<Event<'a>> {
    let start = format!("<{level} id=\"{id}\"><a class=\"header\" href=\"#{id}\">");
    let mut events = vec![Event::Html(start.into())];
    events.extend(inside);
    events.push(Event::Html(format!("</a></{level}>\n").into()));
    events
}

fn code_block<'a>(kind: &CodeBlockKind, inside: &[Event<'a>]) -> Event<'a> {
    let language = match kind {
        CodeBlockKind::Fenced(language) if !language.is_empty() => language,
        _ => "plaintext",
    };
    Event::Html(code::block(language, &text(inside)).into())
}

/// What is left of these without emphasis, links and the like.
fn text(events: &[Event]) -> String {
    events.iter().filter_map(said).collect()
}

fn said<'a>(event: &'a Event) -> Option<Cow<'a, str>> {
    match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) => Some(text.as_ref().into()),
        Event::InlineHtml(html) => Some(without_tags(html).into()),
        Event::SoftBreak | Event::HardBreak => Some(" ".into()),
        _ => None,
    }
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
