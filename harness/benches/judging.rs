//! Canonicalising a transcript and comparing it with its golden, against sorting plus insta's filters.

use std::fmt::Write;
use std::path::Path;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use harness::canonical::canonical;
use harness::contract::Contract;
use harness::reading::Reading;
use harness::transcript::Transcript;
use regex::Regex;

const CONTRACT: &str = r"
title = 'many lines'
[actors]
kind = 'process'
main = '^main:'
dance = '^dance '
sing = '^sing '
[names]
pid = { pid_in = ' pid (\d+)$' }
";

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

/// A line of one of three processes in turn; each names its pid.
fn line(index: u64) -> (usize, String) {
    let (writer, actor) =
        [(0, "main:"), (1, "dance"), (2, "sing")][usize::try_from(index % 3).expect("small")];
    (writer, format!("{actor} step {} pid {}", index / 3, 4711 + writer))
}

fn transcript(lines: u64) -> Transcript {
    let mut file = "{\"transcript\":{\"version\":1,\"pid\":4711}}\n".to_owned();
    for writer in 0..3 {
        let parent = if writer == 0 { 1 } else { 4711 };
        let _ = writeln!(file, "{{\"writer\":{{\"pid\":{},\"parent\":{parent}}}}}", 4711 + writer);
    }
    for index in 0..lines {
        let (writer, text) = line(index);
        let _ = writeln!(
            file,
            "{{\"line\":{{\"stream\":\"stdout\",\"writer\":{writer},\"at_ns\":{index},\"text\":\"{text}\"}}}}"
        );
    }
    file.push_str("{\"end\":{\"exit\":{\"code\":0},\"duration_ns\":1}}\n");
    Transcript::parse(file.as_bytes(), Path::new("made up")).expect("a whole transcript")
}

fn text(lines: u64) -> String {
    (0..lines).map(|index| line(index).1 + "\n").collect()
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn harness(bencher: Bencher<'_, '_>, lines: u64) {
    let contract = Contract::parse(CONTRACT, Path::new("lesson.toml"), None).expect("a valid contract");
    let transcript = transcript(lines);
    let golden = canonical(&Reading::new(&contract, &transcript));
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        let form = canonical(&Reading::new(black_box(&contract), black_box(&transcript)));
        assert!(form == golden);
    });
}

/// What a plain golden test does: sort, so that order does not matter, and replace the pids as insta's filters do,
/// which is by `Regex::replace_all`.
fn sorted_and_filtered(text: &str, filter: &Regex) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    filter.replace_all(&lines.join("\n"), " pid [pid]").into_owned()
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn sort_and_insta_filters(bencher: Bencher<'_, '_>, lines: u64) {
    let text = text(lines);
    let filter = Regex::new(r"(?m) pid (\d+)$").expect("a valid pattern");
    let golden = sorted_and_filtered(&text, &filter);
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        assert!(sorted_and_filtered(black_box(&text), &filter) == golden);
    });
}
