//! `together`: several tasks are there at the same time.

use super::scope::Scope;
use super::tasks::{Task, tasks};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;
use crate::words::list;

/// Each was born before any other's last line.
#[derive(Clone, Debug)]
pub struct Together {
    actors: Vec<usize>,
}

impl Inspect for Together {
    type Keys = Vec<Spanned<String>>;

    fn resolve(written: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Together> {
        let actors = scope.actors(&written)?;
        let mut known = Vec::new();
        for (&actor, name) in actors.iter().zip(written.as_ref()) {
            if known.contains(&actor) {
                return Err(Mistake::at(name.span(), "the actors must differ"));
            }
            known.push(actor);
        }
        if actors.len() < 2 {
            return Err(Mistake::at(written.span(), "at least two actors are needed"));
        }
        Ok(Together { actors })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let names: Vec<String> = self.actors.iter().map(|&actor| cast.actor(actor).to_owned()).collect();
        let names = list(&names, language.pick("and", " 和 "), language);
        language.pick(format!("{names} are there at the same time"), format!("{names} 同时存在"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let mut all: Vec<(usize, Task)> = Vec::new();
        for &actor in &self.actors {
            match tasks(actor, reading, language) {
                Ok(tasks) => all.extend(tasks.into_iter().map(|task| (actor, task))),
                Err(outcome) => return outcome,
            }
        }
        let expected =
            language.pick("each born before any other's last line", "每一个都在别的任务的最后一行之前创建");
        if let Some((one, other, line)) = same(&all) {
            let [one, other] = [one, other].map(|actor| reading.cast.actor(actor));
            let seen = language.pick(
                format!("one process plays both {one} and {other}"),
                format!("一个进程兼任 {one} 和 {other}"),
            );
            return Outcome::broken(expected, seen, &[line]);
        }
        let latest = all.iter().max_by_key(|(_, task)| task.born);
        let first_gone = all.iter().min_by_key(|(_, task)| task.last_line);
        let (Some((late, task)), Some((early, gone))) = (latest, first_gone) else { return Outcome::Held };
        let last = reading.transcript.lines()[gone.last_line].at;
        let [late, early] = [late, early].map(|actor| reading.cast.actor(*actor));
        let seen = language.pick(
            format!("{late} was born after the last line of {early}"),
            format!("{late} 是在 {early} 的最后一行之后才创建的"),
        );
        Outcome::when(task.born < last, expected, seen, &[gone.last_line])
    }
}

/// Two actors that one task plays, and a line of its.
fn same(all: &[(usize, Task)]) -> Option<(usize, usize, usize)> {
    let mut pairs =
        all.iter().enumerate().flat_map(|(at, one)| all[..at].iter().map(move |other| (other, one)));
    let ((one, _), (other, task)) = pairs.find(|((_, one), (_, other))| one.worker == other.worker)?;
    Some((*one, *other, task.last_line))
}
