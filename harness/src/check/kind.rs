//! Whether the actors are what the contract says they are, by the kernel's word on who wrote what.

use super::finding::{Finding, FindingKind};
use crate::cast::reading::Reading;
use crate::cast::{Kind, MAIN};
use crate::language::Language;
use crate::words::list;

/// Holds the actors' kinds against the writers of their lines; the first thing that is wrong.
pub(crate) fn inspect(reading: &Reading<'_>) -> Option<Finding> {
    let players = Players::of(reading);
    let alone = players.one_process_each().or_else(|| players.threads_together());
    alone.or_else(|| players.processes_apart()).or_else(|| match players.main {
        Some(main) => players.children_of(main),
        None => players.siblings(),
    })
}

/// That these are children of one process, in words.
pub(super) fn children_of_one(names: &[String], language: Language) -> String {
    let mut names = names.to_vec();
    names.dedup();
    match names.as_slice() {
        [each] => language.pick(
            format!("each {each} is a child of one process"),
            format!("每个 {each} 都是同一个进程的子进程"),
        ),
        all => {
            let all = list(all, language.pick("and", " 和 "), language);
            language.pick(format!("{all} are children of one process"), format!("{all} 是同一个进程的子进程"))
        }
    }
}

/// Who plays whom in a run.
pub(super) struct Players<'a, 'b> {
    pub reading: &'b Reading<'a>,
    /// The actor `main`, if it printed something.
    pub main: Option<usize>,
}

impl<'a, 'b> Players<'a, 'b> {
    pub fn of(reading: &'b Reading<'a>) -> Players<'a, 'b> {
        let main = reading.cast.actors.iter().position(|actor| actor.name == MAIN);
        Players { reading, main: main.filter(|&main| !reading.players(main).is_empty()) }
    }

    /// An actor that is not played by `each` of many is one process.
    fn one_process_each(&self) -> Option<Finding> {
        let actors = self.reading.cast.actors.iter().enumerate();
        let mut single = actors.filter(|(_, actor)| actor.kind.is_some() && !actor.each);
        let (actor, _) = single.find(|&(actor, _)| self.reading.players(actor).len() > 1)?;
        let players = self.reading.players(actor);
        let (name, count) = (self.name(actor), players.len());
        let pids = self.pids(players);
        let claim = self.pick(format!("{name} is one process"), format!("{name} 是一个进程"));
        let seen = self.pick(format!("{count} processes: {pids}"), format!("{count} 个进程：{pids}"));
        Some(self.finding(claim, self.pick("one process", "一个进程"), &seen, players))
    }

    /// All threads, and main, are one process.
    fn threads_together(&self) -> Option<Finding> {
        let mut threads: Vec<usize> = self.reading.actors_of(Kind::Thread).collect();
        if threads.is_empty() {
            return None;
        }
        threads.extend(self.main.filter(|main| !threads.contains(main)));
        let home = self.player(threads[0]);
        let mut players = threads
            .iter()
            .flat_map(|&thread| self.reading.players(thread).iter().map(move |&player| (thread, player)));
        if let Some((other, player)) = players.find(|&(_, player)| player != home) {
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
            return Some(self.finding(claim, self.pick("one process", "一个进程"), &seen, &players));
        }
        // Where main prints nothing, the program may be a wrapper around it, but none that made a copy of itself.
        let (thread, home) = self.stranger().filter(|&(_, home)| self.is_copy(home) == Some(true))?;
        let (pid, own) = (self.pids(&[home]), self.reading.transcript.pid());
        let expected =
            self.pick(format!("the program's own process, pid {own}"), format!("程序自己的进程，pid {own}"));
        let seen = self.pick(format!("{pid}, a child process of it"), format!("{pid}，它的一个子进程"));
        Some(self.finding(self.is_thread_of_main(thread), &expected, &seen, &[home]))
    }

    /// The first thread, and its process, where only threads print and that process is not the program's own.
    pub fn stranger(&self) -> Option<(usize, usize)> {
        if self.main.is_some() || self.reading.cast.has(Kind::Process) {
            return None;
        }
        let thread = self.reading.actors_of(Kind::Thread).next()?;
        let home = self.player(thread);
        (self.reading.pid(home) != self.reading.transcript.pid()).then_some((thread, home))
    }

    /// No process plays two actors that are processes of their own.
    fn processes_apart(&self) -> Option<Finding> {
        let mut parts: Vec<(usize, usize)> = Vec::new();
        let threads = self.reading.actors_of(Kind::Thread).take(1);
        let actors = self.main.into_iter().chain(threads).chain(self.reading.actors_of(Kind::Process));
        for actor in actors {
            let together = |other: usize| {
                let kind = |actor: usize| self.reading.cast.actors[actor].kind;
                other == actor
                    || (kind(actor) != Some(Kind::Process) && kind(other) != Some(Kind::Process))
                    || (Some(other) == self.main && kind(actor) == Some(Kind::Thread))
            };
            for &player in self.reading.players(actor) {
                if let Some(&(other, _)) =
                    parts.iter().find(|&&(other, known)| known == player && !together(other))
                {
                    return Some(self.one_plays_both([other, actor], player));
                }
                parts.push((actor, player));
            }
        }
        None
    }

    fn one_plays_both(&self, actors: [usize; 2], player: usize) -> Finding {
        let ([one, other], pid) = (actors.map(|actor| self.name(actor)), self.pids(&[player]));
        let claim = self.pick(
            format!("{one} and {other} are processes of their own"),
            format!("{one} 和 {other} 各是一个进程"),
        );
        let seen = self.pick(format!("one process, {pid}, plays both"), format!("一个进程（{pid}）兼任两者"));
        let lines: Vec<usize> =
            actors.into_iter().filter_map(|actor| self.first_line(actor, player)).collect();
        let expected = self.pick("two processes", "两个进程");
        Finding::new(FindingKind::Actors, claim, expected, seen).lines(self.reading, &lines)
    }

    /// `main` created the others, as far as their parents are known.
    fn children_of(&self, main: usize) -> Option<Finding> {
        let home = self.player(main);
        for (child, player) in self.children() {
            let Some(parent) = self.parent(player) else { continue };
            if parent != self.reading.pid(home) {
                let (main, pid, who) = (self.pids(&[home]), self.pids(&[player]), self.reading.who(parent));
                let expected =
                    self.pick(format!("a process whose parent is {main}"), format!("父进程是 {main} 的进程"));
                // Main's own parent is the harness, which every orphan is handed to.
                let seen = if self.parent(home) == Some(parent) {
                    self.pick(
                        format!("{pid}, whose parent, another process, had ended"),
                        format!("{pid}，它的父进程是另一个进程，已经结束"),
                    )
                } else {
                    self.pick(format!("{pid}, whose parent is {who}"), format!("{pid}，它的父进程是 {who}"))
                };
                return Some(self.finding(self.is_child_of_main(child), &expected, &seen, &[home, player]));
            }
        }
        None
    }

    /// Where main prints nothing, the others have a parent in common, and none is the program itself.
    fn siblings(&self) -> Option<Finding> {
        let program = self.reading.transcript.pid();
        if let Some((child, player)) =
            self.children().find(|&(_, player)| self.reading.pid(player) == program)
        {
            let (name, pid) = (self.name(child), self.pids(&[player]));
            let claim = self.pick(
                format!("{name} is a process of its own, a child of main"),
                format!("{name} 是单独的进程，由 main 创建"),
            );
            let seen =
                self.pick(format!("the program's own process, {pid}"), format!("程序自己的进程，{pid}"));
            return Some(self.finding(claim, self.pick("a child process", "一个子进程"), &seen, &[player]));
        }
        let known: Vec<_> = self
            .children()
            .filter_map(|(child, player)| Some((child, player, self.parent(player)?)))
            .collect();
        let &(first, first_player, parent) = known.first()?;
        let &(other, player, other_parent) = known.iter().find(|&&(_, _, other)| other != parent)?;
        let (first, other) = (self.name(first), self.name(other));
        let claim = self.pick(
            format!("{first} and {other} are children of one process"),
            format!("{first} 和 {other} 是同一个进程的子进程"),
        );
        let (parent, other_parent) = (self.reading.who(parent), self.reading.who(other_parent));
        let seen = self.pick(
            format!("{parent} for {first}, {other_parent} for {other}"),
            format!("{first} 的是 {parent}，{other} 的是 {other_parent}"),
        );
        Some(self.finding(claim, self.pick("one parent", "同一个父进程"), &seen, &[first_player, player]))
    }

    /// The actors that are processes, but for main, with each of their players.
    pub fn children(&self) -> impl Iterator<Item = (usize, usize)> {
        let children = self.reading.actors_of(Kind::Process).filter(|&actor| Some(actor) != self.main);
        children.flat_map(|actor| self.reading.players(actor).iter().map(move |&player| (actor, player)))
    }

    /// An actor of a kind of which a line has no known writer.
    pub fn unnamed(&self) -> Option<usize> {
        let actors = &self.reading.cast.actors;
        (0..actors.len()).find(|&actor| actors[actor].kind.is_some() && !self.reading.knows_writers_of(actor))
    }

    /// What is claimed of a child's parent.
    pub fn claim_on(&self, child: usize) -> String {
        if self.main.is_some() {
            return self.is_child_of_main(child);
        }
        let children: Vec<String> = self.children().map(|(child, _)| self.name(child).to_owned()).collect();
        children_of_one(&children, self.reading.language)
    }

    /// Who created a child, or why that is not known.
    pub fn creator(&self, player: usize) -> Result<u32, &'static str> {
        let transcript = self.reading.transcript;
        let parent = transcript.parent(player).map(|parent| self.reading.pid(parent));
        parent.ok_or(self.pick("had ended before its parent could be read", "还没来得及查父进程就已经结束了"))
    }

    fn player(&self, actor: usize) -> usize {
        self.reading.players(actor)[0]
    }

    fn parent(&self, player: usize) -> Option<u32> {
        self.reading.transcript.parent(player).map(|parent| self.reading.pid(parent))
    }

    pub fn is_copy(&self, player: usize) -> Option<bool> {
        {
            let _ = player;
            None
        }
    }

    pub fn is_thread_of_main(&self, thread: usize) -> String {
        let name = self.name(thread);
        self.pick(format!("{name} is a thread of main"), format!("{name} 是 main 的线程"))
    }

    fn is_child_of_main(&self, child: usize) -> String {
        let name = self.name(child);
        self.pick(format!("{name} is a child process of main"), format!("{name} 是 main 的子进程"))
    }

    fn pick<T>(&self, en: T, zh: T) -> T {
        self.reading.language.pick(en, zh)
    }

    pub fn name(&self, actor: usize) -> &str {
        self.reading.cast.actor(actor)
    }

    pub fn pids(&self, players: &[usize]) -> String {
        let pids: Vec<String> =
            players.iter().map(|&player| format!("pid {}", self.reading.pid(player))).collect();
        list(&pids, self.pick("and", " 和 "), self.reading.language)
    }

    fn first_line(&self, actor: usize, player: usize) -> Option<usize> {
        let lines = self.reading.transcript.lines();
        (0..lines.len()).find(|&line| lines[line].process == Some(player) && self.reading.is_of(line, actor))
    }

    /// A finding that rests on the first line of each of these writers.
    fn finding(&self, claim: String, expected: &str, seen: &str, players: &[usize]) -> Finding {
        let lines = self.reading.transcript.lines();
        let first = |&player: &usize| lines.iter().position(|line| line.process == Some(player));
        let first: Vec<usize> = players.iter().filter_map(first).collect();
        Finding::new(FindingKind::Actors, claim, expected, seen).lines(self.reading, &first)
    }
}
