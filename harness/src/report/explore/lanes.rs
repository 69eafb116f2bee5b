//! One run as lanes: a row a task that prints, a column a line. The program's clock says little of a run that was directed:
//! what counts is who printed after whom.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::letter;
use crate::cast::canonical::in_order;
use crate::cast::reading::Reading;
use crate::language::Language;
use crate::report::human::{DIM, RED, styled};
use crate::report::timeline::text::colour;
use crate::transcript::schedule::Turn;
use crate::words::{start_of, times, visible};

/// So many lines of a run are told at the most.
const MOST: usize = 200;

/// A row a task that prints; `letters` has the letter of each line, as an index.
pub(crate) fn lanes(reading: &Reading<'_>, letters: &[usize], columns: usize) -> String {
    let lines = in_order(reading);
    let tasks = tasks(reading, &lines);
    let names: Vec<String> = names(reading, &tasks);
    let width = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let cell = letters.iter().map(|&index| letter(index).len()).max().unwrap_or(1) + 1;
    let room = (columns.saturating_sub(width + 6) / cell).max(8);
    let mut text = String::new();
    for (task, name) in tasks.iter().zip(names) {
        let is_own = |place: &usize| reading.transcript.lines()[lines[*place].0].thread == *task;
        let own: Vec<usize> = (0..lines.len().min(room)).filter(is_own).collect();
        let (first, last) = (own.first().copied().unwrap_or(usize::MAX), own.last().copied().unwrap_or(0));
        let _ = write!(text, "  {name}{}  ", " ".repeat(width - name.width()));
        for place in 0..=last {
            let is_line = own.contains(&place);
            let sign = if is_line { letter(letters[place]) } else { String::new() };
            let fill = if place < first { " " } else { "─" };
            // Behind the last one there is nothing.
            let after = if place == last { 0 } else { cell - sign.len() };
            let style = colour_of(reading, lines[place].0);
            let _ = write!(text, "{}{}", styled(style, &sign), styled(DIM, &fill.repeat(after)));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    if lines.len() > room {
        let more = times((lines.len() - room) as u64, ["more line", "more lines"], "行", reading.language);
        let more = reading.language.pick(format!("… and {more}"), format!("……另有 {more}"));
        let _ = writeln!(text, "  {}", styled(DIM, &more));
    }
    text
}

fn colour_of(reading: &Reading<'_>, line: usize) -> anstyle::Style {
    colour(reading.actor_of(line))
}

/// Those that print, in the order of their births; nobody stands for all of whom it is not known.
fn tasks(reading: &Reading<'_>, lines: &[(usize, String)]) -> Vec<Option<usize>> {
    let mut tasks: Vec<_> = lines.iter().map(|(line, _)| reading.transcript.lines()[*line].thread).collect();
    tasks.sort_unstable();
    tasks.dedup();
    tasks
}

/// Their names, with a number where several would have the same.
fn names(reading: &Reading<'_>, tasks: &[Option<usize>]) -> Vec<String> {
    let name = |task: &Option<usize>| task.map_or_else(|| "?".to_owned(), |thread| reading.thread(thread));
    let names: Vec<String> = tasks.iter().map(name).collect();
    let numbered = |(index, name): (usize, &String)| {
        let same = |until: usize| names[..until].iter().filter(|other| *other == name).count();
        if same(names.len()) == 1 { name.clone() } else { format!("{name}#{}", same(index + 1)) }
    };
    names.iter().enumerate().map(numbered).collect()
}

/// Line by line who printed what, and between them where another one went than usually, and what the others were about.
pub(crate) fn steps(reading: &Reading<'_>, letters: &[usize]) -> String {
    let lines = in_order(reading);
    let turns =
        reading.transcript.direction().map(|direction| direction.turns.as_slice()).unwrap_or_default();
    let names: Vec<String> = lines.iter().map(|(line, _)| printed_by(reading, *line)).collect();
    let width = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let wide = letters.iter().map(|&index| letter(index).len()).max().unwrap_or(1);
    let mut turns = turns.iter().peekable();
    let mut text = String::new();
    for (place, (line, told)) in lines.iter().enumerate().take(MOST) {
        while let Some(turn) = turns.next_if(|turn| turn.lines <= *line) {
            text += &turned(reading, turn);
        }
        let pad = " ".repeat(width - names[place].width());
        let _ = writeln!(
            text,
            "  {}  {}{pad} │ {}",
            styled(colour_of(reading, *line), &format!("{:wide$}", letter(letters[place]))),
            names[place],
            start_of(told.as_bytes(), reading.language)
        );
    }
    for turn in turns.take(MOST) {
        text += &turned(reading, turn);
    }
    text
}

fn printed_by(reading: &Reading<'_>, line: usize) -> String {
    let thread = reading.transcript.lines()[line].thread;
    thread.map_or_else(|| "?".to_owned(), |thread| reading.thread(thread))
}

/// Who went, and what the one was about that usually goes.
fn turned(reading: &Reading<'_>, turn: &Turn) -> String {
    let language: Language = reading.language;
    let who = |thread: usize| reading.thread(thread);
    let went = who(turn.went);
    let held = visible(&format!("{} {}", who(turn.held), turn.about.words(who, language)));
    let told = language.pick(format!("→ {went} went; {held}"), format!("→ 轮到 {went}；{held}"));
    format!("     {}\n", styled(DIM, &told))
}

/// Who waits for what, where nobody can go on.
pub(crate) fn stuck(reading: &Reading<'_>) -> String {
    crate::direct::explore::stuck(reading).iter().map(|told| format!("  {}\n", styled(RED, told))).collect()
}
