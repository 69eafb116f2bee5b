//! What a run is held against, and what it says.

use super::attacked::rests_on_a_sleep;
use super::basics::{basics, cut};
use super::golden;
use super::unnamed::unnamed;
use crate::cast::reading::Reading;
use crate::check::finding::{Finding, FindingKind};
use crate::check::kind::{self, Played};
use crate::check::{Broken, Check, Outcome, Sought, Untold};
use crate::contract::{Always, Contract, Stated};
use crate::language::Language;
use crate::transcript::{Transcript, Witness};

/// What runs are held against, on which machine, and in which language it is told.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// What is claimed.
    pub contract: &'a Contract,
    /// The canonical form that was reviewed.
    pub golden: Option<&'a str>,
    /// How many processors the machine has.
    pub cores: usize,
    /// The reader's language.
    pub language: Language,
}

/// What one run says.
#[derive(Debug)]
pub(crate) struct Heard<'a> {
    /// The run, read by the contract's cast.
    pub reading: Reading<'a>,
    /// What it refutes by itself.
    pub findings: Vec<Finding>,
    /// The rest; nothing else can be said of a run that was cut short.
    pub whole: Option<Whole>,
}

/// What a run says that came to its end by itself.
#[derive(Debug)]
pub(crate) struct Whole {
    /// Whether all that is asked of every program holds, and its actors are not other than the contract says.
    pub is_sound: bool,
    /// Whether it differs from the golden.
    pub differs: bool,
    /// What it could not tell of a pid in its output: then it is not said to differ.
    pub unclear: Option<Untold>,
    /// What it could not tell of the actors' kinds, and another run may.
    pub unknown: Option<Untold>,
    /// What no run can tell of them, or of who wrote the lines of its golden.
    pub undecidable: Option<Untold>,
    /// What came of each `always` of the contract.
    pub always: Vec<Outcome>,
    /// What was seen of each `sometimes`.
    pub sometimes: Vec<Glimpse>,
}

/// What one run shows of what is sought.
#[derive(Debug)]
pub(crate) struct Glimpse {
    /// Which of the things that have to be seen was seen.
    pub event: Option<usize>,
    /// What came of the check; of an order, what came instead of the others.
    pub outcome: Outcome,
}

impl<'a> Rules<'a> {
    /// What one run says.
    pub(crate) fn hear(self, transcript: &'a Transcript) -> Heard<'a> {
        let contract = self.contract;
        let reading = Reading::new(&contract.cast, transcript).told_in(self.language);
        if let Some(cut) = cut(&reading) {
            let rests = transcript.direction().is_some_and(rests_on_a_sleep);
            if rests && contract.golden.ideal {
                return Heard { reading, findings: Vec::new(), whole: None };
            }
            return Heard { reading, findings: vec![cut], whole: None };
        }
        // What rests on a sleep is not held against what says that it does.
        let rests = transcript.direction().is_some_and(rests_on_a_sleep);
        let is_directed = transcript.direction().is_some();
        let counts = |always: &Always| {
            let stated = Stated::always(always);
            !(rests && always.ideal) && (!is_directed || stated.is_directed())
        };
        let golden_counts = !(rests && contract.golden.ideal);
        let mut basics = if golden_counts { basics(contract, &reading) } else { Vec::new() };
        let (mut unknown, mut undecidable) = (None, None);
        match kind::inspect(&reading) {
            Played::AsClaimed => {}
            Played::Otherwise(finding) => basics.push(*finding),
            Played::Unknown(untold) => unknown = Some(untold),
            Played::Undecidable(untold) => undecidable = Some(untold),
        }
        let always: Vec<Outcome> =
            contract.always.iter().map(|always| self.inspect(&always.check, &reading)).collect();
        let broken: Vec<Finding> = contract
            .always
            .iter()
            .zip(&always)
            .filter(|(always, _)| always.claim.cores <= self.cores && counts(always))
            .filter_map(|(always, outcome)| match outcome {
                Outcome::Broken(broken) => Some(finding(Stated::always(always), broken.clone(), &reading)),
                Outcome::Held | Outcome::Unknown(_) | Outcome::Undecidable(_) => None,
            })
            .collect();
        let is_held = golden_counts && contract.golden.is_kept;
        let difference = is_held.then(|| golden::compare(self.golden, contract, &reading)).flatten();
        // Where something else is wrong, what differs belongs to it.
        let is_alone = basics.is_empty() && broken.is_empty();
        let alone = difference.as_ref().filter(|_| is_alone);
        let nobodys = alone.and_then(|_| golden::unnamed(self.golden, &reading));
        let unclear = alone.and_then(|_| golden::unknown(self.golden, &reading));
        let is_known = nobodys.is_none() && unclear.is_none();
        let difference = difference.filter(|_| is_known && !reading.lacks_workers());
        let unnamed = difference.as_ref().and_then(|_| unnamed(self.golden, &reading));
        let whole = Whole {
            is_sound: basics.is_empty(),
            differs: difference.is_some(),
            unclear,
            unknown,
            undecidable: undecidable.or(nobodys),
            always,
            sometimes: contract
                .sometimes
                .iter()
                .map(|sought| self.glimpse(&sought.sought, &reading))
                .collect(),
        };
        let findings = basics.into_iter().chain(difference).chain(unnamed).chain(broken).collect();
        Heard { reading, findings, whole: Some(whole) }
    }

    /// What comes of a check in one run. Where a program measures, a run without a witness tells of its numbers, and one with a
    /// witness of the rest.
    fn inspect(self, check: &Check, reading: &Reading<'_>) -> Outcome {
        let outcome = check.inspect(reading);
        match (reading.transcript.witness(), outcome) {
            (Witness::Measured, Outcome::Undecidable(why)) => Outcome::Unknown(why),
            (Witness::Threads, _) if self.contract.exclusive && check.is_measured() => {
                let why = reading
                    .language
                    .pick("a witness may have changed it in this run", "这次运行有见证者，结果可能受影响");
                Outcome::Unknown(why.to_owned())
            }
            (_, outcome) => outcome,
        }
    }

    fn glimpse(self, sought: &Sought, reading: &Reading<'_>) -> Glimpse {
        match sought {
            Sought::Check(check) => {
                let outcome = self.inspect(check, reading);
                Glimpse { event: (outcome == Outcome::Held).then_some(0), outcome }
            }
            Sought::Free(free) => {
                let event = free.first(reading);
                let lines = free.firsts(reading).into_iter().flatten().collect();
                let language = reading.language;
                let seen = match event {
                    Some(first) => {
                        let line = free.line(first, language);
                        language.pick(format!("{line} came first"), format!("最先出现的是{line}"))
                    }
                    None => language.pick("no line was any of them", "没有一行是其中任何一种").to_owned(),
                };
                let broken = Broken { expected: String::new(), seen, lines, help: None };
                Glimpse { event, outcome: Outcome::Broken(broken) }
            }
        }
    }
}

/// The finding of a claim that was broken.
pub(super) fn finding(stated: Stated<'_>, broken: Broken, reading: &Reading<'_>) -> Finding {
    let (cast, language) = (reading.cast, reading.language);
    let kind = FindingKind::Check(stated.key());
    let finding = Finding::new(kind, stated.words(cast, language), broken.expected, broken.seen);
    let says = stated.claim.says(language);
    let at = Some(stated.claim.at);
    Finding { says, help: broken.help, at, ..finding.lines(reading, &broken.lines) }
}
