//! `exit`: how the program ends, or those who play an actor.

use serde::Deserialize;

use super::lines::players;
use super::scope::{Scope, signal};
use super::{Inspect, Outcome};
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::value::Either;
use crate::document::{Mistake, Result, Spanned};
use crate::language::Language;
use crate::transcript::Exit;

/// The program, or everybody who plays an actor, ends so.
#[derive(Clone, Debug)]
pub struct Ends {
    of: Option<usize>,
    exit: Exit,
}

/// An exit status, or a table.
pub(crate) type Keys = Either<i32, Table>;

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    of: Option<Spanned<String>>,
    code: Option<Spanned<i32>>,
    signal: Option<Spanned<String>>,
}

impl Ends {
    /// The program ends so.
    pub fn program(exit: Exit) -> Ends {
        Ends { of: None, exit }
    }

    /// Whether it is about the program, and not about an actor.
    pub fn is_of_program(&self) -> bool {
        self.of.is_none()
    }

    fn of_actor(&self, of: usize, reading: &Reading<'_>, language: Language) -> Outcome {
        let players = match players(of, reading, language) {
            Ok(players) => players,
            Err(outcome) => return outcome,
        };
        for &player in players {
            let process = &reading.transcript.processes()[player];
            if process.exit == Some(self.exit) {
                continue;
            }
            let pid = process.pid;
            let seen = process.exit.map_or_else(
                || language.pick("it lived on", "它还活着").to_owned(),
                |exit| exit.words(language),
            );
            let seen = language.pick(format!("{seen}, pid {pid}"), format!("{seen}，pid {pid}"));
            let last: Vec<usize> = reading.last_line_of(player).into_iter().collect();
            return Outcome::broken(self.exit.words(language), seen, &last);
        }
        Outcome::Held
    }
}

impl Inspect for Ends {
    type Keys = Keys;

    fn resolve(keys: Spanned<Keys>, scope: Scope<'_>) -> Result<Ends> {
        let span = keys.span();
        let (of, exit) = match keys.into_inner() {
            Either::Short(code) => (None, status(&Spanned::new(span, code))?),
            Either::Full(Table { of, code: Some(code), signal: None }) => (of, status(&code)?),
            Either::Full(Table { of, code: None, signal: Some(name) }) => {
                (of, Exit::Signal(signal(&name)? as i32))
            }
            Either::Full(_) => {
                return Err(Mistake::at(span, "exactly one of `code` or `signal` is needed"));
            }
        };
        Ok(Ends { of: of.map(|of| scope.actor(&of)).transpose()?, exit })
    }

    fn words(&self, cast: &Cast, language: Language) -> String {
        let who = self.of.map_or(language.pick("the program", "程序"), |actor| cast.actor(actor));
        let exit = self.exit.words(language);
        match (self.exit, language) {
            (Exit::Code(_), Language::En) => format!("{who} ends with {exit}"),
            (Exit::Code(_), Language::Zh) => format!("{who} 以{exit} 退出"),
            (Exit::Signal(_), Language::En) => format!("{who} is {exit}"),
            (Exit::Signal(_), Language::Zh) => format!("{who} {exit}"),
        }
    }

    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome {
        if let Some(of) = self.of {
            return self.of_actor(of, reading, language);
        }
        let seen = reading.transcript.exit();
        Outcome::when(seen == self.exit, self.exit.words(language), seen.words(language), &[])
    }
}

fn status(written: &Spanned<i32>) -> Result<Exit> {
    match *written.as_ref() {
        code @ 0..=255 => Ok(Exit::Code(code)),
        code => {
            let message = format!("no program ends with {code}: an exit status is 0 to 255");
            Err(Mistake::at(written.span(), message))
        }
    }
}
