//! Which parts of lines vary, and patterns that find them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::corpus::{Corpus, Sample, Text};
use crate::cast::template::{Class, escape};

/// A part of lines of one shape that may vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blank {
    template: usize,
    slot: usize,
    kind: BlankKind,
    /// Whether it varies whoever prints it: the values of one run were not those of another, or it is a duration, which
    /// may be the same by luck.
    pub must_vary: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BlankKind {
    Pid,
    Number,
    Text,
}

/// A name for a varying part.
#[derive(Debug)]
pub(super) struct Named {
    pub name: String,
    /// The word of the contract: `pid_in`.
    pub captures: &'static str,
    pub pattern: String,
    /// Where its capture group stands.
    pub group: Range<usize>,
    /// Some of what was captured.
    pub examples: Vec<String>,
}

static UNIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^ ?(?:ns|us|µs|ms|s|sec|secs|seconds)\b").expect("a valid pattern"));

/// All parts that may vary: those that were not the same wherever they came, and durations and moments.
pub(super) fn blanks(corpus: &Corpus) -> Vec<Blank> {
    let mut blanks = Vec::new();
    for (template, shape) in corpus.templates.iter().enumerate() {
        for (slot, class) in shape.slots().enumerate() {
            let values: Vec<Vec<&str>> =
                corpus.runs.iter().map(|run| values(corpus, run, template, slot)).collect();
            let is_pid = is_pid(corpus, template, slot);
            let (_, after) = shape.around(slot);
            let takes_time = class.is_number() && UNIT.is_match(after);
            let differs = values.iter().any(|of_run| *of_run != values[0]);
            let must_vary = is_pid || takes_time || class == Class::Moment || differs;
            if must_vary || values[0].first() != values[0].last() {
                let kind = if is_pid {
                    BlankKind::Pid
                } else if class.is_number() {
                    BlankKind::Number
                } else {
                    BlankKind::Text
                };
                blanks.push(Blank { template, slot, kind, must_vary });
            }
        }
    }
    blanks
}

/// What stands there in one run, sorted.
fn values<'a>(corpus: &'a Corpus, run: &Sample, template: usize, slot: usize) -> Vec<&'a str> {
    let texts = run.said.iter().map(|said| &corpus.texts[said.text]);
    let mut values: Vec<&str> =
        texts.filter(|text| text.template == template).map(|text| text.slot(slot)).collect();
    values.sort_unstable();
    values
}

/// Whether what stands there is always the pid of a process that printed, or of the program.
fn is_pid(corpus: &Corpus, template: usize, slot: usize) -> bool {
    let is_pid = |run: &Sample, text: &Text| {
        let pid: Result<u32, _> = text.slot(slot).parse();
        pid.is_ok_and(|pid| pid == run.pid || run.pids.contains(&pid))
    };
    corpus.runs.iter().all(|run| {
        let texts = run.said.iter().map(|said| &corpus.texts[said.text]);
        texts.filter(|text| text.template == template).all(|text| is_pid(run, text))
    })
}

/// Names for these blanks. Those that the same pattern finds have one name.
pub(super) fn names(corpus: &Corpus, blanks: &[Blank]) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    for blank in blanks {
        let pattern = pattern(corpus, blanks, *blank);
        if names.iter().any(|named| named.pattern == pattern) {
            continue;
        }
        let captures = match blank.kind {
            BlankKind::Pid => "pid_in",
            BlankKind::Number => "number_in",
            BlankKind::Text => "text_in",
        };
        let wanted = called(corpus, *blank);
        let is_free = |name: &String| names.iter().all(|named| named.name != *name);
        let mut numbered = (2..).map(|number| format!("{wanted}{number}"));
        let name = Some(wanted.clone()).filter(is_free).or_else(|| numbered.find(is_free));
        let name = name.expect("numbers do not end");
        let group = group(&pattern);
        names.push(Named { name, captures, pattern, group, examples: examples(corpus, *blank) });
    }
    names
}

/// Where the one capture group of a pattern stands in it.
fn group(pattern: &str) -> Range<usize> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\\.|\(\??|\)").expect("a valid pattern"));
    let (mut start, mut depth) = (None, 0);
    for part in PARTS.find_iter(pattern) {
        match part.as_str() {
            "(" if start.is_none() => (start, depth) = (Some(part.start()), 1),
            "(" | "(?" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if let Some(start) = start.filter(|_| depth == 0) {
            return start..part.end();
        }
    }
    unreachable!("each pattern was made with a group")
}

/// The shortest pattern that captures this blank, and nothing else that is not another blank of its kind.
fn pattern(corpus: &Corpus, blanks: &[Blank], blank: Blank) -> String {
    let shape = &corpus.templates[blank.template];
    let kind = shape.slots().nth(blank.slot).expect("a slot of this shape");
    let class = kind.pattern();
    let (before, after) = shape.around(blank.slot);
    let (first, last) = shape.reaches(blank.slot);
    let start = if first { "^" } else { "" };
    let end = if last { "$" } else { "" };
    let (near_before, near_after) = near(before, after);
    let start_near = if near_before.len() == before.len() { start } else { "" };
    let end_near = if near_after.len() == after.len() { end } else { "" };
    let beside = format!("{start_near}{}({class}){}{end_near}", escape(near_before), escape(near_after));
    let all = format!("{start}{}({class}){}{end}", escape(before), escape(after));
    let fits = |pattern: &String| {
        let pattern = Regex::new(pattern).expect("made of escaped text");
        // Without a word beside it, it would be found in lines that were not seen yet.
        let is_known_by = |text: &str| text.contains(char::is_alphabetic);
        (first || last || is_known_by(before) || is_known_by(after))
            && corpus.texts.iter().all(|text| captures_only(blanks, blank, text, &pattern))
    };
    let is_stamp =
        first && [Class::Moment, Class::Decimal].contains(&kind) && !before.contains(char::is_alphabetic);
    let stamp = is_stamp.then(|| stamp(corpus, blank, kind));
    let stamp = stamp.into_iter().flat_map(|stamp| [stamp.clone(), stamp + &escape(near_after)]);
    // What several lines have in the same place is one name.
    let is_shared = |other: &&Blank| {
        let around = |blank: &Blank| {
            let shape = &corpus.templates[blank.template];
            (blank.kind, near(shape.around(blank.slot).0, "").0, shape.reaches(blank.slot).0)
        };
        *other != &blank && around(other) == around(&blank)
    };
    let shared = blanks.iter().any(|other| is_shared(&other) && !near_before.is_empty());
    let shared = shared.then(|| format!("{start_near}{}({class})", escape(near_before)));
    stamp
        .chain(shared)
        .chain([beside, all])
        .find(fits)
        .unwrap_or_else(|| shape.pattern(|slot| slot == blank.slot))
}

/// A pattern for what a log's line begins with: as many words as a moment has, what stands in brackets, or seconds.
fn stamp(corpus: &Corpus, blank: Blank, class: Class) -> String {
    let (before, _) = corpus.templates[blank.template].around(blank.slot);
    let mut texts = corpus.texts.iter().filter(|text| text.template == blank.template);
    let stamp = texts.next().map_or("", |text| text.slot(blank.slot));
    match (class, before) {
        (Class::Moment, "") => format!("^({})", vec![r"\S+"; stamp.split_whitespace().count()].join(" ")),
        (Class::Moment, "[") => r"^\[([^\]]+)\]".to_owned(),
        _ => format!("^{}({})", escape(before), class.pattern()),
    }
}

/// The last word before and the first word after, as far as there are any.
fn near<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    static LAST: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+\W*$").expect("a valid pattern"));
    static FIRST: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\W*\w+").expect("a valid pattern"));
    let before = LAST.find(before).map_or(before, |found| found.as_str());
    let after = FIRST.find(after).map_or(after, |found| found.as_str());
    (before, after)
}

/// Whether the pattern finds this blank in lines of its shape, and in others only blanks of the same kind.
fn captures_only(blanks: &[Blank], blank: Blank, text: &Text, pattern: &Regex) -> bool {
    let found = pattern.captures(&text.line).and_then(|found| found.get(1)).map(|part| part.range());
    if text.template == blank.template {
        return found.as_ref() == Some(&text.slots[blank.slot]);
    }
    found.is_none_or(|range| {
        let of_kind = |other: &&Blank| other.kind == blank.kind && other.template == text.template;
        blanks.iter().filter(of_kind).any(|other| text.slots[other.slot] == range)
    })
}

/// The word beside it: `item 3` is an item, a pid is a pid.
fn called(corpus: &Corpus, blank: Blank) -> String {
    static LAST: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"([A-Za-z][A-Za-z_]*)\W*$").expect("a valid pattern"));
    let shape = &corpus.templates[blank.template];
    let (before, after) = shape.around(blank.slot);
    let class = shape.slots().nth(blank.slot).expect("a slot of this shape");
    let word = LAST.captures(before).map(|found| found[1].to_lowercase());
    let otherwise = match blank.kind {
        BlankKind::Pid => return "pid".to_owned(),
        BlankKind::Number if UNIT.is_match(after) => return "duration".to_owned(),
        BlankKind::Number => "number",
        BlankKind::Text if class == Class::Moment => return "time".to_owned(),
        BlankKind::Text => "text",
    };
    word.unwrap_or_else(|| otherwise.to_owned())
}

/// A few of the values that were seen.
fn examples(corpus: &Corpus, blank: Blank) -> Vec<String> {
    let of_shape = corpus.texts.iter().filter(|text| text.template == blank.template);
    let mut values: Vec<String> = Vec::new();
    for text in of_shape {
        let value = text.slot(blank.slot).to_owned();
        if values.len() < 3 && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}
