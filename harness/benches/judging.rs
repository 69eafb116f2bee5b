//! Judging a transcript, beside what plain golden tests do with the same lines: insta's snapshot of the sorted lines,
//! the pids filtered, and snapbox's unordered comparison, the pids redacted.
//!
//! Time and memory come from one run: divan counts allocations, and takes what counting costs off the time.

use std::fmt::Write;
use std::path::Path;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::contract::Contract;
use harness::judge::golden;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::transcript::Transcript;
use insta::assert_snapshot;
use regex::Regex;
use snapbox::{Assert, IntoData, Redactions};

#[global_allocator]
static COUNTED: AllocProfiler = AllocProfiler::system();

const CONTRACT: &str = r"
title = 'many lines'
[actors]
kind = 'process'
main = '^main:'
dance = '^dance '
sing = '^sing '
[names]
pid = { pid_in = ' pid (\d+)$' }
[[always]]
count = { line = '^main:', at_least = 100 }
[[always]]
never = 'panicked'
[[always]]
processes = 3
";

/// A pid at the end of a line, for those who do not ask whose it is.
const PID: &str = r"(?m) pid (\d+)$";

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// snapbox holds each line against all that are left: ten times the lines take a hundred times as long.
const SIZES_WHERE_QUADRATIC: [u64; 2] = [1_000, 10_000];

fn main() {
    divan::main();
}

/// A line of one of three processes in turn; each names its pid.
fn line(index: u64) -> (usize, String) {
    let (writer, actor) =
        [(0, "main:"), (1, "dance"), (2, "sing")][usize::try_from(index % 3).expect("small")];
    (writer, format!("{actor} step {} pid {}", index / 3, 4711 + writer))
}

/// The run as a transcript's file.
fn recorded(lines: u64) -> String {
    let mut file = "{\"transcript\":{\"version\":2,\"pid\":4711,\"witness\":\"threads\"}}\n".to_owned();
    for (place, creator) in [(0, ""), (1, ",\"creator\":0"), (2, ",\"creator\":0")] {
        let pid = 4711 + place;
        let _ = writeln!(file, "{{\"process\":{{\"pid\":{pid}{creator},\"born_ns\":0}}}}");
        let _ = writeln!(file, "{{\"thread\":{{\"tid\":{pid},\"process\":{place}{creator},\"born_ns\":0}}}}");
    }
    for index in 0..lines {
        let (place, text) = line(index);
        let _ = writeln!(
            file,
            "{{\"line\":{{\"stream\":\"stdout\",\"process\":{place},\"thread\":{place},\"at_ns\":{index},\"text\":\"{text}\"}}}}"
        );
    }
    file.push_str("{\"end\":{\"exit\":{\"code\":0},\"duration_ns\":1}}\n");
    file
}

fn transcript(file: &str) -> Transcript {
    Transcript::parse(file.as_bytes(), Path::new("made up"))
        .next()
        .expect("a transcript")
        .expect("a whole one")
}

fn contract() -> Contract {
    Contract::parse(CONTRACT, Path::new("lesson.toml")).expect("a valid contract")
}

/// What a plain golden test sees of the run.
fn text(lines: u64) -> String {
    (0..lines).map(|index| line(index).1 + "\n").collect()
}

/// Order does not matter to whoever sorts.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// All that `harness check --replay` does once it has read the file.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn harness_judges(bencher: Bencher<'_, '_>, lines: u64) {
    let (contract, transcript) = (contract(), transcript(&recorded(lines)));
    let golden = canonical(&Reading::new(&contract.cast, &transcript));
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        let judgement = judged(black_box(&contract), &golden, black_box(&transcript));
        assert_eq!(judgement.verdict, Verdict::Proven, "{:?}", judgement.findings);
    });
}

fn judged(contract: &Contract, golden: &str, transcript: &Transcript) -> Judgement {
    let mut judge = Judge::new(Rules { contract, golden: Some(golden), cores: 1, language: Language::En });
    judge.hear(transcript);
    judge.judgement()
}

/// Reading the file.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn harness_parses(bencher: Bencher<'_, '_>, lines: u64) {
    let file = recorded(lines);
    bencher.counter(ItemsCount::new(lines)).bench(|| transcript(black_box(&file)));
}

/// Insta as it is used: it filters, reads the snapshot's file, and compares.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn insta_sorted_and_filtered(bencher: Bencher<'_, '_>, lines: u64) {
    let text = text(lines);
    let folder = tempfile::tempdir().expect("a folder");
    let expected =
        Regex::new(PID).expect("a valid pattern").replace_all(&sorted(&text), " pid [pid]").into_owned();
    golden::write(&folder.path().join("lines.snap"), "lines", &expected).expect("a snapshot");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder.path());
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(PID, " pid [pid]");
    settings.bind(|| {
        bencher
            .counter(ItemsCount::new(lines))
            .bench_local(|| assert_snapshot!("lines", sorted(black_box(&text))));
    });
}

/// The least that a test which sorts and filters can do: nothing is read, and bytes are compared.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn sort_and_replace_alone(bencher: Bencher<'_, '_>, lines: u64) {
    let text = text(lines);
    let filter = Regex::new(PID).expect("a valid pattern");
    let seen = |text: &str| filter.replace_all(&sorted(text), " pid [pid]").into_owned();
    let golden = seen(&text);
    bencher.counter(ItemsCount::new(lines)).bench(|| assert!(seen(black_box(&text)) == golden));
}

/// snapbox's comparison of lines in any order.
#[divan::bench(args = SIZES_WHERE_QUADRATIC, sample_count = 3, sample_size = 1)]
fn snapbox_unordered(bencher: Bencher<'_, '_>, lines: u64) {
    let text = text(lines);
    let pid = Regex::new(r"(?m) pid (?<redacted>\d+)$").expect("a valid pattern");
    let mut redactions = Redactions::new();
    redactions.insert("[PID]", pid).expect("a valid placeholder");
    let expected = redactions.redact(&sorted(&text)) + "\n";
    let assert = Assert::new().redact_with(redactions);
    bencher.counter(ItemsCount::new(lines)).bench(|| {
        let (seen, expected) = (black_box(&text).into_data(), (&expected).into_data().unordered());
        assert.try_eq(None, seen, expected).expect("the same lines");
    });
}
