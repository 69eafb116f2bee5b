//! What is known of each claim, over all runs that were heard.

use std::collections::BTreeSet;

use super::Verdict;
use super::rules::{Glimpse, Rules, finding};
use crate::cast::reading::Reading;
use crate::check::finding::{Finding, FindingKind};
use crate::check::{Outcome, Sought};
use crate::contract::{Claim, Sometimes, Stated};
use crate::transcript::schedule::Schedule;
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

    /// Takes in what came of it in a directed run, which can break what natural runs have shown, and tell what they could not.
    pub fn note_attack(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Broken(_) => self.verdict = Verdict::Refuted,
            Outcome::Held if self.is_open() => self.verdict = Verdict::Proven,
            Outcome::Held | Outcome::Unknown(_) | Outcome::Undecidable(_) => {}
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
    barred: Option<String>,
    /// What the last run that could tell showed instead, as a finding.
    instead: Option<Finding>,
    /// Why the last one could not that could not tell.
    unknown: Option<String>,
    /// The schedule that showed the last of what was to be seen.
    pub schedule: Option<String>,
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
            schedule: None,
        }
    }

    /// Whether another run may tell more.
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Undecided && self.barred.is_none()
    }

    /// What is sought.
    pub fn sought(&self) -> &Sought {
        &self.sometimes.sought
    }

    /// Whether chosen schedules can tell.
    pub fn is_directed(&self) -> bool {
        Stated::sometimes(self.sometimes).is_directed()
    }

    /// Takes in what one more run shows of it, under a schedule if it was directed.
    pub fn note(&mut self, glimpse: Glimpse, reading: &Reading<'_>, schedule: Option<&Schedule>) {
        if !self.is_open() {
            return;
        }
        if let Some(event) = glimpse.event
            && self.unseen.remove(&event)
        {
            self.schedule = schedule.map(Schedule::to_string);
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

    /// The finding that it was not seen under so many schedules; none where not everything could be chosen, or no run could tell.
    pub fn given_up(&mut self, tried: &str, inexact: Option<&str>, rules: Rules<'_>) -> Option<Finding> {
        let stated = Stated::sometimes(self.sometimes);
        if !self.is_open() || !self.is_directed() {
            return None;
        }
        let language = rules.language;
        let missing = self.missing(tried, rules);
        if let Some(inexact) = inexact {
            self.barred =
                Some(language.pick(format!("{missing}; {inexact}"), format!("{missing}；{inexact}")));
            return None;
        }
        let instead = self.instead.take()?;
        self.verdict = Verdict::Refuted;
        let seen = language.pick(
            format!("{missing}; in the last one {}", instead.seen),
            format!("{missing}；最后一次：{}", instead.seen),
        );
        let expected = language.pick("to be seen under some schedule", "在某种调度下见到");
        let words = stated.words(&rules.contract.cast, language);
        let check = language.pick(format!("sometimes: {words}"), format!("有时：{words}"));
        let finding = Finding::new(FindingKind::Check(stated.key()), check, expected, seen);
        let says = stated.claim.says(language);
        Some(Finding { says, lines: instead.lines, help: instead.help, at: instead.at, ..finding })
    }

    /// Why it is undecided after so many runs, as far as that is known. That it was not seen in them refutes nothing.
    pub fn why(self, runs: u32, rules: Rules<'_>) -> Option<String> {
        let Some(last) = &self.instead else { return self.barred.or(self.unknown) };
        let language = rules.language;
        let missing = self.missing(&in_runs(runs.into(), language), rules);
        let why = language.pick(
            format!("{missing}; in the last one {}", last.seen),
            format!("{missing}；最后一次：{}", last.seen),
        );
        Some(self.barred.unwrap_or(why))
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
