//! What multiprocess documents, fact by fact.
//!
//! A test of any test runner runs beside other threads, where nothing may be spawned. So each fact
//! has a program, which is this binary started again with the fact's name, and a judge of its run.
//! Linux only: they look into `/proc`, bind processors, enter namespaces.

mod buffers;
mod fact;
mod family;
mod gate;
mod names;
mod namespaces;
mod scope;
mod statuses;
mod threads;
mod waits;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let facts = [
        buffers::FACTS,
        family::FACTS,
        names::FACTS,
        scope::FACTS,
        statuses::FACTS,
        threads::FACTS,
        waits::FACTS,
    ]
    .concat();
    if let Some(name) = std::env::var_os(fact::PROGRAM) {
        let all = facts.iter().chain(namespaces::FACTS).chain([&namespaces::CAN_ENTER]);
        fact::run_program(&name, all);
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let can_enter_namespaces = fact::holds(&namespaces::CAN_ENTER);
    let mut trials: Vec<_> = facts.iter().map(fact::trial).collect();
    trials.extend(
        namespaces::FACTS.iter().map(|fact| fact::trial(fact).with_ignored_flag(!can_enter_namespaces)),
    );
    libtest_mimic::run(&arguments, trials).exit_code()
}
