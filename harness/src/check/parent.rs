//! `parent`: who created whom.

use serde::Deserialize;
use toml::Spanned;

use super::lines::players;
use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::Result;
use crate::language::Language;

/// Everybody who plays one actor was created by a process that plays the other.
#[derive(Clone, Debug)]
pub struct Parent {
    of: usize,
    is: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    of: Spanned<String>,
    is: Spanned<String>,
}

impl Inspect for Parent {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Parent> {
        Ok(Parent { of: scope.actor(&keys.as_ref().of)?, is: scope.actor(&keys.as_ref().is)? })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let (of, is) = (cast.actor(self.of), cast.actor(self.is));
        language.pick(format!("{of} was created by {is}"), format!("{of} 由 {is} 创建"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let both = players(self.of, reading, language)
            .and_then(|children| Ok((children, players(self.is, reading, language)?)));
        let (children, parents) = match both {
            Ok(both) => both,
            Err(outcome) => return outcome,
        };
        let mut unknown = None;
        for &child in children {
            let writer = &reading.transcript.processes()[child];
            match reading.transcript.parent(child).map(|parent| reading.pid(parent)) {
                None => unknown = Some(writer.pid),
                Some(parent) if parents.iter().any(|&player| reading.pid(player) == parent) => {}
                Some(parent) => return self.stranger(child, parent, reading, language),
            }
        }
        let who = reading.cast.actor(self.of);
        unknown.map_or(Outcome::Held, |pid| {
            Outcome::Unknown(language.pick(
                format!("{who} (pid {pid}) had ended before its parent could be read"),
                format!("还没来得及查 {who}（pid {pid}）的父进程，它就已经结束了"),
            ))
        })
    }
}

impl Parent {
    /// What comes of a child whose parent plays somebody else.
    fn stranger(&self, child: usize, parent: u32, reading: &Reading<'_>, language: Language) -> Outcome {
        let (is, who) = (reading.cast.actor(self.is), reading.who(reading.pid(child)));
        let expected =
            language.pick(format!("the parent of {who} to be {is}"), format!("{who}的父进程是 {is}"));
        let parent = reading.who(parent);
        let seen = language.pick(format!("its parent is {parent}"), format!("它的父进程是 {parent}"));
        let first: Vec<usize> = reading.first_line_of(child).into_iter().collect();
        Outcome::broken(expected, seen, &first)
    }
}
