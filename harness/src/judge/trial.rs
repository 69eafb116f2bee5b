//! What is known of each claim, over all runs that were heard.

use std::collections::BTreeSet;

use super::Verdict;
use super::rules::{Glimpse, Rules, finding};
use crate::cast::reading::Reading;
use crate::check::finding::{Finding, FindingKind};
use crate::check::{Outcome, Sought, Untold};
use crate::contract::{Claim, Sometimes, Stated};
use crate::words::{list, runs as in_runs, times};

/// Why this machine can't decide a claim for want of processors, if so.
fn lacks(claim: &Claim, rules: Rules<'_>) -> Option<String> {
    let Rules { cores, language, .. } = rules;
    (claim.cores > cores).then(|| {
        let here = times(cores as u64, ["processor", "processors"], "个处理器", language);
        language.pick(
            format!("it needs {} processors, and here it has {here}", claim.cores),
            format!("它需要 {} 个处理器，这里只有 {here}", claim.cores),
        )
    })
}

/// What is known of an `always`.
#[derive(Debug)]
pub(super) struct Trial {
    pub verdict: Verdict,
    /// Why it can't be decided on this machine.
    barred: Option<String>,
    /// Why the last run could not tell.
    why: Option<String>,
}

impl Trial {
    pub fn new(claim: &Claim, rules: Rules<'_>) -> Trial {
        Trial { verdict: Verdict::Undecided, barred: lacks(claim, rules), why: None }
    }

    /// Whether another run may tell more.
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Undecided && self.barred.is_none()
    }

    /// Takes in what came of it in one more run.
    pub fn note(&mut self, outcome: Outcome) {
        if self.barred.is_some() {
            return;
        }
        match outcome {
            Outcome::Held => self.verdict = Verdict::Proven,
            Outcome::Broken(_) => self.verdict = Verdict::Refuted,
            Outcome::Unknown(why) => self.why = Some(why),
            Outcome::Undecidable(why) => self.barred = Some(why),
        }
    }

    /// Why it is undecided, as far as that is known.
    pub fn why(self) -> Option<String> {
        self.barred.or(self.why)
    }
}

/// What is known of a `sometimes`.
#[derive(Debug)]
pub(super) struct Search<'a> {
    sometimes: &'a Sometimes,
    /// What is still to be seen: of several orders each, else the one thing.
    unseen: BTreeSet<usize>,
    pub verdict: Verdict,
    /// Why it can't be decided on this machine.
    pub barred: Option<String>,
    /// What the last run that could tell showed instead, as a finding.
    instead: Option<Finding>,
    /// Why the last one could not that could not tell.
    unknown: Option<String>,
}

impl<'a> Search<'a> {
    pub fn new(sometimes: &'a Sometimes, rules: Rules<'_>) -> Search<'a> {
        Search {
            sometimes,
            unseen: (0..sometimes.sought.events()).collect(),
            verdict: Verdict::Undecided,
            barred: lacks(&sometimes.claim, rules),
            instead: None,
            unknown: None,
        }
    }

    /// Whether another run may tell more.
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Undecided && self.barred.is_none()
    }

    /// Takes in what one more run shows of it.
    pub fn note(&mut self, glimpse: Glimpse, reading: &Reading<'_>) {
        if !self.is_open() {
            return;
        }
        if let Some(event) = glimpse.event {
            self.unseen.remove(&event);
        }
        match glimpse.outcome {
            Outcome::Held => {}
            Outcome::Broken(broken) => {
                self.instead = Some(finding(Stated::sometimes(self.sometimes), broken, reading));
            }
            Outcome::Unknown(why) => self.unknown = Some(why),
            Outcome::Undecidable(why) => self.barred = Some(why),
        }
        if self.unseen.is_empty() {
            self.verdict = Verdict::Proven;
        }
    }

    /// The finding, once it was sought as often as the contract allows. There is none where the actors' kinds can't be told: it
    /// was measured how often it is seen of actors of these kinds, and goroutines, say, are scheduled otherwise than threads.
    pub fn given_up(&mut self, runs: u32, untold: Option<&Untold>, rules: Rules<'_>) -> Option<Finding> {
        if !self.is_open() || runs < self.sometimes.runs {
            return None;
        }
        if self.instead.is_none() && self.unknown.is_some() {
            // No run could tell.
            self.barred = self.unknown.take();
            return None;
        }
        let language = rules.language;
        let (runs, rate) = (in_runs(runs.into(), language), self.sometimes.rate);
        if let Some(Untold { why, .. }) = untold {
            let missing = self.missing(&runs, rules);
            self.barred = Some(language.pick(
                format!("{missing}; whether it should have been is not known: {why}"),
                format!("{missing}；是否本该见到，无从得知：{why}"),
            ));
            return None;
        }
        self.verdict = Verdict::Refuted;
        let instead = self.instead.take();
        let expected = language.pick(
            format!("to be seen at least once in {runs}, at its measured rate of {rate}"),
            format!("按测得的比率 {rate}，{runs}中至少见到一次"),
        );
        let missing = self.missing(&runs, rules);
        let seen = match &instead {
            Some(last) => language.pick(
                format!("{missing}; in the last one {}", last.seen),
                format!("{missing}；最后一次：{}", last.seen),
            ),
            None => missing,
        };
        let stated = Stated::sometimes(self.sometimes);
        let words = stated.words(&rules.contract.cast, language);
        let check = language.pick(format!("sometimes: {words}"), format!("有时：{words}"));
        let finding = Finding::new(FindingKind::Check(stated.key()), check, expected, seen);
        let says = stated.claim.says(language);
        let (lines, help) = instead.map(|last| (last.lines, last.help)).unwrap_or_default();
        Some(Finding { says, lines, help, ..finding })
    }

    /// What was not seen, in so many runs.
    fn missing(&self, runs: &str, rules: Rules<'_>) -> String {
        let language = rules.language;
        match &self.sometimes.sought {
            Sought::Check(_) => language.pick(format!("not seen in {runs}"), format!("{runs}中没有见到")),
            Sought::Free(free) => {
                let missing: Vec<String> =
                    self.unseen.iter().map(|&index| free.line(index, language)).collect();
                let missing = list(&missing, language.pick("and", " 和 "), language);
                language.pick(
                    format!("{missing} never came first in {runs}"),
                    format!("{runs}中，{missing}从未最先出现"),
                )
            }
        }
    }
}
