//! The verdict: transcripts are heard one after the other, until nothing is left to be seen.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use similar::TextDiff;

use crate::canonical::canonical;
use crate::cast;
use crate::check::{self, Outcome, describe, first_of, inspect, looked};
use crate::contract::{Check, Claim, Contract, Sought, Stderr};
use crate::finding::Finding;
use crate::golden;
use crate::reading::{Claimed, Reading};
use crate::supervisor::GRACE;
use crate::transcript::{Cut, Exit, Stream, Survivor, Transcript};
use crate::words::{duration, lines, list, size, times};

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

/// So many runs are needed before an order that never changed says anything.
const TELLING: u32 = 20;

/// Hears transcripts of one program and judges it by a contract.
#[derive(Debug)]
pub struct Judge<'a> {
    contract: &'a Contract,
    golden: Option<&'a str>,
    runs: u32,
    findings: Vec<Finding>,
    golden_verdict: Verdict,
    always: Vec<Trial<'a>>,
    sometimes: Vec<Search<'a>>,
    orders: HashSet<u64>,
    /// For each pair of actors, whether the first and whether the second was seen to print first.
    first: Vec<[bool; 2]>,
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
    /// What the last run showed instead.
    instead: Option<Finding>,
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
        };
        let actors = contract.actors.len();
        Judge {
            contract,
            golden,
            runs: 0,
            findings: Vec::new(),
            golden_verdict: Verdict::Undecided,
            always: contract.always.iter().map(trial).collect(),
            sometimes: contract.sometimes.iter().map(search).collect(),
            orders: HashSet::new(),
            first: vec![[false; 2]; actors * actors],
        }
    }

    /// Whether another run would tell anything: nothing fell short, and something is still to be seen.
    pub fn wants_more(&self) -> bool {
        if !self.findings.is_empty() {
            return false;
        }
        let open = |verdict, barred: &Option<String>| verdict == Verdict::Undecided && barred.is_none();
        let trial = |trial: &Trial<'_>| open(trial.verdict, &trial.barred) && self.runs < PATIENCE;
        let search = |search: &Search<'_>| open(search.verdict, &search.barred);
        self.runs == 0 || self.always.iter().any(trial) || self.sometimes.iter().any(search)
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
        let difference = self.compare(&reading);
        self.golden_verdict = match (basics.is_empty(), &difference) {
            (true, None) => Verdict::Proven,
            _ => Verdict::Short,
        };
        self.findings.extend(basics.into_iter().chain(difference));
        for trial in &mut self.always {
            self.findings.extend(trial.hear(&reading));
        }
        for search in &mut self.sometimes {
            search.hear(&reading);
        }
        self.note_order(&reading);
        if self.findings.is_empty() {
            let runs = self.runs;
            let contract = self.contract;
            self.findings
                .extend(self.sometimes.iter_mut().find_map(|search| search.given_up(runs, contract)));
        }
    }

    fn compare(&self, reading: &Reading<'_>) -> Option<Finding> {
        let form = canonical(reading);
        let claim = "the output matches the golden";
        match self.golden {
            Some(golden) if golden == form => None,
            Some(golden) => {
                let diff = TextDiff::from_lines(golden::shown(golden), golden::shown(&form));
                let text = diff.unified_diff().context_radius(3).header("golden", "this run").to_string();
                let mut finding = Finding::new("golden", claim, "no difference", difference(&diff));
                finding.diff = Some(text);
                Some(finding)
            }
            None => Some(
                Finding::new("golden", claim, "a golden", "there is none yet")
                    .help("`harness accept` shows this run's canonical form and makes it the golden"),
            ),
        }
    }

    fn note_order(&mut self, reading: &Reading<'_>) {
        let mut order = DefaultHasher::new();
        let mut first: Vec<Option<usize>> = vec![None; self.contract.actors.len()];
        for (index, _) in reading.stdout() {
            if let Claimed::By(actor) = reading.claimed(index) {
                actor.hash(&mut order);
                first[actor as usize].get_or_insert(index);
            }
        }
        self.orders.insert(order.finish());
        let actors = first.len();
        for (a, b) in (0..actors).flat_map(|a| (a + 1..actors).map(move |b| (a, b))) {
            if let (Some(one), Some(other)) = (first[a], first[b]) {
                self.first[a * actors + b][usize::from(other < one)] = true;
            }
        }
    }

    /// Pairs that came in one order only, the one that came first first.
    fn one_sided(&self) -> Vec<[String; 2]> {
        if self.runs < TELLING {
            return Vec::new();
        }
        let actors = self.contract.actors.len();
        let pair = |(at, seen): (usize, &[bool; 2])| {
            let (a, b) = (at / actors, at % actors);
            match seen {
                [true, false] => Some([self.contract.actor(a).to_owned(), self.contract.actor(b).to_owned()]),
                [false, true] => Some([self.contract.actor(b).to_owned(), self.contract.actor(a).to_owned()]),
                _ => None,
            }
        };
        self.first.iter().enumerate().filter_map(pair).collect()
    }

    /// The judgement on what was heard.
    pub fn judgement(self) -> Judgement {
        let one_sided = self.one_sided();
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
        let claims: Vec<Decision> = always.chain(sometimes).collect();
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
            golden: self.golden_verdict,
            claims,
            interleavings: self.orders.len(),
            one_sided,
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
        }
    }
}

impl Search<'_> {
    fn hear(&mut self, reading: &Reading<'_>) {
        if self.verdict != Verdict::Undecided || self.barred.is_some() {
            return;
        }
        match &self.sought.claim.check {
            Check::Free { lines } => {
                if let Some(first) = first_of(lines, reading) {
                    self.unseen.remove(&first);
                }
            }
            check => match inspect(check, reading) {
                Outcome::Held => self.unseen.clear(),
                Outcome::Broken(finding) => self.instead = Some(*finding),
                Outcome::Unknown(_) => {}
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
        self.verdict = Verdict::Short;
        let Sought { claim, rate, .. } = self.sought;
        let words = describe(&claim.check, contract);
        let expected = format!(
            "to be seen in at least one of {}, at a rate of {rate}",
            times(runs.into(), "run", "runs")
        );
        let mut finding = match (&claim.check, self.instead.take()) {
            (Check::Free { lines }, _) => {
                let missing: Vec<String> =
                    self.unseen.iter().map(|&index| format!("`{}`", lines[index].as_str())).collect();
                let seen = format!(
                    "{} never came first in {}",
                    list(&missing, "and"),
                    times(runs.into(), "run", "runs")
                );
                Finding::new(check::kind(&claim.check), words, expected, seen)
            }
            (_, Some(last)) => {
                let seen = format!("{}; in the last one {}", looked(runs), last.seen);
                Finding { lines: last.lines, ..Finding::new(last.kind, words, expected, seen) }
            }
            (check, None) => Finding::new(check::kind(check), words, expected, looked(runs)),
        };
        finding.check = format!("sometimes: {}", finding.check);
        Some(finding)
    }
}

/// In how many lines a golden and a run differ, in words.
fn difference(diff: &TextDiff<'_, '_, str>) -> String {
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count() as u64;
    let (gone, new) = (count(similar::ChangeTag::Delete), count(similar::ChangeTag::Insert));
    match (gone, new) {
        (0, new) => format!("{} too many", lines(new)),
        (gone, 0) => format!("{} missing", lines(gone)),
        (gone, new) => format!("{} missing, {} instead", lines(gone), lines(new)),
    }
}

/// The finding of a run that was cut short: nothing else can be said of it.
fn cut(reading: &Reading<'_>) -> Option<Finding> {
    let transcript = reading.transcript;
    let count = transcript.lines().len();
    let last: Vec<usize> = (count.saturating_sub(3)..count).collect();
    let alive = match transcript.survivors() {
        [] => String::new(),
        others => format!("; with it ran {}", named(others)),
    };
    let finding = match transcript.cut()? {
        Cut::TimedOut(limit) => {
            let claim = format!("the run ends within {}", duration(limit));
            let seen = format!("it was still running and was ended, after {}{alive}", lines(count as u64));
            Finding::new("timeout", claim, "an end", seen)
                .help("`timeout = \"…\"` in the contract allows more time")
        }
        Cut::Flooded(limit) => {
            let claim = format!("the program prints at most {}", size(limit));
            Finding::new("flood", claim, "an end", "it printed more and was ended")
        }
        Cut::Interrupted => {
            Finding::new("interrupted", "the run ends by itself", "an end", "it was interrupted")
        }
    };
    Some(finding.lines(reading, &last))
}

/// What is asked of every program, whatever its contract claims.
fn basics(reading: &Reading<'_>) -> Vec<Finding> {
    [exit(reading), stderr(reading), leaked(reading), unclaimed(reading), cast::inspect(reading)]
        .into_iter()
        .flatten()
        .collect()
}

fn exit(reading: &Reading<'_>) -> Option<Finding> {
    let own = |claim: &Claim| matches!(claim.check, Check::Exit { .. });
    let seen = reading.transcript.exit();
    if seen == Exit::Code(0) || reading.contract.always.iter().any(own) {
        return None;
    }
    Some(Finding::new("exit", "the program ends with exit status 0", "exit status 0", seen.to_string()))
}

fn stderr(reading: &Reading<'_>) -> Option<Finding> {
    if reading.contract.stderr != Stderr::Empty {
        return None;
    }
    let transcript = reading.transcript;
    let all = transcript.lines().iter().enumerate();
    let noise: Vec<usize> =
        all.filter(|(_, line)| line.stream == Stream::Stderr).map(|(index, _)| index).collect();
    if noise.is_empty() {
        return None;
    }
    let finding =
        Finding::new("stderr", "nothing is printed on stderr", "nothing", lines(noise.len() as u64));
    let reopened = |&line: &usize| {
        String::from_utf8_lossy(transcript.text(&transcript.lines()[line]))
            .contains("No such device or address")
    };
    let finding = if noise.iter().any(reopened) {
        finding.help(
            "a program that opens /dev/stdout or /dev/stderr by name can't do so on a socket: `capture = \"pipe\"` \
             in the contract gives it a pipe, which does not name writers",
        )
    } else {
        finding
    };
    Some(finding.lines(reading, &noise))
}

fn leaked(reading: &Reading<'_>) -> Option<Finding> {
    let expected = |survivor: &&Survivor| {
        !reading.contract.survivors.iter().any(|pattern| pattern.is_match(survivor.command.as_bytes()))
    };
    let leaked: Vec<Survivor> = reading.transcript.survivors().iter().filter(expected).cloned().collect();
    if leaked.is_empty() {
        return None;
    }
    let seen = format!(
        "{} lived on for {} and was killed: {}",
        times(leaked.len() as u64, "process", "processes"),
        duration(GRACE),
        named(&leaked)
    );
    Some(Finding::new("leaked", "no process outlives the program", "none", seen))
}

fn named(survivors: &[Survivor]) -> String {
    let one = |survivor: &Survivor| format!("pid {} `{}`", survivor.pid, survivor.command);
    let names: Vec<String> = survivors.iter().take(8).map(one).collect();
    match survivors.len().saturating_sub(names.len()) {
        0 => list(&names, "and"),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn unclaimed(reading: &Reading<'_>) -> Option<Finding> {
    let all = 0..reading.transcript.lines().len();
    let unclaimed: Vec<usize> = all.filter(|&line| reading.claimed(line) == Claimed::Nobody).collect();
    if unclaimed.is_empty() {
        return None;
    }
    let actors: Vec<String> = reading.contract.actors.iter().map(|actor| actor.name.clone()).collect();
    let seen = format!("{} that none claims", lines(unclaimed.len() as u64));
    let whose =
        if actors.is_empty() { "an actor; [actors] has none".to_owned() } else { list(&actors, "or") };
    let finding = Finding::new("actors", "every line is an actor's", format!("only lines of {whose}"), seen);
    Some(finding.lines(reading, &unclaimed))
}
