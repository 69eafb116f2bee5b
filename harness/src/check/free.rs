//! `free`: no order is fixed. No single run shows that: it is sought over runs, in `[[sometimes]]` alone.

use super::scope;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::words::list;

/// In some run a line of each pattern comes before all lines of the others.
#[derive(Clone, Debug)]
pub struct Free {
    lines: Vec<Pattern>,
}

impl Free {
    pub(super) fn resolve(lines: &Spanned<Vec<Spanned<String>>>) -> Result<Free> {
        Ok(Free { lines: scope::patterns(lines)? })
    }

    /// The patterns of the lines.
    pub(crate) fn patterns(&self) -> &[Pattern] {
        &self.lines
    }

    /// How many orders have to be seen: each of its patterns first.
    pub(crate) fn orders(&self) -> usize {
        self.lines.len()
    }

    /// The claim in words.
    pub(crate) fn words(&self, language: Language) -> String {
        let each: Vec<String> = (0..self.lines.len()).map(|index| self.line(index, language)).collect();
        let each = list(&each, language.pick("and", "和"), language);
        language.pick(
            format!("no order is fixed: each of these comes first in some run: {each}"),
            format!("先后不固定：{each}各在某次运行中最先出现"),
        )
    }

    /// A line of one of its patterns, in words.
    pub(crate) fn line(&self, index: usize, language: Language) -> String {
        let line = self.lines[index].lines(false, language);
        language.pick(format!("a {line}"), line)
    }

    /// Which comes first in a run; `None` where none comes at all.
    pub(crate) fn first(&self, reading: &Reading<'_>) -> Option<usize> {
        let firsts = self.firsts(reading);
        (0..firsts.len()).filter(|&index| firsts[index].is_some()).min_by_key(|&index| firsts[index])
    }

    /// The first line of each, by its place in the transcript.
    pub(crate) fn firsts(&self, reading: &Reading<'_>) -> Vec<Option<usize>> {
        self.lines.iter().map(|line| reading.matching(line).first().copied()).collect()
    }
}
