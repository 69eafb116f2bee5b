//! Programs for the director: faults with what mends them, orders to be counted, calls that wait, time. What is found in each
//! stands in `directed/expected.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::scratch::{Scratch, must_have_witness};

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
    orders: Option<u32>,
    #[serde(default)]
    natural: bool,
}

#[derive(Deserialize)]
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
}

fn expected() -> Vec<Case> {
    let file = Path::new(PROGRAMS).join("expected.toml");
    toml::from_str::<Expected>(&fs::read_to_string(file).unwrap()).unwrap().cases
}

/// The words that run a program, compiled into this folder if it is compiled; `None` where this machine lacks the language.
fn built(source: &Path, folder: &Path) -> Option<Vec<String>> {
    let [from, out] = [source, &folder.join("program")].map(|path| path.to_str().unwrap().to_owned());
    let stem = source.file_stem().unwrap().to_str().unwrap();
    let interpreted = |language: &str| {
        let is_there =
            Command::new(language).arg("--version").output().is_ok_and(|told| told.status.success());
        is_there.then(|| vec![language.to_owned(), from.clone()])
    };
    let compiled = |compiler: &[&str], command: &[&str]| {
        let mut compile = Command::new(compiler[0]);
        compile.args(&compiler[1..]).arg(&from).env("GOCACHE", folder.join("go"));
        let told = compile.output().ok()?;
        let complaint = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() && complaint.is_empty(), "{from}: {complaint}");
        Some(command.iter().map(|&word| word.to_owned()).collect())
    };
    match source.extension().unwrap().to_str().unwrap() {
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

#[test]
fn each_program_is_expected_something_of_and_compiles_without_a_warning() {
    let sources: BTreeSet<PathBuf> = expected().iter().flat_map(Case::sources).collect();
    let scratch = Scratch::outside_any_course();
    for source in &sources {
        let folder = scratch.path(&format!("{}", source.strip_prefix(PROGRAMS).unwrap().display()));
        fs::create_dir_all(&folder).unwrap();
        let command = built(source, &folder);
        assert!(command.is_some() || !must_have_witness(), "{} can't be run here", source.display());
    }
    let folders = fs::read_dir(PROGRAMS).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let is_program = |path: &PathBuf| !path.extension().is_some_and(|end| end == "toml" || end == "snap");
    assert_eq!(files.filter(is_program).collect::<BTreeSet<PathBuf>>(), sources);
}

#[test]
fn what_is_expected_makes_sense() {
    for case in expected() {
        let contract = Path::new(PROGRAMS).join(&case.contract);
        assert!(contract.is_file(), "{}", contract.display());
        let is_fault = case.finding.is_some();
        // What breaks has no orders to be counted, and what has no directed runs is not counted either.
        assert!(case.orders.is_none() || !(is_fault || case.natural), "{}", contract.display());
        assert!(case.within.is_none_or(|within| within <= 10), "{}", contract.display());
    }
}
