//! Figures, in the book's two languages.

use harness::judge::Judgement;
use harness::language::Language;

/// How many runs were judged, and how many orders they came in.
pub fn figures(judgement: &Judgement, language: Language) -> String {
    let runs = judgement.runs;
    let orders = judgement.interleavings;
    let runs = match language {
        Language::En if runs == 1 => "1 run".to_owned(),
        Language::En => format!("{runs} runs"),
        Language::Zh => format!("{runs} 次运行"),
    };
    match orders {
        0 | 1 => runs,
        _ => runs + &language.pick(format!(", {orders} orders"), format!("，{orders} 种先后顺序")),
    }
}
