//! `whole`: no line is torn.

use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;
use crate::words::lines;

/// No other writer's bytes came into a line of stdout.
#[derive(Clone, Debug)]
pub struct Whole;

impl Inspect for Whole {
    type Keys = bool;

    fn resolve(whole: Spanned<bool>, _: Scope<'_>) -> Result<Whole> {
        if *whole.as_ref() {
            return Ok(Whole);
        }
        Err(Mistake::at(whole.span(), "`whole` is true, or is not there")
            .help("without it a line may be torn: it is put together by who wrote it"))
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        language.pick("no line is torn by another writer", "没有一行被别的写者打断").to_owned()
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let torn: Vec<usize> =
            reading.stdout().filter(|(_, line)| line.torn).map(|(index, _)| index).collect();
        let seen = lines(torn.len() as u64, language);
        Outcome::when(torn.is_empty(), language.pick("no such line", "没有这样的行"), seen, &torn)
    }
}
