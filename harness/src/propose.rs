//! A first contract for a program, drawn from several recorded runs of it: who prints what, and what varies.
//!
//! A proposal is tried as it will be judged. Each draft is written as TOML, read as a contract, and held against all
//! recorded runs. The strictest cast whose canonical form is the same in all of them is proposed, and only those parts of
//! lines get names without which the forms would differ. What ten runs can't know, such as whether an order that always came
//! is promised, is left to the author, in comments.

mod casting;
mod corpus;
mod draft;
mod naming;

use std::path::Path;

use crate::cast::Stderr;
use crate::cast::canonical::canonical;
use crate::cast::reading::Reading;
use crate::cast::template::Template;
use crate::check::finding::FindingKind;
use crate::contract::Contract;
use crate::judge::Rules;
use crate::language::Language;
use crate::transcript::{Stream, Transcript};
use casting::{Casting, castings};
use corpus::Corpus;
use draft::Draft;
use naming::{Blank, blanks};

/// So many kinds of lines are no longer kinds.
const KINDS: usize = 200;

/// A contract and its golden, as proposed.
#[derive(Debug)]
pub struct Proposal {
    /// The text of the contract.
    pub contract: String,
    /// The canonical form.
    pub golden: String,
    /// Whether the form was the same in all recorded runs.
    pub is_steady: bool,
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
    /// Nothing was recorded.
    #[error("no contract can be proposed without a recorded run")]
    NoRuns,
}

/// What is to be proposed, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What it shall be called.
    pub name: &'a str,
    /// The program and its arguments.
    pub command: &'a [String],
    /// The folder it runs in, seen from the contract's.
    pub folder: &'a Path,
    /// The time-out, where it is not the usual one.
    pub timeout: Option<&'a str>,
    /// Whether it is a Python program that was recorded unbuffered.
    pub unbuffered: bool,
}

/// Proposes a contract by which all of these runs pass, if there is one.
///
/// # Errors
/// Where the lines have too little in common, or there is no run.
pub fn propose(request: Request<'_>, runs: &[Transcript]) -> Result<Proposal, ProposeError> {
    if runs.is_empty() {
        return Err(ProposeError::NoRuns);
    }
    let noisy = runs.iter().any(|run| run.lines().iter().any(|line| line.stream == Stream::Stderr));
    let ways: &[Stderr] = if noisy { &[Stderr::Golden, Stderr::Ignored] } else { &[Stderr::Empty] };
    let mut otherwise = None;
    for &stderr in ways {
        let corpus = Corpus::new(runs, stderr == Stderr::Golden);
        if corpus.templates.len() > KINDS {
            return Err(ProposeError::Kinds(corpus.templates.len()));
        }
        let all = blanks(&corpus);
        // A cast that keeps all parts that can be kept says more than one that needs names for them.
        let vary: Vec<Blank> = all.iter().filter(|blank| blank.must_vary).copied().collect();
        let castings = castings(&corpus);
        for (named, casting) in
            [&vary, &all].into_iter().flat_map(|named| castings.iter().map(move |c| (named, c)))
        {
            let trial = Trial { request, corpus: &corpus, casting, stderr, runs };
            if trial.golden(named).is_some() {
                return Ok(trial.least(named));
            }
        }
        otherwise = otherwise.or_else(|| {
            let trial = Trial { request, corpus: &corpus, casting: &castings[0], stderr, runs };
            Some(trial.unsteady(&all))
        });
    }
    Ok(otherwise.expect("there is always a cast to try"))
}

/// What of a run is worth another one: how its lines begin, and how it ended.
pub fn news(run: &Transcript) -> Vec<String> {
    let start = |line| {
        let text = String::from_utf8_lossy(run.text(line));
        Template::of(text.split(' ').next().unwrap_or_default()).pattern(|_| false)
    };
    run.lines().iter().map(start).chain([run.exit().to_string()]).collect()
}

/// A cast that is tried.
#[derive(Clone, Copy)]
struct Trial<'a> {
    request: Request<'a>,
    corpus: &'a Corpus,
    casting: &'a Casting,
    stderr: Stderr,
    runs: &'a [Transcript],
}

impl Trial<'_> {
    /// The canonical form, if all runs pass by it.
    fn golden(&self, named: &[Blank]) -> Option<String> {
        let contract = self.contract(named);
        let golden = canonical(&Reading::new(&contract.cast, &self.runs[0]));
        let rules =
            Rules { contract: &contract, golden: Some(&golden), cores: usize::MAX, language: Language::En };
        // Whether a process may outlive the program is the author's to say.
        let passes = |run| rules.hear(run).findings.iter().all(|finding| finding.kind == FindingKind::Leaked);
        self.runs.iter().all(passes).then_some(golden)
    }

    /// The proposal in which only those blanks are named without which a run would not pass.
    fn least(&self, all: &[Blank]) -> Proposal {
        let mut named = all.to_vec();
        for blank in all.iter().filter(|blank| !blank.must_vary) {
            let without: Vec<Blank> = named.iter().filter(|other| *other != blank).copied().collect();
            if self.golden(&without).is_some() {
                named = without;
            }
        }
        let golden = self.golden(&named).expect("nothing was dropped without which a run would not pass");
        Proposal { contract: self.draft(&named).text(true), golden, is_steady: true }
    }

    fn unsteady(&self, all: &[Blank]) -> Proposal {
        let golden = canonical(&Reading::new(&self.contract(all).cast, &self.runs[0]));
        Proposal { contract: self.draft(all).text(false), golden, is_steady: false }
    }

    fn contract(&self, named: &[Blank]) -> Contract {
        let text = self.draft(named).text(true);
        Contract::parse(&text, Path::new("a draft")).unwrap_or_else(|error| panic!("a draft: {error}"))
    }

    fn draft<'d>(&'d self, named: &'d [Blank]) -> Draft<'d> {
        Draft {
            request: self.request,
            corpus: self.corpus,
            casting: self.casting,
            stderr: self.stderr,
            names: naming::names(self.corpus, named),
            runs: self.runs,
        }
    }
}
