//! The mark of what is proven, and of what is not.

use harness::course::status::{Evidence, State};
use harness::course::syllabus::Topic;
use harness::judge::subject::Subject;
use harness::language::Language;

use crate::html::{escape, sentence};

/// The anchor of the golden on a lesson's page.
pub const GOLDEN: &str = "golden";

/// The anchor of a claim of the contract on a lesson's page.
pub fn anchor(lesson: &Subject, claim: usize) -> String {
    match claim.checked_sub(lesson.contract.always.len()) {
        None => format!("always-{}", claim + 1),
        Some(index) => format!("sometimes-{}", index + 1),
    }
}

/// The mark, as HTML.
pub fn mark(state: State, language: Language) -> String {
    let (class, sign) = match state {
        State::Proven => ("proven", "✓"),
        State::Explained => ("explained", "¶"),
        State::Undecided => ("open", "?"),
        State::Refuted | State::Uncovered => ("refuted", "✗"),
    };
    let word = state.word(language);
    format!("<span class=\"mark {class}\"><span aria-hidden=\"true\">{sign} </span>{word}</span>")
}

/// What stands below a topic: a piece of evidence a line, or why there can be none.
pub fn proofs(topic: &Topic, evidence: &[Evidence<'_>], language: Language) -> String {
    let line = |evidence| format!("<li>{}</li>\n", proof(Some(&topic.id), evidence, language));
    let lines: String = match &topic.explained {
        Some(why) => format!("<li>{}</li>\n", sentence(why.in_language(language))),
        None => evidence.iter().map(line).collect(),
    };
    format!("<ul>\n{lines}</ul>")
}

/// What a claim of a lesson says, as a link to it.
pub fn says(lesson: &Subject, claim: usize, language: Language) -> String {
    let Some(stated) = lesson.contract.claims().nth(claim) else { return String::new() };
    let says = sentence(&stated.says(&lesson.contract.cast, language));
    format!("<a href=\"#{}\">{says}</a>", anchor(lesson, claim))
}

/// A piece of evidence in words, for a topic, as a link to what gave it on its lesson's page.
pub fn proof(topic: Option<&str>, evidence: &Evidence<'_>, language: Language) -> String {
    let Subject { name, contract, .. } = evidence.lesson;
    let claim = evidence.claim.and_then(|index| Some((index, contract.claims().nth(index)?)));
    let (anchor, words) = if let Some((index, claim)) = claim {
        let check = sentence(&claim.says(&contract.cast, language));
        let when = if claim.is_always() {
            language.pick("in every run: ", "每次运行：")
        } else {
            language.pick("in some run: ", "某次运行：")
        };
        (anchor(evidence.lesson, index), format!("{when}{check}"))
    } else {
        let line = topic.and_then(|topic| shown(evidence.lesson, topic));
        (GOLDEN.to_owned(), golden(line, language))
    };
    format!("<a href=\"{}.html#{anchor}\">{words}</a>", escape(name))
}

/// What the golden proves: all of it, or with this line, and who prints it.
fn golden(line: Option<(&str, &str)>, language: Language) -> String {
    let Some((actor, line)) = line else {
        let whole = language
            .pick("the output, told by who printed it, is the golden", "按打印者归并的输出与基准输出一致");
        return whole.to_owned();
    };
    let (actor, line) = (escape(actor), escape(line));
    match language {
        Language::En => format!("in every run: {actor} prints <code>{line}</code>"),
        Language::Zh => format!("每次运行：{actor} 打印 <code>{line}</code>"),
    }
}

/// The golden's line that shows a topic, and the actor that prints it; `None` where the contract names none, or the golden has
/// no such line.
pub fn shown<'a>(lesson: &'a Subject, topic: &str) -> Option<(&'a str, &'a str)> {
    let wanted = lesson.contract.shown.get(topic)?;
    let lines = lesson.golden.as_deref()?.lines().filter_map(|line| line.split_once(" │ "));
    lines.map(|(actor, line)| (actor.trim_end(), line)).find(|(_, line)| line == wanted)
}
