//! What programs read: `--format json`. Others build on these shapes.

use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use crate::scratch::{Scratch, Told, has_witness, on_few_processors};

const PROCESSES: &str = "[actors]\nkind = \"process\"\nmain = '^main'\ndance = '^dance'\n";

const SYLLABUS: &str = r#"
[[topic]]
id = "hello"
kind = "snippet"
title = { en = "Hello", zh = "你好" }

[[topic]]
id = "no-more"
kind = "claim"
title = { en = "No more than that", zh = "仅此而已" }

[[topic]]
id = "many-cores"
kind = "claim"
title = { en = "Many processors are used", zh = "多核" }

[[topic]]
id = "usual"
kind = "api"
title = { en = "Usually left alone", zh = "一般不用" }
explained = { en = "It is a convention.", zh = "这是习惯。" }

[[topic]]
id = "forgotten"
kind = "api"
title = { en = "Nobody proves it", zh = "无" }
beyond = true
"#;

fn parsed(told: &Told) -> Value {
    let varying = Regex::new(r"\[(time|[A-Z])\]").unwrap();
    serde_json::from_str(&varying.replace_all(&told.stdout, "0")).unwrap()
}

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A lesson that covers `hello`, explains `usual`, proves that there is no more, and claims what no machine can decide.
fn course(script: &str) -> Scratch {
    let contract = format!(
        "covers = [\"hello\", \"usual\"]\n{PROCESSES}[[always]]\nproves = \"no-more\"\nnever = 'more'\n\
         [[always]]\nproves = \"many-cores\"\ncores = 100000\nprocesses = 9\n"
    );
    let course = Scratch::sample(&contract, script);
    course.file("docs/syllabus.toml", SYLLABUS);
    course
}

#[test]
fn a_check_is_one_object_of_lessons_and_findings() {
    if !has_witness() {
        return;
    }
    let course = course("echo main: hello; (echo dance: one more) & wait");
    course.golden("sample", "main  │ main: hello\n");
    let told = course.harness(&["check", "--format", "json"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert_snapshot!("check", on_few_processors(&told.stdout));
}

#[test]
fn the_shape_of_a_check_is_kept() {
    let course = course("echo main: hello; (echo dance: one more) & wait");
    course.lesson("proven", PROCESSES, "echo main: hello");
    course.bless("proven");
    course.file("examples-bin/broken/lesson.toml", "title = \"Broken\"\ncommand = [\"./program\"]\n");
    course.program("examples-bin/broken/program", "");
    let told = course.harness(&["check", "--format", "json"]);
    assert_eq!((told.code, told.stderr.as_str()), (2, ""), "what could not be asked counts more");
    let report = parsed(&told);
    assert_eq!(report["not_judged"], json!(["broken"]));
    assert!(
        report["errors"][0].as_str().unwrap().starts_with("broken: program `./program` could not be started")
    );
    let lessons = report["lessons"].as_array().unwrap();
    let verdicts: Vec<_> = lessons.iter().map(|lesson| (&lesson["name"], &lesson["verdict"])).collect();
    assert_eq!(verdicts, [(&json!("proven"), &json!("proven")), (&json!("sample"), &json!("refuted"))]);
    for lesson in lessons {
        assert!(lesson["seconds"].is_number() && lesson["runs"].is_u64(), "{lesson}");
        for finding in lesson["findings"].as_array().unwrap() {
            for text in ["check", "expected", "seen"] {
                assert!(finding[text].is_string(), "{finding}");
            }
            assert!(finding["lines"].is_array(), "{finding}");
        }
    }
    let line = &lessons[1]["findings"].as_array().unwrap().last().unwrap()["lines"][0];
    assert_eq!(fields(line), ["actor", "number", "pid", "stream", "text", "tid"], "{line}");
}

#[test]
fn that_the_sockets_alone_were_the_witness_is_said_once() {
    if !has_witness() {
        return;
    }
    let alone = "witness = \"socket\"\n[actors]\nmain = '^main'\n";
    let course = Scratch::sample(alone, "echo main: hello");
    course.lesson("another", alone, "echo main: hello");
    course.lesson("seen", "[actors]\nmain = '^main'\n", "echo main: hello");
    for lesson in ["sample", "another", "seen"] {
        course.bless(lesson);
    }
    let report = parsed(&course.harness(&["check", "--format", "json"]));
    let witness: Vec<_> =
        report["lessons"].as_array().unwrap().iter().map(|lesson| &lesson["witness"]).collect();
    let socket = json!({ "socket": "the contract asks for that" });
    assert_eq!(witness, [&socket, &socket, &json!("threads")]);
    let told = course.harness(&["check"]).stdout;
    let said = "\nwitness: the sockets alone, since the contract asks for that\n3 lessons: 3 proven";
    assert!(told.contains(said) && told.matches("witness:").count() == 1, "{told}");
    let told = course.harness(&["check", "seen"]).stdout;
    assert!(!told.contains("witness"), "{told}");
}

#[test]
fn an_undecided_lesson_is_no_failure() {
    let course = course("echo main: hello");
    course.bless("sample");
    let told = course.harness(&["check", "--format", "json"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert_eq!(parsed(&told)["lessons"][0]["verdict"], "undecided");
    let told = course.harness(&["check"]);
    assert_eq!(told.code, 0);
    // What follows depends on the machine's processors.
    let told = told.stdout.split(", and here it has").next().unwrap();
    assert_snapshot!(told, @"
    undecided  sample  [time]  1 run

    undecided: sample: lines come from exactly 9 processes in all
      it needs 100000 processors
    ");
}

#[test]
fn an_undecided_lesson_is_a_failure_where_it_is_strict() {
    let course = course("echo main: hello");
    course.bless("sample");
    for arguments in [&["check", "--strict"][..], &["check", "--strict", "--format", "json"]] {
        let told = course.harness(arguments);
        assert_eq!((told.code, told.stderr.as_str()), (1, ""));
        // Only the exit code changes, not the verdict.
        assert!(told.stdout.contains("undecided") && !told.stdout.contains("refuted:"), "{}", told.stdout);
    }
    course.harness(&["check", "--record", "runs"]);
    let replay = ["check", "sample", "--replay", "runs/sample.jsonl"];
    assert_eq!(course.harness(&replay).code, 0);
    assert_eq!(course.harness(&[&replay[..], &["--strict"]].concat()).code, 1);
    let decided = Scratch::sample(PROCESSES, "echo main: hello");
    decided.bless("sample");
    assert_eq!(decided.harness(&["check", "--strict"]).code, 0);
}

#[test]
fn a_status_with_an_undecided_topic_is_a_failure_where_it_is_strict() {
    let course = course("echo main: hello");
    course.bless("sample");
    let (decided, _) = SYLLABUS.split_once("[[topic]]\nid = \"forgotten\"").unwrap();
    course.file("docs/syllabus.toml", decided);
    assert_eq!(course.harness(&["status"]).code, 0);
    let told = course.harness(&["status", "--strict"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert!(told.stdout.contains("4 topics: 2 proven, 1 explained, 1 undecided\n"), "{}", told.stdout);
}

#[test]
fn a_status_is_one_object_of_topics_in_the_documents_order() {
    let course = course("echo main: hello");
    course.bless("sample");
    let told = course.harness(&["status", "--format", "json"]);
    // A topic that nothing proves is not proven.
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert_snapshot!("status", told.stdout);
}

#[test]
fn a_status_is_a_table_for_people() {
    let course = course("echo main: hello; echo main: one more");
    course.bless("sample");
    let told = course.harness(&["status"]);
    assert_eq!((told.code, told.stderr.as_str()), (1, ""));
    assert_snapshot!(told.stdout, @"
    proven     snippet  hello       Hello
                        golden of sample
    refuted    claim    no-more     No more than that
                        sample: no line contains “more”
    undecided  claim    many-cores  Many processors are used
                        sample: lines come from exactly 9 processes in all
    explained  api      usual       Usually left alone
                        It is a convention.

    beyond the documents
    uncovered  api      forgotten   Nobody proves it
                        no golden and no check is to prove it

    5 topics: 1 proven, 1 explained, 1 undecided, 1 refuted, 1 uncovered

    refuted: sample: no line contains “more”
      expected  no such line
      seen      1 line
      lines     stdout   2  main (pid [A]) │ main: one more

    sample: this run is kept; `harness check sample --replay target/harness/sample.jsonl` judges it again

    1 lesson: 0 proven, 1 refuted in [time] (1 run)
    ");
}

#[test]
fn a_status_in_which_every_topic_is_proven_is_no_failure() {
    let course = Scratch::sample("covers = [\"hello\"]\n[actors]\nmain = '^main'\n", "echo main: hello");
    course.bless("sample");
    let (hello, _) = SYLLABUS.split_once("[[topic]]\nid = \"no-more\"").unwrap();
    course.file("docs/syllabus.toml", hello);
    let told = course.harness(&["status"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert!(told.stdout.contains("1 topic: 1 proven\n"), "{}", told.stdout);
}
