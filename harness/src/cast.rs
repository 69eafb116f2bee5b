//! Whether the actors are what the contract says they are, by the kernel's word on who wrote what.

use crate::contract::Kind;
use crate::finding::Finding;
use crate::reading::{MAIN, Reading};
use crate::words::list;

/// Holds the actors' kinds against the writers of their lines; the first thing that is wrong.
pub(crate) fn inspect(reading: &Reading<'_>) -> Option<Finding> {
    let cast = Cast { reading, main: main_of(reading) };
    cast.one_process_each().or_else(|| cast.threads_together()).or_else(|| cast.processes_apart()).or_else(
        || match cast.main {
            Some(main) => cast.children_of(main),
            None => cast.siblings(),
        },
    )
}

/// What this run could not tell, as a claim and why: whether threads are the program's own, or of a process that it
/// created, where that process had ended before it could be asked.
pub(crate) fn unknown(reading: &Reading<'_>) -> Option<(String, String)> {
    let cast = Cast { reading, main: main_of(reading) };
    let (thread, home) = cast.stranger()?;
    let why = format!("{} had ended before it could be told whose it is", cast.pids(&[home]));
    cast.is_copy(home).is_none().then(|| (format!("{} is a thread of main", cast.name(thread)), why))
}

fn main_of(reading: &Reading<'_>) -> Option<usize> {
    let main = reading.contract.actors.iter().position(|actor| actor.name == MAIN)?;
    (!reading.players(main).is_empty()).then_some(main)
}

struct Cast<'a, 'b> {
    reading: &'b Reading<'a>,
    /// The actor `main`, if it printed something.
    main: Option<usize>,
}

impl Cast<'_, '_> {
    /// An actor that is not played by `each` of many is one process.
    fn one_process_each(&self) -> Option<Finding> {
        let actors = self.reading.contract.actors.iter().enumerate();
        let mut single = actors.filter(|(_, actor)| actor.kind.is_some() && !actor.each);
        let (actor, _) = single.find(|&(actor, _)| self.reading.players(actor).len() > 1)?;
        let players = self.reading.players(actor);
        let seen = format!("{} processes: {}", players.len(), self.pids(players));
        Some(self.finding(format!("{} is one process", self.name(actor)), "one process", &seen, players))
    }

    /// All threads, and main, are one process.
    fn threads_together(&self) -> Option<Finding> {
        let mut threads: Vec<usize> = self.reading.actors_of(Kind::Thread).collect();
        if threads.is_empty() {
            return None;
        }
        threads.extend(self.main.filter(|main| !threads.contains(main)));
        let home = self.player(threads[0]);
        if let Some(other) = threads.iter().copied().find(|&thread| self.player(thread) != home) {
            let claim =
                format!("{} and {} are threads of one process", self.name(threads[0]), self.name(other));
            let players = [home, self.player(other)];
            let seen = format!("two: {}", self.pids(&players));
            return Some(self.finding(claim, "one process", &seen, &players));
        }
        // Where main prints nothing, the program may be a wrapper around it, but none that made a copy of itself.
        let (thread, home) = self.stranger().filter(|&(_, home)| self.is_copy(home) == Some(true))?;
        let claim = format!("{} is a thread of main", self.name(thread));
        let expected = format!("the program's own process, pid {}", self.reading.transcript.pid());
        let seen = format!("{}, a child process of it", self.pids(&[home]));
        Some(self.finding(claim, &expected, &seen, &[home]))
    }

    /// The first thread, and its process, where only threads print and that process is not the program's own.
    fn stranger(&self) -> Option<(usize, usize)> {
        if self.main.is_some() || self.reading.contract.has(Kind::Process) {
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
                let kind = |actor: usize| self.reading.contract.actors[actor].kind;
                other == actor
                    || (kind(actor) != Some(Kind::Process) && kind(other) != Some(Kind::Process))
                    || (Some(other) == self.main && kind(actor) == Some(Kind::Thread))
            };
            for &player in self.reading.players(actor) {
                if let Some(&(other, _)) =
                    parts.iter().find(|&&(other, known)| known == player && !together(other))
                {
                    let claim =
                        format!("{} and {} are processes of their own", self.name(other), self.name(actor));
                    let seen = format!("one process, {}, plays both", self.pids(&[player]));
                    let lines = [self.first_line(other, player), self.first_line(actor, player)];
                    let finding = Finding::new("actors", claim, "two processes", seen);
                    return Some(
                        finding.lines(self.reading, &lines.into_iter().flatten().collect::<Vec<_>>()),
                    );
                }
                parts.push((actor, player));
            }
        }
        None
    }

    /// `main` created the others, as far as their parents are known.
    fn children_of(&self, main: usize) -> Option<Finding> {
        let home = self.player(main);
        for (child, player) in self.children() {
            let Some(parent) = self.parent(player) else { continue };
            if parent != self.reading.pid(home) {
                let claim = format!("{} is a child process of main", self.name(child));
                let expected = format!("a process whose parent is {}", self.pids(&[home]));
                let child = self.pids(&[player]);
                // Main's own parent is the harness, which every orphan is handed to.
                let seen = if self.parent(home) == Some(parent) {
                    format!("{child}, whose parent, another process, had ended")
                } else {
                    format!("{child}, whose parent is {}", self.reading.who(parent))
                };
                return Some(self.finding(claim, &expected, &seen, &[home, player]));
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
            let claim = format!("{} is a process of its own, a child of main", self.name(child));
            let seen = format!("the program's own process, {}", self.pids(&[player]));
            return Some(self.finding(claim, "a child process", &seen, &[player]));
        }
        let known: Vec<_> = self
            .children()
            .filter_map(|(child, player)| Some((child, player, self.parent(player)?)))
            .collect();
        let &(first, first_player, parent) = known.first()?;
        let &(other, player, other_parent) = known.iter().find(|&&(_, _, other)| other != parent)?;
        let claim = format!("{} and {} are children of one process", self.name(first), self.name(other));
        let (parent, other_parent) = (self.reading.who(parent), self.reading.who(other_parent));
        let seen = format!("{parent} for {}, {other_parent} for {}", self.name(first), self.name(other));
        Some(self.finding(claim, "one parent", &seen, &[first_player, player]))
    }

    /// The actors that are processes, but for main, with each of their players.
    fn children(&self) -> impl Iterator<Item = (usize, usize)> {
        let children = self.reading.actors_of(Kind::Process).filter(|&actor| Some(actor) != self.main);
        children.flat_map(|actor| self.reading.players(actor).iter().map(move |&player| (actor, player)))
    }

    fn player(&self, actor: usize) -> usize {
        self.reading.players(actor)[0]
    }

    fn parent(&self, player: usize) -> Option<u32> {
        self.reading.transcript.writers()[player].parent
    }

    fn is_copy(&self, player: usize) -> Option<bool> {
        self.reading.transcript.writers()[player].copy
    }

    fn name(&self, actor: usize) -> &str {
        self.reading.contract.actor(actor)
    }

    fn pids(&self, players: &[usize]) -> String {
        let pids: Vec<String> =
            players.iter().map(|&player| format!("pid {}", self.reading.pid(player))).collect();
        list(&pids, "and")
    }

    fn first_line(&self, actor: usize, player: usize) -> Option<usize> {
        let lines = self.reading.transcript.lines();
        (0..lines.len()).find(|&line| lines[line].writer == Some(player) && self.reading.is_of(line, actor))
    }

    /// A finding that rests on the first line of each of these writers.
    fn finding(&self, claim: String, expected: &str, seen: &str, players: &[usize]) -> Finding {
        let lines = self.reading.transcript.lines();
        let first = |&player: &usize| lines.iter().position(|line| line.writer == Some(player));
        let first: Vec<usize> = players.iter().filter_map(first).collect();
        Finding::new("actors", claim, expected, seen).lines(self.reading, &first)
    }
}
