//! Recorded runs with other pids in them: whatever number a pid is, and however long, a lesson is what it was.

use std::collections::BTreeMap;
use std::fs;

use golden_tests::finding::Wanted;
use libtest_mimic::{Completion, Failed, Trial};
use regex::{Captures, Regex};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Judged, lessons};

/// The lessons with a pid in their golden.
const LESSONS: [&str; 3] = ["compare-units", "process-ids", "process-parent"];

/// Where a transcript names a process or a thread, apart from what was printed.
const PIDS: [&str; 3] = ["/transcript/pid", "/process/pid", "/thread/tid"];

/// The longest that a pid can be, on Linux.
const LONGEST: u32 = 7;

/// A pid that nobody has in any of the runs.
const NOBODY: &str = "4194303";

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let mut trial = |name: String, test: Box<dyn Fn() -> Result<(), Failed> + Send>| {
        trials.push(Trial::ignorable_test(name, move || test().map(|()| Completion::Completed)));
    };
    for lesson in LESSONS {
        for digits in 1..=LONGEST {
            let name = format!("lookalike/{lesson}/pids-of-{digits}-digits");
            trial(name, Box::new(move || must_be_proven(lesson, |_| digits)));
        }
        let name = format!("lookalike/{lesson}/pids-of-any-width");
        trial(name, Box::new(move || must_be_proven(lesson, |nth| LONGEST - nth % LONGEST)));
        trial(format!("deviation/{lesson}/pid-of-nobody"), Box::new(move || must_be_refuted(lesson)));
    }
    trials
}

/// The lesson's recorded runs are proven with all their pids replaced, each by one of so many digits for the nth.
fn must_be_proven(lesson: &str, digits: impl Fn(u32) -> u32) -> Result<(), Failed> {
    let mut runs = recorded(lesson)?;
    for run in &mut runs {
        let before = run.clone();
        renumber(run, &digits);
        if *run == before {
            return Err("nothing was replaced".into());
        }
    }
    judged(lesson, &runs)?.must_be_proven()
}

/// A recorded run is refuted once one pid is replaced in what was printed, but not in what the kernel said.
fn must_be_refuted(lesson: &str) -> Result<(), Failed> {
    let run = recorded(lesson)?.swap_remove(0);
    let known = pids(&run);
    let mut replaced = 0;
    for line in 0..run.len() {
        let mut changed = run.clone();
        replace(&mut changed[line..=line], |pid| known.contains_key(&pid).then(|| NOBODY.to_owned()));
        if changed == run {
            continue;
        }
        replaced += 1;
        let wanted: Wanted = serde_json::from_value(json!({ "kind": "golden", "diff": NOBODY }))?;
        judged(lesson, &[changed])?.must_be_refuted(&[wanted])?;
    }
    if replaced == 0 { Err("no pid is printed in it".into()) } else { Ok(()) }
}

/// The lesson's recorded runs, as the objects that they consist of.
fn recorded(lesson: &str) -> Result<Vec<Vec<Value>>, Failed> {
    let text = fs::read_to_string(lessons().join(lesson).join("runs.jsonl"))?;
    let objects: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let runs = objects.split_inclusive(|object| object.get("end").is_some());
    Ok(runs.map(<[Value]>::to_vec).collect())
}

fn judged(lesson: &str, runs: &[Vec<Value>]) -> Result<Judged, Failed> {
    let scratch = TempDir::new()?;
    let file = scratch.path().join("runs.jsonl");
    let lines: String = runs.iter().flatten().map(|object| format!("{object}\n")).collect();
    fs::write(&file, lines)?;
    Judged::ask(lesson, &["--replay".to_owned(), file.to_str().expect("a path in UTF-8").to_owned()])
}

/// Puts another number in place of each pid, wherever it stands.
fn renumber(run: &mut [Value], digits: impl Fn(u32) -> u32) {
    let mut others = pids(run);
    for (nth, other) in (0..).zip(others.values_mut()) {
        *other = 10_u64.pow(digits(nth) - 1) + 1 + u64::from(nth);
    }
    for object in run.iter_mut() {
        for place in PIDS {
            if let Some(pid) = object.pointer_mut(place)
                && let Some(other) = pid.as_u64().map(|pid| others[&pid])
            {
                *pid = other.into();
            }
        }
    }
    replace(run, |pid| others.get(&pid).map(u64::to_string));
}

/// Every process and thread that a run knows of, with itself.
fn pids(run: &[Value]) -> BTreeMap<u64, u64> {
    let named = |object: &Value| PIDS.map(|place| object.pointer(place).and_then(Value::as_u64));
    run.iter().flat_map(named).flatten().map(|pid| (pid, pid)).collect()
}

/// Replaces numbers in what was printed.
fn replace(run: &mut [Value], other: impl Fn(u64) -> Option<String>) {
    let number = Regex::new(r"\d+").expect("a pattern");
    for text in run.iter_mut().filter_map(|object| object.pointer_mut("/line/text")) {
        let replaced = number.replace_all(text.as_str().unwrap_or_default(), |found: &Captures| {
            other(found[0].parse().expect("a number")).unwrap_or_else(|| found[0].to_owned())
        });
        *text = replaced.into_owned().into();
    }
}
