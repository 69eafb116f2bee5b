//! The canonical form: what stays the same in every run.
//!
//! One line of text for each line that the program printed: `actor │ text`, grouped by actor in the contract's
//! order. The order within an actor is kept, the order between actors dropped. `docs/canonical.md` has the rules.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::contract::Captures;
use crate::number::Number;
use crate::reading::{Captured, Claimed, Reading, Role};
use crate::transcript::{Line, Stream};

/// Stands between an actor and what it printed.
const SEPARATOR: &str = " │ ";

/// Lines that are shown together: an actor's on one stream, or one of many players' of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Group {
    /// The actor's index; those that nobody claims come last.
    actor: usize,
    player: Option<usize>,
    stream: Stream,
}

/// The canonical form of what a reading read; empty where nothing was printed.
pub fn canonical(reading: &Reading<'_>) -> String {
    let forms = Forms::new(reading);
    let mut groups: HashMap<Group, String> = HashMap::new();
    let mut captured = reading.captured().iter().peekable();
    for (index, line) in reading.transcript.lines().iter().enumerate() {
        let (actor, each) = match reading.claimed(index) {
            Claimed::By(actor) => (actor as usize, reading.contract.actors[actor as usize].each),
            Claimed::Nobody => (reading.contract.actors.len(), false),
            Claimed::Ignored => continue,
        };
        let player = line.writer.filter(|_| each);
        let group = groups.entry(Group { actor, player, stream: line.stream }).or_default();
        let text = reading.transcript.text(line);
        let mut shown = 0;
        while let Some(part) = captured.next_if(|part| part.line == index) {
            if let Some(form) = forms.of(part, player, text) {
                escape(&text[shown..part.range().start], false, group);
                group.push_str(&form);
                shown = part.range().end;
            }
        }
        escape(&text[shown..], true, group);
        group.push_str(if line.newline { "\n" } else { "‹no newline›\n" });
    }
    assemble(reading, groups)
}

/// For each line, its text with pids as who has them, where that is known: all else of it is as it was printed.
pub(crate) fn with_roles(reading: &Reading<'_>) -> Vec<String> {
    let forms = Forms::new(reading);
    let mut captured = reading.captured().iter().peekable();
    let line = |(index, line): (usize, &Line)| {
        let text = reading.transcript.text(line);
        let (mut told, mut shown) = (String::new(), 0);
        while let Some(part) = captured.next_if(|part| part.line == index) {
            let own = line.writer.filter(|_| reading.is_of_many(index));
            let role = forms.of(part, own, text).filter(|_| reading.is_pid(part));
            if let Some(role) = role {
                told += &String::from_utf8_lossy(&text[shown..part.range().start]);
                told += &role;
                shown = part.range().end;
            }
        }
        told + &String::from_utf8_lossy(&text[shown..])
    };
    reading.transcript.lines().iter().enumerate().map(line).collect()
}

/// Puts the groups in order and their labels before their lines.
fn assemble(reading: &Reading<'_>, groups: HashMap<Group, String>) -> String {
    let mut groups: Vec<(Group, String)> = groups.into_iter().collect();
    // Which of many players is which nobody can tell: what they printed decides their order.
    groups.sort_unstable_by(|(left, left_text), (right, right_text)| {
        (left.actor, left.stream).cmp(&(right.actor, right.stream)).then_with(|| left_text.cmp(right_text))
    });
    let mut labels: Vec<String> = Vec::with_capacity(groups.len());
    let mut number = 0;
    for (index, (group, _)) in groups.iter().enumerate() {
        let same = |other: &Group| other.actor == group.actor && other.stream == group.stream;
        number = if index > 0 && same(&groups[index - 1].0) { number + 1 } else { 1 };
        labels.push(label(reading, *group, number));
    }
    // A label that the contract does not foresee must not move all the others: a diff would show every line.
    let foreseen =
        reading.contract.actors.iter().map(|actor| actor.name.width() + if actor.each { 2 } else { 0 });
    let width = foreseen.max().unwrap_or(0);
    let size = groups.iter().map(|(_, text)| text.len() * 2).sum();
    let mut form = String::with_capacity(size);
    for (label, (_, text)) in labels.iter().zip(&groups) {
        let pad = " ".repeat(width.saturating_sub(label.width()));
        for line in text.split_terminator('\n') {
            for part in [label, &pad, SEPARATOR, line, "\n"] {
                form.push_str(part);
            }
        }
    }
    form
}

fn label(reading: &Reading<'_>, group: Group, number: usize) -> String {
    let mut label = match reading.contract.actors.get(group.actor) {
        None => "‹nobody›".to_owned(),
        Some(actor) => actor.name.clone(),
    };
    if group.player.is_some() {
        let _ = write!(label, "#{number}");
    }
    if group.stream == Stream::Stderr {
        label.push_str(" (stderr)");
    }
    label
}

/// How what names captured is shown.
struct Forms<'a, 'b> {
    reading: &'b Reading<'a>,
    roles: HashMap<u32, Role>,
    names: Vec<String>,
}

impl<'a, 'b> Forms<'a, 'b> {
    fn new(reading: &'b Reading<'a>) -> Forms<'a, 'b> {
        let names = reading.contract.names.iter().map(|name| format!("‹{}›", name.name)).collect();
        Forms { reading, roles: reading.roles(), names }
    }

    /// What stands in place of a captured part; `None` where it isn't what the name says, and stays as it is.
    fn of(&self, part: &Captured, player: Option<usize>, line: &[u8]) -> Option<Cow<'_, str>> {
        let text = std::str::from_utf8(&line[part.range()]).ok()?;
        match self.reading.contract.names[part.name].captures {
            Captures::Text => {}
            Captures::Number => {
                Number::parse(text)?;
            }
            Captures::Pid => {
                let pid: u32 = text.parse().ok()?;
                // A pid is not written as `007`.
                return self.pid(pid, player).filter(|_| pid.to_string() == text);
            }
        }
        Some(Cow::Borrowed(&self.names[part.name]))
    }

    fn pid(&self, pid: u32, player: Option<usize>) -> Option<Cow<'_, str>> {
        if player.is_some_and(|player| self.reading.pid(player) == pid) {
            return Some(Cow::Borrowed("‹own pid›"));
        }
        Some(Cow::Owned(match *self.roles.get(&pid)? {
            Role::Program => "‹pid of main›".to_owned(),
            Role::Actor(actor) => {
                let actor = &self.reading.contract.actors[actor];
                let article = if actor.each { "a " } else { "" };
                format!("‹pid of {article}{}›", actor.name)
            }
        }))
    }
}

/// Appends bytes as visible text: what could be taken for something else is escaped, the rest is itself.
fn escape(bytes: &[u8], to_the_end: bool, form: &mut String) {
    let trailing = if to_the_end { bytes.iter().rev().take_while(|&&b| b == b' ').count() } else { 0 };
    for chunk in bytes[..bytes.len() - trailing].utf8_chunks() {
        let valid = chunk.valid();
        if valid.bytes().all(|b| b >= b' ' && b != b'\\' && b != 0x7f && b < 0xc2) {
            form.push_str(valid);
        } else {
            valid.chars().for_each(|c| escape_char(c, form));
        }
        for byte in chunk.invalid() {
            let _ = write!(form, "\\x{byte:02x}");
        }
    }
    (0..trailing).for_each(|_| form.push_str("‹space›"));
}

fn escape_char(c: char, form: &mut String) {
    match c {
        '\\' => form.push_str("\\\\"),
        '‹' => form.push_str("\\‹"),
        '\t' => form.push_str("\\t"),
        '\r' => form.push_str("\\r"),
        _ if c.is_control() || is_invisible(c) => {
            let _ = write!(form, "\\u{{{:x}}}", u32::from(c));
        }
        _ => form.push(c),
    }
}

/// Characters that a reader can't see, or that change what the reader sees around them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}
