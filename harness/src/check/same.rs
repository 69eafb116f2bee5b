//! `same`: all values are equal.

use super::scope::Scope;
use super::values::{several, written};
use super::{Inspect, Outcome};
use crate::cast::reading::Reading;
use crate::cast::{Cast, NameRef};
use crate::document::{Result, Spanned};
use crate::language::Language;

/// All values of all these names are equal.
#[derive(Clone, Debug)]
pub struct Same {
    names: Vec<NameRef>,
}

impl Inspect for Same {
    type Keys = Vec<Spanned<String>>;

    fn resolve(names: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Same> {
        Ok(Same { names: scope.names(&names)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let names = written(&self.names, language);
        language.pick(format!("all values of {names} are equal"), format!("{names} 的所有值都相等"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let values = match several(&self.names, reading, language) {
            Ok(values) => values,
            Err(outcome) => return outcome,
        };
        let Some(other) = values.iter().find(|value| value.text != values[0].text) else {
            return Outcome::Held;
        };
        let seen = format!("`{}` {} `{}`", values[0].text, language.pick("and", "和"), other.text);
        Outcome::broken(language.pick("one value", "同一个值"), seen, &[values[0].line, other.line])
    }
}
