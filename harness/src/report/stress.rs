//! What came of stress, for people.

use std::fmt::Write;
use std::path::PathBuf;

use super::human::{BOLD, GREEN, RED, finding, heading, styled};
use super::timeline::bins::distribution;
use crate::language::Language;
use crate::stress::{Rate, Report};
use crate::words::runs;

/// Where the record of a failure of stress is, and the commands that look into it.
#[derive(Debug)]
pub struct Kept {
    /// Its file; or why there is none.
    pub place: Result<PathBuf, String>,
    /// Judges it again.
    pub again: Option<String>,
}

/// What came of stressing a lesson; of each failure, where its record was kept.
pub fn stress(name: &str, report: &Report, kept: &[Kept], language: Language) -> String {
    let mut text = String::new();
    let style = if report.failures.is_empty() { GREEN } else { RED };
    let outcome = format!("{} of {} passed", report.passed.seen, runs(report.passed.of, language));
    let _ =
        writeln!(text, "{}: {}, {}", styled(BOLD, name), styled(style, &outcome), interval(&report.passed));
    let late = format!("{} of them new in the last tenth of the runs", report.new_late);
    let _ = writeln!(text, "  orders      {} different, {late}", report.interleavings);
    for [first, second] in &report.one_sided {
        let _ = writeln!(text, "  one-sided   {first} always printed before {second}");
    }
    for seen in &report.sometimes {
        let _ =
            writeln!(text, "  sometimes   {}: {} runs, {}", seen.claim, seen.rate.seen, interval(&seen.rate));
    }
    for number in &report.numbers {
        text.push_str(&distribution(&number.name, &number.values));
    }
    if let Some((run, seconds)) = report.slowest {
        let _ = writeln!(
            text,
            "  slowest     {seconds:.2} s, run {run}; {} at once",
            runs(report.jobs as u64, language)
        );
    }
    for (failure, kept) in report.failures.iter().zip(kept) {
        let _ = writeln!(text, "\n{}", heading(name, &failure.finding, language));
        let _ = writeln!(text, "  in          {} runs, {}", failure.rate.seen, interval(&failure.rate));
        let place = match &kept.place {
            Ok(file) => format!("kept as {}", file.display()),
            Err(why) => format!("not kept: {why}"),
        };
        let _ = writeln!(text, "  first       run {}, {place}", failure.run);
        if let Some(again) = &kept.again {
            let _ = writeln!(text, "  again       `{again}`");
        }
        if !failure.under.is_empty() {
            let under = failure.under.iter().map(|(kind, runs)| format!("{kind} in {runs}"));
            let _ = writeln!(text, "  chaos       {}", under.collect::<Vec<_>>().join(", "));
        }
        text.push_str(&finding(&failure.finding, language));
    }
    text
}

/// A rate as its interval: `99.1–100 %`.
fn interval(rate: &Rate) -> String {
    let percent = |share: f64| format!("{}", (share * 1000.0).round() / 10.0);
    format!("{}–{} %", percent(rate.low), percent(rate.high))
}
