//! One captured run of a small program: with writers and containment, against what does without them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use divan::{Bencher, black_box};
use harness::run::program::Program;
use harness::run::{Limits, run};
use harness::system::interrupt::Interrupt;

const PROGRAM: [&str; 2] = ["/bin/echo", "hello"];

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 500)]
fn std_process_command_output(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(Command::new(PROGRAM[0]).arg(PROGRAM[1]).output().expect("it runs")));
}

#[divan::bench(sample_count = 500)]
fn assert_cmd(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(assert_cmd::Command::new(PROGRAM[0]).arg(PROGRAM[1]).assert().success()));
}

#[divan::bench(sample_count = 500)]
fn harness(bencher: Bencher<'_, '_>) {
    let command = PROGRAM.map(Into::into);
    let program = Program::new(&command, Path::new("/"), &BTreeMap::new()).expect("echo is there");
    let never = Interrupt::never();
    bencher.bench(|| black_box(run(&program, None, Limits::default(), &never).expect("it runs")));
}
