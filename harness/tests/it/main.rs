//! The harness as it is used: through its command line, on courses made for one test each.

mod bad_contract;
mod failing_reports;
mod scratch;
