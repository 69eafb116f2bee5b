//! Every mutant is refused, for what is wrong with it; and every check is there for a mutant that only it refuses.
//!
//! | test | says |
//! | --- | --- |
//! | `LESSON/NAME` | the mutant is refuted, with the findings that its table asks for; or undecided, where it says so |
//! | `LESSON` | where its table or contract can't be used: why |
//! | `PROGRAM` | a program of `programs/` is proven |
//! | `checks/LESSON` | its `checks.snap`: which mutants survive when a check is dropped; one whose loss nobody notices fails |
//! | `checks` | the same when all checks of a kind are dropped at once |
//! | `lessons` | every lesson has a mutant |
//!
//! The tables take each mutant's judgement without each of its checks in turn, which takes long: they are run where that is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{LazyLock, LockResult, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::{env, thread};

use golden_tests::finding::{Finding, Wanted, must_be_found};
use golden_tests::{accepts_everything, left_out};
use harness::cast::canonical::canonical;
use harness::cast::pattern::Pattern;
use harness::cast::reading::Reading;
use harness::cast::{Actor, Stderr};
use harness::check::exit::Ends;
use harness::check::{Check, KEYS};
use harness::contract::{Always, Claim, Contract, Stated};
use harness::course::{CONTRACT, Course};
use harness::direct::asking::cores;
use harness::direct::attack::{Budget, attack};
use harness::judge::subject::Subject as Lesson;
use harness::judge::{Decision, Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::report::human;
use harness::run::program::Program;
use harness::run::{run_after, unwatched};
use harness::system::interrupt::Interrupt;
use harness::transcript::Transcript;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// The course's folder.
const COURSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Mutants mostly sleep, as their lessons do.
const AT_ONCE: usize = 64;

/// A mutant is wrong in every schedule, or in one that is aimed at: far fewer are looked for than where a program is to be right. What
/// is sought is looked for in five times as many.
const SCHEDULES: u32 = 8;

/// Readers are programs that run side by side, the writer is one that needs the processors for itself.
static PROCESSORS: RwLock<()> = RwLock::new(());

static SUBJECTS: LazyLock<Subjects> = LazyLock::new(Subjects::read);

fn main() -> ExitCode {
    if let Some(variable) = accepts_everything() {
        eprintln!("error: {variable} would accept whatever table comes of it");
        return ExitCode::from(2);
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for (of, why) in &SUBJECTS.unusable {
        trials.push(Trial::test(of, || Err(why.into())));
    }
    let has_tables = arguments.include_ignored || arguments.ignored;
    // Who needs the processors for itself comes first, so that nobody is kept waiting for those who sleep.
    let mutants = || {
        SUBJECTS.usable.iter().flat_map(|subject| subject.mutants.iter().map(move |mutant| (subject, mutant)))
    };
    let (alone, others): (Vec<_>, Vec<_>) =
        mutants().partition(|(subject, mutant)| mutant.needs_all_processors(subject));
    for (subject, mutant) in alone.into_iter().chain(others) {
        let refused = move || {
            if has_tables {
                mutant.must_be_refused(subject, &mutant.tried(subject)?.judgement)
            } else {
                let _processors = mutant.processors(subject);
                mutant.must_be_refused(subject, &mutant.run(subject)?.1)
            }
        };
        trials.push(Trial::ignorable_test(format!("{}/{}", subject.lesson.name, mutant.name), refused));
    }
    for subject in SUBJECTS.usable.iter().filter(|subject| subject.is_own()) {
        trials.push(Trial::test(&subject.lesson.name, || subject.must_be_proven()));
    }
    trials.push(Trial::test("lessons", every_lesson_has_a_mutant));
    for subject in &SUBJECTS.usable {
        let parts = || parts(&subject.lesson.contract);
        if parts().next().is_some() {
            let table = move || every_check_has_a_mutant(&[subject], &subject.lesson.folder, parts());
            let trial = Trial::ignorable_test(format!("checks/{}", subject.lesson.name), table);
            trials.push(trial.with_ignored_flag(true));
        }
    }
    trials.push(Trial::ignorable_test("checks", every_kind_of_check_has_a_mutant).with_ignored_flag(true));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// All that has mutants.
struct Subjects {
    usable: Vec<Subject>,
    /// What can't be used: its name, and why.
    unusable: Vec<(String, String)>,
}

/// A lesson, or a program of `programs/`, with its mutants.
struct Subject {
    lesson: Lesson,
    mutants: Vec<Mutant>,
}

struct Mutant {
    name: String,
    /// Why it can't be run: it has no place in its lesson any more.
    stale: Option<String>,
    wanted: Vec<Wanted>,
    /// Where it can be no more than undecided: words of what is, and why.
    undecided: Option<String>,
    tried: OnceLock<Result<Tried, String>>,
}

/// A program's share of the processors, as long as it is kept.
enum Processors {
    All { _lock: LockResult<RwLockWriteGuard<'static, ()>> },
    Shared { _lock: LockResult<RwLockReadGuard<'static, ()>> },
}

/// What came of a mutant.
struct Tried {
    judgement: Judgement,
    /// Of each part of the contract, whether the mutant survives without it.
    without: BTreeMap<Part, Survival>,
}

/// What can be taken away from a contract, to see who notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The golden.
    Golden,
    /// What the actors are.
    Kinds,
    /// A claim, by its place.
    Claim(usize),
    /// All that leads to findings of this kind.
    Every(&'static str),
}

/// All kinds of findings that a program can give rise to.
fn kinds() -> impl Iterator<Item = &'static str> {
    let beside = ["free", "golden", "actors", "stderr", "leaked", "timeout", "flood"];
    KEYS.iter().copied().chain(beside)
}

/// Whether a mutant survives without a part of its contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Survival {
    /// It is refused all the same.
    Refused,
    /// It survives if what it prints had been accepted as the golden, and else the golden refuses it.
    Accepted,
    /// It survives.
    Survives,
}

impl Subjects {
    fn read() -> Subjects {
        let (mut usable, mut unusable) = (Vec::new(), Vec::new());
        for (of, table) in mutation::tables::<Wanted>(Path::new(COURSE)) {
            match table.and_then(subject) {
                Ok(subject) => usable.push(subject),
                Err(why) => unusable.push((of, why)),
            }
        }
        Subjects { usable, unusable }
    }
}

fn subject(table: mutation::Table<Wanted>) -> Result<Subject, String> {
    let lesson = Lesson::read(&table.folder.join(CONTRACT)).map_err(|error| error.to_string())?;
    let mutant = |mutant: mutation::Mutant<Wanted>| {
        let stale = mutant.source.err();
        let (wanted, tried) = (mutant.finding, OnceLock::new());
        Mutant { name: mutant.name, stale, wanted, undecided: mutant.undecided, tried }
    };
    Ok(Subject { lesson, mutants: table.mutants.into_iter().map(mutant).collect() })
}

impl Subject {
    /// Whether it is no lesson.
    fn is_own(&self) -> bool {
        self.lesson.folder.starts_with(env!("CARGO_MANIFEST_DIR"))
    }

    /// Whether this machine can decide all that is claimed.
    fn is_decidable(&self) -> bool {
        let decidable = |stated: Stated<'_>| stated.claim.cores <= cores();
        left_out(unwatched()).is_none() && self.lesson.contract.claims().all(decidable)
    }

    fn runs(&self, name: &str) -> Result<Runs<'_>, String> {
        let contract = &self.lesson.contract;
        let command = [env!("CARGO_BIN_EXE_mutants").into(), name.into()];
        let program = Program::for_contract(&command, Path::new(env!("CARGO_MANIFEST_DIR")), contract);
        let program = program.map_err(|error| error.to_string())?;
        Ok(Runs { contract, program, natural: Vec::new(), directed: Vec::new(), attacked: Vec::new() })
    }

    fn must_be_proven(&self) -> Result<(), Failed> {
        let mut runs = self.runs(&self.lesson.name)?;
        let judgement = runs.judge(&self.lesson.contract, self.lesson.golden.as_deref())?;
        if judgement.verdict == Verdict::Proven { Ok(()) } else { Err(report(self, &judgement).into()) }
    }
}

impl Mutant {
    fn must_be_refused(&self, subject: &Subject, judgement: &Judgement) -> Result<Completion, Failed> {
        if judgement.verdict == Verdict::Undecided && !subject.is_decidable() {
            return Ok(Completion::ignored_with("skipped: this machine can't decide it"));
        }
        if let Some(why) = &self.undecided {
            return must_be_undecided(why, subject, judgement);
        }
        if judgement.verdict != Verdict::Refuted {
            return Err(format!("it survives:\n{}", report(subject, judgement)).into());
        }
        let findings = serde_json::to_value(&judgement.findings)?;
        let findings: Vec<Finding> = serde_json::from_value(findings)?;
        match (must_be_found(&self.wanted, &findings), left_out(unwatched())) {
            (Ok(()), _) => Ok(Completion::Completed),
            // What else it breaks refutes it here as well.
            (Err(_), Some(why)) => Ok(Completion::ignored_with(why)),
            (Err(error), None) => Err(format!("{error}\n{}", report(subject, judgement)).into()),
        }
    }

    fn tried(&self, subject: &Subject) -> Result<&Tried, String> {
        self.tried.get_or_init(|| self.try_out(subject)).as_ref().map_err(Clone::clone)
    }

    /// Whether this verdict lets it pass as the lesson.
    fn passes(&self, verdict: Verdict) -> bool {
        verdict == Verdict::Proven || (verdict == Verdict::Undecided && self.undecided.is_none())
    }

    /// Whether it must run alone: who measures, and who is refused for being too fast, must not be slowed down by others.
    fn needs_all_processors(&self, subject: &Subject) -> bool {
        subject.lesson.contract.exclusive || self.wanted.iter().any(|wanted| wanted.is_of("lasts"))
    }

    fn processors(&self, subject: &Subject) -> Processors {
        if self.needs_all_processors(subject) {
            Processors::All { _lock: PROCESSORS.write() }
        } else {
            Processors::Shared { _lock: PROCESSORS.read() }
        }
    }

    /// Runs it until it is judged.
    fn run<'a>(&self, subject: &'a Subject) -> Result<(Runs<'a>, Judgement), String> {
        if let Some(stale) = &self.stale {
            return Err(stale.clone());
        }
        let Lesson { name, contract, golden, .. } = &subject.lesson;
        let mut runs = subject.runs(&format!("{name}/{}", self.name))?;
        let judgement = runs.judge(contract, golden.as_deref())?;
        Ok((runs, judgement))
    }

    fn try_out(&self, subject: &Subject) -> Result<Tried, String> {
        let Lesson { contract, golden, .. } = &subject.lesson;
        let _processors = self.processors(subject);
        let (mut runs, judgement) = self.run(subject)?;
        let survives = |runs: &mut Runs<'_>, contract: &Contract, golden: Option<&str>| {
            Ok::<_, String>(self.passes(runs.judge_again(contract, golden)?.verdict))
        };
        let accepted = survives(&mut runs, contract, None)?;
        let mut without = BTreeMap::new();
        for part in parts(contract).chain(kinds().map(Part::Every)) {
            let survival = match part {
                Part::Golden | Part::Every("golden") if accepted => Survival::Survives,
                Part::Golden | Part::Every("golden") => Survival::Refused,
                Part::Every(kind @ ("timeout" | "flood")) => {
                    // Of a run that was cut short nothing else can be said.
                    let findings = &judgement.findings;
                    let only = findings.iter().all(|finding| finding.kind.as_str() == kind);
                    if only && !findings.is_empty() { Survival::Survives } else { Survival::Refused }
                }
                part => {
                    let contract = runs.without(part);
                    if survives(&mut runs, &contract, golden.as_deref())? {
                        Survival::Survives
                    } else if !accepted && survives(&mut runs, &contract, None)? {
                        Survival::Accepted
                    } else {
                        Survival::Refused
                    }
                }
            };
            without.insert(part, survival);
        }
        Ok(Tried { judgement, without })
    }
}

/// It is undecided, and says these words of what is and why.
fn must_be_undecided(why: &str, subject: &Subject, judgement: &Judgement) -> Result<Completion, Failed> {
    let says = |Decision { check, why: reason, .. }: &Decision| {
        reason.as_ref().is_some_and(|reason| format!("{check}: {reason}").contains(why))
    };
    if judgement.verdict == Verdict::Undecided && judgement.claims.iter().any(says) {
        return Ok(Completion::Completed);
    }
    Err(format!("it is not undecided since {why}:\n{}", report(subject, judgement)).into())
}

fn report(subject: &Subject, judgement: &Judgement) -> String {
    let report = human::details(&subject.lesson.name, judgement, Language::En);
    format!("{:?}\n{}", judgement.verdict, report)
}

/// Recorded runs of one program: made when they are asked for, and judged again under contracts that lack a part.
struct Runs<'a> {
    contract: &'a Contract,
    program: Program,
    natural: Vec<Transcript>,
    directed: Vec<Transcript>,
    /// What was sought in each attack that refuted nothing.
    attacked: Vec<BTreeSet<String>>,
}

impl Runs<'_> {
    fn judge(&mut self, contract: &Contract, golden: Option<&str>) -> Result<Judgement, String> {
        let rules = Rules { contract, golden, cores: cores(), language: Language::En };
        let mut judge = Judge::new(rules);
        self.run_as_it_comes(&mut judge)?;
        for run in &self.directed {
            if judge.wants_directed(run.direction().expect("it was directed").schedule.time) {
                judge.hear(run);
            }
        }
        let sought = |stated: &Stated<'_>| !stated.is_always();
        let words = |stated: Stated<'_>| stated.words(&contract.cast, Language::En);
        let sought: BTreeSet<String> = contract.claims().filter(sought).map(words).collect();
        // What was aimed at one thing need not show another that is still to be seen.
        let was_sought = || self.attacked.iter().any(|attacked| attacked.is_superset(&sought));
        let is_enough = if judge.seeks_still() { was_sought() } else { !self.attacked.is_empty() };
        if !is_enough && self.attack(&mut judge)? {
            self.attacked.push(sought);
        }
        judge.note_attacked();
        self.run_as_it_comes(&mut judge)?;
        Ok(judge.judgement())
    }

    /// Has a judge hear natural runs until it has heard enough.
    fn run_as_it_comes(&mut self, judge: &mut Judge<'_>) -> Result<(), String> {
        while judge.wants_more() {
            let index = judge.runs() as usize;
            if index == self.natural.len() {
                let run = run_after(index, &self.program, self.contract, &Interrupt::never());
                self.natural.push(run.map_err(|error| error.to_string())?);
            }
            judge.hear(&self.natural[index]);
        }
        Ok(())
    }

    /// Whether the attack refuted nothing.
    fn attack(&mut self, judge: &mut Judge<'_>) -> Result<bool, String> {
        // How busy the machine is must not decide who survives.
        let budget = Budget { schedules: SCHEDULES, is_hasty: false, ..Budget::default() };
        let keep = |run: &Transcript| {
            self.directed.push(run.clone());
            Ok(())
        };
        let attacked = attack(judge, &self.program, budget, &Interrupt::never(), keep);
        attacked.map_err(|error| error.to_string())?;
        Ok(!judge.is_refuted())
    }

    /// As [`Runs::judge`]; without a golden: where what it prints was accepted as such.
    fn judge_again(&mut self, contract: &Contract, golden: Option<&str>) -> Result<Judgement, String> {
        let first = &self.natural[0];
        // Whoever is cut short never had its output looked at.
        let own = || {
            if first.cut().is_some() {
                String::new()
            } else {
                canonical(&Reading::new(&contract.cast, first))
            }
        };
        let golden = golden.map_or_else(own, str::to_owned);
        self.judge(contract, Some(&golden))
    }

    /// The contract without a part of it.
    fn without(&self, part: Part) -> Contract {
        let mut contract = self.contract.clone();
        let gone = |(place, stated): (usize, Stated<'_>)| match part {
            Part::Claim(claim) => claim == place,
            Part::Every(gone) => gone == stated.key(),
            Part::Golden | Part::Kinds => false,
        };
        let mut all_gone = self.contract.claims().enumerate().map(gone);
        let mut is_gone = || all_gone.next().expect("an answer a claim");
        contract.always.retain(|_| !is_gone());
        contract.sometimes.retain(|_| !is_gone());
        let own = |always: &Always| matches!(&always.check, Check::Ends(ends) if ends.is_of_program());
        let says = |contract: &Contract| contract.always.iter().any(own);
        if part == Part::Every("exit") || says(self.contract) && !says(&contract) {
            // A contract that says nothing of its end asks for status 0.
            let check = Check::Ends(Ends::program(self.natural[0].exit()));
            let claim = Claim { proves: Vec::new(), says: None, cores: 1, at: 0 };
            contract.always.push(Always { claim, check, ideal: false });
        }
        let any = || Pattern::new("").expect("a valid pattern");
        match part {
            Part::Every("stderr") => contract.cast.stderr = Stderr::Ignored,
            Part::Every("leaked") => contract.survivors.push(any()),
            Part::Kinds => contract.cast.actors.iter_mut().for_each(|actor| actor.kind = None),
            Part::Every("actors") => {
                // Its name is as short as any: the form's columns stay as they are.
                contract.cast.actors.iter_mut().for_each(|actor| actor.kind = None);
                let name = "?".into();
                let all = Actor { name, line: any(), kind: None, each: false, task: None, varies: false };
                contract.cast.actors.push(all);
            }
            _ => {}
        }
        contract
    }
}

/// What can be taken away from this contract: where there are no actors, every line is one too many, and the golden
/// has nothing to add.
fn parts(contract: &Contract) -> impl Iterator<Item = Part> {
    let golden = (!contract.cast.actors.is_empty()).then_some(Part::Golden);
    let kinds = contract.cast.actors.iter().any(|actor| actor.kind.is_some()).then_some(Part::Kinds);
    golden.into_iter().chain(kinds).chain((0..contract.claims().count()).map(Part::Claim))
}

fn every_lesson_has_a_mutant() -> Result<(), Failed> {
    let course = Course::find(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let lessons = course.lessons().map_err(|errors| format!("{errors:?}"))?;
    let has = |lesson: &Lesson| {
        let mut subjects = SUBJECTS.usable.iter();
        subjects.any(|subject| subject.lesson.name == lesson.name && !subject.mutants.is_empty())
    };
    let lacking: Vec<&str> =
        lessons.iter().filter(|lesson| !has(lesson)).map(|lesson| lesson.name.as_str()).collect();
    if lacking.is_empty() { Ok(()) } else { Err(format!("without a mutant: {}", lacking.join(", ")).into()) }
}

/// The table of a lesson's checks and mutants, in which no row may be empty. Where this machine can't decide something of it,
/// it stays as it is.
fn every_check_has_a_mutant(
    subjects: &[&Subject],
    folder: &Path,
    parts: impl Iterator<Item = Part>,
) -> Result<Completion, Failed> {
    try_all(subjects)?;
    if !subjects.iter().all(|subject| subject.is_decidable()) {
        return Ok(Completion::ignored_with("skipped: this machine can't decide it"));
    }
    let mut unnoticed = Vec::new();
    let text = table(subjects, parts, &mut unnoticed)?;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("checks", text));
    if unnoticed.is_empty() {
        return Ok(Completion::Completed);
    }
    Err(format!(
        "nobody notices the loss of:\n{}\nA check that no mutant needs goes, or gets its mutant",
        unnoticed.join("\n")
    )
    .into())
}

/// Tries all mutants of these, or says which tests tell why something could not be tried.
fn try_all(subjects: &[&Subject]) -> Result<(), String> {
    let mutants = || subjects.iter().flat_map(|subject| subject.mutants.iter().map(move |of| (subject, of)));
    thread::scope(|scope| {
        for (subject, mutant) in mutants() {
            scope.spawn(|| mutant.tried(subject).is_ok());
        }
    });
    let untried = mutants().filter(|(subject, mutant)| mutant.tried(subject).is_err());
    let untried: Vec<String> =
        untried.map(|(subject, mutant)| format!("{}/{}", subject.lesson.name, mutant.name)).collect();
    if untried.is_empty() {
        return Ok(());
    }
    Err(format!("the table is not made before these can be tried: {}", untried.join(", ")))
}

/// The table of all checks of a kind at once.
fn every_kind_of_check_has_a_mutant() -> Result<Completion, Failed> {
    let unusable: Vec<&str> = SUBJECTS.unusable.iter().map(|(of, _)| of.as_str()).collect();
    if !unusable.is_empty() {
        return Err(format!("the table is not made before these can be used: {}", unusable.join(", ")).into());
    }
    let all: Vec<&Subject> = SUBJECTS.usable.iter().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    every_check_has_a_mutant(&all, folder, kinds().map(Part::Every))
}

/// A row for each part that is dropped: who survives then, and who does so if its own output was accepted.
fn table(
    subjects: &[&Subject],
    parts: impl Iterator<Item = Part>,
    unnoticed: &mut Vec<String>,
) -> Result<String, String> {
    let mut text = String::new();
    for part in parts {
        let survive = survivors(subjects, part, Survival::Survives)?;
        let accepted = survivors(subjects, part, Survival::Accepted)?;
        let dropped = in_words(part, subjects[0]);
        if survive.is_empty() && accepted.is_empty() {
            unnoticed.push(format!("{}: {dropped}", subjects[0].lesson.name));
        }
        let _ = writeln!(text, "| {dropped} | {survive} | {accepted} |");
    }
    let head = "| dropped | survive | and with their own output as the golden |\n| --- | --- | --- |\n";
    Ok(format!("{head}{text}"))
}

fn survivors(subjects: &[&Subject], part: Part, wanted: Survival) -> Result<String, String> {
    let mut names = Vec::new();
    for subject in subjects {
        for mutant in &subject.mutants {
            if mutant.tried(subject)?.without.get(&part) == Some(&wanted) {
                names.push(match subjects {
                    [_] => mutant.name.clone(),
                    _ => format!("{}/{}", subject.lesson.name, mutant.name),
                });
            }
        }
    }
    Ok(names.join(", "))
}

fn in_words(part: Part, subject: &Subject) -> String {
    let contract = &subject.lesson.contract;
    let words = match part {
        Part::Golden => "the golden".to_owned(),
        Part::Kinds => "the actors' kinds".to_owned(),
        Part::Every(kind) => kind.to_owned(),
        Part::Claim(place) => {
            let stated = contract.claims().nth(place).expect("a claim of this contract");
            let when = if stated.is_always() { "always" } else { "sometimes" };
            format!("{when}: {}", stated.words(&contract.cast, Language::En))
        }
    };
    words.replace('|', "\\|")
}
