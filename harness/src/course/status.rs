//! The syllabus, topic by topic: documented, covered, proven.

use serde::Serialize;

use crate::contract::TopicRef;
use crate::course::syllabus::{Syllabus, Topic, TopicKind};
use crate::judge::subject::Subject;
use crate::judge::{Judgement, Verdict};
use crate::language::{Bilingual, Language};

/// How far a topic has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// All that is to prove it held.
    Proven,
    /// No run can tell, and a lesson's page explains it.
    Explained,
    /// Nothing was refuted, but something could not be decided on this machine.
    Undecided,
    /// Something that is to prove it was refuted.
    Refuted,
    /// Nothing is there to prove it.
    Uncovered,
}

impl State {
    /// Its word for readers.
    pub fn word(self, language: Language) -> &'static str {
        match self {
            State::Proven => Verdict::Proven.word(language),
            State::Explained => language.pick("explained", "已说明"),
            State::Undecided => Verdict::Undecided.word(language),
            State::Refuted => Verdict::Refuted.word(language),
            State::Uncovered => language.pick("uncovered", "未覆盖"),
        }
    }
}

/// What is known of a topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicStatus {
    /// Its id.
    pub topic: String,
    /// What sort of thing it documents.
    pub kind: TopicKind,
    /// Its title.
    pub title: Bilingual,
    /// Whether it goes beyond the documents.
    pub beyond: bool,
    /// The lessons that are to prove it.
    pub lessons: Vec<String>,
    /// How far it has come.
    pub state: State,
    /// What proves it, in words: a golden, or the checks; or why no run can.
    pub proof: String,
}

/// Something that is to prove a topic.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The lesson it comes from.
    pub lesson: &'a Subject,
    /// Which of the contract's claims, in their order; `None`: the golden.
    pub claim: Option<usize>,
    /// What came of it; undecided where the lesson was not judged.
    pub verdict: Verdict,
}

impl Evidence<'_> {
    fn words(&self, language: Language) -> String {
        let Subject { name, contract, .. } = self.lesson;
        match self.claim.and_then(|index| contract.claims().nth(index)) {
            Some(claim) => format!("{name}: {}", claim.says(&contract.cast, language)),
            None => language.pick(format!("golden of {name}"), format!("{name} 的基准输出")),
        }
    }
}

/// How far a topic has come, by all its evidence together.
pub fn state_of(topic: &Topic, evidence: &[Evidence<'_>]) -> State {
    if topic.explained.is_some() && !evidence.is_empty() { State::Explained } else { state(evidence) }
}

/// What all this evidence together says.
pub fn state(evidence: &[Evidence<'_>]) -> State {
    match evidence.iter().map(|evidence| evidence.verdict).max() {
        None => State::Uncovered,
        Some(Verdict::Proven) => State::Proven,
        Some(Verdict::Undecided) => State::Undecided,
        Some(Verdict::Refuted) => State::Refuted,
    }
}

/// What the judgements on the lessons say of each topic; a lesson without a judgement proves nothing.
pub fn status(
    syllabus: &Syllabus,
    lessons: &[Subject],
    judgements: &[Option<Judgement>],
    language: Language,
) -> Vec<TopicStatus> {
    let topic = |topic: &Topic| {
        let both = lessons.iter().zip(judgements);
        let evidence: Vec<_> =
            both.flat_map(|(lesson, judged)| evidence(&topic.id, lesson, judged.as_ref())).collect();
        let mut lessons: Vec<String> = evidence.iter().map(|evidence| evidence.lesson.name.clone()).collect();
        lessons.dedup();
        let proof: Vec<String> = match &topic.explained {
            Some(why) => vec![why.in_language(language).to_owned()],
            None => evidence.iter().map(|evidence| evidence.words(language)).collect(),
        };
        TopicStatus {
            topic: topic.id.clone(),
            kind: topic.kind,
            title: topic.title.clone(),
            beyond: topic.beyond,
            lessons,
            state: state_of(topic, &evidence),
            proof: proof.join(language.pick("; ", "；")),
        }
    };
    syllabus.topics().iter().map(topic).collect()
}

/// What one lesson has to prove a topic: its golden, where it covers the topic, and the checks that name it.
pub fn evidence<'a>(topic: &str, lesson: &'a Subject, judged: Option<&Judgement>) -> Vec<Evidence<'a>> {
    let names_it = |topics: &[TopicRef]| topics.iter().any(|named| named.id == topic);
    let golden = names_it(&lesson.contract.covers).then_some(None);
    let claims = lesson.contract.claims().enumerate().filter(|(_, claim)| names_it(&claim.claim.proves));
    let verdict = |claim: Option<usize>| match (judged, claim) {
        (None, _) => Verdict::Undecided,
        // What has no golden covers nothing.
        (Some(judgement), None) => judgement.golden.unwrap_or(Verdict::Undecided),
        (Some(judgement), Some(index)) => judgement.claims[index].verdict,
    };
    golden
        .into_iter()
        .chain(claims.map(|(index, _)| Some(index)))
        .map(|claim| Evidence { lesson, claim, verdict: verdict(claim) })
        .collect()
}
