//! What is not known proves nothing: a claim that needs more than was seen is undecided, and says why.

use std::path::Path;

use harness::contract::Contract;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::transcript::Transcript;
use serde_json::{Value, json};

/// Three processes, the program's own among them.
const FAMILY: &str = "kind = \"process\"\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";
/// The same actors, of whom nothing is said.
const ACTORS: &str = "main = '^main'\ndance = '^dance'\nsing = '^sing'\n";
const GOLDEN: &str = "main  │ main\ndance │ dance\nsing  │ sing\n";

/// A run of a program that awaits its two children, as whoever saw it tells it: who prints which line, by their places.
fn run(witness: &Value, lines: [Option<usize>; 3]) -> Transcript {
    let sees_threads = witness == "threads";
    let process = |place: usize| match sees_threads {
        true => json!({ "process": {
            "pid": 100 + place, "creator": (place > 0).then_some(0), "born_ns": place, "ended_ns": 9,
            "exit": { "code": 0 }, "awaited": (place > 0).then_some(0),
        }}),
        false => json!({ "process": { "pid": 100 + place } }),
    };
    let thread = |place: usize| json!({ "thread": { "tid": 100 + place, "process": place, "creator": (place > 0).then_some(0), "born_ns": place } });
    let line = |(text, process): (&str, Option<usize>)| {
        let thread = process.filter(|_| sees_threads);
        json!({ "line": { "stream": "stdout", "process": process, "thread": thread, "at_ns": 5, "text": text } })
    };
    let head = json!({ "transcript": { "version": 2, "pid": 100, "witness": witness } });
    let end = json!({ "end": { "exit": { "code": 0 }, "duration_ns": 9 } });
    let threads = (0..3).filter(|_| sees_threads).map(thread);
    let lines = ["main", "dance", "sing"].into_iter().zip(lines).map(line);
    let records = [head].into_iter().chain((0..3).map(process)).chain(threads).chain(lines).chain([end]);
    let file: String = records.map(|record| format!("{record}\n")).collect();
    Transcript::parse(file.as_bytes(), Path::new("made up"))
        .next()
        .expect("a transcript")
        .expect("a whole one")
}

const EACH_ITS_OWN: [Option<usize>; 3] = [Some(0), Some(1), Some(2)];

/// A run that the sockets alone saw.
fn by_socket() -> Transcript {
    run(&json!({ "socket": "nobody may trace here" }), EACH_ITS_OWN)
}

/// The judgement on these runs.
fn judged(actors: &str, checks: &str, runs: &[Transcript]) -> Judgement {
    let contract = format!("title = \"x\"\n[actors]\n{actors}\n{checks}");
    let contract = Contract::parse(&contract, Path::new("lesson.toml")).expect("a valid contract");
    let rules = Rules { contract: &contract, golden: Some(GOLDEN), cores: 1, language: Language::En };
    let mut judge = Judge::new(rules);
    for run in runs {
        judge.hear(run);
    }
    judge.judgement()
}

/// What is undecided, and why.
#[track_caller]
fn undecided(judgement: Judgement) -> String {
    assert_eq!(judgement.verdict, Verdict::Undecided, "{judgement:#?}");
    let open = judgement.claims.into_iter().filter(|claim| claim.verdict == Verdict::Undecided);
    open.map(|claim| format!("{}: {}\n", claim.check, claim.why.expect("why it is undecided"))).collect()
}

#[track_caller]
fn proven(judgement: &Judgement) {
    assert_eq!(judgement.verdict, Verdict::Proven, "{judgement:#?}");
}

/// The claims that need more than the sockets tell.
const NEED_A_WITNESS: [&str; 3] =
    ["awaited = ['sing']", "parent = { of = 'sing', is = 'main' }", "exit = { of = 'sing', code = 0 }"];

#[test]
fn what_the_sockets_do_not_tell_is_undecided_for_that_reason() {
    let told = judged(&FAMILY.replace("process", "thread"), "", &[by_socket()]);
    assert_ne!(told.verdict, Verdict::Proven, "{told:#?}");
    for check in NEED_A_WITNESS {
        let said = undecided(judged(ACTORS, &format!("[[always]]\n{check}\n"), &[by_socket()]));
        assert!(said.contains("nobody may trace here"), "{check}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn what_the_sockets_tell_is_decided_without_a_witness() {
    for check in ["processes = 3", "never = 'talk'", "order = ['main', 'dance']"] {
        proven(&judged(ACTORS, &format!("[[always]]\n{check}\n"), &[by_socket()]));
    }
}

#[test]
fn a_witness_decides_all_of_it_in_one_run() {
    let seen = run(&json!("threads"), EACH_ITS_OWN);
    proven(&judged(FAMILY, "", std::slice::from_ref(&seen)));
    for check in NEED_A_WITNESS {
        proven(&judged(ACTORS, &format!("[[always]]\n{check}\n"), std::slice::from_ref(&seen)));
    }
}

#[test]
fn lines_of_nobody_known_prove_no_kind_and_refute_none() {
    let unnamed = run(&json!("threads"), [None; 3]);
    let said = undecided(judged(FAMILY, "", std::slice::from_ref(&unnamed)));
    assert!(said.contains("it is not known who wrote"), "{said}");
    for check in NEED_A_WITNESS.into_iter().chain(["processes = 3"]) {
        let checks = format!("[[always]]\n{check}\n");
        let said = undecided(judged(ACTORS, &checks, std::slice::from_ref(&unnamed)));
        assert!(said.contains("it is not known who wrote"), "{check}: {said}");
    }
}
