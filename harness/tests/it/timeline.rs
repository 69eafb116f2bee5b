//! Runs are drawn: as lanes of text, and as pictures that hold nothing that a run's record does not tell.

use std::fs;
use std::path::Path;

use harness::contract::Contract;
use harness::course::Course;
use harness::language::Language;
use harness::report::timeline::bins::values;
use harness::report::timeline::svg::{self, Picture, description};
use harness::report::timeline::text;
use harness::transcript::Transcript;
use insta::assert_snapshot;
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::scratch::Scratch;

const PROCESSES: &str = "kind = \"process\"\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";
const THREADS: &str = "kind = \"thread\"\nmain = '^main'\ndance = '^dance'\nsing = '^sing'\n";

fn contract(actors: &str) -> Contract {
    let text = format!("title = \"A lesson\"\n[actors]\n{actors}");
    Contract::parse(&text, Path::new("lesson.toml")).unwrap_or_else(|error| panic!("{error}"))
}

/// A run of program 100, made up: its writers, and its lines as writer, microseconds and text.
fn run(writers: &[Value], lines: &[(usize, u64, &str)]) -> Transcript {
    run_ending(writers, lines, &json!({}))
}

/// As [`run`], with these keys in its last record, added or replaced.
fn run_ending(writers: &[Value], lines: &[(usize, u64, &str)], end: &Value) -> Transcript {
    let mut file = json!({ "transcript": { "version": 1, "pid": 100 } }).to_string() + "\n";
    for writer in writers {
        file += &(json!({ "writer": writer }).to_string() + "\n");
    }
    for (writer, at, text) in lines {
        let line = json!({ "stream": "stdout", "writer": writer, "at_ns": at * 1000, "text": text });
        file += &(json!({ "line": line }).to_string() + "\n");
    }
    let mut whole = json!({ "exit": { "code": 0 }, "duration_ns": 1_000_000_000 });
    whole.as_object_mut().unwrap().extend(end.as_object().unwrap().clone());
    file += &json!({ "end": whole }).to_string();
    Transcript::parse(file.as_bytes(), Path::new("run.jsonl")).next().unwrap().unwrap()
}

/// Main forks dance, which is killed, and sing, which isn't.
fn processes() -> Transcript {
    let writers = [
        json!({ "pid": 100, "parent": 1 }),
        json!({ "pid": 101, "parent": 100, "exit": { "signal": 9 } }),
        json!({ "pid": 102, "parent": 100, "exit": { "code": 0 } }),
    ];
    let lines = [
        (0, 2_000, "main: 100"),
        (1, 100_000, "dance: 101"),
        (2, 100_100, "sing: 102"),
        (2, 100_200, "sing: 唱歌中..."),
        (1, 300_000, "dance: 跳舞中..."),
        (2, 700_000, "sing: 唱歌中..."),
        (0, 900_000, "main: ends"),
    ];
    run(&writers, &lines)
}

/// Three threads that take a lock one after the other.
fn threads() -> Transcript {
    let lines = [
        (0, 10_000, "main: starts"),
        (0, 100_000, "sing acquires"),
        (0, 300_000, "sing releases"),
        (0, 300_000, "dance acquires"),
        (0, 500_000, "dance releases"),
        (0, 900_000, "main: ends"),
    ];
    run(&[json!({ "pid": 100, "parent": 1 })], &lines)
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

const PICTURE: Picture<'static> =
    Picture { title: "Dance & sing", description: "Two <processes>.", id: "lesson", language: Language::En };

fn drawn(contract: &Contract, run: &Transcript) -> String {
    svg::run(contract, run, &PICTURE)
}

/// The groups of a class, each by its title.
fn titles(picture: &str, class: &str) -> Vec<String> {
    let document = Document::parse(picture).unwrap();
    let groups = document.descendants().filter(|node| node.attribute("class") == Some(class));
    groups.map(|group| title(group).to_owned()).collect()
}

fn title<'a>(group: Node<'a, '_>) -> &'a str {
    group.children().find(|child| child.has_tag_name("title")).unwrap().text().unwrap()
}

fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute).unwrap().parse().unwrap()
}

#[test]
fn lanes_of_text_show_who_ran_when() {
    assert_snapshot!(plain(&text::run(&contract(PROCESSES), &processes(), 80)), @"
                      0.0 s       0.2 s       0.4 s       0.6 s       0.8 s
      main  pid 100   ●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●──────
      dance  pid 101        ●━━━━━━━━━━━●✕
      sing  pid 102         2━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●

    ● a line, when it was received; a digit: so many lines; ━ from an actor's first line to its last
    ✕ dance: killed by SIGKILL after its last line
    → main creates dance
    → main creates sing

      0.0020 s  main  │ main: 100
      0.1000 s  dance │ dance: 101
      0.1001 s  sing  │ sing: 102
      0.1002 s  sing  │ sing: 唱歌中...
      0.3000 s  dance │ dance: 跳舞中...
      0.7000 s  sing  │ sing: 唱歌中...
      0.9000 s  main  │ main: ends

    exit status 0 after 1.000 s
    ");
}

#[test]
fn threads_of_one_process_are_held_together_and_show_who_holds_the_lock() {
    let holds = "[holds]\nfrom = 'acquires$'\nto = 'releases$'\n";
    let contract = contract(&format!("{THREADS}{holds}[[always]]\norder = ['^dance', '^main: ends']\n"));
    assert_snapshot!(plain(&text::run(&contract, &threads(), 60)), @"
                     0.0 s   0.2 s   0.4 s   0.6 s   0.8 s
    ╭ main  pid 100  ●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●─────
    │ dance          ────────────●▒▒▒▒▒▒▒●─────────────────────
    ╰ sing           ────●▒▒▒▒▒▒▒●─────────────────────────────

    ● a line, when it was received; a digit: so many lines; ━ from an actor's first line to its last
    ▒ holds the lock
    ⇢ in every run `dance releases` comes before `main: ends`

      0.0100 s  main  │ main: starts
      0.1000 s  sing  │ sing acquires
      0.3000 s  sing  │ sing releases
      0.3000 s  dance │ dance acquires
      0.5000 s  dance │ dance releases
      0.9000 s  main  │ main: ends

    exit status 0 after 1.000 s
    ");
}

#[test]
fn lanes_are_as_wide_as_the_terminal_within_bounds() {
    let contract = contract(PROCESSES);
    let widest = |columns| {
        let text = plain(&text::run(&contract, &processes(), columns));
        // The program's lane reaches to the end; a cross may follow it.
        let lane = text.lines().nth(1).unwrap().chars().count();
        lane + 1
    };
    assert_eq!([widest(0), widest(100), widest(100_000)], [60, 100, 200]);
}

#[test]
fn orders_of_several_runs_are_told_with_how_often_they_were_seen() {
    let order = |first, second| {
        let writer = json!({ "pid": 100, "parent": 1 });
        run(&[writer], &[(0, 1_000, first), (0, 2_000, second), (0, 3_000, "main: ends")])
    };
    let runs = [order("sing", "dance"), order("dance", "sing"), order("dance", "sing")];
    let contract = contract(THREADS);
    assert_snapshot!(plain(&text::orders(&contract, &runs, 80)), @"
    2 of 3  D S M 
    1 of 3  S D M 

    M main   D dance   S sing
    a row is an order that was seen, and in how many runs; a letter is a line, by who printed it
    2 different orders in 3 runs
    ");
    let picture = svg::orders(&contract, &runs, &PICTURE);
    assert_eq!(
        titles(&picture, "timeline-order"),
        ["seen in 2 of 3 runs: dance, sing, main", "seen in 1 of 3 runs: sing, dance, main"]
    );
    let document = Document::parse(&picture).unwrap();
    let letters = |node: &Node<'_, '_>| node.attribute("class") == Some("timeline-letter");
    let letters: String = document.descendants().filter(letters).filter_map(|node| node.text()).collect();
    assert_eq!(letters, "MDSDSMSDM", "the legend, and then the orders");
    let described = description::orders(&contract, &runs, Language::En);
    assert_eq!(described, "seen in 2 of 3 runs dance sing main; seen in 1 of 3 runs sing dance main.");
}

#[test]
fn actors_with_the_same_first_letter_have_others() {
    let contract = contract("sum1 = '^sum1'\nsum2 = '^sum2'\n");
    let run = run(&[json!({ "pid": 100, "parent": 1 })], &[(0, 1, "sum1: 1"), (0, 2, "sum2: 2")]);
    let told = plain(&text::orders(&contract, &[run], 80));
    assert!(told.starts_with("1 of 1  A B \n"), "{told}");
    assert!(told.contains("A sum1   B sum2"), "{told}");
}

#[test]
fn a_picture_has_a_title_a_description_and_no_script() {
    let contract = contract(PROCESSES);
    let pictures = [
        drawn(&contract, &processes()),
        svg::orders(&contract, &[processes(), processes()], &PICTURE),
        svg::histogram("sum", &[1.0, 2.0, 2.5], &PICTURE),
    ];
    for picture in pictures {
        let document = Document::parse(&picture).unwrap();
        let root = document.root_element();
        assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")));
        assert_eq!(root.attribute("aria-labelledby"), Some("lesson-title lesson-desc"));
        let with_id = |id| document.descendants().find(|node| node.attribute("id") == Some(id)).unwrap();
        assert_eq!(with_id("lesson-title").text(), Some("Dance & sing"));
        assert_eq!(with_id("lesson-desc").text(), Some("Two <processes>."));
        let ids = document.descendants().filter_map(|node| node.attribute("id"));
        assert!(ids.into_iter().all(|id| id.starts_with("lesson-")));
        let names: Vec<&str> = document.descendants().map(|node| node.tag_name().name()).collect();
        assert!(!names.contains(&"script"), "{picture}");
        assert!(names.iter().filter(|name| **name == "text").count() > 2, "its words are text");
        assert!(
            picture.lines().all(|line| !line.trim().is_empty()),
            "Markdown ends at a blank line:\n{picture}"
        );
    }
}

#[test]
fn what_xml_can_not_hold_is_escaped() {
    let line = "main: <b attr=\"&amp;\"> \u{1b}[1m\0\u{ffff}";
    let run = run(&[json!({ "pid": 100, "parent": 1 })], &[(0, 1, line)]);
    let contract = contract(PROCESSES);
    let whole = svg::run(&contract, &run, &Picture { title: "\u{7}\u{fffe}", ..PICTURE });
    let lines = titles(&whole, "timeline-line");
    assert_eq!(lines, [r#"0.001 ms, main: main: <b attr="&amp;"> \u{1b}[1m\u{0}\u{ffff}"#]);
}

#[test]
fn the_same_run_is_the_same_picture() {
    let contract = contract(PROCESSES);
    assert_eq!(drawn(&contract, &processes()), drawn(&contract, &processes()));
    let runs = || [threads(), processes(), threads()];
    assert_eq!(svg::orders(&contract, &runs(), &PICTURE), svg::orders(&contract, &runs(), &PICTURE));
}

#[test]
fn a_pid_is_drawn_as_who_has_it() {
    let contract = contract(&format!("{PROCESSES}[names]\npid = {{ pid_in = '^\\w+: (\\d+)$' }}\n"));
    let lines = titles(&drawn(&contract, &processes()), "timeline-line");
    assert_eq!(
        lines[..2],
        ["2.000 ms, main: main: ‹pid of main›", "100.000 ms, dance: dance: ‹pid of dance›"]
    );
    assert!(plain(&text::run(&contract, &processes(), 80)).contains("dance: 101"));
}

/// Every lesson's golden as a run in which each actor is a process, and its lines come a millisecond apart.
fn goldens() -> Vec<(String, Contract, Transcript)> {
    let course = Course::find(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let golden = |lesson: harness::judge::subject::Subject| {
        let form = lesson.golden.unwrap_or_default();
        let lines: Vec<_> = form.lines().filter_map(|line| line.split_once(" │ ")).collect();
        let mut actors: Vec<&str> = lines.iter().map(|(actor, _)| *actor).collect();
        actors.dedup();
        let writers: Vec<Value> =
            (0..actors.len()).map(|index| json!({ "pid": 100 + index, "parent": 100 })).collect();
        let writer = |actor| actors.iter().position(|known| *known == actor).unwrap();
        let lines = lines.iter().zip(1..).map(|((actor, text), at)| (writer(*actor), at * 1000, *text));
        let lines: Vec<_> = lines.collect();
        let run = run(&writers, &lines);
        (lesson.name, lesson.contract, run)
    };
    course.lessons().unwrap().into_iter().map(golden).collect()
}

#[test]
fn every_line_of_every_lesson_has_a_mark_and_a_row_of_its_own() {
    let mut marks = 0;
    for (name, contract, run) in goldens() {
        let picture = drawn(&contract, &run);
        let document = Document::parse(&picture).unwrap_or_else(|error| panic!("{name}: {error}"));
        let of = |class: &'static str| {
            document.descendants().filter(move |node| node.attribute("class") == Some(class))
        };
        assert_eq!(of("timeline-line").count(), run.lines().len(), "{name}");
        let rows: Vec<f64> = of("timeline-text").map(|text| number(text, "y")).collect();
        assert!(rows.windows(2).all(|rows| rows[1] - rows[0] >= 15.9), "{name}: {rows:?}");
        let width = number(document.root_element(), "width");
        assert!(width <= 1.3 * 480.0, "{name} is legible on a telephone, at {width}");
        marks += run.lines().len();
    }
    assert!(marks > 100, "the goldens are not found");
}

#[test]
fn only_who_was_killed_has_a_cross() {
    let contract = contract(PROCESSES);
    assert_eq!(titles(&drawn(&contract, &processes()), "timeline-kill"), ["killed by SIGKILL"]);
    let lines = [(0, 1_000, "main: starts"), (1, 2_000, "dance: starts")];
    let writers = |exit: Value| {
        [json!({ "pid": 100, "parent": 1 }), json!({ "pid": 101, "parent": 100, "exit": exit })]
    };
    let kills = |exit: Value, end: Value| {
        titles(&drawn(&contract, &run_ending(&writers(exit), &lines, &end)), "timeline-kill")
    };
    let nobody: Vec<String> = Vec::new();
    assert_eq!(kills(Value::Null, json!({})), nobody, "how it ended is not known");
    assert_eq!(kills(json!({ "code": 9 }), json!({})), nobody);
    assert_eq!(kills(json!({ "code": 0 }), json!({ "exit": { "signal": 6 } })), ["killed by SIGABRT"]);
    let survivors = json!({ "survivors": [{ "pid": 101, "command": "dance" }] });
    assert_eq!(kills(json!({ "signal": 9 }), survivors), ["killed by the harness"]);
    let cut = json!({ "exit": { "signal": 9 }, "cut": { "timedout": { "secs": 10, "nanos": 0 } } });
    assert_eq!(kills(json!({ "code": 0 }), cut), ["killed by the harness"]);
}

#[test]
fn all_threads_of_a_process_that_was_killed_have_a_cross() {
    let lines = [(0, 1_000, "dance"), (0, 2_000, "sing")];
    let end = json!({ "exit": { "signal": 6 } });
    let picture = drawn(&contract(THREADS), &run_ending(&[json!({ "pid": 100, "parent": 1 })], &lines, &end));
    let document = Document::parse(&picture).unwrap();
    let kill = document.descendants().find(|node| node.attribute("class") == Some("timeline-kill")).unwrap();
    let strokes = kill.children().filter(|child| child.has_tag_name("line")).count();
    assert_eq!(strokes, 4, "two crosses");
}

#[test]
fn only_a_known_parent_has_an_arrow_to_its_child() {
    let contract = contract(PROCESSES);
    let forks = |parent: Value| {
        let writers = [json!({ "pid": 100, "parent": 1 }), json!({ "pid": 101, "parent": parent })];
        let lines = [(0, 1_000, "main: starts"), (1, 2_000, "dance: starts")];
        titles(&drawn(&contract, &run(&writers, &lines)), "timeline-created").len()
    };
    assert_eq!(forks(json!(100)), 1);
    assert_eq!(forks(Value::Null), 0, "it had ended before it could be asked");
    assert_eq!(forks(json!(77)), 0, "its parent prints nothing");
}

#[test]
fn a_program_that_prints_nothing_is_drawn_as_its_childrens_parent() {
    let writers = [json!({ "pid": 101, "parent": 100 }), json!({ "pid": 102, "parent": 100 })];
    let silent = run(&writers, &[(0, 1_000, "dance"), (1, 2_000, "sing")]);
    let contract = contract(PROCESSES);
    let picture = drawn(&contract, &silent);
    assert_eq!(titles(&picture, "timeline-created").len(), 2);
    assert_eq!(titles(&picture, "timeline-process").len(), 3);
    let described = description::run(&contract, &silent, Language::En);
    assert!(described.starts_with("program prints nothing; dance prints 1 line"), "{described}");
}

#[test]
fn only_what_the_contract_puts_in_order_has_an_arrow() {
    let before = |order: &str| {
        let contract = contract(&format!("{PROCESSES}{order}"));
        titles(&drawn(&contract, &processes()), "timeline-ordered").len()
    };
    assert_eq!(before(""), 0, "that main comes later may be chance");
    assert_eq!(before("[[always]]\norder = ['^sing', '^main: ends']\n"), 1);
    assert_eq!(before("[[always]]\norder = ['^main: \\d', '^sing']\n"), 0, "the other way round");
    assert_eq!(before("[[always]]\norder = ['^sing', '^main']\n"), 0, "it does not hold in this run");
}

#[test]
fn a_lock_is_held_from_the_line_that_says_so_to_the_one_that_says_it_is_let_go() {
    let held =
        |holds: &str| titles(&drawn(&contract(&format!("{THREADS}{holds}")), &threads()), "timeline-held");
    assert_eq!(
        held("[holds]\nfrom = 'acquires$'\nto = 'releases$'\n"),
        ["sing holds the lock", "dance holds the lock"]
    );
    assert_eq!(held("[holds]\nfrom = 'acquires$'\nto = '^sing releases'\n"), ["sing holds the lock"]);
    let by_another = held("[holds]\nfrom = '^sing acquires'\nto = '^dance releases'\n");
    assert!(by_another.is_empty(), "who lets go is not who took it: {by_another:?}");
    assert!(held("").is_empty());
}

#[test]
fn a_line_on_stderr_and_one_of_nobody_are_drawn_too() {
    let text = r#"{"transcript":{"version":1,"pid":100}}
{"writer":{"pid":100,"parent":1}}
{"line":{"stream":"stderr","writer":0,"at_ns":1000,"text":"main: a warning"}}
{"line":{"stream":"stdout","writer":0,"at_ns":2000,"text":"who?"}}
{"end":{"exit":{"code":0},"duration_ns":3000}}"#;
    let run = Transcript::parse(text.as_bytes(), Path::new("run.jsonl")).next().unwrap().unwrap();
    let lines = titles(&drawn(&contract(PROCESSES), &run), "timeline-line");
    assert_eq!(lines, ["0.001 ms, stderr: main: a warning", "0.002 ms, ‹nobody›: who?"]);
}

#[test]
fn where_nobody_names_the_writers_a_lane_is_an_actor() {
    let text = r#"{"transcript":{"version":1,"pid":100}}
{"line":{"stream":"stdout","writer":null,"at_ns":1000000,"text":"dance"}}
{"line":{"stream":"stdout","writer":null,"at_ns":2000000,"text":"sing"}}
{"end":{"exit":{"code":0},"duration_ns":3000000}}"#;
    let run = Transcript::parse(text.as_bytes(), Path::new("run.jsonl")).next().unwrap().unwrap();
    let contract = contract("dance = 'dance'\nsing = 'sing'\n");
    let picture = drawn(&contract, &run);
    assert_eq!(titles(&picture, "timeline-line"), ["1.000 ms, dance: dance", "2.000 ms, sing: sing"]);
    assert!(titles(&picture, "timeline-process").is_empty(), "who is a process is not known");
    assert!(!plain(&text::run(&contract, &run, 80)).contains("pid"));
}

#[test]
fn each_process_that_plays_one_actor_has_a_lane() {
    let writers = [json!({ "pid": 101, "parent": 1 }), json!({ "pid": 102, "parent": 1 })];
    let run = run(&writers, &[(0, 1_000, "worker"), (1, 2_000, "worker"), (0, 3_000, "worker")]);
    let contract = contract("worker = { line = 'worker', each = true }\n");
    let lines = titles(&drawn(&contract, &run), "timeline-line");
    let who: Vec<&str> = lines.iter().map(|line| line.split([',', ':']).nth(1).unwrap().trim()).collect();
    assert_eq!(who, ["worker#1", "worker#2", "worker#1"]);
}

#[test]
fn a_histogram_counts_every_value() {
    let counted = |values: &[f64]| -> usize {
        let titles = titles(&svg::histogram("sum", values, &PICTURE), "timeline-count");
        titles.iter().map(|title| title.rsplit(": ").next().unwrap().parse::<usize>().unwrap()).sum()
    };
    let many: Vec<f64> = (0..1000).map(|n| f64::from(n * n % 977)).collect();
    assert_eq!([counted(&[]), counted(&[7.0]), counted(&[7.0; 5]), counted(&many)], [0, 1, 5, 1000]);
    let picture = svg::histogram("sum", &[1_000_000.0, 1_234_567.0, 2_000_000.5], &PICTURE);
    for told in ["1,000,000", "2,000,000.5", "sum: 3 values, median 1,234,567"] {
        assert!(picture.contains(&format!(">{told}</text>")), "{told} is missing");
    }
    let picture = svg::histogram("sum", &[0.0, 1_234_567_890.0], &PICTURE);
    let document = Document::parse(&picture).unwrap();
    let middle = document.descendants().find(|node| node.attribute("text-anchor") == Some("middle")).unwrap();
    assert_eq!(middle.text(), Some("1,234,567,890"));
    assert!(number(middle, "x") < 360.0, "the greatest value is the median, and its label would be cut");
    let described = description::histogram("sum", &[3.0, 1.0, 2.0], Language::En);
    assert_eq!(described, "sum: 3 values, median 2; 1 – 3.");
}

#[test]
fn a_number_is_taken_from_all_runs_or_one_actors_lines() {
    let contract = contract("sum1 = '^sum1'\nsum2 = '^sum2'\n[names]\nsum = { number_in = ': (.+)$' }\n");
    let run = |one, two| self::run(&[json!({ "pid": 100, "parent": 1 })], &[(0, 1, one), (0, 2, two)]);
    let runs = [run("sum1: 1", "sum2: 2"), run("sum2: 4", "sum1: none")];
    assert_eq!(values(&contract, &runs, "sum"), Some(vec![1.0, 2.0, 4.0]));
    assert_eq!(values(&contract, &runs, "sum2.sum"), Some(vec![2.0, 4.0]));
    assert_eq!((values(&contract, &runs, "total"), values(&contract, &runs, "main.sum")), (None, None));
}

#[test]
fn of_very_many_lines_the_first_are_drawn_and_the_rest_counted() {
    let lines: Vec<(usize, u64, &str)> = (1..=600).map(|at| (0, at * 1000, "main: again")).collect();
    let run = run(&[json!({ "pid": 100, "parent": 1 })], &lines);
    let picture = drawn(&contract(PROCESSES), &run);
    assert_eq!(titles(&picture, "timeline-line").len(), 500);
    assert!(picture.contains(">… and 100 more lines</text>"));
    let told = plain(&text::run(&contract(PROCESSES), &run, 80));
    assert_eq!(told.matches("│ main: again\n").count(), 200);
    assert!(told.contains("… and 400 more lines\n"), "{told}");
}

#[test]
fn a_picture_speaks_chinese() {
    let picture =
        svg::run(&contract(PROCESSES), &processes(), &Picture { language: Language::Zh, ..PICTURE });
    assert_eq!(titles(&picture, "timeline-kill"), ["被 SIGKILL 终止"]);
    let described = description::run(&contract(PROCESSES), &processes(), Language::Zh);
    assert!(described.starts_with("main 从 0.0 s 到 0.9 s 输出 2 行；"), "{described}");
}

/// The relative luminance of a colour, and the contrast of two: WCAG 2.2.
fn luminance(colour: &str) -> f64 {
    let hex = colour.trim_start_matches('#');
    let digits: String =
        if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    (one / other).max(other / one)
}

#[test]
fn every_colour_stands_out_in_light_and_in_dark() {
    let picture = drawn(&contract(PROCESSES), &processes());
    let (light, dark) = picture.split_once("prefers-color-scheme:dark").unwrap();
    for scheme in [light, dark] {
        let colours: Vec<(&str, &str)> = scheme
            .split("var(--timeline-")
            .skip(1)
            .filter_map(|rest| rest.split(')').next()?.split_once(','))
            .collect();
        // Letters on an actor's colour are as light as the paper.
        let colours: Vec<_> = colours.into_iter().filter(|(name, _)| *name != "letter").collect();
        let paper = colours.iter().find(|(name, _)| *name == "paper").unwrap().1;
        assert_eq!(colours.len(), 13);
        for (name, colour) in colours.iter().filter(|(name, _)| *name != "paper") {
            assert!(contrast(colour, paper) >= 4.5, "{name}: {colour} on {paper}");
        }
    }
}

#[test]
fn the_command_line_draws_a_run_even_if_it_is_refuted() {
    let course =
        Scratch::sample("[actors]\nmain = '^main'\n[[always]]\nnever = 'hello'\n", "echo main: hello");
    let told = course.harness(&["timeline", "sample"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert!(told.stdout.contains("  main │ main: hello\n"), "{}", told.stdout);
    let told = course.harness(&["timeline", "sample", "--runs", "3"]);
    assert!(told.stdout.starts_with("3 of 3  M \n"), "{}", told.stdout);
    let told = course.harness(&["timeline", "sample", "--", "echo", "main: another"]);
    assert!(told.stdout.contains("main │ main: another\n"), "{}", told.stdout);
}

#[test]
fn recorded_runs_are_drawn_the_same_again() {
    let course = Scratch::sample("[actors]\nmain = '^main'\n", "echo main: hello");
    course.bless("sample");
    course.harness(&["check", "sample", "--record", "runs"]);
    course.file("examples-bin/sample/script.sh", "echo main: something else");
    let draw = |files: &[&str], to| {
        let told = course.harness(&[&["timeline", "sample", "--svg", to, "--replay"], files].concat());
        assert_eq!((told.code, told.stdout), (0, format!("sample: drawn as {to}\n")));
        fs::read_to_string(course.path(to)).unwrap()
    };
    let run = ["runs/sample.jsonl"];
    let picture = draw(&run, "one.svg");
    assert_eq!(titles(&picture, "timeline-line").len(), 1);
    assert!(picture.contains("main: hello"), "{picture}");
    assert_eq!(picture, draw(&run, "again.svg"));
    let both = draw(&[run[0], run[0]], "two.svg");
    assert_eq!(titles(&both, "timeline-order"), ["seen in 2 of 2 runs: main"]);
}

#[test]
fn what_can_not_be_drawn_is_said() {
    let course = Scratch::sample(
        "[actors]\nmain = '^main'\n[names]\nsum = { number_in = '(\\d+)' }\n",
        "echo main: 7",
    );
    let error = |arguments: &[&str]| course.harness(arguments).error();
    assert_snapshot!(error(&["timeline", "sample", "--histogram", "sun"]), @"error: `sun` is not in [names] of sample, which has sum");
    assert_snapshot!(error(&["timeline", "sample", "--svg", "no/folder.svg"]), @"error: `no/folder.svg` can't be written: No such file or directory (os error 2)");
    assert_snapshot!(error(&["timeline", "sample", "--replay", "none.jsonl"]), @"error: `none.jsonl` can't be read: No such file or directory (os error 2)");
    assert_snapshot!(error(&["timeline", "nobody"]), @"error: there is no lesson `nobody`; there is only `sample`");
    let told = course.harness(&["timeline", "sample", "--histogram", "main.sum"]);
    assert!(told.code == 0 && told.stdout.contains("from 7 to 7, median 7; 1 value"), "{}", told.stdout);
}
