//! `[actors]` and `[names]`: who prints what, and what varies.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::cast::pattern::Pattern;
use crate::cast::{Actor, Captures, Cast, Kind, MAIN, Name, Stderr};
use crate::check::scope::pattern;
use crate::document::value::{Either, Flag, one_of};
use crate::document::{Mistake, Result, Spanned};

pub(super) type Actors = IndexMap<Spanned<String>, Spanned<Either<String, ActorKeys>>>;
pub(super) type Names = IndexMap<Spanned<String>, Spanned<NameKeys>>;

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ActorKeys {
    line: Spanned<String>,
    kind: Option<Kind>,
    each: Option<Spanned<Flag>>,
    #[serde(default)]
    varies: bool,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "these are the contract's words")]
pub(super) struct NameKeys {
    pid_in: Option<Spanned<String>>,
    number_in: Option<Spanned<String>>,
    text_in: Option<Spanned<String>>,
}

pub(super) fn cast(actors: Actors, names: Names, stderr: Stderr) -> Result<Cast> {
    let names = names.into_iter().map(|(name, keys)| self::name(name, keys)).collect::<Result<_>>()?;
    Ok(Cast { actors: self::actors(actors)?, names, stderr })
}

fn actors(written: Actors) -> Result<Vec<Actor>> {
    let mut common = None;
    let mut actors = Vec::new();
    for (name, value) in written {
        let span = value.span();
        word(&name)?;
        match value.into_inner() {
            Either::Short(kind) if name.as_ref() == "kind" => {
                common = Some(match kind.as_str() {
                    "process" => Kind::Process,
                    "thread" => Kind::Thread,
                    _ => return Err(Mistake::at(span, "`kind` is \"process\" or \"thread\"")),
                });
            }
            Either::Short(line) => {
                let line = pattern(&Spanned::new(span, line))?;
                actors.push(Actor {
                    name: name.into_inner(),
                    line,
                    kind: None,
                    each: false,
                    task: None,
                    varies: false,
                });
            }
            Either::Full(ActorKeys { line, kind, each, varies }) => {
                let (each, task) = each.map_or(Ok((false, None)), self::each)?;
                if each && name.as_ref() == MAIN {
                    return Err(Mistake::at(span, "`main` is one process: it can't be played by `each`"));
                }
                let line = pattern(&line)?;
                actors.push(Actor { name: name.into_inner(), line, kind, each, task, varies });
            }
        }
    }
    for actor in &mut actors {
        actor.kind = actor.kind.or(common);
    }
    Ok(actors)
}

fn name(name: Spanned<String>, keys: Spanned<NameKeys>) -> Result<Name> {
    let span = keys.span();
    word(&name)?;
    let keys = keys.into_inner();
    let ways =
        [(Captures::Pid, keys.pid_in), (Captures::Number, keys.number_in), (Captures::Text, keys.text_in)];
    let (captures, written) = one_of(ways, span, "`pid_in`, `number_in` or `text_in`")?;
    Ok(Name { name: name.into_inner(), pattern: group(&written, "the part that varies")?, captures })
}

/// Whether many play an actor, and what tells their tasks apart.
fn each(written: Spanned<Flag>) -> Result<(bool, Option<Pattern>)> {
    let span = written.span();
    match written.into_inner() {
        Flag::Word(each) => Ok((each, None)),
        Flag::Text(task) => {
            Ok((true, Some(group(&Spanned::new(span, task), "what says which task a line is of")?)))
        }
    }
}

/// A pattern with one group, around this.
fn group(written: &Spanned<String>, what: &str) -> Result<Pattern> {
    let pattern = pattern(written)?;
    if pattern.groups() == 1 {
        return Ok(pattern);
    }
    let message = format!("one capture group is needed; there are {}", pattern.groups());
    Err(Mistake::at(written.span(), message)
        .help(format!("put parentheses around {what}; a group that is none is written (?:…)")))
}

/// What an actor or a name may be called: it stands in goldens and in `actor.name`.
fn word(written: &Spanned<String>) -> Result<()> {
    let allowed = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if written.as_ref().is_empty() || !written.as_ref().chars().all(allowed) {
        let message = format!("`{}` can't be the name of an actor or a varying part", written.as_ref());
        return Err(Mistake::at(written.span(), message).help("letters, digits, `_` and `-` can"));
    }
    Ok(())
}
