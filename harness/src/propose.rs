//! A first contract for a program, drawn from several recorded runs of it: who prints what, and what varies.
//!
//! A proposal is tried as it will be judged. Each draft is written as TOML, read as a contract, and held against all
//! recorded runs. The strictest cast whose canonical form is the same in all of them is proposed, and only those parts of
//! lines get names without which the forms would differ. Then the draft is attacked: a schedule under which it does not hold is
//! one more run to draw it from, and an order that a schedule breaks becomes a comment.

mod casting;
mod corpus;
mod draft;
mod endings;
mod naming;
mod orders;
mod values;

use std::path::Path;

use crate::cast::canonical::{are_reordered, canonical};
use crate::cast::reading::Reading;
use crate::cast::template::Template;
use crate::cast::{Kind, Stderr};
use crate::check::finding::{Finding, FindingKind};
use crate::contract::Contract;
use crate::judge::Rules;
use crate::language::Language;
use crate::run::program::ProgramError;
use crate::transcript::{Stream, Transcript};
use casting::{Casting, castings, castings_but_for_numbers};
use corpus::{Corpus, Likeness};
use draft::Text;
use naming::{Blank, blanks};
use orders::{Orders, rests_on_a_sleep};

/// So many kinds of lines are no longer kinds.
const KINDS: usize = 200;

/// A draft is attacked so many times at the most, each time without what fell before.
const ROUNDS: usize = 8;

/// A contract and its golden, as proposed.
#[derive(Debug)]
pub struct Proposal {
    /// The text of the contract.
    pub contract: String,
    /// The canonical form; `None` where no golden can hold, and the contract says so.
    pub golden: Option<String>,
    /// What went otherwise than in most runs: sentences with how often, in which run and by whom.
    pub mishaps: Vec<String>,
    /// Whether nothing was printed in any run.
    pub is_silent: bool,
}

/// Why nothing can be proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// Hardly any line is like another.
    #[error(
        "no contract can be proposed: the runs printed {0} kinds of lines, and {KINDS} are the most that are told apart; \
         `harness check` takes a contract written by hand, docs/contract.md says how"
    )]
    Kinds(usize),
    /// No run was recorded that came to its end.
    #[error("no contract can be proposed without a recorded run that came to its end")]
    NoRuns,
    /// The program could not be run once more.
    #[error(transparent)]
    Program(#[from] ProgramError),
}

/// What is to be proposed, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What it shall be called.
    pub name: &'a str,
    /// The program and its arguments.
    pub command: &'a [String],
    /// The folder it runs in, seen from the contract's; `None`: the same.
    pub folder: Option<&'a Path>,
    /// The time-out, as it was asked for.
    pub timeout: Option<&'a str>,
    /// What its author has to know of how it was recorded.
    pub note: Option<&'a str>,
}

/// What is to be attacked before it is proposed.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// What it claims.
    pub contract: &'a Contract,
    /// Its golden, if it has one.
    pub golden: Option<&'a str>,
    /// A run that meets it.
    pub natural: &'a Transcript,
}

/// Proposes a contract by which all of these runs pass that ended as most did, if there is one. `attack` runs the program under
/// schedules that may break a contract, and returns those runs; none where nobody can choose its schedules.
///
/// # Errors
/// Where the lines have too little in common, no run came to its end, or the program can't be attacked.
pub fn propose(
    request: Request<'_>,
    recorded: &[Transcript],
    mut attack: impl FnMut(Draft<'_>) -> Result<Vec<Transcript>, ProgramError>,
) -> Result<Proposal, ProposeError> {
    let usual = endings::usual(recorded);
    if usual.is_empty() {
        return Err(ProposeError::NoRuns);
    }
    // All directed runs, and which of them a draft has to allow for.
    let (mut directed, mut allowed): (Vec<Transcript>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut rounds = 0;
    loop {
        let runs: Vec<&Transcript> =
            usual.iter().copied().chain(allowed.iter().map(|&index| &directed[index])).collect();
        let choice = choose(request, &runs)?;
        let mut orders = Orders::new(&choice, &usual, &directed);
        // Only what is claimed is aimed at.
        orders.schedules = 1;
        let mishaps = endings::mishaps(recorded, &directed, &choice.casting);
        let draft = Text::new(request, &choice, &runs, &orders, &mishaps);
        let contract = parsed(&draft.text());
        let golden = choice.golden.as_deref();
        rounds += 1;
        let tried = if rounds > ROUNDS {
            Vec::new()
        } else {
            attack(Draft { contract: &contract, golden, natural: usual[0] })?
        };
        let unbroken = Orders::new(&choice, &usual, &tried).held;
        let held = orders.held.iter().all(|pair| unbroken.contains(pair));
        let breaking = tried
            .iter()
            .position(|run| endings::are_alike(run, usual[0]) && is_to_be_allowed(run, &contract, golden));
        if held && breaking.is_none() {
            let mishaps = endings::mishaps(recorded, &tried, &choice.casting);
            orders.schedules = tried.iter().filter(|run| run.cut().is_none()).count();
            let contract = Text::new(request, &choice, &runs, &orders, &mishaps).text();
            let is_silent = recorded.iter().all(|run| run.lines().is_empty());
            return Ok(Proposal { contract, golden: choice.golden, mishaps: mishaps.some, is_silent });
        }
        allowed.extend(breaking.map(|index| directed.len() + index));
        directed.extend(tried);
    }
}

/// What of a run is worth another one: how its lines begin, and how it ended.
pub fn news(run: &Transcript) -> Vec<String> {
    let start = |line| {
        let text = String::from_utf8_lossy(run.text(line));
        Template::of(text.split(' ').next().unwrap_or_default()).pattern(|_| false)
    };
    let cut = run.cut().map(|cut| format!("{cut:?}"));
    run.lines().iter().map(start).chain([run.exit().to_string()]).chain(cut).collect()
}

/// Whether a directed run shows that a draft is too strict, and nothing worse: who prints what, and in which order an actor does.
fn is_to_be_allowed(run: &Transcript, contract: &Contract, golden: Option<&str>) -> bool {
    // Who sleeps decides what is printed in many programs, on purpose. In which order several print that are one actor, and which
    // of them has more to print, is nobody's to decide.
    let is_reordered = |golden| are_reordered(golden, &canonical(&Reading::new(&contract.cast, run)));
    if rests_on_a_sleep(run) && !golden.is_some_and(is_reordered) {
        return false;
    }
    let rules = Rules { contract, golden, cores: usize::MAX, language: Language::En };
    let is_of_lines = |finding: &Finding| {
        matches!(finding.kind, FindingKind::Golden | FindingKind::Names | FindingKind::Actors)
    };
    let is_of_contract = |finding: &Finding| matches!(finding.kind, FindingKind::Check(_));
    let findings = rules.hear(run).findings;
    findings.iter().any(is_of_lines)
        && findings.iter().all(|finding| is_of_lines(finding) || is_of_contract(finding))
}

/// What a draft says of the lines of all runs.
struct Choice {
    corpus: Corpus,
    stderr: Stderr,
    held: Held,
    casting: Casting,
    named: Vec<Blank>,
    golden: Option<String>,
}

/// Which lines a golden is to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    All,
    /// Those of which equally many came in all runs.
    Steady,
    Nothing,
}

/// The strictest cast by which all runs pass, with a golden that holds as much as can be held. That each kind of line is an actor says
/// least, and is tried after lines that differ in one word were taken for one kind.
fn choose(request: Request<'_>, runs: &[&Transcript]) -> Result<Choice, ProposeError> {
    let noisy = runs.iter().any(|run| run.lines().iter().any(|line| line.stream == Stream::Stderr));
    let stderr: &[Stderr] = if noisy { &[Stderr::Golden, Stderr::Ignored] } else { &[Stderr::Empty] };
    let corpora = |&stderr: &Stderr| {
        [Likeness::Numbers, Likeness::Words]
            .map(|likeness| Corpus::new(runs, stderr == Stderr::Golden, likeness))
    };
    let corpora: Vec<[Corpus; 2]> = stderr.iter().map(corpora).collect();
    if let Some([corpus, _]) = corpora.iter().find(|[plain, _]| plain.templates.len() > KINDS) {
        return Err(ProposeError::Kinds(corpus.templates.len()));
    }
    for held in [Held::All, Held::Steady, Held::Nothing] {
        for ([plain, by_words], &stderr) in corpora.iter().zip(stderr) {
            let are_merged = held != Held::Nothing && by_words.templates.len() < plain.templates.len();
            let ways = [(plain, !are_merged), (by_words, true), (plain, true)];
            for &(corpus, by_line) in if are_merged { &ways[..] } else { &ways[..1] } {
                if let Some((casting, named, golden)) =
                    strictest(request, corpus, stderr, held, by_line, runs)
                {
                    let corpus = corpus.clone();
                    return Ok(Choice { corpus, stderr, held, casting, named, golden });
                }
            }
        }
    }
    unreachable!("there is always a cast whose lines no golden holds")
}

/// The strictest cast by which all runs pass, the parts of lines that need names, and the golden.
fn strictest(
    request: Request<'_>,
    corpus: &Corpus,
    stderr: Stderr,
    held: Held,
    by_line: bool,
    runs: &[&Transcript],
) -> Option<(Casting, Vec<Blank>, Option<String>)> {
    let all = blanks(corpus);
    // A cast that keeps all parts that can be kept says more than one that needs names for them.
    let vary: Vec<Blank> = all.iter().filter(|blank| blank.must_vary).copied().collect();
    let mut castings = match held {
        Held::Steady => castings_but_for_numbers(corpus),
        Held::All | Held::Nothing => castings(corpus),
    };
    if !by_line {
        castings.pop();
    }
    let ways = [&vary, &all].into_iter().flat_map(|named| (0..castings.len()).map(move |cast| (named, cast)));
    let found = ways.into_iter().find_map(|(named, cast)| {
        let trial = Trial { request, corpus, casting: &castings[cast], stderr, held, runs };
        trial.form(named).is_some().then(|| (cast, trial.least(named)))
    });
    match found {
        Some((cast, (named, form))) => {
            Some((castings.swap_remove(cast), named, (held != Held::Nothing).then_some(form)))
        }
        None => (held == Held::Nothing).then(|| (castings.swap_remove(0), all, None)),
    }
}

fn parsed(draft: &str) -> Contract {
    Contract::parse(draft, Path::new("a draft")).unwrap_or_else(|error| panic!("a draft: {error}"))
}

/// A cast that is tried.
#[derive(Clone, Copy)]
struct Trial<'a> {
    request: Request<'a>,
    corpus: &'a Corpus,
    casting: &'a Casting,
    stderr: Stderr,
    held: Held,
    runs: &'a [&'a Transcript],
}

impl Trial<'_> {
    /// The canonical form, if all runs pass by the cast, and by the form if it is to be the golden, and tell of the actors' kinds.
    fn form(&self, named: &[Blank]) -> Option<String> {
        let contract = self.contract(named);
        let form = canonical(&Reading::new(&contract.cast, self.runs[0]));
        let golden = (self.held != Held::Nothing).then_some(form.as_str());
        let rules = Rules { contract: &contract, golden, cores: usize::MAX, language: Language::En };
        let passes = |run: &&Transcript| {
            let heard = rules.hear(run);
            let is_told = heard.whole.is_some_and(|whole| whole.undecidable.is_none());
            // Whether a process may outlive the program is the author's to say.
            (is_told || !self.casting.has(Kind::Thread))
                && heard.findings.iter().all(|finding| finding.kind == FindingKind::Leaked)
        };
        self.runs.iter().all(passes).then_some(form)
    }

    /// Only those blanks without which a run would not pass, and the form with them.
    fn least(&self, all: &[Blank]) -> (Vec<Blank>, String) {
        let mut named = all.to_vec();
        for blank in all.iter().filter(|blank| !blank.must_vary) {
            let without: Vec<Blank> = named.iter().filter(|other| *other != blank).copied().collect();
            if self.form(&without).is_some() {
                named = without;
            }
        }
        let form = self.form(&named).expect("nothing was dropped without which a run would not pass");
        (named, form)
    }

    fn contract(&self, named: &[Blank]) -> Contract {
        let Trial { request, corpus, casting, stderr, held, runs } = *self;
        parsed(&Text::of_lines(request, corpus, casting, stderr, held, named, runs).text())
    }
}
