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

/// A run of program 100, made up, that a witness saw: its processes, each with a first thread, which have the same places; and
/// its lines as thread, microseconds and text.
fn run(processes: &[Value], lines: &[(usize, u64, &str)]) -> Transcript {
    run_with(processes, &[], lines)
}

/// As [`run`], with these threads behind the first ones.
fn run_with(processes: &[Value], threads: &[Value], lines: &[(usize, u64, &str)]) -> Transcript {
    let first = |(index, process): (usize, &Value)| {
        let mut first = json!({ "tid": process["pid"], "process": index, "born_ns": process["born_ns"] });
        first["creator"] = process["creator"].clone();
        first
    };
    let threads: Vec<Value> =
        processes.iter().enumerate().map(first).chain(threads.iter().cloned()).collect();
    let line = |(thread, at, text): &(usize, u64, &str)| {
        let process = &threads[*thread]["process"];
        json!({ "stream": "stdout", "process": process, "thread": thread, "at_ns": at * 1000, "text": text })
    };
    let lines: Vec<Value> = lines.iter().map(line).collect();
    recorded(&json!("threads"), &[("process", processes), ("thread", &threads), ("line", &lines)], &json!({}))
}

/// A run of program 100, made up, of which only the sockets told: processes by their pids, and lines as process, microseconds
/// and text. These keys are in its last record, added or replaced.
fn unwitnessed(pids: &[u32], lines: &[(usize, u64, &str)], end: &Value) -> Transcript {
    let processes: Vec<Value> = pids.iter().map(|pid| json!({ "pid": pid })).collect();
    let line = |(process, at, text): &(usize, u64, &str)| json!({ "stream": "stdout", "process": process, "at_ns": at * 1000, "text": text });
    let lines: Vec<Value> = lines.iter().map(line).collect();
    recorded(&json!({ "socket": "the test says so" }), &[("process", &processes), ("line", &lines)], end)
}

fn recorded(witness: &Value, records: &[(&str, &[Value])], end: &Value) -> Transcript {
    let head = json!({ "transcript": { "version": 2, "pid": 100, "witness": witness } });
    let mut file = head.to_string() + "\n";
    for &(kind, records) in records {
        file.extend(records.iter().map(|record| json!({ kind: record }).to_string() + "\n"));
    }
    let mut whole = json!({ "exit": { "code": 0 }, "duration_ns": 1_000_000_000 });
    whole.as_object_mut().unwrap().extend(end.as_object().unwrap().clone());
    file += &json!({ "end": whole }).to_string();
    Transcript::parse(file.as_bytes(), Path::new("run.jsonl")).next().unwrap().unwrap()
}

/// The program's process, from its start to its end.
fn program() -> Value {
    json!({ "pid": 100, "born_ns": 0, "ended_ns": 1_000_000_000, "exit": { "code": 0 } })
}

/// A process that the thread with this place created, and what else is known of it.
fn child(pid: u32, creator: usize, from_to: [u64; 2], known: &Value) -> Value {
    let [born, ended] = from_to.map(|at| at * 1000);
    let mut child = json!({ "pid": pid, "creator": creator, "born_ns": born, "ended_ns": ended });
    child.as_object_mut().unwrap().extend(known.as_object().unwrap().clone());
    child
}

/// A thread of this process, which the thread with this place created, and which ends by itself.
fn thread(tid: u32, process: usize, creator: usize, [born, ended]: [u64; 2]) -> Value {
    let (born, ended) = (born * 1000, ended * 1000);
    json!({ "tid": tid, "process": process, "creator": creator, "born_ns": born, "ended_ns": ended })
}

/// Main forks dance, which it kills, and sing, which it waits for.
fn processes() -> Transcript {
    let killed = json!({ "exit": { "signal": 9 }, "killed": { "by": 0 }, "awaited": 0 });
    let processes = [
        program(),
        child(101, 0, [50_000, 400_000], &killed),
        child(102, 0, [60_000, 800_000], &json!({ "exit": { "code": 0 }, "awaited": 0 })),
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
    run(&processes, &lines)
}

/// Two threads that take a lock one after the other.
fn threads() -> Transcript {
    let threads = [thread(101, 0, 0, [20_000, 550_000]), thread(102, 0, 0, [30_000, 350_000])];
    let lines = [
        (0, 10_000, "main: starts"),
        (2, 100_000, "sing acquires"),
        (2, 300_000, "sing releases"),
        (1, 300_000, "dance acquires"),
        (1, 500_000, "dance releases"),
        (0, 900_000, "main: ends"),
    ];
    run_with(&[program()], &threads, &lines)
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
      dance  pid 101     ───●━━━━━━━━━━━●─────✕
      sing  pid 102      ───2━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●──────

    ● a line, when it was written; a digit: so many lines; ━ from an actor's first line to its last
    ─ alive; ✕ killed

      0.0020 s  main  │ main: 100
      0.0500 s  main  → creates the process dance
      0.0600 s  main  → creates the process sing
      0.1000 s  dance │ dance: 101
      0.1001 s  sing  │ sing: 102
      0.1002 s  sing  │ sing: 唱歌中...
      0.3000 s  dance │ dance: 跳舞中...
      0.4000 s  dance ✕ killed by main with SIGKILL
      0.4000 s  main  ← waited for the process dance to end
      0.7000 s  sing  │ sing: 唱歌中...
      0.8000 s  main  ← waited for the process sing to end
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
    │ dance          ────────────●▒▒▒▒▒▒▒●──
    ╰ sing            ───●▒▒▒▒▒▒▒●──

    ● a line, when it was written; a digit: so many lines; ━ from an actor's first line to its last
    ─ alive; ▒ holds the lock
    ⇢ in every run `dance releases` comes before `main: ends`

      0.0100 s  main  │ main: starts
      0.0200 s  main  → creates the thread dance
      0.0300 s  main  → creates the thread sing
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
    let order =
        |first, second| run(&[program()], &[(0, 1_000, first), (0, 2_000, second), (0, 3_000, "main: ends")]);
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
    let run = run(&[program()], &[(0, 1, "sum1: 1"), (0, 2, "sum2: 2")]);
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
    let run = run(&[program()], &[(0, 1, line)]);
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
        let children = (101..).zip(1..actors.len());
        let children =
            children.map(|(pid, _)| child(pid, 0, [0, 1_000_000], &json!({ "exit": { "code": 0 } })));
        let writers: Vec<Value> = [program()].into_iter().chain(children).collect();
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

/// What a picture says of kills, and its rows with a cross in text, in a run of main and its child dance.
fn kills(child_is: &Value) -> (Vec<String>, Vec<String>) {
    let processes = [program(), child(101, 0, [1_000, 500_000], child_is)];
    let run = run(&processes, &[(0, 1_500, "main: starts"), (1, 2_000, "dance: starts")]);
    let text = plain(&text::run(&contract(PROCESSES), &run, 80));
    let rows = text.lines().filter(|line| line.contains(" s  ") && line.contains('✕'));
    (titles(&drawn(&contract(PROCESSES), &run), "timeline-kill"), rows.map(str::to_owned).collect())
}

#[test]
fn only_who_was_killed_has_a_cross() {
    for exit in [json!(null), json!({ "code": 9 })] {
        assert_eq!(kills(&json!({ "exit": exit })), (Vec::new(), Vec::new()));
    }
    let (titles, rows) = kills(&json!({ "exit": { "signal": 9 } }));
    assert_eq!(titles, ["dance: killed by SIGKILL"], "it is not known by whom");
    assert_eq!(rows, ["  0.5000 s  dance ✕ killed by SIGKILL"], "where it died");
}

#[test]
fn a_cross_says_by_whom() {
    let killed = |signal: i32, by: Value| kills(&json!({ "exit": { "signal": signal }, "killed": by })).0;
    assert_eq!(killed(15, json!({ "by": 0 })), ["dance: killed by main with SIGTERM"]);
    assert_eq!(killed(9, json!({ "by": 1 })), ["dance: killed by itself with SIGKILL"]);
    assert_eq!(killed(11, json!("kernel")), ["dance: killed by the kernel with SIGSEGV"]);
    let as_main_had_ended = ["dance: killed by the kernel with SIGTERM, as the process main had ended"];
    assert_eq!(killed(15, json!({ "deathof": 0 })), as_main_had_ended);
    assert_eq!(killed(9, json!("harness")), ["dance: killed by the harness"]);
}

#[test]
fn without_a_witness_it_is_known_how_the_program_ended_and_whom_the_harness_killed() {
    let lines = [(0, 1_000, "main: starts"), (1, 2_000, "dance: starts")];
    let kills = |end: Value| {
        titles(&drawn(&contract(PROCESSES), &unwitnessed(&[100, 101], &lines, &end)), "timeline-kill")
    };
    assert_eq!(kills(json!({})), Vec::<String>::new());
    assert_eq!(kills(json!({ "exit": { "signal": 6 } })), ["main: killed by SIGABRT"]);
    let survivors = json!({ "survivors": [{ "pid": 101, "command": "dance" }] });
    assert_eq!(kills(survivors), ["dance: killed by the harness"]);
    let cut = json!({ "exit": { "signal": 9 }, "cut": { "timedout": { "secs": 10, "nanos": 0 } } });
    assert_eq!(kills(cut), ["main: killed by the harness"]);
}

#[test]
fn without_a_witness_it_is_said_and_nothing_is_made_up() {
    let lines = [(0, 1_000, "main: starts"), (1, 2_000, "dance: starts")];
    let run = unwitnessed(&[100, 101], &lines, &json!({}));
    assert_snapshot!(plain(&text::run(&contract(PROCESSES), &run, 60)), @"
                      0.0 s   0.2 s   0.4 s   0.6 s   0.8 s
      main  pid 100   ●────────────────────────────────────────
      dance  pid 101  ●

    ● a line, when it was received; a digit: so many lines; ━ from an actor's first line to its last
    ─ alive
    witness: the sockets alone, since the test says so

      0.0010 s  main  │ main: starts
      0.0020 s  dance │ dance: starts

    exit status 0 after 1.000 s
    ");
    let picture = drawn(&contract(PROCESSES), &run);
    assert!(picture.contains(">a line, where it was received; time runs down<"), "{picture}");
    assert_eq!(titles(&picture, "timeline-process"), ["process 1: main", "process 2: dance"]);
    assert_eq!(titles(&picture, "timeline-created"), Vec::<String>::new());
    let text = plain(&text::run(&contract(PROCESSES), &recorded(&json!("measured"), &[], &json!({})), 60));
    let why = "\nwitness: the sockets alone, since another would change what the program measures\n";
    assert!(text.contains(why), "{text}");
}

#[test]
fn all_threads_of_a_process_that_was_killed_have_a_cross_but_for_those_that_had_ended() {
    let mut killed = program();
    killed["exit"] = json!({ "signal": 6 });
    killed["killed"] = json!({ "by": 2 });
    killed["ended_ns"] = json!(900_000_000);
    let sing = json!({ "tid": 102, "process": 0, "creator": 0, "born_ns": 2_000_000 });
    let lines = [(0, 1_000, "main"), (1, 2_000, "dance"), (2, 3_000, "sing")];
    let run = run_with(&[killed], &[thread(101, 0, 0, [1_000, 5_000]), sing], &lines);
    let picture = drawn(&contract(THREADS), &run);
    assert_eq!(titles(&picture, "timeline-kill"), ["main, sing: killed by sing with SIGABRT"]);
    let document = Document::parse(&picture).unwrap();
    let kill = document.descendants().find(|node| node.attribute("class") == Some("timeline-kill")).unwrap();
    let strokes = kill.children().filter(|child| child.has_tag_name("line")).count();
    assert_eq!(strokes, 4, "two crosses");
}

/// As compare-dependence: main creates a process that prints nothing, a thread of which prints, and which creates a child.
fn dependence() -> Transcript {
    let mut program = program();
    program["image"] = json!("dependence");
    let processes = [
        program,
        child(101, 0, [100_000, 600_000], &json!({ "exit": { "code": 0 }, "awaited": 0 })),
        child(102, 1, [200_000, 900_000], &json!({ "exit": { "code": 0 } })),
    ];
    let other = json!({ "tid": 103, "process": 1, "creator": 1, "born_ns": 300_000_000 });
    let lines = [
        (2, 250_000, "sing: lives"),
        (3, 350_000, "dance: lives"),
        (0, 700_000, "main: dance ended"),
        (2, 800_000, "sing: still lives"),
    ];
    run_with(&processes, &[other], &lines)
}

#[test]
fn who_created_or_awaited_somebody_is_drawn_though_it_prints_nothing() {
    let contract = contract(PROCESSES);
    assert_snapshot!(plain(&text::run(&contract, &dependence(), 80)), @"
                               0.0 s     0.2 s     0.4 s     0.6 s     0.8 s
      main  pid 100            ───────────────────────────────────●────────────────
    ╭ ‹first thread›  pid 101       ──────────────────────────
    ╰ dance                                   ──●─────────────
      sing  pid 102                      ──●━━━━━━━━━━━━━━━━━━━━━━━━━━━●─────

    ● a line, when it was written; a digit: so many lines; ━ from an actor's first line to its last
    ─ alive

      0.1000 s  main           → creates the process of dance
      0.2000 s  ‹first thread› → creates the process sing
      0.2500 s  sing           │ sing: lives
      0.3000 s  ‹first thread› → creates the thread dance
      0.3500 s  dance          │ dance: lives
      0.6000 s  main           ← waited for the process of dance to end
      0.7000 s  main           │ main: dance ended
      0.8000 s  sing           │ sing: still lives

    exit status 0 after 1.000 s
    ");
    let picture = drawn(&contract, &dependence());
    let boxes = ["process 1: main", "process 2: ‹first thread›, dance", "process 3: sing"];
    assert_eq!(titles(&picture, "timeline-process"), boxes);
    let created = [
        "main creates the process of dance",
        "‹first thread› creates the process sing",
        "‹first thread› creates the thread dance",
    ];
    assert_eq!(titles(&picture, "timeline-created"), created);
    assert_eq!(titles(&picture, "timeline-awaited"), ["main waited for the process of dance to end"]);
    assert_snapshot!(description::run(&contract, &dependence(), Language::En), @"main prints 1 line, at 0.7 s; ‹first thread› prints nothing; dance prints 1 line, at 0.3 s; sing prints 2 lines, from 0.2 s to 0.8 s; process 2: ‹first thread›, dance; main creates the process of dance; ‹first thread› creates the process sing; ‹first thread› creates the thread dance; main waited for the process of dance to end.");
    assert_snapshot!(description::run(&contract, &dependence(), Language::Zh), @"main 在 0.7 s 输出 1 行；‹首个线程› 没有输出；dance 在 0.3 s 输出 1 行；sing 从 0.2 s 到 0.8 s 输出 2 行；进程 2：‹首个线程›、dance；main 创建 dance 所在的进程；‹首个线程› 创建进程 sing；‹首个线程› 创建线程 dance；main 等到 dance 所在的进程结束。");
}

#[test]
fn arrows_are_drawn_when_it_happened() {
    let picture = drawn(&contract(PROCESSES), &dependence());
    let document = Document::parse(&picture).unwrap();
    let of = |class: &'static str| {
        document.descendants().filter(move |node| node.attribute("class") == Some(class))
    };
    // In tenths, which pictures are drawn to.
    #[allow(clippy::cast_possible_truncation, reason = "a picture is some hundred units high")]
    let tenths = |number: f64| (number * 10.0).round() as i64;
    let of_node = |node, names: [&str; 2]| names.map(|name| tenths(number(node, name)));
    let marks = document.descendants().filter(|node| node.attribute("r") == Some("5.5"));
    let marks: Vec<[i64; 2]> = marks.map(|node| of_node(node, ["cx", "cy"])).collect();
    let [[sing, lives], [dance, _], [main, ended], ..] = marks[..] else { panic!("{marks:?}") };
    let arrows = |class| -> Vec<Vec<i64>> {
        let parts = |path: &str| {
            path.split(['M', 'L', ' ']).filter_map(|part| part.parse().ok()).map(tenths).collect()
        };
        of(class).map(|node| parts(node.attribute("d").unwrap())).collect()
    };
    let (created, awaited) = (arrows("timeline-create"), arrows("timeline-await"));
    let parent = created[1][0];
    let from_to = |arrow: &[i64]| (arrow[0], arrow[2]);
    assert_eq!(from_to(&created[0]), (main, parent - 10));
    assert_eq!(from_to(&created[1]), (parent, sing - 10));
    assert_eq!(from_to(&created[2]), (parent, dance - 10));
    assert_eq!(from_to(&awaited[0]), (parent, main + 10));
    let moments = [created[0][1], created[1][1], lives, created[2][1], awaited[0][1], ended];
    assert!(moments.is_sorted_by(|one, next| one < next), "{moments:?}");
    // The parent's box, and the life in it, reach from its birth to its end.
    let parents = of("timeline-box").nth(1).unwrap();
    let [top, height] = of_node(parents, ["y", "height"]);
    let is_parents = |node: &Node<'_, '_>| tenths(number(*node, "x1")) == parent;
    let life = of("timeline-life timeline-c0").find(is_parents).unwrap();
    assert_eq!(of_node(life, ["y1", "y2"]), [top, top + height]);
    assert_eq!([top, top + height], [created[0][1] - 45, awaited[0][1] + 45]);
}

#[test]
fn threads_that_nobody_needs_are_not_drawn() {
    let idle = (200..240).map(|tid| thread(tid, 0, 0, [1_000, 900_000]));
    let threads: Vec<Value> = [thread(101, 0, 0, [1_000, 9_000])].into_iter().chain(idle).collect();
    let silent =
        child(102, 0, [1_000, 900_000], &json!({ "exit": { "code": 0 }, "awaited": 0, "image": "true" }));
    // The silent process's first thread has place 1, and dance is the first of the others.
    let run = run_with(&[program(), silent], &threads, &[(0, 1_000, "main"), (2, 2_000, "dance")]);
    let picture = drawn(&contract(THREADS), &run);
    assert_eq!(titles(&picture, "timeline-process"), ["process 1: main, dance"]);
    assert_eq!(titles(&picture, "timeline-created"), ["main creates the thread dance"]);
}

#[test]
fn who_killed_somebody_is_drawn_by_the_name_of_its_program() {
    let killed = json!({ "exit": { "signal": 9 }, "killed": { "by": 2 } });
    let processes = [
        program(),
        child(101, 0, [1_000, 500_000], &killed),
        child(102, 0, [400_000, 600_000], &json!({ "image": "kill", "exit": { "code": 0 } })),
    ];
    let run = run(&processes, &[(0, 1_000, "main"), (1, 2_000, "dance")]);
    let picture = drawn(&contract(PROCESSES), &run);
    assert_eq!(titles(&picture, "timeline-kill"), ["dance: killed by ‹kill› with SIGKILL"]);
    assert_eq!(
        titles(&picture, "timeline-process"),
        ["process 1: main", "process 2: dance", "process 3: ‹kill›"]
    );
}

#[test]
fn a_thread_that_only_waits_is_drawn() {
    let awaited = json!({ "exit": { "code": 0 }, "awaited": 2 });
    let processes = [program(), child(101, 0, [1_000, 500_000], &awaited)];
    let waits = thread(102, 0, 0, [2_000, 600_000]);
    let run = run_with(&processes, &[waits], &[(0, 1_000, "main"), (1, 2_000, "dance")]);
    let picture = drawn(&contract(PROCESSES), &run);
    let awaited = ["‹thread› waited for the process dance to end"];
    assert_eq!(titles(&picture, "timeline-awaited"), awaited);
}

#[test]
fn a_process_that_prints_nothing_and_executes_nothing_has_its_parents_name() {
    let sh =
        json!({ "pid": 100, "born_ns": 0, "ended_ns": 1_000_000_000, "exit": { "code": 0 }, "image": "sh" });
    let processes = [
        sh,
        child(101, 0, [1_000, 500_000], &json!({ "exit": { "code": 0 } })),
        child(102, 1, [2_000, 500_000], &json!({ "exit": { "code": 0 } })),
    ];
    let picture = drawn(&contract(PROCESSES), &run(&processes, &[(0, 1_000, "main"), (2, 3_000, "dance")]));
    let created = ["main creates the process ‹sh›", "‹sh› creates the process dance"];
    assert_eq!(titles(&picture, "timeline-created"), created);
}

#[test]
fn a_lane_is_a_thread_of_an_actor() {
    let threads = [thread(101, 0, 0, [1_000, 9_000]), thread(102, 0, 0, [1_000, 9_000])];
    let lines = [(1, 2_000, "dance"), (2, 3_000, "dance"), (1, 4_000, "sing")];
    let lines =
        titles(&drawn(&contract(THREADS), &run_with(&[program()], &threads, &lines)), "timeline-line");
    assert_eq!(lines, ["2.000 ms, dance#1: dance", "3.000 ms, dance#2: dance", "4.000 ms, sing: sing"]);
}

#[test]
fn a_process_lives_from_its_birth_to_its_end() {
    let text = plain(&text::run(&contract(PROCESSES), &processes(), 80));
    let lane = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
    let [born, ended] = ['─', '✕'].map(|sign| lane("dance").chars().position(|cell| cell == sign).unwrap());
    let printed = lane("dance").chars().position(|cell| cell == '●').unwrap();
    assert!(born < printed && printed < ended - 2, "{text}");
    assert!(lane("sing").ends_with('─'), "{text}");
}

#[test]
fn a_program_that_prints_nothing_is_drawn_as_its_childrens_parent() {
    let child = |pid| child(pid, 0, [1_000, 500_000], &json!({ "exit": { "code": 0 } }));
    let lines = [(1, 1_000, "dance"), (2, 2_000, "sing")];
    let silent = run(&[program(), child(101), child(102)], &lines);
    let contract = contract("dance = '^dance'\nsing = '^sing'\n");
    let picture = drawn(&contract, &silent);
    assert_eq!(titles(&picture, "timeline-created").len(), 2);
    assert_eq!(
        titles(&picture, "timeline-process"),
        ["process 1: main", "process 2: dance", "process 3: sing"]
    );
    let described = description::run(&contract, &silent, Language::En);
    assert!(described.starts_with("main prints nothing; dance prints 1 line"), "{described}");
}

#[test]
fn only_threads_that_the_contract_puts_in_order_have_a_dashed_arrow() {
    let before = |run: &Transcript, order: &str| {
        let contract = contract(&format!("{THREADS}{order}"));
        titles(&drawn(&contract, run), "timeline-ordered").len()
    };
    assert_eq!(before(&threads(), ""), 0, "that main comes later may be chance");
    let dance_first = "[[always]]\norder = ['^dance', '^main: ends']\n";
    assert_eq!(before(&threads(), dance_first), 1);
    assert_eq!(before(&processes(), dance_first), 0, "for processes waits are known");
    let unseen = unwitnessed(&[100], &[(0, 1_000, "dance"), (0, 2_000, "main: ends")], &json!({}));
    assert_eq!(before(&unseen, dance_first), 1);
    assert_eq!(
        before(&threads(), "[[always]]\norder = ['^main: starts', '^sing']\n"),
        0,
        "the other way round"
    );
    assert_eq!(
        before(&threads(), "[[always]]\norder = ['^sing', '^main']\n"),
        0,
        "it does not hold in this run"
    );
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
    assert!(held("[holds]\nfrom = '^sing acquires'\nto = '^main: never'\n").is_empty());
    assert!(held("").is_empty());
}

#[test]
fn who_only_lets_the_lock_go_held_it_since_it_was_there() {
    let contract = contract(&format!("{THREADS}[holds]\nfrom = '^sing acquires'\nto = '^dance releases'\n"));
    let picture = drawn(&contract, &threads());
    // Nor does anybody hold what sing took: who lets go is not who took it.
    assert_eq!(titles(&picture, "timeline-held"), ["dance holds the lock"]);
    let document = Document::parse(&picture).unwrap();
    let of = |class: &str| {
        let has =
            |node: &Node| node.attribute("class").is_some_and(|known| known.split(' ').any(|it| it == class));
        document.descendants().filter(has).map(|node| (number(node, "y"), number(node, "height"))).next()
    };
    let (top, height) = of("timeline-hold").expect("it is drawn");
    let lives = document.descendants().filter(|node| {
        node.attribute("class").is_some_and(|known| known.starts_with("timeline-life"))
            && node.has_tag_name("line")
    });
    let births: Vec<f64> = lives.map(|life| number(life, "y1")).collect();
    assert!(births.contains(&top), "{top} is no birth: {births:?}");
    assert!(height > 50.0, "up to its line, at 500 ms: {height}");
    let told = plain(&text::run(&contract, &threads(), 80));
    let lane = told.lines().find(|line| line.contains("dance")).unwrap();
    assert!(lane.find('▒') < lane.find('●'), "{lane}");
}

#[test]
fn the_axis_is_broken_where_time_stands_still() {
    let picture = drawn(&contract(THREADS), &threads());
    let document = Document::parse(&picture).unwrap();
    let parts: Vec<(bool, f64, f64)> = document
        .descendants()
        .filter_map(|node| Some((node.attribute("class")?.strip_prefix("timeline-axis")?, node)))
        .map(|(class, node)| (class.contains("broken"), number(node, "y1"), number(node, "y2")))
        .collect();
    // The last two are the legend's.
    let parts = &parts[..parts.len() - 2];
    assert!(parts.windows(2).all(|parts| (parts[0].2 - parts[1].1).abs() < 0.11), "it has no gap: {parts:?}");
    let height =
        |broken: bool| parts.iter().filter(|part| part.0 == broken).map(|part| part.2 - part.1).sum::<f64>();
    // Two births and six lines; and what is left is drawn at one scale: 900 ms in 170 units and the end's six.
    assert!((height(true) - 2.0 * 9.0 - 6.0 * 19.0).abs() < 1.0, "{}", height(true));
    assert!((height(false) - 170.0 - 6.0).abs() < 1.0, "{}", height(false));
}

#[test]
fn one_thread_alone_is_nothing_to_see() {
    let tells = |contract: &Contract, run: &Transcript| svg::tells(contract, run);
    assert!(tells(&contract(PROCESSES), &processes()) && tells(&contract(THREADS), &threads()));
    let alone = run(&[program()], &[(0, 1_000, "main: starts"), (0, 2_000, "main: releases")]);
    assert!(!tells(&contract(THREADS), &alone));
    let holds = contract(&format!("{THREADS}[holds]\nfrom = 'starts'\nto = 'releases'\n"));
    assert!(tells(&holds, &alone), "a lock is held");
}

#[test]
fn a_line_on_stderr_and_one_of_nobody_are_drawn_too() {
    let lines = [
        json!({ "stream": "stderr", "process": 0, "thread": 0, "at_ns": 1000, "text": "main: a warning" }),
        json!({ "stream": "stdout", "process": 0, "thread": 0, "at_ns": 2000, "text": "who?" }),
    ];
    let thread = json!({ "tid": 100, "process": 0, "born_ns": 0 });
    let records: [(&str, &[Value]); 3] = [("process", &[program()]), ("thread", &[thread]), ("line", &lines)];
    let run = recorded(&json!("threads"), &records, &json!({}));
    let lines = titles(&drawn(&contract(PROCESSES), &run), "timeline-line");
    assert_eq!(lines, ["0.001 ms, stderr: main: a warning", "0.002 ms, ‹nobody›: who?"]);
}

#[test]
fn where_nobody_names_the_writers_a_lane_is_an_actor() {
    let lines = [
        json!({ "stream": "stdout", "process": null, "at_ns": 1_000_000, "text": "dance" }),
        json!({ "stream": "stdout", "process": null, "at_ns": 2_000_000, "text": "sing" }),
    ];
    let run = recorded(&json!({ "socket": "it is a pipe" }), &[("line", &lines)], &json!({}));
    let contract = contract("dance = 'dance'\nsing = 'sing'\n");
    let picture = drawn(&contract, &run);
    assert_eq!(titles(&picture, "timeline-line"), ["1.000 ms, dance: dance", "2.000 ms, sing: sing"]);
    assert!(titles(&picture, "timeline-process").is_empty(), "who is a process is not known");
    assert!(!plain(&text::run(&contract, &run, 80)).contains("pid"));
}

#[test]
fn each_process_that_plays_one_actor_has_a_lane() {
    let lines = [(0, 1_000, "worker"), (1, 2_000, "worker"), (0, 3_000, "worker")];
    let run = unwitnessed(&[101, 102], &lines, &json!({}));
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
    for told in ["1,000,000", "2,000,001", "sum: 3 values, median 1,234,567"] {
        assert!(picture.contains(&format!(">{told}</text>")), "{told} is missing");
    }
    let thirds: Vec<f64> = (0..100).map(|n| f64::from(n) / 3.0).collect();
    let edges = titles(&svg::histogram("sum", &thirds, &PICTURE), "timeline-count");
    assert_eq!(
        edges[..2],
        ["0 – 1.4: 5", "1.4 – 2.8: 4"],
        "edges are told as exactly as they tell values apart"
    );
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
    let run = |one, two| self::run(&[program()], &[(0, 1, one), (0, 2, two)]);
    let runs = [run("sum1: 1", "sum2: 2"), run("sum2: 4", "sum1: none")];
    assert_eq!(values(&contract, &runs, "sum"), Some(vec![1.0, 2.0, 4.0]));
    assert_eq!(values(&contract, &runs, "sum2.sum"), Some(vec![2.0, 4.0]));
    assert_eq!((values(&contract, &runs, "total"), values(&contract, &runs, "main.sum")), (None, None));
}

#[test]
fn of_very_many_lines_the_first_are_drawn_and_the_rest_counted() {
    let lines: Vec<(usize, u64, &str)> = (1..=600).map(|at| (0, at * 1000, "main: again")).collect();
    let run = run(&[program()], &lines);
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
    assert_eq!(titles(&picture, "timeline-kill"), ["dance：被 main 用 SIGKILL 终止"]);
    assert_eq!(titles(&picture, "timeline-created"), ["main 创建进程 dance", "main 创建进程 sing"]);
    let awaited = ["main 等到进程 dance 结束", "main 等到进程 sing 结束"];
    assert_eq!(titles(&picture, "timeline-awaited"), awaited);
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
    let course = Scratch::sample("directed = false\n[actors]\nmain = '^main'\n", "echo main: hello");
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
