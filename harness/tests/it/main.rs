//! The harness as it is used: through its command line, on courses made for one test each.
//!
//! Most of it rests on the kernel's word on who wrote what, and on its handing orphans over, and is tested on Linux
//! alone. The captures that any Unix has are tested with the feature `portable` too.

#[cfg(linux)]
mod accept_and_show;
#[cfg(linux)]
mod bad_contract;
#[cfg(linux)]
mod bad_program;
#[cfg(linux)]
mod canonical;
mod captures;
#[cfg(linux)]
mod command_line;
#[cfg(linux)]
mod containment;
#[cfg(linux)]
mod failing_reports;
#[cfg(linux)]
mod files;
#[cfg(linux)]
mod golden_test;
#[cfg(linux)]
mod hints;
#[cfg(linux)]
mod interrupts;
#[cfg(linux)]
mod json;
#[cfg(linux)]
mod new;
#[cfg(linux)]
mod other_projects;
#[cfg(linux)]
mod properties;
#[cfg(linux)]
mod recorded_runs;
mod scratch;
#[cfg(linux)]
mod stress;
#[cfg(linux)]
mod timeline;
#[cfg(linux)]
mod torture;
#[cfg(linux)]
mod unknown;
