//! Pictures in words, for those who can't see them.

use super::orders::ORDERS;
use super::words::Words;
use crate::contract::Contract;
use crate::language::Language;
use crate::report::timeline::Timeline;
use crate::report::timeline::axis::clock;
use crate::report::timeline::bins::Bins;
use crate::report::timeline::events::Event;
use crate::report::timeline::orders::{Order, orders as different_orders};
use crate::transcript::Transcript;

/// What [`run()`](super::run()) draws of this run.
pub fn run(contract: &Contract, run: &Transcript, language: Language) -> String {
    let timeline = Timeline::new(contract, run, language);
    let words = Words::of(language);
    let mut parts = Vec::new();
    for (index, lane) in timeline.lanes.iter().enumerate() {
        let lines = timeline.marks.iter().filter(|mark| mark.lane == index).count();
        let moment = |mark: usize| clock(timeline.marks[mark].at, timeline.lasts);
        let (from, to) = lane.span.map_or_else(Default::default, |(from, to)| (moment(from), moment(to)));
        parts.push(words.prints(&lane.name, lines, &from, &to));
    }
    for process in 0..timeline.processes.len() {
        let names = timeline.names_of(process);
        if timeline.is_numbered() && names.len() > 1 {
            parts.push(words.process_of(process + 1, &names));
        }
    }
    for (event, _) in timeline.events(0) {
        match event {
            Event::Mark(_) => {}
            Event::Arrow(arrow) => parts.push(timeline.deed_of(arrow, language)),
            Event::Kill(kill) => parts.push(timeline.kill_of(&timeline.kills[kill], language)),
        }
    }
    words.sentence(&parts)
}

/// What [`orders()`](super::orders()) draws of these runs.
pub fn orders(contract: &Contract, runs: &[Transcript], language: Language) -> String {
    let words = Words::of(language);
    let orders = different_orders(contract, runs);
    let told = |order: &Order| {
        let actors: Vec<&str> = order.actors.iter().map(|&actor| contract.cast.actor(actor)).collect();
        format!("{} {}", words.seen_in(order.runs, runs.len()), actors.join(" "))
    };
    words.sentence(&orders.iter().take(ORDERS).map(told).collect::<Vec<_>>())
}

/// What [`histogram()`](super::histogram()) draws of these values.
pub fn histogram(name: &str, values: &[f64], language: Language) -> String {
    let words = Words::of(language);
    let Some(bins) = Bins::new(values) else { return words.sentence(&[words.values(name, 0, "–")]) };
    let values = words.values(name, values.len(), &bins.told(bins.median));
    words.sentence(&[values, format!("{} – {}", bins.told(bins.least), bins.told(bins.greatest))])
}
