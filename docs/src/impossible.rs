//! An order in which a lesson's lines can't come: that of a recorded run, with two lines the other way round.

use std::path::Path;

use harness::cast::reading::Reading;
use harness::direct::explore::{Explored, Text, texts};
use harness::judge::Verdict;
use harness::judge::subject::Subject;
use harness::language::Language;
use harness::transcript::Transcript;
use serde_json::Value;

use crate::marks;
use crate::sources::{Recorded, judge};

/// Such an order.
#[derive(Debug)]
pub struct Impossible {
    /// The order, as indexes into the texts that came.
    pub lines: Vec<usize>,
    /// The line that always comes first, and here comes second.
    pub then: usize,
    /// The one that here comes first.
    pub first: usize,
    why: Why,
}

/// Why it can't come. That a thread's own lines keep their order makes the dullest question.
#[derive(Debug, PartialEq, Eq)]
enum Why {
    /// This claim, which holds in every run, says so.
    Claimed(usize),
    /// Who prints the one was created by who prints the other, and only then.
    Created,
    /// One thread prints both.
    SameThread,
}

impl Impossible {
    /// Looks for one: it came in no run, and it is known why.
    pub fn find(recorded: &Recorded, explored: &Explored) -> Option<Impossible> {
        let run = recorded.runs.first()?;
        let lesson = &recorded.lesson;
        let order = order(lesson, run, explored)?;
        let candidates = (1..order.len()).filter_map(|place| {
            let mut lines = order.clone();
            lines.swap(place - 1, place);
            let came = explored.outcomes.iter().any(|outcome| outcome.lines == lines);
            let why = why(lesson, run, place).filter(|_| !came)?;
            Some((place, Impossible { then: order[place - 1], first: order[place], lines, why }))
        });
        // In the middle of the run, where it does not strike the eye.
        let rank = |(place, impossible): &(usize, Impossible)| {
            (impossible.why == Why::SameThread, (2 * place).abs_diff(order.len()))
        };
        candidates.min_by_key(rank).map(|(_, impossible)| impossible)
    }

    /// The reason, as HTML.
    pub fn reason(&self, lesson: &Subject, language: Language) -> String {
        match self.why {
            Why::Claimed(claim) => marks::says(lesson, claim, language),
            Why::Created => language
                .pick(
                    "Who prints the later line is created by who prints the earlier one, after that line.",
                    "先打印的那一方打印之后，才创建了后打印的那一方。",
                )
                .to_owned(),
            Why::SameThread => language
                .pick(
                    "One thread prints both, one after the other, and its own lines keep their order.",
                    "两行由同一个线程先后打印，同一个线程的各行保持先后。",
                )
                .to_owned(),
        }
    }
}

/// The order of a run's lines; `None` where something of it is not looked at, or never came under a schedule.
fn order(lesson: &Subject, run: &Transcript, explored: &Explored) -> Option<Vec<usize>> {
    let reading = Reading::new(&lesson.contract.cast, run);
    let known = |text: &Text| {
        explored.texts.iter().position(|known| {
            (&known.actor, known.stream, &known.line) == (&text.actor, text.stream, &text.line)
        })
    };
    let order: Vec<usize> = texts(&reading).iter().map(known).collect::<Option<_>>()?;
    (order.len() == run.lines().len()).then_some(order)
}

/// Why the line in this place can't come before the one that it follows; `None` where that is not known.
fn why(lesson: &Subject, run: &Transcript, place: usize) -> Option<Why> {
    let [before, line] = [place - 1, place].map(|place| &run.lines()[place]);
    if line.thread.is_some() && line.thread == before.thread {
        return Some(Why::SameThread);
    }
    let born_after = |thread: usize| {
        let thread = &run.threads()[thread];
        thread.creator.is_some() && thread.creator == before.thread && thread.born >= before.at
    };
    if line.thread.is_some_and(born_after) {
        return Some(Why::Created);
    }
    let refuted = |run: &Transcript| {
        let judgement = judge(lesson, std::slice::from_ref(run), Language::En);
        let claims = judgement.map(|judgement| judgement.claims).unwrap_or_default();
        let always = claims.into_iter().take(lesson.contract.always.len());
        always.map(|claim| claim.verdict == Verdict::Refuted).collect::<Vec<bool>>()
    };
    let (held, swapped) = (refuted(run), refuted(&swapped(run, place)?));
    let claim = held.iter().zip(&swapped).position(|(held, swapped)| !held && *swapped);
    claim.map(Why::Claimed)
}

/// The same run, but that the line in this place came at the moment of the one before it, and that one at its own.
fn swapped(run: &Transcript, place: usize) -> Option<Transcript> {
    let mut written = Vec::new();
    run.write(&mut written).ok()?;
    let mut records: Vec<Value> =
        serde_json::Deserializer::from_slice(&written).into_iter().collect::<Result<_, _>>().ok()?;
    let lines: Vec<usize> =
        (0..records.len()).filter(|&record| records[record].get("line").is_some()).collect();
    let [one, other] = [lines[place - 1], lines[place]];
    records.swap(one, other);
    let at = [one, other].map(|record| records[record]["line"]["at_ns"].clone());
    let [later, earlier] = at;
    records[one]["line"]["at_ns"] = earlier;
    records[other]["line"]["at_ns"] = later;
    let text: String = records.iter().map(|record| format!("{record}\n")).collect();
    Transcript::parse(text.as_bytes(), Path::new("swapped")).next()?.ok()
}
