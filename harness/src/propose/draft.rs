//! A contract as its author will find it: TOML, with comments that say what was seen and what is to be decided.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use regex::Regex;

use super::casting::{Casting, ProposedActor};
use super::corpus::Corpus;
use super::endings::Mishaps;
use super::naming::{self, Blank, Named};
use super::orders::Orders;
use super::{Choice, Held, Request, parsed, values};
use crate::cast::template::{Template, escape};
use crate::cast::{Kind, Stderr};
use crate::document::quoted;
use crate::language::Language::En;
use crate::transcript::{Exit, Transcript};
use crate::words::{list, times, visible};

/// So many kinds of survivors are named at the most.
const SURVIVORS: usize = 4;

static NO_MISHAPS: Mishaps = Mishaps { some: Vec::new(), all: Vec::new() };

/// All that a proposed contract says.
pub(super) struct Text<'a> {
    request: Request<'a>,
    corpus: &'a Corpus,
    casting: &'a Casting,
    stderr: Stderr,
    names: Vec<Named>,
    runs: &'a [&'a Transcript],
    held: Held,
    /// What stands at the end: checks, and comments on orders.
    claims: String,
    mishaps: &'a Mishaps,
}

impl<'a> Text<'a> {
    /// A draft that says only who prints what, and what varies.
    pub fn of_lines(
        request: Request<'a>,
        corpus: &'a Corpus,
        casting: &'a Casting,
        stderr: Stderr,
        held: Held,
        blanks: &[Blank],
        runs: &'a [&'a Transcript],
    ) -> Text<'a> {
        let names = naming::names(corpus, blanks);
        let (claims, mishaps) = (String::new(), &NO_MISHAPS);
        Text { request, corpus, casting, stderr, names, runs, held, claims, mishaps }
    }

    /// The whole draft.
    pub fn new(
        request: Request<'a>,
        choice: &'a Choice,
        runs: &'a [&'a Transcript],
        orders: &Orders,
        mishaps: &'a Mishaps,
    ) -> Text<'a> {
        let Choice { corpus, casting, stderr, named, held, .. } = choice;
        let draft = Text::of_lines(request, corpus, casting, *stderr, *held, named, runs);
        let cast = parsed(&draft.text()).cast;
        let values: String = draft.names.iter().map(|named| values::checks(named, &cast, runs)).collect();
        let numbers = draft.numbers();
        Text { claims: values + &numbers + &orders.text(), mishaps, ..draft }
    }

    /// The contract's text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.went_otherwise(&mut text);
        self.head(&mut text);
        self.actors(&mut text);
        self.named(&mut text);
        self.exit(&mut text);
        text + &self.claims
    }

    fn went_otherwise(&self, text: &mut String) {
        let begun = text.len();
        if let Some(note) = self.request.note {
            let _ = writeln!(text, "# {note}");
        }
        if self.corpus.texts.is_empty() && self.stderr != Stderr::Ignored {
            text.push_str("# Nothing was printed in any run: this golden holds nothing but that.\n");
        }
        if !self.mishaps.some.is_empty() {
            text.push_str("# Not all runs went well, and this contract is refuted as often as that comes:\n");
        }
        let indented = self.mishaps.some.iter().map(|mishap| format!("  {mishap}"));
        for mishap in indented.chain(self.mishaps.all.iter().cloned()) {
            let _ = writeln!(text, "# {}", visible(&mishap));
        }
        if text.len() > begun {
            text.push('\n');
        }
    }

    /// How many lines came of what no golden holds: whether that must be so is the author's to say.
    fn numbers(&self) -> String {
        let mut text = String::new();
        let varying = self.casting.actors.iter().filter(|actor| actor.varies).map(|actor| actor.line.clone());
        let unsteady = (0..self.corpus.templates.len()).filter(|&template| !self.corpus.is_steady(template));
        let shapes = unsteady.map(|template| self.corpus.templates[template].pattern(|_| false));
        let lines: Vec<String> = match self.held {
            Held::All => Vec::new(),
            Held::Steady => varying.collect(),
            Held::Nothing => shapes.collect(),
        };
        for line in lines {
            let (least, most) = self.count(&line);
            let _ = writeln!(
                text,
                "\n# {least} to {most} lines came. What must hold of their number? Then claim it.\n# [[always]]\n\
                 # count = {{ line = {}, at_least = {least}, at_most = {most} }}",
                quoted(&line)
            );
        }
        text
    }

    /// How many lines of a run match: the least and the most.
    fn count(&self, line: &str) -> (usize, usize) {
        let line = Regex::new(line).expect("a valid pattern");
        self.corpus.count(|said| line.is_match(&self.corpus.texts[said.text].line))
    }

    fn head(&self, text: &mut String) {
        let command: Vec<String> = self.request.command.iter().map(|word| quoted(word)).collect();
        let mut rows = vec![
            ("title", quoted(self.request.name), ""),
            ("command", format!("[{}]", command.join(", ")), ""),
        ];
        if let Some(folder) = self.request.folder {
            rows.push(("folder", quoted(&folder.to_string_lossy()), "where it runs, seen from this file"));
        }
        if self.held == Held::Nothing {
            rows.push(("golden", "false".to_owned(), "no form holds for all runs: checks say what does"));
        }
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
        self.survivors(text);
        // Where actors are processes, the harness sets it by itself.
        if self.is_python() && !self.casting.has(Kind::Process) {
            text.push_str("\n[env]\nPYTHONUNBUFFERED = \"1\"   # what is printed comes at once, also from threads and from who is terminated\n");
        }
    }

    /// What outlived the program: to be mended, or to be claimed.
    fn survivors(&self, text: &mut String) {
        let mut kinds: Vec<(Template, BTreeSet<&str>)> = Vec::new();
        for survivor in self.runs.iter().flat_map(|run| run.survivors()) {
            let command = survivor.command.trim_matches(['[', ']']);
            let shape = Template::of(command);
            match kinds.iter_mut().find(|(known, _)| *known == shape) {
                Some((_, commands)) => drop(commands.insert(command)),
                None => kinds.push((shape, BTreeSet::from([command]))),
            }
        }
        let pattern = |(shape, commands): &(Template, BTreeSet<&str>)| match commands.first() {
            Some(command) if commands.len() == 1 => escape(command),
            _ => shape.pattern(|_| false),
        };
        let patterns: Vec<String> = kinds.iter().take(SURVIVORS).map(pattern).collect();
        if patterns.is_empty() {
            return;
        }
        let patterns: Vec<String> = patterns.iter().map(|pattern| quoted(pattern)).collect();
        let _ = writeln!(
            text,
            "# Something outlived the program, and that is a finding: it was not ended, or nobody waited for it. If it is meant to:\n# survivors = [{}]",
            patterns.join(", ")
        );
    }

    fn is_python(&self) -> bool {
        let is_python = |word: &str| {
            let file = Path::new(word);
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let is_script = file.extension().is_some_and(|extension| extension == "py");
            is_script || name.starts_with("python") || name.starts_with("pytest")
        };
        let images = self.runs.iter().flat_map(|run| run.processes()).filter_map(|one| one.image.as_deref());
        images.chain(self.request.command.iter().map(String::as_str)).any(is_python)
    }

    fn actors(&self, text: &mut String) {
        if self.casting.actors.is_empty() {
            return;
        }
        text.push_str("\n# Who prints what. The first pattern that matches a line claims it; a line that nobody claims is a finding.\n[actors]\n");
        let common = [
            (Kind::Process, "process", "each is a process of its own, main the parent"),
            (Kind::Thread, "thread", "each is a thread of its own, in one process"),
        ];
        let common = common.into_iter().find(|(kind, ..)| self.casting.has(*kind));
        let names = self.casting.actors.iter().map(|actor| actor.name.len());
        let width = names.max().unwrap_or(0).max(if common.is_some() { 4 } else { 0 });
        if let Some((_, word, comment)) = common {
            let _ = writeln!(text, "{:<width$} = \"{word}\"   # {comment}", "kind");
        }
        for actor in &self.casting.actors {
            let line = quoted(&actor.line);
            let kind = actor.kind.filter(|kind| common.is_none_or(|(common, ..)| common != *kind));
            let keys = [
                kind.map(|_| "kind = \"thread\""),
                actor.each.then_some("each = true"),
                actor.varies.then_some("varies = true"),
            ];
            let keys: String = keys.into_iter().flatten().map(|key| format!(", {key}")).collect();
            let value = if keys.is_empty() { line } else { format!("{{ line = {line}{keys} }}") };
            let comment = if actor.varies { self.number_of(actor) } else { played_by(actor) };
            let _ = writeln!(text, "{:<width$} = {value}{comment}", actor.name);
        }
    }

    fn number_of(&self, actor: &ProposedActor) -> String {
        let (least, most) = self.corpus.count(|said| actor.texts.contains(&said.text));
        format!("   # {least} to {most} lines, so they are not in the golden")
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
        for Named { name, captures, pattern, examples, .. } in &self.names {
            let seen = if *captures == "pid_in" { String::new() } else { seen(examples) };
            let _ = writeln!(text, "{name:<width$} = {{ {captures} = {} }}{seen}", quoted(pattern));
        }
    }

    fn exit(&self, text: &mut String) {
        let exit = self.runs[0].exit();
        if exit == Exit::Code(0) {
            return;
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
}

fn played_by(actor: &ProposedActor) -> String {
    let are = if actor.kind == Some(Kind::Thread) { "threads" } else { "processes" };
    match actor.players {
        (least, most) if most > 1 && least == most => format!("   # {most} {are}"),
        (least, most) if most > 1 => {
            format!("   # {least} to {most} {are}, so the golden can't say how many")
        }
        _ => String::new(),
    }
}

fn seen(examples: &[String]) -> String {
    let examples: Vec<String> =
        examples.iter().map(|example| example.replace(char::is_control, " ")).collect();
    format!("   # {}", list(&examples, "and", En))
}
