//! A transcript read by a cast: which line is whose, who played whom, what varied.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use regex::bytes::CaptureLocations;

use super::number::Number;
use super::pattern::Pattern;
use super::{Captures, Cast, Kind, MAIN, NameRef, Stderr};
use crate::language::Language;
use crate::transcript::{Line, Namespace, Place, Stream, Transcript};

/// What a cast makes of a transcript.
#[derive(Debug)]
pub struct Reading<'a> {
    pub(crate) cast: &'a Cast,
    pub(crate) transcript: &'a Transcript,
    /// The language in which what is found is told.
    pub(crate) language: Language,
    /// For each line of the transcript, the actor that claims it.
    claimed: Vec<Claimed>,
    /// What names captured, in the order of the lines, and within a line from left to right.
    captured: Vec<Captured>,
    /// For each line, how many parts were captured before it.
    captured_before: Vec<usize>,
    /// For each actor, the writers of its lines, in the order in which they appeared.
    players: Vec<Vec<usize>>,
    /// For each actor, whether it has a line of which it is not known who wrote it.
    unnamed: Vec<bool>,
}

/// Whose a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// This actor's.
    By(u32),
    /// Nobody's.
    Nobody,
    /// It is not looked at.
    Ignored,
}

/// One of many that play an actor, by its place in the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worker {
    /// A process.
    Process(usize),
    /// A thread.
    Thread(usize),
}

/// A part of a line that a name captured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Captured {
    pub line: usize,
    pub name: usize,
    start: usize,
    end: usize,
}

impl Captured {
    /// Where in its line.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value of a name that a check looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub line: usize,
    pub text: &'a str,
}

impl Value<'_> {
    /// The value as a number, if it is one.
    pub fn number(&self) -> Option<Number> {
        Number::parse(self.text)
    }
}

impl<'a> Reading<'a> {
    /// Reads a transcript. Takes time linear in its size.
    pub fn new(cast: &'a Cast, transcript: &'a Transcript) -> Reading<'a> {
        let mut reading = Reading {
            cast,
            language: Language::default(),
            transcript,
            claimed: Vec::with_capacity(transcript.lines().len()),
            captured: Vec::new(),
            captured_before: Vec::with_capacity(transcript.lines().len()),
            players: vec![Vec::new(); cast.actors.len()],
            unnamed: vec![false; cast.actors.len()],
        };
        let mut locations: Vec<_> = cast.names.iter().map(|name| name.pattern.locations()).collect();
        for (index, line) in transcript.lines().iter().enumerate() {
            reading.captured_before.push(reading.captured.len());
            let claimed = reading.claim(line);
            reading.claimed.push(claimed);
            if let Claimed::By(actor) = claimed {
                reading.unnamed[actor as usize] |= line.process.is_none();
                let players = &mut reading.players[actor as usize];
                players.extend(line.process.filter(|writer| players.last() != Some(writer)));
            }
            if claimed != Claimed::Ignored {
                reading.capture(index, transcript.text(line), &mut locations);
            }
        }
        for players in &mut reading.players {
            let mut seen = HashSet::new();
            players.retain(|writer| seen.insert(*writer));
        }
        reading
    }

    /// The same, told in another language.
    #[must_use]
    pub fn told_in(self, language: Language) -> Reading<'a> {
        Reading { language, ..self }
    }

    fn claim(&self, line: &Line) -> Claimed {
        if line.stream == Stream::Stderr && self.cast.stderr != Stderr::Golden {
            return Claimed::Ignored;
        }
        let text = self.transcript.text(line);
        let actor = self.cast.actors.iter().zip(0..).find(|(actor, _)| actor.line.is_match(text));
        actor.map_or(Claimed::Nobody, |(_, index)| Claimed::By(index))
    }

    fn capture(&mut self, line: usize, text: &[u8], locations: &mut [CaptureLocations]) {
        let first = self.captured.len();
        for (index, name) in self.cast.names.iter().enumerate() {
            let Some((start, end)) = name.pattern.group(&mut locations[index], text) else { continue };
            let free = self.captured[first..].iter().all(|other| end <= other.start || start >= other.end);
            if free && std::str::from_utf8(&text[start..end]).is_ok() {
                self.captured.push(Captured { line, name: index, start, end });
            }
        }
        self.captured[first..].sort_unstable_by_key(|captured| captured.start);
    }

    /// Whose the line with this index is.
    pub(crate) fn claimed(&self, line: usize) -> Claimed {
        self.claimed[line]
    }

    /// The actor whose line this is.
    pub(crate) fn actor_of(&self, line: usize) -> Option<usize> {
        match self.claimed[line] {
            Claimed::By(actor) => Some(actor as usize),
            Claimed::Nobody | Claimed::Ignored => None,
        }
    }

    /// What names captured in a line, from left to right.
    pub(crate) fn captured(&self, line: usize) -> &[Captured] {
        let end = self.captured_before.get(line + 1).copied();
        &self.captured[self.captured_before[line]..end.unwrap_or(self.captured.len())]
    }

    /// Whether a part is what a name says is a pid.
    pub(crate) fn is_pid(&self, part: &Captured) -> bool {
        self.cast.names[part.name].captures == Captures::Pid
    }

    /// The writers of an actor's lines.
    pub(crate) fn players(&self, actor: usize) -> &[usize] {
        &self.players[actor]
    }

    /// Whether it is known who wrote each line of an actor.
    pub(crate) fn knows_writers_of(&self, actor: usize) -> bool {
        !self.unnamed[actor]
    }

    /// Who of many that play an actor wrote a line; `None` where that is not known.
    pub(crate) fn worker(&self, line: usize) -> Option<Worker> {
        let is_of_threads = match self.claimed[line] {
            Claimed::By(actor) => self.cast.actors[actor as usize].kind == Some(Kind::Thread),
            Claimed::Nobody | Claimed::Ignored => false,
        };
        let line = &self.transcript.lines()[line];
        if is_of_threads { line.thread.map(Worker::Thread) } else { line.process.map(Worker::Process) }
    }

    /// Whether many threads play an actor of the golden and it is not known which of them wrote its lines.
    pub(crate) fn lacks_workers(&self) -> bool {
        let is_theirs = |actor: u32| {
            let actor = &self.cast.actors[actor as usize];
            actor.each && actor.kind == Some(Kind::Thread) && !actor.varies
        };
        let mut theirs = (0..self.claimed.len())
            .filter(|&line| matches!(self.claimed[line], Claimed::By(actor) if is_theirs(actor)));
        theirs.any(|line| self.worker(line).is_none())
    }

    /// The pid of a writer.
    pub(crate) fn pid(&self, writer: usize) -> u32 {
        self.transcript.processes()[writer].pid
    }

    /// The process whose pid a text is that this writer printed, by the pid that the harness knows it by. What a process in
    /// a pid namespace of its own prints are that namespace's pids.
    pub(crate) fn pid_meant(&self, text: &str, writer: Option<usize>) -> Option<u32> {
        let pid: u32 = text.parse().ok()?;
        // A pid is not written as `007` or `+7`.
        if text.len() > 1 && text.starts_with(['0', '+']) {
            return None;
        }
        let processes = self.transcript.processes();
        let Some(Place::Inside(home)) = writer.map(|writer| processes[writer].place) else {
            return Some(pid);
        };
        let meant = Place::Inside(Namespace { pid, ..home });
        processes.iter().find(|other| other.place == meant).map(|other| other.pid)
    }

    /// A pid that is nobody's, as its line has it, where it may yet be somebody's: a writer had ended before it could be
    /// told in which pid namespace it was, and of no other is it known to be the harness's.
    pub(crate) fn unclear_pid(&self) -> Option<&str> {
        let processes = self.transcript.processes();
        let are = |place: Place| processes.iter().any(|process| process.place == place);
        let elsewhere = processes.iter().any(|process| matches!(process.place, Place::Inside(_)));
        if !are(Place::Unknown) || (!elsewhere && are(Place::Here)) {
            return None;
        }
        let roles = self.roles();
        let pids = self.captured.iter().filter(|part| self.is_pid(part));
        let mut nobodys = pids.filter_map(|part| {
            let line = &self.transcript.lines()[part.line];
            let text = str::from_utf8(&self.transcript.text(line)[part.range()]).ok()?;
            let known = self.pid_meant(text, line.process).is_some_and(|pid| roles.contains_key(&pid));
            let here = line.process.is_some_and(|process| processes[process].place == Place::Here);
            (!known && !here).then_some(text)
        });
        nobodys.next()
    }

    /// The lines of stdout, with their indexes.
    pub(crate) fn stdout(&self) -> impl Iterator<Item = (usize, &'a Line)> + use<'a> {
        let lines = self.transcript.lines().iter().enumerate();
        lines.filter(|(_, line)| line.stream == Stream::Stdout)
    }

    /// The indexes of the lines of stdout that match.
    pub(crate) fn matching(&self, pattern: &Pattern) -> Vec<usize> {
        let matching = self.stdout().filter(|(_, line)| pattern.is_match(self.transcript.text(line)));
        matching.map(|(index, _)| index).collect()
    }

    /// The indexes of an actor's lines on stdout.
    pub(crate) fn lines_of(&self, actor: usize) -> Vec<usize> {
        let own = self.stdout().filter(|&(index, _)| self.is_of(index, actor));
        own.map(|(index, _)| index).collect()
    }

    /// Whether a line is this actor's.
    pub(crate) fn is_of(&self, line: usize, actor: usize) -> bool {
        matches!(self.claimed[line], Claimed::By(by) if by as usize == actor)
    }

    /// The values of a name, in print order.
    pub(crate) fn values(&self, name: &NameRef) -> Vec<Value<'a>> {
        let lines = self.transcript.lines();
        let wanted = |captured: &&Captured| {
            captured.name == name.name
                && lines[captured.line].stream == Stream::Stdout
                && name.actor.is_none_or(|actor| self.is_of(captured.line, actor))
        };
        let value = |captured: &Captured| {
            let text = &self.transcript.text(&lines[captured.line])[captured.range()];
            Value { line: captured.line, text: std::str::from_utf8(text).unwrap_or_default() }
        };
        self.captured.iter().filter(wanted).map(value).collect()
    }

    /// Who is known to have which pid: the actors, and the program itself.
    pub(crate) fn roles(&self) -> HashMap<u32, Role> {
        let mut roles = HashMap::new();
        let main = self.cast.actors.iter().position(|actor| actor.name == MAIN);
        // Where threads share a pid, it is main's.
        for actor in main.into_iter().chain(0..self.cast.actors.len()) {
            for &writer in &self.players[actor] {
                roles.entry(self.pid(writer)).or_insert(Role::Actor(actor));
            }
        }
        roles.entry(self.transcript.pid()).or_insert(Role::Program);
        roles
    }

    /// A process, and who it is, where that is known.
    pub(crate) fn who(&self, pid: u32) -> String {
        let who = match self.roles().get(&pid) {
            Some(Role::Actor(actor)) => self.cast.actor(*actor),
            Some(Role::Program) => self.language.pick("the program itself", "程序自己"),
            None => return format!("pid {pid}"),
        };
        self.language.pick(format!("pid {pid} ({who})"), format!("pid {pid}（{who}）"))
    }

    /// A thread, by the actor whose lines it prints, and by its id where several do; else by its birth.
    pub(crate) fn thread(&self, thread: usize) -> String {
        if let Some(actor) = self.played_by(|other| other == thread).next() {
            let name = self.cast.actor(actor as usize);
            if self.played_by(|other| other != thread).all(|other| other != actor) {
                return name.to_owned();
            }
            let tid = self.transcript.threads()[thread].tid;
            return self.language.pick(format!("{name} (thread {tid})"), format!("{name}（线程 {tid}）"));
        }
        if thread == 0 {
            return self.language.pick("the program's first thread", "程序的第一个线程").to_owned();
        }
        let name = self.transcript.name_of(thread);
        self.language.pick(format!("task {name}"), format!("任务 {name}"))
    }

    /// Whose lines these threads print, line by line.
    fn played_by(&self, is_meant: impl Fn(usize) -> bool) -> impl Iterator<Item = u32> {
        let lines = self.transcript.lines().iter().enumerate();
        let meant = lines.filter(move |(_, line)| line.thread.is_some_and(&is_meant));
        meant.filter_map(|(line, _)| match self.claimed(line) {
            Claimed::By(actor) => Some(actor),
            Claimed::Nobody | Claimed::Ignored => None,
        })
    }

    /// A process's lines that are looked at, on either stream.
    fn lines_by(&self, writer: usize) -> impl DoubleEndedIterator<Item = usize> {
        let lines = self.transcript.lines();
        (0..lines.len()).filter(move |&line| {
            lines[line].process == Some(writer) && self.claimed(line) != Claimed::Ignored
        })
    }

    /// The first line of a process that is looked at.
    pub(crate) fn first_line_of(&self, writer: usize) -> Option<usize> {
        self.lines_by(writer).next()
    }

    /// The last line of a process that is looked at.
    pub(crate) fn last_line_of(&self, writer: usize) -> Option<usize> {
        self.lines_by(writer).next_back()
    }

    /// The actors of a kind that printed something.
    pub(crate) fn actors_of(&self, kind: Kind) -> impl Iterator<Item = usize> + '_ {
        let actors = self.cast.actors.iter().enumerate();
        actors
            .filter(move |(index, actor)| actor.kind == Some(kind) && !self.players[*index].is_empty())
            .map(|(index, _)| index)
    }
}

/// Who a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It plays this actor.
    Actor(usize),
    /// It is the program's own process, and plays nobody.
    Program,
}
