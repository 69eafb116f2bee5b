//! Who prints what: the actors and names of a contract, a transcript read by them, and what of it stays the same.

pub mod canonical;
pub(crate) mod number;
pub(crate) mod orders;
pub mod pattern;
pub mod reading;
pub mod stretch;
pub(crate) mod template;

use self::pattern::Pattern;

/// The name of the actor that is the program's own process.
pub const MAIN: &str = "main";

/// All that a contract says about who prints what.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    /// Who prints what; the first match wins.
    pub actors: Vec<Actor>,
    /// What varies.
    pub names: Vec<Name>,
    /// What may be on stderr.
    pub stderr: Stderr,
}

/// What may be on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Stderr {
    /// Nothing.
    #[default]
    Empty,
    /// Anything: it is not looked at.
    Ignored,
    /// Lines of actors, as on stdout.
    Golden,
}

/// A role in the program.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Its name.
    pub name: String,
    /// Matches the lines it prints.
    pub line: Pattern,
    /// What plays it, where that is claimed.
    pub kind: Option<Kind>,
    /// Whether any number of processes may play it.
    pub each: bool,
    /// What tells the tasks apart that they share: its one group captures which task a line is of. Without it, all that one of them
    /// prints belongs together.
    pub task: Option<Pattern>,
    /// Whether its lines are in no golden, since they vary in number.
    pub varies: bool,
}

/// What plays an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A process of its own.
    Process,
    /// A thread of the process that plays all such actors.
    Thread,
}

/// A part of a line that varies from run to run.
#[derive(Clone, Debug)]
pub struct Name {
    /// What it is called.
    pub name: String,
    /// Its one capture group captures the part.
    pub pattern: Pattern,
    /// What is captured.
    pub captures: Captures,
}

/// What a name's pattern captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captures {
    /// A process id.
    Pid,
    /// A number.
    Number,
    /// Any text.
    Text,
}

/// A name as a check refers to it: all its values, or those in lines of one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRef {
    /// Index into [`Cast::names`].
    pub name: usize,
    /// Index into [`Cast::actors`].
    pub actor: Option<usize>,
    /// As it stands in the contract.
    pub written: String,
}

impl Cast {
    /// The name that is written so: `sum`, or `dance.sum`; `None` where there is no such name or actor.
    pub fn name(&self, written: &str) -> Option<NameRef> {
        let (actor, name) = match written.split_once('.') {
            None => (None, written),
            Some((actor, name)) => (Some(self.actors.iter().position(|known| known.name == actor)?), name),
        };
        let name = self.names.iter().position(|known| known.name == name)?;
        Some(NameRef { name, actor, written: written.to_owned() })
    }

    /// The name of an actor.
    pub fn actor(&self, index: usize) -> &str {
        &self.actors[index].name
    }

    /// Whether any actor is claimed to be of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.actors.iter().any(|actor| actor.kind == Some(kind))
    }
}
