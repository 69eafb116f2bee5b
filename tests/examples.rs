//! The worked examples of `docs/examples.md`: programs that this project did not write, each proven by its contract, and each
//! refuted, with the finding that names it, once something in it is broken.
//!
//! A test whose program is absent says that it was skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::slice;

use golden_tests::left_out;
use harness::run::unwatched;
use harness::{GoldenTest, Judgement, Verdict};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use mutation::{Change, changed};
use serde::Deserialize;
use tempfile::TempDir;

/// Examples wait for one another's starts and ends.
const AT_ONCE: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    /// Those that take long.
    slow: BTreeSet<String>,
    /// What each example needs: a shell command that succeeds where it is installed.
    needs: BTreeMap<String, String>,
    broken: Vec<Broken>,
}

/// An example with one thing changed.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Broken {
    example: String,
    name: String,
    file: String,
    /// What is written otherwise there, from and to.
    change: Change,
    /// The finding that must come of it.
    kind: String,
    check: String,
}

fn main() {
    let text = fs::read_to_string(folder().join("examples.toml")).expect("a table of examples");
    let Examples { slow, needs, broken } = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let mut trials = Vec::new();
    for (example, need) in needs {
        let contract = folder().join(&example).join("contract.toml");
        let is_slow = slow.contains(&example);
        let mut add = |trial: Trial| trials.push(trial.with_ignored_flag(is_slow));
        add(trial(&example, &need, move || proven(&contract)));
        let variants: Vec<Broken> =
            broken.iter().filter(|broken| broken.example == example).cloned().collect();
        assert!(!variants.is_empty(), "{example}: a contract that nothing breaks says nothing");
        for variant in variants {
            add(trial(&format!("{example}/{}", variant.name), &need, move || refuted(&variant)));
        }
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    libtest_mimic::run(&arguments, trials).exit();
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples")
}

fn trial(name: &str, need: &str, test: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    let need = need.to_owned();
    Trial::ignorable_test(name, move || {
        let mut probe = Command::new("sh");
        probe.args(["-c", &need]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if !probe.status()?.success() {
            return Ok(Completion::ignored_with(format!("skipped: `{need}` fails here")));
        }
        if let Some(why) = left_out(unwatched()) {
            return Ok(Completion::ignored_with(why));
        }
        test().map(|()| Completion::Completed)
    })
}

fn proven(contract: &Path) -> Result<(), Failed> {
    let judgement = GoldenTest::new(contract).judge()?;
    if judgement.verdict == Verdict::Proven {
        return Ok(());
    }
    let open = judgement.claims.iter().filter(|claim| claim.verdict == Verdict::Undecided);
    let open: Vec<_> = open.map(|claim| (&claim.check, &claim.why)).collect();
    Err(format!("it is not proven: {:#?}, undecided {open:#?}", judgement.findings).into())
}

fn refuted(broken: &Broken) -> Result<(), Failed> {
    let scratch = TempDir::new()?;
    for file in fs::read_dir(folder().join(&broken.example))? {
        let file = file?;
        if file.file_type()?.is_file() {
            fs::copy(file.path(), scratch.path().join(file.file_name()))?;
        }
    }
    let original = folder().join(&broken.example).join(&broken.file);
    let file = scratch.path().join(&broken.file);
    let text = fs::read_to_string(&file)?;
    fs::write(&file, changed(&text, &original, slice::from_ref(&broken.change))?)?;
    let Judgement { verdict, findings, .. } =
        GoldenTest::new(scratch.path().join("contract.toml")).judge()?;
    if verdict != Verdict::Refuted {
        return Err(format!("it is not refuted: {verdict:?}").into());
    }
    let is_named = |kind: &str, check: &str| kind == broken.kind && check.contains(&broken.check);
    if findings.iter().any(|finding| is_named(finding.kind.as_str(), &finding.check)) {
        return Ok(());
    }
    Err(format!("no finding says `{}`: {findings:#?}", broken.check).into())
}
