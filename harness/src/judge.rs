//! The verdict: transcripts are heard one after the other, until nothing is left to be seen.

use std::collections::HashSet;

use serde::Serialize;

use crate::judge::basics::{basics, cut};
use crate::check::kind::Told;
use crate::check::{self, Outcome, describe, first_of, inspect, looked};
use crate::contract::{Check, Claim, Contract, Sought};
use crate::check::finding::Finding;
use crate::judge::golden;
use crate::cast::orders::Orders;
use crate::cast::reading::Reading;
use crate::transcript::Transcript;
use crate::judge::unnamed::unnamed;
use crate::words::{list, times};

/// What came of judging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It ran, matched its golden, met every check and left nothing behind.
    Proven,
    /// Nothing fell short, but a claim could not be decided here.
    Undecided,
    /// Something fell short.
    Short,
}

impl Verdict {
    /// Whether a golden test passes by it. What is undecided passes, and is told; where the environment says
    /// `HARNESS_STRICT=1` it does not.
    pub fn passes(self) -> bool {
        let strict =
            || std::env::var_os("HARNESS_STRICT").is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Verdict::Proven => true,
            Verdict::Undecided => !strict(),
            Verdict::Short => false,
        }
    }
}

/// What came of one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The claim, in words.
    pub check: String,
    /// The topics that it proves.
    pub proves: Vec<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why it is undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The judgement on a program.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// What came of it as a whole.
    pub verdict: Verdict,
    /// How many runs were heard.
    pub runs: u32,
    /// What fell short, in the first run in which anything did.
    pub findings: Vec<Finding>,
    /// What came of the golden.
    pub golden: Verdict,
    /// What came of each claim, in the contract's order.
    pub claims: Vec<Decision>,
    /// How many different orders of the actors' lines were seen.
    pub interleavings: usize,
    /// Pairs of actors of which one always printed first, though the contract leaves them free. Only told after
    /// many runs.
    pub one_sided: Vec<[String; 2]>,
}

/// An `always` that no run can decide is looked at so often.
const PATIENCE: u32 = 50;

/// What one run shows that falls short, of all that must hold in every run on a machine with so many processors.
pub(crate) fn inspect_run(reading: &Reading<'_>, golden: Option<&str>, cores: usize) -> Vec<Finding> {
    if let Some(cut) = cut(reading) {
        return vec![cut];
    }
    let decidable = reading.contract.always.iter().filter(|claim| claim.cores <= cores);
    let broken = decidable.filter_map(|claim| match inspect(&claim.check, reading) {
        Outcome::Broken(finding) => Some(*finding),
        Outcome::Held | Outcome::Unknown(_) | Outcome::Undecidable(_) => None,
    });
    let difference = golden::compare(golden, reading);
    let difference = difference.filter(|_| golden::unknown(golden, reading).is_none());
    basics(reading).into_iter().chain(difference).chain(broken).collect()
}

/// Hears transcripts of one program and judges it by a contract.
#[derive(Debug)]
pub struct Judge<'a> {
    contract: &'a Contract,
    golden: Option<&'a str>,
    runs: u32,
    findings: Vec<Finding>,
    golden_verdict: Verdict,
    told: Told,
    /// What the last run could not tell of a pid in its output, as a claim and why.
    unclear: Option<(String, String)>,
    always: Vec<Trial<'a>>,
    sometimes: Vec<Search<'a>>,
    orders: Orders,
}

/// What is known of an `always`.
#[derive(Debug)]
struct Trial<'a> {
    claim: &'a Claim,
    verdict: Verdict,
    /// Why it can't be decided on this machine.
    barred: Option<String>,
    /// Why the last run could not tell.
    why: Option<String>,
}

/// What is known of a `sometimes`.
#[derive(Debug)]
struct Search<'a> {
    sought: &'a Sought,
    /// What is still to be seen: of `free`, each pattern's coming first; else the one thing.
    unseen: HashSet<usize>,
    verdict: Verdict,
    /// Why it can't be decided on this machine.
    barred: Option<String>,
    /// What the last run that could tell showed instead.
    instead: Option<Finding>,
    /// Why the last one could not that could not tell.
    unknown: Option<String>,
}

impl<'a> Judge<'a> {
    /// A judge by this contract and golden, on a machine with so many processors.
    pub fn new(contract: &'a Contract, golden: Option<&'a str>, cores: usize) -> Judge<'a> {
        let needs = |claim: &Claim| {
            (claim.cores > cores).then(|| {
                let here = times(cores as u64, "processor", "processors");
                format!("it needs {} processors, and here it has {here}", claim.cores)
            })
        };
        let trial = |claim| Trial { claim, verdict: Verdict::Undecided, barred: needs(claim), why: None };
        let search = |sought: &'a Sought| Search {
            sought,
            unseen: match &sought.claim.check {
                Check::Free { lines } => (0..lines.len()).collect(),
                _ => HashSet::from([0]),
            },
            verdict: Verdict::Undecided,
            barred: needs(&sought.claim),
            instead: None,
            unknown: None,
        };
        Judge {
            contract,
            golden,
            runs: 0,
            findings: Vec::new(),
            golden_verdict: Verdict::Undecided,
            told: Told::default(),
            unclear: None,
            always: contract.always.iter().map(trial).collect(),
            sometimes: contract.sometimes.iter().map(search).collect(),
            orders: Orders::new(contract.actors.len()),
        }
    }

    /// How many runs were heard.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// Whether a run, or the runs together, fell short.
    pub fn has_fallen_short(&self) -> bool {
        !self.findings.is_empty()
    }

    /// Whether another run would tell anything: nothing fell short, and something is still to be seen.
    pub fn wants_more(&self) -> bool {
        if !self.findings.is_empty() {
            return false;
        }
        let open = |verdict, barred: &Option<String>| verdict == Verdict::Undecided && barred.is_none();
        let trial = |trial: &Trial<'_>| open(trial.verdict, &trial.barred);
        let search = |search: &Search<'_>| open(search.verdict, &search.barred);
        let unknown = !self.untold().is_empty() || self.always.iter().any(trial);
        self.runs == 0 || (unknown && self.runs < PATIENCE) || self.sometimes.iter().any(search)
    }

    /// What is not told yet of who prints what: claims, and why.
    fn untold(&self) -> Vec<(String, String)> {
        self.told.untold(self.contract).into_iter().chain(self.unclear.clone()).collect()
    }

    /// Hears the record of one more run; what it found wrong with that run alone.
    pub fn hear(&mut self, transcript: &Transcript) {
        let reading = Reading::new(self.contract, transcript);
        self.runs += 1;
        if let Some(cut) = cut(&reading) {
            self.findings.push(cut);
            return;
        }
        let basics = basics(&reading);
        self.told.note(&reading);
        let broken: Vec<Finding> = self.always.iter_mut().filter_map(|trial| trial.hear(&reading)).collect();
        let difference = golden::compare(self.golden, &reading);
        // Where something else is wrong, what differs belongs to it.
        let is_alone = basics.is_empty() && broken.is_empty();
        self.unclear =
            difference.as_ref().filter(|_| is_alone).and_then(|_| golden::unknown(self.golden, &reading));
        let difference = difference.filter(|_| self.unclear.is_none());
        self.golden_verdict = match (basics.is_empty(), &difference, &self.unclear) {
            (true, None, None) => Verdict::Proven,
            (true, None, Some(_)) => Verdict::Undecided,
            _ => Verdict::Short,
        };
        let unnamed = difference.as_ref().and_then(|_| unnamed(self.golden, &reading));
        self.findings.extend(basics.into_iter().chain(difference).chain(unnamed).chain(broken));
        for search in &mut self.sometimes {
            search.hear(&reading);
        }
        self.orders.note(&reading);
        if self.findings.is_empty() {
            let runs = self.runs;
            let contract = self.contract;
            self.findings
                .extend(self.sometimes.iter_mut().find_map(|search| search.given_up(runs, contract)));
        }
    }

    /// The judgement on what was heard.
    pub fn judgement(self) -> Judgement {
        let untold = self.untold();
        let decision = |claim: &Claim, verdict, why: Option<String>| Decision {
            check: describe(&claim.check, self.contract),
            proves: claim.proves.clone(),
            verdict,
            why: why.filter(|_| verdict == Verdict::Undecided),
        };
        let always = self.always.into_iter();
        let always = always.map(|trial| decision(trial.claim, trial.verdict, trial.barred.or(trial.why)));
        let sometimes = self.sometimes.into_iter();
        let sometimes = sometimes.map(|search| decision(&search.sought.claim, search.verdict, search.barred));
        // It shows lines as their actors', and so rests on who they are.
        let golden = match self.golden_verdict {
            Verdict::Proven if !untold.is_empty() => Verdict::Undecided,
            verdict => verdict,
        };
        // Where something fell short no further run was looked at, which may have told.
        let untold = untold.into_iter().filter(|_| self.findings.is_empty());
        let untold = untold.map(|(check, why)| Decision {
            check,
            proves: Vec::new(),
            verdict: Verdict::Undecided,
            why: Some(why),
        });
        let claims: Vec<Decision> = always.chain(sometimes).chain(untold).collect();
        let undecided = claims.iter().any(|claim| claim.verdict == Verdict::Undecided);
        let verdict = match (self.findings.is_empty(), undecided) {
            (false, _) => Verdict::Short,
            (true, true) => Verdict::Undecided,
            (true, false) => Verdict::Proven,
        };
        Judgement {
            verdict,
            runs: self.runs,
            findings: self.findings,
            golden,
            claims,
            interleavings: self.orders.different(),
            one_sided: self.orders.one_sided(self.contract),
        }
    }
}

impl Trial<'_> {
    fn hear(&mut self, reading: &Reading<'_>) -> Option<Finding> {
        if self.barred.is_some() {
            return None;
        }
        match inspect(&self.claim.check, reading) {
            Outcome::Held => {
                self.verdict = Verdict::Proven;
                None
            }
            Outcome::Broken(finding) => {
                self.verdict = Verdict::Short;
                Some(*finding)
            }
            Outcome::Unknown(why) => {
                self.why = Some(why);
                None
            }
            Outcome::Undecidable(why) => {
                self.barred = Some(why);
                None
            }
        }
    }
}

impl Search<'_> {
    fn hear(&mut self, reading: &Reading<'_>) {
        if self.verdict != Verdict::Undecided || self.barred.is_some() {
            return;
        }
        match &self.sought.claim.check {
            check @ Check::Free { lines } => {
                let first = first_of(lines, reading);
                if let Some(first) = first {
                    self.unseen.remove(&first);
                }
                let seen = first.map_or("no line matched any of them".to_owned(), |first| {
                    format!("`{}` came first", lines[first].as_str())
                });
                let firsts = lines.iter().filter_map(|line| reading.matching(line).first().copied());
                let firsts: Vec<usize> = firsts.collect();
                self.instead = Some(Finding::new(check::kind(check), "", "", seen).lines(reading, &firsts));
            }
            check => match inspect(check, reading) {
                Outcome::Held => self.unseen.clear(),
                Outcome::Broken(finding) => self.instead = Some(*finding),
                Outcome::Unknown(why) => self.unknown = Some(why),
                Outcome::Undecidable(why) => self.barred = Some(why),
            },
        }
        if self.unseen.is_empty() {
            self.verdict = Verdict::Proven;
        }
    }

    /// The finding, once it was looked for as often as the contract allows.
    fn given_up(&mut self, runs: u32, contract: &Contract) -> Option<Finding> {
        if self.verdict != Verdict::Undecided || self.barred.is_some() || runs < self.sought.runs {
            return None;
        }
        if self.instead.is_none() && self.unknown.is_some() {
            // No run could tell.
            self.barred = self.unknown.take();
            return None;
        }
        self.verdict = Verdict::Short;
        let Sought { claim, rate, .. } = self.sought;
        let words = describe(&claim.check, contract);
        let expected = format!(
            "to be seen at least once in {}, at its measured rate of {rate}",
            times(runs.into(), "run", "runs")
        );
        let mut finding = match (&claim.check, self.instead.take()) {
            (Check::Free { lines }, Some(last)) => {
                let unseen = (0..lines.len()).filter(|index| self.unseen.contains(index));
                let missing: Vec<String> =
                    unseen.map(|index| format!("`{}`", lines[index].as_str())).collect();
                let seen = format!(
                    "{} never came first in {}; in the last one {}",
                    list(&missing, "and"),
                    times(runs.into(), "run", "runs"),
                    last.seen
                );
                Finding { lines: last.lines, ..Finding::new(last.kind, words, expected, seen) }
            }
            (_, Some(last)) => {
                let seen = format!("{}; in the last one {}", looked(runs), last.seen);
                Finding {
                    lines: last.lines,
                    help: last.help,
                    ..Finding::new(last.kind, words, expected, seen)
                }
            }
            (check, None) => Finding::new(check::kind(check), words, expected, looked(runs)),
        };
        finding.check = format!("sometimes: {}", finding.check);
        Some(finding)
    }
}
