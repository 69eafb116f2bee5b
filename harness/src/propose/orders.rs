//! Orders of lines that came in every run: those that no schedule broke, and those that one did.

use std::fmt::Write;

use regex::bytes::Regex;

use super::Choice;
use super::casting::Casting;
use super::corpus::{Corpus, Sample};
use crate::cast::{MAIN, Stderr};
use crate::document::quoted;
use crate::language::Language::En;
use crate::transcript::schedule::Time;
use crate::transcript::{Stream, Transcript};
use crate::words::times;

/// So many orders are pointed out at the most.
const MOST: usize = 4;

/// All of one kind of lines before all of another: two patterns.
type Pair = [String; 2];

/// Orders, and what came of attacking them.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// What no run broke.
    pub held: Vec<Pair>,
    /// What only a schedule broke.
    fallen: Vec<Fallen>,
    /// Actors each of which came first in some run: their patterns.
    firsts: Vec<String>,
    /// How many natural runs there were.
    runs: usize,
    /// Under how many schedules those held that did.
    pub schedules: usize,
}

#[derive(Debug)]
struct Fallen {
    pair: Pair,
    schedule: String,
    /// Whether a sleep had ended while somebody else could go on.
    rests_on_a_sleep: bool,
}

impl Orders {
    /// The orders that held in all natural runs, held against the directed ones as well.
    pub fn new(choice: &Choice, natural: &[&Transcript], directed: &[Transcript]) -> Orders {
        let Choice { casting, corpus, stderr, .. } = choice;
        let stderr = *stderr;
        let all = || natural.iter().copied().chain(directed);
        let mut orders = Orders { runs: natural.len(), firsts: firsts(casting, all()), ..Orders::default() };
        let moments = moments(casting, corpus);
        for (first, then) in moments.iter().flat_map(|a| moments.iter().map(move |b| (a, b))) {
            let patterns = [&first.line, &then.line].map(|line| Regex::new(line).expect("a valid pattern"));
            let holds = |run: &Transcript| comes_before(run, &patterns, stderr);
            if first.actor == then.actor || !natural.iter().all(|run| holds(run)) {
                continue;
            }
            let pair = [first.line.clone(), then.line.clone()];
            let whole = directed.iter().filter(|run| run.cut().is_none());
            let broken: Vec<&Transcript> = whole.filter(|run| !holds(run)).collect();
            let length = |run: &&&Transcript| (rests_on_a_sleep(run), schedule(run).len());
            match broken.iter().min_by_key(length) {
                Some(run) => orders.fallen.push(Fallen::under(run, pair)),
                None => orders.held.push(pair),
            }
        }
        orders
    }

    /// What is said of them: claims for what held under schedules, comments for the rest.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let runs = times(self.runs as u64, ["run", "runs"], "", En);
        let chains = chains(&reduced(&self.held));
        if !chains.is_empty() {
            let schedules = times(self.schedules as u64, ["schedule", "schedules"], "", En);
            let _ = match self.schedules {
                0 => writeln!(
                    text,
                    "\n# So it came in all {runs}. Does the program see to it? Then claim it; no `always` may rest on luck."
                ),
                _ => writeln!(
                    text,
                    "\n# So it came in all {runs}, and under {schedules} that tried to break it."
                ),
            };
            let comment = if self.schedules == 0 { "# " } else { "" };
            for chain in chains {
                let _ = writeln!(text, "{comment}[[always]]\n{comment}order = [{}]", quoted_all(&chain));
            }
        }
        text + &self.fallen_text(&runs) + &self.firsts_text()
    }

    fn firsts_text(&self) -> String {
        if self.firsts.len() < 2 {
            return String::new();
        }
        format!(
            "\n# Each of these came first in some run. Does nobody decide who does? Then claim it.\n# [[sometimes]]\n# free = [{}]\n",
            quoted_all(&self.firsts)
        )
    }

    fn fallen_text(&self, runs: &str) -> String {
        let mut text = String::new();
        let pairs: Vec<Pair> = self.fallen.iter().map(|fallen| fallen.pair.clone()).collect();
        let direct = reduced(&pairs);
        let mut told = "";
        for fallen in self.fallen.iter().filter(|fallen| direct.contains(&fallen.pair)).take(MOST) {
            let why = if fallen.rests_on_a_sleep { "it rests on a sleep" } else { "nothing sees to it" };
            let _ = if fallen.schedule == told {
                writeln!(text, "\n# Likewise, under the same schedule:")
            } else {
                writeln!(
                    text,
                    "\n# So it came in all {runs}, but {why}: under the schedule {} it came otherwise.",
                    fallen.schedule
                )
            };
            told = &fallen.schedule;
            let _ = writeln!(text, "# [[always]]\n# order = [{}]", quoted_all(&fallen.pair));
            if fallen.rests_on_a_sleep {
                text.push_str("# ideal = true   # holds as long as nobody is held up for longer than the program sleeps\n");
            }
        }
        text
    }
}

impl Fallen {
    fn under(run: &Transcript, pair: Pair) -> Fallen {
        Fallen { pair, schedule: schedule(run), rests_on_a_sleep: rests_on_a_sleep(run) }
    }
}

/// The schedule of a directed run, as it is written.
fn schedule(run: &Transcript) -> String {
    run.direction().map_or_else(String::new, |direction| direction.schedule.to_string())
}

/// Whether a sleep had ended in a directed run while somebody else could go on.
pub(super) fn rests_on_a_sleep(run: &Transcript) -> bool {
    run.direction().is_some_and(|direction| direction.schedule.time == Time::Late && direction.hurried > 0)
}

/// Lines that come before or after others: an actor's lines, and main's first and last one.
struct Moment {
    actor: usize,
    line: String,
}

fn moments(casting: &Casting, corpus: &Corpus) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for (index, actor) in casting.actors.iter().enumerate() {
        if actor.name != MAIN {
            moments.push(Moment { actor: index, line: actor.line.clone() });
            continue;
        }
        let own = |run: &Sample| -> Vec<usize> {
            let said = run.said.iter().filter(|said| actor.texts.contains(&said.text));
            said.map(|said| corpus.texts[said.text].template).collect()
        };
        let templates: Vec<Vec<usize>> = corpus.runs.iter().map(own).collect();
        for end in [<[usize]>::first, <[usize]>::last] {
            let Some(&template) = end(&templates[0]) else { continue };
            let once = |own: &Vec<usize>| {
                end(own) == Some(&template) && own.iter().filter(|other| **other == template).count() == 1
            };
            let line = corpus.pattern(template);
            if templates.iter().all(once) && moments.iter().all(|moment| moment.line != line) {
                moments.push(Moment { actor: index, line });
            }
        }
    }
    moments
}

/// The patterns of actors but for main whose line came before all the others' in some run.
fn firsts<'a>(casting: &Casting, runs: impl Iterator<Item = &'a Transcript>) -> Vec<String> {
    let actors: Vec<(&String, Regex)> = casting
        .actors
        .iter()
        .filter(|actor| actor.name != MAIN)
        .map(|actor| (&actor.line, Regex::new(&actor.line).expect("a valid pattern")))
        .collect();
    let mut seen = vec![false; actors.len()];
    for run in runs.filter(|run| run.cut().is_none()) {
        let stdout = run.lines().iter().filter(|line| line.stream == Stream::Stdout);
        let who = |line| actors.iter().position(|(_, pattern)| pattern.is_match(run.text(line)));
        if let Some(first) = stdout.into_iter().find_map(who) {
            seen[first] = true;
        }
    }
    actors.iter().zip(seen).filter(|(_, seen)| *seen).map(|((line, _), _)| (*line).clone()).collect()
}

/// Whether all lines of the one come before all of the other, and both come: as `order` has it.
fn comes_before(run: &Transcript, [first, then]: &[Regex; 2], stderr: Stderr) -> bool {
    let counts = |stream| stream == Stream::Stdout || stderr == Stderr::Golden;
    let lines: Vec<&[u8]> =
        run.lines().iter().filter(|line| counts(line.stream)).map(|line| run.text(line)).collect();
    let last = lines.iter().rposition(|line| first.is_match(line));
    let next = lines.iter().position(|line| then.is_match(line));
    matches!((last, next), (Some(last), Some(next)) if last < next)
}

/// Without what follows from others: a before b, b before c.
fn reduced(pairs: &[Pair]) -> Vec<Pair> {
    let is = |x: &String, y: &String| pairs.iter().any(|[p, q]| p == x && q == y);
    let follows = |[a, c]: &Pair| pairs.iter().any(|[_, b]| is(a, b) && is(b, c));
    pairs.iter().filter(|pair| !follows(pair)).cloned().collect()
}

/// Orders of two put together to longer ones, where one begins as another ends.
fn chains(pairs: &[Pair]) -> Vec<Vec<String>> {
    let mut chains: Vec<Vec<String>> = Vec::new();
    for [first, then] in pairs {
        if let Some(chain) = chains.iter_mut().find(|chain| chain.last() == Some(first)) {
            chain.push(then.clone());
        } else if let Some(chain) = chains.iter_mut().find(|chain| chain[0] == *then) {
            chain.insert(0, first.clone());
        } else {
            chains.push(vec![first.clone(), then.clone()]);
        }
    }
    chains.truncate(MOST);
    chains
}

fn quoted_all(lines: &[String]) -> String {
    lines.iter().map(|line| quoted(line)).collect::<Vec<_>>().join(", ")
}
