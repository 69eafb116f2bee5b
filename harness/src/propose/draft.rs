//! A contract as its author will find it: TOML, with comments that say what was seen and what is to be decided.

use std::fmt::Write;

use super::Request;
use super::casting::{Casting, ProposedActor};
use super::corpus::{Corpus, Sample};
use super::naming::Named;
use crate::cast::MAIN;
use crate::cast::Stderr;
use crate::cast::template::escape;
use crate::document::quoted;
use crate::language::Language::En;
use crate::transcript::{Exit, Stream, Transcript};
use crate::words::{list, times};

/// All that a proposed contract says.
pub(super) struct Draft<'a> {
    pub request: Request<'a>,
    pub corpus: &'a Corpus,
    pub casting: &'a Casting,
    pub stderr: Stderr,
    pub names: Vec<Named>,
    pub runs: &'a [Transcript],
}

/// So many orders are pointed out at the most.
const ORDERS: usize = 4;

impl Draft<'_> {
    /// The contract's text; where the form was not the same in all runs, it says what varied.
    pub fn text(&self, is_steady: bool) -> String {
        let mut text = String::new();
        if !is_steady {
            text.push_str(&self.what_varied());
        }
        self.head(&mut text);
        self.actors(&mut text);
        self.named(&mut text);
        self.exit(&mut text);
        self.orders(&mut text);
        self.free(&mut text);
        text
    }

    fn what_varied(&self) -> String {
        let mut text =
            "# No golden can hold for all recorded runs: what varied is more than parts of lines.\n"
                .to_owned();
        for (template, shape) in self.corpus.templates.iter().enumerate() {
            let (least, most) = self.corpus.count(|said| self.corpus.texts[said.text].template == template);
            if least != most {
                let pattern = shape.pattern(|_| false);
                let _ = writeln!(text, "#   {least} to {most} lines match {}", quoted(&pattern));
            }
        }
        text.push_str(
            "# A golden holds the same lines in every run. Let the program print a steady number of them, with fewer workers or\n\
             # tasks; or print what varies on stderr, where `stderr = \"ignored\"` leaves it alone.\n\n",
        );
        text
    }

    fn head(&self, text: &mut String) {
        let command: Vec<String> = self.request.command.iter().map(|word| quoted(word)).collect();
        let mut rows = vec![
            ("title", quoted(self.request.name), ""),
            ("command", format!("[{}]", command.join(", ")), ""),
            ("folder", quoted(&self.request.folder.to_string_lossy()), "where it runs, seen from this file"),
        ];
        if let Some(timeout) = self.request.timeout {
            rows.push(("timeout", quoted(timeout), ""));
        }
        match self.stderr {
            Stderr::Empty => {}
            Stderr::Golden => rows.push(("stderr", quoted("golden"), "its lines are actors' lines too")),
            Stderr::Ignored => {
                rows.push((
                    "stderr",
                    quoted("ignored"),
                    "something is printed there that no golden can hold",
                ));
            }
        }
        let width = rows.iter().map(|(key, ..)| key.len()).max().unwrap_or(0);
        for (key, value, comment) in rows {
            let comment = if comment.is_empty() { String::new() } else { format!("   # {comment}") };
            let _ = writeln!(text, "{key:<width$} = {value}{comment}");
        }
        let survivors: Vec<String> = self
            .runs
            .iter()
            .flat_map(|run| run.survivors().iter().map(|left| left.command.clone()))
            .collect();
        if let Some(command) = survivors.first() {
            let _ = writeln!(
                text,
                "# Something outlived the program, and that is a finding. If it is meant to:\n# survivors = [{}]",
                quoted(&escape(command.trim_matches(['[', ']'])))
            );
        }
        // Where actors are processes, the harness sets it by itself.
        if self.request.unbuffered && !self.casting.processes {
            text.push_str("\n[env]\nPYTHONUNBUFFERED = \"1\"   # what a process prints comes at once, also if it is terminated\n");
        }
    }

    fn actors(&self, text: &mut String) {
        if self.casting.actors.is_empty() {
            return;
        }
        text.push_str("\n# Who prints what. The first pattern that matches a line claims it; a line that nobody claims is a finding.\n[actors]\n");
        let names = self.casting.actors.iter().map(|actor| actor.name.len());
        let width = names.max().unwrap_or(0).max(if self.casting.processes { 4 } else { 0 });
        if self.casting.processes {
            let _ = writeln!(
                text,
                "{:<width$} = \"process\"   # each is a process of its own, main the parent",
                "kind"
            );
        }
        for actor in &self.casting.actors {
            let line = quoted(&actor.line);
            let value = if actor.each { format!("{{ line = {line}, each = true }}") } else { line };
            let _ = writeln!(text, "{:<width$} = {value}{}", actor.name, played_by(actor));
        }
    }

    fn named(&self, text: &mut String) {
        if self.names.is_empty() {
            return;
        }
        let _ = writeln!(
            text,
            "\n# What varies: the golden shows the name in its place, and a pid as whose it is. Seen in {}.\n[names]",
            times(self.runs.len() as u64, ["run", "runs"], "", En)
        );
        let width = self.names.iter().map(|named| named.name.len()).max().unwrap_or(0);
        for Named { name, captures, pattern, examples } in &self.names {
            let seen = if *captures == "pid_in" { String::new() } else { seen(examples) };
            let _ = writeln!(text, "{name:<width$} = {{ {captures} = {} }}{seen}", quoted(pattern));
        }
    }

    fn exit(&self, text: &mut String) {
        let exit = self.runs[0].exit();
        if exit == Exit::Code(0) {
            return;
        }
        if self.runs.iter().any(|run| run.exit() != exit) {
            text.push_str("\n# It did not end in the same way in all runs.\n");
        }
        let exit = match exit {
            Exit::Code(code) => code.to_string(),
            Exit::Signal(number) => {
                let signal = nix::sys::signal::Signal::try_from(number);
                let signal = signal.map_or_else(|_| number.to_string(), |signal| signal.to_string());
                format!("{{ signal = {} }}", quoted(&signal))
            }
        };
        let _ = writeln!(text, "\n[[always]]\nexit = {exit}");
    }

    /// Orders that held in all runs: whether they are promised only the author knows.
    fn orders(&self, text: &mut String) {
        let moments = self.moments();
        let mut pairs = Vec::new();
        for (first, then) in moments.iter().flat_map(|a| moments.iter().map(move |b| (a, b))) {
            if first.actor != then.actor && self.corpus.runs.iter().all(|run| comes_before(run, first, then))
            {
                pairs.push((first, then));
            }
        }
        // What follows from others is left out: a before b, b before c.
        let follows = |a: &Moment, c: &Moment| {
            let via = |b: &Moment| {
                let is =
                    |x: &Moment, y: &Moment| pairs.iter().any(|(p, q)| p.line == x.line && q.line == y.line);
                is(a, b) && is(b, c)
            };
            moments.iter().any(via)
        };
        let direct: Vec<_> = pairs.iter().filter(|(a, c)| !follows(a, c)).copied().collect();
        if direct.is_empty() {
            return;
        }
        let runs = times(self.runs.len() as u64, ["run", "runs"], "", En);
        let _ = writeln!(
            text,
            "\n# So it came in all {runs}. Does the program see to it? Then claim it; no `always` may rest on luck."
        );
        for chain in chains(&direct).into_iter().take(ORDERS) {
            let lines: Vec<String> = chain.iter().map(|moment| quoted(&moment.line)).collect();
            let _ = writeln!(text, "# [[always]]\n# order = [{}]", lines.join(", "));
        }
    }

    /// What can be said to come before or after others: an actor's lines, and main's first and last one.
    fn moments(&self) -> Vec<Moment> {
        let mut moments = Vec::new();
        for (index, actor) in self.casting.actors.iter().enumerate() {
            let all = Moment {
                actor: index,
                line: actor.line.clone(),
                texts: actor.texts.iter().copied().collect(),
            };
            if actor.name != MAIN {
                moments.push(all);
                continue;
            }
            let own = |run: &Sample| -> Vec<usize> {
                let said = run.said.iter().filter(|said| actor.texts.contains(&said.text));
                said.map(|said| self.corpus.texts[said.text].template).collect()
            };
            let templates: Vec<Vec<usize>> = self.corpus.runs.iter().map(own).collect();
            for end in [<[usize]>::first, <[usize]>::last] {
                let Some(&template) = end(&templates[0]) else { continue };
                let once = |own: &Vec<usize>| {
                    end(own) == Some(&template) && own.iter().filter(|other| **other == template).count() == 1
                };
                let line = self.corpus.templates[template].pattern(|_| false);
                if templates.iter().all(once) && moments.iter().all(|moment| moment.line != line) {
                    let texts = 0..self.corpus.texts.len();
                    let texts = texts.filter(|&text| self.corpus.texts[text].template == template).collect();
                    moments.push(Moment { actor: index, line, texts });
                }
            }
        }
        moments
    }

    /// Actors each of which came first in some run.
    fn free(&self, text: &mut String) {
        let actors: Vec<&ProposedActor> =
            self.casting.actors.iter().filter(|actor| actor.name != MAIN).collect();
        let mut firsts = vec![false; actors.len()];
        for run in &self.corpus.runs {
            let stdout = run.said.iter().filter(|said| said.stream == Stream::Stdout);
            let mut who =
                stdout.filter_map(|said| actors.iter().position(|actor| actor.texts.contains(&said.text)));
            if let Some(first) = who.next() {
                firsts[first] = true;
            }
        }
        let seen = actors.iter().zip(firsts).filter(|(_, first)| *first);
        let lines: Vec<String> = seen.map(|(actor, _)| quoted(&actor.line)).collect();
        if lines.len() < 2 {
            return;
        }
        let _ = writeln!(
            text,
            "\n# Each of these came first in some run. Does nobody decide who does? Then claim it.\n# [[sometimes]]\n# free = [{}]",
            lines.join(", ")
        );
    }
}

/// Lines that come before or after others.
struct Moment {
    actor: usize,
    line: String,
    texts: Vec<usize>,
}

/// Whether all of the one come before all of the other, and both come.
fn comes_before(run: &Sample, first: &Moment, then: &Moment) -> bool {
    let places = |moment: &Moment| -> Vec<usize> {
        let stdout = run.said.iter().filter(|said| said.stream == Stream::Stdout).enumerate();
        stdout.filter(|(_, said)| moment.texts.contains(&said.text)).map(|(place, _)| place).collect()
    };
    let (first, then) = (places(first), places(then));
    matches!((first.last(), then.first()), (Some(last), Some(next)) if last < next)
}

/// Orders of two put together to longer ones, where one begins as another ends.
fn chains<'a>(pairs: &[(&'a Moment, &'a Moment)]) -> Vec<Vec<&'a Moment>> {
    let mut chains: Vec<Vec<&Moment>> = Vec::new();
    for (first, then) in pairs {
        if let Some(chain) =
            chains.iter_mut().find(|chain| chain.last().is_some_and(|last| last.line == first.line))
        {
            chain.push(then);
        } else if let Some(chain) = chains.iter_mut().find(|chain| chain[0].line == then.line) {
            chain.insert(0, first);
        } else {
            chains.push(vec![first, then]);
        }
    }
    chains
}

fn played_by(actor: &ProposedActor) -> String {
    match actor.players {
        (least, most) if most > 1 && least == most => format!("   # {most} processes"),
        (least, most) if most > 1 => {
            format!("   # {least} to {most} processes, so the golden can't say how many")
        }
        _ => String::new(),
    }
}

fn seen(examples: &[String]) -> String {
    let examples: Vec<String> =
        examples.iter().map(|example| example.replace(char::is_control, " ")).collect();
    format!("   # {}", list(&examples, "and", En))
}
