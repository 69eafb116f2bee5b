//! What directed runs have shown: how many there were, what they left open, and what broke only because a sleep ended early.

use std::collections::{BTreeMap, BTreeSet};

use crate::cast::canonical::in_order;
use crate::cast::reading::Reading;
use crate::check::finding::Finding;
use crate::direct::races::Between;
use crate::language::Language;
use crate::transcript::Transcript;
use crate::transcript::schedule::{Direction, Name, Time};
use crate::words::times;

/// What is known of all directed runs.
#[derive(Debug, Default)]
pub(super) struct Attacked {
    /// How far it has come.
    progress: Progress,
    /// How many there were.
    pub schedules: u32,
    /// How many of them were aimed at what is sometimes so.
    pub aimed: u32,
    /// Whether anybody slept in one of them, so that ideal time may be another than late time.
    has_slept: bool,
    /// How often the program asked for random bytes: then the tree tells of the orders that come with some alone.
    drawn: u32,
    /// What was left to the kernel, and how often.
    left: BTreeMap<String, u32>,
    /// What broke in late time, where a sleep had ended early, and nowhere else yet.
    pub late: Vec<Finding>,
    /// Whether threads could be held between instructions.
    pub between: Between,
    /// Whether all orders of lines were tried in late time.
    pub all_tried: bool,
    /// In which orders tasks have printed.
    orders: BTreeSet<Vec<usize>>,
    texts: Texts,
}

/// How far an attack has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Progress {
    /// More runs will come.
    #[default]
    UnderWay,
    /// No more will come.
    Over,
    /// No more will come, and fewer were tried than it takes, for want of time.
    CutShort,
}

/// What each task has printed, without what a contract names.
#[derive(Debug, Default)]
struct Texts {
    /// In the first run.
    first: Option<BTreeMap<Name, Vec<String>>>,
    /// Whether it was something else in another one.
    vary: bool,
}

/// Whether what a run shows may rest on a sleep: one has ended while somebody else could go on.
pub(super) fn rests_on_a_sleep(direction: &Direction) -> bool {
    direction.schedule.time == Time::Late && direction.hurried > 0
}

impl Attacked {
    /// Takes in one more.
    pub fn note(&mut self, run: &Transcript, direction: &Direction) {
        self.schedules += 1;
        self.has_slept |= direction.sleeps > 0;
        self.drawn = self.drawn.saturating_add(direction.drawn);
        for (what, often) in &direction.left {
            *self.left.entry(what.clone()).or_default() += often;
        }
        self.orders.insert(run.lines().iter().filter_map(|line| line.thread).collect());
    }

    /// Takes in what each task has printed. The tree tries who prints next, and not what: where that hangs on more, others may come.
    pub fn note_texts(&mut self, reading: &Reading<'_>) {
        if self.texts.vary {
            return;
        }
        let mut texts = BTreeMap::<Name, Vec<String>>::new();
        for (line, text) in in_order(reading) {
            if let Some(thread) = reading.transcript.lines()[line].thread {
                texts.entry(reading.transcript.name_of(thread)).or_default().push(text);
            }
        }
        match &self.texts.first {
            None => self.texts.first = Some(texts),
            Some(first) => self.texts.vary = *first != texts,
        }
    }

    /// A run did not end in time, which under a schedule means nothing.
    pub fn note_endless(&mut self) {
        *self.left.entry("a schedule that did not end in time".to_owned()).or_default() += 1;
    }

    /// The program is so slow that fewer schedules are tried than it takes.
    pub fn note_cut_short(&mut self) {
        self.progress = Progress::CutShort;
    }

    /// No more will come.
    pub fn note_over(&mut self) {
        if self.progress == Progress::UnderWay {
            self.progress = Progress::Over;
        }
    }

    /// Whether no more will come.
    pub fn is_over(&self) -> bool {
        self.progress != Progress::UnderWay
    }

    /// Whether ideal time may show something else than late time.
    pub fn has_slept(&self) -> bool {
        self.has_slept
    }

    /// Whether what was not seen can't be said to be impossible, and why.
    pub fn inexact(&self, language: Language) -> Option<String> {
        let what: Vec<&str> = self.left.keys().map(String::as_str).collect();
        if what.is_empty() && self.progress == Progress::CutShort {
            let why = language.pick(
                "there was no time for more: `--schedules N` or `--for 60s` looks for longer",
                "没有时间再试：`--schedules N` 或 `--for 60s` 会找得更久",
            );
            return Some(why.to_owned());
        }
        (!what.is_empty()).then(|| {
            let what = what.join(", ");
            language.pick(
                format!("not everything could be chosen: {what} was left to the kernel"),
                format!("并非一切都能选择：{what} 留给了内核"),
            )
        })
    }

    /// How many orders of lines there are, where all were tried, and nothing was left to chance.
    pub fn all_orders(&self) -> Option<usize> {
        let is_all = self.all_tried && self.left.is_empty() && self.drawn == 0 && !self.texts.vary;
        is_all.then_some(self.orders.len())
    }

    /// How many there were, in words.
    pub fn words(&self, language: Language) -> String {
        let all = times(self.schedules.into(), ["schedule", "schedules"], "种调度", language);
        let aimed = self.aimed;
        match aimed {
            0 => all,
            _ => language.pick(
                format!("{all}, {aimed} of them aimed at that"),
                format!("{all}，其中 {aimed} 种针对断言"),
            ),
        }
    }
}
