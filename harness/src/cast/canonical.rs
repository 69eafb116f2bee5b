//! The canonical form: what stays the same in every run.
//!
//! One line of text for each line that the program printed: `actor │ text`, grouped by actor in the contract's
//! order. The order within an actor is kept, the order between actors dropped; an actor whose lines vary in number is left out.
//! `docs/canonical.md` has the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::{self, Write};

use regex::bytes::CaptureLocations;
use unicode_width::UnicodeWidthStr;

use super::number::Number;
use super::pattern::Pattern;
use super::reading::{Captured, Claimed, Reading, Role, Worker};
use super::{Actor, Captures, Cast, Kind, MAIN};
use crate::transcript::{Line, Stream};
use crate::words::is_invisible;

/// Stands between an actor and what it printed.
const SEPARATOR: &str = " │ ";

/// The canonical form of what a reading read; empty where nothing was printed.
pub fn canonical(reading: &Reading<'_>) -> String {
    let mut form = String::new();
    Form::new(reading).write(&mut form).expect("a string takes all that is written to it");
    form
}

/// For each line, its text with pids as who has them, where that is known: all else of it is as it was printed.
pub(crate) fn with_roles(reading: &Reading<'_>) -> Vec<String> {
    let form = Form::new(reading);
    let line = |(index, line): (usize, &Line)| {
        let text = reading.transcript.text(line);
        let (mut told, mut shown) = (String::new(), 0);
        for part in reading.captured(index).iter().filter(|part| reading.is_pid(part)) {
            if let Some(role) = form.of(part, text) {
                told += &String::from_utf8_lossy(&text[shown..part.range().start]);
                told += role;
                shown = part.range().end;
            }
        }
        told + &String::from_utf8_lossy(&text[shown..])
    };
    reading.transcript.lines().iter().enumerate().map(line).collect()
}

/// The lines that are looked at, in the order in which they came: the index of each, and its text as the form has it.
pub(crate) fn in_order(reading: &Reading<'_>) -> Vec<(usize, String)> {
    let form = Form::new(reading);
    let line = |line: usize| {
        let mut text = String::new();
        form.write_line(line, &mut text).expect("a string takes all that is written to it");
        (line, text.trim_end_matches('\n').to_owned())
    };
    let looked_at = |&line: &usize| reading.claimed(line) != Claimed::Ignored;
    (0..reading.transcript.lines().len()).filter(looked_at).map(line).collect()
}

/// Whether a text is the canonical form of what a reading read. That is told without making the form.
pub(crate) fn is_canonical(text: &str, reading: &Reading<'_>) -> bool {
    let mut rest = Rest(text);
    Form::new(reading).write(&mut rest).is_ok() && rest.0.is_empty()
}

/// The lines that a form should hold and does not, whoever printed them there.
pub(crate) fn lines_not_in(form: &str, reading: &Reading<'_>) -> Vec<usize> {
    let known: HashSet<&str> =
        form.lines().filter_map(|line| line.split_once(SEPARATOR)).map(|(_, text)| text).collect();
    let this = Form::new(reading);
    let is_new = |&line: &usize| {
        let mut text = String::new();
        let written = this.write_line(line, &mut text);
        written.is_ok() && !known.contains(text.trim_end_matches('\n'))
    };
    let is_of_form = |&line: &usize| match reading.claimed(line) {
        Claimed::By(actor) => !reading.cast.actors[actor as usize].varies,
        Claimed::Nobody => true,
        Claimed::Ignored => false,
    };
    (0..reading.transcript.lines().len()).filter(is_of_form).filter(is_new).collect()
}

/// Whether two forms hold the same texts equally often, whoever printed them, in whatever order.
pub(crate) fn are_reordered(left: &str, right: &str) -> bool {
    let texts = |form: &str| {
        let texts =
            form.lines().map(|line| line.split_once(SEPARATOR).map_or(line, |(_, text)| text).to_owned());
        let mut texts: Vec<String> = texts.collect();
        texts.sort_unstable();
        texts
    };
    texts(left) == texts(right)
}

/// What is still to be written of a text that is known before. To write anything else is an error.
struct Rest<'a>(&'a str);

impl Write for Rest<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// A canonical form that is yet to be written.
struct Form<'a, 'b> {
    reading: &'b Reading<'a>,
    /// Whose the pids are that are somebody's.
    pids: HashMap<u32, Role>,
    /// How the pid of each actor is shown.
    actors: Vec<String>,
    /// How the names are shown.
    names: Vec<String>,
    /// How wide the labels are. One that the contract does not foresee must not move all the others: a diff would
    /// show every line.
    width: usize,
}

impl<'a, 'b> Form<'a, 'b> {
    fn new(reading: &'b Reading<'a>) -> Form<'a, 'b> {
        let Cast { actors, names, .. } = reading.cast;
        let shown = |actor: &Actor| {
            let article = if actor.each { "a " } else { "" };
            format!("‹pid of {article}{}›", actor.name)
        };
        let kept = actors.iter().filter(|actor| !actor.varies);
        let foreseen = kept.map(|actor| actor.name.width() + if actor.each { 2 } else { 0 });
        Form {
            reading,
            pids: reading.roles(),
            actors: actors.iter().map(shown).collect(),
            names: names.iter().map(|name| format!("‹{}›", name.name)).collect(),
            width: foreseen.max().unwrap_or(0),
        }
    }

    fn write(&self, to: &mut impl Write) -> fmt::Result {
        for group in self.groups() {
            let pad = self.width.saturating_sub(group.label.width());
            let label = format!("{}{:pad$}{SEPARATOR}", group.label, "");
            for line in group.lines {
                to.write_str(&label)?;
                self.write_line(line, to)?;
            }
        }
        Ok(())
    }

    fn groups(&self) -> Vec<Group> {
        let mut groups = Vec::new();
        for (actor, streams) in self.lines_of_actors().into_iter().enumerate() {
            let each = self.reading.cast.actors.get(actor).filter(|actor| actor.each);
            let players = match each {
                Some(each) => self.players(each, &streams),
                None => vec![streams],
            };
            for (number, streams) in (1..).zip(players) {
                let first = streams.iter().flatten().next();
                let number = first.and_then(|&line| self.reading.worker(line)).and(each).map(|_| number);
                let workers = each.and_then(|each| each.task.as_ref()).map_or(1, |_| self.workers(&streams));
                let label = |stream| self.label(actor, number, workers, stream);
                let streams = [Stream::Stdout, Stream::Stderr].into_iter().zip(streams);
                groups.extend(streams.map(|(stream, lines)| Group { label: label(stream), lines }));
            }
        }
        groups
    }

    /// The lines of each actor on stdout and on stderr, and last those that nobody claims. Of those that vary in number there are
    /// none.
    fn lines_of_actors(&self) -> Vec<Streams> {
        let actors = self.reading.cast.actors.len();
        let mut lines = vec![Streams::default(); actors + 1];
        for (index, line) in self.reading.transcript.lines().iter().enumerate() {
            let actor = match self.reading.claimed(index) {
                Claimed::By(actor) if self.reading.cast.actors[actor as usize].varies => continue,
                Claimed::By(actor) => actor as usize,
                Claimed::Nobody => actors,
                Claimed::Ignored => continue,
            };
            lines[actor][usize::from(line.stream == Stream::Stderr)].push(index);
        }
        lines
    }

    /// The lines of each of many who play an actor, on both streams; or of each task that they share. Which is which nobody can
    /// tell: what they printed decides their order.
    fn players(&self, actor: &Actor, streams: &Streams) -> Vec<Streams> {
        let mut lines: Vec<(usize, usize)> = (0..)
            .zip(streams)
            .flat_map(|(stream, lines)| lines.iter().map(move |&line| (line, stream)))
            .collect();
        lines.sort_unstable();
        let mut tasks = Tasks::new(actor.task.as_ref());
        let mut players = BTreeMap::<Player<'_>, Streams>::new();
        for (line, stream) in lines {
            let text = self.reading.transcript.text(&self.reading.transcript.lines()[line]);
            let player = tasks.player(self.reading.worker(line), text);
            players.entry(player).or_default()[stream].push(line);
        }
        let mut players: Vec<Streams> = players.into_values().collect();
        players.sort_by_cached_key(|streams| {
            let text = streams.each_ref().map(|lines| {
                let mut text = String::new();
                lines.iter().try_for_each(|&line| self.write_line(line, &mut text)).map(|()| text)
            });
            (text, self.workers(streams))
        });
        players
    }

    /// How many have printed these lines.
    fn workers(&self, streams: &Streams) -> usize {
        let workers: BTreeSet<_> = streams.iter().flatten().map(|&line| self.reading.worker(line)).collect();
        workers.len()
    }

    fn writer(&self, line: usize) -> Option<usize> {
        self.reading.transcript.lines()[line].process
    }

    fn label(&self, actor: usize, number: Option<usize>, workers: usize, stream: Stream) -> String {
        let name = self.reading.cast.actors.get(actor).map_or("‹nobody›", |actor| &actor.name);
        let number = number.map_or(String::new(), |number| format!("#{number}"));
        let workers = if workers > 1 { format!(" ‹by {workers}›") } else { String::new() };
        let stream = if stream == Stream::Stderr { " (stderr)" } else { "" };
        format!("{name}{number}{workers}{stream}")
    }

    fn write_line(&self, index: usize, to: &mut impl Write) -> fmt::Result {
        let line = &self.reading.transcript.lines()[index];
        let text = self.reading.transcript.text(line);
        let mut shown = 0;
        for part in self.reading.captured(index) {
            if let Some(form) = self.of(part, text) {
                escape(&text[shown..part.range().start], false, to)?;
                to.write_str(form)?;
                shown = part.range().end;
            }
        }
        escape(&text[shown..], true, to)?;
        to.write_str(if line.newline { "\n" } else { "‹no newline›\n" })
    }

    /// What stands in place of a captured part; `None` where it isn't what the name says, and stays as it is.
    fn of(&self, part: &Captured, line: &[u8]) -> Option<&str> {
        let text = std::str::from_utf8(&line[part.range()]).ok()?;
        match self.reading.cast.names[part.name].captures {
            Captures::Text => {}
            Captures::Number => {
                Number::parse(text)?;
            }
            Captures::Pid => return self.pid(text, part.line),
        }
        Some(&self.names[part.name])
    }

    /// Whose a pid is. Of several parts that a process plays, the line's own comes first: which others it plays may be
    /// chance. Only main's comes before, which threads share.
    fn pid(&self, text: &str, line: usize) -> Option<&str> {
        let writer = self.writer(line);
        let pid = self.reading.pid_meant(text, writer)?;
        let actors = &self.reading.cast.actors;
        let own = match self.reading.claimed(line) {
            Claimed::By(actor) if writer.map(|writer| self.reading.pid(writer)) == Some(pid) => {
                Some(actor as usize)
            }
            _ => None,
        };
        Some(match (*self.pids.get(&pid)?, own) {
            (_, Some(own)) if actors[own].each && actors[own].kind != Some(Kind::Thread) => "‹own pid›",
            (Role::Program, _) => "‹pid of main›",
            (Role::Actor(actor), Some(own)) if actors[actor].name != MAIN => &self.actors[own],
            (Role::Actor(actor), _) => &self.actors[actor],
        })
    }
}

/// Whose lines belong together: one worker's, or those of one task.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Player<'a> {
    Task(&'a [u8]),
    Worker(Option<Worker>),
}

/// Which tasks workers are at.
struct Tasks<'a, 'p> {
    task: Option<(&'p Pattern, CaptureLocations)>,
    now: BTreeMap<Option<Worker>, &'a [u8]>,
}

impl<'a, 'p> Tasks<'a, 'p> {
    fn new(task: Option<&'p Pattern>) -> Tasks<'a, 'p> {
        Tasks { task: task.map(|task| (task, task.locations())), now: BTreeMap::new() }
    }

    /// Whose the next line is, by who printed it. One that names no task is of the task that its worker was at.
    fn player(&mut self, worker: Option<Worker>, text: &'a [u8]) -> Player<'a> {
        let named = self.task.as_mut().and_then(|(task, locations)| task.group(locations, text));
        if let Some((start, end)) = named {
            self.now.insert(worker, &text[start..end]);
        }
        self.now.get(&worker).map_or(Player::Worker(worker), |task| Player::Task(task))
    }
}

/// Indexes of lines on stdout, and on stderr.
type Streams = [Vec<usize>; 2];

/// Lines that are shown together: an actor's on one stream, or one of many players' of it.
struct Group {
    label: String,
    lines: Vec<usize>,
}

/// Writes bytes as visible text: what could be taken for something else is escaped, the rest is itself.
fn escape(bytes: &[u8], to_the_end: bool, to: &mut impl Write) -> fmt::Result {
    let trailing = if to_the_end { bytes.iter().rev().take_while(|&&b| b == b' ').count() } else { 0 };
    for chunk in bytes[..bytes.len() - trailing].utf8_chunks() {
        let valid = chunk.valid();
        // Without a way out of the loop it takes many bytes at once.
        if valid.bytes().fold(true, |plain, b| plain & is_plain(b)) {
            to.write_str(valid)?;
        } else {
            valid.chars().try_for_each(|c| escape_char(c, to))?;
        }
        for byte in chunk.invalid() {
            write!(to, "\\x{byte:02x}")?;
        }
    }
    (0..trailing).try_for_each(|_| to.write_str("‹space›"))
}

/// Whether a byte of UTF-8 always stands for itself.
fn is_plain(byte: u8) -> bool {
    (b' '..0xc2).contains(&byte) && byte != b'\\' && byte != 0x7f
}

fn escape_char(c: char, to: &mut impl Write) -> fmt::Result {
    match c {
        '\\' => to.write_str("\\\\"),
        '‹' => to.write_str("\\‹"),
        '\t' => to.write_str("\\t"),
        '\r' => to.write_str("\\r"),
        _ if c.is_control() || is_invisible(c) => write!(to, "\\u{{{:x}}}", u32::from(c)),
        _ => to.write_char(c),
    }
}
