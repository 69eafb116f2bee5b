//! What holds for all programs, runs and texts: each test makes up many of them.

use std::collections::BTreeMap;
use std::path::Path;

use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::contract::Contract;
use harness::judge::golden;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::transcript::{Transcript, TranscriptError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::{FileFailurePersistence, TestCaseResult, TestRunner};
use serde_json::{Value, json};

use crate::scratch::Scratch;

const CONTRACT: &str = r#"
title = "made up"
stderr = "golden"
[actors]
kind = "process"
main = '^main: '
dance = '^dance: '
sing = '^sing: '
worker = { line = '^worker: ', each = true }
[names]
pid = { pid_in = ' pid=(\d+);' }
took = { number_in = ' took=(-?\d+);' }
[[always]]
never = 'nobody ever prints this'
"#;

/// The program's processes, by the actor that each plays. The first is the program itself; the last three play one actor.
const CAST: [&str; 6] = ["main", "dance", "sing", "worker", "worker", "worker"];

/// A process that does not belong to the program.
const STRANGER: u32 = 1;

/// Values that once broke a property. They are tried first, in every run.
const COUNTEREXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/properties.txt");

/// Tries a property on the values that once broke one, and on many new ones. Each run has other new ones, unless
/// `PROPTEST_RNG_SEED` is set.
fn for_all<S: Strategy>(values: S, property: impl Fn(S::Value) -> TestCaseResult) {
    let kept = FileFailurePersistence::Direct(COUNTEREXAMPLES);
    let config = ProptestConfig { failure_persistence: Some(Box::new(kept)), ..ProptestConfig::default() };
    if let Err(error) = TestRunner::new(config).run(&values, property) {
        panic!("{error}");
    }
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Bytes(Vec<u8>),
    /// The pid of one of the cast.
    Pid(usize),
    /// A number that differs in every run.
    Number(i64),
}

#[derive(Clone, Debug)]
struct Line {
    /// Its writer's place in the cast.
    writer: usize,
    /// The actor whose line it is meant to be.
    actor: &'static str,
    stderr: bool,
    parts: Vec<Part>,
    newline: bool,
}

/// One run: its lines in the order in which they came, and the pids of the cast.
#[derive(Clone, Debug)]
struct Run {
    lines: Vec<Line>,
    pids: Vec<u32>,
}

/// A line as far as it is the same in every run.
type Meaning = (Vec<Part>, bool);

/// What a process prints on stdout, and on stderr.
type Said = [Vec<Meaning>; 2];

impl Run {
    /// What the run says, apart from the order between actors and from which process plays which of them: for each
    /// actor what each says who plays it. `None` where they are not played as they should be.
    fn meaning(&self) -> Option<BTreeMap<&'static str, Vec<Said>>> {
        let parts = self.parts()?;
        let mut meaning = BTreeMap::<_, BTreeMap<usize, Said>>::new();
        for line in &self.lines {
            let said = meaning.entry(line.actor).or_default().entry(line.writer).or_default();
            said[usize::from(line.stderr)].push(line.meaning(self, &parts));
        }
        let players = |writers: BTreeMap<usize, Said>| {
            let mut players: Vec<_> = writers.into_values().collect();
            players.sort();
            players
        };
        Some(meaning.into_iter().map(|(actor, writers)| (actor, players(writers))).collect())
    }

    /// Which actor each process plays. `None` where one plays two, or an actor that is one process is played by two, or
    /// they are not main's children: the first of the cast created all others.
    fn parts(&self) -> Option<BTreeMap<usize, &'static str>> {
        let mut parts = BTreeMap::new();
        for line in &self.lines {
            if *parts.entry(line.writer).or_insert(line.actor) != line.actor {
                return None;
            }
        }
        let players = |actor| parts.values().filter(|&&part| part == actor).count();
        let alone = CAST.into_iter().filter(|&actor| actor != "worker").all(|actor| players(actor) <= 1);
        let children = parts.values().any(|&part| part != "main");
        let is_created = match players("main") {
            0 => !parts.contains_key(&0),
            _ => !children || parts.get(&0) == Some(&"main"),
        };
        (alone && is_created).then_some(parts)
    }

    /// The run as a transcript's file.
    fn recorded(&self) -> String {
        self.recorded_with(&json!({ "exit": { "code": 0 }, "duration_ns": 1 }))
    }

    fn recorded_with(&self, end: &Value) -> String {
        let head = json!({ "transcript": { "version": 2, "pid": self.pids[0], "witness": "threads" } });
        // The program's own process is there though it print nothing; so are its children, which the first of its threads created.
        let cast = || (0..CAST.len()).map(|one| (one, self.pids[one], (one > 0).then_some(0)));
        let processes = cast()
            .map(|(_, pid, creator)| json!({ "process": { "pid": pid, "creator": creator, "born_ns": 0 } }));
        let threads = cast().map(|(process, tid, creator)| {
            json!({ "thread": { "tid": tid, "process": process, "creator": creator, "born_ns": 0 } })
        });
        let line = |(at, line): (usize, &Line)| {
            let hex: String = self.bytes(line).iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "line": {
                "stream": if line.stderr { "stderr" } else { "stdout" },
                "process": line.writer,
                "thread": line.writer,
                "at_ns": at,
                "hex": hex,
                "newline": line.newline,
            }})
        };
        let records = [head].into_iter().chain(processes).chain(threads);
        let records = records.chain(self.lines.iter().enumerate().map(line)).chain([json!({ "end": end })]);
        records.map(|record| format!("{record}\n")).collect()
    }

    fn bytes(&self, line: &Line) -> Vec<u8> {
        line.parts.iter().flat_map(|part| bytes_of(part, &self.pids)).collect()
    }

    fn transcript(&self) -> Transcript {
        parsed(&self.recorded())
    }
}

fn bytes_of(part: &Part, pids: &[u32]) -> Vec<u8> {
    match part {
        Part::Bytes(bytes) => bytes.clone(),
        Part::Pid(of) => pids[*of].to_string().into_bytes(),
        Part::Number(number) => number.to_string().into_bytes(),
    }
}

impl Line {
    fn meaning(&self, run: &Run, cast: &BTreeMap<usize, &str>) -> Meaning {
        let mut parts: Vec<Part> = Vec::new();
        for part in &self.parts {
            let part = match part {
                Part::Pid(of) => match cast.get(of) {
                    // Whether a pid is the worker's own is told, not which worker it is.
                    Some(&"worker") => Part::Pid(if *of == self.writer { 3 } else { 4 }),
                    Some(actor) => {
                        Part::Pid(CAST.iter().position(|known| known == actor).expect("one of the cast"))
                    }
                    // A process that prints nothing is not known, unless it is the program itself.
                    None if *of == 0 => Part::Pid(0),
                    None => Part::Bytes(run.pids[*of].to_string().into_bytes()),
                },
                Part::Number(_) => Part::Number(0),
                part @ Part::Bytes(_) => part.clone(),
            };
            match (parts.last_mut(), part) {
                (Some(Part::Bytes(last)), Part::Bytes(more)) => last.extend(more),
                (_, part) => parts.push(part),
            }
        }
        (parts, self.newline)
    }
}

fn parsed(file: &str) -> Transcript {
    Transcript::parse(file.as_bytes(), Path::new("made up"))
        .next()
        .expect("a transcript")
        .expect("a whole one")
}

fn contract() -> Contract {
    Contract::parse(CONTRACT, Path::new("lesson.toml")).expect("a valid contract")
}

fn judged(contract: &Contract, golden: &str, transcript: &Transcript) -> Judgement {
    let mut judge = Judge::new(Rules { contract, golden: Some(golden), cores: 1, language: Language::En });
    judge.hear(transcript);
    judge.judgement()
}

fn form_of(contract: &Contract, transcript: &Transcript) -> String {
    canonical(&Reading::new(&contract.cast, transcript))
}

/// What is hard to print: spaces, controls, the form's own signs, what can't be seen, what is not UTF-8.
fn odd_bytes() -> impl Strategy<Value = Vec<u8>> {
    let odd: Vec<&[u8]> = vec![
        b"a",
        b" ",
        b"\t",
        b"\r",
        b"\\",
        b"\0",
        b"\x7f",
        b"\xff",
        b"\xe8\xb7",
        "跳".as_bytes(),
        "‹".as_bytes(),
        "›".as_bytes(),
        "│".as_bytes(),
        "\u{a0}".as_bytes(),
        "\u{202e}".as_bytes(),
    ];
    vec(select(odd), 0..4).prop_map(|bytes| bytes.concat())
}

/// Any byte that a line can hold, and often a space or a digit.
fn odd_byte() -> impl Strategy<Value = u8> {
    let any = any::<u8>().prop_filter("a line holds no newline", |&byte| byte != b'\n');
    prop_oneof![any, Just(b' '), b'0'..=b'9']
}

/// What a line says after its actor's name: pids are those of one who prints something, or of the program.
fn saying() -> impl Strategy<Value = (Vec<u8>, Option<Index>, bool, Vec<u8>)> {
    (odd_bytes(), proptest::option::of(any::<Index>()), any::<bool>(), odd_bytes())
}

/// What each of the cast prints on each stream, in order.
fn program() -> impl Strategy<Value = Vec<Line>> {
    let streams = || (vec(saying(), 0..5), any::<bool>(), vec(saying(), 0..2), any::<bool>());
    vec(streams(), CAST.len()).prop_map(|cast| {
        let talks =
            |&writer: &usize| writer == 0 || !(cast[writer].0.is_empty() && cast[writer].2.is_empty());
        let known: Vec<usize> = (0..CAST.len()).filter(talks).collect();
        let mut lines = Vec::new();
        for (writer, (stdout, stdout_ends, stderr, stderr_ends)) in cast.iter().enumerate() {
            for (sayings, ends, is_stderr) in [(stdout, stdout_ends, false), (stderr, stderr_ends, true)] {
                for (index, (first, pid, number, last)) in sayings.iter().enumerate() {
                    let mut parts =
                        vec![Part::Bytes([format!("{}: ", CAST[writer]).as_bytes(), first].concat())];
                    if let Some(of) = pid {
                        let of = Part::Pid(known[of.index(known.len())]);
                        parts.extend([Part::Bytes(b" pid=".into()), of, Part::Bytes(b";".into())]);
                    }
                    if *number {
                        let number = Part::Number(0);
                        parts.extend([Part::Bytes(b" took=".into()), number, Part::Bytes(b";".into())]);
                    }
                    parts.push(Part::Bytes(last.clone()));
                    let newline = index + 1 < sayings.len() || *ends;
                    lines.push(Line { writer, actor: CAST[writer], stderr: is_stderr, parts, newline });
                }
            }
        }
        lines
    })
}

/// A run of a program: any interleaving, other pids, other numbers.
fn run_of(program: &[Line]) -> impl Strategy<Value = Run> + use<> {
    let program = program.to_vec();
    let turns: Vec<(usize, bool)> = program.iter().map(|line| (line.writer, line.stderr)).collect();
    let pids = subsequence((2..60).collect::<Vec<u32>>(), CAST.len()).prop_shuffle();
    let numbers = vec(any::<i64>(), program.len());
    (Just(turns).prop_shuffle(), pids, numbers).prop_map(move |(turns, pids, numbers)| {
        let mut waiting = BTreeMap::<_, std::collections::VecDeque<Line>>::new();
        for line in &program {
            waiting.entry((line.writer, line.stderr)).or_default().push_back(line.clone());
        }
        let next = |turn| waiting.get_mut(&turn).and_then(std::collections::VecDeque::pop_front);
        let mut lines: Vec<Line> = turns.into_iter().filter_map(next).collect();
        let all = lines.iter_mut().zip(numbers);
        all.for_each(|(line, value)| {
            for part in &mut line.parts {
                if let Part::Number(number) = part {
                    *number = value;
                }
            }
        });
        Run { lines, pids }
    })
}

/// Two runs of one program.
fn two_runs() -> impl Strategy<Value = (Run, Run)> {
    program().prop_flat_map(|program| (run_of(&program), run_of(&program)))
}

/// A change to a run after which it is another program's, but for a few lucky cases.
#[derive(Clone, Debug)]
enum Edit {
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    /// Somewhere in a line a byte is removed, inserted or replaced.
    ChangeBytes(Index, Index, bool, Option<u8>),
    MoveToWriter(Index, Index),
    MoveToOtherStream(Index),
    ChangeNewline(Index),
    PrintOtherPid(Index, Index),
    PrintStrangersPid(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        1 => at().prop_map(Edit::Drop),
        1 => at().prop_map(Edit::Repeat),
        1 => (at(), at()).prop_map(|(one, other)| Edit::Swap(one, other)),
        3 => (at(), at(), any::<bool>(), proptest::option::of(odd_byte()))
            .prop_map(|(line, place, gone, put)| Edit::ChangeBytes(line, place, gone, put)),
        1 => (at(), at()).prop_map(|(line, writer)| Edit::MoveToWriter(line, writer)),
        1 => at().prop_map(Edit::MoveToOtherStream),
        1 => at().prop_map(Edit::ChangeNewline),
        1 => (at(), at()).prop_map(|(line, of)| Edit::PrintOtherPid(line, of)),
        1 => at().prop_map(Edit::PrintStrangersPid),
    ]
}

impl Edit {
    /// The edited run, if there is anything to edit in that way.
    fn of(&self, run: &Run) -> Option<Run> {
        let mut edited = run.clone();
        let count = (!run.lines.is_empty()).then_some(run.lines.len())?;
        let lines = &mut edited.lines;
        match self {
            Edit::Drop(line) => drop(lines.remove(line.index(count))),
            Edit::Repeat(line) => lines.insert(line.index(count), lines[line.index(count)].clone()),
            Edit::Swap(line, other) => {
                let one = line.index(count);
                let same = |line: &Line| (line.writer, line.stderr) == (lines[one].writer, lines[one].stderr);
                let track: Vec<usize> = (0..count).filter(|&other| same(&lines[other])).collect();
                lines.swap(one, track[other.index(track.len())]);
            }
            Edit::ChangeBytes(line, place, gone, put) => {
                change_bytes(&mut lines[line.index(count)], *place, *gone, *put, &run.pids)?;
            }
            Edit::MoveToWriter(line, to) => lines[line.index(count)].writer = to.index(CAST.len()),
            Edit::MoveToOtherStream(line) => lines[line.index(count)].stderr ^= true,
            Edit::ChangeNewline(line) => lines[line.index(count)].newline ^= true,
            Edit::PrintOtherPid(line, of) => *pid_in(lines, *line)? = Part::Pid(of.index(CAST.len())),
            Edit::PrintStrangersPid(line) => {
                *pid_in(lines, *line)? = Part::Bytes(STRANGER.to_string().into_bytes());
            }
        }
        Some(edited)
    }
}

/// Changes a byte of a line, but not in its numbers, which may vary.
fn change_bytes(line: &mut Line, place: Index, gone: bool, put: Option<u8>, pids: &[u32]) -> Option<()> {
    let is_bytes = |part: Option<&Part>| matches!(part, None | Some(Part::Bytes(_)));
    let at = place.index(line.parts.len());
    let before = bytes_of(&line.parts[at], pids);
    let place = place.index(before.len() + 1);
    let borders = !is_bytes(at.checked_sub(1).and_then(|at| line.parts.get(at))) && place == 0
        || !is_bytes(line.parts.get(at + 1)) && place == before.len();
    if matches!(line.parts[at], Part::Number(_)) || (borders && !gone) {
        return None;
    }
    let mut bytes = before.clone();
    bytes.splice(place..(place + usize::from(gone)).min(before.len()), put);
    let pid = |part: &Part| matches!(part, Part::Pid(_)) && bytes_of(part, pids) == bytes;
    line.parts[at] = match &line.parts[at] {
        Part::Pid(_) => (0..CAST.len()).map(Part::Pid).find(pid).unwrap_or(Part::Bytes(bytes.clone())),
        _ => Part::Bytes(bytes.clone()),
    };
    (bytes != before).then_some(())
}

/// A pid that is printed, in one of the lines that print one.
fn pid_in(lines: &mut [Line], line: Index) -> Option<&mut Part> {
    let is_pid = |part: &Part| matches!(part, Part::Pid(_));
    let mut with: Vec<&mut Line> = lines.iter_mut().filter(|line| line.parts.iter().any(is_pid)).collect();
    let chosen = (!with.is_empty()).then(|| line.index(with.len()))?;
    with.remove(chosen).parts.iter_mut().find(|part| is_pid(part))
}

#[test]
fn every_interleaving_has_one_canonical_form_and_is_accepted() {
    let contract = contract();
    for_all(two_runs(), |(run, other)| {
        let golden = form_of(&contract, &run.transcript());
        let transcript = other.transcript();
        prop_assert_eq!(&form_of(&contract, &transcript), &golden);
        let judgement = judged(&contract, &golden, &transcript);
        prop_assert_eq!(judgement.verdict, Verdict::Proven, "{:#?}", judgement.findings);
        Ok(())
    });
}

#[test]
fn every_edit_that_is_no_reordering_between_actors_is_refused() {
    let contract = contract();
    for_all((two_runs(), edit()), |((run, other), edit)| {
        let golden = form_of(&contract, &run.transcript());
        let Some(edited) = edit.of(&other) else { return Ok(()) };
        // Two lines that say the same may be swapped, a line may move between workers that say the same, and all lines of
        // a process may move to one that printed nothing.
        let meaning = edited.meaning();
        let same = meaning.is_some() && meaning == other.meaning();
        let judgement = judged(&contract, &golden, &edited.transcript());
        let expected = if same { Verdict::Proven } else { Verdict::Refuted };
        prop_assert_eq!(judgement.verdict, expected, "{:#?}\n{}", judgement.findings, golden);
        Ok(())
    });
}

/// A form that is read back from its file is itself, to the byte, and so is one that was read back and written again;
/// the run that it is the form of is proven by it. (A form that is *printed* has another one: no program can print a
/// role.)
#[test]
fn a_canonical_form_is_itself_when_it_is_read_back_from_its_golden() {
    let contract = contract();
    let folder = tempfile::tempdir().unwrap();
    let file = golden::path(folder.path());
    for_all(program().prop_flat_map(|program| run_of(&program)), |run| {
        let transcript = run.transcript();
        let form = form_of(&contract, &transcript);
        let mut read = form.clone();
        for _ in 0..2 {
            golden::write(&file, "made-up", &read).unwrap();
            read = golden::read(&file).unwrap().expect("there is one now");
            prop_assert_eq!(&read, &form);
        }
        prop_assert_eq!(judged(&contract, &read, &transcript).verdict, Verdict::Proven);
        Ok(())
    });
}

/// How a run may end.
fn end() -> impl Strategy<Value = Value> {
    let exit = prop_oneof![
        4 => Just(json!({ "code": 0 })),
        1 => any::<i32>().prop_map(|code| json!({ "code": code })),
        1 => any::<i32>().prop_map(|signal| json!({ "signal": signal })),
    ];
    let survivors = vec((any::<u32>(), ".*"), 0..2).prop_map(|all| {
        all.into_iter().map(|(pid, command)| json!({ "pid": pid, "command": command })).collect()
    });
    let cut = prop_oneof![
        4 => Just(Value::Null),
        1 => Just(json!("interrupted")),
        1 => any::<u32>().prop_map(|bytes| json!({ "flooded": bytes })),
    ];
    (exit, survivors, cut, any::<u64>()).prop_map(|(exit, survivors, cut, duration): (_, Vec<Value>, _, _)| {
        json!({ "exit": exit, "survivors": survivors, "cut": cut, "duration_ns": duration })
    })
}

#[test]
fn a_recorded_run_is_judged_as_it_was() {
    let contract = contract();
    for_all((two_runs(), edit(), any::<bool>(), end()), |((run, other), edit, edited, end)| {
        let golden = form_of(&contract, &run.transcript());
        let other = edit.of(&other).filter(|_| edited).unwrap_or(other);
        let heard = parsed(&other.recorded_with(&end));
        let mut file = Vec::new();
        heard.write(&mut file).unwrap();
        let replayed = Transcript::parse(file.as_slice(), Path::new("kept.jsonl")).next().unwrap().unwrap();
        prop_assert_eq!(&replayed, &heard);
        let judgement = |transcript| serde_json::to_value(judged(&contract, &golden, transcript)).unwrap();
        prop_assert_eq!(judgement(&replayed), judgement(&heard));
        Ok(())
    });
}

/// The line that an error of a file names, and what it is of the lines that the file has.
fn names_a_line(error: &str, file: &str, text: &[u8]) -> TestCaseResult {
    let named = error.split_once(&format!("{file}:")).and_then(|(_, rest)| rest.split(':').next());
    let line: Option<usize> = named.and_then(|line| line.trim().parse().ok());
    let Some(line) = line else { return Err(TestCaseError::fail(format!("no line is named: {error}"))) };
    let lines = text.split(|&byte| byte == b'\n').count();
    prop_assert!((1..=lines).contains(&line), "there are {} lines: {}", lines, error);
    Ok(())
}

fn contract_parses_or_names_a_line(text: &str) -> TestCaseResult {
    match Contract::parse(text, Path::new("lesson.toml")) {
        Ok(_) => Ok(()),
        Err(error) => names_a_line(&error.to_string(), "lesson.toml", text.as_bytes()),
    }
}

fn transcript_parses_or_names_a_line(bytes: &[u8]) -> TestCaseResult {
    match Transcript::parse(bytes, Path::new("kept.jsonl")).collect::<Result<Vec<_>, _>>() {
        Ok(_) => Ok(()),
        Err(error @ TranscriptError::Damaged { .. }) => names_a_line(&error.to_string(), "kept.jsonl", bytes),
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

#[test]
fn arbitrary_bytes_are_no_contract_and_no_transcript_but_an_error_with_a_line() {
    for_all(vec(any::<u8>(), 0..200), |bytes| {
        contract_parses_or_names_a_line(&String::from_utf8_lossy(&bytes))?;
        transcript_parses_or_names_a_line(&bytes)
    });
}

/// Damage to a text. Each has a place, as a share of the length, what is put there, and how many bytes it replaces.
fn damage(words: &'static [&'static str]) -> impl Strategy<Value = Vec<(Index, usize, Vec<u8>)>> {
    let put = prop_oneof![
        3 => select(words).prop_map(|word| word.as_bytes().to_vec()),
        1 => odd_bytes(),
        1 => Just(Vec::new()),
        1 => vec(any::<u8>(), 0..3),
    ];
    vec((any::<Index>(), prop_oneof![2 => 0..3_usize, 1 => 0..40_usize], put), 1..4)
}

fn damaged(text: &str, damage: Vec<(Index, usize, Vec<u8>)>) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, gone, put) in damage {
        let start = place.index(bytes.len() + 1);
        let end = (start + gone).min(bytes.len());
        bytes.splice(start..end, put);
    }
    bytes
}

/// A contract with all that one may hold.
const FULL_CONTRACT: &str = r#"
title = { en = "all", zh = "全部" }
covers = ["one", "two"]
command = ["sh", "-c", "true"]
timeout = "1.5s"
directed = false
golden = { ideal = true }
capture = "pty"
witness = "socket"
stderr = "ignored"
survivors = ['^sleep']
[env]
LANG = "C"
HOME = false
[actors]
kind = "process"
main = '^main:'
worker = { line = '^跳舞 \w+', kind = "thread", each = true }
[names]
pid = { pid_in = 'pid (\d+)$' }
sum = { number_in = 'sum (-?[\d.]+)' }
[[always]]
proves = ["one"]
cores = 2
count = { line = 'P', actor = "main", at_least = 3 }
[[always]]
order = ['P', 'Q']
[[always]]
number = { name = "worker.sum", in_print_order = [1, 2.5, -3] }
ideal = true
[[always]]
compare = { name = "sum", less_than = "main.sum" }
[[always]]
exit = { signal = "SIGKILL" }
[[always]]
parent = { of = "worker", is = "main" }
[[sometimes]]
free = ['P', 'Q']
[[sometimes]]
overlap = ["main", "worker"]
"#;

#[test]
fn a_damaged_contract_is_an_error_with_a_line() {
    const WORDS: &[&str] = &[
        "\n",
        "=",
        "[",
        "]]",
        "{",
        "}",
        "'",
        "\"\"\"",
        "(",
        ")",
        "\\",
        "#",
        "1e400",
        "-1",
        "nan",
        "\"0ms\"",
        "\"9e99min\"",
        "99999999999999999999",
        "2026-01-01",
        "\"pty\"",
        "kind = \"thread\"\n",
        "[names]\n",
        "[[always]]\n",
        "same = []\n",
        "lasts = \"1s\"\n",
        "exit = 256\n",
        "at_most = 1",
        "rate = 0.0\n",
        "runs = 0\n",
        "ideal = true\n",
        "directed = false\n",
        "golden = { ideal = true }\n",
        "x.y",
        "(?x",
        "{1000}{1000}",
    ];
    for_all(damage(WORDS), |damage| {
        let bytes = damaged(FULL_CONTRACT, damage);
        contract_parses_or_names_a_line(&String::from_utf8_lossy(&bytes))
    });
}

#[test]
fn a_damaged_transcript_is_an_error_with_a_line() {
    const WORDS: &[&str] = &[
        "\n",
        "\r\n",
        "{",
        "}",
        "\"",
        ":",
        ",",
        "null",
        "-1",
        "1e3",
        "18446744073709551616",
        "\\ud800",
        "\\u0000",
        "[]",
        "\"hex\":\"f\"",
        "\"hex\":\"\u{e9}\"",
        "\"text\":\"a\\nb\"",
        "{\"end\":{}}\n",
        "\"process\":9",
        "\"thread\":9",
        "\"awaited\":9",
        "\"newline\":false",
    ];
    let run = program().prop_flat_map(|program| (run_of(&program), end()));
    for_all((run, damage(WORDS)), |((run, end), damage)| {
        transcript_parses_or_names_a_line(&damaged(&run.recorded_with(&end), damage))
    });
}

/// Three processes write at the same time, one byte at a time, also the bytes of one character.
#[test]
fn lines_torn_at_every_byte_are_put_together_again() {
    let contract = "[actors]\nkind = \"process\"\nmain = '^main'\ndance = '^跳舞'\nsing = '^唱歌'\n";
    let script = "
        export LC_ALL=C
        say() { local text=\"$1\" i; for ((i = 0; i < ${#text}; i++)); do printf %s \"${text:i:1}\"; done; echo; }
        dance() { for n in 1 2 3 4 5 6 7 8; do say \"跳舞中... $n\"; done; }
        sing() { for n in 1 2 3 4 5 6 7 8; do say \"唱歌中... $n\"; done; }
        dance & sing & say 'main waits'; wait";
    let course = Scratch::sample(contract, script);
    let mut golden = "main  │ main waits\n".to_owned();
    for (actor, what) in [("dance", "跳舞中"), ("sing ", "唱歌中")] {
        golden.extend((1..=8).map(|n| format!("{actor} │ {what}... {n}\n")));
    }
    course.golden("sample", &golden);
    let told = course.harness(&["check", "sample"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
}
