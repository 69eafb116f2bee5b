//! From the text of a contract to what it says: its shape by serde first, then what the words refer to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;

use super::cast::{Actors, Names, cast};
use super::claim::{Always, Sometimes, TopicRef, topics};
use super::{Asked, Contract, Golden, Named, Source};
use crate::cast::Stderr;
use crate::check::Entry;
use crate::check::scope::{Scope, duration, pattern, stretch};
use crate::document::value::{Either, OneOrMany, Variable, one_of};
use crate::document::{Mistake, Result, Spanned};
use crate::language::Bilingual;
use crate::run::stdin::Stdin;
use crate::system::streams::Capture;
use crate::transcript::GRACE;

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", schemars(title = "A contract"))]
struct Keys {
    /// What it is about.
    title: Spanned<Either<String, TitleKeys>>,
    /// Topics of the syllabus that the golden proves.
    #[serde(default)]
    covers: OneOrMany,
    /// Of topics that the golden proves: the line that shows each.
    #[serde(default)]
    shown: IndexMap<Spanned<String>, String>,
    /// The program and its arguments; without it the cargo package in whose folder the contract stands.
    command: Option<Spanned<Vec<Spanned<String>>>>,
    /// The folder to run in, seen from the contract's.
    folder: Option<Spanned<String>>,
    /// How long a run may take: "10s", "1500ms", "1m30s".
    timeout: Option<Spanned<String>>,
    /// How long what outlives the program may take to end by itself.
    grace: Option<Spanned<String>>,
    /// Whether nothing else may run meanwhile, because it measures.
    #[serde(default)]
    exclusive: bool,
    /// false: it is only run by itself, never under chosen schedules.
    #[serde(default = "yes")]
    directed: bool,
    /// false: there is none; { ideal = true }: it is held in ideal time only.
    golden: Option<Spanned<Either<bool, GoldenKeys>>>,
    /// What the program prints to.
    capture: Option<Capture>,
    /// Who sees what happens.
    #[serde(default)]
    witness: Asked,
    /// What may be on stderr.
    #[serde(default)]
    stderr: Stderr,
    /// Patterns for the command lines of processes that may outlive the program.
    #[serde(default)]
    survivors: Vec<Spanned<String>>,
    /// What the program reads.
    stdin: Option<Spanned<StdinKeys>>,
    /// Variables to set, or with false to remove.
    #[serde(default)]
    env: IndexMap<String, Spanned<Variable>>,
    /// Who prints what: patterns for their lines; `kind` says what they are: "process" or "thread".
    #[serde(default)]
    actors: Actors,
    /// What varies from run to run.
    #[serde(default)]
    names: Names,
    /// From which of its lines to which an actor holds the lock; for pictures alone.
    holds: Option<HoldsKeys>,
    /// What holds in every run.
    #[serde(default)]
    always: Vec<Spanned<Entry>>,
    /// What is seen in some run.
    #[serde(default)]
    sometimes: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct TitleKeys {
    en: Spanned<String>,
    zh: Spanned<String>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct GoldenKeys {
    ideal: bool,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a table: { text = \"…\" } or { file = \"…\" }")]
struct StdinKeys {
    text: Option<Spanned<String>>,
    file: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct HoldsKeys {
    from: Spanned<String>,
    to: Spanned<String>,
}

/// The JSON schema of a contract, for editors: its keys and their types. What they refer to, and whether a pattern compiles, is only known
/// to the parser.
#[cfg(feature = "cli")]
pub(crate) fn schema() -> String {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    let schema = generator.into_root_schema_for::<Keys>();
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
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
    let shown = shown(keys.shown, &covers)?;
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
        shown,
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

fn shown(
    written: IndexMap<Spanned<String>, String>,
    covers: &[TopicRef],
) -> Result<BTreeMap<String, String>> {
    match written.keys().find(|topic| !covers.iter().any(|covered| covered.id == *topic.as_ref())) {
        Some(topic) => {
            let message = format!("`{}` is not among the topics that the golden proves", topic.as_ref());
            Err(Mistake::at(topic.span(), message).help("name it in `covers`"))
        }
        None => Ok(written.into_iter().map(|(topic, line)| (topic.into_inner(), line)).collect()),
    }
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
