//! The schedule under which something was refuted, in sentences.

use crate::cast::reading::Reading;
use crate::check::finding::{Chosen, Finding};
use crate::transcript::schedule::{About, Direction, Moment, Turn};
use crate::words::{list, visible};

/// So many sentences at the most tell where somebody else went than usually.
const TURNS: usize = 6;

/// A finding, with the schedule that it was seen under.
pub(super) fn told(
    finding: Finding,
    reading: &Reading<'_>,
    direction: &Direction,
    rests_on_sleep: bool,
) -> Finding {
    let turns = turns(&finding, reading, direction);
    let moments = moments(&finding, reading, direction);
    let story = turns.into_iter().chain(moments).collect();
    let schedule = direction.schedule.to_string();
    Finding { schedule: Some(Chosen { schedule, rests_on_sleep, story }), ..finding }
}

/// Who went where usually another one would have, up to the last line that the finding rests on.
fn turns(finding: &Finding, reading: &Reading<'_>, direction: &Direction) -> Vec<String> {
    let until = places(finding, reading).last().copied().unwrap_or(usize::MAX);
    let told: Vec<&Turn> =
        direction.turns.iter().filter(|turn| turn.lines <= until && turn.about != About::Goes).collect();
    let shown = &told[told.len().saturating_sub(TURNS)..];
    let mut sentences: Vec<String> = shown.iter().map(|turn| sentence(turn, reading)).collect();
    sentences.dedup();
    sentences
}

fn sentence(turn: &Turn, reading: &Reading<'_>) -> String {
    let (went, held) = (reading.thread(turn.went), reading.thread(turn.held));
    let language = reading.language;
    let about = visible(&turn.about.words(|thread| reading.thread(thread), language));
    language.pick(format!("{went} went on; {held} {about}"), format!("{went} 先继续；{held} {about}"))
}

/// What the others were about when each line was printed that the finding rests on.
fn moments(finding: &Finding, reading: &Reading<'_>, direction: &Direction) -> Vec<String> {
    let places = places(finding, reading);
    let of = |place: &usize| direction.moments.iter().rfind(|moment| moment.lines <= *place);
    places.iter().filter_map(|place| Some(at(*place, of(place)?, reading))).collect()
}

fn at(place: usize, moment: &Moment, reading: &Reading<'_>) -> String {
    let language = reading.language;
    let line = &reading.transcript.lines()[place];
    let text = String::from_utf8_lossy(reading.transcript.text(line));
    let others: Vec<String> = moment
        .others
        .iter()
        .map(|(thread, about)| {
            let about = about.words(|thread| reading.thread(thread), language);
            visible(&format!("{} {about}", reading.thread(*thread)))
        })
        .collect();
    let text = visible(&text);
    if others.is_empty() {
        return language.pick(
            format!("“{text}” was printed by the only one there"),
            format!("打印“{text}”时没有别的任务"),
        );
    }
    let others = list(&others, language.pick("and", " 和 "), language);
    language.pick(format!("as “{text}” was printed, {others}"), format!("打印“{text}”时，{others}"))
}

/// The places of the lines that a finding rests on, in the transcript: the first and the last where they are many.
fn places(finding: &Finding, reading: &Reading<'_>) -> Vec<usize> {
    let lines = reading.transcript.lines();
    let mut seen = [0_usize; 2];
    let mut places = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        seen[line.stream as usize] += 1;
        let stream = if line.stream as usize == 0 { "stdout" } else { "stderr" };
        let is_of = |shown: &crate::check::finding::SeenLine| {
            shown.stream == stream && shown.number == seen[line.stream as usize]
        };
        if finding.lines.iter().any(is_of) {
            places.push(place);
        }
    }
    if places.len() > 2 {
        places = vec![places[0], places[places.len() - 1]];
    }
    places
}
