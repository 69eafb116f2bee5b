//! The shape of a line: its text with the parts that may vary taken out.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What stands in a part that may vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Whole,
    Decimal,
    Hex,
    Moment,
    Word,
}

impl Class {
    /// Matches any such part.
    pub fn pattern(self) -> &'static str {
        match self {
            Class::Whole => r"\d+",
            Class::Decimal => r"\d+\.\d+",
            Class::Hex => "0x[0-9a-fA-F]+",
            Class::Moment => MOMENT,
            Class::Word => r"\S+",
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Class::Whole | Class::Decimal)
    }
}

/// A piece of a shape.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Literal(String),
    Slot(Class),
}

/// The shape of a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Template {
    pub parts: Vec<Part>,
}

/// A time of day, with its date or without: as ISO 8601, Python, Go and syslog write it.
pub(crate) const MOMENT: &str =
    r"(?:\d{4}[-/]\d\d[-/]\d\d[T ]|[A-Z][a-z]{2} [ \d]\d )?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?";

static VARYING: LazyLock<Regex> = LazyLock::new(|| {
    let numbers = r"(?<hex>0x[0-9a-fA-F]+)|(?<decimal>\d+\.\d+)|(?<whole>\d+)";
    Regex::new(&format!("(?<moment>{MOMENT})|{numbers}")).expect("a valid pattern")
});

impl Template {
    /// The shape of one line: every number in it may vary.
    pub fn of(text: &str) -> Template {
        let mut template = Template { parts: Vec::new() };
        let mut end = 0;
        for found in VARYING.captures_iter(text) {
            let whole = found.get_match();
            let classes = [
                ("moment", Class::Moment),
                ("hex", Class::Hex),
                ("decimal", Class::Decimal),
                ("whole", Class::Whole),
            ];
            let class = classes.into_iter().find(|(name, _)| found.name(name).is_some());
            template.literal(&text[end..whole.start()]);
            template.parts.push(Part::Slot(class.expect("one of them matched").1));
            end = whole.end();
        }
        template.literal(&text[end..]);
        template
    }

    /// The shape that lines of as many words have in common: where their words differ, a word may vary.
    pub fn common(texts: &[&str]) -> Template {
        let lines: Vec<Vec<&str>> = texts.iter().map(|text| text.split(' ').collect()).collect();
        let mut template = Template { parts: Vec::new() };
        for index in 0..lines[0].len() {
            if index > 0 {
                template.literal(" ");
            }
            let column: Vec<&str> = lines.iter().map(|words| words[index]).collect();
            let shape = Template::of(column[0]);
            if column.iter().all(|word| Template::of(word) == shape) {
                for part in shape.parts {
                    match part {
                        Part::Literal(text) => template.literal(&text),
                        slot @ Part::Slot(_) => template.parts.push(slot),
                    }
                }
            } else {
                let (before, after) = around(&column);
                template.literal(before);
                template.parts.push(Part::Slot(Class::Word));
                template.literal(after);
            }
        }
        template
    }

    fn literal(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Literal(last)) => last.push_str(text),
            _ => self.parts.push(Part::Literal(text.to_owned())),
        }
    }

    /// The classes of its slots.
    pub fn slots(&self) -> impl Iterator<Item = Class> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(class) => Some(*class),
            Part::Literal(_) => None,
        })
    }

    /// Matches whole lines of this shape; slots for which `captured` holds are groups.
    pub fn pattern(&self, captured: impl Fn(usize) -> bool) -> String {
        let mut pattern = "^".to_owned();
        let mut slot = 0;
        for part in &self.parts {
            match part {
                Part::Literal(text) => pattern.push_str(&escape(text)),
                Part::Slot(class) => {
                    let class = class.pattern();
                    let group = if captured(slot) { ["(", class, ")"] } else { ["", class, ""] };
                    pattern.extend(group);
                    slot += 1;
                }
            }
        }
        pattern + "$"
    }

    /// Matches the lines of this shape, and captures each slot.
    pub fn finder(&self) -> Regex {
        Regex::new(&self.pattern(|_| true)).expect("a shape is a valid pattern")
    }

    /// Where the slots are in a line of a shape, by its [finder](Template::finder).
    pub fn places(finder: &Regex, text: &str) -> Vec<Range<usize>> {
        let found = finder.captures(text);
        found.map_or_else(Vec::new, |found| found.iter().skip(1).flatten().map(|part| part.range()).collect())
    }

    /// The literal text before and after a slot, up to the next slots or the line's ends.
    pub fn around(&self, slot: usize) -> (&str, &str) {
        let slots = self.parts.iter().enumerate().filter(|(_, part)| matches!(part, Part::Slot(_)));
        let at = slots.map(|(at, _)| at).nth(slot).expect("a slot of this shape");
        let literal = |at: Option<usize>| match at.and_then(|at| self.parts.get(at)) {
            Some(Part::Literal(text)) => text.as_str(),
            _ => "",
        };
        (literal(at.checked_sub(1)), literal(Some(at + 1)))
    }

    /// Whether nothing but this slot stands between a literal and the line's start, and its end.
    pub fn reaches(&self, slot: usize) -> (bool, bool) {
        let last = self.slots().count() - 1;
        (slot == 0, slot == last)
    }
}

/// What words have in common at their starts and ends, without cutting through letters and digits.
fn around<'a>(words: &[&'a str]) -> (&'a str, &'a str) {
    let first = words[0];
    let start = words.iter().map(|word| common(first.chars(), word.chars())).min().unwrap_or(0);
    let before = first[..start].trim_end_matches(char::is_alphanumeric);
    let end = words.iter().map(|word| common(first.chars().rev(), word.chars().rev())).min().unwrap_or(0);
    let shortest = words.iter().map(|word| word.len()).min().unwrap_or(0);
    let after = first[first.len() - end..].trim_start_matches(char::is_alphanumeric);
    // Something must be left between them in each of the words.
    if before.len() + after.len() < shortest { (before, after) } else { ("", "") }
}

/// How many bytes are the same at the start of both.
pub(crate) fn common(left: impl Iterator<Item = char>, right: impl Iterator<Item = char>) -> usize {
    left.zip(right).take_while(|(left, right)| left == right).map(|(same, _)| same.len_utf8()).sum()
}

/// Text as a pattern that matches it. Unlike `regex::escape` it leaves alone what only counts in a class.
pub(crate) fn escape(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
