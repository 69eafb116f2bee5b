//! What is judged of runs that are written by hand.
//!
//! | part | what it is |
//! | --- | --- |
//! | `contract` | the contract, without its title |
//! | `run` | who did what in a run; there may be several |
//!
//! A line of a run is what one task does, a millisecond after the line before; with `+` before it, at the same moment. A process
//! is its pid, a thread its process and its tid, as `100/102`; a process alone stands for its first thread. The first process is
//! the program itself.
//!
//! | line | what happens |
//! | --- | --- |
//! | `100 executes sh` | `execve` |
//! | `100 creates 101`, `100 creates 100/102` | a process, a thread |
//! | `100/102 out TEXT`, `err`, `torn` | a line on stdout, on stderr, one on stdout that another writer's bytes came into |
//! | `nobody out TEXT`, `100/? out TEXT` | a line of which the process or the thread is not known |
//! | `100/102 ends` | the thread begins to end |
//! | `100 exits 0` | `exit_group`, and all of it has ended |
//! | `101 killed SIGTERM by 100` | or `by kernel`, `by harness`, `by death of 100` |
//! | `100 awaits 101` | a wait returns its end |
//! | `socket: WHY` | only the sockets saw the run, which tell no more than the process of each line |
//!
//! The golden is the first run's form. The last part is `judged`: the verdict, what was refuted, and what is undecided and why.

use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;

use harness::cast::canonical::canonical;
use harness::cast::reading::Reading;
use harness::contract::Contract;
use harness::judge::{Judge, Judgement, Rules, Verdict};
use harness::language::Language;
use harness::transcript::Transcript;
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::case::Case;

pub const ENDS: [&str; 1] = ["judged"];

pub fn tell(case: &Case) -> Result<String, String> {
    case.has_only(&["contract", "run"])?;
    let contract = format!("title = \"A case\"\n{}", case.part("contract")?);
    let contract = Contract::parse(&contract, Path::new("contract")).map_err(|error| error.to_string())?;
    let runs = case.parts().filter(|(heading, _)| *heading == "run").map(|(_, run)| recorded(run));
    let runs: Vec<Transcript> = runs.collect::<Result<_, _>>()?;
    let golden = canonical(&Reading::new(&contract.cast, runs.first().ok_or("the case lacks `## run`")?));
    let mut told = String::from("## judged\n");
    for language in Language::ALL {
        let rules = Rules { contract: &contract, golden: Some(&golden), cores: 1, language };
        let mut judge = Judge::new(rules);
        for run in &runs {
            judge.hear(run);
        }
        told += &judged(&judge.judgement(), language);
    }
    Ok(told)
}

fn judged(judgement: &Judgement, language: Language) -> String {
    let mut told = format!("{}\n", judgement.verdict.word(language));
    for finding in &judgement.findings {
        let _ = writeln!(told, "- {}\n  {}\n  {}", finding.check, finding.expected, finding.seen);
    }
    for claim in judgement.claims.iter().filter(|claim| claim.verdict == Verdict::Undecided) {
        let _ = writeln!(told, "? {}\n  {}", claim.check, claim.why.as_deref().unwrap_or("no run told"));
    }
    told
}

fn recorded(run: &str) -> Result<Transcript, String> {
    let mut record = Record::default();
    for line in run.lines() {
        record.take(line).ok_or_else(|| format!("`{line}` can't be understood"))?;
    }
    let file = record.file();
    let mut runs = Transcript::parse(file.as_bytes(), Path::new("run"));
    runs.next().ok_or("a run is empty")?.map_err(|error| error.to_string())
}

/// A transcript's records, as they come.
#[derive(Default)]
struct Record {
    witness: Option<String>,
    processes: Vec<Value>,
    threads: Vec<Value>,
    lines: Vec<Value>,
    now: u64,
}

impl Record {
    fn take(&mut self, line: &str) -> Option<()> {
        if let Some(why) = line.strip_prefix("socket: ") {
            self.witness = Some(why.to_owned());
            return Some(());
        }
        let line = line.strip_prefix("+ ").unwrap_or_else(|| {
            self.now += 1_000_000;
            line
        });
        let (who, rest) = line.split_once(' ')?;
        let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if self.processes.is_empty() {
            self.born(who, None)?;
        }
        match what {
            "out" | "err" | "torn" => self.line(who, what, rest),
            "creates" => self.born(rest, Some(self.thread(who)?)),
            "executes" => {
                let process = self.process(who)?;
                self.processes[process]["image"] = json!(rest);
                self.note(process, "executed_ns");
                Some(())
            }
            "ends" => {
                let thread = self.thread(who)?;
                self.threads[thread]["ended_ns"] = json!(self.now);
                Some(())
            }
            "awaits" => {
                let (child, thread) = (self.process(rest)?, self.thread(who)?);
                self.processes[child]["awaited"] = json!(thread);
                Some(())
            }
            "exits" => {
                let process = self.process(who)?;
                self.processes[process]["exit"] = json!({ "code": i32::from_str(rest).ok()? });
                self.note(process, "exits_ns");
                self.note(process, "ended_ns");
                Some(())
            }
            "killed" => self.killed(self.process(who)?, rest),
            _ => None,
        }
    }

    /// This happens to a process now.
    fn note(&mut self, process: usize, what: &str) {
        self.processes[process][what] = json!(self.now);
    }

    fn born(&mut self, whom: &str, creator: Option<usize>) -> Option<()> {
        let (pid, tid) = whom.split_once('/').unwrap_or((whom, whom));
        if pid == tid {
            let pid = u32::from_str(pid).ok()?;
            self.processes.push(json!({ "pid": pid, "creator": creator, "born_ns": self.now }));
        }
        let (tid, process) = (u32::from_str(tid).ok()?, self.process(pid)?);
        self.threads.push(json!({ "tid": tid, "process": process, "creator": creator, "born_ns": self.now }));
        Some(())
    }

    fn line(&mut self, who: &str, what: &str, text: &str) -> Option<()> {
        let process = if who == "nobody" { None } else { Some(self.process(who)?) };
        let thread = if who == "nobody" || who.ends_with("/?") { None } else { Some(self.thread(who)?) };
        let stream = if what == "err" { "stderr" } else { "stdout" };
        self.lines.push(json!({ "line": {
            "stream": stream, "process": process, "thread": thread, "at_ns": self.now, "text": text,
            "torn": what == "torn",
        }}));
        Some(())
    }

    fn killed(&mut self, process: usize, how: &str) -> Option<()> {
        let (signal, by) = how.split_once(" by ")?;
        let killed = match (by, by.strip_prefix("death of ")) {
            ("kernel" | "harness", _) => json!(by),
            (_, Some(parent)) => json!({ "deathof": self.process(parent)? }),
            _ => json!({ "by": self.thread(by)? }),
        };
        self.processes[process]["exit"] = json!({ "signal": Signal::from_str(signal).ok()? as i32 });
        self.processes[process]["killed"] = killed;
        self.note(process, "ended_ns");
        Some(())
    }

    fn process(&self, who: &str) -> Option<usize> {
        let pid = u32::from_str(who.split('/').next()?).ok()?;
        self.processes.iter().position(|process| process["pid"] == pid)
    }

    fn thread(&self, who: &str) -> Option<usize> {
        let tid = u32::from_str(who.rsplit('/').next()?).ok()?;
        self.threads.iter().position(|thread| thread["tid"] == tid)
    }

    fn file(self) -> String {
        let pid = self.processes.first().map_or(json!(0), |program| program["pid"].clone());
        let (mut processes, mut threads, mut lines) = (self.processes, self.threads, self.lines);
        let witness = self.witness.map_or(json!("threads"), |why| {
            threads.clear();
            for process in &mut processes {
                *process = json!({ "pid": process["pid"] });
            }
            for line in &mut lines {
                line["line"]["thread"] = Value::Null;
            }
            json!({ "socket": why })
        });
        let head = json!({ "transcript": { "version": 2, "pid": pid, "witness": witness } });
        let processes = processes.into_iter().map(|process| json!({ "process": process }));
        let threads = threads.into_iter().map(|thread| json!({ "thread": thread }));
        let end = json!({ "end": { "exit": { "code": 0 }, "duration_ns": self.now } });
        let records = [head].into_iter().chain(processes).chain(threads).chain(lines).chain([end]);
        records.map(|record| format!("{record}\n")).collect()
    }
}
