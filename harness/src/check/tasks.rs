//! The tasks that play an actor: threads where it is one, else processes.

use std::time::Duration;

use super::Outcome;
use super::kind::{self, Played};
use super::lines::players;
use crate::cast::Kind;
use crate::cast::reading::{Reading, Worker};
use crate::language::Language;

/// One that plays an actor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub worker: Worker,
    /// Its process.
    pub process: usize,
    /// When it was created.
    pub born: Duration,
    /// Its last line of this actor.
    pub last_line: usize,
}

/// Who plays an actor; what came of it where nobody does, or that can't be told.
pub(super) fn tasks(actor: usize, reading: &Reading<'_>, language: Language) -> Result<Vec<Task>, Outcome> {
    players(actor, reading, language)?;
    if reading.cast.actors[actor].kind == Some(Kind::Thread) {
        match kind::inspect(reading) {
            Played::AsClaimed => {}
            Played::Unknown(untold) => return Err(Outcome::Unknown(untold.why)),
            Played::Undecidable(untold) => return Err(Outcome::Undecidable(untold.why)),
            Played::Otherwise(_) => {
                let name = reading.cast.actor(actor);
                return Err(Outcome::Unknown(language.pick(
                    format!("{name} is not played as its kind says"),
                    format!("{name} 不是由其种类所说的扮演"),
                )));
            }
        }
    }
    let transcript = reading.transcript;
    let mut tasks: Vec<Task> = Vec::new();
    for last_line in (0..transcript.lines().len()).filter(|&line| reading.is_of(line, actor)) {
        let Some(worker) = reading.worker(last_line) else { continue };
        if let Some(known) = tasks.iter_mut().find(|task| task.worker == worker) {
            known.last_line = last_line;
            continue;
        }
        let (process, born) = match worker {
            Worker::Process(process) => (process, transcript.processes()[process].born.unwrap_or_default()),
            Worker::Thread(thread) => {
                (transcript.threads()[thread].process, transcript.threads()[thread].born)
            }
        };
        tasks.push(Task { worker, process, born, last_line });
    }
    Ok(tasks)
}
