//! `compare`: every value of one name stands so to every value of another.

use serde::Deserialize;

use super::scope::Scope;
use super::values::numbers;
use super::{Inspect, Outcome, Relation};
use crate::cast::reading::Reading;
use crate::cast::{Cast, NameRef};
use crate::document::value::one_of;
use crate::document::{Result, Spanned};
use crate::language::Language;

/// Every value of one name stands so to every value of another.
#[derive(Clone, Debug)]
pub struct Compare {
    left: NameRef,
    relation: Relation,
    right: NameRef,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    name: Spanned<String>,
    less_than: Option<Spanned<String>>,
    greater_than: Option<Spanned<String>>,
    at_least: Option<Spanned<String>>,
    at_most: Option<Spanned<String>>,
}

impl Inspect for Compare {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Compare> {
        let span = keys.span();
        let keys = keys.into_inner();
        let bounds = [
            (Relation::LessThan, keys.less_than),
            (Relation::GreaterThan, keys.greater_than),
            (Relation::AtLeast, keys.at_least),
            (Relation::AtMost, keys.at_most),
        ];
        let (relation, right) = one_of(bounds, span, "`less_than`, `greater_than`, `at_least` or `at_most`")?;
        Ok(Compare { left: scope.name(&keys.name)?, relation, right: scope.name(&right)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let (left, right) = (&self.left.written, &self.right.written);
        let stands = self.relation.of_values(language);
        language.pick(
            format!("every {left} {stands} every {right}"),
            format!("每个 {left} 都{stands}每个 {right}"),
        )
    }

    fn is_measured(&self) -> bool {
        true
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let both = numbers(&self.left, reading, language)
            .and_then(|lefts| Ok((lefts, numbers(&self.right, reading, language)?)));
        let (lefts, rights) = match both {
            Ok(both) => both,
            Err(outcome) => return outcome,
        };
        let mut pairs = lefts.iter().flat_map(|left| rights.iter().map(move |right| (left, right)));
        let Some((left, right)) = pairs.find(|(left, right)| !self.relation.holds(&left.0, &right.0)) else {
            return Outcome::Held;
        };
        let (left_name, right_name) = (&self.left.written, &self.right.written);
        let expected = format!("{left_name} {} {right_name}", self.relation.of_counts(language));
        let seen = language.pick(
            format!("{left_name} is {}, {right_name} is {}", left.0, right.0),
            format!("{left_name} 是 {}，{right_name} 是 {}", left.0, right.0),
        );
        Outcome::broken(expected, seen, &[left.1, right.1])
    }
}
