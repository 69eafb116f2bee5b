//! `awaited`: somebody waited for their end.

use super::lines::players;
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::words::list;

/// Of everybody who plays these actors the end was told to somebody who waited for it.
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
        language.pick(format!("somebody waited until {names} had ended"), format!("有人等到 {names} 结束"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let mut all = Vec::new();
        for &actor in &self.actors {
            match players(actor, reading, language) {
                Ok(players) => all.extend(players.iter().map(|&player| (actor, player))),
                Err(outcome) => return outcome,
            }
        }
        let is_orphan =
            |&(_, player): &(usize, usize)| reading.transcript.processes()[player].awaited.is_none();
        let Some((actor, player)) = all.into_iter().find(is_orphan) else { return Outcome::Held };
        let (name, pid) = (reading.cast.actor(actor), reading.pid(player));
        let seen = language.pick(
            format!("nobody waited for {name} (pid {pid})"),
            format!("没有人等 {name}（pid {pid}）结束"),
        );
        let last: Vec<usize> = reading.last_line_of(player).into_iter().collect();
        Outcome::broken(language.pick("each was awaited", "每一个都有人等到结束"), seen, &last)
    }
}
