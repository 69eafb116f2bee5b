//! The book's words: a page of them, and a link to it where a page first uses one.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::Path;

use harness::language::{Bilingual, Language};
use pulldown_cmark::{CowStr, Event, Tag, TagEnd, TextMergeStream};
use regex::Regex;
use serde::Deserialize;

use crate::html::escape;
use crate::page::Ready;

/// Where the words are written down.
const FILE: &str = "docs/glossary.toml";

/// The name of the page's file.
pub const NAME: &str = "glossary";

/// All words, in the order in which they come up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    term: Vec<Term>,
}

/// A word that is explained.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    en: Vec<String>,
    zh: Vec<String>,
    says: Bilingual,
    page: String,
}

impl Term {
    /// Its place on the page, the same in both languages.
    pub fn id(&self) -> String {
        self.en[0].replace(' ', "-").to_lowercase()
    }

    /// The word itself, and the other forms in which pages use it.
    fn forms(&self, language: Language) -> &[String] {
        language.pick(&self.en, &self.zh)
    }

    fn entry(&self, language: Language) -> String {
        let [word, other] = [language, language.other()].map(|language| escape(&self.forms(language)[0]));
        let tag = language.other().tag();
        let (says, page) = (self.says.in_language(language), &self.page);
        let more = language.pick("More", "详见");
        let space = language.pick(" ", "");
        format!(
            "<dt id=\"{}\">{word} <span lang=\"{tag}\">{other}</span></dt>\n<dd>{}{space}<a href=\"{page}.html\">{more}</a></dd>\n",
            self.id(),
            crate::html::sentence(says)
        )
    }
}

impl Glossary {
    /// Reads the words of the course in this folder.
    ///
    /// # Errors
    /// A sentence, where they can't be read, or one of them has no form in a language.
    pub fn read(root: &Path) -> Result<Glossary, String> {
        let text = std::fs::read_to_string(root.join(FILE))
            .map_err(|error| format!("{FILE} can't be read: {error}"))?;
        let glossary: Glossary = toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
        match glossary.term.iter().find(|term| term.en.is_empty() || term.zh.is_empty()) {
            Some(term) => Err(format!("{FILE}: a term needs a word in both languages: `{}`", term.says.en)),
            None => Ok(glossary),
        }
    }

    /// All words, in the order in which they come up.
    pub fn terms(&self) -> &[Term] {
        &self.term
    }

    /// The page of all words: in English by the alphabet.
    pub fn page(&self, language: Language) -> Ready {
        let title = language.pick("Glossary", "术语");
        let introduction = language.pick(
            "The words of this subject, each in a sentence or two. A page links the first use of each to here.",
            "本书用到的术语，每个用一两句话说明，按书中出现的先后排列。每一页第一次用到一个术语时，都有链接指到这里。",
        );
        let mut terms: Vec<&Term> = self.term.iter().collect();
        if language == Language::En {
            terms.sort_by_key(|term| term.en[0].to_lowercase());
        }
        let mut markdown = format!("# {title}\n\n{introduction}\n\n<dl class=\"glossary\">\n");
        for term in terms {
            let _ = write!(markdown, "{}", term.entry(language));
        }
        markdown.push_str("</dl>\n");
        Ready { name: NAME.to_owned(), title: title.to_owned(), markdown }
    }

    /// What links the words in pages of a language.
    pub fn links(&self, language: Language) -> Links {
        let forms = self
            .term
            .iter()
            .flat_map(|term| term.forms(language).iter().map(|form| (form.to_lowercase(), term.id())));
        let ids: BTreeMap<String, String> = forms.collect();
        let mut words: Vec<&String> = ids.keys().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let words: Vec<String> =
            words.iter().map(|word| regex::escape(word).replace("\\ ", " ").replace(' ', r"\s+")).collect();
        let words = words.join("|");
        // Chinese is written without spaces between words.
        let pattern = language.pick(format!(r"(?i)\b(?:{words})\b"), format!("(?i){words}"));
        Links { pattern: Regex::new(&pattern).expect("escaped words are a pattern"), ids }
    }
}

/// Finds the words of the glossary in text.
#[derive(Debug)]
pub struct Links {
    pattern: Regex,
    ids: BTreeMap<String, String>,
}

impl Links {
    /// The events of a page, with a link where it first uses a word: in its prose, not in headings, code or links.
    pub fn added<'a>(&self, events: impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
        let mut used = HashSet::new();
        let mut linked = Vec::new();
        let mut closed = 0;
        // A word may begin on one line and end on the next.
        let joined = events.map(|event| match event {
            Event::SoftBreak => Event::Text("\n".into()),
            event => event,
        });
        for event in TextMergeStream::new(joined) {
            match event {
                Event::Start(Tag::Heading { .. } | Tag::Link { .. } | Tag::CodeBlock(_)) => closed += 1,
                Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::CodeBlock) => closed -= 1,
                _ => {}
            }
            match event {
                Event::Text(text) if closed == 0 => self.link(&text, &mut used, &mut linked),
                event => linked.push(event),
            }
        }
        linked
    }

    /// A text, with links where it uses words that were not used before.
    fn link(&self, text: &str, used: &mut HashSet<String>, events: &mut Vec<Event<'_>>) {
        let plain = |text: &str| Event::Text(CowStr::from(text.to_owned()));
        let mut done = 0;
        for found in self.pattern.find_iter(text) {
            let word = found.as_str().split_whitespace().collect::<Vec<&str>>().join(" ").to_lowercase();
            let Some(id) = self.ids.get(&word) else { continue };
            if !used.insert(id.clone()) {
                continue;
            }
            events.push(plain(&text[done..found.start()]));
            let link = format!("<a class=\"term\" href=\"{NAME}.html#{id}\">{}</a>", escape(found.as_str()));
            events.push(Event::InlineHtml(link.into()));
            done = found.end();
        }
        events.push(plain(&text[done..]));
    }
}
