//! `new`: a first contract for a program, and its golden, from recorded runs.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use crate::course::build;
use crate::direct::asking::cores;
use crate::direct::attack::{Budget, attack};
use crate::file::Staged;
use crate::judge::subject::{CONTRACT, Subject};
use crate::judge::{Judge, Rules, Verdict, golden};
use crate::language::Language;
use crate::propose::{Proposal, Request, news, propose};
use crate::report::human;
use crate::run::program::Program;
use crate::run::{Limits, run};
use crate::shell;
use crate::system::interrupt::{Interrupt, UnderWay};
use crate::transcript::{Cut, Transcript};

use super::out::say;
use super::session::progress_bar;
use super::{PROVEN, REFUTED, Unasked, here};

/// While runs still show something new, at most so many times more of them are recorded than were asked for.
const PATIENCE: usize = 3;

/// What the command line says.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The contract's folder.
    pub folder: PathBuf,
    pub command: Vec<OsString>,
    /// How many runs to record at the least.
    pub runs: usize,
    pub timeout: Option<Duration>,
}

/// Why a run is of no use.
enum Unfit {
    Interrupted,
    Unasked(Unasked),
}

impl<E: std::error::Error> From<E> for Unfit {
    fn from(error: E) -> Unfit {
        Unfit::Unasked(error.into())
    }
}

/// Records runs, proposes a contract and a golden, writes both, and judges the program by them.
pub(super) fn new(wanted: &Wanted, language: Language, interrupt: &Interrupt) -> Result<u8, Unasked> {
    let name = free_name(&wanted.folder)?;
    let command = words(&wanted.command)?;
    let (runs, several) = match record(wanted, interrupt) {
        Ok(recorded) => recorded,
        Err(Unfit::Interrupted) => return Ok(PROVEN),
        Err(Unfit::Unasked(why)) => return Err(why),
    };
    let folder: PathBuf = wanted.folder.components().map(|_| "..").collect();
    let is_python = |word: &String| {
        let word = Path::new(word);
        let is_script = word.extension().is_some_and(|extension| extension == "py");
        is_script || word.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"python"))
    };
    let unbuffered = several && command.iter().any(is_python);
    let timeout = wanted.timeout.map(|timeout| format!("{}ms", timeout.as_millis()));
    let request =
        Request { name: &name, command: &command, folder: &folder, timeout: timeout.as_deref(), unbuffered };
    let proposal = propose(request, &runs)?;
    let contract = write(wanted, &name, &proposal)?;
    say(format!(
        "{}\n{} and its golden are drawn from {} runs\n\n",
        proposal.contract,
        contract.display(),
        runs.len()
    ));
    judge(&contract, &proposal, wanted.runs.div_ceil(2), language, interrupt)
}

/// What a contract in this folder is called, if there is none yet.
fn free_name(folder: &Path) -> Result<String, Unasked> {
    let plain = folder.components().all(|part| matches!(part, Component::Normal(_)));
    let name = folder.file_name().and_then(|name| name.to_str()).filter(|_| plain);
    let Some(name) = name else {
        let folder = folder.display();
        return Err(Unasked(vec![format!(
            "`{folder}` can't be made: name a folder below this one, as `workers`"
        )]));
    };
    for file in [folder.join(CONTRACT), golden::path(folder)] {
        if file.symlink_metadata().is_ok() {
            let file = file.display();
            return Err(Unasked(vec![format!(
                "`{file}` is there already: choose another name, or remove it"
            )]));
        }
    }
    Ok(name.to_owned())
}

fn words(command: &[OsString]) -> Result<Vec<String>, Unasked> {
    let word = |word: &OsString| {
        let text = word.to_str().map(str::to_owned);
        text.ok_or_else(|| Unasked(vec![format!("`{}` is not UTF-8, as a contract is", word.display())]))
    };
    command.iter().map(word).collect()
}

/// Records as many runs as are wanted, and more as long as they show lines or exits that were not seen before; and whether
/// several processes print.
fn record(wanted: &Wanted, interrupt: &Interrupt) -> Result<(Vec<Transcript>, bool), Unfit> {
    let timeout = wanted.timeout.unwrap_or(Limits::default().timeout);
    let limits = Limits { timeout, ..Limits::default() };
    let program = |unbuffered: Option<&str>| {
        let variables = BTreeMap::from([("PYTHONUNBUFFERED".to_owned(), unbuffered.map(str::to_owned))]);
        Program::new(&wanted.command, Path::new("."), &variables)
    };
    // As contracts do: Python writes a line at once where actors are processes.
    let first = recorded(&program(None)?, limits, interrupt)?;
    let several = first.processes().len() > 1;
    let program = program(several.then_some("1"))?;
    let bar = progress_bar(wanted.runs as u64, "runs");
    let (mut runs, mut seen, mut newest) = (Vec::new(), HashSet::new(), 0);
    while runs.len() < wanted.runs
        || (runs.len() < newest + wanted.runs / 2 && runs.len() < PATIENCE * wanted.runs)
    {
        let run = recorded(&program, limits, interrupt)?;
        let known = seen.len();
        seen.extend(news(&run));
        if seen.len() > known {
            newest = runs.len() + 1;
        }
        runs.push(run);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((runs, several))
}

fn recorded(program: &Program, limits: Limits, interrupt: &Interrupt) -> Result<Transcript, Unfit> {
    let transcript = run(program, None, limits, interrupt)?;
    let why = match transcript.cut() {
        None => return Ok(transcript),
        Some(Cut::Interrupted) => return Err(Unfit::Interrupted),
        Some(Cut::TimedOut(limit)) => {
            format!("it was still running after {} s; `--timeout TIME` allows more", limit.as_secs_f64())
        }
        Some(Cut::Flooded(limit)) => format!("it printed more than {} MiB", limit >> 20),
        Some(Cut::Deadlocked) => "nobody could go on".to_owned(),
        Some(Cut::Unsupervised) => "it killed the process that supervised it".to_owned(),
    };
    Err(Unfit::Unasked(Unasked(vec![format!("`{}` can't be recorded: {why}", program.command())])))
}

fn write(wanted: &Wanted, name: &str, proposal: &Proposal) -> Result<PathBuf, Unasked> {
    let _whole = UnderWay::begin();
    let folder = &wanted.folder;
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    let written = fs::create_dir_all(folder).and_then(|()| write_both(folder, name, proposal));
    written.map_err(|error| {
        // What can't be written leaves nothing, so that it can be tried again.
        for folder in missing.iter().filter(|folder| !folder.as_os_str().is_empty()) {
            let _ = fs::remove_dir(folder);
        }
        Unasked(vec![format!(
            "a contract and its golden can't be written into `{}`: {error}",
            folder.display()
        )])
    })
}

fn write_both(folder: &Path, name: &str, proposal: &Proposal) -> io::Result<PathBuf> {
    let contract = folder.join(CONTRACT);
    let staged = Staged::new(&contract, |to| to.write_all(proposal.contract.as_bytes()))?;
    let golden = golden::path(folder);
    golden::write(&golden, name, &proposal.golden)?;
    staged.commit().inspect_err(|_| {
        let _ = fs::remove_file(&golden);
    })?;
    Ok(contract)
}

/// Holds further runs against what was proposed.
fn judge(
    contract: &Path,
    proposal: &Proposal,
    runs: usize,
    language: Language,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    let begun = Instant::now();
    let lesson = Subject::read(&here()?.join(contract))?;
    let program = build::programs(std::slice::from_ref(&lesson))?.remove(0);
    let limits = Limits::of(&lesson.contract);
    let golden = lesson.golden.as_deref();
    let rules = Rules { contract: &lesson.contract, golden, cores: cores(), language };
    let mut judge = Judge::new(rules);
    while (judge.runs() as usize) < runs && !judge.is_refuted() && !interrupt.is_raised() {
        judge.hear(&run(&program, lesson.contract.capture, limits, interrupt)?);
    }
    attack(&mut judge, &program, Budget::default(), interrupt, |_| Ok(()))?;
    if interrupt.is_raised() {
        return Ok(PROVEN);
    }
    let judgement = judge.judgement();
    let line = human::line(&lesson.name, &judgement, begun.elapsed(), lesson.name.len(), language);
    say(format!("{line}\n{}\n", human::details(&lesson.name, &judgement, language)));
    let shown = contract.display();
    let named = shell::quote(Path::new(".").join(contract));
    if judgement.verdict == Verdict::Refuted || !proposal.is_steady {
        say(format!(
            "the proposal does not hold: edit {shown} until `harness accept {named}` takes a golden; what varied \
             needs a name in [names], an actor of its own, or a check that allows for it\n"
        ));
        return Ok(REFUTED);
    }
    say(format!("edit {shown} to say what is meant; `harness check {named}` judges it\n"));
    Ok(PROVEN)
}
