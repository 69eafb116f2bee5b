//! A page: its title, its prose, and the directives that stand between.

use std::fmt::Write;

use harness::language::Language;

use crate::chapters::Part;
use crate::sources::Sources;
use crate::{directives, status};

/// A page as an author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its only heading of the first level.
    pub title: String,
    /// What follows.
    pub pieces: Vec<Piece>,
}

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Markdown.
    Prose(String),
    /// `{{#name argument}}`, alone on its line.
    Directive {
        /// The line it stands on.
        line: usize,
        /// Its word.
        name: String,
        /// What follows the word, or nothing.
        argument: String,
    },
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// A sentence, where it does not begin with its title.
    pub fn parse(text: &str) -> Result<Page, String> {
        let title = text.lines().next().and_then(|line| line.strip_prefix("# "));
        let title = title.ok_or("it begins with its title: `# Title`")?.trim().to_owned();
        let mut pieces = Vec::new();
        let mut prose = String::new();
        for (index, line) in text.lines().enumerate().skip(1) {
            if let Some((name, argument)) = directive(line) {
                pieces.push(Piece::Prose(std::mem::take(&mut prose)));
                pieces.push(Piece::Directive { line: index + 1, name, argument });
            } else {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        pieces.push(Piece::Prose(prose));
        Ok(Page { title, pieces })
    }

    /// Its directives, in order, as they are written.
    pub fn directives(&self) -> Vec<String> {
        let written = |piece: &Piece| match piece {
            Piece::Directive { name, argument, .. } => {
                Some(format!("{name} {argument}").trim_end().to_owned())
            }
            Piece::Prose(_) => None,
        };
        self.pieces.iter().filter_map(written).collect()
    }
}

fn directive(line: &str) -> Option<(String, String)> {
    let inside = line.strip_prefix("{{#")?.trim_end().strip_suffix("}}")?;
    let (name, argument) = inside.split_once(' ').unwrap_or((inside, ""));
    Some((name.to_owned(), argument.trim().to_owned()))
}

/// A page ready to be written.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its file's name, without extension.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its Markdown, title and all.
    pub markdown: String,
}

/// All pages in a language, in the book's order. What is wrong with one is added to the problems, and it is left out.
pub fn all(sources: &Sources, language: Language, problems: &mut Vec<String>) -> Vec<Ready> {
    let mut pages = Vec::new();
    let mut add = |page: Result<Ready, Vec<String>>| match page {
        Ok(page) => pages.push(page),
        Err(wrong) => problems.extend(wrong),
    };
    add(written(sources, "introduction", "index", language));
    for recorded in &sources.lessons {
        let mut parts = sources.chapters.part.iter();
        if let Some(part) = parts.find(|part| part.lessons.first() == Some(&recorded.lesson.name)) {
            add(opener(sources, part, language));
        }
        add(directives::lesson_page(recorded, sources, language));
    }
    add(Ok(sources.glossary.page(language)));
    add(Ok(status::page(sources, language)));
    pages
}

/// A page of `docs/book`, which becomes a page with this name.
fn written(sources: &Sources, file: &str, name: &str, language: Language) -> Result<Ready, Vec<String>> {
    let file = format!("docs/book/{file}.{}.md", language.code());
    let text = std::fs::read_to_string(sources.root.join(&file))
        .map_err(|error| vec![format!("{file} can't be read: {error}")])?;
    let page = Page::parse(&text).map_err(|error| vec![format!("{file}: {error}")])?;
    Ok(Ready { name: name.to_owned(), title: page.title, markdown: text })
}

/// The page that a part of the book begins with; its lessons stand below it.
fn opener(sources: &Sources, part: &Part, language: Language) -> Result<Ready, Vec<String>> {
    let mut page = written(sources, &part.id, &part.page(), language)?;
    let heading = part.title.in_language(language);
    if page.title != heading {
        let file = format!("docs/book/{}.{}.md", part.id, language.code());
        return Err(vec![format!(
            "{file}:1: the title is `{}`, in docs/chapters.toml it is `{heading}`",
            page.title
        )]);
    }
    let lessons = language.pick("The lessons", "这一章的课");
    let _ = write!(page.markdown, "\n## {lessons}\n\n");
    for name in &part.lessons {
        let title = sources
            .lesson(name)
            .map_or(name.as_str(), |lesson| lesson.lesson.contract.title.in_language(language));
        let _ = writeln!(page.markdown, "- [{title}]({name}.html)");
    }
    Ok(page)
}
