//! `show`: a run's raw output beside its canonical form.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::cast::canonical::canonical;
use crate::cast::reading::Reading;
use crate::contract::Contract;
use crate::judge::golden;
use crate::language::Language::En;
use crate::transcript::{Cut, Stream, Survivor, Transcript};
use crate::words::start_of;

/// Both, side by side: what was received when and from whom, and what of it stays the same.
pub fn show(contract: &Contract, transcript: &Transcript) -> String {
    let raw = raw(transcript);
    let form = canonical(&Reading::new(&contract.cast, transcript));
    let form: Vec<String> = golden::shown(&form).lines().map(|line| start_of(line.as_bytes(), En)).collect();
    let heads = ("raw: time received, writer, text", "canonical form");
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
    let _ = write!(text, "\n{} after {:.3} s", how_it_ended(transcript), transcript.duration().as_secs_f64());
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
    let line = |line| {
        let line: &crate::transcript::Line = line;
        let writer = line
            .process
            .map_or_else(|| "?".to_owned(), |writer| transcript.processes()[writer].pid.to_string());
        let stream = if line.stream == Stream::Stderr { " (stderr)" } else { "" };
        let text = start_of(transcript.text(line), En).escape_debug().to_string();
        // `escape_debug` also escapes quotes, which are plain to see.
        let text = text.replace("\\\"", "\"").replace("\\'", "'");
        let end = if line.newline { "" } else { "⏎̸" };
        format!("{:>7.3} s  {writer:>7}{stream} │ {text}{end}", line.at.as_secs_f64())
    };
    transcript.lines().iter().map(line).collect()
}
