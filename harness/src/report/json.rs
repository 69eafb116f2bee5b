//! `--format json`: one object on stdout.

use serde::Serialize;

use crate::check::finding::Finding;
use crate::judge::subject::Subject;
use crate::judge::{Decision, Judgement, Verdict};
use crate::language::Bilingual;
use crate::transcript::Witness;

/// A lesson that was judged, as `check --format json` lists it.
#[derive(Debug, Serialize)]
struct JudgedLesson<'a> {
    name: &'a str,
    title: &'a Bilingual,
    verdict: Verdict,
    /// How long all its runs took.
    seconds: f64,
    runs: u32,
    schedules: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_orders: Option<usize>,
    witness: &'a Witness,
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    golden: Option<Verdict>,
    claims: &'a [Decision],
    interleavings: usize,
    one_sided: &'a [[String; 2]],
}

/// The result of `check`: the lessons that were judged, those that weren't, and what could not be asked.
pub fn check(
    judged: &[(&Subject, &Judgement, f64)],
    not_judged: &[String],
    errors: &[String],
    seconds: f64,
) -> String {
    let lesson = |&(lesson, judgement, seconds): &(&'_ Subject, &'_ Judgement, f64)| {
        serde_json::json!(JudgedLesson {
            name: &lesson.name,
            title: &lesson.contract.title,
            verdict: judgement.verdict,
            seconds,
            runs: judgement.runs,
            schedules: judgement.schedules,
            all_orders: judgement.all_orders,
            witness: &judgement.witness,
            findings: &judgement.findings,
            golden: judgement.golden,
            claims: &judgement.claims,
            interleavings: judgement.interleavings,
            one_sided: &judgement.one_sided,
        })
    };
    let lessons: Vec<_> = judged.iter().map(lesson).collect();
    pretty(&serde_json::json!({
        "lessons": lessons, "not_judged": not_judged, "errors": errors, "seconds": seconds,
    }))
}

/// An object as people can read it, too.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).expect("strings and numbers are always JSON")
}
