//! Cases of one shape: each is a small file, and a test that is named after it.
//!
//! | folder | what a case shows |
//! | --- | --- |
//! | `bad_contract/` | a mistake in a contract or the syllabus, and the error |
//! | `bad_program/` | a program that can't be run or behaves badly, and what is told |
//! | `failing_reports/` | a claim that a run does not keep, and the report |
//! | `canonical/` | a run, and its canonical form |
//! | `judged/` | runs that are written by hand, and the judgement |
//! | `drawn/` | a program, and the contract that `harness new` draws from its runs |
//!
//! A case begins with a sentence that says why it is there. Its parts follow, each below a line `## NAME`; what is told
//! is the last. The modules say which parts there are.
//!
//! To add a case, write its file without what is told. It fails, and leaves the whole file beside it, as `CASE.txt.new`.
//! So does a case whose words have changed. Read it, and take it over with `mv CASE.txt.new CASE.txt`.
//!
//! `cargo test -p harness --test cases -- bad_contract` runs a folder.

mod canonical;
mod case;
mod course;
mod drawn;
mod judged;
#[allow(dead_code, reason = "the tests in `it` use the rest")]
#[path = "../scratch/mod.rs"]
mod scratch;

use std::fs;
use std::path::Path;

use case::{Case, Folder};
use harness::run::unwatched;
use libtest_mimic::{Arguments, Trial};

/// What takes long comes first.
const FOLDERS: [Folder; 6] = [
    Folder { name: "drawn", ends_with: &drawn::ENDS, tell: drawn::tell },
    Folder { name: "bad_contract", ends_with: &course::ENDS, tell: course::tell },
    Folder { name: "bad_program", ends_with: &course::ENDS, tell: course::tell },
    Folder { name: "failing_reports", ends_with: &course::ENDS, tell: course::tell },
    Folder { name: "canonical", ends_with: &canonical::ENDS, tell: canonical::tell },
    Folder { name: "judged", ends_with: &judged::ENDS, tell: judged::tell },
];

/// Programs and their grace mostly sleep.
const AT_ONCE: usize = 16;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let trials = FOLDERS.into_iter().flat_map(trials).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials(folder: Folder) -> Vec<Trial> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder.name);
    let files = fs::read_dir(path).expect("the cases' folder").map(|entry| entry.expect("a file").path());
    let cases = files.filter(|file| file.extension().is_some_and(|extension| extension == "txt"));
    let trial = |case: std::path::PathBuf| {
        let stem = case.file_stem().expect("a file's name").to_str().expect("a name in UTF-8");
        let name = format!("{}/{stem}", folder.name);
        let may_be_left_out = Case::read(&case, &folder).is_ok_and(|case| case.needs_witness());
        let test = Trial::test(name, move || Ok(Case::read(&case, &folder)?.check(folder.tell)?));
        if !may_be_left_out || scratch::must_have_witness() {
            return test;
        }
        match unwatched() {
            Some(why) => test.with_kind(format!("needs the witness: {why}")).with_ignored_flag(true),
            None => test,
        }
    };
    cases.map(trial).collect()
}
