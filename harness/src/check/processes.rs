//! `processes`: how many processes print, over the whole run.

use super::scope::Scope;
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::{Claimed, Reading};
use crate::document::{Result, Spanned};
use crate::language::Language;
use crate::words::processes;

/// Lines come from exactly so many processes, be they there at once or one after the other.
#[derive(Clone, Debug)]
pub struct Processes {
    count: usize,
}

impl Inspect for Processes {
    type Keys = usize;

    fn resolve(count: Spanned<usize>, _: Scope<'_>) -> Result<Processes> {
        Ok(Processes { count: count.into_inner() })
    }

    fn words(&self, _: &Cast, language: Language) -> String {
        let count = processes(self.count as u64, language);
        language.pick(
            format!("lines come from exactly {count} in all"),
            format!("输出的行先后一共恰好来自 {count}"),
        )
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        let transcript = reading.transcript;
        let mut first = vec![None; transcript.processes().len()];
        for (index, line) in transcript.lines().iter().enumerate() {
            if reading.claimed(index) == Claimed::Ignored {
                continue;
            }
            let Some(writer) = line.process else {
                let why = language.pick("it is not known who wrote a line", "有一行不知道是谁写的");
                return Outcome::Unknown(why.to_owned());
            };
            first[writer].get_or_insert(index);
        }
        let first: Vec<usize> = first.into_iter().flatten().collect();
        let seen = match first.len() {
            0 => language.pick("no line", "一行也没有").to_owned(),
            n => processes(n as u64, language),
        };
        Outcome::when(first.len() == self.count, processes(self.count as u64, language), seen, &first)
    }
}
