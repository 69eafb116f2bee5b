//! `never`: no line matches.

use super::scope::{self, Scope};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::pattern::Pattern;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::words::lines;

/// No line matches.
#[derive(Clone, Debug)]
pub struct Never {
    line: Pattern,
}

impl Inspect for Never {
    type Keys = String;

    fn resolve(line: Spanned<String>, _: Scope<'_>) -> Result<Never> {
        Ok(Never { line: scope::pattern(&line)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let verb = self.line.verb(false, language);
        match language {
            Language::En => format!("no line {verb}"),
            Language::Zh => format!("没有任何一行{verb}"),
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let found = reading.matching(&self.line);
        let seen = lines(found.len() as u64, language);
        Outcome::when(found.is_empty(), language.pick("no such line", "没有这样的行"), seen, &found)
    }
}
