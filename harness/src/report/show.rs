//! `show`: a run's raw output beside its canonical form.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::cast::canonical::canonical;
use crate::cast::reading::Reading;
use crate::contract::Contract;
use crate::judge::golden;
use crate::language::Language::En;
use crate::report::human;
use crate::transcript::{Cut, Line, Stream, Survivor, Transcript, Witness};
use crate::words::start_of;

/// Both, side by side: what was received when and from whom, and what of it stays the same.
pub fn show(contract: &Contract, transcript: &Transcript) -> String {
    let raw = raw(transcript);
    let form = canonical(&Reading::new(&contract.cast, transcript));
    let form: Vec<String> = golden::shown(&form).lines().map(|line| start_of(line.as_bytes(), En)).collect();
    let raw_head = match transcript.witness() {
        Witness::Threads => "raw: time written, writer, text",
        Witness::Socket(_) | Witness::Measured => "raw: time received, writer, text",
    };
    let heads = (raw_head, "canonical form");
    let width = raw.iter().map(|line| line.width()).chain([heads.0.width()]).max().unwrap_or(0);
    let mut text = String::new();
    let mut row = |left: &str, right: &str| {
        let pad = " ".repeat(width - left.width());
        let _ = writeln!(text, "{}", format!("{left}{pad}   {right}").trim_end());
    };
    row(heads.0, heads.1);
    row(&"─".repeat(width), &"─".repeat(heads.1.width()));
    for index in 0..raw.len().max(form.len()) {
        let cell = |column: &[String]| column.get(index).cloned().unwrap_or_default();
        row(&cell(&raw), &cell(&form));
    }
    let witness = human::witness(transcript.witness(), En).map_or_else(String::new, |witness| witness + "\n");
    let (ended, took) = (how_it_ended(transcript), transcript.duration().as_secs_f64());
    let _ = write!(text, "\n{witness}{ended} after {took:.3} s");
    text
}

/// How a run ended, and what it left behind.
pub(crate) fn how_it_ended(transcript: &Transcript) -> String {
    let ended = match transcript.cut() {
        None => transcript.exit().to_string(),
        Some(Cut::TimedOut(_)) => {
            "still running, and ended by the harness because its time was up,".to_owned()
        }
        Some(Cut::Flooded(_)) => "ended by the harness, because it printed too much,".to_owned(),
        Some(Cut::Interrupted) => "interrupted".to_owned(),
        Some(Cut::Deadlocked) => "nobody could go on".to_owned(),
        Some(Cut::Unsupervised) => "its supervisor was killed".to_owned(),
    };
    let named = |survivor: &Survivor| {
        let how =
            if survivor.killed { "left running, and killed" } else { "left running, and can't be ended" };
        format!("{how}: pid {} `{}`\n", survivor.pid, survivor.command)
    };
    let survivors: String = transcript.survivors().iter().map(named).collect();
    survivors + &ended
}

fn raw(transcript: &Transcript) -> Vec<String> {
    let mut threads = vec![0; transcript.processes().len()];
    transcript.threads().iter().for_each(|thread| threads[thread.process] += 1);
    let writer =
        |line: &Line| writer(transcript, line, line.process.is_some_and(|process| threads[process] > 1));
    let writers: Vec<String> = transcript.lines().iter().map(writer).collect();
    let width = writers.iter().map(String::len).fold(7, usize::max);
    let line = |(line, writer): (&Line, String)| {
        let stream = if line.stream == Stream::Stderr { " (stderr)" } else { "" };
        let text = start_of(transcript.text(line), En).escape_debug().to_string();
        // `escape_debug` also escapes quotes, which are plain to see.
        let text = text.replace("\\\"", "\"").replace("\\'", "'");
        let end = if line.newline { "" } else { "⏎̸" };
        format!("{:>7.3} s  {writer:>width$}{stream} │ {text}{end}", line.at.as_secs_f64())
    };
    transcript.lines().iter().zip(writers).map(line).collect()
}

/// The pid of who wrote a line; where its process has several threads that of the thread, too.
fn writer(transcript: &Transcript, line: &Line, has_threads: bool) -> String {
    let Some(process) = line.process else { return "?".to_owned() };
    let pid = transcript.processes()[process].pid;
    match line.thread.filter(|_| has_threads) {
        Some(thread) => format!("{pid}/{}", transcript.threads()[thread].tid),
        None => pid.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::raw;
    use crate::transcript::Transcript;

    #[test]
    fn the_thread_is_shown_where_a_process_has_several() {
        let run = r#"{"transcript":{"version":2,"pid":100,"witness":"threads"}}
{"process":{"pid":100}}
{"process":{"pid":102}}
{"thread":{"tid":100,"process":0,"born_ns":0}}
{"thread":{"tid":101,"process":0,"born_ns":0}}
{"thread":{"tid":102,"process":1,"born_ns":0}}
{"line":{"stream":"stdout","process":0,"thread":0,"at_ns":0,"text":"main"}}
{"line":{"stream":"stdout","process":0,"thread":1,"at_ns":0,"text":"thread"}}
{"line":{"stream":"stderr","process":1,"thread":2,"at_ns":0,"text":"child"}}
{"line":{"stream":"stdout","process":null,"at_ns":0,"text":"who"}}
{"end":{"exit":{"code":0},"duration_ns":0}}"#;
        let run = Transcript::parse(run.as_bytes(), Path::new("run.jsonl")).next().unwrap().unwrap();
        let shown = raw(&run);
        let writers: Vec<&str> =
            shown.iter().map(|line| line.split_once(" s ").unwrap().1.trim_start()).collect();
        assert_eq!(writers, ["100/100 │ main", "100/101 │ thread", "102 (stderr) │ child", "? │ who"]);
    }
}
