//! `order`: all lines that match one pattern come before all that match the next, on either stream.

use super::lives::not_seen;
use super::scope::{self, Scope};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::pattern::Pattern;
use crate::cast::reading::{Claimed, Reading};
use crate::document::{Result, Spanned};
use crate::language::Language;

/// All lines that match one pattern come before all that match the next; each has some.
#[derive(Clone, Debug)]
pub struct Order {
    lines: Vec<Pattern>,
}

impl Order {
    /// The patterns, in the order of their lines.
    pub(crate) fn patterns(&self) -> &[Pattern] {
        &self.lines
    }
}

impl Inspect for Order {
    type Keys = Vec<Spanned<String>>;

    fn resolve(lines: Spanned<Self::Keys>, _: Scope<'_>) -> Result<Order> {
        Ok(Order { lines: scope::patterns(&lines)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let verbs: Vec<String> = self.lines.iter().map(|line| line.verb(true, language)).collect();
        match language {
            Language::En => format!("all lines that {}", verbs.join(" come before all that ")),
            Language::Zh => format!("先后固定：{}的行", verbs.join("的行，全部先于")),
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let found: Vec<Vec<usize>> = self.lines.iter().map(|line| matching(line, reading)).collect();
        let line = |index: usize| self.lines[index].lines(false, language);
        if let Some(missing) = found.iter().position(Vec::is_empty) {
            let missing = line(missing);
            let expected = language.pick(format!("a {missing}"), format!("有{missing}"));
            return Outcome::broken(expected, language.pick("there is none", "一行也没有"), &[]);
        }
        if let Some(why) = not_seen(reading).filter(|_| are_of_both_streams(&found, reading)) {
            return Outcome::Undecidable(why);
        }
        let wrong = found.windows(2).enumerate().find_map(|(index, found)| {
            let (last, first) = (*found[0].last()?, *found[1].first()?);
            (last >= first).then_some((index, last, first))
        });
        let Some((index, last, first)) = wrong else { return Outcome::Held };
        let (before, after) = (line(index), line(index + 1));
        let expected = language.pick(
            format!("the last {before} before the first {after}"),
            format!("最后一个{before}先于第一个{after}"),
        );
        let seen = if first == last {
            language.pick("one line that is both".to_owned(), "同一行两者都是".to_owned())
        } else {
            language.pick(format!("a {before} after a {after}"), format!("有{before}在{after}之后"))
        };
        Outcome::broken(expected, seen, &[first, last])
    }
}

/// The lines that match, on either stream where stderr is looked at.
fn matching(pattern: &Pattern, reading: &Reading<'_>) -> Vec<usize> {
    let lines = reading.transcript.lines().iter().enumerate();
    let looked_at = lines.filter(|&(index, _)| reading.claimed(index) != Claimed::Ignored);
    let matching = looked_at.filter(|(_, line)| pattern.is_match(reading.transcript.text(line)));
    matching.map(|(index, _)| index).collect()
}

/// Whether some of these lines are on stdout and some on stderr.
fn are_of_both_streams(found: &[Vec<usize>], reading: &Reading<'_>) -> bool {
    let mut streams = found.iter().flatten().map(|&line| reading.transcript.lines()[line].stream);
    let first = streams.next();
    streams.any(|stream| Some(stream) != first)
}
