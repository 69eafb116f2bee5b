//! Who may play whom: casts from the strictest, each process an actor, to the loosest, each kind of line one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use super::corpus::{Corpus, bounds};
use crate::cast::MAIN;
use crate::cast::template::{Part, Template, common, escape};

/// A cast.
#[derive(Debug)]
pub(super) struct Casting {
    pub actors: Vec<ProposedActor>,
    /// Whether each actor is a process of its own.
    pub processes: bool,
}

/// An actor.
#[derive(Debug)]
pub(super) struct ProposedActor {
    pub name: String,
    /// Matches its lines, and no others that were seen.
    pub line: String,
    pub each: bool,
    /// The lines that are its own.
    pub texts: BTreeSet<usize>,
    /// How many processes played it in a run: the least and the most.
    pub players: (usize, usize),
}

/// More different numbers than this do not tell threads from each other.
const TELLING: usize = 16;

/// All casts worth trying, the strictest first.
pub(super) fn castings(corpus: &Corpus) -> Vec<Casting> {
    let processes = processes(corpus);
    let several = processes.len() > 1 || processes.iter().any(|group| players(corpus, group).1 > 1);
    let first_words = by(corpus, |text| first_word(text).unwrap_or_else(|| text.to_owned()));
    let mut castings = Vec::new();
    if several {
        castings.push(cast(corpus, &processes, true, true));
    }
    castings.push(cast(corpus, &processes, false, true));
    castings.push(cast(corpus, &processes, false, false));
    castings.push(cast(corpus, &by_numbered_word(corpus), false, false));
    castings.push(cast(corpus, &first_words, false, false));
    castings.push(cast(corpus, &of_templates(corpus), false, false));
    castings
}

type Group = BTreeSet<usize>;

/// Lines that the same process printed in any run belong together, and so do the lines of processes that begin alike.
fn processes(corpus: &Corpus) -> Vec<Group> {
    let mut together = Together::new(corpus.templates.len());
    let mut own = BTreeSet::new();
    for run in &corpus.runs {
        let mut first: HashMap<usize, usize> = HashMap::new();
        for said in &run.said {
            let template = corpus.texts[said.text].template;
            let known = *first.entry(said.writer).or_insert(template);
            together.join(known, template);
            if run.writers.get(said.writer) == Some(&run.pid) {
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

fn first_word(text: &str) -> Option<String> {
    Some(WORD.captures(text)?[1].to_owned())
}

fn numbered_word(text: &str) -> Option<&str> {
    NUMBERED.find(text).map(|head| head.as_str())
}

/// How many processes print lines of this group in a run.
fn players(corpus: &Corpus, group: &Group) -> (usize, usize) {
    bounds(corpus.runs.iter().map(|run| {
        let said = run.said.iter().filter(|said| group.contains(&said.text));
        said.map(|said| said.writer).collect::<BTreeSet<usize>>().len()
    }))
}

/// Whether all lines of this group come from the program's own process.
fn is_own(corpus: &Corpus, group: &Group) -> bool {
    corpus.runs.iter().all(|run| {
        let mut said = run.said.iter().filter(|said| group.contains(&said.text));
        said.all(|said| run.writers.get(said.writer) == Some(&run.pid))
    })
}

/// Gives groups their names and patterns; with `each`, several processes that print the same are many players of one actor.
fn cast(corpus: &Corpus, groups: &[Group], processes: bool, each: bool) -> Casting {
    let own: Vec<&Group> = groups.iter().filter(|group| is_own(corpus, group)).collect();
    let main = if let [main] = own[..] { Some(main) } else { None };
    let others = groups.iter().filter(|group| main.is_none_or(|main| *group != main));
    let mut actors: Vec<ProposedActor> = Vec::new();
    for group in main.into_iter().chain(others) {
        let players = players(corpus, group);
        let wanted = if Some(group) == main { MAIN.to_owned() } else { name(corpus, group) };
        let mut name = wanted.clone();
        for number in 2.. {
            // `kind` is a word of the contract's, and main is always the program's own process.
            let taken = name == "kind" || (name == MAIN && Some(group) != main);
            if !taken && actors.iter().all(|actor| actor.name != name) {
                break;
            }
            name = format!("{wanted}{number}");
        }
        let line = claim(corpus, group);
        actors.push(ProposedActor { name, line, each: each && players.1 > 1, texts: group.clone(), players });
    }
    Casting { actors, processes }
}

/// What its lines call it, if they agree: `worker`, or `thread3` where each is called by its number.
fn name(corpus: &Corpus, group: &Group) -> String {
    let texts = || group.iter().map(|&text| corpus.texts[text].line.as_str());
    let agreed = |call: fn(&str) -> Option<String>| {
        let names: BTreeSet<Option<String>> = texts().map(call).collect();
        let only = names.first()?.clone().filter(|only| names.len() == 1 && only.is_ascii())?;
        Some(only.to_lowercase())
    };
    let word = agreed(first_word);
    let numbered = agreed(|text| {
        let head = numbered_word(text)?.replace(|c: char| !c.is_alphanumeric(), "");
        head.starts_with(char::is_alphabetic).then_some(head)
    });
    numbered.filter(|_| group.len() > 1).or(word).unwrap_or_else(|| "worker".to_owned())
}

/// A pattern for a group's lines: the shortest of several that claims no other line.
fn claim(corpus: &Corpus, group: &Group) -> String {
    let patterns = [start(corpus, group), starts(corpus, group)];
    let is_exclusive = |pattern: &String| {
        let pattern = Regex::new(pattern).expect("made of escaped text");
        let mut texts = corpus.texts.iter().enumerate();
        texts.all(|(index, text)| pattern.is_match(&text.line) == group.contains(&index))
    };
    let bounded = patterns.iter().flatten().flat_map(|pattern| [pattern.clone(), format!("{pattern}\\b")]);
    bounded.into_iter().find(is_exclusive).unwrap_or_else(|| whole(corpus, group))
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
        templates(corpus, group).iter().map(|template| template.pattern(|_| false)).collect();
    shapes.join("|")
}

fn templates<'a>(corpus: &'a Corpus, group: &Group) -> Vec<&'a Template> {
    let mut seen = BTreeSet::new();
    let templates = group.iter().map(|&text| corpus.texts[text].template);
    templates.filter(|template| seen.insert(*template)).map(|template| &corpus.templates[template]).collect()
}
