//! The checks of a contract: each in words, and whether it holds in a run.

use crate::judge::basics::crammed;
use crate::contract::{Check, Contract, NameRef, Pattern, Relation};
use crate::check::finding::Finding;
use crate::cast::number::Number;
use crate::system::pidfd::kernel_tells;
use crate::cast::reading::{Claimed, Reading, Value};
use crate::transcript::Exit;
use crate::words::{duration, lines, list, times};

/// Whether a check held in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It held.
    Held,
    /// It did not.
    Broken(Box<Finding>),
    /// This run could not tell, and why; another may.
    Unknown(String),
    /// No run on this machine can tell, and why.
    Undecidable(String),
}

/// The check's word in the contract.
pub fn kind(check: &Check) -> &'static str {
    match check {
        Check::Count { .. } => "count",
        Check::Never { .. } => "never",
        Check::Order { .. } => "order",
        Check::Free { .. } => "free",
        Check::Number { .. } | Check::InPrintOrder { .. } => "number",
        Check::Compare { .. } => "compare",
        Check::Same { .. } => "same",
        Check::Differ { .. } => "differ",
        Check::Overlap { .. } => "overlap",
        Check::Apart { .. } => "apart",
        Check::Lasts { .. } => "lasts",
        Check::Exit { .. } => "exit",
        Check::Processes { .. } => "processes",
        Check::Threads { .. } => "threads",
        Check::Awaited { .. } => "awaited",
        Check::Parent { .. } => "parent",
    }
}

/// The check in words, as “dance prints exactly 1 line that matches `…`”.
pub fn describe(check: &Check, contract: &Contract) -> String {
    match check {
        Check::Count { line, actor, relation, count } => {
            let who =
                actor.map_or_else(|| "the program".to_owned(), |actor| contract.actor(actor).to_owned());
            let matching = match count {
                _ if is_any(line) => String::new(),
                1 => format!(" that matches {}", code(line)),
                _ => format!(" that match {}", code(line)),
            };
            format!("{who} prints {} {}{matching}", relation.words(), lines(*count))
        }
        Check::Never { line } => format!("no line matches {}", code(line)),
        Check::Order { lines } => {
            let patterns: Vec<String> = lines.iter().map(code).collect();
            format!("all lines that match {}", patterns.join(" come before all that match "))
        }
        Check::Free { lines } => {
            let patterns: Vec<String> = lines.iter().map(code).collect();
            format!("no order is fixed: in some run each of {} comes first", list(&patterns, "and"))
        }
        Check::Number { name, relation, value } => {
            format!("every {} is {} {value}", name.written, relation.words())
        }
        Check::InPrintOrder { name, values } => {
            format!("{} is printed as {}", name.written, then(values))
        }
        Check::Compare { left, relation, right } => {
            format!("every {} is {} every {}", left.written, relation.words(), right.written)
        }
        Check::Same { names } => format!("all values of {} are equal", written(names)),
        Check::Differ { names } => format!("no two values of {} are equal", written(names)),
        Check::Overlap { actors: [first, second] } => {
            format!("{} and {} overlap in time", contract.actor(*first), contract.actor(*second))
        }
        Check::Apart { actors: [first, second] } => {
            format!("{} and {} do not overlap in time", contract.actor(*first), contract.actor(*second))
        }
        Check::Lasts { at_least } => format!("the program runs for at least {}", duration(*at_least)),
        Check::Exit { of, exit } => {
            let who = of.map_or("the program", |actor| contract.actor(actor));
            match exit {
                Exit::Code(_) => format!("{who} ends with {exit}"),
                Exit::Signal(_) => format!("{who} is {exit}"),
            }
        }
        Check::Processes { count } => {
            format!("lines come from exactly {}", times(*count as u64, "process", "processes"))
        }
        Check::Threads { of, at_least } => {
            let threads = times((*at_least).into(), "thread", "threads");
            format!("the process of {} has at least {threads}", contract.actor(*of))
        }
        Check::Awaited { actors } => {
            let names: Vec<String> = actors.iter().map(|&actor| contract.actor(actor).to_owned()).collect();
            let was = if actors.len() == 1 { "was" } else { "were" };
            format!("{} {was} awaited by whoever created them", list(&names, "and"))
        }
        Check::Parent { of, is } => {
            format!("{} was created by {}", contract.actor(*of), contract.actor(*is))
        }
    }
}

/// Whether a pattern is empty, and matches any line.
fn is_any(pattern: &Pattern) -> bool {
    pattern.as_str().is_empty()
}

fn code(pattern: &Pattern) -> String {
    format!("`{pattern}`")
}

fn written(names: &[NameRef]) -> String {
    let names: Vec<String> = names.iter().map(|name| name.written.clone()).collect();
    list(&names, "and")
}

fn then(values: &[Number]) -> String {
    let values: Vec<String> = values.iter().map(Number::to_string).collect();
    if values.is_empty() { "nothing".to_owned() } else { values.join(", then ") }
}

/// Holds the check against a run. `free` holds in no single run: see [`first_of`].
pub(crate) fn inspect(check: &Check, reading: &Reading<'_>) -> Outcome {
    let inspection = Inspection { check, reading };
    match check {
        Check::Count { line, actor, relation, count } => inspection.count(line, *actor, *relation, *count),
        Check::Never { line } => inspection.never(line),
        Check::Order { lines } => inspection.order(lines),
        Check::Free { .. } => Outcome::Held,
        Check::Number { name, relation, value } => inspection.number(name, *relation, *value),
        Check::InPrintOrder { name, values } => inspection.in_print_order(name, values),
        Check::Compare { left, relation, right } => inspection.compare(left, *relation, right),
        Check::Same { names } => inspection.same(names),
        Check::Differ { names } => inspection.differ(names),
        Check::Overlap { actors } => inspection.overlap(*actors),
        Check::Apart { actors } => inspection.apart(*actors),
        Check::Lasts { at_least } => {
            let seen = reading.transcript.duration();
            let expected = format!("{} or longer", duration(*at_least));
            inspection.unless(
                seen >= *at_least,
                &expected,
                &format!("it ended after {}", duration(seen)),
                &[],
            )
        }
        Check::Exit { of: None, exit } => {
            let seen = reading.transcript.exit();
            inspection.unless(seen == *exit, &exit.to_string(), &seen.to_string(), &[])
        }
        Check::Exit { of: Some(of), exit } => inspection.exit(*of, *exit),
        Check::Processes { count } => inspection.processes(*count),
        Check::Threads { of, at_least } => inspection.threads(*of, *at_least),
        Check::Awaited { actors } => inspection.awaited(actors),
        Check::Parent { of, is } => inspection.parent(*of, *is),
    }
}

/// Which of these patterns matches a line of stdout before all the others do.
pub(crate) fn first_of(patterns: &[Pattern], reading: &Reading<'_>) -> Option<usize> {
    reading.stdout().find_map(|(_, line)| {
        let text = reading.transcript.text(line);
        patterns.iter().position(|pattern| pattern.is_match(text))
    })
}

/// A check, held against one run.
struct Inspection<'a, 'b> {
    check: &'a Check,
    reading: &'b Reading<'a>,
}

impl Inspection<'_, '_> {
    fn unless(&self, holds: bool, expected: &str, seen: &str, lines: &[usize]) -> Outcome {
        if holds { Outcome::Held } else { self.broken(expected, seen, lines) }
    }

    fn broken(&self, expected: &str, seen: &str, lines: &[usize]) -> Outcome {
        let words = describe(self.check, self.reading.contract);
        let finding = Finding::new(kind(self.check), words, expected, seen);
        Outcome::Broken(Box::new(finding.lines(self.reading, lines)))
    }

    fn count(&self, line: &Pattern, actor: Option<usize>, relation: Relation, count: u64) -> Outcome {
        let mut found = self.reading.matching(line);
        if let Some(actor) = actor {
            found.retain(|&line| self.reading.is_of(line, actor));
        }
        let seen = found.len() as u64;
        let expected = format!("{} {}", relation.words(), lines(count));
        match (
            self.unless(relation.holds(&seen, &count), &expected, &lines(seen), &found),
            crammed(self.reading),
        ) {
            (Outcome::Broken(finding), Some(why)) if seen < count => {
                Outcome::Broken(Box::new(finding.help(why)))
            }
            (outcome, _) => outcome,
        }
    }

    fn never(&self, line: &Pattern) -> Outcome {
        let found = self.reading.matching(line);
        self.unless(found.is_empty(), "no such line", &lines(found.len() as u64), &found)
    }

    fn order(&self, patterns: &[Pattern]) -> Outcome {
        let found: Vec<Vec<usize>> = patterns.iter().map(|pattern| self.reading.matching(pattern)).collect();
        if let Some(missing) = found.iter().position(Vec::is_empty) {
            let expected = format!("a line that matches {}", code(&patterns[missing]));
            return self.broken(&expected, "there is none", &[]);
        }
        let wrong = found.windows(2).zip(patterns.windows(2)).find_map(|(found, patterns)| {
            let (last, first) = (*found[0].last()?, *found[1].first()?);
            (last >= first).then_some((last, first, patterns))
        });
        let Some((last, first, patterns)) = wrong else { return Outcome::Held };
        let expected = format!("the last {} before the first {}", code(&patterns[0]), code(&patterns[1]));
        let seen = if first == last {
            "one line that matches both".to_owned()
        } else {
            format!("a {} after a {}", code(&patterns[0]), code(&patterns[1]))
        };
        self.broken(&expected, &seen, &[first, last])
    }

    /// The values of a name, where there is any and each is a number.
    fn numbers(&self, name: &NameRef) -> Result<Vec<(Number, usize)>, Outcome> {
        let values = self.reading.values(name);
        if values.is_empty() {
            return Err(self.broken(&format!("a value of {}", name.written), "no line has one", &[]));
        }
        let number = |value: &Value<'_>| {
            if let Some(number) = value.number() {
                Ok((number, value.line))
            } else {
                let expected = format!("{} to be a number", name.written);
                Err(self.broken(&expected, &format!("`{}`", value.text), &[value.line]))
            }
        };
        values.iter().map(number).collect()
    }

    fn number(&self, name: &NameRef, relation: Relation, value: Number) -> Outcome {
        let numbers = match self.numbers(name) {
            Ok(numbers) => numbers,
            Err(outcome) => return outcome,
        };
        let wrong: Vec<_> =
            numbers.iter().filter(|(number, _)| !relation.holds(number, &value)).copied().collect();
        let (values, lines): (Vec<Number>, Vec<usize>) = wrong.into_iter().unzip();
        self.unless(values.is_empty(), &format!("{} {value}", relation.words()), &then(&values), &lines)
    }

    fn in_print_order(&self, name: &NameRef, values: &[Number]) -> Outcome {
        let (seen, lines): (Vec<Number>, Vec<usize>) = match self.numbers(name) {
            Ok(numbers) => numbers.into_iter().unzip(),
            Err(outcome) => return outcome,
        };
        self.unless(seen == values, &then(values), &then(&seen), &lines)
    }

    fn compare(&self, left: &NameRef, relation: Relation, right: &NameRef) -> Outcome {
        let (lefts, rights) = match (self.numbers(left), self.numbers(right)) {
            (Ok(lefts), Ok(rights)) => (lefts, rights),
            (Err(outcome), _) | (_, Err(outcome)) => return outcome,
        };
        let pairs = lefts.iter().flat_map(|left| rights.iter().map(move |right| (left, right)));
        let Some((left_seen, right_seen)) = pairs.into_iter().find(|(l, r)| !relation.holds(&l.0, &r.0))
        else {
            return Outcome::Held;
        };
        let expected = format!("{} {} {}", left.written, relation.words(), right.written);
        let seen = format!("{} is {}, {} is {}", left.written, left_seen.0, right.written, right_seen.0);
        self.broken(&expected, &seen, &[left_seen.1, right_seen.1])
    }

    /// The values of all these names, where there are at least two to hold against each other.
    fn several(&self, names: &[NameRef]) -> Result<Vec<Value<'_>>, Outcome> {
        let values: Vec<Value<'_>> = names.iter().flat_map(|name| self.reading.values(name)).collect();
        if let Some(name) = names.iter().find(|name| self.reading.values(name).is_empty()) {
            return Err(self.broken(&format!("a value of {}", name.written), "no line has one", &[]));
        }
        if values.len() < 2 {
            return Err(self.broken("at least two values", "there is one", &[values[0].line]));
        }
        Ok(values)
    }

    fn same(&self, names: &[NameRef]) -> Outcome {
        let values = match self.several(names) {
            Ok(values) => values,
            Err(outcome) => return outcome,
        };
        let Some(other) = values.iter().find(|value| value.text != values[0].text) else {
            return Outcome::Held;
        };
        let seen = format!("`{}` and `{}`", values[0].text, other.text);
        self.broken("one value", &seen, &[values[0].line, other.line])
    }

    fn differ(&self, names: &[NameRef]) -> Outcome {
        let values = match self.several(names) {
            Ok(values) => values,
            Err(outcome) => return outcome,
        };
        let mut known = std::collections::HashMap::new();
        for value in &values {
            if let Some(line) = known.insert(value.text, value.line) {
                let seen = format!("`{}` twice", value.text);
                return self.broken("different values", &seen, &[line, value.line]);
            }
        }
        Outcome::Held
    }

    /// The first and last line of each of two actors; an outcome where one printed nothing.
    fn spans(&self, actors: [usize; 2]) -> Result<[(usize, usize); 2], Outcome> {
        let span = |actor: usize| match self.reading.lines_of(actor).as_slice() {
            [] => Err(self.broken(
                &format!("lines of {}", self.reading.contract.actor(actor)),
                "it printed none",
                &[],
            )),
            [only] => Ok((*only, *only)),
            [first, .., last] => Ok((*first, *last)),
        };
        Ok([span(actors[0])?, span(actors[1])?])
    }

    fn overlap(&self, actors: [usize; 2]) -> Outcome {
        let [(first, last), (other_first, other_last)] = match self.spans(actors) {
            Ok(spans) => spans,
            Err(outcome) => return outcome,
        };
        let names = actors.map(|actor| self.reading.contract.actor(actor));
        let seen = if last < other_first {
            format!("all lines of {} came before the first of {}", names[0], names[1])
        } else {
            format!("all lines of {} came before the first of {}", names[1], names[0])
        };
        let overlap = first < other_last && other_first < last;
        let outcome = self.unless(
            overlap,
            "each prints a line before the other's last one",
            &seen,
            &[first, last, other_first, other_last],
        );
        match (outcome, actors.into_iter().find(|&actor| self.came_at_once(actor))) {
            (Outcome::Broken(finding), Some(actor)) => Outcome::Broken(Box::new(finding.help(format!(
                "all lines of {} came at once: a program that keeps its lines back where it does not print to a \
                 terminal hides when it printed them, unless it flushes each",
                self.reading.contract.actor(actor)
            )))),
            (outcome, _) => outcome,
        }
    }

    /// Whether an actor's lines, several, were received in one piece.
    fn came_at_once(&self, actor: usize) -> bool {
        let lines = self.reading.lines_of(actor);
        let at = |line: &usize| self.reading.transcript.lines()[*line].at;
        lines.len() > 1 && lines.first().map(at) == lines.last().map(at)
    }

    fn apart(&self, actors: [usize; 2]) -> Outcome {
        let [(first, last), (other_first, other_last)] = match self.spans(actors) {
            Ok(spans) => spans,
            Err(outcome) => return outcome,
        };
        let apart = last < other_first || other_last < first;
        let expected = "all lines of one before the first of the other";
        self.unless(apart, expected, "their lines alternate", &[first, last, other_first, other_last])
    }

    fn processes(&self, count: usize) -> Outcome {
        let transcript = self.reading.transcript;
        let mut first = vec![None; transcript.writers().len()];
        for (index, line) in transcript.lines().iter().enumerate() {
            if self.reading.claimed(index) != Claimed::Ignored {
                let Some(writer) = line.writer else {
                    return Outcome::Unknown("it is not known who wrote a line".to_owned());
                };
                first[writer].get_or_insert(index);
            }
        }
        let first_lines: Vec<usize> = first.into_iter().flatten().collect();
        let processes = |count: usize| times(count as u64, "process", "processes");
        let seen = match first_lines.len() {
            0 => "no line".to_owned(),
            n => processes(n),
        };
        self.unless(first_lines.len() == count, &processes(count), &seen, &first_lines)
    }

    /// Who played an actor; an outcome where nobody did, or it is not known who.
    fn players(&self, actor: usize) -> Result<&[usize], Outcome> {
        let who = self.reading.contract.actor(actor);
        match self.reading.players(actor) {
            _ if !self.reading.knows_writers_of(actor) => {
                Err(Outcome::Unknown(format!("it is not known who wrote the lines of {who}")))
            }
            [] => Err(self.broken(&format!("lines of {who}"), "it printed none", &[])),
            players => Ok(players),
        }
    }

    fn exit(&self, of: usize, exit: Exit) -> Outcome {
        let who = self.reading.contract.actor(of);
        let players = match self.players(of) {
            Ok(players) => players,
            Err(outcome) => return outcome,
        };
        let mut unknown = None;
        for &player in players {
            let writer = &self.reading.transcript.writers()[player];
            match writer.exit {
                None => unknown = Some(writer.pid),
                Some(seen) if seen == exit => {}
                Some(seen) => {
                    let seen = format!("{seen}, pid {}", writer.pid);
                    return self.broken(&exit.to_string(), &seen, &self.last_line_of(player));
                }
            }
        }
        match unknown {
            None => Outcome::Held,
            Some(pid) if kernel_tells() => {
                Outcome::Unknown(format!("{who} (pid {pid}) had ended before it could be asked how"))
            }
            Some(_) => Outcome::Undecidable(
                "this kernel does not tell how a process ended that its parent has awaited (PIDFD_GET_INFO, Linux \
                 6.15)"
                    .to_owned(),
            ),
        }
    }

    /// A process's lines that are looked at, on either stream.
    fn lines_of(&self, player: usize) -> impl DoubleEndedIterator<Item = usize> {
        let lines = self.reading.transcript.lines();
        let is_own = move |&index: &usize| {
            lines[index].writer == Some(player) && self.reading.claimed(index) != Claimed::Ignored
        };
        (0..lines.len()).filter(is_own)
    }

    fn first_line_of(&self, player: usize) -> Vec<usize> {
        self.lines_of(player).next().into_iter().collect()
    }

    fn last_line_of(&self, player: usize) -> Vec<usize> {
        self.lines_of(player).next_back().into_iter().collect()
    }

    fn threads(&self, of: usize, at_least: u32) -> Outcome {
        let threads = |count: u32| times(count.into(), "thread", "threads");
        let expected = format!("at least {}", threads(at_least));
        let players = match self.players(of) {
            Ok(players) => players,
            Err(Outcome::Broken(_)) => return self.broken(&expected, "it printed nothing", &[]),
            Err(outcome) => return outcome,
        };
        let counted = || players.iter().map(|&player| self.reading.transcript.writers()[player].threads);
        let most = counted().flatten().max().unwrap_or(0);
        if most < at_least && counted().any(|threads| threads.is_none()) {
            let who = self.reading.contract.actor(of);
            return Outcome::Unknown(format!("{who} had ended before its threads could be counted"));
        }
        self.unless(most >= at_least, &expected, &threads(most), &[])
    }

    fn awaited(&self, actors: &[usize]) -> Outcome {
        let mut all = Vec::new();
        for &actor in actors {
            match self.players(actor) {
                Ok(players) => all.extend(players.iter().map(|&player| (actor, player))),
                Err(outcome) => return outcome,
            }
        }
        let orphan = |&(_, player): &(usize, usize)| self.reading.transcript.writers()[player].orphan;
        let Some((actor, player)) = all.into_iter().find(orphan) else { return Outcome::Held };
        let (who, pid) = (self.reading.contract.actor(actor), self.reading.pid(player));
        let seen = format!("whoever created {who} (pid {pid}) ended without awaiting it");
        self.broken("each was awaited", &seen, &self.last_line_of(player))
    }

    fn parent(&self, of: usize, is: usize) -> Outcome {
        let contract = self.reading.contract;
        let (children, parents) = match (self.players(of), self.players(is)) {
            (Ok(children), Ok(parents)) => (children, parents),
            (Err(outcome), _) | (_, Err(outcome)) => return outcome,
        };
        let mut unknown = None;
        for &child in children {
            let writer = &self.reading.transcript.writers()[child];
            match writer.parent {
                None => unknown = Some(writer.pid),
                Some(parent) if parents.iter().any(|&player| self.reading.pid(player) == parent) => {}
                Some(parent) => {
                    let who = self.reading.who(writer.pid);
                    let expected = format!("the parent of {who} to be {}", contract.actor(is));
                    let seen = format!("its parent is {}", self.reading.who(parent));
                    return self.broken(&expected, &seen, &self.first_line_of(child));
                }
            }
        }
        match unknown {
            None => Outcome::Held,
            Some(pid) => {
                let who = contract.actor(of);
                Outcome::Unknown(format!("{who} (pid {pid}) had ended before its parent could be read"))
            }
        }
    }
}

/// How often a `sometimes` was looked for, in words.
pub(crate) fn looked(runs: u32) -> String {
    format!("not seen in {}", times(u64::from(runs), "run", "runs"))
}
