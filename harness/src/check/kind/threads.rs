//! Actors that are threads: all in one process, and none prints another's lines.
//!
//! The kernel says which thread wrote a line. That need not be the one whose line it is: a runtime may print through one of its
//! threads, or run many tasks in turn on a few of them; and what is kept back until the program ends is written by whoever ends
//! it. So a thread that wrote for others refutes their kinds only where no other lived meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use super::{Played, Players};
use crate::cast::Kind;
use crate::cast::reading::Claimed;
use crate::check::Untold;
use crate::check::finding::{Finding, FindingKind};
use crate::check::lives::{end_of, threads_of};
use crate::transcript::{Process, Thread};

/// For each thread its lines, of actors that are threads.
type Parts = BTreeMap<usize, Vec<usize>>;

impl Players<'_, '_> {
    /// All threads are of one process.
    pub fn threads_together(&self) -> Option<Finding> {
        let threads: Vec<usize> = self.reading.actors_of(Kind::Thread).collect();
        let home = self.player(*threads.first()?);
        let mut players = threads
            .iter()
            .flat_map(|&thread| self.reading.players(thread).iter().map(move |&player| (thread, player)));
        let (other, player) = players.find(|&(_, player)| player != home)?;
        let (first, name) = (self.name(threads[0]), self.name(other));
        let claim = if other == threads[0] {
            self.pick(
                format!("each {name} is a thread of one process"),
                format!("每个 {name} 都是同一个进程的线程"),
            )
        } else {
            self.pick(
                format!("{first} and {name} are threads of one process"),
                format!("{first} 和 {name} 是同一个进程的线程"),
            )
        };
        let players = [home, player];
        let pids = self.pids(&players);
        let seen = self.pick(format!("two: {pids}"), format!("两个：{pids}"));
        Some(self.finding(claim, self.pick("one process", "一个进程"), &seen, &players))
    }

    /// What is claimed of the threads, where there is one beside main.
    pub fn claim_on_threads(&self) -> Option<String> {
        let threads: Vec<usize> = self.others_of(Kind::Thread).collect();
        (!threads.is_empty()).then(|| self.are_threads(&threads))
    }

    /// Each thread prints one actor's lines.
    pub fn threads_apart(&self) -> Played {
        let Some(thread) = self.others_of(Kind::Thread).next() else { return Played::AsClaimed };
        if let Some(copy) = self.copy(thread) {
            return Played::Otherwise(Box::new(copy));
        }
        let parts = match self.parts() {
            Ok(parts) => parts,
            Err(untold) => return Played::Undecidable(untold),
        };
        let (mut unknown, mut undecidable) = (None, None);
        for (&thread, lines) in &parts {
            let actors = self.actors_of(lines);
            // The first thread is main's, and so not an actor's that is alone.
            let for_one = parts.len() == 1 && self.reading.transcript.is_first(thread);
            if actors.len() == 1 && !for_one {
                continue;
            }
            match self.one_for_all(thread, &actors, lines) {
                Played::Unknown(untold) => unknown = unknown.or(Some(untold)),
                Played::Undecidable(untold) => undecidable = undecidable.or(Some(untold)),
                refuted => return refuted,
            }
        }
        match (undecidable, unknown) {
            (Some(untold), _) => Played::Undecidable(untold),
            (None, Some(untold)) => Played::Unknown(untold),
            (None, None) => self.several_for_one(&parts).map_or(Played::AsClaimed, Played::Undecidable),
        }
    }

    /// Where main prints nothing, the program may be a wrapper around the threads' process, but that is no mere copy of it.
    fn copy(&self, thread: usize) -> Option<Finding> {
        let home = self.player(thread);
        let Process { pid, executed, .. } = self.reading.transcript.processes()[home];
        let (own, is_alone) = (self.reading.transcript.pid(), !self.reading.cast.has(Kind::Process));
        if self.main.is_some() || !is_alone || pid == own || executed.is_some() {
            return None;
        }
        let name = self.name(thread);
        let claim = self.pick(format!("{name} is a thread of main"), format!("{name} 是 main 的线程"));
        let expected =
            self.pick(format!("the program's own process, pid {own}"), format!("程序自己的进程，pid {own}"));
        let seen =
            self.pick(format!("pid {pid}, a child process of it"), format!("pid {pid}，它的一个子进程"));
        Some(self.finding(claim, &expected, &seen, &[home]))
    }

    /// The lines of each thread; or what can't be told since one has no known thread.
    fn parts(&self) -> Result<Parts, Untold> {
        let mut parts = Parts::new();
        for (index, line) in self.reading.transcript.lines().iter().enumerate() {
            let Claimed::By(actor) = self.reading.claimed(index) else { continue };
            let actor = actor as usize;
            if self.reading.cast.actors[actor].kind != Some(Kind::Thread) {
                continue;
            }
            let Some(thread) = line.thread else {
                let why =
                    self.pick("it is not known which thread wrote its lines", "不知道它的行是哪个线程写的");
                return Err(Untold { claim: self.are_threads(&[actor]), why: why.to_owned() });
            };
            parts.entry(thread).or_default().push(index);
        }
        Ok(parts)
    }

    /// Whose these lines are, in the contract's order.
    fn actors_of(&self, lines: &[usize]) -> Vec<usize> {
        let threads = self.reading.actors_of(Kind::Thread);
        threads.filter(|&actor| lines.iter().any(|&line| self.reading.is_of(line, actor))).collect()
    }

    /// What comes of one thread that wrote the lines of all these actors; of a single one, the process's first.
    fn one_for_all(&self, thread: usize, actors: &[usize], lines: &[usize]) -> Played {
        let claim = self.are_threads(actors);
        let tid = self.reading.transcript.threads()[thread].tid;
        let wrote = match actors {
            [_] => self.pick(
                format!("its process's first thread (tid {tid}) wrote its lines"),
                format!("它的行出自进程的第一个线程（tid {tid}）"),
            ),
            _ => self.pick(
                format!("one thread (tid {tid}) wrote the lines of all of them"),
                format!("它们的行都出自一个线程（tid {tid}）"),
            ),
        };
        let pieces = self.pick(", in one piece", "，而且是一次写出的");
        if self.was_kept_back(thread, lines) {
            return Played::Undecidable(Untold { claim, why: self.kept_back(&(wrote + pieces)) });
        }
        if self.others_lived(thread, lines) {
            if self.were_mixed(lines) {
                return Played::Unknown(Untold { claim, why: self.kept_back(&(wrote + pieces)) });
            }
            let why = self.pick(
                format!(
                    "{wrote}, though others lived meanwhile: a runtime may print through one, as Node does"
                ),
                format!("{wrote}，而其间还有别的线程：运行时可能通过一个线程打印，例如 Node"),
            );
            return Played::Undecidable(Untold { claim, why });
        }
        let expected = match actors {
            [_] => self.pick("another thread", "另一个线程").to_owned(),
            all => self.pick(format!("{} threads", all.len()), format!("{} 个线程", all.len())),
        };
        let seen =
            self.pick(format!("{wrote}, and no other lived meanwhile"), format!("{wrote}，其间没有别的线程"));
        let first = |&actor: &usize| lines.iter().copied().find(|&line| self.reading.is_of(line, actor));
        let first: Vec<usize> = actors.iter().filter_map(first).collect();
        let finding = Finding::new(FindingKind::Actors, claim, expected, seen);
        Played::Otherwise(Box::new(finding.lines(self.reading, &first)))
    }

    /// What can't be told since one actor's lines come from several threads.
    fn several_for_one(&self, parts: &Parts) -> Option<Untold> {
        let single = |&actor: &usize| !self.reading.cast.actors[actor].each;
        let of = |actor| parts.iter().filter(move |(_, lines)| self.actors_of(lines).contains(&actor));
        let actor =
            self.reading.actors_of(Kind::Thread).filter(single).find(|&actor| of(actor).count() > 1)?;
        let count = of(actor).count();
        let wrote =
            self.pick(format!("{count} threads wrote its lines"), format!("它的行出自 {count} 个线程"));
        let why = if of(actor).any(|(&thread, lines)| self.was_kept_back(thread, lines)) {
            let last = self.pick(", its process's first one the last", "，最后的出自进程的第一个线程");
            self.kept_back(&(wrote + last))
        } else {
            self.pick(
                format!(
                    "{wrote}: what a runtime runs on one thread and then on another is no thread of the \
                         kernel's, as goroutines are not"
                ),
                format!("{wrote}：运行时先后放到不同线程上运行的任务，不是内核的线程，例如 goroutine"),
            )
        };
        Some(Untold { claim: self.are_threads(&[actor]), why })
    }

    /// Whether other threads of its process lived between the first and the last of a thread's lines.
    fn others_lived(&self, thread: usize, lines: &[usize]) -> bool {
        let transcript = self.reading.transcript;
        let at = |line: &usize| transcript.lines()[*line].at;
        let (first, last) = (lines.first().map(at), lines.last().map(at));
        let lived = |&other: &usize| {
            let Thread { born, .. } = transcript.threads()[other];
            Some(born) <= last && end_of(transcript, other).is_none_or(|end| Some(end) >= first)
        };
        let mut others = threads_of(transcript, transcript.threads()[thread].process);
        others.any(|other| other != thread && lived(&other))
    }

    /// Whether a thread wrote lines of others only in one piece with lines of another actor: so it may write out what they put
    /// into a buffer that all share, just before they would have.
    fn were_mixed(&self, lines: &[usize]) -> bool {
        let at = |line: usize| self.reading.transcript.lines()[line].at;
        let pieces = lines.chunk_by(|&line, &next| at(line) == at(next));
        let pieces: Vec<Vec<usize>> = pieces.map(|piece| self.actors_of(piece)).collect();
        let alone: BTreeSet<usize> =
            pieces.iter().filter(|actors| actors.len() == 1).flatten().copied().collect();
        alone.len() < 2 && pieces.iter().any(|actors| actors.len() > 1)
    }

    /// Whether a process's first thread wrote these lines in pieces, as a buffer is written out that all threads fill: each
    /// with others, or as the last. Those may be another's lines only where it had been born by then.
    fn was_kept_back(&self, thread: usize, lines: &[usize]) -> bool {
        let transcript = self.reading.transcript;
        let home = transcript.threads()[thread].process;
        let at = |line: usize| transcript.lines()[line].at;
        let last = self.reading.last_line_of(home).map(at);
        let is_mains = |line: usize| self.main.is_some_and(|main| self.reading.is_of(line, main));
        let others: Vec<usize> = lines.iter().copied().filter(|&line| !is_mains(line)).collect();
        let mut pieces = others.chunk_by(|&line, &next| at(line) == at(next));
        let is_another = |other: usize| {
            other != thread && others.first().is_some_and(|&line| transcript.threads()[other].born < at(line))
        };
        transcript.is_first(thread)
            && threads_of(transcript, home).any(is_another)
            && pieces.all(|piece| piece.len() > 1 || Some(at(piece[0])) == last)
    }

    /// Why it can't be told who printed what came in pieces, and how to get it line by line.
    fn kept_back(&self, wrote: &str) -> String {
        self.pick(
            format!(
                "{wrote}: a program that keeps its lines back where it does not print to a terminal hides \
                 who printed them. It prints them one by one with `stdbuf -oL` before its command, in C with \
                 `setvbuf(stdout, NULL, _IOLBF, 0)` or `fflush`, in Python with PYTHONUNBUFFERED=1"
            ),
            format!(
                "{wrote}：输出不是终端时，有的程序会先攒着再打印，看不出是谁打印的。逐行打印的办法：在命令前加 \
                 `stdbuf -oL`；C 里用 `setvbuf(stdout, NULL, _IOLBF, 0)` 或 `fflush`；Python 用 PYTHONUNBUFFERED=1"
            ),
        )
    }

    fn are_threads(&self, actors: &[usize]) -> String {
        let names = self.names(actors);
        match actors {
            [_] => self.pick(format!("{names} is a thread of its own"), format!("{names} 是单独的线程")),
            _ => self.pick(format!("{names} are threads of their own"), format!("{names} 各是一个线程")),
        }
    }
}
