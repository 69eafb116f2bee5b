//! Elements of SVG, written one a line: never a blank one, so that a page in Markdown may hold them.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Picture;

/// How wide a picture is at least, in its own units: as wide as a telephone's page, where a unit then is a pixel.
pub const WIDTH: f64 = 328.0;

/// How much larger it is drawn where there is room.
const SCALE: f64 = 1.3;

/// How high a line of text is.
pub const LINE: f64 = 16.0;

/// How wide a column of text is, in what programs print and in words about it.
pub const COLUMN: f64 = 7.2;
pub const SMALL_COLUMN: f64 = 6.2;

/// So many actors have a colour of their own.
pub const COLOURS: usize = 8;

const STYLE: &str = include_str!("style.css");

/// A picture that is being drawn.
pub struct Drawing {
    writer: Writer<Vec<u8>>,
}

impl Drawing {
    /// Draws what `inside` draws, in a picture of this size.
    pub fn draw(picture: &Picture<'_>, width: f64, height: f64, inside: impl FnOnce(&mut Drawing)) -> String {
        let mut drawing = Drawing { writer: Writer::new_with_indent(Vec::new(), b' ', 1) };
        let (title, description) = (format!("{}-title", picture.id), format!("{}-desc", picture.id));
        let names = format!("{title} {description}");
        let head = [
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("class", "timeline"),
            ("viewBox", &format!("0 0 {} {}", short(width), short(height))),
            ("width", &short(width * SCALE)),
            ("height", &short(height * SCALE)),
            ("role", "img"),
            ("aria-labelledby", &names),
        ];
        drawing.group_of("svg", &head, |drawing| {
            drawing.told("title", &[("id", &title)], picture.title);
            drawing.told("desc", &[("id", &description)], picture.description);
            drawing.told("style", &[], STYLE.trim_end());
            drawing.rect("timeline-paper", 0.0, 0.0, width, height);
            inside(drawing);
        });
        String::from_utf8(drawing.writer.into_inner()).expect("only text was written")
    }

    fn put(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect("memory can always be written to");
    }

    fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, allowed(value).as_ref()));
        }
        start
    }

    /// An element with others in it.
    pub fn group_of(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Drawing)) {
        self.put(Event::Start(Drawing::start(name, attributes)));
        inside(self);
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// A group with a title, which shows where a pointer rests on it.
    pub fn group(&mut self, class: &str, title: &str, inside: impl FnOnce(&mut Drawing)) {
        self.group_of("g", &[("class", class)], |drawing| {
            drawing.told("title", &[], title);
            inside(drawing);
        });
    }

    /// An element with nothing in it.
    pub fn element(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(Drawing::start(name, attributes)));
    }

    /// An element with text in it.
    pub fn told(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.put(Event::Start(Drawing::start(name, attributes)));
        self.put(Event::Text(BytesText::new(&allowed(text))));
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// Text that begins at this point.
    pub fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.told("text", &[("class", class), ("x", &short(x)), ("y", &short(y))], text);
    }

    /// Text in this place, as `transform` or `text-anchor` say.
    pub fn placed_text(&mut self, class: &str, x: f64, y: f64, place: (&str, &str), text: &str) {
        self.told("text", &[("class", class), ("x", &short(x)), ("y", &short(y)), place], text);
    }

    /// A rectangle.
    pub fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let numbers = [x, y, width, height].map(short);
        let [x, y, width, height] = numbers.each_ref().map(String::as_str);
        self.element("rect", &[("class", class), ("x", x), ("y", y), ("width", width), ("height", height)]);
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let numbers = [from.0, from.1, to.0, to.1].map(short);
        let [x1, y1, x2, y2] = numbers.each_ref().map(String::as_str);
        self.element("line", &[("class", class), ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)]);
    }

    /// A disc.
    pub fn disc(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let numbers = [x, y, radius].map(short);
        let [x, y, radius] = numbers.each_ref().map(String::as_str);
        self.element("circle", &[("class", class), ("cx", x), ("cy", y), ("r", radius)]);
    }

    /// A path through these points, the last part of it level, with a head where it ends.
    pub fn arrow(&mut self, class: &str, points: &[(f64, f64)]) {
        let [.., (before, _), (x, y)] = *points else { return };
        let point = |(x, y): (f64, f64)| format!("{} {}", short(x), short(y));
        let path: Vec<String> = points.iter().copied().map(point).collect();
        let neck = x - 6.0 * (x - before).signum();
        let head = [(neck, y - 4.0), (x, y), (neck, y + 4.0)].map(point);
        self.element("path", &[("class", class), ("d", &format!("M{}", path.join(" L")))]);
        self.element("polygon", &[("class", "timeline-head"), ("points", &head.join(" "))]);
    }

    /// A cross.
    pub fn cross(&mut self, x: f64, y: f64) {
        self.line("timeline-cross", (x - 5.0, y - 5.0), (x + 5.0, y + 5.0));
        self.line("timeline-cross", (x - 5.0, y + 5.0), (x + 5.0, y - 5.0));
    }
}

/// So many times a unit.
#[allow(clippy::cast_precision_loss, reason = "a picture has few rows and columns")]
pub fn as_units(count: usize, unit: f64) -> f64 {
    count as f64 * unit
}

/// How many columns there are in a width.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a picture is some units wide")]
pub fn columns_in(width: f64, column: f64) -> usize {
    (width / column) as usize
}

/// A coordinate to a tenth.
pub fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The class of what is drawn in an actor's colour.
pub fn colour(what: &str, actor: Option<usize>) -> String {
    match actor {
        Some(actor) => format!("timeline-{what} timeline-c{}", actor % COLOURS + 1),
        None => format!("timeline-{what} timeline-c0"),
    }
}

/// Text without the characters that XML can't hold.
fn allowed(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(forbidden) {
        return Cow::Borrowed(text);
    }
    let escaped = |c: char| if forbidden(c) { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(escaped).collect())
}

/// Text in lines of at most so many columns, broken at spaces where that can be; of a long one at most so many lines.
pub fn wrapped(text: &str, columns: usize, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.width() > columns {
        let cut = end_of(rest, columns);
        if lines.len() + 1 == most {
            lines.push(format!("{}…", &rest[..end_of(rest, columns - 1)]));
            return lines;
        }
        let until = if rest[cut..].starts_with(' ') { cut + 1 } else { cut };
        let space = rest[..until].rfind(' ').filter(|&space| space > cut / 3);
        let cut = space.map_or_else(|| before_closing(rest, cut), |space| space + 1);
        lines.push(rest[..cut].trim_end().to_owned());
        rest = rest[cut..].trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

/// Where a line of Chinese is broken that would be at this place: what ends a phrase begins no line.
fn before_closing(text: &str, cut: usize) -> usize {
    if !text[cut..].starts_with(['，', '。', '、', '；', '：', '！', '？', '）', '”']) {
        return cut;
    }
    text[..cut].char_indices().next_back().map_or(cut, |(last, _)| last).max(1)
}

/// Where the part of a text ends that takes at most so many columns, at least one character.
fn end_of(text: &str, columns: usize) -> usize {
    let mut width = 0;
    for (index, c) in text.char_indices() {
        width += c.width().unwrap_or(0);
        if width > columns && index > 0 {
            return index;
        }
    }
    text.len()
}
