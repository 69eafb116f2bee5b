//! `apart`: one actor prints all its lines before the other's first.

use super::lines::spans;
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;

/// All lines of one actor come before the first of the other.
#[derive(Clone, Debug)]
pub struct Apart {
    actors: [usize; 2],
}

impl Inspect for Apart {
    type Keys = Vec<Spanned<String>>;

    fn resolve(actors: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Apart> {
        Ok(Apart { actors: scope.pair(&actors)? })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let [first, second] = self.actors.map(|actor| cast.actor(actor));
        language.pick(
            format!("{first} and {second} do not overlap in time"),
            format!("{first} 与 {second} 在时间上互不重叠"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let [(first, last), (other_first, other_last)] = match spans(self.actors, reading, language) {
            Ok(spans) => spans,
            Err(outcome) => return outcome,
        };
        let apart = last < other_first || other_last < first;
        let (expected, seen) = language.pick(
            ("all lines of one before the first of the other", "their lines alternate"),
            ("一方的所有行都先于另一方的第一行", "双方的行交替出现"),
        );
        Outcome::when(apart, expected, seen, &[first, last, other_first, other_last])
    }
}
