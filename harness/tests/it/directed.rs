//! Programs for the director: faults with what mends them, orders to be counted, calls that wait, time. What is found in each
//! stands in `directed/expected.toml`.
//!
//! Few schedules are tried of each; `DIRECTED_SCHEDULES=100` tries more, and counts the orders of all.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use assert_cmd::cargo::cargo_bin;
use harness::direct::asking::{Manner, ask};
use harness::direct::attack::Budget;
use harness::judge::subject::Subject;
use harness::language::Language;
use harness::run::program::Program;
use harness::system::interrupt::Interrupt;
use harness::transcript::Transcript;
use harness::transcript::schedule::{Direction, Schedule};
use harness::{Finding, FindingKind, Judgement, Verdict};
use insta::assert_snapshot;
use regex::Regex;
use serde::Deserialize;

use crate::scratch::{Scratch, has_witness, interpreter, must_have_witness};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/directed");

#[derive(Deserialize)]
struct Expected {
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

/// What is true of some programs by a contract; the words are explained in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    contract: PathBuf,
    programs: Vec<PathBuf>,
    finding: Option<Found>,
    within: Option<u32>,
    orders: Option<usize>,
    #[serde(default)]
    fewer: bool,
    #[serde(default)]
    left: bool,
    #[serde(default)]
    natural: bool,
}

#[derive(Clone, Copy, Deserialize)]
enum Found {
    #[serde(rename = "order")]
    Order,
    #[serde(rename = "apart")]
    Apart,
    #[serde(rename = "rests on a sleep")]
    RestsOnASleep,
    #[serde(rename = "deadlock")]
    Deadlock,
}

impl Case {
    /// The files of its programs.
    fn sources(&self) -> impl Iterator<Item = PathBuf> {
        let folder = Path::new(PROGRAMS).join(self.contract.parent().unwrap());
        self.programs.iter().map(move |program| folder.join(program))
    }

    fn file(&self) -> PathBuf {
        Path::new(PROGRAMS).join(&self.contract)
    }
}

fn expected() -> Vec<Case> {
    let file = Path::new(PROGRAMS).join("expected.toml");
    toml::from_str::<Expected>(&fs::read_to_string(file).unwrap()).unwrap().cases
}

/// The words that run a program, compiled into this folder if it is compiled; `None` where this machine lacks the language.
fn built(source: &Path, folder: &Path) -> Option<Vec<String>> {
    let [from, out] = [source, &folder.join("program")].map(|path| path.to_str().unwrap().to_owned());
    let stem = source.file_stem().unwrap().to_str().unwrap();
    let interpreted = |language: &str| Some(vec![interpreter(language)?, from.clone()]);
    let compiled = |compiler: &[&str], command: &[&str]| {
        let mut compile = Command::new(compiler[0]);
        compile.args(&compiler[1..]).arg(&from).env("GOCACHE", folder.join("go"));
        let told = compile.output().ok()?;
        let complaint = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() && complaint.is_empty(), "{from}: {complaint}");
        Some(command.iter().map(|&word| word.to_owned()).collect())
    };
    match extension(source) {
        "c" => {
            compiled(&["cc", "-Wall", "-Wextra", "-Wno-unused-parameter", "-pthread", "-o", &out], &[&out])
        }
        "rs" => compiled(&["rustc", "--edition", "2024", "-o", &out], &[&out]),
        "go" => compiled(&["go", "build", "-o", &out], &[&out]),
        "java" => {
            let classes = folder.to_str().unwrap();
            compiled(&["javac", "-Xlint:all", "-d", classes], &["java", "-cp", classes, stem])
        }
        "py" => interpreted("python3"),
        "sh" => interpreted("bash"),
        "pl" => interpreted("perl"),
        "js" => interpreted("node"),
        other => panic!("{from}: programs in `{other}` are not known here"),
    }
}

fn extension(source: &Path) -> &str {
    source.extension().unwrap().to_str().unwrap()
}

/// Under how many schedules to run a program, where somebody asks for more than usual.
fn asked_for() -> Option<u32> {
    env::var("DIRECTED_SCHEDULES").ok().map(|number| number.parse().expect("DIRECTED_SCHEDULES is a number"))
}

/// Under how many schedules to run a program: a runtime's start takes its time, and so does spinning, which is left to the kernel.
fn schedules(source: &Path, case: &Case) -> u32 {
    asked_for().unwrap_or(match extension(source) {
        "py" => 2,
        _ if is_runtime(source) => 1,
        _ if case.left => 3,
        _ => 8,
    })
}

/// A program, ready to be run.
struct Ready {
    source: PathBuf,
    command: Vec<OsString>,
    folder: PathBuf,
}

/// Builds each of these programs, has something done with it, and panics with all complaints.
fn with_each(sources: BTreeSet<PathBuf>, work: impl Fn(&Ready) -> Vec<String> + Sync) {
    let scratch = Scratch::outside_any_course();
    let open = Mutex::new(sources.into_iter());
    let complaints = Mutex::new(Vec::new());
    let one_by_one = || {
        while let Some(source) = { open.lock().unwrap().next() } {
            let name = source.strip_prefix(PROGRAMS).unwrap().display().to_string();
            let folder = scratch.path(&name);
            fs::create_dir_all(&folder).unwrap();
            let Some(command) = built(&source, &folder) else {
                assert!(!must_have_witness(), "{name} can't be run here");
                continue;
            };
            let command = command.into_iter().map(OsString::from).collect();
            let found = work(&Ready { source, command, folder });
            complaints
                .lock()
                .unwrap()
                .extend(found.into_iter().map(|complaint| format!("{name}: {complaint}")));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(one_by_one);
        }
    });
    let complaints = complaints.into_inner().unwrap();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What came of asking a program.
struct Asked {
    judgement: Judgement,
    /// The runs that were directed.
    runs: Vec<Transcript>,
}

impl Asked {
    fn directions(&self) -> impl Iterator<Item = &Direction> {
        self.runs.iter().filter_map(Transcript::direction)
    }

    fn has_slept(&self) -> bool {
        self.directions().any(|direction| direction.sleeps > 0)
    }

    /// What was left to the kernel.
    fn left(&self) -> BTreeSet<&str> {
        self.directions().flat_map(|direction| direction.left.keys().map(String::as_str)).collect()
    }

    /// In which orders its lines came.
    fn orders(&self) -> BTreeSet<Vec<&[u8]>> {
        self.runs.iter().filter(|run| run.cut().is_none()).map(texts).collect()
    }
}

fn texts(run: &Transcript) -> Vec<&[u8]> {
    run.lines().iter().map(|line| run.text(line)).collect()
}

impl Ready {
    /// Asks it by a contract, or has it follow one schedule.
    fn ask(&self, contract: &Path, budget: Budget, only: Option<&Schedule>) -> Asked {
        // A slow machine is no reason to look less.
        let budget = Budget { is_hasty: false, ..budget };
        let subject = Subject::read(contract).unwrap();
        let program = Program::for_contract(&self.command, Path::new("."), &subject.contract).unwrap();
        let records = self.folder.join("records");
        let _ = fs::remove_dir_all(&records);
        fs::create_dir_all(&records).unwrap();
        let never = Interrupt::never();
        let manner = Manner { record: Some(&records), budget, only, ..Manner::usual(Language::En, &never) };
        let (judgement, _) = ask(&subject, subject.golden.as_deref(), &program, manner).unwrap().unwrap();
        let record = records.join(format!("{}.jsonl", subject.name));
        let runs = Transcript::read(&record).unwrap().map(Result::unwrap);
        Asked { judgement, runs: runs.filter(|run| run.direction().is_some()).collect() }
    }

    /// The same contract, of which all is held in ideal time alone.
    fn ideal(&self, contract: &Path) -> Option<PathBuf> {
        let text = fs::read_to_string(contract).unwrap();
        if text.contains("ideal") {
            return None;
        }
        let folder = self.folder.join("ideal");
        fs::create_dir_all(&folder).unwrap();
        let text = text.replace("[[always]]\n", "[[always]]\nideal = true\n");
        fs::write(folder.join("contract.toml"), format!("golden = {{ ideal = true }}\n{text}")).unwrap();
        fs::copy(contract.with_file_name("golden.snap"), folder.join("golden.snap")).unwrap();
        Some(folder.join("contract.toml"))
    }

    /// What is wrong where a contract should hold in late and in ideal time.
    fn should_hold(&self, case: &Case) -> Vec<String> {
        let budget = Budget { schedules: schedules(&self.source, case), ..Budget::default() };
        let late = self.ask(&case.file(), budget, None);
        let ideal = self.ideal(&case.file()).filter(|_| late.has_slept());
        let ideal = ideal.map(|contract| self.ask(&contract, budget, None));
        let asked = [Some(late), ideal].into_iter().flatten();
        asked.flat_map(|asked| should_have_held(case, &asked)).collect()
    }

    /// What is wrong where something should be found, and nothing else, within so many schedules.
    fn should_be_found(&self, case: &Case, found: Found) -> Vec<String> {
        let budget =
            Budget { schedules: case.within.unwrap_or(Budget::default().schedules), ..Budget::default() };
        // What is refuted by itself the director has not found, though it looks for what else is wrong. On a machine with no time
        // to spare it may be so each time.
        let is_directed = |finding: &Finding| finding.schedule.is_some();
        let ask = || self.ask(&case.file(), budget, None).judgement;
        let mut asked = (0..20).map(|_| ask());
        let judgement =
            asked.find(|judgement| judgement.findings.iter().all(is_directed)).unwrap_or_else(ask);
        let findings = &judgement.findings;
        let rests = |rests| {
            let schedules = findings.iter().filter_map(|finding| finding.schedule.as_ref());
            schedules.into_iter().all(|schedule| schedule.rests_on_sleep == rests)
        };
        let are_all = |kind| findings.iter().all(|finding| finding.kind == kind);
        let is_right = judgement.verdict == Verdict::Refuted
            && match found {
                Found::Order => rests(false) && are_all(FindingKind::Check("order")),
                Found::Apart => rests(false) && are_all(FindingKind::Check("apart")),
                Found::RestsOnASleep => rests(true),
                Found::Deadlock => rests(false) && are_all(FindingKind::Deadlock),
            };
        let told = || format!("{:?} in {} schedules: {findings:#?}", judgement.verdict, judgement.schedules);
        if is_right { Vec::new() } else { vec![told()] }
    }

    fn meets(&self, case: &Case) -> Vec<String> {
        match case.finding {
            Some(found) => self.should_be_found(case, found),
            None => self.should_hold(case),
        }
    }

    /// What is wrong with its orders: as many as there are must come by the tree, in so many runs at the most, and no more at random.
    /// Where fewer can be forced, that has to be said.
    fn should_have_orders(&self, case: &Case, orders: usize) -> Vec<String> {
        let is_interpreted = Pace::of(&self.source) == Pace::Slow;
        // Where nobody waits for anybody there is next to no beginning that can't be forced.
        let is_free = case.contract.starts_with("lines_2x3") || case.contract.starts_with("lines_3x2");
        let most = if is_free && !is_interpreted { orders * 5 / 4 } else { orders * 3 + 10 };
        let mut harness = Command::new(cargo_bin("harness"));
        harness.arg("explore").arg(case.file()).args(["--runs", "0", "--format", "json"]);
        // The tree takes half of the schedules.
        harness.args(["--schedules", &(2 * most).to_string(), "--"]).args(&self.command);
        let told: serde_json::Value = serde_json::from_slice(&harness.output().unwrap().stdout).unwrap();
        let outcomes = told["outcomes"].as_array().unwrap();
        let by_tree = outcomes.iter().filter(|outcome| outcome["counts"]["by_tree"] != 0).count();
        let runs = told["runs"]["by_tree"].as_u64().unwrap();
        let is_open = told["not_forced"] != 0 || told["left_to_try"] != 0;
        if (outcomes.len(), by_tree) == (orders, orders) || (case.fewer && outcomes.len() < orders && is_open)
        {
            return Vec::new();
        }
        vec![format!("{by_tree} of {orders} orders in {runs} runs, {} in all", outcomes.len())]
    }

    /// What is wrong with following schedules again that were tried.
    fn should_be_followed(&self, case: &Case, often: usize) -> Vec<String> {
        let schedules = u32::try_from(often).unwrap();
        let tried = self.ask(&case.file(), Budget { schedules, ..Budget::default() }, None).runs;
        let exact = Cell::new(0);
        let differs = |run: &&Transcript| {
            let direction = run.direction().unwrap();
            let again = self.ask(&case.file(), Budget::default(), Some(&direction.schedule)).runs.remove(0);
            // What is left to the kernel may come otherwise.
            let all_chosen = [*run, &again].iter().all(|run| run.direction().unwrap().left.is_empty());
            assert!(all_chosen || case.left || is_runtime(&self.source), "{direction:?}");
            exact.update(|exact| exact + u32::from(all_chosen));
            all_chosen && happened(&again) != happened(run)
        };
        let different: Vec<String> = tried
            .iter()
            .rev()
            .take(often)
            .filter(differs)
            .map(|run| run.direction().unwrap().schedule.to_string())
            .collect();
        let few = (tried.len() < often).then(|| format!("only {} schedules", tried.len()));
        let differ =
            (!different.is_empty()).then(|| format!("{} of {often} differ: {different:#?}", different.len()));
        let vague = (exact.get() == 0).then(|| "something was left to the kernel in each".to_owned());
        few.into_iter().chain(differ).chain(vague).collect()
    }
}

/// Whether it has threads of its own that compute, and may do so for long.
fn is_runtime(source: &Path) -> bool {
    matches!(extension(source), "java" | "js")
}

fn should_have_held(case: &Case, asked: &Asked) -> Vec<String> {
    let mut wrong = Vec::new();
    let Asked { judgement, .. } = asked;
    let is_right = match judgement.verdict {
        Verdict::Proven => true,
        Verdict::Undecided => case.left,
        Verdict::Refuted => false,
    };
    if !is_right {
        wrong.push(format!("{:?}: {:#?} {:#?}", judgement.verdict, judgement.findings, judgement.claims));
    }
    let left = asked.left();
    if !case.left && !left.is_empty() {
        wrong.push(format!("{left:?} was left to the kernel"));
    }
    let orders = asked.orders().len();
    if case.orders.is_some_and(|most| orders > most) {
        wrong.push(format!("its lines came in {orders} orders"));
    }
    wrong
}

/// Lines with whoever printed them, how many choices there were, the schedule, and whether it was followed.
type Happened<'a> = (Vec<(String, &'a [u8])>, u32, &'a Schedule, bool);

/// What a run under a schedule shows, if it was followed.
fn happened(run: &Transcript) -> Happened<'_> {
    let lines = run.lines().iter();
    let name = |thread: Option<usize>| thread.map_or(String::new(), |thread| run.name_of(thread).to_string());
    let lines = lines.map(|line| (name(line.thread), run.text(line))).collect();
    let direction = run.direction().unwrap();
    (lines, direction.points, &direction.schedule, direction.followed)
}

/// The programs of which something is true in some case, and their cases.
fn with_each_that(
    pace: Pace,
    is_meant: impl Fn(&Case) -> bool,
    work: impl Fn(&Ready, &[&Case]) -> Vec<String> + Sync,
) {
    if !has_witness() {
        return;
    }
    let all = expected();
    let sources = all.iter().filter(|case| is_meant(case)).flat_map(Case::sources);
    let sources = sources.filter(|source| Pace::of(source) == pace).collect();
    with_each(sources, |ready| {
        let is_its = |case: &&Case| case.sources().any(|source| source == ready.source);
        work(ready, &all.iter().filter(is_its).collect::<Vec<_>>())
    });
}

fn has_fault(case: &Case) -> bool {
    case.finding.is_some()
}

fn has_orders(case: &Case) -> bool {
    case.orders.is_some_and(|orders| orders > 1)
}

/// Which programs are run: interpreters and virtual machines take their time to start, so what needs one is a test of its own, which
/// is run where that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    Quick,
    Slow,
}

impl Pace {
    fn of(source: &Path) -> Pace {
        if is_runtime(source) || extension(source) == "py" { Pace::Slow } else { Pace::Quick }
    }
}

fn find_faults(pace: Pace) {
    with_each_that(pace, has_fault, |ready, cases| cases.iter().flat_map(|case| ready.meets(case)).collect());
}

fn break_what_holds(pace: Pace) {
    let is_meant = |case: &Case| !has_fault(case) && !has_orders(case) && !case.natural && !is_ideal(case);
    with_each_that(pace, is_meant, |ready, cases| cases.iter().flat_map(|case| ready.meets(case)).collect());
}

/// Whether it is about a fault of another case.
fn is_ideal(case: &Case) -> bool {
    case.contract.ends_with("ideal.toml")
}

fn count_orders(pace: Pace) {
    with_each_that(pace, has_orders, |ready, cases| {
        let counted = cases.iter().filter_map(|case| Some((case, case.orders?)));
        // A runtime's start takes its time, and so does spinning, which is left to the kernel.
        let is_quick = |case: &Case, orders: usize| match extension(&ready.source) {
            "c" | "rs" => !case.left,
            "pl" | "sh" => orders <= 20,
            _ => false,
        };
        let counted = counted.filter(|(case, orders)| asked_for().is_some() || is_quick(case, *orders));
        let wrong = counted.flat_map(|(case, orders)| ready.should_have_orders(case, orders));
        wrong.chain(cases.iter().flat_map(|case| ready.meets(case))).collect()
    });
}

fn follow_again(pace: Pace) {
    let is_meant = |case: &Case| case.contract.starts_with("lines_2x3") && !case.natural;
    let often = if pace == Pace::Slow && asked_for().is_none() { 2 } else { 10 };
    with_each_that(pace, is_meant, |ready, cases| {
        cases.iter().flat_map(|case| ready.should_be_followed(case, often)).collect()
    });
}

#[test]
fn faults_are_found_and_nothing_else() {
    find_faults(Pace::Quick);
}

#[test]
#[ignore = "slow"]
fn faults_are_found_and_nothing_else_in_what_is_interpreted() {
    find_faults(Pace::Slow);
}

#[test]
fn what_holds_is_not_broken_under_any_schedule() {
    break_what_holds(Pace::Quick);
}

#[test]
#[ignore = "slow"]
fn what_holds_is_not_broken_under_any_schedule_in_what_is_interpreted() {
    break_what_holds(Pace::Slow);
}

#[test]
fn all_orders_come_and_no_more() {
    count_orders(Pace::Quick);
}

#[test]
#[ignore = "slow"]
fn all_orders_come_and_no_more_in_what_is_interpreted() {
    count_orders(Pace::Slow);
}

#[test]
fn a_schedule_can_be_followed_again() {
    follow_again(Pace::Quick);
}

#[test]
#[ignore = "slow"]
fn a_schedule_can_be_followed_again_in_what_is_interpreted() {
    follow_again(Pace::Slow);
}

/// The report on a program in C of one of the folders, by the contract there and what is added to that.
fn report(program: &str, more: &str) -> String {
    let course = Scratch::outside_any_course();
    let source = Path::new(PROGRAMS).join(program);
    let folder = course.path("sample");
    fs::create_dir(&folder).unwrap();
    built(&source, &folder).expect("there is a compiler for C");
    let contract = fs::read_to_string(source.with_file_name("contract.toml")).unwrap();
    course.file("sample/contract.toml", contract + more);
    fs::copy(source.with_file_name("golden.snap"), folder.join("golden.snap")).unwrap();
    // A number that is asked for is tried, however slow the machine is.
    let asked = ["check", "sample/contract.toml", "--schedules", "30", "--", "sample/program"];
    let report = course.harness(&asked).refuted();
    // The first line counts the orders, of which the run by itself has one or another.
    let (_, report) = report.split_once('\n').unwrap();
    // Lanes are as wide as pids are long.
    let masks = [(r"thread \d+", "thread [T]"), ("─+", "─"), (r" {2,}", "  ")];
    let mask = |text: String, (of, to)| Regex::new(of).unwrap().replace_all(&text, to).into_owned();
    masks.into_iter().fold(report.to_owned(), mask)
}

#[test]
fn a_finding_names_both_lines_both_tasks_and_what_each_waited_for() {
    if has_witness() {
        assert_snapshot!("rests_on_a_sleep", report("sleep_for_join/fault.c", ""));
        assert_snapshot!("deadlock", report("ab_ba/fault.c", ""));
        let never = "\n[[sometimes]]\nfree = ['^worker: done', '^main: goes on']\n";
        assert_snapshot!("never_seen", report("sleep_for_join/mended.c", never));
    }
}

#[test]
fn natural_programs_compile_without_a_warning() {
    with_each_that(Pace::Quick, |case| case.natural, |_, _| Vec::new());
}

#[test]
fn each_program_is_expected_something_of() {
    let sources: BTreeSet<PathBuf> = expected().iter().flat_map(Case::sources).collect();
    let folders = fs::read_dir(PROGRAMS).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let is_program = |path: &PathBuf| !path.extension().is_some_and(|end| end == "toml" || end == "snap");
    assert_eq!(files.filter(is_program).collect::<BTreeSet<PathBuf>>(), sources);
}

#[test]
fn what_is_expected_makes_sense() {
    for case in expected() {
        assert!(case.file().is_file(), "{}", case.contract.display());
        // What breaks has no orders to be counted, and what has no directed runs is not counted either.
        assert!(case.orders.is_none() || !(has_fault(&case) || case.natural), "{}", case.contract.display());
        assert!(case.within.is_none_or(|within| within <= 10), "{}", case.contract.display());
    }
}
