//! One run: time runs down, a lane is a column, and each line has a row.

use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::Picture;
use super::drawing::{COLUMN, Drawing, LINE, SMALL_COLUMN, WIDTH, as_units, colour, columns_in, wrapped};
use super::words::Words;
use crate::contract::Contract;
use crate::language::Language;
use crate::report::timeline::axis::{clock, step};
use crate::report::timeline::events::Event;
use crate::report::timeline::{Deed, Lane, Timeline};
use crate::transcript::{Stream, Transcript};

/// Where the lanes begin: the times stand before them.
const LEFT: f64 = 56.0;

/// Where the axis is.
const AXIS: f64 = LEFT - 4.0;

/// How wide a lane is at least.
const LANE: f64 = 20.0;

/// How high the row of an arrow is.
const ARROW: f64 = 9.0;

/// How far processes stand apart.
const GAP: f64 = 6.0;

/// How long the time is drawn in which no line is received.
const TIME: f64 = 170.0;

/// So many columns there are at least for the lines' text.
const TEXT: f64 = 12.0;

/// A line's text takes so many rows at the most.
const ROWS: usize = 4;

/// So many lines are drawn at the most.
const LINES: usize = 500;

/// Draws one run of a lesson.
pub fn run(contract: &Contract, run: &Transcript, picture: &Picture<'_>) -> String {
    let timeline = Timeline::new(contract, run, picture.language);
    let layout = Layout::new(&timeline, Words::of(picture.language));
    let legend = legend(&timeline, layout.words);
    let columns = columns_in(layout.width - 42.0, SMALL_COLUMN);
    let legend: Vec<_> =
        legend.into_iter().map(|(sample, text)| (sample, wrapped(text, columns, 9))).collect();
    let rows: usize = legend.iter().map(|(_, lines)| lines.len()).sum();
    let height = layout.end + 34.0 + as_units(rows, LINE);
    Drawing::draw(picture, layout.width, height, |drawing| {
        layout.draw(drawing);
        let mut y = layout.end + 32.0;
        for (sample, lines) in &legend {
            sample.draw(drawing, 20.0, y - 4.0);
            for line in lines {
                drawing.text("timeline-words", 40.0, y, line);
                y += LINE;
            }
        }
    })
}

/// Whether there is something in a run to see: several that print or create, or a lock, or an end. Of one thread alone its
/// output tells as much.
pub fn tells(contract: &Contract, run: &Transcript) -> bool {
    let timeline = Timeline::new(contract, run, Language::En);
    let mut threads: Vec<_> = timeline.lanes.iter().map(|lane| (lane.process, lane.thread)).collect();
    threads.dedup();
    threads.len() > 1 || !timeline.holds.is_empty() || !timeline.kills.is_empty()
}

/// Where everything is.
struct Layout<'a> {
    timeline: &'a Timeline,
    words: &'static Words,
    /// The middle of each lane.
    lanes: Vec<f64>,
    /// Whether the lanes' names are slanted, because there is no room for them.
    slanted: bool,
    /// Where the text begins.
    text: f64,
    width: f64,
    rows: Vec<Row>,
    /// Where the time begins and ends.
    start: f64,
    end: f64,
    /// How many marks are drawn.
    shown: usize,
}

/// What stands beside a moment.
struct Row {
    event: Event,
    /// When it is drawn: when it happened, or the moment of the row above it, if that is later.
    at: Duration,
    lines: Vec<String>,
    /// Where the mark is.
    y: f64,
    height: f64,
}

impl Row {
    /// Where it begins.
    fn top(&self) -> f64 {
        self.y - middle(self.event)
    }
}

/// How far below a row's top its mark is.
fn middle(event: Event) -> f64 {
    match event {
        Event::Arrow(_) => ARROW / 2.0,
        Event::Mark(_) | Event::Kill(_) => LINE / 2.0,
    }
}

impl<'a> Layout<'a> {
    fn new(timeline: &'a Timeline, words: &'static Words) -> Layout<'a> {
        let columns = |name: &str| as_units(name.width(), SMALL_COLUMN);
        let names = || timeline.lanes.iter().map(|lane| lane.name.as_str());
        let slanted = names().map(wide_enough).sum::<f64>() > WIDTH * 0.42;
        let (mut lanes, mut x, mut before) = (Vec::new(), LEFT, None);
        for lane in &timeline.lanes {
            x += if before == Some(lane.process) { 0.0 } else { GAP };
            before = Some(lane.process);
            let wide = if slanted { LANE } else { wide_enough(&lane.name) };
            lanes.push(x + wide / 2.0);
            x += wide;
        }
        let longest = names().map(columns).fold(0.0, f64::max);
        let head = if slanted { longest * 0.77 + 10.0 } else { LINE };
        let text = x + 12.0;
        let mut layout = Layout {
            timeline,
            words,
            lanes,
            slanted,
            text,
            width: WIDTH.max(text + TEXT * COLUMN),
            rows: Vec::new(),
            start: head + 16.0,
            end: 0.0,
            shown: timeline.marks.len().min(LINES),
        };
        layout.place_rows();
        layout
    }

    fn place_rows(&mut self) {
        let columns = columns_in(self.width - self.text - 4.0, COLUMN);
        let (mut at, mut below) = (Duration::ZERO, 0.0);
        for (event, happened) in self.timeline.events(self.shown) {
            let text = match event {
                Event::Mark(mark) => Some(self.timeline.marks[mark].told.clone()),
                Event::Kill(kill) => {
                    Some(self.timeline.killed(&self.timeline.kills[kill], self.words.language))
                }
                Event::Arrow(_) => None,
            };
            let lines = text.map_or_else(Vec::new, |text| wrapped(&text, columns, ROWS));
            at = at.max(happened.min(self.timeline.lasts));
            let height = match event {
                Event::Arrow(_) => ARROW,
                Event::Mark(_) | Event::Kill(_) => as_units(lines.len(), LINE) + 3.0,
            };
            let y = self.start + self.elapsed(at) + below + middle(event);
            below += height;
            self.rows.push(Row { event, at, lines, y, height });
        }
        self.end = self.start + TIME + below + 6.0;
    }

    /// How long the time up to a moment is drawn, without the rows.
    fn elapsed(&self, at: Duration) -> f64 {
        let lasts = self.timeline.lasts.as_secs_f64();
        if lasts > 0.0 { TIME * at.as_secs_f64() / lasts } else { 0.0 }
    }

    /// Where a moment is, above the rows of what happened then.
    fn above(&self, at: Duration) -> f64 {
        let before = self.rows.iter().take_while(|row| row.at < at);
        self.start + self.elapsed(at) + before.map(|row| row.height).sum::<f64>()
    }

    /// Where a moment is, below the rows of what had happened by then.
    fn below(&self, at: Duration) -> f64 {
        let before = self.rows.iter().take_while(|row| row.at <= at);
        self.start + self.elapsed(at) + before.map(|row| row.height).sum::<f64>()
    }

    fn y(&self, event: Event) -> f64 {
        self.rows.iter().find(|row| row.event == event).map_or(self.end, |row| row.y)
    }

    fn at_mark(&self, mark: usize) -> (f64, f64) {
        (self.lanes[self.timeline.marks[mark].lane], self.y(Event::Mark(mark)))
    }

    fn draw(&self, drawing: &mut Drawing) {
        self.draw_axis(drawing);
        self.draw_ticks(drawing);
        (0..self.timeline.processes.len()).for_each(|process| self.draw_process(process, drawing));
        (0..self.lanes.len()).for_each(|lane| self.draw_lane(lane, drawing));
        self.draw_holds(drawing);
        self.draw_befores(drawing);
        self.rows.iter().for_each(|row| self.draw_row(row, drawing));
        let more = self.timeline.marks.len() - self.shown;
        if more > 0 {
            drawing.text("timeline-faint", self.text, self.end + 14.0, &self.words.more_lines(more));
        }
    }

    /// The axis: whole where time goes on, broken where it stands still for a row.
    fn draw_axis(&self, drawing: &mut Drawing) {
        let mut from = self.start;
        let mut axis = |class: &str, from: f64, to: f64| {
            drawing.line(class, (AXIS, from), (AXIS, to));
        };
        for row in &self.rows {
            let (top, bottom) = (row.top(), row.top() + row.height);
            axis("timeline-axis", from, top);
            axis("timeline-axis timeline-broken", top, bottom);
            from = bottom;
        }
        axis("timeline-axis", from, self.end);
    }

    fn draw_ticks(&self, drawing: &mut Drawing) {
        let lasts = self.timeline.lasts;
        let mut tick = |y: f64, text: &str| {
            drawing.line("timeline-tick", (AXIS, y), (self.text - 8.0, y));
            let place = ("text-anchor", "end");
            drawing.placed_text("timeline-faint", AXIS - 3.0, y + 4.0, place, text);
        };
        let step = step(lasts);
        let times = (0..=6).map(|tick| step * tick);
        for at in times.take_while(|&at| self.end - self.below(at) > 14.0 && at < lasts) {
            tick(self.below(at), &clock(at, lasts));
        }
        tick(self.end, &clock(lasts, lasts));
    }

    /// A box, as far as it is known that the process was there; where there are several, with its number.
    fn draw_process(&self, process: usize, drawing: &mut Drawing) {
        let lanes: Vec<usize> = self.timeline.lanes_of(process).collect();
        let (Some(&first), Some(&last)) = (lanes.first(), lanes.last()) else { return };
        if self.timeline.processes[process].pid.is_none() {
            return;
        }
        let wide = |lane: usize| self.lane_width(lane) / 2.0;
        let (left, right) = (self.lanes[first] - wide(first), self.lanes[last] + wide(last));
        let (top, bottom) = match (self.timeline.processes[process].life, self.timeline.span(process)) {
            (Some((born, ended)), _) => (self.above(born), self.below(ended)),
            (None, Some((first, last))) => {
                (self.y(Event::Mark(first)) - 9.0, self.y(Event::Mark(last)) + 9.0)
            }
            (None, None) => return,
        };
        let title = self.words.process_of(process + 1, &self.timeline.names_of(process));
        drawing.group("timeline-process", &title, |drawing| {
            drawing.rect("timeline-box", left, top, right - left, bottom - top);
            if self.timeline.is_numbered() {
                let (x, number) = (f64::midpoint(left, right), (process + 1).to_string());
                let place = ("text-anchor", "middle");
                drawing.placed_text("timeline-faint", x, self.end + 12.0, place, &number);
            }
        });
    }

    /// A lane: its name, its thread's life, and a bar from its first line to its last.
    fn draw_lane(&self, lane: usize, drawing: &mut Drawing) {
        let x = self.lanes[lane];
        let Lane { name, actor, life, span, .. } = &self.timeline.lanes[lane];
        self.draw_name(*actor, name, x, drawing);
        drawing.line("timeline-guide", (x, self.start - 6.0), (x, self.end));
        if let Some((born, ended)) = *life {
            let killed = |kill| self.timeline.killed_lanes(kill).any(|killed| killed == lane);
            let kill = self.timeline.kills.iter().position(killed);
            let bottom = kill.map_or_else(|| self.below(ended), |kill| self.y(Event::Kill(kill)));
            drawing.line(&colour("life", *actor), (x, self.above(born)), (x, bottom));
        }
        if let Some((first, last)) = *span {
            let (first, last) = (self.y(Event::Mark(first)), self.y(Event::Mark(last)));
            drawing.line(&colour("bar", *actor), (x, first), (x, last));
        }
    }

    fn lane_width(&self, lane: usize) -> f64 {
        let name = &self.timeline.lanes[lane].name;
        if self.slanted { LANE } else { wide_enough(name) }
    }

    fn draw_name(&self, actor: Option<usize>, name: &str, x: f64, drawing: &mut Drawing) {
        let y = self.start - 10.0;
        if self.slanted {
            let turn = format!("rotate(-50 {x:.1} {y:.1})");
            drawing.placed_text("timeline-small", x, y, ("transform", &turn), name);
        } else {
            drawing.placed_text("timeline-small", x, y, ("text-anchor", "middle"), name);
        }
        drawing.disc(&colour("mark", actor), x, self.start - 4.0, 0.1);
    }

    fn draw_holds(&self, drawing: &mut Drawing) {
        for hold in &self.timeline.holds {
            let lane = self.timeline.marks[hold.to].lane;
            let born = || self.timeline.lanes[lane].life.map_or(self.start, |(born, _)| self.above(born));
            let top = hold.from.map_or_else(born, |from| self.at_mark(from).1);
            let (x, bottom) = self.at_mark(hold.to);
            let actor = self.timeline.lanes[lane].actor;
            let title = format!("{} {}", self.timeline.lanes[lane].name, self.words.hold);
            drawing.group("timeline-held", &title, |drawing| {
                drawing.rect(&colour("hold", actor), x - 8.0, top, 16.0, bottom - top);
            });
        }
    }

    fn draw_befores(&self, drawing: &mut Drawing) {
        for before in self.timeline.befores.iter().filter(|before| before.next < self.shown) {
            let ((x, y), (to, below)) = (self.at_mark(before.last), self.at_mark(before.next));
            let to = to + 7.0 * (x - to).signum();
            drawing.group("timeline-ordered", self.words.before, |drawing| {
                drawing.arrow("timeline-before", &[(x, y + 6.0), (x, below), (to, below)]);
            });
        }
    }

    fn draw_row(&self, row: &Row, drawing: &mut Drawing) {
        match row.event {
            Event::Mark(index) => {
                let mark = &self.timeline.marks[index];
                let lane = &self.timeline.lanes[mark.lane];
                let class = colour("mark", lane.actor);
                let stderr = if mark.stream == Stream::Stderr { " timeline-stderr" } else { "" };
                let title = format!("{}, {}: {}", precisely(mark.at), lane.name, mark.told);
                drawing.group("timeline-line", &title, |drawing| {
                    let x = self.lanes[mark.lane];
                    drawing.line("timeline-guide", (x, row.y), (self.text - 4.0, row.y));
                    drawing.disc(&format!("{class}{stderr}"), x, row.y, 5.5);
                    self.draw_text("timeline-text", row, drawing);
                });
            }
            Event::Arrow(index) => {
                let arrow = &self.timeline.arrows[index];
                let (from, to) = (self.lanes[arrow.from], self.lanes[arrow.to]);
                let (group, class) = match arrow.deed {
                    Deed::CreatesProcess | Deed::CreatesThread => ("timeline-created", "timeline-create"),
                    Deed::Awaited => ("timeline-awaited", "timeline-await"),
                };
                drawing.group(group, &self.timeline.deed_of(index, self.words.language), |drawing| {
                    drawing.arrow(class, &[(from, row.y), (to - (to - from).signum(), row.y)]);
                });
            }
            Event::Kill(index) => {
                let kill = &self.timeline.kills[index];
                drawing.group(
                    "timeline-kill",
                    &self.timeline.kill_of(kill, self.words.language),
                    |drawing| {
                        self.timeline
                            .killed_lanes(kill)
                            .for_each(|lane| drawing.cross(self.lanes[lane], row.y));
                        self.draw_text("timeline-killed", row, drawing);
                    },
                );
            }
        }
    }

    fn draw_text(&self, class: &str, row: &Row, drawing: &mut Drawing) {
        for (index, line) in row.lines.iter().enumerate() {
            drawing.text(class, self.text, row.y + 4.0 + as_units(index, LINE), line);
        }
    }
}

/// How wide a lane is whose name stands above it.
fn wide_enough(name: &str) -> f64 {
    (as_units(name.width(), SMALL_COLUMN) + 10.0).max(LANE)
}

/// What a legend explains, beside a sample of it.
#[derive(Clone, Copy)]
enum Sample {
    Mark,
    Axis,
    Stderr,
    Process,
    Life,
    Create,
    Await,
    Before,
    Hold,
    Kill,
}

/// What is in the picture and needs words.
fn legend(timeline: &Timeline, words: &Words) -> Vec<(Sample, &'static str)> {
    let stderr = timeline.marks.iter().any(|mark| mark.stream == Stream::Stderr);
    let named = timeline.processes.iter().any(|process| process.pid.is_some());
    let process = if timeline.is_numbered() { words.numbered } else { words.process };
    let time = if timeline.is_witnessed { words.written } else { words.received };
    let has = |deeds: &[Deed]| timeline.arrows.iter().any(|arrow| deeds.contains(&arrow.deed));
    let all = [
        (true, Sample::Mark, time),
        (true, Sample::Axis, words.axis),
        (stderr, Sample::Stderr, words.stderr),
        (named, Sample::Process, process),
        (timeline.lanes.iter().any(|lane| lane.life.is_some()), Sample::Life, words.life),
        (has(&[Deed::CreatesProcess, Deed::CreatesThread]), Sample::Create, words.create),
        (has(&[Deed::Awaited]), Sample::Await, words.awaited),
        (!timeline.befores.is_empty(), Sample::Before, words.before),
        (!timeline.holds.is_empty(), Sample::Hold, words.hold),
        (!timeline.kills.is_empty(), Sample::Kill, words.kill),
    ];
    all.into_iter().filter(|(there, ..)| *there).map(|(_, sample, text)| (sample, text)).collect()
}

impl Sample {
    /// Draws the sample around a point.
    fn draw(self, drawing: &mut Drawing, x: f64, y: f64) {
        match self {
            Sample::Mark => drawing.disc(&colour("mark", None), x, y, 5.5),
            Sample::Axis => {
                drawing.line("timeline-axis", (x, y - 7.0), (x, y));
                drawing.line("timeline-axis timeline-broken", (x, y), (x, y + 7.0));
            }
            Sample::Stderr => drawing.disc("timeline-mark timeline-stderr timeline-c0", x, y, 5.5),
            Sample::Process => drawing.rect("timeline-box", x - 11.0, y - 6.0, 22.0, 12.0),
            Sample::Life => {
                drawing.line(&colour("life", None), (x, y - 6.0), (x, y + 6.0));
                drawing.line(&colour("bar", None), (x, y - 1.0), (x, y + 2.0));
            }
            Sample::Create => drawing.arrow("timeline-create", &[(x - 11.0, y), (x + 11.0, y)]),
            Sample::Await => drawing.arrow("timeline-await", &[(x + 11.0, y), (x - 11.0, y)]),
            Sample::Before => drawing.arrow("timeline-before", &[(x - 11.0, y), (x + 11.0, y)]),
            Sample::Hold => drawing.rect(&colour("hold", None), x - 11.0, y - 6.0, 22.0, 12.0),
            Sample::Kill => drawing.cross(x, y),
        }
    }
}

/// A time as exactly as it can be of use.
fn precisely(at: Duration) -> String {
    format!("{:.3} ms", at.as_secs_f64() * 1e3)
}
