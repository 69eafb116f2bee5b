//! `differ`: no two values are equal.

use std::collections::HashMap;

use super::scope::Scope;
use super::values::{several, written};
use super::{Inspect, Outcome};
use crate::cast::reading::Reading;
use crate::cast::{Cast, NameRef};
use crate::document::{Result, Spanned};
use crate::language::Language;

/// No two values of all these names are equal.
#[derive(Clone, Debug)]
pub struct Differ {
    names: Vec<NameRef>,
}

impl Inspect for Differ {
    type Keys = Vec<Spanned<String>>;

    fn resolve(names: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Differ> {
        Ok(Differ { names: scope.names(&names)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let names = written(&self.names, language);
        language.pick(format!("no two values of {names} are equal"), format!("{names} 的值两两不同"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let values = match several(&self.names, reading, language) {
            Ok(values) => values,
            Err(outcome) => return outcome,
        };
        let mut known = HashMap::new();
        for value in &values {
            if let Some(line) = known.insert(value.text, value.line) {
                let seen =
                    language.pick(format!("`{}` twice", value.text), format!("`{}` 出现两次", value.text));
                return Outcome::broken(
                    language.pick("different values", "不同的值"),
                    seen,
                    &[line, value.line],
                );
            }
        }
        Outcome::Held
    }
}
