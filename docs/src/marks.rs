//! The mark of what is proven, and of what is not.

use harness::course::status::{Evidence, State};
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
        State::Undecided => ("open", "?"),
        State::Refuted | State::Uncovered => ("refuted", "✗"),
    };
    let word = state.word(language);
    format!("<span class=\"mark {class}\"><span aria-hidden=\"true\">{sign} </span>{word}</span>")
}

/// A piece of evidence in words, as a link to what gave it on its lesson's page.
pub fn proof(evidence: &Evidence<'_>, language: Language) -> String {
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
        let golden = language
            .pick("the output, told by who printed it, is the golden", "按打印者归并的输出与基准输出一致");
        (GOLDEN.to_owned(), golden.to_owned())
    };
    format!("<a href=\"{}.html#{anchor}\">{words}</a>", escape(name))
}
