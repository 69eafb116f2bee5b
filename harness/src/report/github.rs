//! `--format github`: annotations of the lines that were refuted, as GitHub's workflow commands
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).

use std::fmt::Write;
use std::iter::repeat;
use std::path::Path;

use super::human;
use crate::check::finding::{Finding, FindingKind};
use crate::judge::subject::Subject;
use crate::judge::{Judgement, Verdict, golden};
use crate::language::Language;

/// An annotation for each finding and each claim that is undecided, and one for each that could not be asked. Files are seen from
/// `here`.
pub fn check(
    judged: &[(&Subject, &Judgement)],
    errors: &[String],
    here: &Path,
    strict: bool,
    language: Language,
) -> String {
    let mut text = String::new();
    for &(subject, judgement) in judged {
        for finding in &judgement.findings {
            text += &of_finding(subject, finding, here, language);
        }
        let lines = subject.contract.claims().map(|stated| subject.contract.line_of(stated.claim.at));
        // What is undecided beside the contract's claims has no line there.
        let claims = judgement.claims.iter().zip(lines.chain(repeat(1)));
        let untold = claims.filter(|(claim, _)| claim.verdict == Verdict::Undecided);
        for (claim, line) in untold.filter(|_| judgement.findings.is_empty()) {
            let says = claim.says.as_deref().unwrap_or(&claim.check);
            let title = format!("{}: {says}", subject.name);
            let command = if strict { "error" } else { "warning" };
            let why = claim.why.as_deref().unwrap_or(says);
            text += &annotation(command, subject.contract.file(), line, here, &title, why);
        }
    }
    for error in errors {
        let _ = writeln!(text, "::error::{}", escaped(error, ""));
    }
    text
}

/// What was refuted, at its claim in the contract; of a golden, there.
fn of_finding(subject: &Subject, finding: &Finding, here: &Path, language: Language) -> String {
    let says = finding.says.as_deref().unwrap_or(&finding.check);
    let title = format!("{}: {says}", subject.name);
    let details = human::plain(&human::finding(finding, language));
    let (file, line) = match finding.kind {
        FindingKind::Golden if subject.golden.is_some() => (golden::path(&subject.folder), 1),
        _ => (subject.contract.file().to_path_buf(), finding.at.map_or(1, |at| subject.contract.line_of(at))),
    };
    annotation("error", &file, line, here, &title, &details)
}

fn annotation(command: &str, file: &Path, line: usize, here: &Path, title: &str, text: &str) -> String {
    let file = file.strip_prefix(here).unwrap_or(file).to_string_lossy();
    let (file, title) = (escaped(&file, ":,"), escaped(title, ":,"));
    format!("::{command} file={file},line={line},title={title}::{}\n", escaped(text.trim_end(), ""))
}

/// Text in which what ends a part of a command is escaped.
fn escaped(text: &str, more: &str) -> String {
    let one = |c: char| match c {
        '%' | '\r' | '\n' => format!("%{:02X}", u32::from(c)),
        c if more.contains(c) => format!("%{:02X}", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(one).collect()
}
