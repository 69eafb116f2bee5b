//! Golden tests for programs that run concurrently.
//!
//! Such a program never prints the same thing twice. What stays the same, who printed which line and what must hold in every
//! run, is stated in a contract, `contract.toml`, and a golden beside it. In another crate, with `harness` as a
//! dev-dependency (`default-features = false` leaves out the command line, and what it alone needs), a test holds the crate's
//! own program against its own contract:
//!
//! ```no_run
//! use harness::GoldenTest;
//!
//! # macro_rules! env { ($name:literal) => { "workers" } }
//! // #[test]
//! fn workers_do_all_tasks() {
//!     GoldenTest::new("tests/workers/contract.toml").command([env!("CARGO_BIN_EXE_workers"), "4"]).assert();
//! }
//! ```
//!
//! 1. Write the contract; `docs/contract.md` is its reference, and `harness new NAME -- CMD…` draws a first one.
//! 2. Run the test. There is no golden yet: the test shows what it would be, keeps it as `golden.snap.new`, and says how
//!    to take it over. From then on the test fails, with a difference in meaning, where the program's output changes.
//!
//! A program in any language is tested so; a contract with a `command` needs no more than its path:
//!
//! ```
//! # use harness::{GoldenTest, Verdict};
//! let judgement = GoldenTest::new("../docs/examples/xargs/contract.toml").judge()?;
//! assert_eq!(judgement.verdict, Verdict::Proven);
//! # Ok::<(), harness::GoldenTestError>(())
//! ```
//!
//! [`GoldenTest`] is all that a test needs; [`Judgement`], [`Verdict`] and [`Finding`] are for those who want to look at what
//! was refuted. The modules are for those who build on them, as the book does. Data flows one way through them:
//!
//! ```text
//! contract.toml → build → run and capture → transcript → canonical form → golden, checks → verdict → report
//!                                ↑                                               │
//!                                └────────── direct: another schedule ←──────────┘
//! ```
//!
//! [`direct`] has the same program run again under another schedule, until its [`judge`] has heard enough; what was chosen stands
//! in the transcript. `docs/direct.md` says what that promises.
//!
//! All of it rests on what Linux tells of processes: elsewhere this library is empty.

#![cfg(target_os = "linux")]
#![cfg_attr(not(feature = "cli"), allow(dead_code, reason = "some is for the command line alone"))]

pub mod cast;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod contract;
pub mod course;
pub mod direct;
mod document;
pub mod file;
pub mod golden_test;
pub mod judge;
pub mod language;
mod propose;
pub mod report;
pub mod run;
mod shell;
mod stress;
pub mod system;
pub mod transcript;
mod words;

pub use check::finding::{Finding, FindingKind, SeenLine};
pub use golden_test::{GoldenTest, GoldenTestError};
pub use judge::{Decision, Judgement, Verdict};

#[doc(hidden)]
pub fn probe() {
    use crate::run::directed::choice::{Choose, Follow};
    use std::collections::BTreeMap;
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let at = args.iter().position(|a| a == "--").unwrap();
    let command: Vec<std::ffi::OsString> = args.split_off(at + 1).into_iter().map(Into::into).collect();
    let contract = contract::Contract::parse("title = \"x\"\n", std::path::Path::new("x.toml")).unwrap();
    let program = run::program::Program::for_contract(&command, std::path::Path::new("."), &contract).unwrap().directed();
    let n: u64 = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    let time = if args.iter().any(|a| a == "ideal") { transcript::schedule::Time::Ideal } else { transcript::schedule::Time::Late };
    let mut tree = direct::tree::Tree::new(time);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let begun = std::time::Instant::now();
    let mut k = 50;
    let mut ran = 0;
    let mut bad = 0;
    for i in 0..n {
        let mut chooser: Box<dyn Choose + Send> = match args[0].as_str() {
            "usual" => Box::new(Follow::new(transcript::schedule::Schedule { time, departures: vec![] })),
            "follow" => Box::new(Follow::new(args[2].parse().unwrap())),
            "random" => Box::new(direct::random::Priorities::new(time, 7, i, k)),
            "tree" => match tree.next() { Some(b) => Box::new(b), None => break },
            _ => panic!(),
        };
        let t = run::direct(&program, &contract, &mut *chooser, &system::interrupt::Interrupt::never()).unwrap();
        ran += 1;
        tree.learn(&t);
        let d = t.direction().unwrap();
        k = d.points;
        bad += u32::from(!d.followed);
        let mut text: Vec<String> = t.lines().iter().map(|l| String::from_utf8_lossy(t.text(l)).into_owned()).collect();
        text.push(format!("[{:?} {:?}]", t.exit(), t.cut()));
        let text = text.join(" | ");
        if n == 1 { println!("{d:#?}"); println!("{:?}", t.survivors()); }
        else if args.iter().any(|a| a == "-v") { println!("{} {} {:?} h{} {}", d.schedule, d.points, d.left, d.hurried, text); }
        if args.iter().any(|a| a == "replay") {
            let mut chooser = Follow::new(d.schedule.clone());
            let u = run::direct(&program, &contract, &mut chooser, &system::interrupt::Interrupt::never()).unwrap();
            let mut text2: Vec<String> = u.lines().iter().map(|l| String::from_utf8_lossy(u.text(l)).into_owned()).collect();
            text2.push(format!("[{:?} {:?}]", u.exit(), u.cut()));
            let e = u.direction().unwrap();
            if text2.join(" | ") != text || e.points != d.points || !e.followed { println!("REPLAY DIFFERS {} {} vs {} {} {}\n  {text}\n  {}", d.schedule, d.points, e.points, e.followed, e.schedule, text2.join(" | ")); }
        }
        *seen.entry(text).or_default() += 1;
    }
    for (t, c) in &seen { println!("{c:5} {}", t.chars().take(200).collect::<String>()); }
    println!("{ran} runs, {} outcomes, {bad} not followed, {:?} a run", seen.len(), begun.elapsed() / ran);
}
