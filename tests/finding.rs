//! What must be found in a program that deviates from its lesson.

use serde::Deserialize;

/// Findings that a failure brings about. Where none is wanted, none may be found: everything else might only follow from it.
const SYMPTOMS: [&str; 6] = ["exit", "flood", "interrupted", "leaked", "stderr", "timeout"];

/// What a finding must say: its kind, and words of its parts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    kind: String,
    check: Option<String>,
    expected: Option<String>,
    seen: Option<String>,
    diff: Option<String>,
    lines: Option<String>,
    help: Option<String>,
}

impl Wanted {
    /// Whether it is a finding of this kind.
    pub fn is_of(&self, kind: &str) -> bool {
        self.kind == kind
    }

    fn is_met_by(&self, finding: &Finding) -> bool {
        let says =
            |words: &Option<String>, text: &str| words.as_ref().is_none_or(|words| text.contains(words));
        let diff = format!("\n{}\n", finding.diff.as_deref().unwrap_or_default());
        let lines: String = finding.lines.iter().map(|line| line.text.clone() + "\n").collect();
        self.kind == finding.kind
            && says(&self.check, &finding.check)
            && says(&self.expected, &finding.expected)
            && says(&self.seen, &finding.seen)
            && says(&self.diff, &diff)
            && says(&self.lines, &lines)
            && says(&self.help, finding.help.as_deref().unwrap_or_default())
    }
}

/// A finding as the harness reports it in JSON.
#[derive(Clone, Debug, Deserialize)]
pub struct Finding {
    kind: String,
    check: String,
    expected: String,
    seen: String,
    diff: Option<String>,
    help: Option<String>,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, Deserialize)]
struct Line {
    text: String,
}

/// All that is wanted must be found, and no symptom of a failure that is not.
///
/// # Errors
/// What is missing, or what is too much, in words.
pub fn must_be_found(wanted: &[Wanted], findings: &[Finding]) -> Result<(), String> {
    let missing = wanted.iter().find(|wanted| !findings.iter().any(|found| wanted.is_met_by(found)));
    if let Some(missing) = missing {
        return Err(format!("no finding is as wanted: {missing:?}"));
    }
    let symptom = |finding: &&Finding| {
        SYMPTOMS.contains(&finding.kind.as_str()) && wanted.iter().all(|wanted| wanted.kind != finding.kind)
    };
    match findings.iter().find(symptom) {
        None => Ok(()),
        Some(symptom) => Err(format!("it fails: {}", symptom.check)),
    }
}
