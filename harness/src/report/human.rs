//! What a person reads: a line a lesson, then what was refuted, then one line that sums it up.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::timeline;
use crate::check::finding::{Chosen, Finding, SeenLine};
use crate::contract::Contract;
use crate::direct::races::Between;
use crate::judge::{Judgement, Verdict};
use crate::language::Language;
use crate::transcript::{Transcript, Witness};
use crate::words::{runs, times, visible};

pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// Text in a style. It is printed through `anstream`, which drops styles where they don't belong.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A text without its styles.
pub(crate) fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().into_iter();
    first.chain(parts.filter_map(|part| Some(part.split_once('m')?.1))).collect()
}

/// A verdict's word, and its colour.
pub(crate) fn verdict(verdict: Verdict, language: Language) -> (Style, &'static str) {
    let style = match verdict {
        Verdict::Proven => GREEN,
        Verdict::Undecided => YELLOW,
        Verdict::Refuted => RED,
    };
    (style, verdict.word(language))
}

/// A word in a column that is as wide as the longest verdict.
pub(crate) fn in_column(style: Style, word: &str) -> String {
    styled(style, &format!("{word}{}", " ".repeat("undecided".len().saturating_sub(word.width()))))
}

/// The line of a subject that was judged; `width` is that of the longest name.
pub fn line(name: &str, judgement: &Judgement, took: Duration, width: usize, language: Language) -> String {
    let pad = " ".repeat(width.saturating_sub(name.width()));
    let (style, word) = verdict(judgement.verdict, language);
    format!(
        "{}  {name}{pad}  {:>6.2} s  {}",
        in_column(style, word),
        took.as_secs_f64(),
        styled(DIM, &figures(judgement, language))
    )
}

/// How many runs were judged, and how many orders they came in.
pub fn figures(judgement: &Judgement, language: Language) -> String {
    let mut figures = runs(judgement.runs.into(), language);
    match judgement.schedules {
        0 => {}
        // There was nothing to choose.
        1 => return figures,
        schedules => {
            let schedules = times(schedules.into(), ["schedule", "schedules"], "种调度", language);
            figures += &language.pick(format!(", {schedules}"), format!("，{schedules}"));
        }
    }
    match (judgement.all_orders, judgement.interleavings) {
        (Some(1), _) => figures + language.pick(": 1 order, and no other", "：先后顺序只有 1 种"),
        (Some(all), _) => {
            figures
                + &language
                    .pick(format!(": all {all} orders were tried"), format!("：全部 {all} 种先后顺序都试过"))
        }
        (None, 0 | 1) => figures,
        (None, n) => figures + &language.pick(format!(", {n} orders"), format!("，{n} 种先后顺序")),
    }
}

/// That there was no witness but the sockets, and why; nothing where each thread was seen.
pub fn witness(witness: &Witness, language: Language) -> Option<String> {
    let why = match witness {
        Witness::Threads => return None,
        Witness::Socket(why) => why,
        Witness::Measured => language
            .pick("another would change what the program measures", "别的见证者会改变程序所测量的东西"),
    };
    Some(
        language.pick(
            format!("witness: the sockets alone, since {why}"),
            format!("见证者：只有套接字，因为{why}"),
        ),
    )
}

/// That races were not looked for, where the processor's instructions can't be read.
pub fn unreadable(judgement: &Judgement, language: Language) -> Option<String> {
    let why = judgement.between.why(language).filter(|_| judgement.between == Between::Unreadable)?;
    Some(language.pick(
        format!("races that no line shows were not looked for: {why}"),
        format!("没有寻找行里看不出的竞争：{why}"),
    ))
}

/// That a program ran without its rights, and what gives them back.
pub fn deprived(judgement: &Judgement, language: Language) -> Option<String> {
    let program = judgement.deprived.as_ref()?;
    Some(language.pick(
        format!(
            "{program} ran without the rights that its file gives (setuid): traced by an ordinary user it has none; \
             `witness = \"socket\"` in the contract gives them back"
        ),
        format!(
            "{program} 没有得到其文件赋予的权限（setuid）：被普通用户跟踪的程序得不到；契约里的 `witness = \"socket\"` 可以恢复"
        ),
    ))
}

/// All that is to be said of a subject beyond its line: findings, and undecided claims.
pub fn details(name: &str, judgement: &Judgement, language: Language) -> String {
    let mut text = String::new();
    for found in &judgement.findings {
        let _ = writeln!(text, "\n{}", heading(name, found, language));
        text.push_str(&finding(found, language));
    }
    let undecided = judgement.claims.iter().filter(|claim| claim.verdict == Verdict::Undecided);
    for claim in undecided.filter(|_| judgement.findings.is_empty()) {
        let unsought = language.pick("it was not looked for", "没有寻找过");
        let why = claim.why.as_deref().unwrap_or(unsought);
        let says = claim.says.as_deref().unwrap_or(&claim.check);
        let _ = writeln!(text, "\n{}", headed(Verdict::Undecided, Style::new(), name, says, language));
        if claim.says.is_some() {
            let _ = writeln!(text, "  {}", claim.check);
        }
        let _ = writeln!(text, "  {why}");
    }
    text
}

/// What was refuted, in one line.
pub(super) fn heading(name: &str, finding: &Finding, language: Language) -> String {
    let claim = finding.says.as_deref().unwrap_or(&finding.check);
    headed(Verdict::Refuted, BOLD, name, claim, language)
}

/// What came of a claim, in one line.
fn headed(came: Verdict, style: Style, name: &str, claim: &str, language: Language) -> String {
    let (colour, word) = verdict(came, language);
    language.pick(
        format!("{} {}", styled(colour, &format!("{word}:")), styled(style, &format!("{name}: {claim}"))),
        format!("{}{}", styled(colour, &format!("{word}：")), styled(style, &format!("{name}：{claim}"))),
    )
}

/// What is to be said of a finding below its heading.
pub(super) fn finding(finding: &Finding, language: Language) -> String {
    let mut text = String::new();
    let mut row = |en: &str, zh: &str, words: &str| {
        let label = language.pick(format!("{en:<8}"), format!("{zh}{}", " ".repeat(8 - zh.width())));
        let _ = writeln!(text, "  {label}  {words}");
    };
    if finding.says.is_some() {
        row("checked", "检查", &finding.check);
    }
    row("expected", "应为", &finding.expected);
    row("seen", "实为", &visible(&finding.seen));
    for line in finding.diff.as_deref().map(diff).unwrap_or_default().lines() {
        let _ = writeln!(text, "  {line}");
    }
    text.push_str(&lines(&finding.lines, language));
    if let Some(Chosen { rests_on_sleep, story, .. }) = &finding.schedule {
        text.push_str(&self::story(*rests_on_sleep, story, language));
    }
    if let Some(help) = &finding.help {
        let label = language.pick("help", "办法");
        let _ = writeln!(text, "  {label}{}{help}", " ".repeat(10 - label.width()));
    }
    text
}

/// A difference, in its colours.
pub(crate) fn diff(text: &str) -> String {
    let coloured = |line: &str| {
        let style = match line.as_bytes().first() {
            Some(b'+') => GREEN,
            Some(b'-') => RED,
            _ => DIM,
        };
        styled(style, line) + "\n"
    };
    text.lines().map(coloured).collect()
}

/// What happened under the schedule that refutes something.
fn story(rests_on_sleep: bool, sentences: &[String], language: Language) -> String {
    let mut text = String::new();
    let label = language.pick("schedule", "调度");
    let rests = language.pick(
        "it rests on a sleep: it holds only while nobody is held up for longer than that",
        "它依赖于睡眠：只有没有谁被耽搁得比睡眠更久，它才成立",
    );
    let rests = rests_on_sleep.then_some(rests);
    for (index, sentence) in rests.into_iter().chain(sentences.iter().map(String::as_str)).enumerate() {
        let head = if index == 0 { label } else { "" };
        let _ = writeln!(text, "  {head}{}{sentence}", " ".repeat(10 - head.width()));
    }
    text
}

/// The run under the schedule that refutes something, as lanes, and the command that repeats it.
pub fn schedule(contract: &Contract, judgement: &Judgement, run: &Transcript, language: Language) -> String {
    let chosen = judgement.findings.iter().find_map(|finding| finding.schedule.as_ref());
    let Some(Chosen { schedule, .. }) = chosen else { return String::new() };
    // The run that is kept may be one that nobody directed, in which something else was refuted.
    let is_its = run.direction().is_some();
    let lanes = is_its.then(|| timeline::text::run(contract, run, timeline::text::COLUMNS) + "\n");
    let again = contract.named.under(schedule);
    let told = language.pick(format!("the same again: `{again}`"), format!("再来一次：`{again}`"));
    format!("\n{}{told}\n", lanes.unwrap_or_default())
}

/// The lines that a finding rests on, each with its number, stream and writer.
fn lines(lines: &[SeenLine], language: Language) -> String {
    let label = |line: &SeenLine| {
        let pid = line.pid.map_or_else(String::new, |pid| format!("pid {pid}"));
        // A process's first thread is named by its pid alone.
        let pid = match line.tid.filter(|_| line.tid != line.pid) {
            Some(tid) => language.pick(format!("{pid}, thread {tid}"), format!("{pid}，线程 {tid}")),
            None => pid,
        };
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
        let head = if before == 0 { language.pick("lines", "行") } else { "" };
        let head = format!("{head}{}", " ".repeat(8 - head.width()));
        if before != 0 && line.number > before + 1 {
            let _ = writeln!(text, "            {}", styled(DIM, "…"));
        }
        before = line.number;
        let pad = " ".repeat(width - label.width());
        let _ = writeln!(
            text,
            "  {head}  {} {:>3}  {label}{pad} │ {}",
            line.stream,
            line.number,
            visible(&line.text)
        );
    }
    text
}

/// The last line of a check, and before it once for each reason why there was no witness but the sockets.
pub fn summary(judged: &[&Judgement], not_judged: &[String], took: Duration, language: Language) -> String {
    let count = |wanted| judged.iter().filter(|judgement| judgement.verdict == wanted).count();
    let total = judged.iter().map(|judgement| u64::from(judgement.runs)).sum();
    let part = |wanted| {
        let (style, word) = verdict(wanted, language);
        styled(
            style,
            &language.pick(format!("{} {word}", count(wanted)), format!("{} 课{word}", count(wanted))),
        )
    };
    let mut parts = vec![part(Verdict::Proven)];
    let others = [Verdict::Undecided, Verdict::Refuted].into_iter().filter(|wanted| count(*wanted) > 0);
    parts.extend(others.map(part));
    if !not_judged.is_empty() {
        let count = not_judged.len();
        parts.push(styled(
            YELLOW,
            &language.pick(format!("{count} not judged"), format!("{count} 课没有判定")),
        ));
    }
    let all = judged.len() as u64 + not_judged.len() as u64;
    let witnesses: BTreeSet<String> = judged
        .iter()
        .flat_map(|judgement| {
            [
                witness(&judgement.witness, language),
                deprived(judgement, language),
                unreadable(judgement, language),
            ]
        })
        .flatten()
        .collect();
    let witnesses: String = witnesses.into_iter().map(|witness| witness + "\n").collect();
    let (seconds, runs) = (took.as_secs_f64(), runs(total, language));
    let (all, parts) =
        (times(all, ["lesson", "lessons"], "课", language), parts.join(language.pick(", ", "，")));
    language.pick(
        format!("{witnesses}{all}: {parts} in {seconds:.1} s ({runs})"),
        format!("{witnesses}{all}：{parts}，用时 {seconds:.1} 秒（{runs}）"),
    )
}

#[cfg(test)]
mod tests {
    use super::{Language, SeenLine, lines, plain};

    #[test]
    fn a_thread_that_is_not_its_processs_first_is_named() {
        let line = |number, tid| SeenLine {
            number,
            stream: "stdout",
            pid: Some(100),
            tid,
            actor: Some("sing".to_owned()),
            text: "la".to_owned(),
        };
        let seen = [line(1, None), line(2, Some(100)), line(3, Some(101))];
        let told = |language| plain(&lines(&seen, language));
        let labels = |told: &str| -> Vec<String> {
            let label = |line: &str| {
                line.split_once("sing")?.1.split_once('│').map(|(label, _)| label.trim().to_owned())
            };
            told.lines().filter_map(label).collect()
        };
        assert_eq!(labels(&told(Language::En)), ["(pid 100)", "(pid 100)", "(pid 100, thread 101)"]);
        assert_eq!(labels(&told(Language::Zh))[2], "(pid 100，线程 101)");
    }
}
