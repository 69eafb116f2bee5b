//! `lasts`: how long the program runs at least.

use std::time::Duration;

use super::scope::{self, Scope};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::words::duration;

/// The program runs at least so long.
#[derive(Clone, Debug)]
pub struct Lasts {
    at_least: Duration,
}

impl Inspect for Lasts {
    type Keys = String;

    fn resolve(at_least: Spanned<String>, _: Scope<'_>) -> Result<Lasts> {
        Ok(Lasts { at_least: scope::duration(&at_least)? })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let time = duration(self.at_least);
        language.pick(format!("the program runs for at least {time}"), format!("程序至少运行 {time}"))
    }

    fn is_measured(&self) -> bool {
        true
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let took = reading.transcript.duration();
        let (least, seen) = (duration(self.at_least), duration(took));
        let expected = language.pick(format!("{least} or longer"), format!("{least} 或更久"));
        let seen = language.pick(format!("it ended after {seen}"), format!("{seen} 后就结束了"));
        Outcome::when(took >= self.at_least, expected, seen, &[])
    }
}
