//! The canonical form, case by case: each file of `canonical/` is one. It says why, then a contract, a run and its form.
//!
//! A line of the run is the pid of who printed it, `out` or `err`, and what was printed, in which `\\`, `\t`, `\r`,
//! `\xff` and `\u{a0}` stand for what they stand for in Rust, and `\c` at the end for a newline that is missing. The
//! first process is the program itself; where it prints nothing, `program 100` names it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::contract::Contract;
use harness::judge::golden;
use harness::transcript::Transcript;
use serde_json::json;

#[test]
fn every_case_has_its_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/canonical");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut wrong = String::new();
    for case in &cases {
        let text = fs::read_to_string(case).unwrap();
        let (expected, seen) =
            forms(case, &text).unwrap_or_else(|| panic!("{} lacks a part", case.display()));
        if expected != seen {
            let _ = write!(wrong, "\n{}\n--- expected\n{expected}--- seen\n{seen}", case.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases.len() >= 20, "they are not found");
}

/// The form that is expected, and the one that is seen.
fn forms(case: &Path, text: &str) -> Option<(String, String)> {
    let (_, rest) = text.split_once("\n## contract\n")?;
    let (contract, rest) = rest.split_once("\n## run\n")?;
    let (run, form) = rest.split_once("\n## form\n")?;
    let contract = Contract::parse(&format!("title = \"A case\"\n{contract}"), case, None);
    let contract = contract.unwrap_or_else(|error| panic!("{error}"));
    let transcript = Transcript::parse(recorded(run)?.as_bytes(), case).next().unwrap().unwrap();
    let seen = canonical(&Reading::new(&contract, &transcript));
    Some((form.to_owned(), golden::shown(&seen).to_owned()))
}

/// The run as a transcript's file.
fn recorded(run: &str) -> Option<String> {
    let mut pids: Vec<u32> = Vec::new();
    let mut lines = Vec::new();
    for line in run.lines() {
        let (pid, rest) = line.split_once(' ')?;
        if pid == "program" {
            pids.push(rest.parse().ok()?);
            continue;
        }
        let pid = pid.parse().ok()?;
        let writer = pids.iter().position(|&known| known == pid).unwrap_or_else(|| {
            pids.push(pid);
            pids.len() - 1
        });
        let (stream, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let stream = ["stdout", "stderr"].into_iter().find(|name| name.ends_with(stream))?;
        let (text, newline) = text.strip_suffix("\\c").map_or((text, true), |text| (text, false));
        let hex: String = unescaped(text)?.iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push(json!({ "line": {
            "stream": stream, "writer": writer, "at_ns": 0, "hex": hex, "newline": newline,
        }}));
    }
    let head = json!({ "transcript": { "version": 1, "pid": pids.first()? } });
    let writers = pids.iter().map(|pid| json!({ "writer": { "pid": pid, "parent": null } }));
    let end = json!({ "end": { "exit": { "code": 0 }, "duration_ns": 0 } });
    let records = [head].into_iter().chain(writers).chain(lines).chain([end]);
    Some(records.map(|record| format!("{record}\n")).collect())
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        let kind = escape.chars().next()?;
        rest = &escape[1..];
        match kind {
            '\\' => bytes.push(b'\\'),
            't' => bytes.push(b'\t'),
            'r' => bytes.push(b'\r'),
            'x' => {
                bytes.push(u8::from_str_radix(rest.get(..2)?, 16).ok()?);
                rest = &rest[2..];
            }
            'u' => {
                let (digits, after) = rest.strip_prefix('{')?.split_once('}')?;
                let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            _ => return None,
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}
