//! The book's order: which lesson stands where follows from the topics that it is to prove.

use std::path::Path;

use harness::course::syllabus::Syllabus;
use harness::judge::subject::Subject;
use harness::language::Bilingual;
use serde::Deserialize;

/// Where the order is written down.
const FILE: &str = "docs/chapters.toml";

/// The book's title, and its parts with their lessons.
#[derive(Debug)]
pub struct Chapters {
    /// The book's title.
    pub title: Bilingual,
    /// Its parts, in order.
    pub part: Vec<Part>,
}

/// A part of the book.
#[derive(Debug)]
pub struct Part {
    /// What its page is named after, `docs/book/ID.en.md`.
    pub id: String,
    /// Its heading.
    pub title: Bilingual,
    /// The topics that it takes up, in order.
    pub topics: Vec<String>,
    /// The names of its lessons, in order.
    pub lessons: Vec<String>,
}

/// The order as it is written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    title: Bilingual,
    part: Vec<Written>,
}

/// A part, and the topics that it takes up, in its order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    title: Bilingual,
    topics: Vec<String>,
}

impl Part {
    /// The name of the file of its page.
    pub fn page(&self) -> String {
        format!("chapter-{}", self.id)
    }
}

impl Order {
    /// Reads the order of the course in this folder.
    ///
    /// # Errors
    /// A sentence, where it can't be read.
    pub fn read(root: &Path) -> Result<Order, String> {
        let text = std::fs::read_to_string(root.join(FILE))
            .map_err(|error| format!("{FILE} can't be read: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))
    }

    /// All topics, part by part.
    fn topics(&self) -> Vec<&str> {
        self.part.iter().flat_map(|part| &part.topics).map(String::as_str).collect()
    }

    /// Where a lesson stands among all topics: with the last of its own, by which all that it shows has been spoken of.
    /// `None` where it has none.
    pub fn place(&self, lesson: &Subject) -> Option<usize> {
        let topics = self.topics();
        lesson
            .contract
            .topics()
            .iter()
            .filter_map(|own| topics.iter().position(|topic| *topic == own.id))
            .max()
    }

    /// The parts, with their lessons of these.
    pub fn chapters<'a>(&self, lessons: impl Iterator<Item = &'a Subject>) -> Chapters {
        let mut lessons: Vec<(Option<usize>, &str)> =
            lessons.map(|lesson| (self.place(lesson), lesson.name.as_str())).collect();
        lessons.sort_unstable();
        let mut next = 0;
        let part = |part: &Written| {
            let own = next..next + part.topics.len();
            next = own.end;
            let lessons = lessons.iter().filter(|(place, _)| place.is_some_and(|place| own.contains(&place)));
            let lessons = lessons.map(|(_, name)| (*name).to_owned()).collect();
            Part { id: part.id.clone(), title: part.title.clone(), topics: part.topics.clone(), lessons }
        };
        Chapters { title: self.title.clone(), part: self.part.iter().map(part).collect() }
    }

    /// What is wrong with it: topics in no part or in several, and topics that there are not.
    pub fn problems(&self, syllabus: &Syllabus) -> Vec<String> {
        let named = self.topics();
        let unknown = named.iter().filter(|id| syllabus.topic(id).is_none());
        let unknown =
            unknown.map(|id| format!("{FILE} names the topic `{id}`, which is not in docs/syllabus.toml"));
        let misplaced = syllabus.topics().iter().filter_map(|topic| {
            let id = &topic.id;
            match named.iter().filter(|named| *named == id).count() {
                1 => None,
                0 => Some(format!("{FILE} has no place for the topic `{id}`: add it to a part's topics")),
                _ => Some(format!("{FILE} names the topic `{id}` more than once")),
            }
        });
        unknown.chain(misplaced).collect()
    }
}
