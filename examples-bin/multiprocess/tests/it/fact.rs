//! A documented fact: a program that shows it, and a judge of what was seen.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

/// Names the program to be, in the environment of one that is started as a program.
pub const PROGRAM: &str = "MULTIPROCESS_TEST_PROGRAM";

/// A program that hangs fails after this.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Clone, Copy)]
pub struct Fact {
    pub name: &'static str,
    /// Runs in a process of its own, in which no other thread runs.
    pub program: fn(),
    pub judge: fn(&Run),
}

/// What was seen of a program.
#[derive(Debug)]
pub struct Run {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// `facts![name, …]`: facts that their programs assert themselves, and
/// `name => |run| …`: those with a judge.
macro_rules! facts {
    ($($name:ident $(=> $judge:expr)?),* $(,)?) => {
        pub const FACTS: &[$crate::fact::Fact] = &[$($crate::fact::fact!($name $(=> $judge)?)),*];
    };
}
pub(crate) use facts;

macro_rules! fact {
    ($name:ident) => {
        $crate::fact::fact!($name => |run| run.prints(""))
    };
    ($name:ident => $judge:expr) => {
        $crate::fact::Fact { name: stringify!($name), program: $name, judge: $judge }
    };
}
pub(crate) use fact;

impl Run {
    /// The program succeeded, printed exactly this, and had nothing to complain about.
    #[track_caller]
    pub fn prints(&self, stdout: &str) {
        let seen = (self.status.code(), self.stdout.as_str(), self.stderr.as_str());
        assert_eq!(seen, (Some(0), stdout, ""), "{self:#?}");
    }

    /// The program succeeded, and what it printed to stderr says all this.
    #[track_caller]
    pub fn complains(&self, words: &[&str]) {
        assert!(self.status.success(), "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in {self:#?}");
        }
    }
}

pub fn trial(fact: &Fact) -> Trial {
    let fact = *fact;
    Trial::test(fact.name, move || {
        let run = run(&fact).map_err(|error| Failed::from(error.to_string()))?;
        (fact.judge)(&run);
        Ok(())
    })
}

pub fn holds(fact: &Fact) -> bool {
    run(fact).is_ok_and(|run| run.status.success())
}

/// Is the program of that name, to its end.
pub fn run_program<'a>(name: &OsStr, mut facts: impl Iterator<Item = &'a Fact>) {
    let fact = facts.find(|fact| fact.name == name);
    (fact.expect("the program of a fact").program)();
}

/// Runs a fact's program. Nothing that it started is left when this returns.
fn run(fact: &Fact) -> std::io::Result<Run> {
    let (mut stdout, its_stdout) = std::io::pipe()?;
    let (mut stderr, its_stderr) = std::io::pipe()?;
    let mut program = Command::new(std::env::current_exe()?)
        .env(PROGRAM, fact.name)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(its_stdout)
        .stderr(its_stderr)
        .process_group(0)
        .spawn()?;
    // Before its output is read, which a process that it left behind would hold open. What these
    // programs print fits into a pipe.
    let group = Pid::from_raw(program.id().cast_signed());
    end(group);
    let status = program.wait()?;
    let mut run = Run { status, stdout: String::new(), stderr: String::new() };
    stdout.read_to_string(&mut run.stdout)?;
    stderr.read_to_string(&mut run.stderr)?;
    Ok(run)
}

/// Waits until the first process of a group has ended, or patience has, then kills what is left.
/// The first is not reaped, so that the group's id stays its own.
fn end(group: Pid) {
    let kill = || {
        let _ = killpg(group, Signal::SIGKILL);
    };
    thread::scope(|t| {
        let (ended, hangs) = mpsc::channel::<()>();
        t.spawn(move || {
            if hangs.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                kill();
            }
        });
        waitid(Id::Pid(group), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT).unwrap();
        drop(ended);
    });
    kill();
}
