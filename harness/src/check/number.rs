//! `number`: every value of a name stands so to a number, or the values are printed in a fixed order.

use serde::Deserialize;

use super::scope::Scope;
use super::values::{numbers, then};
use super::{Inspect, Outcome, Relation};
use crate::cast::number::Number;
use crate::cast::reading::Reading;
use crate::cast::{Cast, NameRef};
use crate::document::value::one_of;
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;

/// What every value of a name is.
#[derive(Clone, Debug)]
pub struct NumberIs {
    name: NameRef,
    must: Must,
}

#[derive(Clone, Debug)]
enum Must {
    Stand(Relation, Number),
    ComeAs(Vec<Number>),
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    name: Spanned<String>,
    is: Option<Number>,
    less_than: Option<Number>,
    greater_than: Option<Number>,
    at_least: Option<Number>,
    at_most: Option<Number>,
    in_print_order: Option<Vec<Number>>,
}

impl Inspect for NumberIs {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<NumberIs> {
        let span = keys.span();
        let keys = keys.into_inner();
        let name = scope.name(&keys.name)?;
        let bounds = [
            (Relation::Is, keys.is),
            (Relation::LessThan, keys.less_than),
            (Relation::GreaterThan, keys.greater_than),
            (Relation::AtLeast, keys.at_least),
            (Relation::AtMost, keys.at_most),
        ];
        let allowed = "`is`, `less_than`, `greater_than`, `at_least`, `at_most` or `in_print_order`";
        let must = match keys.in_print_order {
            Some(_) if bounds.iter().any(|(_, value)| value.is_some()) => {
                return Err(Mistake::at(span, format!("exactly one of {allowed} is needed")));
            }
            Some(values) => Must::ComeAs(values),
            None => {
                let (relation, value) = one_of(bounds, span, allowed)?;
                Must::Stand(relation, value)
            }
        };
        Ok(NumberIs { name, must })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let name = &self.name.written;
        match &self.must {
            Must::Stand(relation, value) => {
                let stands = relation.of_values(language);
                language
                    .pick(format!("every {name} {stands} {value}"), format!("每个 {name} 都{stands} {value}"))
            }
            Must::ComeAs(values) => {
                let values = then(values, language);
                language.pick(format!("{name} is printed as {values}"), format!("{name} 依次打印为 {values}"))
            }
        }
    }

    fn is_measured(&self) -> bool {
        true
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let numbers = match numbers(&self.name, reading, language) {
            Ok(numbers) => numbers,
            Err(outcome) => return outcome,
        };
        match &self.must {
            Must::Stand(relation, value) => {
                let wrong = numbers.into_iter().filter(|(number, _)| !relation.holds(number, value));
                let (wrong, lines): (Vec<Number>, Vec<usize>) = wrong.unzip();
                let expected = format!("{} {value}", relation.of_counts(language));
                Outcome::when(wrong.is_empty(), expected, then(&wrong, language), &lines)
            }
            Must::ComeAs(values) => {
                let (seen, lines): (Vec<Number>, Vec<usize>) = numbers.into_iter().unzip();
                Outcome::when(seen == *values, then(values, language), then(&seen, language), &lines)
            }
        }
    }
}
