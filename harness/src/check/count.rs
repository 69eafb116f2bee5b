//! `count`: how many lines match.

use serde::Deserialize;
use toml::Spanned;

use super::lines::crammed;
use super::scope::{self, Scope};
use super::{Inspect, Outcome, Relation};
use crate::cast::Cast;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::document::Result;
use crate::document::value::one_of;
use crate::language::Language;
use crate::words::lines;

/// So many lines match, of all or of one actor's.
#[derive(Clone, Debug)]
pub struct Count {
    line: Pattern,
    actor: Option<usize>,
    relation: Relation,
    number: u64,
}

#[derive(Deserialize)]
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
        let bounds =
            [(Relation::Is, keys.is), (Relation::AtLeast, keys.at_least), (Relation::AtMost, keys.at_most)];
        let (relation, number) = one_of(bounds, span, "`is`, `at_least` or `at_most`")?;
        let actor = keys.actor.map(|actor| scope.actor(&actor)).transpose()?;
        Ok(Count { line: scope::any_pattern(&keys.line)?, actor, relation, number })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let relation = self.relation.of_counts(language);
        let (count, what) = (self.number, self.line.lines(self.number != 1, language));
        let who = self.actor.map(|actor| cast.actor(actor));
        match language {
            Language::En => format!("{} prints {relation} {count} {what}", who.unwrap_or("the program")),
            Language::Zh => {
                let who = who.map_or_else(|| "程序".to_owned(), |who| format!("{who} "));
                format!("{who}打印的{what}，{relation} {count} 行")
            }
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let mut found = reading.matching(&self.line);
        if let Some(actor) = self.actor {
            found.retain(|&line| reading.is_of(line, actor));
        }
        let count = found.len() as u64;
        let holds = self.relation.holds(&count, &self.number);
        let outcome = Outcome::when(holds, self.how_many(language), lines(count, language), &found);
        if count < self.number { outcome.help(crammed(reading)) } else { outcome }
    }
}

impl Count {
    /// “exactly 3 lines”.
    fn how_many(&self, language: Language) -> String {
        format!("{} {}", self.relation.of_counts(language), lines(self.number, language))
    }
}
