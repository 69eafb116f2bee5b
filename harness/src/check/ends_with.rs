//! `ends_with`: a task ends because another does, as a daemon with main.

use serde::Deserialize;

use super::killed::how_it_ended;
use super::lines::players;
use super::scope::Scope;
use super::tasks::{Task, tasks};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::{Reading, Worker};
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;
use crate::transcript::Killed;

/// Everybody who plays one actor ends with the other's process: a thread that ends as it does and not by itself, a process that
/// it kills, or that the kernel kills at its death.
#[derive(Clone, Debug)]
pub struct EndsWith {
    who: usize,
    of: usize,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    who: Spanned<String>,
    of: Spanned<String>,
}

impl Inspect for EndsWith {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<EndsWith> {
        let Keys { who, of: with } = keys.into_inner();
        let (who, of) = (scope.actor(&who)?, scope.actor(&with)?);
        if who == of {
            return Err(Mistake::at(with.span(), "the two actors must differ"));
        }
        Ok(EndsWith { who, of })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let (who, of) = (cast.actor(self.who), cast.actor(self.of));
        language.pick(format!("{who} ends with {of}"), format!("{who} 随 {of} 一起结束"))
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let both = tasks(self.who, reading, language)
            .and_then(|tasks| Ok((tasks, players(self.of, reading, language)?)));
        let (tasks, others) = match both {
            Ok(both) => both,
            Err(outcome) => return outcome,
        };
        let alone = tasks.into_iter().find(|task| !others.iter().any(|&of| ends_with(task, of, reading)));
        alone.map_or(Outcome::Held, |task| {
            let expected = self.words(reading.cast, language);
            Outcome::broken(expected, self.instead(&task, others, reading), &[task.last_line])
        })
    }
}

fn ends_with(task: &Task, of: usize, reading: &Reading<'_>) -> bool {
    let transcript = reading.transcript;
    match task.worker {
        Worker::Thread(thread) => task.process == of && transcript.threads()[thread].ended.is_none(),
        Worker::Process(process) => match transcript.processes()[process].killed {
            Some(Killed::By(thread)) => process != of && transcript.threads()[thread].process == of,
            Some(Killed::DeathOf(parent)) => parent == of,
            Some(Killed::Kernel | Killed::Harness) | None => false,
        },
    }
}

impl EndsWith {
    /// How a task ended instead, in words.
    fn instead(&self, task: &Task, others: &[usize], reading: &Reading<'_>) -> String {
        let (language, who) = (reading.language, reading.cast.actor(self.who));
        let of = reading.cast.actor(self.of);
        match task.worker {
            Worker::Process(process) => how_it_ended(who, process, reading),
            Worker::Thread(_) if !others.contains(&task.process) => language
                .pick(format!("{who} is a thread of another process"), format!("{who} 是另一个进程的线程")),
            Worker::Thread(_) => language.pick(
                format!("{who} had ended by itself before the process of {of} did"),
                format!("{of} 的进程结束之前，{who} 已经自己结束了"),
            ),
        }
    }
}
