//! What many runs together tell of the actors' kinds.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::{Players, children_of_one};
use crate::cast::canonical::said;
use crate::cast::reading::Reading;
use crate::cast::{Actor, Cast, Kind, MAIN};
use crate::language::Language;

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
        let players = Players::of(reading);
        match players.unnamed() {
            None => {
                self.named = true;
                self.note_threads(&players);
                self.note_children(&players);
            }
            Some(actor) => {
                let (name, language) = (players.name(actor), reading.language);
                let claim = language
                    .pick(format!("{name} is played as its kind says"), format!("{name} 由其种类所说的扮演"));
                let why = language.pick("it is not known who wrote its lines", "不知道它的行是谁写的");
                self.unnamed = Some((claim, why.to_owned()));
            }
        }
    }

    /// Threads, and main, are of the program's own process, or of one that was told from its copy.
    fn note_threads(&mut self, players: &Players<'_, '_>) {
        match players.stranger() {
            Some((thread, home)) if players.is_copy(home).is_none() => {
                let pid = players.pids(&[home]);
                let why = players.reading.language.pick(
                    format!("{pid} had ended before it could be told whose it is"),
                    format!("还没来得及弄清 {pid} 是谁的，它就已经结束了"),
                );
                self.can_not_tell((thread, 0), players.is_thread_of_main(thread), why);
            }
            _ => {
                let threads = players.reading.actors_of(Kind::Thread).chain(players.main);
                self.unite(&threads.map(|actor| (actor, 0)).collect(), true);
            }
        }
    }

    /// Children that are known to have one parent are of one family.
    fn note_children(&mut self, players: &Players<'_, '_>) {
        let children: Vec<(usize, usize)> = players.children().collect();
        if players.main.is_none() && children.len() < 2 {
            return;
        }
        let many = |actor: usize| players.reading.cast.actors[actor].each;
        let said = children.iter().any(|&(actor, _)| many(actor)).then(|| said(players.reading));
        let (mut told, mut untold, mut with_program) =
            (BTreeSet::new(), BTreeSet::new(), players.main.is_some());
        for (actor, process) in children {
            let player = (actor, said.as_ref().filter(|_| many(actor)).map_or(0, |said| said[process]));
            match players.creator(process) {
                Ok(creator) => {
                    with_program |= creator == players.reading.transcript.pid();
                    told.insert(player);
                }
                Err(why) => {
                    let why = format!("{} ({}) {why}", players.name(actor), players.pids(&[process]));
                    self.can_not_tell(player, players.claim_on(actor), why);
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
    pub fn untold(&self, cast: &Cast, language: Language) -> Option<(String, String)> {
        let unnamed = self.unnamed.as_ref().filter(|_| !self.named);
        let mut untold = self.parts.values().filter(|part| part.family.is_none());
        if let Some(claim) = unnamed.or_else(|| untold.find_map(|part| part.untold.as_ref())) {
            return Some(claim.clone());
        }
        let is_child = |actor: &Actor| actor.kind == Some(Kind::Process) && actor.name != MAIN;
        let mut children = self.parts.iter().filter(|((actor, _), _)| is_child(&cast.actors[*actor]));
        let ((first, _), part) = children.next()?;
        let ((other, _), _) = children.find(|(_, other)| other.family != part.family)?;
        let names = [first, other].map(|actor| cast.actor(*actor).to_owned());
        let why =
            language.pick("no run told whose child both of them are", "没有一次运行说明它们是谁的子进程");
        Some((children_of_one(&names, language), why.to_owned()))
    }
}
