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
