//! Programs in other languages, judged by the lessons' contracts through the command line.
//!
//! | in `originals/` | what it is | tests |
//! | --- | --- | --- |
//! | `LANGUAGE/LESSON.*`, `LANGUAGE/LESSON.VARIANT.*` | a program that does what the course documents: proven | `LANGUAGE/LESSON` |
//! | `python/LESSON.py` | the lesson's twin, which every lesson has: it stands in the lesson's folder, as `python/main.py` | `python/LESSON` |
//! | `lookalikes.toml` | originals with something changed that no lesson claims: proven | `lookalike/LESSON/NAME` |
//! | `pids.rs` | recorded runs with other pids: proven, and refuted where only what was printed has them | as the tables' |
//! | `undecided.toml` | originals of which nobody can tell who printed what: undecided, for the reason that it states | `undecided/LESSON/NAME` |
//! | `deviations.toml` | originals with one essential changed: refuted, with the finding that names it | `deviation/LESSON/NAME` |
//!
//! Interpreters and virtual machines take their time to start: what needs Java, Node or Python, but for the lessons' twins, is run
//! where that is asked for (`cargo test --test originals -- --include-ignored`).
//!
//! A twin with a contract of its own beside it is judged by that one; `pty/LESSON/` is a lesson's contract for a terminal. A test
//! whose language is absent says that it was skipped.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, OnceLock};
use std::{env, fs};

use golden_tests::finding::{Finding, Wanted, must_be_found};
use golden_tests::{harness_command, left_out};
use harness::course::{CONTRACT, LESSONS};
use harness::direct::asking::cores;
use harness::run::unwatched;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use mutation::{Change, changed};
use serde::Deserialize;
use tempfile::TempDir;

#[path = "originals/pids.rs"]
mod pids;

/// The programs mostly sleep: this many at once keep two processors busy.
const AT_ONCE: usize = 16;

static LANGUAGES: [Language; 8] = [
    Language::new("awk", &["awk", "-f"], &["awk", "BEGIN {}"]),
    Language::new("bash", &["bash"], &["bash", "--version"]),
    Language::new("c", &[], &["cc", "--version"]),
    Language::new("java", &[], &["javac", "--version"]),
    Language::new("node", &["node"], &["node", "--version"]),
    Language::new("perl", &["perl"], &["perl", "-Mthreads", "-e1"]),
    Language::new("python", &["python3"], &["python3", "--version"]),
    Language::new("tcl", &["tclsh"], &["tclsh"]),
];

/// What is to be refuted is attacked under so many schedules, and what may never come is looked for in five times as many, however slow
/// its interpreter and the machine are: a number that is asked for is tried.
const SCHEDULES: [&str; 2] = ["--schedules", "4"];

/// A right program is attacked for so long, which is one schedule where it is slow; for so long where all tests are asked for. The
/// lessons themselves are tested under as many schedules as usual.
const BRIEFLY: [&str; 2] = ["--for", "10ms"];
const LONG: [&str; 2] = ["--for", "1s"];

/// Where to look for programs: for Python itself before a script that stands for it, as version managers install one. Such a script
/// starts a dozen processes, each of which would be directed as a part of the program.
static PATH: LazyLock<Option<OsString>> = LazyLock::new(|| {
    let mut python = Command::new("python3");
    let output =
        python.args(["-c", "import os, sys; print(os.path.dirname(sys.executable))"]).output().ok()?;
    let own = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    let path = env::var_os("PATH")?;
    env::join_paths([own].into_iter().chain(env::split_paths(&path))).ok()
});

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut cases = cases_of_originals();
    // What takes long comes first.
    cases.sort_by_key(|(_, case)| case.language().name != "python");
    cases.extend(self::cases("deviation", "deviations.toml"));
    cases.extend(self::cases("lookalike", "lookalikes.toml"));
    cases.extend(self::cases("undecided", "undecided.toml"));
    let attacked = if arguments.include_ignored || arguments.ignored { &LONG } else { &BRIEFLY };
    let trial = |(test, case): (String, Case)| {
        let is_slow = case.is_slow();
        Trial::ignorable_test(test, move || case.run(attacked)).with_ignored_flag(is_slow)
    };
    let trials = cases.into_iter().map(trial).chain(pids::trials()).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("originals")
}

fn lessons() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(LESSONS)
}

/// Where an original stands: `python/LESSON.py` in the lesson's folder, all others here.
fn file(of: &str) -> PathBuf {
    match of.strip_prefix("python/").and_then(|file| file.strip_suffix(".py")) {
        Some(lesson) if !lesson.contains('.') => lessons().join(lesson).join("python/main.py"),
        _ => folder().join(of),
    }
}

/// Every lesson's twin and every program in the languages' folders, as a case without a change.
fn cases_of_originals() -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(lessons()).expect("the course's lessons") {
        let folder = entry.expect("a folder");
        if folder.path().join(CONTRACT).is_file() {
            let lesson = folder.file_name().into_string().expect("a name in UTF-8");
            let of = format!("python/{lesson}.py");
            cases.push((format!("python/{lesson}"), Case { of, ..Case::default() }));
        }
    }
    for language in &LANGUAGES {
        for file in fs::read_dir(folder().join(language.name)).expect("a folder a language") {
            let name = file.expect("a file").file_name().into_string().expect("a name in UTF-8");
            let (stem, _) = name.rsplit_once('.').expect("an extension");
            let test = format!("{}/{}", language.name, stem.replace('.', "/"));
            cases.push((test, Case { of: format!("{}/{name}", language.name), ..Case::default() }));
        }
    }
    cases.sort_by(|(left, _), (right, _)| left.cmp(right));
    cases
}

/// The cases of a table.
fn cases(sort: &str, table: &str) -> Vec<(String, Case)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        case: Vec<Case>,
    }
    let text = fs::read_to_string(folder().join(table)).expect("a table of cases");
    let table: Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{table}: {error}"));
    table.case.into_iter().map(|case| (format!("{sort}/{}/{}", case.lesson(), case.name), case)).collect()
}

/// A language that originals are written in.
struct Language {
    /// Its folder.
    name: &'static str,
    /// The command that runs a source; empty where it is compiled.
    interpreter: &'static [&'static str],
    /// A command that succeeds where the language is installed.
    probe: &'static [&'static str],
    is_here: OnceLock<bool>,
}

impl Language {
    const fn new(
        name: &'static str,
        interpreter: &'static [&'static str],
        probe: &'static [&'static str],
    ) -> Language {
        Language { name, interpreter, probe, is_here: OnceLock::new() }
    }

    fn is_here(&self) -> bool {
        *self.is_here.get_or_init(|| {
            let mut probe = Command::new(self.probe[0]);
            probe.args(&self.probe[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            probe.status().is_ok_and(|status| status.success())
        })
    }

    /// The command that runs a source; what has to be compiled first is compiled beside it, since the time that takes is not
    /// the program's.
    fn command(&self, source: &Path) -> Result<Vec<String>, Failed> {
        let word = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
        if !self.interpreter.is_empty() {
            let mut command: Vec<String> = self.interpreter.iter().map(|&word| word.to_owned()).collect();
            command.push(word(source));
            return Ok(command);
        }
        let (folder, program) = (source.parent().expect("its folder"), source.with_extension(""));
        let (mut compiler, command) = if self.name == "java" {
            let mut compiler = Command::new("javac");
            compiler.arg("-d").args([folder, source]);
            (compiler, vec!["java".to_owned(), "-cp".to_owned(), word(folder), class(source)])
        } else {
            let mut compiler = Command::new("cc");
            compiler.args(["-O1", "-pthread", "-o"]).args([&program, source]);
            (compiler, vec![word(&program)])
        };
        let output = compiler.output()?;
        if output.status.success() {
            return Ok(command);
        }
        Err(format!("it does not compile:\n{}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// The class in a source of Java's, which is called as its file is: `ThreadTasks` in `thread-tasks.java`.
fn class(source: &Path) -> String {
    let stem = source.file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8");
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    stem.split('-').map(capital).collect()
}

/// An original, changed or as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The original, as `python/process-ids.py`.
    of: String,
    #[serde(default)]
    name: String,
    /// The texts that are replaced, each with what replaces it.
    #[serde(default)]
    change: Vec<Change>,
    /// A command to run it under.
    #[serde(default)]
    under: Vec<String>,
    /// A contract to judge it by, in place of the lesson's.
    by: Option<String>,
    /// What must be found; where nothing must, and nothing is undecided, the program must be proven.
    #[serde(default)]
    finding: Vec<Wanted>,
    /// Words of the reason why it must be undecided.
    undecided: Option<String>,
}

impl Case {
    fn language(&self) -> &'static Language {
        let (folder, _) = self.of.split_once('/').expect("of = \"LANGUAGE/FILE\"");
        LANGUAGES.iter().find(|language| language.name == folder).expect("a language that is known")
    }

    /// A language that it needs and that is not installed: its own, or that of the command it runs under.
    fn absent(&self) -> Option<&'static Language> {
        let under =
            |language: &&Language| self.under.first().map(String::as_str) == language.probe.first().copied();
        let needed = LANGUAGES.iter().find(under).into_iter().chain([self.language()]);
        needed.into_iter().find(|language| !language.is_here())
    }

    /// Whether it is run only where that is asked for.
    fn is_slow(&self) -> bool {
        let is_twin = self.of.starts_with("python/") && self.change.is_empty() && self.under.is_empty();
        let needs_python = self.under.first().is_some_and(|command| command == "python3");
        needs_python || (matches!(self.language().name, "java" | "node" | "python") && !is_twin)
    }

    fn lesson(&self) -> &str {
        let (_, file) = self.of.split_once('/').expect("of = \"LANGUAGE/FILE\"");
        file.split_once('.').expect("an extension").0
    }

    /// The contract of its own that it is judged by, in place of the lesson's.
    fn own_contract(&self) -> Option<String> {
        let own = file(&self.of).with_file_name(CONTRACT);
        own.is_file().then(|| own.to_str().expect("a path in UTF-8").to_owned())
    }

    /// Runs it, and attacks it as these words say where it is right.
    fn run(&self, attacked: &'static [&str; 2]) -> Result<Completion, Failed> {
        if let Some(language) = self.absent() {
            return Ok(Completion::ignored_with(format!("skipped: there is no {} here", language.name)));
        }
        if let Some(why) = left_out(unwatched()) {
            return Ok(Completion::ignored_with(why));
        }
        let scratch = TempDir::new()?;
        let source = scratch.path().join(Path::new(&self.of).file_name().expect("a file"));
        fs::write(&source, self.source()?)?;
        let mut command = self.under.clone();
        command.extend(self.language().command(&source)?);
        let own = self.own_contract();
        if own.is_some() && self.change.is_empty() && self.under.is_empty() && self.by.is_none() {
            command.clear(); // Its contract says how it is run.
        }
        command.insert(0, "--".to_owned());
        let contract = self.by.as_deref().or(own.as_deref()).unwrap_or(self.lesson());
        let budget = if self.is_sought(contract) { &SCHEDULES } else { attacked };
        command.splice(0..0, budget.iter().map(|&word| word.to_owned()));
        let judged = Judged::ask(contract, &command)?;
        match &self.undecided {
            Some(why) => judged.must_be_undecided(why),
            None if self.finding.is_empty() => judged.must_be_proven(),
            None => judged.must_be_refuted(&self.finding),
        }?;
        Ok(Completion::Completed)
    }

    /// Whether what is looked for decides what comes of it. On a machine that `slow.py` slows down a right program shows it by
    /// itself.
    fn is_sought(&self, contract: &str) -> bool {
        let file = folder().join(contract);
        let file = if file.is_file() { file } else { lessons().join(contract).join(CONTRACT) };
        let seeks = fs::read_to_string(file).is_ok_and(|contract| contract.contains("[[sometimes]]"));
        let is_slow = self.under.iter().any(|word| word == "slow.py");
        !self.finding.is_empty() || (seeks && !is_slow)
    }

    fn source(&self) -> Result<String, Failed> {
        let file = file(&self.of);
        let source = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", self.of))?;
        Ok(changed(&source, &file, &self.change)?)
    }
}

/// What `harness check --format json` says of one program, or of its recorded runs.
struct Judged {
    exit: Option<i32>,
    verdict: String,
    findings: Vec<Finding>,
    /// All of it, for people.
    text: String,
}

impl Judged {
    fn ask(contract: &str, arguments: &[String]) -> Result<Judged, Failed> {
        #[derive(Deserialize)]
        struct Report {
            lessons: Vec<Lesson>,
        }
        #[derive(Deserialize)]
        struct Lesson {
            verdict: String,
            findings: Vec<Finding>,
        }
        let mut harness = harness_command();
        harness.current_dir(folder()).args(["check", contract, "--format", "json"]).args(arguments);
        if let Some(path) = &*PATH {
            harness.env("PATH", path);
        }
        let output = harness.output()?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        let _ = write!(text, "{}{}", String::from_utf8_lossy(&output.stderr), output.status);
        let report: Report =
            serde_json::from_slice(&output.stdout).map_err(|error| format!("no report: {error}\n{text}"))?;
        let [Lesson { verdict, findings }] =
            <[Lesson; 1]>::try_from(report.lessons).map_err(|_| format!("not judged\n{text}"))?;
        Ok(Judged { exit: output.status.code(), verdict, findings, text })
    }

    fn must_be_proven(&self) -> Result<(), Failed> {
        // With one processor, a claim that needs two can't be decided.
        let verdicts: &[&str] = if cores() > 1 { &["proven"] } else { &["proven", "undecided"] };
        let proven = self.exit == Some(0) && verdicts.contains(&self.verdict.as_str());
        if proven && self.findings.is_empty() {
            Ok(())
        } else {
            Err(format!("it is not proven:\n{}", self.text).into())
        }
    }

    fn must_be_undecided(&self, why: &str) -> Result<(), Failed> {
        if self.exit == Some(0) && self.verdict == "undecided" && self.text.contains(why) {
            Ok(())
        } else {
            Err(format!("it is not undecided since {why}:\n{}", self.text).into())
        }
    }

    fn must_be_refuted(&self, wanted: &[Wanted]) -> Result<(), Failed> {
        if self.exit != Some(1) || self.verdict != "refuted" {
            return Err(format!("it is not refuted:\n{}", self.text).into());
        }
        must_be_found(wanted, &self.findings).map_err(|error| format!("{error}\n{}", self.text).into())
    }
}
