//! The syllabus, topic by topic, as it is told.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::status::{State, TopicStatus};
use super::syllabus::TopicKind;
use crate::language::Language;
use crate::report::human::{BOLD, DIM, GREEN, RED, YELLOW, in_column, styled};
use crate::report::json::pretty;
use crate::words::times;

/// The syllabus as a table, for people.
pub fn table(topics: &[TopicStatus], language: Language) -> String {
    let width = topics.iter().map(|topic| topic.topic.width()).max().unwrap_or(0);
    let mut text = String::new();
    let mut beyond = false;
    for topic in topics {
        if topic.beyond && !beyond {
            let _ = writeln!(text, "\n{}", styled(BOLD, language.pick("beyond the documents", "文档之外")));
            beyond = true;
        }
        let kind = match topic.kind {
            TopicKind::Snippet => language.pick("snippet", "代码"),
            TopicKind::Output => language.pick("output ", "输出"),
            TopicKind::Api => language.pick("api    ", "接口"),
            TopicKind::Claim => language.pick("claim  ", "论断"),
        };
        let pad = " ".repeat(width - topic.topic.width());
        let _ = writeln!(
            text,
            "{}  {kind}  {}{pad}  {}",
            in_column(style(topic.state), topic.state.word(language)),
            topic.topic,
            topic.title.in_language(language)
        );
        let indent = " ".repeat(20);
        let nothing = language.pick("no golden and no check is to prove it", "没有基准输出或检查来证明它");
        let proof = if topic.proof.is_empty() { nothing } else { &topic.proof };
        let _ = writeln!(text, "{indent}{}", styled(DIM, proof));
    }
    let all = times(topics.len() as u64, ["topic", "topics"], "个要点", language);
    let count = |wanted: &State| topics.iter().filter(|topic| topic.state == *wanted).count();
    let states = [State::Proven, State::Explained, State::Undecided, State::Refuted, State::Uncovered];
    let shown = states.into_iter().filter(|wanted| *wanted == State::Proven || count(wanted) > 0);
    let parts: Vec<String> =
        shown.map(|wanted| format!("{} {}", count(&wanted), wanted.word(language))).collect();
    let _ = write!(text, "\n{all}{}{}", language.pick(": ", "："), parts.join(language.pick(", ", "，")));
    text
}

fn style(state: State) -> Style {
    match state {
        State::Proven => GREEN,
        State::Explained => DIM,
        State::Undecided => YELLOW,
        State::Refuted | State::Uncovered => RED,
    }
}

/// The syllabus for programs: one JSON object.
pub fn json(topics: &[TopicStatus]) -> String {
    pretty(&serde_json::json!({ "topics": topics }))
}
