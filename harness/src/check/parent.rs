//! `parent`: who created whom.

use serde::Deserialize;

use super::lines::players;
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;

/// Everybody who plays one actor was created by a process that plays the other.
#[derive(Clone, Debug)]
pub struct Parent {
    of: usize,
    is: usize,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    of: Spanned<String>,
    is: Spanned<String>,
}

impl Inspect for Parent {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Parent> {
        Ok(Parent { of: scope.actor(&keys.as_ref().of)?, is: scope.actor(&keys.as_ref().is)? })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let (of, is) = (cast.actor(self.of), cast.actor(self.is));
        language.pick(format!("{of} was created by {is}"), format!("{of} 由 {is} 创建"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let both = players(self.of, reading, language)
            .and_then(|children| Ok((children, players(self.is, reading, language)?)));
        let (children, parents) = match both {
            Ok(both) => both,
            Err(outcome) => return outcome,
        };
        let is_stranger =
            |&child: &usize| reading.transcript.parent(child).is_none_or(|parent| !parents.contains(&parent));
        match children.iter().copied().find(is_stranger) {
            None => Outcome::Held,
            Some(child) => self.stranger(child, reading, language),
        }
    }
}

impl Parent {
    /// What comes of a child that somebody else created.
    fn stranger(&self, child: usize, reading: &Reading<'_>, language: Language) -> Outcome {
        let (is, who) = (reading.cast.actor(self.is), reading.who(reading.pid(child)));
        let expected = language.pick(format!("{who} to be created by {is}"), format!("{who}由 {is} 创建"));
        let parent = reading.transcript.parent(child).map(|parent| reading.who(reading.pid(parent)));
        let parent = parent.unwrap_or_else(|| "harness".to_owned());
        let seen = language.pick(format!("{parent} created it"), format!("创建它的是 {parent}"));
        let first: Vec<usize> = reading.first_line_of(child).into_iter().collect();
        Outcome::broken(expected, seen, &first)
    }
}
