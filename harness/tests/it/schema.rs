//! The JSON schema of contracts, held against the parser: it takes every contract that the parser takes, and refuses those that are broken
//! in their shape.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use jsonschema::Validator;
use serde_json::Value;

use harness::contract::Contract;

use crate::scratch::Scratch;

/// The schema, made ready.
struct Schema(Validator);

impl Schema {
    fn printed() -> Schema {
        let told = Scratch::outside_any_course().harness(&["schema"]);
        assert_eq!((told.code, told.stderr.as_str()), (0, ""));
        let schema: Value = serde_json::from_str(&told.stdout).unwrap();
        Schema(jsonschema::validator_for(&schema).unwrap())
    }

    /// Whether it takes this contract; `None` of what is no TOML.
    fn takes(&self, contract: &str) -> Option<bool> {
        let value: Value = toml::from_str(contract).ok()?;
        Some(self.0.is_valid(&value))
    }
}

fn files(folder: &Path, is_meant: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && !["target", "node_modules", ".git"].iter().any(|name| path.ends_with(name)) {
            found.extend(files(&path, is_meant));
        } else if is_meant(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The contracts of the tests' cases, with the names of their files.
fn cases(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let all = files(&folder, &|path| path.extension().is_some_and(|extension| extension == "txt"));
    let contract = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let (_, rest) = text.split_once("\n## contract\n")?;
        let contract = rest.split("\n## ").next().unwrap_or(rest);
        Some((
            path.file_stem().unwrap().to_str().unwrap().to_owned(),
            format!("title = \"A case\"\n{contract}"),
        ))
    };
    all.into_iter().filter_map(contract).collect()
}

#[test]
fn the_schema_takes_what_the_parser_takes() {
    let schema = Schema::printed();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let is_contract = |path: &Path| path.ends_with("lesson.toml") || path.ends_with("contract.toml");
    let written = files(root, &is_contract).into_iter().map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        (path.display().to_string(), text)
    });
    let folders = ["bad_program", "failing_reports", "canonical", "judged", "bad_contract"];
    let all: Vec<(String, String)> = written.chain(folders.into_iter().flat_map(cases)).collect();
    let valid = all.iter().filter(|(name, text)| Contract::parse(text, Path::new(name)).is_ok());
    let mut taken = 0;
    for (name, text) in valid {
        assert_eq!(schema.takes(text), Some(true), "{name}:\n{text}");
        taken += 1;
    }
    assert!(taken > 200, "only {taken} contracts were found");
}

#[test]
fn the_schema_refuses_what_is_broken_in_its_shape() {
    let schema = Schema::printed();
    let broken: Vec<(String, String)> = cases("bad_contract")
        .into_iter()
        .filter(|(name, text)| Contract::parse(text, Path::new(name)).is_err())
        .collect();
    let told = |wanted: bool| -> Vec<&str> {
        let is_meant = |(_, text): &&(String, String)| schema.takes(text) == Some(wanted);
        broken.iter().filter(is_meant).map(|(name, _)| name.as_str()).collect()
    };
    assert_snapshot!(format!(
        "refused by the schema:\n{}\n\nby the parser alone:\n{}",
        told(false).join("\n"),
        told(true).join("\n")
    ));
}
