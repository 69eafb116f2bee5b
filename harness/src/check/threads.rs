//! `threads`: how many threads an actor's process has at least.

use serde::Deserialize;
use toml::Spanned;

use super::lines::players;
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::Result;
use crate::language::Language;
use crate::words::times;

/// The process of an actor was seen to have at least so many threads.
#[derive(Clone, Debug)]
pub struct Threads {
    of: usize,
    at_least: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    of: Spanned<String>,
    at_least: u32,
}

impl Inspect for Threads {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Threads> {
        let Keys { of, at_least } = keys.into_inner();
        Ok(Threads { of: scope.actor(&of)?, at_least })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let (who, threads) = (cast.actor(self.of), threads(self.at_least, language));
        language.pick(
            format!("the process of {who} has at least {threads}"),
            format!("{who} 的进程至少有 {threads}"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let players = match players(self.of, reading, language) {
            Ok(players) => players,
            Err(outcome) => return outcome,
        };
        let counted = || {
            players.iter().map(|&player| {
                u32::try_from(
                    reading.transcript.threads().iter().filter(|thread| thread.process == player).count(),
                )
                .ok()
            })
        };
        let most = counted().flatten().max().unwrap_or(0);
        if most < self.at_least && counted().any(|threads| threads.is_none()) {
            let who = reading.cast.actor(self.of);
            return Outcome::Unknown(language.pick(
                format!("{who} had ended before its threads could be counted"),
                format!("还没来得及数 {who} 的线程，它就已经结束了"),
            ));
        }
        let least = threads(self.at_least, language);
        let expected = language.pick(format!("at least {least}"), format!("至少 {least}"));
        Outcome::when(most >= self.at_least, expected, threads(most, language), &[])
    }
}

fn threads(count: u32, language: Language) -> String {
    times(count.into(), ["thread", "threads"], "个线程", language)
}
