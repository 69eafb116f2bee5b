//! A number that varies, over many runs.

use super::Picture;
use super::drawing::{Drawing, SMALL_COLUMN, WIDTH, as_units};
use super::words::Words;
use crate::cast::number::Number;
use crate::report::timeline::bins::Bins;

/// How high the highest bar is.
const HIGH: f64 = 130.0;

/// Draws how often a number had which values.
pub fn histogram(name: &str, values: &[f64], picture: &Picture<'_>) -> String {
    let words = Words::of(picture.language);
    let bins = Bins::new(values);
    Drawing::draw(picture, WIDTH, HIGH + 92.0, |drawing| {
        let Some(bins) = bins else {
            drawing.text("timeline-words", 8.0, 24.0, &words.values(name, 0, "–"));
            return;
        };
        drawing.text("timeline-words", 8.0, 16.0, &words.values(name, values.len(), &bins.told(bins.median)));
        let (left, right, base) = (34.0, WIDTH - 12.0, HIGH + 40.0);
        let wide = (right - left) / as_units(bins.counts.len(), 1.0);
        let most = bins.counts.iter().copied().max().unwrap_or(1).max(1);
        for (index, &count) in bins.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let high = HIGH * as_units(count, 1.0) / as_units(most, 1.0);
            let (from, to) = bins.range(index);
            let title = format!("{} – {}: {count}", bins.told(from), bins.told(to));
            drawing.group("timeline-count", &title, |drawing| {
                let x = left + as_units(index, wide) + 0.5;
                drawing.rect("timeline-cell timeline-c1", x, base - high, wide - 1.0, high);
            });
        }
        drawing.line("timeline-life timeline-c0", (left, base), (right, base));
        for (count, y) in [(most, base - HIGH), (0, base)] {
            drawing.line("timeline-tick", (left - 4.0, y), (right, y));
            drawing.placed_text(
                "timeline-faint",
                left - 7.0,
                y + 4.0,
                ("text-anchor", "end"),
                &count.to_string(),
            );
        }
        let place = left + (right - left) * bins.place(bins.median);
        drawing.line("timeline-before", (place, base - HIGH - 10.0), (place, base + 6.0));
        let median = bins.told(bins.median);
        let room = as_units(median.len(), SMALL_COLUMN / 2.0);
        let middle = place.clamp(left + room, right - room);
        for (x, below, anchor, value) in [
            (left, 18.0, "start", &bins.told(bins.least)),
            (right, 18.0, "end", &bins.told(bins.greatest)),
            (middle, 34.0, "middle", &median),
        ] {
            drawing.placed_text("timeline-small", x, base + below, ("text-anchor", anchor), value);
        }
    })
}

impl Bins {
    /// A value as exactly as these bins tell values apart: of a bin's width its first two digits.
    pub fn told(&self, value: f64) -> String {
        let (from, to) = self.range(0);
        let digits = (1.0 - (to - from).log10().floor()).clamp(0.0, 9.0);
        let unit = 10_f64.powf(digits);
        grouped((value * unit).round() / unit)
    }
}

/// A number as people read it: its thousands apart.
fn grouped(number: f64) -> String {
    let text =
        if number.fract() == 0.0 { format!("{number:.0}") } else { Number::Decimal(number).to_string() };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let mut told = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    format!("{sign}{told}{fraction}")
}
