//! Actors that are processes: none plays two of them, and they have one parent, which is main where main prints.

use super::Players;
use crate::cast::Kind;
use crate::check::finding::{Finding, FindingKind};

impl Players<'_, '_> {
    /// No process plays two actors that are processes of their own.
    pub fn processes_apart(&self) -> Option<Finding> {
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

    fn first_line(&self, actor: usize, player: usize) -> Option<usize> {
        let lines = self.reading.transcript.lines();
        (0..lines.len()).find(|&line| lines[line].process == Some(player) && self.reading.is_of(line, actor))
    }

    /// What is claimed of the processes' parents, where there is anything to claim.
    pub fn claim_on_children(&self) -> Option<String> {
        let children: Vec<usize> = self.children().map(|(child, _)| child).collect();
        match (children.as_slice(), self.main) {
            ([child, ..], Some(_)) => Some(self.is_child_of_main(*child)),
            ([_, _, ..], None) => Some(self.are_children_of_one(children)),
            _ => None,
        }
    }

    /// Main created the others; where it prints nothing they have a parent in common.
    pub fn children_of_one(&self) -> Option<Finding> {
        match self.main {
            Some(main) => self.children_of(main),
            None => self.siblings(),
        }
    }

    fn children_of(&self, main: usize) -> Option<Finding> {
        let home = self.player(main);
        let mut children = self.children();
        let (child, player) = children.find(|&(_, player)| self.parent(player) != Some(home))?;
        let (main, pid, who) = (self.pids(&[home]), self.pids(&[player]), self.creator(player));
        let expected = self.pick(format!("a process that {main} created"), format!("由 {main} 创建的进程"));
        let seen = self.pick(format!("{pid}, created by {who}"), format!("{pid}，由 {who} 创建"));
        Some(self.finding(self.is_child_of_main(child), &expected, &seen, &[home, player]))
    }

    /// Where main prints nothing, none of the others is the program itself.
    pub fn the_program_itself(&self) -> Option<Finding> {
        let program = self.reading.transcript.pid();
        let is_program = |&(_, player): &(usize, usize)| self.reading.pid(player) == program;
        let (child, player) = self.children().filter(|_| self.main.is_none()).find(is_program)?;
        let (name, pid) = (self.name(child), self.pids(&[player]));
        let claim = self.pick(
            format!("{name} is a process of its own, a child of main"),
            format!("{name} 是单独的进程，由 main 创建"),
        );
        let seen = self.pick(format!("the program's own process, {pid}"), format!("程序自己的进程，{pid}"));
        Some(self.finding(claim, self.pick("a child process", "一个子进程"), &seen, &[player]))
    }

    fn siblings(&self) -> Option<Finding> {
        let (first, first_player) = self.children().next()?;
        let is_stranger = |&(_, player): &(usize, usize)| self.parent(player) != self.parent(first_player);
        let (other, player) = self.children().find(is_stranger)?;
        let claim = self.are_children_of_one(vec![first, other]);
        let (first, other) = (self.name(first), self.name(other));
        let (parent, other_parent) = (self.creator(first_player), self.creator(player));
        let seen = self.pick(
            format!("{parent} for {first}, {other_parent} for {other}"),
            format!("{first} 的是 {parent}，{other} 的是 {other_parent}"),
        );
        Some(self.finding(claim, self.pick("one parent", "同一个父进程"), &seen, &[first_player, player]))
    }

    /// The actors that are processes, but for main, with each of their players.
    fn children(&self) -> impl Iterator<Item = (usize, usize)> {
        let children = self.others_of(Kind::Process);
        children.flat_map(|actor| self.reading.players(actor).iter().map(move |&player| (actor, player)))
    }

    fn parent(&self, player: usize) -> Option<usize> {
        self.reading.transcript.parent(player)
    }

    /// Who created a process, in words.
    fn creator(&self, player: usize) -> String {
        let parent = self.parent(player).map(|parent| self.reading.who(self.reading.pid(parent)));
        parent.unwrap_or_else(|| self.pick("the harness", "harness").to_owned())
    }

    fn is_child_of_main(&self, child: usize) -> String {
        let name = self.name(child);
        self.pick(format!("{name} is a child process of main"), format!("{name} 是 main 的子进程"))
    }

    fn are_children_of_one(&self, mut children: Vec<usize>) -> String {
        children.dedup();
        let names = self.names(&children);
        if children.len() == 1 {
            return self.pick(
                format!("each {names} is a child of one process"),
                format!("每个 {names} 都是同一个进程的子进程"),
            );
        }
        self.pick(format!("{names} are children of one process"), format!("{names} 是同一个进程的子进程"))
    }
}
