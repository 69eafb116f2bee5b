//! What a person reads: a line a lesson, then what fell short, then one line that sums it up.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::finding::{Finding, SeenLine};
use crate::judge::{Judgement, Verdict};
use crate::status::{State, TopicStatus};
use crate::stress::{Rate, Report};
use crate::syllabus::TopicKind;
use crate::timeline::bins::distribution;
use crate::words::{times, visible};

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Text in a style. It is printed through `anstream`, which drops styles where they don't belong.
fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A text without its styles.
pub(crate) fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().into_iter();
    first.chain(parts.filter_map(|part| Some(part.split_once('m')?.1))).collect()
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Proven => styled(GREEN, "proven   "),
        Verdict::Undecided => styled(YELLOW, "undecided"),
        Verdict::Short => styled(RED, "short    "),
    }
}

/// The line of a lesson that was judged; `width` is that of the longest name.
pub fn line(name: &str, judgement: &Judgement, took: Duration, width: usize) -> String {
    let runs = times(judgement.runs.into(), "run", "runs");
    let pad = " ".repeat(width.saturating_sub(name.width()));
    let orders = match judgement.interleavings {
        0 | 1 => String::new(),
        n => format!(", {n} orders"),
    };
    format!(
        "{}  {name}{pad}  {:>6.2} s  {}",
        verdict(judgement.verdict),
        took.as_secs_f64(),
        styled(DIM, &format!("{runs}{orders}"))
    )
}

/// All that is to be said of a lesson beyond its line: findings, undecided claims, orders that never changed.
pub fn details(name: &str, judgement: &Judgement) -> String {
    let mut text = String::new();
    for finding in &judgement.findings {
        let _ = writeln!(
            text,
            "\n{} {}",
            styled(RED, "short:"),
            styled(BOLD, &format!("{name}: {}", finding.check))
        );
        text.push_str(&self::finding(finding));
    }
    for claim in judgement.claims.iter().filter(|claim| claim.verdict == Verdict::Undecided) {
        if judgement.findings.is_empty() {
            let why = claim.why.as_deref().unwrap_or("it was not looked for");
            let _ = writeln!(text, "\n{} {name}: {}\n  {why}", styled(YELLOW, "undecided:"), claim.check);
        }
    }
    text
}

fn finding(finding: &Finding) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "  expected  {}", finding.expected);
    let _ = writeln!(text, "  seen      {}", visible(&finding.seen));
    if let Some(diff) = &finding.diff {
        for line in diff.lines() {
            let style = match line.as_bytes().first() {
                Some(b'+') => GREEN,
                Some(b'-') => RED,
                _ => DIM,
            };
            let _ = writeln!(text, "  {}", styled(style, line));
        }
    }
    text.push_str(&lines(&finding.lines));
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "  help      {help}");
    }
    text
}

/// The lines that a finding rests on, each with its number, stream and writer.
fn lines(lines: &[SeenLine]) -> String {
    let label = |line: &SeenLine| {
        let pid = line.pid.map_or_else(String::new, |pid| format!("pid {pid}"));
        match &line.actor {
            Some(actor) if pid.is_empty() => actor.clone(),
            Some(actor) => format!("{actor} ({pid})"),
            None => pid,
        }
    };
    let labels: Vec<String> = lines.iter().map(label).collect();
    let width = labels.iter().map(|label| label.width()).max().unwrap_or(0);
    let mut text = String::new();
    let mut before = 0;
    for (line, label) in lines.iter().zip(labels) {
        let head = if before == 0 { "lines" } else { "" };
        if before != 0 && line.number > before + 1 {
            let _ = writeln!(text, "            {}", styled(DIM, "…"));
        }
        before = line.number;
        let pad = " ".repeat(width - label.width());
        let _ = writeln!(
            text,
            "  {head:<8}  {} {:>3}  {label}{pad} │ {}",
            line.stream,
            line.number,
            visible(&line.text)
        );
    }
    text
}

/// The last line of a check.
pub fn summary(judged: &[&Judgement], not_judged: &[String], took: Duration) -> String {
    let count = |wanted| judged.iter().filter(|judgement| judgement.verdict == wanted).count();
    let runs: u64 = judged.iter().map(|judgement| u64::from(judgement.runs)).sum();
    let mut parts = vec![styled(GREEN, &format!("{} proven", count(Verdict::Proven)))];
    for (wanted, style, word) in [(Verdict::Undecided, YELLOW, "undecided"), (Verdict::Short, RED, "short")] {
        if count(wanted) > 0 {
            parts.push(styled(style, &format!("{} {word}", count(wanted))));
        }
    }
    if !not_judged.is_empty() {
        parts.push(styled(YELLOW, &format!("{} not judged", not_judged.len())));
    }
    format!(
        "{}: {} in {:.1} s ({})",
        times(judged.len() as u64 + not_judged.len() as u64, "lesson", "lessons"),
        parts.join(", "),
        took.as_secs_f64(),
        times(runs, "run", "runs")
    )
}

/// Where the record of a failure of stress is, and the commands that look into it.
#[derive(Debug)]
pub struct Kept {
    /// Its file; or why there is none.
    pub place: Result<PathBuf, String>,
    /// Judges it again.
    pub again: Option<String>,
    /// Leaves out what the program could see, where it was so.
    pub unseen: Option<String>,
}

/// What came of stressing a lesson; of each failure, where its record was kept.
pub fn stress(name: &str, report: &Report, kept: &[Kept]) -> String {
    let mut text = String::new();
    let style = if report.failures.is_empty() { GREEN } else { RED };
    let outcome = format!("{} of {} passed", report.passed.seen, times(report.passed.of, "run", "runs"));
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
            times(report.jobs as u64, "run", "runs")
        );
    }
    for (failure, kept) in report.failures.iter().zip(kept) {
        let claim = styled(BOLD, &format!("{name}: {}", failure.finding.check));
        let _ = writeln!(text, "\n{} {claim}", styled(RED, "short:"));
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
        if let Some(unseen) = &kept.unseen {
            let _ = writeln!(
                text,
                "              the harness stopped and continued this run's processes, which a program can see \
                 (SIGCONT):\n              `{unseen}` leaves that out"
            );
        }
        text.push_str(&finding(&failure.finding));
    }
    text
}

/// A rate as its interval: `99.1–100 %`.
fn interval(rate: &Rate) -> String {
    let percent = |share: f64| format!("{}", (share * 1000.0).round() / 10.0);
    format!("{}–{} %", percent(rate.low), percent(rate.high))
}

/// The syllabus as a table.
pub fn status(topics: &[TopicStatus]) -> String {
    let width = topics.iter().map(|topic| topic.topic.width()).max().unwrap_or(0);
    let mut text = String::new();
    let mut beyond = false;
    for topic in topics {
        if topic.beyond && !beyond {
            let _ = writeln!(text, "\n{}", styled(BOLD, "beyond the documents"));
            beyond = true;
        }
        let (style, state) = match topic.state {
            State::Proven => (GREEN, "proven   "),
            State::Undecided => (YELLOW, "undecided"),
            State::Short => (RED, "short    "),
            State::Uncovered => (RED, "uncovered"),
        };
        let kind = match topic.kind {
            TopicKind::Snippet => "snippet",
            TopicKind::Output => "output ",
            TopicKind::Api => "api    ",
            TopicKind::Claim => "claim  ",
        };
        let pad = " ".repeat(width - topic.topic.width());
        let _ = writeln!(text, "{}  {kind}  {}{pad}  {}", styled(style, state), topic.topic, topic.title.en);
        let indent = " ".repeat(20);
        let proof =
            if topic.proof.is_empty() { "no golden and no check is to prove it" } else { &topic.proof };
        let _ = writeln!(text, "{indent}{}", styled(DIM, proof));
    }
    let proven = topics.iter().filter(|topic| topic.state == State::Proven).count();
    let _ = write!(text, "\n{}: {proven} proven", times(topics.len() as u64, "topic", "topics"));
    for (state, word) in
        [(State::Undecided, "undecided"), (State::Short, "short"), (State::Uncovered, "uncovered")]
    {
        let count = topics.iter().filter(|topic| topic.state == state).count();
        if count > 0 {
            let _ = write!(text, ", {count} {word}");
        }
    }
    text
}
