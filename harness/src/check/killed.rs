//! `killed`: a signal ended them, and who sent it.

use nix::sys::signal::Signal;
use serde::Deserialize;

use super::lines::players;
use super::scope::{Scope, signal};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::transcript::{Exit, Killed as Killer};

/// A signal ended everybody who plays one actor; which one, and which actor's process sent it, where that is claimed.
#[derive(Clone, Debug)]
pub struct Killed {
    who: usize,
    by: Option<usize>,
    signal: Option<Signal>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    who: Spanned<String>,
    by: Option<Spanned<String>>,
    signal: Option<Spanned<String>>,
}

impl Inspect for Killed {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Killed> {
        let Keys { who, by, signal: name } = keys.into_inner();
        Ok(Killed {
            who: scope.actor(&who)?,
            by: by.map(|by| scope.actor(&by)).transpose()?,
            signal: name.map(|name| signal(&name)).transpose()?,
        })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let who = cast.actor(self.who);
        let itself = language.pick("itself", "自己");
        let by = self.by.map(|by| if by == self.who { itself } else { cast.actor(by) });
        let with = self.signal.map(Signal::as_str);
        match (language, by, with) {
            (Language::En, None, None) => format!("{who} is killed"),
            (Language::En, None, Some(with)) => format!("{who} is killed with {with}"),
            (Language::En, Some(by), None) => format!("{who} is killed by {by}"),
            (Language::En, Some(by), Some(with)) => format!("{who} is killed by {by} with {with}"),
            (Language::Zh, None, with) => {
                format!("{who} 被{}杀死", with.map_or("信号".to_owned(), |with| format!(" {with} ")))
            }
            (Language::Zh, Some(by), None) => format!("{who} 被 {by} 杀死"),
            (Language::Zh, Some(by), Some(with)) => format!("{who} 被 {by} 用 {with} 杀死"),
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let killers = self.by.map(|by| players(by, reading, language)).transpose();
        let both = players(self.who, reading, language).and_then(|players| Ok((players, killers?)));
        let (players, killers) = match both {
            Ok(both) => both,
            Err(outcome) => return outcome,
        };
        let all = players.iter().map(|&player| self.one(player, killers, reading, language));
        all.into_iter().find(|outcome| *outcome != Outcome::Held).unwrap_or(Outcome::Held)
    }
}

impl Killed {
    /// Whether one that plays the actor was killed so, by one of these, where that is claimed.
    fn one(&self, player: usize, by: Option<&[usize]>, reading: &Reading<'_>, language: Language) -> Outcome {
        let transcript = reading.transcript;
        let process = &transcript.processes()[player];
        let who = reading.cast.actor(self.who);
        let is_signal = match (process.exit, self.signal) {
            (Some(Exit::Signal(seen)), Some(signal)) => seen == signal as i32,
            (Some(Exit::Signal(_)), None) => true,
            (Some(Exit::Code(_)) | None, _) => false,
        };
        let is_killer = match (process.killed, by) {
            (_, None) => true,
            (Some(Killer::By(thread)), Some(by)) => by.contains(&transcript.threads()[thread].process),
            (Some(Killer::DeathOf(_) | Killer::Kernel | Killer::Harness) | None, Some(_)) => false,
        };
        let last: Vec<usize> = reading.last_line_of(player).into_iter().collect();
        let expected = self.words(reading.cast, language);
        Outcome::when(is_signal && is_killer, expected, how_it_ended(who, player, reading), &last)
    }
}

/// How a process ended, in words: “dance (pid 101) was killed by itself, with SIGKILL”.
pub(super) fn how_it_ended(who: &str, player: usize, reading: &Reading<'_>) -> String {
    let (language, process) = (reading.language, &reading.transcript.processes()[player]);
    let pid = process.pid;
    let signal = match process.exit {
        Some(Exit::Signal(number)) => {
            Signal::try_from(number).map_or(number.to_string(), |signal| signal.to_string())
        }
        Some(exit) => {
            let exit = exit.words(language);
            return language.pick(
                format!("{who} (pid {pid}) ended with {exit}"),
                format!("{who}（pid {pid}）以{exit} 退出"),
            );
        }
        None => {
            return language.pick(format!("{who} (pid {pid}) lived on"), format!("{who}（pid {pid}）还活着"));
        }
    };
    let by = by_whom(player, reading);
    language.pick(
        format!("{who} (pid {pid}) was killed by {by}, with {signal}"),
        format!("{who}（pid {pid}）被{by}用 {signal} 杀死"),
    )
}

/// Who sent the signal that ended a process, in words.
fn by_whom(player: usize, reading: &Reading<'_>) -> String {
    let language = reading.language;
    let transcript = reading.transcript;
    match transcript.processes()[player].killed {
        Some(Killer::By(thread)) => match transcript.threads()[thread].process {
            killer if killer == player => language.pick("itself", "它自己").to_owned(),
            killer => language.pick(String::new(), " ".to_owned()) + &reading.who(reading.pid(killer)),
        },
        Some(Killer::DeathOf(parent)) => {
            let parent = reading.who(reading.pid(parent));
            language
                .pick(format!("the kernel at the death of {parent}"), format!("内核（因为 {parent}已结束）"))
        }
        Some(Killer::Kernel) => language.pick("the kernel", "内核").to_owned(),
        Some(Killer::Harness) => {
            language.pick("the harness, which ended the run", "结束运行的 harness ").to_owned()
        }
        None => language.pick("somebody unknown", "不明的发送者").to_owned(),
    }
}
