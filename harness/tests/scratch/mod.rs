//! A course of its own for each test, and what the harness tells of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::slice;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::course::build;
use harness::judge::golden;
use harness::judge::subject::Subject;
use harness::run::{Limits, run, unwatched};
use harness::system::interrupt::Interrupt;
use harness::transcript::Transcript;
use regex::{Captures, Regex};
use tempfile::TempDir;

/// A folder with `examples-bin/`, gone when the test ends.
pub struct Scratch {
    _folder: TempDir,
    root: PathBuf,
}

impl Scratch {
    /// A course without lessons.
    pub fn new() -> Scratch {
        let scratch = Scratch::outside_any_course();
        fs::create_dir(scratch.path("examples-bin")).unwrap();
        scratch
    }

    /// A folder that is no course.
    pub fn outside_any_course() -> Scratch {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        Scratch { _folder: folder, root }
    }

    /// A course with one lesson, `sample`: a bash script and what its contract says beyond the title and command.
    pub fn sample(contract: &str, script: &str) -> Scratch {
        let scratch = Scratch::new();
        scratch.lesson("sample", contract, script);
        scratch
    }

    /// Adds a lesson that is a bash script.
    pub fn lesson(&self, name: &str, contract: &str, script: &str) {
        let head = "title = \"A lesson\"\ncommand = [\"bash\", \"script.sh\"]\n";
        self.file(&format!("examples-bin/{name}/lesson.toml"), format!("{head}{contract}"));
        self.file(&format!("examples-bin/{name}/script.sh"), script);
    }

    /// A course with one lesson, `sample`: a program with its arguments, and what its contract says beyond the title.
    pub fn of_command(contract: &str, command: &[&str]) -> Scratch {
        let scratch = Scratch::new();
        let head = format!("title = \"A lesson\"\ncommand = {command:?}\n");
        scratch.file("examples-bin/sample/lesson.toml", format!("{head}{contract}"));
        scratch
    }

    /// Compiles a program of `it/programs` into the folder of `sample`: a compiler with its arguments, in which `OUT` is
    /// the program and `FROM/` where its source is. False where there is no such compiler, or it has not what it needs.
    pub fn compiles(&self, program: &str, compiler: &[&str]) -> bool {
        let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/programs/");
        let out = self.path(&format!("examples-bin/sample/{program}"));
        let words =
            compiler.iter().map(|word| word.replace("FROM/", sources).replace("OUT", out.to_str().unwrap()));
        let words: Vec<String> = words.collect();
        let mut command = std::process::Command::new(&words[0]);
        command.args(&words[1..]).current_dir(out.parent().unwrap()).env("GOCACHE", self.path("go"));
        command.output().is_ok_and(|output| output.status.success())
    }

    /// As [`Scratch::compiles`], of a program in C.
    pub fn compile(&self, program: &str) {
        let source = format!("FROM/{program}.c");
        assert!(
            self.compiles(program, &["cc", "-O1", "-pthread", "-o", "OUT", &source]),
            "{program}.c does not compile"
        );
    }

    /// Gives a lesson its golden.
    pub fn golden(&self, lesson: &str, form: &str) {
        golden::write(&golden::path(&self.path(&format!("examples-bin/{lesson}"))), lesson, form).unwrap();
    }

    /// Makes what a lesson prints now its golden, whatever else is wrong with it.
    pub fn bless(&self, lesson: &str) {
        let contract = self.path(&format!("examples-bin/{lesson}/lesson.toml"));
        let lesson = Subject::read(&contract).unwrap();
        let program = build::programs(slice::from_ref(&lesson)).unwrap().remove(0);
        let transcript =
            run(&program, lesson.contract.capture, Limits::default(), &Interrupt::never()).unwrap();
        self.golden(&lesson.name, &canonical(&Reading::new(&lesson.contract.cast, &transcript)));
    }

    /// Writes a file; folders are made as needed.
    pub fn file(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a file that may be executed.
    pub fn program(&self, path: &str, text: impl AsRef<[u8]>) {
        self.file(path, text);
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A path in the course, or its folder for `""`.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The harness's command line with these arguments, in the course's folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        Command::from_std(self.std_command(arguments))
    }

    /// As [`Scratch::command`], for tests that deal with the process themselves.
    pub fn std_command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(cargo_bin("harness"));
        command.args(arguments).current_dir(&self.root);
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        // Runs that are kept are deleted with this folder.
        command.env("XDG_STATE_HOME", self.path("state"));
        // Packages in this course are built there, too.
        command.env("CARGO_TARGET_DIR", self.path("target"));
        command
    }

    /// Runs the harness. Whatever it does, nothing of it may be left running.
    pub fn harness(&self, arguments: &[&str]) -> Told {
        self.told(&self.command(arguments).output().unwrap())
    }

    /// What happens in a run of `sample`.
    pub fn transcript(&self) -> Transcript {
        let folder = self.path("transcript");
        let _ = fs::remove_dir_all(&folder);
        self.harness(&["check", "sample", "--record", "transcript"]);
        Transcript::read(&folder.join("sample.jsonl")).unwrap().next().unwrap().unwrap()
    }

    /// What the harness told, without what varies.
    pub fn told(&self, output: &Output) -> Told {
        assert_eq!(self.running(), Vec::<String>::new(), "these are left running");
        let told = Told {
            code: output.status.code().expect("the harness ends by itself"),
            stdout: self.steady(&output.stdout),
            stderr: self.steady(&output.stderr),
        };
        assert!(!told.stderr.contains("panicked"), "{told:?}");
        told
    }

    /// The processes whose current folder is in this course, or whose command line names it.
    pub fn running(&self) -> Vec<String> {
        let mut running = Vec::new();
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let folder = fs::read_link(process.path().join("cwd"));
            let command = command_line(&process.path());
            if folder.is_ok_and(|folder| folder.starts_with(&self.root)) || command.contains(self.name()) {
                running.push(format!("{}: {command}", process.file_name().display()));
            }
        }
        running
    }

    fn name(&self) -> &str {
        self.root.to_str().unwrap()
    }

    /// Waits until nothing of this course runs any more.
    pub fn wait_until_nothing_runs(&self) {
        wait_until(|| self.running().is_empty(), || format!("still running: {:?}", self.running()));
    }

    /// Text without what varies: this folder's name, times, pids, and what pads them. The same pid is the same letter.
    fn steady(&self, text: &[u8]) -> String {
        let text = String::from_utf8(text.to_vec()).expect("the harness prints UTF-8");
        let text = text.replace(self.name(), "[course]");
        // Where nobody is watched, every report says so.
        let text = unwatched()
            .iter()
            .fold(text, |text, why| text.replace(&format!("witness: the sockets alone, since {why}\n"), ""));
        let text = PADDING.replace_all(&text, " │");
        let mut pids: Vec<String> = Vec::new();
        let letter = |captures: &Captures<'_>| {
            let pid = &captures["pid"];
            let index = pids.iter().position(|known| known == pid).unwrap_or_else(|| {
                pids.push(pid.to_owned());
                pids.len() - 1
            });
            let before = captures["before"].trim_end();
            format!("{before} [{}]", char::from(b'A' + u8::try_from(index).unwrap()))
        };
        let text = PIDS.replace_all(&text, letter);
        let time = |found: &Captures<'_>| {
            let part = |name, otherwise| found.name(name).map_or(otherwise, |part| part.as_str());
            format!("{}[time]{}", part("before", "  "), part("after", ""))
        };
        TIMES.replace_all(&text, time).into_owned()
    }
}

/// Times, wherever they are told: in a lesson's line, in a run that is shown, in the summary, in JSON.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    let line = r" +\d+\.\d\d\d? s\b";
    let others = r#"(?<before>\bin | after |"seconds": )\d+(?:\.\d+)?(?:e-\d+)?(?: m?s\b|(?<after>,|\n))"#;
    Regex::new(&format!("{others}|{line}")).unwrap()
});

static PIDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?<before>\b[pt]id"?:? |\d\.\d{3} s +)(?<pid>\d+)\b"#).unwrap());

static PADDING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" +│").unwrap());

/// What the harness told.
#[derive(Debug)]
pub struct Told {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Told {
    /// The error, where nothing could be judged: exit code 2, and nothing on stdout.
    pub fn error(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        self.stderr
    }

    /// The report on something that was refuted: exit code 1, and nothing on stderr.
    pub fn refuted(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (1, ""), "{}", self.stdout);
        self.stdout
    }
}

/// Runs what the harness is asked as an ordinary user, who may read the course; `None` where that can't be had.
pub fn as_an_ordinary_user(course: &Scratch, arguments: &[&str]) -> Option<std::process::Command> {
    let everybody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
    let setpriv = || {
        let mut setpriv = std::process::Command::new("setpriv");
        setpriv.args(everybody);
        setpriv
    };
    if !setpriv().arg("true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: only root can become an ordinary user, by `setpriv`");
        return None;
    }
    // Others may not enter the folder where it was built. It is copied by `cp`: a child that another test is starting
    // would hold this process's descriptor for a moment, and a program that is open for writing can't be executed.
    let copied =
        std::process::Command::new("cp").arg(cargo_bin("harness")).arg(course.path("harness")).status();
    assert!(copied.unwrap().success());
    fs::set_permissions(course.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    // This user may not replace runs that root kept.
    let _ = fs::remove_dir_all(course.path("target"));
    fs::create_dir_all(course.path("target")).unwrap();
    fs::set_permissions(course.path("target"), fs::Permissions::from_mode(0o777)).unwrap();
    let mut command = setpriv();
    command.arg(course.path("harness")).args(arguments).current_dir(course.path(""));
    Some(command)
}

/// Whether a test that needs the witness can run here. Where all must run (`HARNESS_WITNESS=1`), it may not be left out.
pub fn has_witness() -> bool {
    let Some(why) = unwatched() else { return true };
    let current = thread::current();
    let test = current.name().unwrap_or("a test");
    assert!(!must_have_witness(), "{test} needs the witness, and there is none: {why}");
    eprintln!("skipped: {test} needs the witness, and there is none: {why}");
    false
}

/// Whether tests that need the witness may not be left out.
pub fn must_have_witness() -> bool {
    std::env::var_os("HARNESS_WITNESS").is_some_and(|value| value == "1")
}

/// Where an interpreter is; `None`, and said, where it is missing. It may be found by a script of a version manager, which starts
/// dozens of processes that a test is not about.
pub fn interpreter(language: &str) -> Option<String> {
    static KNOWN: LazyLock<Mutex<BTreeMap<String, Option<String>>>> = LazyLock::new(Mutex::default);
    let who = match language {
        "python3" => ["-c", "import sys; print(sys.executable)"],
        "bash" => ["-c", "type -P bash"],
        "perl" => ["-e", "print $^X"],
        "node" => ["-p", "process.execPath"],
        other => panic!("nobody knows how to ask {other} where it is"),
    };
    let ask = || {
        let told = std::process::Command::new(language).args(who).output().ok()?;
        Some(String::from_utf8(told.stdout).ok()?.lines().next()?.to_owned())
    };
    let known = KNOWN.lock().unwrap().entry(language.to_owned()).or_insert_with(ask).clone();
    if known.is_none() {
        assert!(!must_have_witness(), "{language} is missing");
        eprintln!("skipped: {language} is missing");
    }
    known
}

/// A report as on a machine that has too few processors, however many this one has.
pub fn on_few_processors(report: &str) -> String {
    let processors = Regex::new(r"here it has \d+ processors?").unwrap();
    processors.replace_all(report, "here it has fewer").into_owned()
}

/// How many processes a report says were killed.
pub fn killed(report: &str) -> usize {
    let (before, _) = report.split_once(" lived on for 500 ms").unwrap_or_else(|| panic!("{report}"));
    before.split_ascii_whitespace().rev().nth(1).unwrap().parse().unwrap()
}

fn command_line(process: &Path) -> String {
    let words = fs::read(process.join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).replace('\0', " ")
}

/// Waits for something that must happen, however slow the machine is.
pub fn wait_until(mut come: impl FnMut() -> bool, otherwise: impl Fn() -> String) {
    let begun = Instant::now();
    while !come() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", otherwise());
        thread::sleep(Duration::from_millis(5));
    }
}
