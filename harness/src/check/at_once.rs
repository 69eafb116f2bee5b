//! `at_once`: how many are at the same time between a line of their own and another.

use serde::Deserialize;

use super::bounds::Bounds;
use super::scope::{Scope, stretch};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::cast::stretch::Stretch;
use crate::document::{Result, Spanned};
use crate::language::Language;

/// As many as are ever at once between a line that matches `from` and one that matches `to` are within these bounds.
#[derive(Clone, Debug)]
pub struct AtOnce {
    stretch: Stretch,
    bounds: Bounds,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    from: Spanned<String>,
    to: Spanned<String>,
    is: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

impl Inspect for AtOnce {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, _: Scope<'_>) -> Result<AtOnce> {
        let span = keys.span();
        let Keys { from, to, is, at_least, at_most } = keys.into_inner();
        let stretch = stretch(&from, &to, "a line can't be both the first and the last of them")?;
        Ok(AtOnce { stretch, bounds: Bounds::of(is, at_least, at_most, span)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let bounds = self.bounds.words(language);
        let [from, to] = [&self.stretch.from, &self.stretch.to].map(|line| line.lines(false, language));
        language.pick(
            format!("{bounds} at once are between a {from} and a {to}"),
            format!("处在{from}与{to}之间的，同时{bounds} 个"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        // The lines that begin or end something, and how many of them there were when the most were at once.
        let (mut lines, mut until) = (Vec::new(), 0);
        let (mut now, mut most) = (0_u64, 0);
        for (index, line) in reading.stdout() {
            let text = reading.transcript.text(line);
            let [begins, ends] = [&self.stretch.from, &self.stretch.to].map(|line| line.is_match(text));
            if ends && now == 0 {
                return self.unbegun(index, language);
            }
            lines.extend((begins || ends).then_some(index));
            now = now + u64::from(begins) - u64::from(ends);
            if now > most {
                (most, until) = (now, lines.len());
            }
        }
        if most == 0 {
            let from = self.stretch.from.lines(false, language);
            let expected = language.pick(format!("a {from}"), format!("有{from}"));
            return Outcome::broken(expected, language.pick("there is none", "一行也没有"), &[]);
        }
        let seen = language.pick(format!("{most} at once"), format!("同时 {most} 个"));
        Outcome::when(self.bounds.hold(most), self.bounds.words(language), seen, &lines[..until])
    }
}

impl AtOnce {
    /// What comes of it where a line ends what no line has begun.
    fn unbegun(&self, line: usize, language: Language) -> Outcome {
        let [from, to] = [&self.stretch.from, &self.stretch.to].map(|line| line.lines(false, language));
        let expected =
            language.pick(format!("a {from} before each {to}"), format!("每个{to}之前都有一个{from}"));
        Outcome::broken(expected, language.pick("one without", "有一个之前没有"), &[line])
    }
}
