//! Captured runs, with a witness and without, against what does without both.
//!
//! `writes`, `calls` and `computing` are small programs in C, made by `cc`, that do one thing over and over.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use divan::{Bencher, black_box};
use harness::contract::Asked;
use harness::run::program::Program;
use harness::run::{Limits, run};
use harness::system::interrupt::Interrupt;
use tempfile::TempDir;

const ECHO: [&str; 2] = ["/bin/echo", "hello"];

const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int count, char **word) {
    if (!strcmp(word[1], "writes")) for (int i = 0; i < 3000; i++) if (write(1, "a line of eighty\n", 17) != 17) return 1;
    if (!strcmp(word[1], "calls")) for (int i = 0; i < 1000000; i++) syscall(SYS_getppid);
    if (!strcmp(word[1], "computing")) { volatile long sum = 0; for (long i = 0; i < 100000000; i++) sum += i; }
    return 0;
}
"#;

static PROGRAM: LazyLock<(TempDir, OsString)> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a folder");
    let (source, program) = (folder.path().join("program.c"), folder.path().join("program"));
    std::fs::write(&source, SOURCE).expect("the source is written");
    let compiled =
        Command::new("cc").arg("-O1").arg(&source).arg("-o").arg(&program).status().expect("cc is there");
    assert!(compiled.success(), "it compiles");
    (folder, program.into())
});

fn main() {
    divan::main();
}

/// A program, and who is to see it.
fn program(command: &[OsString], asked: Asked) -> Program {
    Program::new(command, Path::new("/"), &BTreeMap::new()).expect("it is there").seen_by(asked)
}

fn captured(bencher: Bencher<'_, '_>, command: &[OsString], asked: Asked) {
    let (program, never) = (program(command, asked), Interrupt::never());
    bencher.bench(|| black_box(run(&program, None, Limits::default(), &never).expect("it runs")));
}

fn echo() -> [OsString; 2] {
    ECHO.map(Into::into)
}

fn doing(what: &str) -> [OsString; 2] {
    [PROGRAM.1.clone(), what.into()]
}

/// As many threads as a busy host has.
fn with_threads() {
    static THREADS: LazyLock<()> = LazyLock::new(|| {
        for _ in 0..16 {
            thread::spawn(|| thread::sleep(Duration::from_secs(3600)));
        }
    });
    LazyLock::force(&THREADS);
}

#[divan::bench(sample_count = 500)]
fn a_std_process_command_output(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(Command::new(ECHO[0]).arg(ECHO[1]).output().expect("it runs")));
}

#[divan::bench(sample_count = 500)]
fn a_witness(bencher: Bencher<'_, '_>) {
    captured(bencher, &echo(), Asked::Threads);
}

#[divan::bench(sample_count = 500)]
fn a_socket(bencher: Bencher<'_, '_>) {
    captured(bencher, &echo(), Asked::Socket);
}

#[divan::bench(sample_count = 500)]
fn b_std_process_command_output_with_16_threads(bencher: Bencher<'_, '_>) {
    with_threads();
    bencher.bench(|| black_box(Command::new(ECHO[0]).arg(ECHO[1]).output().expect("it runs")));
}

#[divan::bench(sample_count = 500)]
fn b_witness_with_16_threads(bencher: Bencher<'_, '_>) {
    with_threads();
    captured(bencher, &echo(), Asked::Threads);
}

#[divan::bench(args = ["writes", "calls", "computing"], sample_count = 20)]
fn c_socket(bencher: Bencher<'_, '_>, what: &str) {
    captured(bencher, &doing(what), Asked::Socket);
}

#[divan::bench(args = ["writes", "calls", "computing"], sample_count = 20)]
fn c_witness(bencher: Bencher<'_, '_>, what: &str) {
    captured(bencher, &doing(what), Asked::Threads);
}
