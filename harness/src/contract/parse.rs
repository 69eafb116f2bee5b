//! From TOML to a [`Contract`]: the shape first, by serde, then what the words refer to.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use super::{
    Actor, Captures, Check, Claim, Contract, Holds, Kind, Mistake, Name, NameRef, Named, Pattern, Relation,
    Sought, Source, Stderr, Title, parse_duration,
};
use crate::capture::Capture;
use crate::number::Number;
use crate::suggest;
use crate::syllabus::Syllabus;
use crate::transcript::{Exit, GRACE};

type Result<T> = std::result::Result<T, Mistake>;

/// A claim that is true is missed at most so often.
const MISSED: f64 = 1e-6;

pub(super) fn parse(text: &str, file: &Path, syllabus: Option<&Syllabus>) -> Result<Contract> {
    let raw: RawContract = toml::from_str(text)?;
    let (actors, actor_names) = actors(raw.actors)?;
    let names = names(raw.names)?;
    let words = Words { actors: &actor_names, names: &names, syllabus };
    let always = raw.always.into_iter().map(|entry| words.always(entry)).collect::<Result<Vec<_>>>()?;
    let sometimes =
        raw.sometimes.into_iter().map(|entry| words.sometimes(entry)).collect::<Result<Vec<_>>>()?;
    let claims: Vec<&Claim> = always.iter().chain(sometimes.iter().map(|sought| &sought.claim)).collect();
    if let Some(what) = needs_writers(*raw.capture.as_ref(), &actors, &names, &claims) {
        return Err(nobody_is_named(&raw.capture, what));
    }
    let source = Source {
        file: file.to_path_buf(),
        text: text.to_owned(),
        program: raw.command.as_ref().and_then(|words| Some(words.as_ref().first()?.span())),
        folder: raw.folder.as_ref().map(Spanned::span),
    };
    Ok(Contract {
        title: title(raw.title)?,
        covers: words.topics(raw.covers)?,
        command: raw.command.map(command).transpose()?,
        folder: raw.folder.map(folder).transpose()?,
        timeout: raw.timeout.map_or(Ok(Duration::from_secs(10)), |timeout| duration(&timeout))?,
        grace: raw.grace.map_or(Ok(GRACE), |grace| duration(&grace))?,
        exclusive: raw.exclusive,
        capture: raw.capture.into_inner(),
        stderr: raw.stderr,
        survivors: raw.survivors.iter().map(pattern).collect::<Result<_>>()?,
        env: variables(raw.env)?,
        holds: raw.holds.map(|holds| self::holds(&holds)).transpose()?,
        actors,
        names,
        always,
        sometimes,
        named: Named { word: file.into(), command: Vec::new() },
        source,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContract {
    title: Spanned<Either<String, RawTitle>>,
    #[serde(default)]
    covers: OneOrMany,
    command: Option<Spanned<Vec<Spanned<String>>>>,
    folder: Option<Spanned<String>>,
    timeout: Option<Spanned<String>>,
    grace: Option<Spanned<String>>,
    #[serde(default)]
    exclusive: bool,
    #[serde(default = "default_capture")]
    capture: Spanned<Capture>,
    #[serde(default)]
    stderr: Stderr,
    #[serde(default)]
    survivors: Vec<Spanned<String>>,
    #[serde(default)]
    env: IndexMap<String, Spanned<Variable>>,
    #[serde(default)]
    actors: IndexMap<Spanned<String>, Spanned<Either<String, RawActor>>>,
    #[serde(default)]
    names: IndexMap<Spanned<String>, Spanned<RawName>>,
    holds: Option<RawHolds>,
    #[serde(default)]
    always: Vec<Spanned<RawEntry>>,
    #[serde(default)]
    sometimes: Vec<Spanned<RawEntry>>,
}

fn default_capture() -> Spanned<Capture> {
    Spanned::new(0..0, Capture::default())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTitle {
    en: Spanned<String>,
    zh: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawActor {
    line: Spanned<String>,
    kind: Option<Kind>,
    #[serde(default)]
    each: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "these are the contract's words")]
struct RawName {
    pid_in: Option<Spanned<String>>,
    number_in: Option<Spanned<String>>,
    text_in: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHolds {
    from: Spanned<String>,
    to: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    #[serde(default)]
    proves: OneOrMany,
    cores: Option<Spanned<usize>>,
    runs: Option<Spanned<u32>>,
    rate: Option<Spanned<f64>>,
    count: Option<Spanned<RawCount>>,
    never: Option<Spanned<String>>,
    order: Option<Spanned<Vec<Spanned<String>>>>,
    free: Option<Spanned<Vec<Spanned<String>>>>,
    number: Option<Spanned<RawNumber>>,
    compare: Option<Spanned<RawCompare>>,
    same: Option<Spanned<Vec<Spanned<String>>>>,
    differ: Option<Spanned<Vec<Spanned<String>>>>,
    overlap: Option<Spanned<Vec<Spanned<String>>>>,
    apart: Option<Spanned<Vec<Spanned<String>>>>,
    lasts: Option<Spanned<String>>,
    exit: Option<Spanned<Either<i32, RawExit>>>,
    processes: Option<usize>,
    threads: Option<Spanned<RawThreads>>,
    awaited: Option<Spanned<Vec<Spanned<String>>>>,
    parent: Option<RawParent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCount {
    line: Spanned<String>,
    actor: Option<Spanned<String>>,
    is: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNumber {
    name: Spanned<String>,
    is: Option<Figure>,
    less_than: Option<Figure>,
    greater_than: Option<Figure>,
    at_least: Option<Figure>,
    at_most: Option<Figure>,
    in_print_order: Option<Vec<Figure>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCompare {
    name: Spanned<String>,
    less_than: Option<Spanned<String>>,
    greater_than: Option<Spanned<String>>,
    at_least: Option<Spanned<String>>,
    at_most: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExit {
    of: Option<Spanned<String>>,
    code: Option<Spanned<i32>>,
    signal: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThreads {
    of: Spanned<String>,
    at_least: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParent {
    of: Spanned<String>,
    is: Spanned<String>,
}

/// What the checks' words may refer to.
struct Words<'a> {
    actors: &'a [String],
    names: &'a [Name],
    syllabus: Option<&'a Syllabus>,
}

impl Words<'_> {
    fn always(&self, entry: Spanned<RawEntry>) -> Result<Claim> {
        let span = entry.span();
        let entry = entry.into_inner();
        if let Some(at) = entry.runs.as_ref().map(Spanned::span).or(entry.rate.as_ref().map(Spanned::span)) {
            return Err(Mistake::at(
                at,
                "an `always` holds in every run: only `sometimes` has `runs` and `rate`",
            ));
        }
        if let Some(free) = &entry.free {
            return Err(Mistake::at(
                free.span(),
                "`free` is seen over many runs: it belongs in [[sometimes]]",
            ));
        }
        if let Some(threads) = &entry.threads {
            return Err(Mistake::at(
                threads.span(),
                "`threads` are counted when a line is received, and by then some may have ended: it belongs in \
                 [[sometimes]]",
            ));
        }
        self.claim(entry, span)
    }

    fn sometimes(&self, mut entry: Spanned<RawEntry>) -> Result<Sought> {
        let span = entry.span();
        let (runs, rate) = (entry.as_mut().runs.take(), entry.as_mut().rate.take());
        let (Some(runs), Some(rate)) = (runs, rate) else {
            return Err(Mistake::at(span, "a `sometimes` needs `runs` and `rate`").help(
                "`rate` is the measured share of runs in which it is seen, `runs` how many to look at the most",
            ));
        };
        let claim = self.claim(entry.into_inner(), span)?;
        if !(*rate.as_ref() > 0.0 && *rate.as_ref() <= 1.0) {
            return Err(Mistake::at(rate.span(), "`rate` is a share: greater than 0, at most 1"));
        }
        // Of `free`, each pattern must have come first: any of them may be the one that is missed.
        let events = match &claim.check {
            Check::Free { lines } => lines.len(),
            _ => 1,
        };
        let needed = runs_needed(*rate.as_ref(), events);
        if *runs.as_ref() < needed {
            let message =
                format!("too few runs: seen at a rate of {}, a true claim needs {needed}", rate.as_ref());
            return Err(Mistake::at(runs.span(), message).help("it must be missed at most once in a million"));
        }
        Ok(Sought { claim, runs: runs.into_inner(), rate: rate.into_inner() })
    }

    fn claim(&self, entry: RawEntry, span: std::ops::Range<usize>) -> Result<Claim> {
        let proves = self.topics(entry.proves)?;
        let cores = entry.cores.as_ref().map_or(Ok(1), cores)?;
        let checks = [
            entry.count.map(|count| self.count(count)),
            entry.never.map(|line| Ok(Check::Never { line: pattern(&line)? })),
            entry.order.map(|lines| Ok(Check::Order { lines: patterns(&lines)? })),
            entry.free.map(|lines| Ok(Check::Free { lines: patterns(&lines)? })),
            entry.number.map(|number| self.number(number)),
            entry.compare.map(|compare| self.compare(compare)),
            entry.same.map(|names| Ok(Check::Same { names: self.name_refs(&names)? })),
            entry.differ.map(|names| Ok(Check::Differ { names: self.name_refs(&names)? })),
            entry.overlap.map(|actors| Ok(Check::Overlap { actors: self.pair(&actors)? })),
            entry.apart.map(|actors| Ok(Check::Apart { actors: self.pair(&actors)? })),
            entry.lasts.map(|at_least| Ok(Check::Lasts { at_least: duration(&at_least)? })),
            entry.exit.map(|exit| self.exit(exit)),
            entry.processes.map(|processes| Ok(Check::Processes { count: processes })),
            entry.threads.map(|threads| {
                let RawThreads { of, at_least } = threads.into_inner();
                Ok(Check::Threads { of: self.actor(&of)?, at_least })
            }),
            entry.awaited.map(|actors| self.awaited(&actors)),
            entry
                .parent
                .map(|parent| Ok(Check::Parent { of: self.actor(&parent.of)?, is: self.actor(&parent.is)? })),
        ];
        let mut checks = checks.into_iter().flatten();
        match (checks.next(), checks.next()) {
            (Some(check), None) => Ok(Claim { proves, cores, check: check? }),
            (found, _) => {
                let found = if found.is_none() { "none" } else { "more" };
                Err(Mistake::at(span, format!("an entry has exactly one check; this one has {found}")).help(
                    "the checks are count, never, order, free, number, compare, same, differ, overlap, apart, \
                     lasts, exit, processes, threads, awaited, parent",
                ))
            }
        }
    }

    fn topics(&self, topics: OneOrMany) -> Result<Vec<String>> {
        let known = |topic: Spanned<String>| match self.syllabus {
            Some(syllabus) if syllabus.topic(topic.as_ref()).is_none() => {
                let message = format!("`{}` is no topic of the syllabus", topic.as_ref());
                let topics = syllabus.topics().iter().map(|topic| topic.id.as_str());
                Err(Mistake::at(topic.span(), message).help(suggest::nearest_of(topic.as_ref(), topics)))
            }
            _ => Ok(topic.into_inner()),
        };
        topics.0.into_iter().map(known).collect()
    }

    fn count(&self, raw: Spanned<RawCount>) -> Result<Check> {
        let span = raw.span();
        let raw = raw.into_inner();
        let bounds =
            [(Relation::Is, raw.is), (Relation::AtLeast, raw.at_least), (Relation::AtMost, raw.at_most)];
        let (relation, count) = one_of(bounds, span, "`is`, `at_least` or `at_most`")?;
        let actor = raw.actor.map(|actor| self.actor(&actor)).transpose()?;
        Ok(Check::Count { line: any_pattern(&raw.line)?, actor, relation, count })
    }

    fn number(&self, raw: Spanned<RawNumber>) -> Result<Check> {
        let span = raw.span();
        let raw = raw.into_inner();
        let name = self.name_ref(&raw.name)?;
        let bounds = [
            (Relation::Is, raw.is),
            (Relation::LessThan, raw.less_than),
            (Relation::GreaterThan, raw.greater_than),
            (Relation::AtLeast, raw.at_least),
            (Relation::AtMost, raw.at_most),
        ];
        let allowed = "`is`, `less_than`, `greater_than`, `at_least`, `at_most` or `in_print_order`";
        if let Some(values) = raw.in_print_order {
            if bounds.iter().any(|(_, value)| value.is_some()) {
                return Err(Mistake::at(span, format!("exactly one of {allowed} is needed")));
            }
            return Ok(Check::InPrintOrder {
                name,
                values: values.into_iter().map(|figure| figure.0).collect(),
            });
        }
        let (relation, Figure(value)) = one_of(bounds, span, allowed)?;
        Ok(Check::Number { name, relation, value })
    }

    fn compare(&self, raw: Spanned<RawCompare>) -> Result<Check> {
        let span = raw.span();
        let raw = raw.into_inner();
        let bounds = [
            (Relation::LessThan, raw.less_than),
            (Relation::GreaterThan, raw.greater_than),
            (Relation::AtLeast, raw.at_least),
            (Relation::AtMost, raw.at_most),
        ];
        let (relation, right) = one_of(bounds, span, "`less_than`, `greater_than`, `at_least` or `at_most`")?;
        Ok(Check::Compare { left: self.name_ref(&raw.name)?, relation, right: self.name_ref(&right)? })
    }

    fn awaited(&self, written: &Spanned<Vec<Spanned<String>>>) -> Result<Check> {
        if written.as_ref().is_empty() {
            return Err(Mistake::at(written.span(), "at least one actor is needed"));
        }
        let actors = written.as_ref().iter().map(|actor| self.actor(actor)).collect::<Result<_>>()?;
        Ok(Check::Awaited { actors })
    }

    fn exit(&self, raw: Spanned<Either<i32, RawExit>>) -> Result<Check> {
        let span = raw.span();
        let RawExit { of, code, signal } = match raw.into_inner() {
            Either::Short(code) => {
                RawExit { of: None, code: Some(Spanned::new(span.clone(), code)), signal: None }
            }
            Either::Full(raw) => raw,
        };
        let of = of.map(|of| self.actor(&of)).transpose()?;
        let exit = match (code, signal) {
            (Some(code), None) => exit_status(&code)?,
            (None, Some(signal)) => exit_signal(&signal)?,
            _ => return Err(Mistake::at(span, "exactly one of `code` or `signal` is needed")),
        };
        Ok(Check::Exit { of, exit })
    }

    fn actor(&self, written: &Spanned<String>) -> Result<usize> {
        self.actors.iter().position(|actor| actor == written.as_ref()).ok_or_else(|| {
            Mistake::at(written.span(), format!("`{}` is no actor", written.as_ref()))
                .help(suggest::nearest_of(written.as_ref(), self.actors.iter().map(String::as_str)))
        })
    }

    fn pair(&self, written: &Spanned<Vec<Spanned<String>>>) -> Result<[usize; 2]> {
        let [first, second] = written.as_ref().as_slice() else {
            return Err(Mistake::at(written.span(), "exactly two actors are needed"));
        };
        let pair = [self.actor(first)?, self.actor(second)?];
        if pair[0] == pair[1] {
            return Err(Mistake::at(second.span(), "the two actors must differ"));
        }
        Ok(pair)
    }

    fn name_refs(&self, written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<NameRef>> {
        if written.as_ref().is_empty() {
            return Err(Mistake::at(written.span(), "at least one name is needed"));
        }
        written.as_ref().iter().map(|name| self.name_ref(name)).collect()
    }

    /// `sum`, or `dance.sum`.
    fn name_ref(&self, written: &Spanned<String>) -> Result<NameRef> {
        let (actor, name) = match written.as_ref().split_once('.') {
            None => (None, written.as_ref().as_str()),
            Some((actor, name)) => {
                let actor = Spanned::new(written.span(), actor.to_owned());
                (Some(self.actor(&actor)?), name)
            }
        };
        let known = self.names.iter().position(|known| known.name == name);
        let name = known.ok_or_else(|| {
            Mistake::at(written.span(), format!("`{name}` is not in [names]"))
                .help(suggest::nearest_of(name, self.names.iter().map(|name| name.name.as_str())))
        })?;
        Ok(NameRef { name, actor, written: written.as_ref().clone() })
    }
}

/// How many runs miss so many things, each seen at this rate, at most once in a million.
pub(crate) fn runs_needed(rate: f64, events: usize) -> u32 {
    let events = f64::from(u32::try_from(events).unwrap_or(u32::MAX));
    let runs = (MISSED / events).ln() / (1.0 - rate).ln();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, as is meant")]
    let runs = runs.ceil() as u32;
    runs.max(1)
}

type RawActors = IndexMap<Spanned<String>, Spanned<Either<String, RawActor>>>;

fn actors(raw: RawActors) -> Result<(Vec<Actor>, Vec<String>)> {
    let mut common = None;
    let mut actors = Vec::new();
    for (name, value) in raw {
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
                actors.push(Actor { name: name.into_inner(), line, kind: None, each: false });
            }
            Either::Full(RawActor { line, kind, each }) => {
                if each && name.as_ref() == "main" {
                    return Err(Mistake::at(span, "`main` is one process: it can't be played by `each`"));
                }
                actors.push(Actor { name: name.into_inner(), line: pattern(&line)?, kind, each });
            }
        }
    }
    for actor in &mut actors {
        actor.kind = actor.kind.or(common);
    }
    let names = actors.iter().map(|actor| actor.name.clone()).collect();
    Ok((actors, names))
}

fn names(raw: IndexMap<Spanned<String>, Spanned<RawName>>) -> Result<Vec<Name>> {
    let name = |(name, raw): (Spanned<String>, Spanned<RawName>)| {
        let span = raw.span();
        word(&name)?;
        let raw = raw.into_inner();
        let ways =
            [(Captures::Pid, raw.pid_in), (Captures::Number, raw.number_in), (Captures::Text, raw.text_in)];
        let (captures, written) = one_of(ways, span, "`pid_in`, `number_in` or `text_in`")?;
        let pattern = pattern(&written)?;
        if pattern.groups() != 1 {
            return Err(Mistake::at(
                written.span(),
                format!("one capture group is needed; there are {}", pattern.groups()),
            )
            .help("put parentheses around the part that varies; a group that is none is written (?:…)"));
        }
        Ok(Name { name: name.into_inner(), pattern, captures })
    };
    raw.into_iter().map(name).collect()
}

fn holds(raw: &RawHolds) -> Result<Holds> {
    if raw.from.as_ref() == raw.to.as_ref() {
        return Err(Mistake::at(
            raw.to.span(),
            "a line can't say both that a lock is taken and that it is let go",
        ));
    }
    Ok(Holds { from: pattern(&raw.from)?, to: pattern(&raw.to)? })
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

/// Without the kernel's word on who wrote what, nothing that rests on it can be claimed.
fn needs_writers(
    capture: Capture,
    actors: &[Actor],
    names: &[Name],
    claims: &[&Claim],
) -> Option<&'static str> {
    let checked = |claim: &&Claim| {
        matches!(
            claim.check,
            Check::Processes { .. }
                | Check::Threads { .. }
                | Check::Awaited { .. }
                | Check::Parent { .. }
                | Check::Exit { of: Some(_), .. }
        )
    };
    if capture == Capture::Socket {
        None
    } else if actors.iter().any(|actor| actor.kind.is_some() || actor.each) {
        Some("an actor's `kind` or `each`")
    } else if names.iter().any(|name| name.captures == Captures::Pid) {
        Some("`pid_in`")
    } else if claims.iter().any(checked) {
        Some("`processes`, `threads`, `awaited`, `parent` or an actor's `exit`")
    } else {
        None
    }
}

fn nobody_is_named(capture: &Spanned<Capture>, what: &str) -> Mistake {
    let message = format!("this capture does not name writers, and {what} needs them");
    Mistake::at(capture.span(), message).help("`capture = \"socket\"` names them")
}

fn title(written: Spanned<Either<String, RawTitle>>) -> Result<Title> {
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
            Ok(Title { en: both.clone(), zh: both })
        }
        Either::Full(RawTitle { en, zh }) => Ok(Title { en: told(en)?, zh: told(zh)? }),
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

/// What is handed to the system ends at a NUL byte.
fn without_nul(written: Spanned<String>) -> Result<String> {
    if written.as_ref().contains('\0') {
        let why = "a NUL byte can't be part of a command, a folder or a variable";
        return Err(Mistake::at(written.span(), why));
    }
    Ok(written.into_inner())
}

fn cores(written: &Spanned<usize>) -> Result<usize> {
    match *written.as_ref() {
        0 => Err(Mistake::at(written.span(), "`cores` is how many processors a claim needs: at least 1")
            .help("a claim that needs no more has no `cores`")),
        cores => Ok(cores),
    }
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

fn pattern(written: &Spanned<String>) -> Result<Pattern> {
    if written.as_ref().is_empty() {
        return Err(Mistake::at(written.span(), "an empty pattern matches everything")
            .help("`^` does so too, where that is meant"));
    }
    any_pattern(written)
}

/// A pattern that may be empty: it then counts every line.
fn any_pattern(written: &Spanned<String>) -> Result<Pattern> {
    Pattern::new(written.as_ref()).map_err(|error| {
        // The crate's message shows the pattern with a mark below it; only its last line says what is wrong.
        let text = error.to_string();
        let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Mistake::at(written.span(), format!("not a regular expression: {why}"))
    })
}

fn patterns(written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<Pattern>> {
    if written.as_ref().len() < 2 {
        return Err(Mistake::at(written.span(), "at least two patterns are needed"));
    }
    written.as_ref().iter().map(pattern).collect()
}

fn duration(written: &Spanned<String>) -> Result<Duration> {
    parse_duration(written.as_ref()).map_err(|help| {
        Mistake::at(written.span(), format!("`{}` is no duration", written.as_ref())).help(help)
    })
}

fn exit_status(written: &Spanned<i32>) -> Result<Exit> {
    match *written.as_ref() {
        code @ 0..=255 => Ok(Exit::Code(code)),
        code => {
            let message = format!("no program ends with {code}: an exit status is 0 to 255");
            Err(Mistake::at(written.span(), message))
        }
    }
}

fn exit_signal(written: &Spanned<String>) -> Result<Exit> {
    let named: nix::Result<nix::sys::signal::Signal> = written.as_ref().parse();
    named.map(|signal| Exit::Signal(signal as i32)).map_err(|_| {
        Mistake::at(written.span(), format!("`{}` is no signal", written.as_ref()))
            .help("signals are written as in signal(7): \"SIGKILL\"")
    })
}

/// The one thing that was given.
fn one_of<K, V, const N: usize>(
    given: [(K, Option<V>); N],
    span: std::ops::Range<usize>,
    allowed: &str,
) -> Result<(K, V)> {
    let mut given = given.into_iter().filter_map(|(key, value)| value.map(|value| (key, value)));
    match (given.next(), given.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(Mistake::at(span, format!("exactly one of {allowed} is needed"))),
    }
}

/// What is expected where a number is the short form: only an exit has one.
const EXIT: &str = "an exit status, or a signal as { signal = \"SIGKILL\" }";

/// A value that has a short form beside its table.
enum Either<S, T> {
    Short(S),
    Full(T),
}

impl<'de, S: Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for Either<S, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct EitherVisitor<S, T>(PhantomData<(S, T)>);
        impl<'de, S: Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for EitherVisitor<S, T> {
            type Value = Either<S, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let short = std::any::type_name::<S>();
                f.write_str(if short.ends_with("String") { "a string or a table" } else { EXIT })
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Self::Value, E> {
                let text: serde::de::value::StrDeserializer<'_, E> =
                    serde::de::IntoDeserializer::into_deserializer(text);
                S::deserialize(text).map(Either::Short).map_err(|_: E| E::custom(format!("expected {EXIT}")))
            }

            fn visit_i64<E: Error>(self, number: i64) -> std::result::Result<Self::Value, E> {
                let number: serde::de::value::I64Deserializer<E> =
                    serde::de::IntoDeserializer::into_deserializer(number);
                S::deserialize(number)
                    .map(Either::Short)
                    .map_err(|_: E| E::custom("expected a string or a table"))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Either::Full)
            }
        }
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}

/// A string, or a list of them.
#[derive(Default)]
struct OneOrMany(Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let written = Spanned::<Strings>::deserialize(deserializer)?;
        let span = written.span();
        Ok(OneOrMany(match written.into_inner() {
            Strings::One(one) => vec![Spanned::new(span, one)],
            Strings::Many(many) => many,
        }))
    }
}

enum Strings {
    One(String),
    Many(Vec<Spanned<String>>),
}

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct StringsVisitor;
        impl<'de> Visitor<'de> for StringsVisitor {
            type Value = Strings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a topic or a list of topics")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Strings, E> {
                Ok(Strings::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> std::result::Result<Strings, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Strings::Many)
            }
        }
        deserializer.deserialize_any(StringsVisitor)
    }
}

/// What is done to an environment variable.
enum Variable {
    Set(String),
    Removed,
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct VariableVisitor;
        impl Visitor<'_> for VariableVisitor {
            type Value = Variable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string to set, or false to remove the variable")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Variable, E> {
                Ok(Variable::Set(text.to_owned()))
            }

            fn visit_bool<E: Error>(self, set: bool) -> std::result::Result<Variable, E> {
                if set {
                    Err(E::custom("expected a string to set, or false to remove the variable"))
                } else {
                    Ok(Variable::Removed)
                }
            }
        }
        deserializer.deserialize_any(VariableVisitor)
    }
}

/// A whole or decimal number.
struct Figure(Number);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct FigureVisitor;
        impl Visitor<'_> for FigureVisitor {
            type Value = Figure;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E: Error>(self, whole: i64) -> std::result::Result<Figure, E> {
                Ok(Figure(Number::Whole(whole.into())))
            }

            fn visit_f64<E: Error>(self, decimal: f64) -> std::result::Result<Figure, E> {
                Ok(Figure(Number::Decimal(decimal)))
            }
        }
        deserializer.deserialize_any(FigureVisitor)
    }
}
