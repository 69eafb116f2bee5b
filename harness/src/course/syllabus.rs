//! What the course documents: `docs/syllabus.toml`, topic by topic, in the documents' order.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::contract::{Contract, TopicRef};
use crate::document::{FileError, Mistake, read, suggest};
use crate::language::Bilingual;

/// What sort of thing a topic documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicKind {
    /// A program.
    Snippet,
    /// What a program printed.
    Output,
    /// A class, function or parameter.
    Api,
    /// A statement about behaviour.
    Claim,
}

/// One thing that the course documents.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// How contracts refer to it.
    pub id: String,
    /// What sort of thing it is.
    pub kind: TopicKind,
    /// Its title.
    pub title: Bilingual,
    /// Whether it goes beyond the documents.
    #[serde(default)]
    pub beyond: bool,
    /// Why no run can prove it: a convention, a parameter that nobody uses. Then a lesson that covers it explains it.
    pub explained: Option<Bilingual>,
}

/// All topics, in the documents' order.
#[derive(Clone, Debug, Default)]
pub struct Syllabus {
    topics: Vec<Topic>,
    by_id: HashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSyllabus {
    topic: Vec<toml::Spanned<Topic>>,
}

impl Syllabus {
    /// Reads the syllabus.
    ///
    /// # Errors
    /// The place of the first mistake; two topics with one id are one.
    pub fn read(file: &Path) -> Result<Syllabus, FileError> {
        let text = read(file)?;
        let wrong = |mistake: Mistake| FileError::new(file, &text, mistake);
        let raw: RawSyllabus = toml::from_str(&text).map_err(|error| wrong(error.into()))?;
        let mut syllabus = Syllabus::default();
        for topic in raw.topic {
            let span = topic.span();
            let topic = topic.into_inner();
            if syllabus.by_id.insert(topic.id.clone(), syllabus.topics.len()).is_some() {
                return Err(wrong(Mistake::at(span, format!("there are two topics `{}`", topic.id))));
            }
            syllabus.topics.push(topic);
        }
        Ok(syllabus)
    }

    /// Whether all topics that a contract names are there, and no check is to prove what none can.
    ///
    /// # Errors
    /// With the place of the first one of which that is not so.
    pub fn check(&self, contract: &Contract) -> Result<(), FileError> {
        let is_explained =
            |topic: &&TopicRef| self.topic(&topic.id).is_some_and(|topic| topic.explained.is_some());
        let proves = contract.claims().flat_map(|stated| &stated.claim.proves);
        if let Some(topic) = proves.into_iter().find(is_explained) {
            let why = format!(
                "`{}` is explained, not proven: docs/syllabus.toml says why no run can tell",
                topic.id
            );
            let help =
                format!("say so with `covers = [\"{}\"]`, and explain it on the lesson's page", topic.id);
            return Err(contract.wrong_topic(topic, &why, help));
        }
        let Some(topic) = contract.topics().into_iter().find(|topic| self.topic(&topic.id).is_none()) else {
            return Ok(());
        };
        let why = format!("`{}` is no topic of the syllabus", topic.id);
        let known = self.topics.iter().map(|topic| topic.id.as_str());
        Err(contract.wrong_topic(topic, &why, suggest::nearest_of(&topic.id, known)))
    }

    /// All topics, in the documents' order.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The topic with this id.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.by_id.get(id).map(|&index| &self.topics[index])
    }
}
