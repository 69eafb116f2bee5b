//! How one number stands to another.

use crate::language::Language;

/// How one number stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Equal.
    Is,
    /// Less.
    LessThan,
    /// Greater.
    GreaterThan,
    /// Equal or greater.
    AtLeast,
    /// Equal or less.
    AtMost,
}

impl Relation {
    /// Whether `left` stands so to `right`.
    pub(crate) fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Relation::Is => left == right,
            Relation::LessThan => left < right,
            Relation::GreaterThan => left > right,
            Relation::AtLeast => left >= right,
            Relation::AtMost => left <= right,
        }
    }

    /// Before a count, as “at least”.
    pub(crate) fn of_counts(self, language: Language) -> &'static str {
        match self {
            Relation::Is => language.pick("exactly", "恰好"),
            Relation::LessThan => language.pick("less than", "小于"),
            Relation::GreaterThan => language.pick("greater than", "大于"),
            Relation::AtLeast => language.pick("at least", "至少"),
            Relation::AtMost => language.pick("at most", "至多"),
        }
    }

    /// Between two values, as “is at least”.
    pub(crate) fn of_values(self, language: Language) -> &'static str {
        match self {
            Relation::Is => language.pick("is exactly", "等于"),
            Relation::LessThan => language.pick("is less than", "小于"),
            Relation::GreaterThan => language.pick("is greater than", "大于"),
            Relation::AtLeast => language.pick("is at least", "不小于"),
            Relation::AtMost => language.pick("is at most", "不大于"),
        }
    }
}
