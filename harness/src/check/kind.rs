//! Whether the actors are what the contract says they are, by the kernel's word on who wrote what.

use std::collections::{BTreeMap, BTreeSet};

use crate::cast::canonical::said;
use crate::contract::{Actor, Contract, Kind};
use crate::check::finding::Finding;
use crate::cast::reading::{MAIN, Reading};
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

/// What all runs together tell of the actors' kinds: what one could not tell another may, and what none tells is not
/// known.
#[derive(Debug, Default)]
pub(crate) struct Told {
    parts: BTreeMap<Player, Part>,
    /// Whether a run named who wrote the lines of all that have a kind, and what one claims that did not.
    named: bool,
    unnamed: Option<(String, String)>,
}

/// Who plays an actor, in every run: the actor, and for each of many what it prints. Those of one actor that print the same
/// are not told apart.
type Player = (usize, u64);

#[derive(Debug, Default)]
struct Part {
    /// Whose it is, once a run has told: all with the same number were seen to be of one process.
    family: Option<usize>,
    /// A claim on it that the last run could not tell that could not, and why.
    untold: Option<(String, String)>,
}

/// The family of the program's own process, and of main.
const PROGRAM: usize = 0;

impl Told {
    /// Takes in what one more run tells.
    pub fn note(&mut self, reading: &Reading<'_>) {
        let cast = Cast { reading, main: main_of(reading) };
        match cast.unnamed() {
            None => {
                self.named = true;
                self.note_threads(&cast);
                self.note_children(&cast);
            }
            Some(actor) => {
                let claim = format!("{} is played as its kind says", cast.name(actor));
                self.unnamed = Some((claim, "it is not known who wrote its lines".to_owned()));
            }
        }
    }

    /// Threads, and main, are of the program's own process, or of one that was told from its copy.
    fn note_threads(&mut self, cast: &Cast<'_, '_>) {
        match cast.stranger() {
            Some((thread, home)) if cast.is_copy(home).is_none() => {
                let claim = format!("{} is a thread of main", cast.name(thread));
                let why = format!("{} had ended before it could be told whose it is", cast.pids(&[home]));
                self.can_not_tell((thread, 0), claim, why);
            }
            _ => {
                let threads = cast.reading.actors_of(Kind::Thread).chain(cast.main);
                self.unite(&threads.map(|actor| (actor, 0)).collect(), true);
            }
        }
    }

    /// Children that are known to have one parent are of one family.
    fn note_children(&mut self, cast: &Cast<'_, '_>) {
        let children: Vec<(usize, usize)> = cast.children().collect();
        if cast.main.is_none() && children.len() < 2 {
            return;
        }
        let many = |actor: usize| cast.reading.contract.actors[actor].each;
        let said = children.iter().any(|&(actor, _)| many(actor)).then(|| said(cast.reading));
        let (mut told, mut untold, mut with_program) =
            (BTreeSet::new(), BTreeSet::new(), cast.main.is_some());
        for (actor, process) in children {
            let player = (actor, said.as_ref().filter(|_| many(actor)).map_or(0, |said| said[process]));
            match cast.creator(process) {
                Ok(creator) => {
                    with_program |= creator == cast.reading.transcript.pid();
                    told.insert(player);
                }
                Err(why) => {
                    let why = format!("{} ({}) {why}", cast.name(actor), cast.pids(&[process]));
                    self.can_not_tell(player, cast.claim_on(actor), why);
                    untold.insert(player);
                }
            }
        }
        self.unite(&told.difference(&untold).copied().collect(), with_program);
    }

    fn can_not_tell(&mut self, player: Player, claim: String, why: String) {
        self.parts.entry(player).or_default().untold = Some((claim, why));
    }

    /// These are of one process; whether it is the program's own, or main's.
    fn unite(&mut self, players: &BTreeSet<Player>, with_program: bool) {
        let of_players = players.iter().filter_map(|player| self.parts.get(player)?.family);
        let families: BTreeSet<usize> = of_players.chain(with_program.then_some(PROGRAM)).collect();
        let new = 1 + self.parts.values().filter_map(|part| part.family).max().unwrap_or(PROGRAM);
        let family = Some(families.first().copied().unwrap_or(new));
        for player in players {
            self.parts.entry(*player).or_default().family = family;
        }
        for part in
            self.parts.values_mut().filter(|part| part.family.is_some_and(|of| families.contains(&of)))
        {
            part.family = family;
        }
    }

    /// The first claim that no run has told, and why not.
    pub fn untold(&self, contract: &Contract) -> Option<(String, String)> {
        let unnamed = self.unnamed.as_ref().filter(|_| !self.named);
        let mut untold = self.parts.values().filter(|part| part.family.is_none());
        if let Some(claim) = unnamed.or_else(|| untold.find_map(|part| part.untold.as_ref())) {
            return Some(claim.clone());
        }
        let is_child = |actor: &Actor| actor.kind == Some(Kind::Process) && actor.name != MAIN;
        let mut children = self.parts.iter().filter(|((actor, _), _)| is_child(&contract.actors[*actor]));
        let ((first, _), part) = children.next()?;
        let ((other, _), _) = children.find(|(_, other)| other.family != part.family)?;
        let claim = children_of_one(&[contract.actor(*first).to_owned(), contract.actor(*other).to_owned()]);
        Some((claim, "no run told whose child both of them are".to_owned()))
    }
}

/// That these are children of one process, in words.
fn children_of_one(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.dedup();
    match names.as_slice() {
        [each] => format!("each {each} is a child of one process"),
        all => format!("{} are children of one process", list(all, "and")),
    }
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
        let mut players = threads
            .iter()
            .flat_map(|&thread| self.reading.players(thread).iter().map(move |&player| (thread, player)));
        if let Some((other, player)) = players.find(|&(_, player)| player != home) {
            let claim = if other == threads[0] {
                format!("each {} is a thread of one process", self.name(other))
            } else {
                format!("{} and {} are threads of one process", self.name(threads[0]), self.name(other))
            };
            let players = [home, player];
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

    /// An actor of a kind of which a line has no known writer.
    fn unnamed(&self) -> Option<usize> {
        let actors = &self.reading.contract.actors;
        (0..actors.len()).find(|&actor| actors[actor].kind.is_some() && !self.reading.knows_writers_of(actor))
    }

    /// What is claimed of a child's parent.
    fn claim_on(&self, child: usize) -> String {
        if self.main.is_some() {
            return format!("{} is a child process of main", self.name(child));
        }
        let children: Vec<String> = self.children().map(|(child, _)| self.name(child).to_owned()).collect();
        children_of_one(&children)
    }

    /// Who created a child, or why that is not known.
    fn creator(&self, player: usize) -> Result<u32, &'static str> {
        let transcript = self.reading.transcript;
        let writer = &transcript.writers()[player];
        let parent = writer.parent.ok_or("had ended before its parent could be read")?;
        // An orphan may already have been handed on when it was asked: then this is not who created it.
        let is_known = parent == transcript.pid() || transcript.writers().iter().any(|one| one.pid == parent);
        if writer.orphan && !is_known {
            return Err("was not awaited by whoever created it, who is not known");
        }
        Ok(parent)
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
