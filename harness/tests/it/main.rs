//! The harness as it is used: through its command line, on courses made for one test each.

mod accept_and_show;
mod bad_contract;
mod bad_program;
mod canonical;
mod command_line;
mod containment;
mod failing_reports;
mod golden_test;
mod json;
mod recorded_runs;
mod scratch;
mod stress;
mod timeline;
