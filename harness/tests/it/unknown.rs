//! What is not known proves nothing: a run that can't tell is followed by others, until the claim is undecided.

use std::path::Path;

use harness::contract::Contract;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::transcript::Transcript;
use serde_json::{Value, json};

use crate::scratch::Scratch;

/// Three processes, the program's own among them.
const FAMILY: &str = "kind = \"process\"\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";
const WORKERS: &str = "kind = \"process\"\nmain = '^main'\nworker = { line = '^worker', each = true }\n";

const PROGRAM: u32 = 100;

fn writer(pid: u32, parent: Option<u32>) -> Value {
    json!({ "writer": { "pid": pid, "parent": parent, "copy": parent.map(|_| false) } })
}

/// The record of a run of the program: its writers, and who of them prints what.
fn run(writers: &[Value], lines: &[(Option<usize>, &str)]) -> Transcript {
    let head = json!({ "transcript": { "version": 1, "pid": PROGRAM } });
    let line = |(writer, text): &(Option<usize>, &str)| json!({ "line": { "stream": "stdout", "writer": writer, "at_ns": 0, "text": text, "newline": true } });
    let end = json!({ "end": { "exit": { "code": 0 }, "duration_ns": 0 } });
    let records = [head].into_iter().chain(writers.iter().cloned()).chain(lines.iter().map(line));
    let file: String = records.chain([end]).map(|record| format!("{record}\n")).collect();
    Transcript::parse(file.as_bytes(), Path::new("made up"))
        .next()
        .expect("a transcript")
        .expect("a whole one")
}

/// A run in which each process prints its name.
fn children(writers: &[(&str, u32, Option<u32>)]) -> Transcript {
    let lines: Vec<(Option<usize>, &str)> =
        writers.iter().enumerate().map(|(index, (name, _, _))| (Some(index), *name)).collect();
    let writers: Vec<Value> = writers.iter().map(|&(_, pid, parent)| writer(pid, parent)).collect();
    run(&writers, &lines)
}

/// The judgement on these runs, and whether the judge wants another.
fn judged(actors: &str, checks: &str, golden: &str, runs: &[Transcript]) -> (Judgement, bool) {
    let contract = format!("title = \"x\"\n[actors]\n{actors}\n{checks}");
    let contract = Contract::parse(&contract, Path::new("lesson.toml")).expect("a valid contract");
    let mut judge =
        Judge::new(Rules { contract: &contract, golden: Some(golden), cores: 1, language: Language::En });
    for run in runs {
        judge.hear(run);
    }
    let wants_more = judge.wants_more();
    (judge.judgement(), wants_more)
}

/// What is undecided, and why.
#[track_caller]
fn undecided((judgement, wants_more): (Judgement, bool)) -> String {
    assert_eq!(judgement.verdict, Verdict::Undecided, "{judgement:#?}");
    assert!(wants_more, "another run may tell");
    let open = judgement.claims.into_iter().filter(|claim| claim.verdict == Verdict::Undecided);
    open.map(|claim| format!("{}: {}\n", claim.check, claim.why.expect("why it is undecided"))).collect()
}

#[track_caller]
fn proven((judgement, wants_more): (Judgement, bool)) {
    assert_eq!(judgement.verdict, Verdict::Proven, "{judgement:#?}");
    assert!(!wants_more, "nothing is left to be told");
}

const GOLDEN: &str = "main  │ main\ndance │ dance\nsing  │ sing\n";

#[test]
fn a_child_whose_parent_could_not_be_read_is_not_proven_to_be_mains() {
    let run = children(&[("main", 100, Some(1)), ("dance", 101, Some(100)), ("sing", 102, None)]);
    let told = judged(FAMILY, "", GOLDEN, std::slice::from_ref(&run));
    assert_eq!(told.0.golden, Verdict::Undecided, "it says who printed what");
    assert_eq!(
        undecided(told),
        "sing is a child process of main: sing (pid 102) had ended before its parent could be read\n"
    );
    let runs = vec![run; 50];
    let (judgement, wants_more) = judged(FAMILY, "", GOLDEN, &runs);
    assert_eq!((judgement.verdict, wants_more), (Verdict::Undecided, false), "patience has an end");
}

#[test]
fn what_one_run_could_not_tell_another_may() {
    let dance = children(&[("main", 100, Some(1)), ("dance", 101, Some(100)), ("sing", 102, None)]);
    let sing = children(&[("main", 100, Some(1)), ("dance", 101, None), ("sing", 102, Some(100))]);
    proven(judged(FAMILY, "", GOLDEN, &[dance.clone(), sing, dance]));
}

#[test]
fn children_of_the_program_are_siblings_though_no_run_told_both() {
    let dance = children(&[("dance", 101, Some(PROGRAM)), ("sing", 102, None)]);
    let sing = children(&[("dance", 101, None), ("sing", 102, Some(PROGRAM))]);
    let golden = "dance │ dance\nsing  │ sing\n";
    proven(judged(FAMILY, "", golden, &[dance.clone(), sing]));
    assert_eq!(
        undecided(judged(FAMILY, "", golden, &[dance])),
        "dance and sing are children of one process: sing (pid 102) had ended before its parent could be read\n"
    );
}

#[test]
fn children_of_others_are_no_siblings_unless_a_run_told_both() {
    let dance = children(&[("dance", 101, Some(200)), ("sing", 102, None)]);
    let sing = children(&[("dance", 101, None), ("sing", 102, Some(200))]);
    let golden = "dance │ dance\nsing  │ sing\n";
    let one_by_one = [dance, sing];
    assert_eq!(
        undecided(judged(FAMILY, "", golden, &one_by_one)),
        "dance and sing are children of one process: no run told whose child both of them are\n"
    );
    let both = children(&[("dance", 101, Some(200)), ("sing", 102, Some(200))]);
    proven(judged(FAMILY, "", golden, &[one_by_one.as_slice(), &[both]].concat()));
}

#[test]
fn children_that_were_handed_on_are_not_known_to_have_one_creator() {
    let orphan = |pid| json!({ "writer": { "pid": pid, "parent": 1, "copy": false, "orphan": true } });
    let run = run(&[orphan(101), orphan(102)], &[(Some(0), "dance"), (Some(1), "sing")]);
    assert_eq!(
        undecided(judged(FAMILY, "", "dance │ dance\nsing  │ sing\n", &[run])),
        "dance and sing are children of one process: dance (pid 101) was not awaited by whoever created it, who is not \
         known\n"
    );
}

#[test]
fn all_of_many_workers_must_be_told() {
    let golden = "main     │ main\nworker#1 │ worker\nworker#2 │ worker\n";
    let some = children(&[("main", 100, Some(1)), ("worker", 101, Some(100)), ("worker", 102, None)]);
    assert_eq!(
        undecided(judged(WORKERS, "", golden, &[some.clone(), some.clone()])),
        "worker is a child process of main: worker (pid 102) had ended before its parent could be read\n"
    );
    let all = children(&[("main", 100, Some(1)), ("worker", 101, Some(100)), ("worker", 102, Some(100))]);
    proven(judged(WORKERS, "", golden, &[all, some]));
}

#[test]
fn workers_that_print_different_things_are_told_one_by_one() {
    let golden = "main     │ main\nworker#1 │ worker 1\nworker#2 │ worker 2\n";
    let run =
        |one, other| children(&[("main", 100, Some(1)), ("worker 1", 101, one), ("worker 2", 102, other)]);
    proven(judged(WORKERS, "", golden, &[run(None, Some(100)), run(Some(100), None)]));
    assert_eq!(
        undecided(judged(WORKERS, "", golden, &[run(None, Some(100)), run(None, Some(100))])),
        "worker is a child process of main: worker (pid 101) had ended before its parent could be read\n"
    );
}

#[test]
fn threads_are_told_once_and_for_all() {
    let actors = "kind = \"thread\"\ndance = '^dance'\nsing = '^sing'\n";
    let run = |parent| run(&[writer(101, parent)], &[(Some(0), "dance"), (Some(0), "sing")]);
    let golden = "dance │ dance\nsing  │ sing\n";
    proven(judged(actors, "", golden, &[run(Some(PROGRAM)), run(None)]));
    assert_eq!(
        undecided(judged(actors, "", golden, &[run(None)])),
        "dance is a thread of main: pid 101 had ended before it could be told whose it is\n"
    );
}

#[test]
fn each_of_many_threads_is_of_one_process() {
    let actors = "kind = \"thread\"\nworker = { line = '^worker', each = true }\n";
    let run = children(&[("worker", 100, Some(1)), ("worker", 101, Some(100))]);
    let (judgement, _) = judged(actors, "", "worker#1 │ worker\nworker#2 │ worker\n", &[run]);
    assert_eq!(judgement.verdict, Verdict::Refuted, "{judgement:#?}");
    assert_eq!(judgement.findings[0].check, "each worker is a thread of one process");
    assert_eq!(judgement.findings[0].seen, "two: pid 100 and pid 101");
}

#[test]
fn lines_of_nobody_known_prove_no_kind_and_refute_none() {
    let unnamed = run(&[], &[(None, "main"), (None, "dance"), (None, "sing")]);
    let golden = GOLDEN;
    let said = undecided(judged(FAMILY, "", golden, std::slice::from_ref(&unnamed)));
    assert_eq!(said, "main is played as its kind says: it is not known who wrote its lines\n");
    let named = children(&[("main", 100, Some(1)), ("dance", 101, Some(100)), ("sing", 102, Some(100))]);
    proven(judged(FAMILY, "", golden, &[unnamed.clone(), named]));
    for (check, claim, of) in [
        ("processes = 3", "lines come from exactly 3 processes", "a line"),
        ("awaited = ['sing']", "sing was awaited by whoever created them", "the lines of sing"),
        ("parent = { of = 'sing', is = 'main' }", "sing was created by main", "the lines of sing"),
        ("exit = { of = 'sing', code = 0 }", "sing ends with exit status 0", "the lines of sing"),
    ] {
        let checks = format!("[[always]]\n{check}\n");
        let actors = FAMILY.replace("kind = \"process\"\n", "");
        let said = undecided(judged(&actors, &checks, golden, std::slice::from_ref(&unnamed)));
        assert_eq!(said, format!("{claim}: it is not known who wrote {of}\n"));
    }
}

#[test]
fn a_worker_whose_threads_could_not_be_counted_may_have_had_more() {
    let counted = |pid, threads: Option<u32>| json!({ "writer": { "pid": pid, "parent": PROGRAM, "copy": false, "threads": threads } });
    let main = counted(100, Some(1));
    let lines = [(Some(0), "main"), (Some(1), "worker"), (Some(2), "worker")];
    let golden = "main     │ main\nworker#1 │ worker\nworker#2 │ worker\n";
    let check = "[[sometimes]]\nthreads = { of = 'worker', at_least = 2 }\nruns = 1\nrate = 0.9999999\n";
    let run = |one, other| run(&[main.clone(), counted(101, one), counted(102, other)], &lines);
    let actors = WORKERS.replace("kind = \"process\"\n", "");
    let (judgement, _) = judged(&actors, check, golden, &[run(Some(1), None)]);
    assert_eq!(judgement.verdict, Verdict::Undecided, "{judgement:#?}");
    let (judgement, _) = judged(&actors, check, golden, &[run(Some(1), Some(1))]);
    assert_eq!(judgement.verdict, Verdict::Refuted, "{judgement:#?}");
    proven(judged(&actors, check, golden, &[run(None, Some(2))]));
}

/// Each is created by a helper that ends right after it: most runs can't tell both parents.
#[test]
fn children_by_helpers_that_end_at_once_are_never_proven_to_be_siblings() {
    let actors = "[actors]\nkind = \"process\"\ndance = '^dance'\nsing = '^sing'\n";
    let course = Scratch::sample(actors, "( (echo dance) & wait ) & ( (echo sing) & wait ) & wait");
    course.golden("sample", "dance │ dance\nsing  │ sing\n");
    for _ in 0..5 {
        let told = course.harness(&["check"]);
        assert!(told.stdout.contains("1 lesson: 0 proven"), "{}", told.stdout);
    }
}
