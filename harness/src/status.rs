//! The syllabus, topic by topic: documented, covered, proven.

use serde::Serialize;

use crate::course::Lesson;
use crate::judge::{Judgement, Verdict};
use crate::syllabus::{Syllabus, TopicKind, TopicTitle};

/// How far a topic has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// All that is to prove it held.
    Proven,
    /// Nothing fell short, but something could not be decided on this machine.
    Undecided,
    /// Something that is to prove it fell short.
    Short,
    /// Nothing is there to prove it.
    Uncovered,
}

/// What is known of a topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicStatus {
    /// Its id.
    pub topic: String,
    /// What sort of thing it documents.
    pub kind: TopicKind,
    /// Its title.
    pub title: TopicTitle,
    /// Whether it goes beyond the documents.
    pub beyond: bool,
    /// The lessons that are to prove it.
    pub lessons: Vec<String>,
    /// How far it has come.
    pub state: State,
    /// What proves it, in words: a golden, or the checks.
    pub proof: String,
}

/// Something that is to prove a topic.
struct Evidence<'a> {
    lesson: &'a str,
    words: String,
    verdict: Verdict,
}

/// What the judgements on the lessons say of each topic; a lesson without a judgement proves nothing.
pub fn status(syllabus: &Syllabus, lessons: &[Lesson], judgements: &[Option<Judgement>]) -> Vec<TopicStatus> {
    let topic = |topic: &crate::syllabus::Topic| {
        let both = lessons.iter().zip(judgements);
        let evidence: Vec<_> =
            both.flat_map(|(lesson, judged)| evidence(&topic.id, lesson, judged.as_ref())).collect();
        let mut lessons: Vec<String> = evidence.iter().map(|evidence| evidence.lesson.to_owned()).collect();
        lessons.dedup();
        let state = match evidence.iter().map(|evidence| evidence.verdict).max() {
            None => State::Uncovered,
            Some(Verdict::Proven) => State::Proven,
            Some(Verdict::Undecided) => State::Undecided,
            Some(Verdict::Short) => State::Short,
        };
        let proof: Vec<String> = evidence.into_iter().map(|evidence| evidence.words).collect();
        TopicStatus {
            topic: topic.id.clone(),
            kind: topic.kind,
            title: topic.title.clone(),
            beyond: topic.beyond,
            lessons,
            state,
            proof: proof.join("; "),
        }
    };
    syllabus.topics().iter().map(topic).collect()
}

fn evidence<'a>(topic: &str, lesson: &'a Lesson, judged: Option<&Judgement>) -> Vec<Evidence<'a>> {
    let mut evidence = Vec::new();
    if lesson.contract.covers.iter().any(|covered| covered == topic) {
        let verdict = judged.map_or(Verdict::Undecided, |judgement| judgement.golden);
        evidence.push(Evidence {
            lesson: &lesson.name,
            words: format!("golden of {}", lesson.name),
            verdict,
        });
    }
    for (index, claim) in lesson.contract.claims().enumerate() {
        if claim.proves.iter().any(|proven| proven == topic) {
            let words =
                format!("{}: {}", lesson.name, crate::check::describe(&claim.check, &lesson.contract));
            let verdict = judged.map_or(Verdict::Undecided, |judgement| judgement.claims[index].verdict);
            evidence.push(Evidence { lesson: &lesson.name, words, verdict });
        }
    }
    evidence
}
