//! `count`: how many lines match.

use serde::Deserialize;

use super::bounds::Bounds;
use super::lines::crammed;
use super::scope::{self, Scope};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::words::lines;

/// So many lines match, of all or of one actor's.
#[derive(Clone, Debug)]
pub struct Count {
    line: Pattern,
    actor: Option<usize>,
    bounds: Bounds,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    line: Spanned<String>,
    actor: Option<Spanned<String>>,
    is: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

impl Inspect for Count {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Count> {
        let span = keys.span();
        let keys = keys.into_inner();
        let bounds = Bounds::of(keys.is, keys.at_least, keys.at_most, span)?;
        let actor = keys.actor.map(|actor| scope.actor(&actor)).transpose()?;
        Ok(Count { line: scope::any_pattern(&keys.line)?, actor, bounds })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let (count, what) =
            (self.bounds.words(language), self.line.lines(!self.bounds.is_of_one(), language));
        let who = self.actor.map(|actor| cast.actor(actor));
        match language {
            Language::En => format!("{} prints {count} {what}", who.unwrap_or("the program")),
            Language::Zh => {
                let who = who.map_or_else(|| "程序".to_owned(), |who| format!("{who} "));
                format!("{who}打印的{what}，{count} 行")
            }
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let mut found = reading.matching(&self.line);
        if let Some(actor) = self.actor {
            found.retain(|&line| reading.is_of(line, actor));
        }
        let count = found.len() as u64;
        let expected = self.bounds.lines(language);
        let outcome = Outcome::when(self.bounds.hold(count), expected, lines(count, language), &found);
        if self.bounds.exceed(count) { outcome.help(crammed(reading)) } else { outcome }
    }
}
