//! The verdict: transcripts are heard one after the other, until nothing is left to be seen.

mod attacked;
pub(crate) mod basics;
pub mod golden;
mod rules;
pub mod subject;
mod told;
mod trial;
mod unnamed;

use std::borrow::Borrow;
use std::time::Duration;

use serde::Serialize;

use self::attacked::{Attacked, rests_on_a_sleep};
pub(crate) use self::rules::Heard;
pub use self::rules::Rules;
use self::told::told;
use self::trial::{Search, Trial};
use crate::cast::Kind;
use crate::cast::orders::Orders;
use crate::check::finding::{Finding, FindingKind};
use crate::check::{Check, Sought, Untold};
use crate::contract::{Always, Contract, Stated};
use crate::direct::attack::Phase;
use crate::direct::races::Between;
use crate::language::Language;
use crate::transcript::schedule::{Direction, Time};
use crate::transcript::{Cut, Line, Transcript, Witness};

/// What came of judging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It ran, matched its golden, met every check and left nothing behind.
    Proven,
    /// Nothing was refuted, but a claim could not be decided here.
    Undecided,
    /// Something was refuted.
    Refuted,
}

impl Verdict {
    /// Its word for readers.
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Verdict::Proven => language.pick("proven", "已证明"),
            Verdict::Undecided => language.pick("undecided", "未定"),
            Verdict::Refuted => language.pick("refuted", "不成立"),
        }
    }

    /// Whether a golden test passes by it. What is undecided passes, and is told; where the environment says
    /// `HARNESS_STRICT=1` it does not.
    pub fn passes(self) -> bool {
        let strict =
            || std::env::var_os("HARNESS_STRICT").is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Verdict::Proven => true,
            Verdict::Undecided => !strict(),
            Verdict::Refuted => false,
        }
    }
}

/// What came of one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// The claim in its author's words, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What is checked, in words.
    pub check: String,
    /// The topics that it proves.
    pub proves: Vec<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why it is undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Of what is sometimes so: the schedule that showed it, where no natural run did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
}

/// The judgement on a program.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Judgement {
    /// What came of it as a whole.
    pub verdict: Verdict,
    /// How many natural runs were heard.
    pub runs: u32,
    /// How many directed ones, each under a schedule of its own.
    pub schedules: u32,
    /// How many orders of its lines there are, where all were tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_orders: Option<usize>,
    /// Whether threads were held between instructions.
    pub between: Between,
    /// Who saw them; of runs with different witnesses the one that saw less.
    pub witness: Witness,
    /// A program that ran without the rights that its file gives (setuid), which the kernel withholds from those that are traced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprived: Option<String>,
    /// What was refuted, in the first run in which anything was.
    pub findings: Vec<Finding>,
    /// What came of the golden, where the contract has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub golden: Option<Verdict>,
    /// What came of each claim, in the contract's order.
    pub claims: Vec<Decision>,
    /// How many different orders of the actors' lines were seen.
    pub interleavings: usize,
    /// Pairs of actors of which one always printed first, though the contract leaves them free. Only told after
    /// many runs.
    pub one_sided: Vec<[String; 2]>,
}

/// What no run has told yet is looked for in so many runs.
const RUNS_TO_TELL: u32 = 50;

/// A `sometimes` is looked for in so many natural runs, where nobody chooses their schedules: what comes in one run of three is missed
/// at most once in a million.
pub const NATURAL_RUNS: u32 = 35;

/// What an order that does not hold is called.
const ORDER: FindingKind = FindingKind::Check("order");

/// Hears transcripts of one program and judges it.
#[derive(Debug)]
pub struct Judge<'a> {
    rules: Rules<'a>,
    runs: u32,
    witness: Witness,
    deprived: Option<String>,
    findings: Vec<Finding>,
    golden: Verdict,
    /// What no run can tell of the actors' kinds, or of who wrote the lines of its golden. None of the others can make up for it:
    /// they hold in every run.
    undecidable: Option<Untold>,
    /// What none has told yet.
    unknown: Option<Untold>,
    /// Whether a run told of the actors' kinds what can be told.
    is_told: bool,
    /// What the last run could not tell of a pid in its output.
    unclear: Option<Untold>,
    always: Vec<Trial>,
    sometimes: Vec<Search<'a>>,
    orders: Orders,
    attacked: Attacked,
    /// How long the longest natural run took.
    natural: Duration,
    /// Whether an interpreter has the program's threads take turns.
    is_interpreted: bool,
    /// Whether only what makes an order is looked at: something else was refuted before.
    of_order: bool,
}

impl<'a> Judge<'a> {
    /// A judge by these rules.
    pub fn new(rules: Rules<'a>) -> Judge<'a> {
        let contract = rules.contract;
        Judge {
            rules,
            runs: 0,
            witness: Witness::Threads,
            deprived: None,
            findings: Vec::new(),
            golden: Verdict::Undecided,
            undecidable: None,
            unknown: None,
            is_told: false,
            unclear: None,
            always: contract.always.iter().map(|always| Trial::new(&always.claim, rules)).collect(),
            sometimes: contract.sometimes.iter().map(|sought| Search::new(sought, rules)).collect(),
            orders: Orders::new(contract.cast.actors.len()),
            attacked: Attacked::default(),
            natural: Duration::ZERO,
            is_interpreted: false,
            of_order: false,
        }
    }

    /// What is claimed.
    pub(crate) fn contract(&self) -> &'a Contract {
        self.rules.contract
    }

    /// How many runs were heard.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// Whether another run would tell anything: nothing was refuted, and something is still to be seen. What schedules can tell is
    /// left to them, until they were tried.
    pub fn wants_more(&self) -> bool {
        if self.is_refuted() || self.is_late() {
            return false;
        }
        let is_for_schedules = self.can_direct() && !self.attacked.is_over();
        let mut always = self.always.iter().zip(&self.rules.contract.always);
        let is_untold = self.unclear.is_some()
            || self.unknown.is_some()
            || always.any(|(trial, always)| {
                trial.is_open() && !(is_for_schedules && Stated::always(always).is_directed())
            });
        self.runs == 0
            || (is_untold && self.runs < RUNS_TO_TELL)
            || (self.runs < NATURAL_RUNS && self.seeks_naturally())
    }

    /// Whether something is still to be seen sometimes that schedules may show.
    pub fn seeks_still(&self) -> bool {
        self.sometimes.iter().any(|search| search.is_open() && search.is_directed())
    }

    /// How long the program took by itself, at the most.
    pub(crate) fn natural(&self) -> Duration {
        self.natural
    }

    /// Whether the program is one of Python, of whose threads one goes at a time.
    pub(crate) fn is_interpreted(&self) -> bool {
        self.is_interpreted
    }

    /// Whether a number or a count is still to be seen sometimes, which threads make that touch the same memory.
    pub(crate) fn seeks_numbers(&self) -> bool {
        self.sometimes
            .iter()
            .any(|search| search.is_open() && search.is_directed() && is_made_in_memory(search.sought()))
    }

    /// Whether something is still to be seen sometimes that natural runs alone can show.
    fn seeks_naturally(&self) -> bool {
        let can_direct = self.can_direct();
        self.sometimes.iter().any(|search| search.is_open() && !(can_direct && search.is_directed()))
    }

    /// Whether the program's schedules can be chosen, and tell of its actors.
    fn can_direct(&self) -> bool {
        self.rules.contract.is_directed() && self.witness == Witness::Threads && self.undecidable.is_none()
    }

    /// Whether a directed run would tell anything. In late time everything is tried, until something breaks; in ideal time what is
    /// held in that alone, and whether what broke in late time rests on a sleep.
    pub(crate) fn wants(&self, phase: Phase) -> bool {
        let contract = self.rules.contract;
        let is_wanted = match phase {
            Phase::Late => self.attacked.late.is_empty(),
            Phase::Races => {
                self.attacked.late.is_empty() && !self.of_order && contract.cast.has(Kind::Thread)
            }
            Phase::Ideal => {
                let some_ideal = contract.golden.ideal || contract.always.iter().any(|always| always.ideal);
                self.attacked.has_slept() && (some_ideal || !self.attacked.late.is_empty())
            }
        };
        self.findings.is_empty() && self.runs > 0 && self.can_direct() && is_wanted
    }

    /// Whether a run that was directed in such a time would tell anything.
    pub fn wants_directed(&self, time: Time) -> bool {
        match time {
            Time::Late => self.wants(Phase::Late),
            Time::Ideal => self.wants(Phase::Ideal) || self.wants(Phase::Races),
            Time::Busy => self.wants(Phase::Races),
        }
    }

    /// A judge by these rules, of a program of which a natural run did not end.
    pub(crate) fn after_a_hang(rules: Rules<'a>) -> Judge<'a> {
        Judge { runs: 1, ..Judge::new(rules) }
    }

    /// A judge by these rules, of a program of which a natural run has refuted something, but no order: it looks at nothing else.
    pub(crate) fn of_order(rules: Rules<'a>) -> Judge<'a> {
        Judge { runs: 1, of_order: true, sometimes: Vec::new(), ..Judge::new(rules) }
    }

    /// Whether a schedule may refute an order, though natural runs have refuted something else.
    pub(crate) fn leaves_orders_open(&self) -> bool {
        let holds_order = |always: &Always| matches!(always.check, Check::Order(_)) && !always.ideal;
        let is_of_order = |finding: &Finding| finding.kind == ORDER;
        self.is_refuted()
            && !self.findings.iter().any(is_of_order)
            && self.rules.contract.always.iter().any(holds_order)
    }

    /// Takes over what another judge has found.
    pub(crate) fn add(&mut self, other: Judge<'_>) {
        let Judgement { findings, schedules, .. } = other.judgement();
        self.findings.extend(findings);
        self.attacked.schedules += schedules;
    }

    /// Whether a run did not end in time.
    pub(crate) fn has_hung(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind == FindingKind::Timeout)
    }

    /// Whether nobody could go on any more in a run.
    pub(crate) fn has_deadlocked(&self) -> bool {
        let all = self.findings.iter().chain(&self.attacked.late);
        all.into_iter().any(|finding| finding.kind == FindingKind::Deadlock)
    }

    /// Whether something was refuted.
    pub fn is_refuted(&self) -> bool {
        !self.findings.is_empty()
    }

    /// Whether something broke that may rest on a sleep.
    pub(crate) fn is_late(&self) -> bool {
        !self.attacked.late.is_empty()
    }

    /// The program was so slow that fewer schedules were tried than it takes.
    pub(crate) fn note_cut_short(&mut self) {
        self.attacked.note_cut_short();
    }

    /// So many more schedules were aimed at what is sometimes so.
    pub(crate) fn note_aimed(&mut self, schedules: u32) {
        self.attacked.aimed += schedules;
    }

    /// Whether threads could be held between instructions.
    pub(crate) fn note_between(&mut self, between: Between) {
        if between != Between::Untried {
            self.attacked.between = between;
        }
    }

    /// No more directed runs will come.
    pub fn note_attacked(&mut self) {
        self.attacked.note_over();
    }

    /// All orders of lines were tried.
    pub(crate) fn note_all_tried(&mut self) {
        self.attacked.all_tried = true;
    }

    /// Hears the record of one more run.
    pub fn hear(&mut self, transcript: &Transcript) {
        match transcript.direction() {
            None => self.hear_natural(transcript),
            Some(direction) => self.hear_directed(transcript, direction),
        }
    }

    /// What holds in natural runs is attacked: a directed run can refute it, and show what is sometimes so.
    fn hear_directed(&mut self, transcript: &Transcript, direction: &Direction) {
        self.attacked.note(transcript, direction);
        if matches!(transcript.cut(), Some(Cut::TimedOut(_) | Cut::Interrupted)) {
            self.attacked.note_endless();
            return;
        }
        let rules: Rules<'_> = self.rules;
        let Heard { reading, findings, whole } = rules.hear(transcript);
        let rests = rests_on_a_sleep(direction);
        let findings = findings.into_iter().filter(|finding| !self.of_order || finding.kind == ORDER);
        let told = findings.map(|finding| told(finding, &reading, direction, rests));
        match (rests, self.attacked.late.is_empty()) {
            (false, _) => self.findings.extend(told),
            (true, true) => self.attacked.late = told.collect(),
            (true, false) => {}
        }
        let Some(whole) = whole else { return };
        self.orders.note(&reading);
        self.attacked.note_texts(&reading);
        if !rests {
            let attacked = self.always.iter_mut().zip(&rules.contract.always).zip(whole.always);
            for ((trial, always), outcome) in attacked {
                if Stated::always(always).is_directed() {
                    trial.note_attack(&outcome);
                }
            }
            if whole.differs || !whole.is_sound {
                self.golden = Verdict::Refuted;
            }
        }
        for (search, glimpse) in self.sometimes.iter_mut().zip(whole.sometimes) {
            if search.is_directed() {
                search.note(glimpse, &reading, Some(&direction.schedule));
            }
        }
    }

    fn hear_natural(&mut self, transcript: &Transcript) {
        self.runs += 1;
        self.natural = self.natural.max(transcript.duration());
        if let Witness::Socket(_) = transcript.witness() {
            self.witness = transcript.witness().clone();
        }
        let deprived = transcript.processes().iter().find(|process| process.deprived);
        self.deprived = self.deprived.take().or(deprived.and_then(|process| process.image.clone()));
        self.is_interpreted |= is_of_python(transcript);
        let is_measured = *transcript.witness() == Witness::Measured;
        // A transcript need not live as long as the rules.
        let rules: Rules<'_> = self.rules;
        let Heard { reading, findings, whole } = rules.hear(transcript);
        self.findings.extend(findings);
        let Some(whole) = whole else { return };
        self.golden = match (whole.is_sound, whole.differs, &whole.unclear) {
            (true, false, None) => Verdict::Proven,
            (true, false, Some(_)) => Verdict::Undecided,
            _ => Verdict::Refuted,
        };
        self.unclear = whole.unclear;
        // What a run without a witness can't tell the one with it does.
        let (unknown, undecidable) = if is_measured {
            (whole.unknown.or(whole.undecidable), None)
        } else {
            (whole.unknown, whole.undecidable)
        };
        self.undecidable = self.undecidable.take().or(undecidable);
        self.is_told |= unknown.is_none();
        self.unknown = unknown.filter(|_| !self.is_told);
        self.orders.note(&reading);
        for (trial, outcome) in self.always.iter_mut().zip(whole.always) {
            trial.note(outcome);
        }
        for (search, glimpse) in self.sometimes.iter_mut().zip(whole.sometimes) {
            search.note(glimpse, &reading, None);
        }
    }

    /// Hears runs until one refutes something or no more come; the judgement, and the last of them.
    ///
    /// # Errors
    /// What keeps the next run from coming.
    pub fn hear_all<T: Borrow<Transcript>, E>(
        mut self,
        mut next: impl FnMut(&Judge<'_>) -> Result<Option<T>, E>,
    ) -> Result<(Judgement, Option<T>), E> {
        let mut last = None;
        while self.findings.is_empty()
            && let Some(transcript) = next(&self)?
        {
            self.hear(transcript.borrow());
            last = Some(transcript);
        }
        Ok((self.judgement(), last))
    }

    /// What broke only in late time, and nothing else did, rests on a sleep; otherwise what was looked for under schedules and not
    /// seen is refuted, unless something was not chosen.
    fn conclude(&mut self) {
        if self.findings.is_empty() && !self.attacked.late.is_empty() {
            self.findings = std::mem::take(&mut self.attacked.late);
            self.golden = Verdict::Refuted;
        }
        let (rules, attacked) = (self.rules, &self.attacked);
        if self.runs > 0 && attacked.schedules > 0 && self.findings.is_empty() {
            let tried = attacked.words(rules.language);
            let inexact = attacked.inexact(rules.language);
            let inseparable = attacked.between.why(rules.language);
            let given_up = |search: &mut Search<'_>| {
                let inseparable = inseparable.filter(|_| is_made_in_memory(search.sought()));
                search.given_up(&tried, inexact.as_deref().or(inseparable), rules)
            };
            let refuted: Vec<Finding> = self.sometimes.iter_mut().filter_map(given_up).collect();
            self.findings.extend(refuted);
        }
    }

    /// The judgement on what was heard.
    pub fn judgement(mut self) -> Judgement {
        self.conclude();
        let (runs, rules) = (self.runs, self.rules);
        let Rules { contract, language, .. } = rules;
        let untold: Vec<Untold> =
            self.undecidable.into_iter().chain(self.unknown).chain(self.unclear).collect();
        let decision = |stated: Stated<'_>, verdict, why: Option<String>, schedule| Decision {
            says: stated.claim.says(language),
            check: stated.words(&contract.cast, language),
            proves: stated.claim.proves.iter().map(|topic| topic.id.clone()).collect(),
            verdict,
            why: why.filter(|_| verdict == Verdict::Undecided),
            schedule,
        };
        let always = self.always.into_iter().map(|trial| (trial.verdict, None, trial.why()));
        let sometimes = self
            .sometimes
            .into_iter()
            .map(|search| (search.verdict, search.schedule.clone(), search.why(runs, rules)));
        let stated = contract.claims().zip(always.chain(sometimes));
        let stated =
            stated.map(|(stated, (verdict, schedule, why))| decision(stated, verdict, why, schedule));
        // It shows lines as their actors', and so rests on who they are.
        let golden = match self.golden {
            Verdict::Proven if !untold.is_empty() => Verdict::Undecided,
            verdict => verdict,
        };
        let untold = untold.into_iter().map(|Untold { claim, why }| Decision {
            says: None,
            check: claim,
            proves: Vec::new(),
            verdict: Verdict::Undecided,
            why: Some(why),
            schedule: None,
        });
        let claims: Vec<Decision> = stated.chain(untold).collect();
        let is_open = claims.iter().any(|claim| claim.verdict == Verdict::Undecided);
        let verdict = match (self.findings.is_empty(), is_open) {
            (false, _) => Verdict::Refuted,
            (true, true) => Verdict::Undecided,
            (true, false) => Verdict::Proven,
        };
        Judgement {
            verdict,
            runs,
            schedules: self.attacked.schedules,
            all_orders: self.attacked.all_orders(),
            between: self.attacked.between,
            witness: self.witness,
            deprived: self.deprived,
            findings: self.findings,
            golden: contract.golden.is_kept.then_some(golden),
            claims,
            interleavings: self.orders.different(),
            one_sided: self.orders.one_sided(&contract.cast),
        }
    }
}

/// Whether it is a number or a count, which threads make that touch the same memory.
fn is_made_in_memory(sought: &Sought) -> bool {
    matches!(sought, Sought::Check(Check::NumberIs(_) | Check::Compare(_) | Check::Count(_)))
}

/// Whether a process that printed is an interpreter of Python.
pub(crate) fn is_of_python(transcript: &Transcript) -> bool {
    let processes = transcript.processes();
    let image = |line: &Line| processes[line.process?].image.as_deref();
    transcript.lines().iter().filter_map(image).any(|image| image.starts_with("python"))
}
