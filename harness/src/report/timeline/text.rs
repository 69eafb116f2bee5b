//! Lanes of text, for a terminal.

use std::fmt::Write;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::axis::{clock, step};
use super::bins::distribution;
use super::events::Event;
use super::orders::letters;
use super::{Deed, Lane, Mark, Timeline};
use crate::contract::Contract;
use crate::language::Language::En;
use crate::report::human;
use crate::report::show::how_it_ended;
use crate::transcript::Transcript;
use crate::words::{start_of, times};

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
pub(crate) fn colour(actor: Option<usize>) -> Style {
    use AnsiColor::{Blue, Cyan, Green, Magenta, Yellow};
    let colours = [Blue, Yellow, Green, Magenta, Cyan];
    actor.map_or(DIM, |actor| colours[actor % colours.len()].on_default())
}

/// One run: its lanes, then what the signs in it mean, then what happened when.
pub fn run(contract: &Contract, run: &Transcript, columns: usize) -> String {
    let timeline = Timeline::new(contract, run, En);
    let mut text = lanes(&timeline, columns.clamp(LEAST, MOST));
    text.push('\n');
    for line in legend(&timeline) {
        let _ = writeln!(text, "{}", styled(DIM, &line));
    }
    if let Some(witness) = human::witness(run.witness(), En) {
        let _ = writeln!(text, "{}", styled(DIM, &witness));
    }
    text.push_str(&events(&timeline));
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
    /// It is there, from its birth to its end.
    Alive,
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
    if let Some((born, ended)) = lane.life {
        let at = |at| column(at, timeline.lasts, room);
        cover(at(born), at(ended), Cell::Alive);
    }
    if let Some((first, last)) = lane.span {
        cover(place(first), place(last), Cell::Active);
    }
    for hold in timeline.holds.iter().filter(|hold| timeline.marks[hold.to].lane == index) {
        let born = || lane.life.map_or(0, |(born, _)| column(born, timeline.lasts, room));
        cover(hold.from.map_or_else(born, place), place(hold.to), Cell::Holds);
    }
    for (mark, _) in timeline.marks.iter().enumerate().filter(|(_, mark)| mark.lane == index) {
        let cell = &mut cells[place(mark)];
        *cell = Cell::Lines(if let Cell::Lines(lines) = *cell { lines + 1 } else { 1 });
    }
    for kill in &timeline.kills {
        if timeline.killed_lanes(kill).any(|killed| killed == index) {
            // It covers no line.
            let after = lane.span.map_or(0, |(_, last)| place(last) + 1);
            cells[column(kill.at, timeline.lasts, room).max(after)] = Cell::Killed;
        }
    }
    let shown: String = cells.iter().map(|cell| sign(*cell, colour(lane.actor))).collect();
    shown.trim_end().to_owned()
}

fn sign(cell: Cell, colour: Style) -> String {
    match cell {
        Cell::Nothing => " ".to_owned(),
        Cell::Alive => styled(DIM, "─"),
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
    let when = if timeline.is_witnessed { "written" } else { "received" };
    let mut legend = vec![format!(
        "● a line, when it was {when}; a digit: so many lines; ━ from an actor's first line to its last"
    )];
    let signs = [
        (timeline.lanes.iter().any(|lane| lane.life.is_some()), "─ alive"),
        (!timeline.holds.is_empty(), "▒ holds the lock"),
        (!timeline.kills.is_empty(), "✕ killed"),
    ];
    let signs: Vec<&str> = signs.into_iter().filter(|(there, _)| *there).map(|(_, sign)| sign).collect();
    legend.extend((!signs.is_empty()).then(|| signs.join("; ")));
    legend.extend(timeline.befores.iter().map(|before| {
        format!(
            "⇢ in every run `{}` comes before `{}`",
            start_of(timeline.marks[before.last].text.as_bytes(), En),
            start_of(timeline.marks[before.next].text.as_bytes(), En)
        )
    }));
    legend
}

/// What happened, in the order of time: at what time, who, a sign, and what.
fn events(timeline: &Timeline) -> String {
    let rows: Vec<_> = timeline.events(LINES).into_iter().map(|(event, _)| row_of(timeline, event)).collect();
    let name = |row: &EventRow| timeline.lanes[row.lane].name.as_str();
    let width = rows.iter().map(|row| name(row).width()).max().unwrap_or(0);
    let mut text = String::from("\n");
    for row in &rows {
        let (lane, name) = (&timeline.lanes[row.lane], name(row));
        let pad = " ".repeat(width - name.width());
        let _ = writeln!(
            text,
            "{:>8.4} s  {}{pad} {} {}",
            row.at.as_secs_f64(),
            styled(colour(lane.actor), name),
            row.sign,
            row.text
        );
    }
    let more = timeline.marks.len().saturating_sub(LINES);
    if more > 0 {
        let more = times(more as u64, ["more line", "more lines"], "", En);
        let _ = writeln!(text, "            {}", styled(DIM, &format!("… and {more}")));
    }
    text
}

/// What is told of something that happened.
struct EventRow {
    at: Duration,
    lane: usize,
    sign: char,
    text: String,
}

fn row_of(timeline: &Timeline, event: Event) -> EventRow {
    match event {
        Event::Mark(mark) => {
            let Mark { lane, at, text, .. } = &timeline.marks[mark];
            EventRow { at: *at, lane: *lane, sign: '│', text: start_of(text.as_bytes(), En) }
        }
        Event::Arrow(index) => {
            let arrow = &timeline.arrows[index];
            let (lane, text) = timeline.deed(index, En);
            EventRow {
                at: arrow.at, lane, sign: if arrow.deed == Deed::Awaited { '←' } else { '→' }, text
            }
        }
        Event::Kill(kill) => {
            let kill = &timeline.kills[kill];
            let lane = timeline.main_of_process(kill.process);
            EventRow { at: kill.at, lane, sign: '✕', text: timeline.killed(kill, En) }
        }
    }
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
