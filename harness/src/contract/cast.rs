//! `[actors]` and `[names]`: who prints what, and what varies.

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use crate::cast::{Actor, Captures, Cast, Kind, MAIN, Name, Stderr};
use crate::check::scope::pattern;
use crate::document::value::{Either, one_of};
use crate::document::{Mistake, Result};

pub(super) type Actors = IndexMap<Spanned<String>, Spanned<Either<String, ActorKeys>>>;
pub(super) type Names = IndexMap<Spanned<String>, Spanned<NameKeys>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActorKeys {
    line: Spanned<String>,
    kind: Option<Kind>,
    #[serde(default)]
    each: bool,
    #[serde(default)]
    varies: bool,
}

#[derive(Deserialize)]
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
                actors.push(Actor { name: name.into_inner(), line, kind: None, each: false, varies: false });
            }
            Either::Full(ActorKeys { each: true, .. }) if name.as_ref() == MAIN => {
                return Err(Mistake::at(span, "`main` is one process: it can't be played by `each`"));
            }
            Either::Full(ActorKeys { line, kind, each, varies }) => {
                actors.push(Actor { name: name.into_inner(), line: pattern(&line)?, kind, each, varies });
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
    let pattern = pattern(&written)?;
    if pattern.groups() != 1 {
        let message = format!("one capture group is needed; there are {}", pattern.groups());
        return Err(Mistake::at(written.span(), message)
            .help("put parentheses around the part that varies; a group that is none is written (?:…)"));
    }
    Ok(Name { name: name.into_inner(), pattern, captures })
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
