//! `new`: a first contract for a program, and its golden, from recorded runs.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use crate::check::finding::{Finding, FindingKind};
use crate::course::build;
use crate::direct::asking::{Manner, ask, cores};
use crate::direct::attack::{Budget, attack};
use crate::document::parse_duration;
use crate::file::Staged;
use crate::judge::subject::{CONTRACT, Subject};
use crate::judge::{Judge, Judgement, Rules, Verdict, golden};
use crate::language::Language;
use crate::propose::{Draft, Proposal, Request, propose};
use crate::report::human;
use crate::run::program::{Program, ProgramError};
use crate::shell;
use crate::system::interrupt::{Interrupt, UnderWay};
use crate::transcript::Transcript;

use super::out::say;
use super::recording::{Recording, record};
use super::session::progress_bar;
use super::{PROVEN, REFUTED, Unasked, here};

/// Of a program that prints more than so many bytes no directed runs are kept, and so it is not attacked before it is proposed.
const MOST: usize = 4 << 20;

/// So long the program is attacked without haste, since what is proposed is to hold; and so long at all.
const UNHURRIED: Duration = Duration::from_secs(15);
const ATTACKED: Duration = Duration::from_secs(45);

/// What the command line says.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The contract's folder.
    pub folder: PathBuf,
    pub command: Vec<OsString>,
    /// How many runs to record at the least.
    pub runs: usize,
    pub timeout: Option<Timeout>,
}

/// How long a run may take, as it was written.
#[derive(Clone, Debug)]
pub(super) struct Timeout {
    written: String,
    pub duration: Duration,
}

impl Timeout {
    /// Reads a duration as contracts have it.
    pub fn parse(text: &str) -> Result<Timeout, String> {
        Ok(Timeout { written: text.to_owned(), duration: parse_duration(text)? })
    }
}

/// Records runs, proposes a contract and a golden, writes both, and judges the program by them.
pub(super) fn new(wanted: &Wanted, language: Language, interrupt: &Interrupt) -> Result<u8, Unasked> {
    let name = free_name(&wanted.folder)?;
    let command = words(&wanted.command)?;
    let Some(Recording { program, runs, note }) = record(wanted, interrupt)? else { return Ok(PROVEN) };
    let folder = way_back(&wanted.folder);
    let timeout = wanted.timeout.as_ref().map(|timeout| timeout.written.as_str());
    let request =
        Request { name: &name, command: &command, folder: folder.as_deref(), timeout, note: note.as_deref() };
    let begun = Instant::now();
    let proposal = propose(request, &runs, |draft| {
        if begun.elapsed() > ATTACKED {
            return Ok(Vec::new());
        }
        let budget = Budget { is_hasty: begun.elapsed() > UNHURRIED, ..Budget::default() };
        attacked(draft, &program, budget, interrupt)
    })?;
    if interrupt.is_raised() {
        return Ok(PROVEN);
    }
    let contract = write(wanted, &name, &proposal)?;
    let is_drawn = if proposal.golden.is_some() { "and its golden are drawn" } else { "is drawn" };
    say(format!("{}\n{} {is_drawn} from {} runs\n\n", proposal.contract, contract.display(), runs.len()));
    judge(&contract, &proposal, language, interrupt)
}

/// What a contract in this folder is called, if there is none yet.
fn free_name(folder: &Path) -> Result<String, Unasked> {
    let is_below = folder.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let whole = here()?.join(folder);
    let name = whole.file_name().and_then(|name| name.to_str()).filter(|_| is_below);
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

/// The current folder, seen from the contract's; `None` where it is the same.
fn way_back(folder: &Path) -> Option<PathBuf> {
    let below = folder.components().filter(|part| matches!(part, Component::Normal(_)));
    let back: PathBuf = below.map(|_| "..").collect();
    Some(back).filter(|back| !back.as_os_str().is_empty())
}

fn words(command: &[OsString]) -> Result<Vec<String>, Unasked> {
    let word = |word: &OsString| {
        let text = word.to_str().map(str::to_owned);
        text.ok_or_else(|| Unasked(vec![format!("`{}` is not UTF-8, as a contract is", word.display())]))
    };
    command.iter().map(word).collect()
}

/// Runs the program under schedules that may break a draft; those runs.
fn attacked(
    draft: Draft<'_>,
    program: &Program,
    budget: Budget,
    interrupt: &Interrupt,
) -> Result<Vec<Transcript>, ProgramError> {
    let Draft { contract, golden, natural } = draft;
    let rules = Rules { contract, golden, cores: cores(), language: Language::En };
    let mut runs = Vec::new();
    if natural.size() > MOST {
        return Ok(runs);
    }
    let bar = progress_bar(budget.schedules.into(), "schedules");
    let mut keep = |run: &Transcript| {
        bar.inc(1);
        runs.push(run.clone());
        Ok(())
    };
    let mut judge = Judge::new(rules);
    judge.hear(natural);
    attack(&mut judge, program, budget, interrupt, &mut keep)?;
    // Whatever else is wrong says nothing of its orders.
    if judge.is_refuted() || judge.is_late() {
        attack(&mut Judge::of_order(rules), program, budget, interrupt, &mut keep)?;
    }
    bar.finish_and_clear();
    Ok(runs)
}

fn write(wanted: &Wanted, name: &str, proposal: &Proposal) -> Result<PathBuf, Unasked> {
    let _whole = UnderWay::begin();
    let folder = &wanted.folder;
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    let written = fs::create_dir_all(folder).and_then(|()| write_all(folder, name, proposal));
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

/// All that belongs to the contract, or nothing.
fn write_all(folder: &Path, name: &str, proposal: &Proposal) -> io::Result<PathBuf> {
    let contract = folder.join(CONTRACT);
    let staged = Staged::new(&contract, |to| to.write_all(proposal.contract.as_bytes()))?;
    let mut written = Vec::new();
    let beside = match &proposal.golden {
        Some(form) => write_golden(folder, name, form, &mut written),
        None => Ok(()),
    };
    beside.and_then(|()| staged.commit()).inspect_err(|_| {
        for file in &written {
            let _ = fs::remove_file(file);
        }
    })?;
    Ok(contract)
}

/// The golden, and what keeps from git what is left to be reviewed of it; notes what was written.
fn write_golden(folder: &Path, name: &str, form: &str, written: &mut Vec<PathBuf>) -> io::Result<()> {
    let golden = golden::path(folder);
    golden::write(&golden, name, form)?;
    written.push(golden);
    let ignored = folder.join(".gitignore");
    if ignored.symlink_metadata().is_err() {
        let pending = golden::pending(Path::new("")).display().to_string() + "\n";
        Staged::new(&ignored, |to| to.write_all(pending.as_bytes()))?.commit()?;
        written.push(ignored);
    }
    Ok(())
}

/// Holds the program against what was proposed.
fn judge(
    contract: &Path,
    proposal: &Proposal,
    language: Language,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    let begun = Instant::now();
    let subject = Subject::read(&here()?.join(contract))?;
    let program = build::programs(std::slice::from_ref(&subject))?.remove(0);
    let manner = Manner::usual(language, interrupt);
    let Some((judgement, _)) = ask(&subject, subject.golden.as_deref(), &program, manner)? else {
        return Ok(PROVEN);
    };
    let line = human::line(&subject.name, &judgement, begun.elapsed(), subject.name.len(), language);
    say(format!("{line}\n{}\n", human::details(&subject.name, &judgement, language)));
    Ok(conclude(contract, proposal, &judgement))
}

/// Says what is to be done next.
fn conclude(contract: &Path, proposal: &Proposal, judgement: &Judgement) -> u8 {
    let shown = contract.display();
    let named = shell::quote(Path::new(".").join(contract));
    if proposal.is_silent {
        say(
            "warning: the program printed nothing, so this holds only that it prints nothing: does it print to a file or a terminal?\n",
        );
    }
    if !proposal.mishaps.is_empty() {
        say("the proposal does not hold, since not all runs went well:\n");
        for mishap in &proposal.mishaps {
            say(format!("  {mishap}\n"));
        }
        say(format!(
            "mend the program, or let {shown} allow for it; `harness stress {named}` tells how often it comes\n"
        ));
        return REFUTED;
    }
    if judgement.verdict != Verdict::Refuted {
        say(format!("edit {shown} to say what is meant; `harness check {named}` judges it\n"));
        return PROVEN;
    }
    let mend = judgement.findings.first().and_then(mend);
    say(match mend {
        Some(mend) => format!("the proposal does not hold: {mend}\n"),
        None => format!(
            "the proposal does not hold: edit {shown} until `harness accept {named}` takes a golden; what varied \
             needs a name in [names], an actor of its own, or a check that allows for it\n"
        ),
    });
    REFUTED
}

/// What would mend a finding, where that is not in what is claimed of lines.
fn mend(finding: &Finding) -> Option<&'static str> {
    let rests_on_sleep = finding.schedule.as_ref().is_some_and(|chosen| chosen.rests_on_sleep);
    Some(match finding.kind {
        FindingKind::Leaked => {
            "the program has to end what outlives it and wait for that, or the contract to allow for it by `survivors`"
        }
        FindingKind::Timeout => "the program has to end by itself, or needs a longer `timeout`",
        FindingKind::Deadlock => {
            "the program can come to where nobody goes on, and no contract allows for that; mend the program"
        }
        FindingKind::Exit => "the program has to end in the same way under each schedule",
        _ if rests_on_sleep => {
            "the program rests on a sleep; let it wait for what it needs, or say in the contract that it may not: \
             `golden = { ideal = true }`"
        }
        _ => return None,
    })
}
