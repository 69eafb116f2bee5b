//! Whether the actors are what the contract says they are: processes or threads of their own.

mod processes;
mod threads;

use super::Untold;
use super::finding::{Finding, FindingKind};
use crate::cast::reading::Reading;
use crate::cast::{Kind, MAIN};
use crate::words::list;

/// What comes of the actors' kinds in a run.
#[derive(Debug)]
pub(crate) enum Played {
    /// The actors are what the contract says.
    AsClaimed,
    /// They are not.
    Otherwise(Box<Finding>),
    /// This run could not tell; another may.
    Unknown(Untold),
    /// No run can tell.
    Undecidable(Untold),
}

/// Holds the actors' kinds against the writers of their lines; the first thing that is wrong, or else that can't be told.
pub(crate) fn inspect(reading: &Reading<'_>) -> Played {
    let players = Players::of(reading);
    let by_writers = players.one_process_each().or_else(|| players.threads_together());
    let by_writers =
        by_writers.or_else(|| players.processes_apart()).or_else(|| players.the_program_itself());
    if let Some(finding) = by_writers {
        return Played::Otherwise(Box::new(finding));
    }
    if let Some(untold) = players.unnamed().or_else(|| players.not_seen()) {
        return Played::Undecidable(untold);
    }
    let threads = players.threads_apart();
    match (threads, players.children_of_one()) {
        (Played::Otherwise(finding), _) => Played::Otherwise(finding),
        (_, Some(finding)) => Played::Otherwise(Box::new(finding)),
        (threads, None) => threads,
    }
}

/// Who plays whom in a run.
struct Players<'a, 'b> {
    reading: &'b Reading<'a>,
    /// The actor `main`, if it printed something.
    main: Option<usize>,
}

impl<'a, 'b> Players<'a, 'b> {
    fn of(reading: &'b Reading<'a>) -> Players<'a, 'b> {
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

    /// What can't be told since a line of an actor of a kind has no known writer.
    fn unnamed(&self) -> Option<Untold> {
        let actors = &self.reading.cast.actors;
        let is_unnamed =
            |&actor: &usize| actors[actor].kind.is_some() && !self.reading.knows_writers_of(actor);
        let name = self.name((0..actors.len()).find(is_unnamed)?);
        let claim =
            self.pick(format!("{name} is played as its kind says"), format!("{name} 由其种类所说的扮演"));
        let why = self.pick("it is not known who wrote its lines", "不知道它的行是谁写的");
        Some(Untold { claim, why: why.to_owned() })
    }

    /// What can't be told since only the sockets saw the run.
    fn not_seen(&self) -> Option<Untold> {
        let why = super::lives::not_seen(self.reading)?;
        Some(Untold { claim: self.claim_on_threads().or_else(|| self.claim_on_children())?, why })
    }

    fn player(&self, actor: usize) -> usize {
        self.reading.players(actor)[0]
    }

    fn pick<T>(&self, en: T, zh: T) -> T {
        self.reading.language.pick(en, zh)
    }

    fn name(&self, actor: usize) -> &'b str {
        self.reading.cast.actor(actor)
    }

    /// These actors: “dance and sing”.
    fn names(&self, actors: &[usize]) -> String {
        let names: Vec<String> = actors.iter().map(|&actor| self.name(actor).to_owned()).collect();
        list(&names, self.pick("and", " 和 "), self.reading.language)
    }

    fn pids(&self, players: &[usize]) -> String {
        let pids: Vec<String> =
            players.iter().map(|&player| format!("pid {}", self.reading.pid(player))).collect();
        list(&pids, self.pick("and", " 和 "), self.reading.language)
    }

    /// The actors of a kind that printed something, but for main.
    fn others_of(&self, kind: Kind) -> impl Iterator<Item = usize> {
        self.reading.actors_of(kind).filter(|&actor| Some(actor) != self.main)
    }

    /// A finding that rests on the first line of each of these writers.
    fn finding(&self, claim: String, expected: &str, seen: &str, players: &[usize]) -> Finding {
        let lines = self.reading.transcript.lines();
        let first = |&player: &usize| lines.iter().position(|line| line.process == Some(player));
        let first: Vec<usize> = players.iter().filter_map(first).collect();
        Finding::new(FindingKind::Actors, claim, expected, seen).lines(self.reading, &first)
    }
}
