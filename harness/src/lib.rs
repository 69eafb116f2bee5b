//! Golden tests for programs that run concurrently.
//!
//! Data flows one way, and the modules are its stations:
//!
//! ```text
//! lesson.toml → build → run and capture → transcript → canonical form → golden, checks → verdict → report
//! ```
//!
//! [`course`] finds lessons, [`contract`] says what is claimed of them, [`build`] and [`program`] make them
//! ready to run, [`run`] records a run as a [`transcript`], a [`reading`] holds it against the contract,
//! [`canonical`] keeps what is the same in every run, [`judge`] hears runs until the [`judge::Verdict`] is
//! known, [`suite`] does so for many lessons at once, and [`report`] tells.

mod basics;
pub mod build;
pub mod canonical;
pub mod capture;
mod cast;
pub mod chaos;
pub mod check;
pub mod contract;
pub mod course;
pub mod finding;
pub mod golden;
pub mod golden_test;
pub mod interrupt;
pub mod judge;
pub mod means;
pub mod number;
mod orders;
mod pidfd;
mod proc;
pub mod program;
pub mod reading;
pub mod report;
pub mod run;
pub mod status;
pub mod stress;
mod suggest;
pub mod suite;
mod supervisor;
pub mod syllabus;
pub mod transcript;
mod words;
