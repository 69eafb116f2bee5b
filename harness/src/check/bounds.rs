//! How many there may be: exactly so many, at least, at most, or from so many to so many.

use std::ops::Range;

use super::Relation;
use crate::document::{Mistake, Result};
use crate::language::Language;

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bounds {
    /// One bound.
    One(Relation, u64),
    /// At least so many, and at most so many.
    Within(u64, u64),
}

impl Bounds {
    /// What these keys say, of the table that stands there.
    pub fn of(
        is: Option<u64>,
        at_least: Option<u64>,
        at_most: Option<u64>,
        span: Range<usize>,
    ) -> Result<Bounds> {
        match (is, at_least, at_most) {
            (Some(is), None, None) => Ok(Bounds::One(Relation::Is, is)),
            (None, Some(least), None) => Ok(Bounds::One(Relation::AtLeast, least)),
            (None, None, Some(most)) => Ok(Bounds::One(Relation::AtMost, most)),
            (None, Some(least), Some(most)) if least <= most => Ok(Bounds::Within(least, most)),
            (None, Some(least), Some(most)) => {
                Err(Mistake::at(span, format!("nothing is at least {least} and at most {most}")))
            }
            _ => Err(Mistake::at(span, "`is` is needed, or else `at_least`, `at_most` or both")),
        }
    }

    /// Whether so many may be there.
    pub fn hold(self, count: u64) -> bool {
        match self {
            Bounds::One(relation, number) => relation.holds(&count, &number),
            Bounds::Within(least, most) => (least..=most).contains(&count),
        }
    }

    /// Whether there are too few, if there are so many.
    pub fn exceed(self, count: u64) -> bool {
        match self {
            Bounds::One(Relation::AtMost, _) => false,
            Bounds::One(_, least) | Bounds::Within(least, _) => count < least,
        }
    }

    /// Whether that of which there are so many is spoken of as of one.
    pub fn is_of_one(self) -> bool {
        matches!(self, Bounds::One(_, 1) | Bounds::Within(_, 1))
    }

    /// “exactly 3”, “1 to 5”.
    pub fn words(self, language: Language) -> String {
        match self {
            Bounds::One(relation, number) => format!("{} {number}", relation.of_counts(language)),
            Bounds::Within(least, most) => {
                language.pick(format!("{least} to {most}"), format!("{least} 至 {most}"))
            }
        }
    }

    /// “exactly 3 lines”.
    pub fn lines(self, language: Language) -> String {
        let noun = language.pick(if self.is_of_one() { "line" } else { "lines" }, "行");
        format!("{} {noun}", self.words(language))
    }
}
