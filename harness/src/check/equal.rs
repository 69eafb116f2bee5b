//! `equal`: lists of values are the same, one by one.

use serde::Deserialize;

use super::scope::Scope;
use super::values::{some, written};
use super::{Inspect, Outcome};
use crate::cast::reading::{Reading, Value};
use crate::cast::{Cast, NameRef};
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;

/// Each of these names has the same values, in the order in which they are printed, or sorted.
#[derive(Clone, Debug)]
pub struct Equal {
    names: Vec<NameRef>,
    sorted: bool,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    names: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    sorted: bool,
}

impl Inspect for Equal {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Equal> {
        let Keys { names, sorted } = keys.into_inner();
        let resolved = scope.names(&names)?;
        if resolved.len() < 2 {
            return Err(Mistake::at(names.span(), "at least two names are needed")
                .help("`same` says of one name that all its values are equal"));
        }
        if let Some(twice) = (1..resolved.len()).find(|&index| resolved[..index].contains(&resolved[index])) {
            let message = format!("`{}` is always equal to itself", resolved[twice].written);
            return Err(Mistake::at(names.as_ref()[twice].span(), message));
        }
        Ok(Equal { names: resolved, sorted })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let names = written(&self.names, language);
        match (self.sorted, language) {
            (false, Language::En) => format!("{names} have the same values, in the same order"),
            (true, Language::En) => format!("{names} have the same values, in any order"),
            (false, Language::Zh) => format!("{names} 的值相同，先后也相同"),
            (true, Language::Zh) => format!("{names} 的值相同，先后不论"),
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let lists = self.names.iter().map(|name| self.list(name, reading, language));
        let lists: Vec<Vec<Value<'_>>> = match lists.collect::<std::result::Result<_, Outcome>>() {
            Ok(lists) => lists,
            Err(outcome) => return outcome,
        };
        let mut compared = (1..lists.len()).map(|other| self.compare(&lists, other, language));
        compared.find(|outcome| *outcome != Outcome::Held).unwrap_or(Outcome::Held)
    }
}

impl Equal {
    fn list<'a>(
        &self,
        name: &NameRef,
        reading: &Reading<'a>,
        language: Language,
    ) -> std::result::Result<Vec<Value<'a>>, Outcome> {
        let mut values = some(name, reading, language)?;
        if self.sorted {
            values.sort_by_key(|value| value.text);
        }
        Ok(values)
    }

    /// What comes of the first of these lists and another.
    fn compare(&self, lists: &[Vec<Value<'_>>], other: usize, language: Language) -> Outcome {
        let pair = [0, other];
        let [one, two] = pair.map(|list| lists[list].as_slice());
        let [name, other_name] = pair.map(|list| self.names[list].written.as_str());
        let at = one.iter().zip(two).take_while(|(one, two)| one.text == two.text).count();
        let lacks = |name: &str, value: &Value<'_>| {
            let seen = language
                .pick(format!("{name} lacks `{}`", value.text), format!("{name} 缺少 `{}`", value.text));
            (seen, vec![value.line])
        };
        let (seen, lines) = match (one.get(at), two.get(at)) {
            (Some(first), Some(second)) if !self.sorted => {
                let [first_text, second_text] = [first.text, second.text];
                let seen = language.pick(
                    format!("`{first_text}` of {name} where {other_name} has `{second_text}`"),
                    format!("{name} 的 `{first_text}` 对应 {other_name} 的 `{second_text}`"),
                );
                (seen, vec![first.line, second.line])
            }
            // Sorted, what comes first of two that differ is what the other list has not, or not as often.
            (Some(first), second) if second.is_none_or(|second| first.text < second.text) => {
                lacks(other_name, first)
            }
            (_, Some(second)) => lacks(name, second),
            (_, None) => return Outcome::Held,
        };
        Outcome::broken(language.pick("the same values", "相同的值"), seen, &lines)
    }
}
