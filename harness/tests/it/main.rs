//! The harness as it is used: through its command line, on courses made for one test each.

mod accept_and_show;
mod at_home;
mod bad_contract;
mod bad_program;
mod captures;
mod ci;
mod command_line;
mod completions;
mod containment;
mod directed;
mod explore;
mod failing_reports;
mod fallback;
mod files;
mod foreign;
mod golden_test;
mod hints;
mod interrupts;
mod json;
mod natural;
mod new;
mod other_projects;
mod programs;
mod properties;
mod races;
mod recorded_runs;
mod review;
mod schema;
#[path = "../scratch/mod.rs"]
mod scratch;
mod stress;
mod timeline;
mod torture;
mod transparent;
mod who;
