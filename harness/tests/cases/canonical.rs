//! The canonical form of a run that is written by hand.
//!
//! | part | what it is |
//! | --- | --- |
//! | `contract` | the contract, without its title |
//! | `run` | what was printed, and by whom |
//!
//! A line of the run is the pid of who printed it, `out` or `err`, and what was printed, in which `\\`, `\t`, `\r`,
//! `\xff` and `\u{a0}` stand for what they stand for in Rust, and `\c` at the end for a newline that is missing. The
//! first process is the program itself, and created the others; where it prints nothing, `program 100` names it. Each has one
//! thread.
//!
//! The last part is `form`.

use std::path::Path;

use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::contract::Contract;
use harness::judge::golden;
use harness::transcript::Transcript;
use serde_json::json;

use crate::case::Case;

pub const ENDS: [&str; 1] = ["form"];

pub fn tell(case: &Case) -> Result<String, String> {
    case.has_only(&["contract", "run"])?;
    let contract = format!("title = \"A case\"\n{}", case.part("contract")?);
    let contract = Contract::parse(&contract, Path::new("contract")).map_err(|error| error.to_string())?;
    let run = recorded(case.part("run")?).ok_or("`## run` can't be understood")?;
    let run = Transcript::parse(run.as_bytes(), Path::new("run")).next().ok_or("`## run` is empty")?;
    let form = canonical(&Reading::new(&contract.cast, &run.map_err(|error| error.to_string())?));
    Ok(format!("## form\n{}", golden::shown(&form)))
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
        let process = pids.iter().position(|&known| known == pid).unwrap_or_else(|| {
            pids.push(pid);
            pids.len() - 1
        });
        let (stream, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let stream = ["stdout", "stderr"].into_iter().find(|name| name.ends_with(stream))?;
        let (text, newline) = text.strip_suffix("\\c").map_or((text, true), |text| (text, false));
        let hex: String = unescaped(text)?.iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push(json!({ "line": {
            "stream": stream, "process": process, "thread": process, "at_ns": 0, "hex": hex, "newline": newline,
        }}));
    }
    let head = json!({ "transcript": { "version": 2, "pid": pids.first()?, "witness": "threads" } });
    let creator = |place| (place > 0).then_some(0);
    let process =
        |(place, pid)| json!({ "process": { "pid": pid, "creator": creator(place), "born_ns": 0 } });
    let thread = |(place, tid)| json!({ "thread": { "tid": tid, "process": place, "creator": creator(place), "born_ns": 0 } });
    let end = json!({ "end": { "exit": { "code": 0 }, "duration_ns": 0 } });
    let records = [head]
        .into_iter()
        .chain(pids.iter().enumerate().map(process))
        .chain(pids.iter().enumerate().map(thread))
        .chain(lines)
        .chain([end]);
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
