//! Several runs: each order in which the lines came, as a row of cells.

use unicode_width::UnicodeWidthStr;

use super::Picture;
use super::drawing::{Drawing, LINE, SMALL_COLUMN, WIDTH, as_units, colour, columns_in, wrapped};
use super::words::Words;
use crate::contract::Contract;
use crate::report::timeline::orders::{letters, orders as different_orders};
use crate::transcript::Transcript;

/// How wide and high a cell is.
const CELL: f64 = 16.0;

/// So many orders, and so many lines of each, are drawn at the most.
pub const ORDERS: usize = 24;
const LINES: usize = 240;

/// Draws the orders in which the lines came in these runs, the most frequent one first.
pub fn orders(contract: &Contract, runs: &[Transcript], picture: &Picture<'_>) -> String {
    let words = Words::of(picture.language);
    let orders = different_orders(contract, runs);
    let letters = letters(contract);
    let shown = &orders[..orders.len().min(ORDERS)];
    let per_row = columns_in(WIDTH - 16.0, CELL);
    let strips = |lines: usize| lines.min(LINES).div_ceil(per_row).max(1);
    let legend = Legend::new(contract, &letters);
    let explained = wrapped(words.order, columns_in(WIDTH - 16.0, SMALL_COLUMN), 9);
    let rows: usize = shown.iter().map(|order| strips(order.actors.len())).sum();
    let cut = shown.iter().filter(|order| order.actors.len() > LINES).count()
        + usize::from(shown.len() < orders.len());
    let height = legend.height
        + as_units(rows, CELL + 2.0)
        + as_units(shown.len(), LINE + 8.0)
        + as_units(explained.len() + cut, LINE)
        + 20.0;
    Drawing::draw(picture, WIDTH, height, |drawing| {
        legend.draw(&letters, drawing);
        let mut y = legend.height + LINE;
        for order in shown {
            let seen = words.seen_in(order.runs, runs.len());
            drawing.text("timeline-words", 8.0, y, &seen);
            let told: Vec<&str> = order.actors.iter().map(|&actor| contract.cast.actor(actor)).collect();
            drawing.group("timeline-order", &words.order_of(&seen, &told), |drawing| {
                for (index, &actor) in order.actors.iter().take(LINES).enumerate() {
                    let x = 8.0 + as_units(index % per_row, CELL);
                    let top = y + 5.0 + as_units(index / per_row, CELL + 2.0);
                    cell(actor, letters[actor], x, top, drawing);
                }
            });
            y += as_units(strips(order.actors.len()), CELL + 2.0) + LINE + 8.0;
            if order.actors.len() > LINES {
                let more = words.more_lines(order.actors.len() - LINES);
                drawing.text("timeline-words", 8.0, y - 12.0, &more);
                y += LINE;
            }
        }
        if shown.len() < orders.len() {
            let rest = &orders[shown.len()..];
            let more = words.more_orders(rest.len(), rest.iter().map(|order| order.runs).sum());
            drawing.text("timeline-words", 8.0, y, &more);
            y += LINE;
        }
        for line in &explained {
            drawing.text("timeline-words", 8.0, y, line);
            y += LINE;
        }
    })
}

fn cell(actor: usize, letter: char, x: f64, y: f64, drawing: &mut Drawing) {
    drawing.rect(&colour("cell", Some(actor)), x, y, CELL - 1.0, CELL);
    drawing.text("timeline-letter", x + (CELL - 1.0) / 2.0, y + 12.0, &letter.to_string());
}

/// Which letter is whose.
struct Legend<'a> {
    /// Each actor's name, and where it is.
    names: Vec<(&'a str, f64, f64)>,
    height: f64,
}

impl<'a> Legend<'a> {
    fn new(contract: &'a Contract, letters: &[char]) -> Legend<'a> {
        let (mut x, mut y, mut names) = (8.0, 6.0, Vec::new());
        for actor in contract.cast.actors.iter().take(letters.len()) {
            let width = CELL + 18.0 + as_units(actor.name.width(), SMALL_COLUMN);
            if x + width > WIDTH && x > 8.0 {
                (x, y) = (8.0, y + CELL + 4.0);
            }
            names.push((actor.name.as_str(), x, y));
            x += width;
        }
        Legend { names, height: y + CELL + 8.0 }
    }

    fn draw(&self, letters: &[char], drawing: &mut Drawing) {
        for (actor, &(name, x, y)) in self.names.iter().enumerate() {
            cell(actor, letters[actor], x, y, drawing);
            drawing.text("timeline-small", x + CELL + 4.0, y + 12.0, name);
        }
    }
}
