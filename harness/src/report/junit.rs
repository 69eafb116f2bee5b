//! `--format junit`: one report for continuous integration, a test case each contract.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::human;
use crate::judge::subject::Subject;
use crate::judge::{Judgement, Verdict};
use crate::language::Language;

/// The suite of all contracts. What was refuted has failed, and so has what is undecided where that counts as refuted; else it is
/// skipped; what could not be asked is an error.
///
/// # Errors
/// Where it can't be written as XML.
pub fn check(
    judged: &[(&Subject, &Judgement, Duration)],
    errors: &[String],
    took: Duration,
    strict: bool,
    language: Language,
) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new("harness");
    suite.set_time(took);
    for &(subject, judgement, took) in judged {
        let mut case = TestCase::new(&*subject.name, status(subject, judgement, strict, language));
        case.set_classname("harness").set_time(took);
        suite.add_test_case(case);
    }
    for (number, error) in (1..).zip(errors) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(error.lines().next().unwrap_or_default()).set_type("error").set_description(error);
        let mut case = TestCase::new(format!("error {number}"), status);
        case.set_classname("harness").set_time(Duration::ZERO);
        suite.add_test_case(case);
    }
    let mut report = Report::new("harness");
    report.set_time(took).add_test_suite(suite);
    report.to_string()
}

fn status(subject: &Subject, judgement: &Judgement, strict: bool, language: Language) -> TestCaseStatus {
    let word = judgement.verdict.word(language);
    let mut status = match judgement.verdict {
        Verdict::Proven => return TestCaseStatus::success(),
        Verdict::Undecided if !strict => TestCaseStatus::skipped(),
        Verdict::Undecided | Verdict::Refuted => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let first = judgement.findings.first().map(|finding| finding.says.as_deref().unwrap_or(&finding.check));
    let untold = judgement.claims.iter().find(|claim| claim.verdict == Verdict::Undecided);
    let untold = untold.map(|claim| claim.says.as_deref().unwrap_or(&claim.check));
    let message = format!("{word}: {}", first.or(untold).unwrap_or_default());
    let details = human::plain(&human::details(&subject.name, judgement, language));
    status.set_message(message).set_type(word).set_description(details);
    status
}
