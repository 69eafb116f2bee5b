//! `awaited`: whoever created them waited for their end.

use toml::Spanned;

use super::lines::players;
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::Result;
use crate::language::Language;
use crate::words::list;

/// Everybody who plays these actors was awaited by whoever created them.
#[derive(Clone, Debug)]
pub struct Awaited {
    actors: Vec<usize>,
}

impl Inspect for Awaited {
    type Keys = Vec<Spanned<String>>;

    fn resolve(actors: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Awaited> {
        Ok(Awaited { actors: scope.actors(&actors)? })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let names: Vec<String> = self.actors.iter().map(|&actor| cast.actor(actor).to_owned()).collect();
        let names = list(&names, language.pick("and", " 和 "), language);
        let was = if self.actors.len() == 1 { "was" } else { "were" };
        language.pick(
            format!("{names} {was} awaited by whoever created them"),
            format!("{names} 由创建者等到结束"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let mut all = Vec::new();
        for &actor in &self.actors {
            match players(actor, reading, language) {
                Ok(players) => all.extend(players.iter().map(|&player| (actor, player))),
                Err(outcome) => return outcome,
            }
        }
        let orphan =
            all.into_iter().find(|&(_, player)| reading.transcript.processes()[player].awaited.is_none());
        let Some((actor, player)) = orphan else { return Outcome::Held };
        let (name, pid) = (reading.cast.actor(actor), reading.pid(player));
        let seen = language.pick(
            format!("whoever created {name} (pid {pid}) ended without awaiting it"),
            format!("创建 {name}（pid {pid}）的进程没有等它就结束了"),
        );
        let last: Vec<usize> = reading.last_line_of(player).into_iter().collect();
        Outcome::broken(language.pick("each was awaited", "每一个都有人等到结束"), seen, &last)
    }
}
