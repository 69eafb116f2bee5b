//! From the text of a contract to what it says: its shape by serde first, then what the words refer to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::cast::{Actors, Names, cast};
use super::claim::{Always, Sometimes, topics};
use super::{Asked, Contract, Golden, Named, Source};
use crate::cast::Stderr;
use crate::check::Entry;
use crate::check::scope::{Scope, duration, pattern, stretch};
use crate::document::value::{Either, OneOrMany, Variable, one_of};
use crate::document::{Mistake, Result};
use crate::language::Bilingual;
use crate::run::stdin::Stdin;
use crate::system::streams::Capture;
use crate::transcript::GRACE;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    title: Spanned<Either<String, TitleKeys>>,
    #[serde(default)]
    covers: OneOrMany,
    command: Option<Spanned<Vec<Spanned<String>>>>,
    folder: Option<Spanned<String>>,
    timeout: Option<Spanned<String>>,
    grace: Option<Spanned<String>>,
    #[serde(default)]
    exclusive: bool,
    #[serde(default = "yes")]
    directed: bool,
    golden: Option<Spanned<Either<bool, GoldenKeys>>>,
    capture: Option<Capture>,
    #[serde(default)]
    witness: Asked,
    #[serde(default)]
    stderr: Stderr,
    #[serde(default)]
    survivors: Vec<Spanned<String>>,
    stdin: Option<Spanned<StdinKeys>>,
    #[serde(default)]
    env: IndexMap<String, Spanned<Variable>>,
    #[serde(default)]
    actors: Actors,
    #[serde(default)]
    names: Names,
    holds: Option<HoldsKeys>,
    #[serde(default)]
    always: Vec<Spanned<Entry>>,
    #[serde(default)]
    sometimes: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TitleKeys {
    en: Spanned<String>,
    zh: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoldenKeys {
    ideal: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table: { text = \"…\" } or { file = \"…\" }")]
struct StdinKeys {
    text: Option<Spanned<String>>,
    file: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldsKeys {
    from: Spanned<String>,
    to: Spanned<String>,
}

/// The contract that this text states; `file` is for its errors.
pub(super) fn contract(text: &str, file: &Path) -> Result<Contract> {
    let keys: Keys = toml::from_str(text).map_err(mistake)?;
    let cast = cast(keys.actors, keys.names, keys.stderr)?;
    let golden = keys.golden.map_or(Ok(Golden::default()), golden)?;
    let covers = topics(keys.covers);
    if let Some(topic) = covers.first().filter(|_| !golden.is_kept) {
        return Err(Mistake::at(topic.span.clone(), "`covers` is what the golden proves, and there is none")
            .help("a check proves a topic by `proves`"));
    }
    let scope = Scope(&cast);
    let always = keys.always.into_iter().map(|entry| Always::resolve(entry, scope)).collect::<Result<_>>()?;
    let sometimes =
        keys.sometimes.into_iter().map(|entry| Sometimes::resolve(entry, scope)).collect::<Result<_>>()?;
    let source = Source {
        file: file.to_path_buf(),
        text: text.to_owned(),
        program: keys.command.as_ref().and_then(|words| Some(words.as_ref().first()?.span())),
        folder: keys.folder.as_ref().map(Spanned::span),
        stdin: keys.stdin.as_ref().map(Spanned::span),
    };
    let both = "a line can't say both that a lock is taken and that it is let go";
    Ok(Contract {
        title: title(keys.title)?,
        covers,
        command: keys.command.map(command).transpose()?,
        folder: keys.folder.map(folder).transpose()?,
        timeout: keys.timeout.map_or(Ok(Duration::from_secs(10)), |timeout| duration(&timeout))?,
        grace: keys.grace.map_or(Ok(GRACE), |grace| duration(&grace))?,
        exclusive: keys.exclusive,
        directed: keys.directed,
        golden,
        capture: keys.capture,
        witness: keys.witness,
        survivors: keys.survivors.iter().map(pattern).collect::<Result<_>>()?,
        stdin: keys.stdin.map_or(Ok(Stdin::Nothing), stdin)?,
        env: variables(keys.env)?,
        holds: keys.holds.map(|HoldsKeys { from, to }| stretch(&from, &to, both)).transpose()?,
        cast,
        always,
        sometimes,
        named: Named { word: file.into(), command: Vec::new() },
        source,
    })
}

fn yes() -> bool {
    true
}

/// A mistake in the file's shape. Contracts once said how long to look for a claim: who has such a key must learn more than that it is
/// unknown.
fn mistake(error: toml::de::Error) -> Mistake {
    let mistake = Mistake::from(error);
    let of_an_entry =
        |key: &&str| mistake.message.starts_with(&format!("unknown key `{key}`, expected one of `proves`"));
    let Some(key) = ["runs", "rate"].into_iter().find(of_an_entry) else { return mistake };
    let message = format!("a claim has no `{key}`: how long to look for it is the harness's affair");
    Mistake { message, help: Some("leave out both `runs` and `rate`".into()), ..mistake }
}

fn golden(written: Spanned<Either<bool, GoldenKeys>>) -> Result<Golden> {
    let span = written.span();
    match written.into_inner() {
        Either::Short(false) => Ok(Golden { is_kept: false, ideal: false }),
        Either::Short(true) => Err(Mistake::at(span, "`golden` is false, a table, or is not there")
            .help("without it there is a golden, which is held in late time too")),
        Either::Full(GoldenKeys { ideal }) => Ok(Golden { is_kept: true, ideal }),
    }
}

fn title(written: Spanned<Either<String, TitleKeys>>) -> Result<Bilingual> {
    let told =
        |written: Spanned<String>| match written.as_ref().trim() {
            "" => Err(Mistake::at(written.span(), "a title can't be empty")
                .help("say in a few words what it is about")),
            _ => Ok(written.into_inner()),
        };
    let span = written.span();
    match written.into_inner() {
        Either::Short(both) => {
            let both = told(Spanned::new(span, both))?;
            Ok(Bilingual { en: both.clone(), zh: both })
        }
        Either::Full(TitleKeys { en, zh }) => Ok(Bilingual { en: told(en)?, zh: told(zh)? }),
    }
}

fn command(written: Spanned<Vec<Spanned<String>>>) -> Result<Vec<String>> {
    if written.as_ref().first().is_none_or(|name| name.as_ref().is_empty()) {
        return Err(Mistake::at(written.span(), "a command needs at least the name of a program"));
    }
    written.into_inner().into_iter().map(without_nul).collect()
}

fn folder(written: Spanned<String>) -> Result<PathBuf> {
    if written.as_ref().is_empty() {
        let mistake = Mistake::at(written.span(), "a folder needs a name");
        return Err(mistake.help("without `folder` the program runs in the contract's own"));
    }
    without_nul(written).map(PathBuf::from)
}

fn stdin(written: Spanned<StdinKeys>) -> Result<Stdin> {
    let span = written.span();
    let StdinKeys { text, file } = written.into_inner();
    match one_of([("text", text), ("file", file)], span, "`text` or `file`")? {
        ("text", text) => Ok(Stdin::Text(text.into_inner())),
        (_, file) if file.as_ref().is_empty() => Err(Mistake::at(file.span(), "a file needs a name")
            .help("without `stdin` the program reads nothing: it is `/dev/null`")),
        (_, file) => without_nul(file).map(|file| Stdin::File(file.into())),
    }
}

/// What is handed to the system ends at a NUL byte.
fn without_nul(written: Spanned<String>) -> Result<String> {
    if written.as_ref().contains('\0') {
        let why = "a NUL byte can't be part of a command, a folder or a variable";
        return Err(Mistake::at(written.span(), why));
    }
    Ok(written.into_inner())
}

fn variables(raw: IndexMap<String, Spanned<Variable>>) -> Result<BTreeMap<String, Option<String>>> {
    let variable = |(name, value): (String, Spanned<Variable>)| {
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(Mistake::at(value.span(), format!("`{name}` can't be the name of a variable")));
        }
        let span = value.span();
        match value.into_inner() {
            Variable::Set(value) => Ok((name, Some(without_nul(Spanned::new(span, value))?))),
            Variable::Removed => Ok((name, None)),
        }
    };
    raw.into_iter().map(variable).collect()
}
