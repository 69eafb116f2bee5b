//! Lanes of text, for a terminal.

use std::fmt::Write;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::axis::{clock, step};
use super::bins::distribution;
use super::orders::letters;
use super::{Arrow, Killer, Lane, Timeline};
use crate::contract::Contract;
use crate::language::Language::En;
use crate::report::show::how_it_ended;
use crate::transcript::{Exit, Transcript};
use crate::words::{list, start_of, times};

/// So many columns a terminal is taken to have where that is not known, and at the least and the most.
pub const COLUMNS: usize = 80;
const LEAST: usize = 60;
const MOST: usize = 200;

/// So many lines are listed, and so many orders told, at the most.
const LINES: usize = 200;
const ORDERS: usize = 40;

const DIM: Style = Style::new().dimmed();
const KILLED: Style = AnsiColor::Red.on_default().bold();

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// The colour of an actor.
fn colour(actor: Option<usize>) -> Style {
    use AnsiColor::{Blue, Cyan, Green, Magenta, Yellow};
    let colours = [Blue, Yellow, Green, Magenta, Cyan];
    actor.map_or(DIM, |actor| colours[actor % colours.len()].on_default())
}

/// One run: a lane an actor, then what the signs in it mean, then the lines with their times.
pub fn run(contract: &Contract, run: &Transcript, columns: usize) -> String {
    let timeline = Timeline::new(contract, run);
    let mut text = lanes(&timeline, columns.clamp(LEAST, MOST));
    text.push('\n');
    for line in legend(&timeline) {
        let _ = writeln!(text, "{}", styled(DIM, &line));
    }
    text.push_str(&lines(&timeline));
    let _ = writeln!(text, "\n{} after {:.3} s", how_it_ended(run), run.duration().as_secs_f64());
    text
}

/// A row a lane, below an axis.
fn lanes(timeline: &Timeline, columns: usize) -> String {
    let labels: Vec<String> = (0..timeline.lanes.len()).map(|lane| label(timeline, lane)).collect();
    let width = labels.iter().map(|label| label.width()).max().unwrap_or(0);
    // A cross may stand behind the end.
    let room = columns.saturating_sub(width + 3).max(20);
    let mut text = format!("{}  {}\n", " ".repeat(width), axis(timeline.lasts, room));
    for ((index, lane), label) in timeline.lanes.iter().enumerate().zip(&labels) {
        let pad = " ".repeat(width - label.width());
        let _ = writeln!(text, "{label}{pad}  {}", row(timeline, index, lane, room));
    }
    text
}

/// Who it is; threads of one process are held together, its pid at the first of them.
fn label(timeline: &Timeline, lane: usize) -> String {
    let Lane { name, process, .. } = &timeline.lanes[lane];
    let lanes: Vec<usize> = timeline.lanes_of(*process).collect();
    let brace = match (lanes.first(), lanes.last()) {
        (first, last) if first == last => ' ',
        (Some(&first), _) if first == lane => '╭',
        (_, Some(&last)) if last == lane => '╰',
        _ => '│',
    };
    let pid = timeline.processes[*process].pid.filter(|_| lanes.first() == Some(&lane));
    format!("{brace} {name}{}", pid.map_or_else(String::new, |pid| format!("  pid {pid}")))
}

/// The column of a moment.
fn column(at: Duration, lasts: Duration, room: usize) -> usize {
    let lasts = lasts.as_nanos().max(1);
    let column = at.as_nanos() * (room as u128 - 1) / lasts;
    usize::try_from(column).map_or(room - 1, |column| column.min(room - 1))
}

fn axis(lasts: Duration, room: usize) -> String {
    let mut axis = String::new();
    let step = step(lasts);
    for at in (0..=6).map(|tick| step * tick).take_while(|&at| at <= lasts) {
        let (place, text) = (column(at, lasts, room), clock(at, lasts));
        let taken = axis.width();
        if place >= taken && place + text.len() < room + 3 {
            let _ = write!(axis, "{}{text}", " ".repeat(place - taken));
            axis.push(' ');
        }
    }
    styled(DIM, axis.trim_end())
}

/// What a column of a lane shows; what stands later covers what stands before.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    #[default]
    Nothing,
    /// The program is there from its start to its end.
    There,
    Active,
    Holds,
    Lines(usize),
    Killed,
}

fn row(timeline: &Timeline, index: usize, lane: &Lane, room: usize) -> String {
    let place = |mark: usize| column(timeline.marks[mark].at, timeline.lasts, room);
    let mut cells = vec![Cell::Nothing; room + 1];
    let mut cover = |from: usize, to: usize, cell: Cell| {
        cells[from..=to].iter_mut().for_each(|covered| *covered = (*covered).max(cell));
    };
    if timeline.processes[lane.process].is_program && timeline.processes[lane.process].pid.is_some() {
        cover(0, room - 1, Cell::There);
    }
    if let Some((first, last)) = lane.span {
        cover(place(first), place(last), Cell::Active);
    }
    for hold in timeline.holds.iter().filter(|hold| timeline.marks[hold.from].lane == index) {
        cover(place(hold.from), place(hold.to), Cell::Holds);
    }
    for (mark, _) in timeline.marks.iter().enumerate().filter(|(_, mark)| mark.lane == index) {
        let cell = &mut cells[place(mark)];
        *cell = Cell::Lines(if let Cell::Lines(lines) = *cell { lines + 1 } else { 1 });
    }
    for kill in timeline.kills.iter().filter(|kill| kill.process == lane.process) {
        let last = lane.span.map_or(0, |(_, last)| place(last));
        cells[if kill.at_end { room } else { last + 1 }] = Cell::Killed;
    }
    let shown: String = cells.iter().map(|cell| sign(*cell, colour(lane.actor))).collect();
    shown.trim_end().to_owned()
}

fn sign(cell: Cell, colour: Style) -> String {
    match cell {
        Cell::Nothing => " ".to_owned(),
        Cell::There => styled(DIM, "─"),
        Cell::Active => styled(colour, "━"),
        Cell::Holds => styled(colour, "▒"),
        Cell::Lines(1) => styled(colour, "●"),
        Cell::Lines(lines @ 2..10) => styled(colour.bold(), &lines.to_string()),
        Cell::Lines(_) => styled(colour.bold(), "+"),
        Cell::Killed => styled(KILLED, "✕"),
    }
}

/// What the signs that are there mean, and what can't be drawn in a row.
fn legend(timeline: &Timeline) -> Vec<String> {
    let mut legend = vec![
        "● a line, when it was received; a digit: so many lines; ━ from an actor's first line to its last"
            .to_owned(),
    ];
    if !timeline.holds.is_empty() {
        legend.push("▒ holds the lock".to_owned());
    }
    let name = |lane: usize| timeline.lanes[lane].name.clone();
    let names = |process| {
        let names: Vec<String> = timeline.lanes_of(process).map(name).collect();
        list(&names, "and", En)
    };
    for kill in &timeline.kills {
        let how = match kill.by {
            Killer::Signal(number) => Exit::Signal(number).to_string(),
            Killer::Harness => "killed by the harness".to_owned(),
        };
        let when = if kill.at_end { "" } else { " after its last line" };
        legend.push(format!("✕ {}: {how}{when}", names(kill.process)));
    }
    for arrow in &timeline.arrows {
        match *arrow {
            Arrow::Fork { lane, child } => {
                let created = names(timeline.lanes[timeline.marks[child].lane].process);
                legend.push(format!("→ {} creates {created}", name(lane)));
            }
            Arrow::Before { last, next } => legend.push(format!(
                "⇢ in every run `{}` comes before `{}`",
                start_of(timeline.marks[last].text.as_bytes(), En),
                start_of(timeline.marks[next].text.as_bytes(), En)
            )),
        }
    }
    legend
}

/// The lines in the order of receipt.
fn lines(timeline: &Timeline) -> String {
    let shown = &timeline.marks[..timeline.marks.len().min(LINES)];
    let name = |lane: usize| timeline.lanes[lane].name.as_str();
    let width = shown.iter().map(|mark| name(mark.lane).width()).max().unwrap_or(0);
    let mut text = String::from("\n");
    for mark in shown {
        let (lane, name) = (&timeline.lanes[mark.lane], name(mark.lane));
        let pad = " ".repeat(width - name.width());
        let _ = writeln!(
            text,
            "{:>8.4} s  {}{pad} │ {}",
            mark.at.as_secs_f64(),
            styled(colour(lane.actor), name),
            start_of(mark.text.as_bytes(), En)
        );
    }
    if shown.len() < timeline.marks.len() {
        let more = times((timeline.marks.len() - shown.len()) as u64, ["more line", "more lines"], "", En);
        let _ = writeln!(text, "            {}", styled(DIM, &format!("… and {more}")));
    }
    text
}

/// Several runs: each order in which the lines came, the most frequent one first.
pub fn orders(contract: &Contract, runs: &[Transcript], columns: usize) -> String {
    let orders = super::orders::orders(contract, runs);
    let letters = letters(contract);
    let of = runs.len();
    let head = |seen: usize| format!("{seen} of {of}");
    let width = head(of).width();
    let room = columns.clamp(LEAST, MOST) - width - 2;
    let mut text = String::new();
    for order in orders.iter().take(ORDERS) {
        let seen = head(order.runs);
        let _ = write!(text, "{seen:>width$}  ");
        for &actor in order.actors.iter().take(room / 2 - 1) {
            let letter = letters[actor].to_string();
            let pad = if letter.width() < 2 { " " } else { "" };
            let _ = write!(text, "{}{pad}", styled(colour(Some(actor)), &letter));
        }
        text.push_str(if order.actors.len() < room / 2 { "\n" } else { "…\n" });
    }
    if orders.len() > ORDERS {
        let rest: usize = orders[ORDERS..].iter().map(|order| order.runs).sum();
        let _ = writeln!(text, "{rest:>width$}  in {} more orders", orders.len() - ORDERS);
    }
    let actors = contract.cast.actors.iter().zip(&letters).enumerate();
    let named = actors.map(|(index, (actor, letter))| {
        format!("{} {}", styled(colour(Some(index)), &letter.to_string()), actor.name)
    });
    let named: Vec<String> = named.collect();
    let _ = writeln!(
        text,
        "\n{}\n{}",
        named.join("   "),
        styled(
            DIM,
            "a row is an order that was seen, and in how many runs; a letter is a line, by who printed it"
        )
    );
    let different = times(orders.len() as u64, ["order", "different orders"], "", En);
    let _ = writeln!(text, "{different} in {}", times(of as u64, ["run", "runs"], "", En));
    text
}

/// A number over many runs.
pub fn histogram(name: &str, values: &[f64]) -> String {
    if values.is_empty() { format!("  {name}: no values\n") } else { distribution(name, values) }
}
