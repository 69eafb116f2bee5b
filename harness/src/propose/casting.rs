//! Who may play whom: casts from the strictest, each process an actor, to the loosest, each kind of line one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use super::corpus::{Corpus, Said, bounds};
use crate::cast::template::{MOMENT, Part, Template, common, escape};
use crate::cast::{Kind, MAIN};

/// A cast.
#[derive(Debug)]
pub(super) struct Casting {
    pub actors: Vec<ProposedActor>,
}

/// An actor.
#[derive(Debug)]
pub(super) struct ProposedActor {
    pub name: String,
    /// Matches its lines, and no others that were seen.
    pub line: String,
    /// What plays it, where that is claimed.
    pub kind: Option<Kind>,
    pub each: bool,
    /// Whether its lines vary in number, so that no golden holds them.
    pub varies: bool,
    /// The lines that are its own.
    pub texts: BTreeSet<usize>,
    /// How many processes played it in a run, or threads where they are its kind: the least and the most.
    pub players: (usize, usize),
}

impl Casting {
    /// Whether any actor is claimed to be of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.actors.iter().any(|actor| actor.kind == Some(kind))
    }
}

/// More different numbers than this do not tell threads from each other.
const TELLING: usize = 16;

/// What a cast says of its actors' kinds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kinds {
    /// Who prints from a thread that its process did not begin with is a thread, everybody else a process.
    Threads,
    Processes,
    /// Nothing; several processes may play an actor.
    Each,
    /// Nothing; an actor is one.
    Nothing,
}

/// All casts worth trying, the strictest first. Threads that print different things are never one actor. In the last, each kind of
/// line is one.
pub(super) fn castings(corpus: &Corpus) -> Vec<Casting> {
    let cast = |(groups, kinds): &(Vec<Group>, Kinds)| cast(corpus, groups, *kinds, &BTreeSet::new());
    groupings(corpus).iter().map(cast).collect()
}

/// The same casts without what varies in number: those lines of an actor that do; all of its lines, where its kind is claimed,
/// since then it is one. None where nothing would be left.
pub(super) fn castings_but_for_numbers(corpus: &Corpus) -> Vec<Casting> {
    let unsteady: BTreeSet<usize> =
        (0..corpus.templates.len()).filter(|&template| !corpus.is_steady(template)).collect();
    if unsteady.is_empty() {
        return Vec::new();
    }
    let varies = |text: &usize| unsteady.contains(&corpus.texts[*text].template);
    let split = |group: &Group| -> [Group; 2] { group.iter().partition(|text| !varies(text)).into() };
    let of_some = |(groups, kinds): (Vec<Group>, Kinds)| {
        let is_one = matches!(kinds, Kinds::Threads | Kinds::Processes);
        let parts = groups.iter().flat_map(split).filter(|group| !group.is_empty());
        let groups = if is_one { groups } else { in_order(corpus, parts.collect()) };
        cast(corpus, &groups, kinds, &unsteady)
    };
    let castings = groupings(corpus).into_iter().map(of_some);
    castings.filter(|casting| casting.actors.iter().any(|actor| !actor.varies)).collect()
}

/// Which lines may be an actor's, and what is said of the actors.
fn groupings(corpus: &Corpus) -> Vec<(Vec<Group>, Kinds)> {
    let processes = by_writers(corpus, |said| (said.process, None));
    let threads = by_writers(corpus, |said| (said.process, said.thread));
    let said = || corpus.runs.iter().flat_map(|run| &run.said);
    let has_threads = said().any(|said| said.thread.is_some_and(|(_, is_first)| !is_first));
    let several = processes.len() > 1 || processes.iter().any(|group| players(corpus, group, false).1 > 1);
    let mut groupings = Vec::new();
    if has_threads {
        groupings.push((threads.clone(), Kinds::Threads));
    }
    if has_threads && threads != processes {
        groupings.push((threads.clone(), Kinds::Nothing));
    }
    if several {
        groupings.push((processes.clone(), Kinds::Processes));
    }
    if !has_threads || threads == processes {
        groupings.push((processes.clone(), Kinds::Each));
        groupings.push((processes.clone(), Kinds::Nothing));
    }
    let first_words = by(corpus, |text| first_word(text).unwrap_or_else(|| text.to_owned()));
    groupings.push((by_numbered_word(corpus), Kinds::Nothing));
    groupings.push((first_words.clone(), Kinds::Nothing));
    groupings.push((of_templates(corpus), Kinds::Nothing));
    groupings
}

type Group = BTreeSet<usize>;

/// Who wrote a line: a process, and of it a thread if threads are told apart.
type Writer = (usize, Option<(usize, bool)>);

/// Lines that the same writer printed in any run belong together, and so do the lines of writers that begin alike.
fn by_writers(corpus: &Corpus, writer: impl Fn(&Said) -> Writer) -> Vec<Group> {
    let mut together = Together::new(corpus.templates.len());
    let mut own = BTreeSet::new();
    for run in &corpus.runs {
        let mut first: HashMap<Writer, usize> = HashMap::new();
        for said in &run.said {
            let template = corpus.texts[said.text].template;
            let writer = writer(said);
            let known = *first.entry(writer).or_insert(template);
            together.join(known, template);
            let is_first = writer.1.is_none_or(|(_, is_first)| is_first);
            if is_first && run.pids.get(said.process) == Some(&run.pid) {
                own.insert(template);
            }
        }
    }
    let own: BTreeSet<usize> = own.into_iter().map(|template| together.root(template)).collect();
    let mut words: BTreeMap<usize, BTreeSet<Option<String>>> = BTreeMap::new();
    for text in &corpus.texts {
        words.entry(together.root(text.template)).or_default().insert(first_word(&text.line));
    }
    let mut alike: HashMap<BTreeSet<Option<String>>, usize> = HashMap::new();
    for (root, words) in words {
        if !own.contains(&root) && !words.contains(&None) {
            let known = *alike.entry(words).or_insert(root);
            together.join(known, root);
        }
    }
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for (index, text) in corpus.texts.iter().enumerate() {
        groups.entry(together.root(text.template)).or_default().insert(index);
    }
    in_order(corpus, groups.into_values().collect())
}

/// Which templates belong together: a forest in which each tree is a group.
struct Together {
    parents: Vec<usize>,
}

impl Together {
    fn new(count: usize) -> Together {
        Together { parents: (0..count).collect() }
    }

    fn root(&self, mut template: usize) -> usize {
        while self.parents[template] != template {
            template = self.parents[template];
        }
        template
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        self.parents[right] = left;
    }
}

fn by(corpus: &Corpus, key: impl Fn(&str) -> String) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (index, text) in corpus.texts.iter().enumerate() {
        groups.entry(key(&text.line)).or_default().insert(index);
    }
    in_order(corpus, groups.into_values().collect())
}

/// By the first word and a number after it, where the same few numbers come in all runs: `Thread 1`, `Thread 2`.
fn by_numbered_word(corpus: &Corpus) -> Vec<Group> {
    let heads = |run: &super::corpus::Sample| -> BTreeSet<&str> {
        run.said.iter().filter_map(|said| numbered_word(&corpus.texts[said.text].line)).collect()
    };
    let known = heads(&corpus.runs[0]);
    let same = known.len() <= TELLING && corpus.runs.iter().all(|run| heads(run) == known);
    by(corpus, |text| {
        let head = numbered_word(text).filter(|_| same).map(str::to_owned);
        head.or_else(|| first_word(text)).unwrap_or_else(|| text.to_owned())
    })
}

fn of_templates(corpus: &Corpus) -> Vec<Group> {
    let mut groups = vec![Group::new(); corpus.templates.len()];
    for (index, text) in corpus.texts.iter().enumerate() {
        groups[text.template].insert(index);
    }
    in_order(corpus, groups)
}

/// In the order of their lines: which was seen first is chance.
fn in_order(corpus: &Corpus, mut groups: Vec<Group>) -> Vec<Group> {
    let first = |group: &Group| group.iter().map(|&text| corpus.texts[text].line.clone()).min();
    groups.sort_by_cached_key(first);
    groups
}

static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\W*(\p{L}[\p{L}_]*):?").expect("a valid pattern"));

static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\W*(?:\p{L}+\W?)?\d+\b").expect("a valid pattern"));

/// What logs begin their lines with: moments, seconds, pids in brackets and levels.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let level = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL";
    let bare = format!(r"(?:{MOMENT}|\d{{9,}}(?:\.\d+)?|\d+\.\d+|(?:{level})\b)[\s:|,;-]+");
    let bracketed = format!(r"[\[(<]\s*(?:{MOMENT}|[\d.]+|{level})\s*[\])>][\s:|,;-]*");
    Regex::new(&format!("^(?:{bare}|{bracketed})+")).expect("a valid pattern")
});

/// How long the beginning of a line is that logs have before what is said.
fn head(text: &str) -> usize {
    let end = HEAD.find(text).map_or(0, |head| head.end());
    if text[end..].contains(char::is_alphabetic) { end } else { 0 }
}

/// The word of this number that a line begins with, after what logs have before it.
fn word(text: &str, number: usize) -> Option<String> {
    let rest = &text[head(text)..];
    let first = WORD.captures(rest)?.get(1)?;
    let mut words =
        rest[first.end()..].split(|c: char| !(c.is_alphabetic() || c == '_')).filter(|word| !word.is_empty());
    if number == 0 { Some(first.as_str().to_owned()) } else { words.nth(number - 1).map(str::to_owned) }
}

fn first_word(text: &str) -> Option<String> {
    word(text, 0)
}

fn numbered_word(text: &str) -> Option<&str> {
    NUMBERED.find(&text[head(text)..]).map(|head| head.as_str())
}

/// How many processes print lines of this group in a run, or how many threads.
fn players(corpus: &Corpus, group: &Group, are_threads: bool) -> (usize, usize) {
    bounds(corpus.runs.iter().map(|run| {
        let said = run.said.iter().filter(|said| group.contains(&said.text));
        said.map(|said| (said.process, said.thread.filter(|_| are_threads)))
            .collect::<BTreeSet<Writer>>()
            .len()
    }))
}

/// Whether all lines of this group come from the program's own process; from its first thread, where it is one of threads.
fn is_own(corpus: &Corpus, group: &Group, kinds: Kinds) -> bool {
    corpus.runs.iter().all(|run| {
        let mut said = run.said.iter().filter(|said| group.contains(&said.text));
        let is_first =
            |said: &Said| kinds != Kinds::Threads || said.thread.is_none_or(|(_, is_first)| is_first);
        said.all(|said| run.pids.get(said.process) == Some(&run.pid) && is_first(said))
    })
}

/// What plays the lines of a group.
fn kind(corpus: &Corpus, group: &Group, kinds: Kinds) -> Option<Kind> {
    let mut said = corpus.runs.iter().flat_map(|run| &run.said).filter(|said| group.contains(&said.text));
    let is_of_threads = said.any(|said| said.thread.is_some_and(|(_, is_first)| !is_first));
    match kinds {
        Kinds::Each | Kinds::Nothing => None,
        Kinds::Threads if is_of_threads => Some(Kind::Thread),
        Kinds::Threads | Kinds::Processes => Some(Kind::Process),
    }
}

/// Gives groups their names and patterns. Whoever prints a line of an unsteady kind varies.
fn cast(corpus: &Corpus, groups: &[Group], kinds: Kinds, unsteady: &BTreeSet<usize>) -> Casting {
    let varies = |group: &Group| group.iter().any(|&text| unsteady.contains(&corpus.texts[text].template));
    let own: Vec<&Group> = groups.iter().filter(|group| is_own(corpus, group, kinds)).collect();
    let steady: Vec<&Group> = own.iter().copied().filter(|group| !varies(group)).collect();
    // Where a launcher prints nothing, or several have lines of the program's own process, main is who calls itself so.
    let is_called_so = |group: &&Group| {
        let mut texts = group.iter().map(|&text| &corpus.texts[text].line);
        texts.all(|text| first_word(text).is_some_and(|word| word.eq_ignore_ascii_case(MAIN)))
    };
    let main = match (&own[..], &steady[..]) {
        ([main], _) | (_, [main]) => Some(*main),
        ([], _) => groups.iter().find(is_called_so).filter(|group| players(corpus, group, true).1 == 1),
        _ => own.iter().copied().find(is_called_so),
    };
    let others: Vec<&Group> = groups.iter().filter(|group| main.is_none_or(|main| *group != main)).collect();
    let wanted: Vec<Vec<String>> = others.iter().map(|group| names(corpus, group)).collect();
    let mut actors: Vec<ProposedActor> = Vec::new();
    for (place, group) in main.iter().map(|main| (None, *main)).chain((0..).map(Some).zip(others)) {
        let name = place.map_or_else(|| MAIN.to_owned(), |place| free_name(place, &wanted, &actors));
        let kind = kind(corpus, group, kinds);
        let players = players(corpus, group, kind == Some(Kind::Thread));
        let each = kinds != Kinds::Nothing && players.1 > 1;
        let line = claim(corpus, group);
        let varies = varies(group);
        actors.push(ProposedActor { name, line, kind, each, varies, texts: group.clone(), players });
    }
    // Where nobody but threads and main prints, main is one of them.
    if actors.iter().all(|actor| actor.kind != Some(Kind::Process) || actor.name == MAIN)
        && let Some(main) = actors.iter_mut().find(|actor| actor.kind == Some(Kind::Process))
    {
        main.kind = Some(Kind::Thread);
    }
    Casting { actors }
}

/// A name for the group in this place: the first of its words that no other group has, else one that is still free, else one with
/// a number.
fn free_name(place: usize, wanted: &[Vec<String>], actors: &[ProposedActor]) -> String {
    // `kind` is a word of the contract's, and main is always the program itself.
    let is_free = |name: &String| {
        !["kind", MAIN].contains(&name.as_str()) && actors.iter().all(|actor| actor.name != *name)
    };
    let is_own =
        |name: &&String| (0..wanted.len()).all(|other| other == place || !wanted[other].contains(name));
    let own = &wanted[place];
    let stem = own.iter().find(|name| *name != MAIN).cloned().unwrap_or_else(|| "worker".to_owned());
    let numbered = (2..).map(|number| format!("{stem}{number}"));
    let names = own.iter().filter(is_own).chain(own).cloned().chain(numbered);
    names.into_iter().find(is_free).expect("numbers do not end")
}

/// What its lines call it, if they agree: `worker`, or `thread3` where each is called by its number; then the words that follow.
fn names(corpus: &Corpus, group: &Group) -> Vec<String> {
    let texts = || group.iter().map(|&text| corpus.texts[text].line.as_str());
    let agreed = |call: &dyn Fn(&str) -> Option<String>| {
        let names: BTreeSet<Option<String>> = texts().map(call).collect();
        let only = names.first()?.clone().filter(|only| names.len() == 1 && only.is_ascii())?;
        Some(only.to_lowercase())
    };
    let numbered = agreed(&|text| {
        let head = numbered_word(text)?.replace(|c: char| !c.is_alphanumeric(), "");
        head.starts_with(char::is_alphabetic).then_some(head)
    });
    let words = (0..4).filter_map(|number| agreed(&|text| word(text, number)));
    let names: Vec<String> = numbered.filter(|_| group.len() > 1).into_iter().chain(words).collect();
    if names.is_empty() { vec!["worker".to_owned()] } else { names }
}

/// A pattern for a group's lines: the shortest of several that claims no other line.
fn claim(corpus: &Corpus, group: &Group) -> String {
    let (by_word, by_number) = (after_heads(corpus, group, &WORD), after_heads(corpus, group, &NUMBERED));
    let patterns = [by_word, by_number, start(corpus, group), starts(corpus, group)];
    let is_exclusive = |pattern: &String| {
        let pattern = Regex::new(pattern).expect("made of escaped text");
        let mut texts = corpus.texts.iter().enumerate();
        texts.all(|(index, text)| pattern.is_match(&text.line) == group.contains(&index))
    };
    let bounded = patterns.iter().flatten().flat_map(|pattern| [pattern.clone(), format!("{pattern}\\b")]);
    bounded.into_iter().find(is_exclusive).unwrap_or_else(|| whole(corpus, group))
}

/// How lines of a log begin, up to this after what logs have before it.
fn after_heads(corpus: &Corpus, group: &Group, up_to: &Regex) -> Option<String> {
    static STAMP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\S+").expect("a valid pattern"));
    let mut starts: BTreeSet<String> = BTreeSet::new();
    for &text in group {
        let line = corpus.texts[text].line.as_str();
        let (head, rest) = line.split_at(head(line));
        if head.is_empty() {
            return None;
        }
        let stamps = STAMP.replace_all(head, r"\S+");
        starts.insert(format!("^{stamps}{}", escape(up_to.find(rest)?.as_str())));
    }
    Some(starts.into_iter().collect::<Vec<_>>().join("|"))
}

/// How all of them start, up to the end of a word.
fn start(corpus: &Corpus, group: &Group) -> Option<String> {
    let texts: Vec<&str> = group.iter().map(|&text| corpus.texts[text].line.as_str()).collect();
    let first = *texts.first()?;
    let length = texts.iter().map(|text| common(first.chars(), text.chars())).min()?;
    let mut start = &first[..length];
    let cuts = |text: &&str| text[length..].starts_with(char::is_alphanumeric);
    // A single line is known by its first word as well as several are.
    if texts.len() == 1 {
        start = WORD.find(first).map_or(first, |word| word.as_str());
    } else if texts.iter().any(cuts) {
        start = start.trim_end_matches(char::is_alphanumeric);
    }
    let start = start.trim_end();
    start.contains(char::is_alphanumeric).then(|| format!("^{}", escape(start)))
}

/// How each kind of them starts.
fn starts(corpus: &Corpus, group: &Group) -> Option<String> {
    let mut starts: Vec<String> = Vec::new();
    for template in templates(corpus, group) {
        let Some(Part::Literal(start)) = template.parts.first() else { return None };
        let start = WORD.find(start).map_or(start.as_str(), |word| word.as_str()).trim_end();
        let start = format!("^{}", escape(start));
        if !starts.contains(&start) {
            starts.push(start);
        }
    }
    Some(starts.join("|"))
}

/// The shape of each kind of them.
fn whole(corpus: &Corpus, group: &Group) -> String {
    let shapes: Vec<String> =
        shapes(corpus, group).into_iter().map(|template| corpus.pattern(template)).collect();
    shapes.join("|")
}

fn templates<'a>(corpus: &'a Corpus, group: &Group) -> Vec<&'a Template> {
    shapes(corpus, group).into_iter().map(|template| &corpus.templates[template]).collect()
}

/// The indexes of their templates, each once, in the order of their lines.
fn shapes(corpus: &Corpus, group: &Group) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let templates = group.iter().map(|&text| corpus.texts[text].template);
    templates.filter(|template| seen.insert(*template)).collect()
}
