//! `overlap`: two actors print in turns at least once.

use super::lines::spans;
use super::scope::Scope;
use super::{Broken, Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;

/// Each of two actors prints a line before the other's last one.
#[derive(Clone, Debug)]
pub struct Overlap {
    actors: [usize; 2],
}

impl Inspect for Overlap {
    type Keys = Vec<Spanned<String>>;

    fn resolve(actors: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Overlap> {
        Ok(Overlap { actors: scope.pair(&actors)? })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let [first, second] = self.actors.map(|actor| cast.actor(actor));
        language.pick(
            format!("{first} and {second} overlap in time"),
            format!("{first} 与 {second} 在时间上重叠"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let [(first, last), (other_first, other_last)] = match spans(self.actors, reading, language) {
            Ok(spans) => spans,
            Err(outcome) => return outcome,
        };
        if first < other_last && other_first < last {
            return Outcome::Held;
        }
        let [mut early, mut late] = self.actors.map(|actor| reading.cast.actor(actor));
        if other_last < first {
            (early, late) = (late, early);
        }
        let (expected, seen) = match language {
            Language::En => (
                "each prints a line before the other's last one",
                format!("all lines of {early} came before the first of {late}"),
            ),
            Language::Zh => {
                ("双方都在对方的最后一行之前打印过", format!("{early} 的所有行都先于 {late} 的第一行"))
            }
        };
        Outcome::Broken(Broken {
            expected: expected.to_owned(),
            seen,
            lines: vec![first, last, other_first, other_last],
            help: self.help(reading, language),
        })
    }
}

impl Overlap {
    /// What hides when a line was printed.
    fn help(&self, reading: &Reading<'_>, language: Language) -> Option<String> {
        let actor = reading.cast.actor(self.actors.into_iter().find(|&actor| came_at_once(actor, reading))?);
        Some(language.pick(
            format!(
                "all lines of {actor} came at once: a program that keeps its lines back where it does not print to a \
                 terminal hides when it printed them, unless it flushes each"
            ),
            format!("{actor} 的所有行是一起到达的：输出不是终端时，有的程序会先攒着再打印，除非每行都刷新，否则看不出何时打印"),
        ))
    }
}

/// Whether an actor's lines, several, were received in one piece.
fn came_at_once(actor: usize, reading: &Reading<'_>) -> bool {
    let lines = reading.lines_of(actor);
    let at = |line: &usize| reading.transcript.lines()[*line].at;
    lines.len() > 1 && lines.first().map(at) == lines.last().map(at)
}
