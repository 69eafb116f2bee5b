//! `threads`: how many threads an actor's process has at once.

use std::time::Duration;

use serde::Deserialize;

use super::lines::players;
use super::lives::{end_of, threads_of};
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::transcript::Transcript;
use crate::words::times;

/// At some moment the process of an actor has at least so many threads.
#[derive(Clone, Debug)]
pub struct Threads {
    of: usize,
    at_least: usize,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    of: Spanned<String>,
    at_least: usize,
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
            format!("the process of {who} has at least {threads} at once"),
            format!("{who} 的进程同时至少有 {threads}"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let players = match players(self.of, reading, language) {
            Ok(players) => players,
            Err(outcome) => return outcome,
        };
        let most = players.iter().map(|&player| most_at_once(reading.transcript, player)).max().unwrap_or(0);
        let least = threads(self.at_least, language);
        let expected = language.pick(format!("at least {least} at once"), format!("同时至少 {least}"));
        let seen = language.pick(
            format!("{} at the most", threads(most, language)),
            format!("最多 {}", threads(most, language)),
        );
        Outcome::when(most >= self.at_least, expected, seen, &[])
    }
}

/// How many threads a process had at once, at the most.
fn most_at_once(transcript: &Transcript, process: usize) -> usize {
    let threads = || threads_of(transcript, process);
    let mut births: Vec<Duration> = threads().map(|thread| transcript.threads()[thread].born).collect();
    let mut ends: Vec<Duration> = threads().filter_map(|thread| end_of(transcript, thread)).collect();
    births.sort_unstable();
    ends.sort_unstable();
    let ended_before = |born: Duration| ends.partition_point(|&end| end <= born);
    (1..).zip(births).map(|(born, at)| born - ended_before(at)).max().unwrap_or(0)
}

fn threads(count: usize, language: Language) -> String {
    times(count as u64, ["thread", "threads"], "个线程", language)
}
