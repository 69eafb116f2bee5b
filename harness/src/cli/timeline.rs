//! `timeline`: who ran when.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::contract::Contract;
use crate::judge::subject::Subject;
use crate::language::Language;
use crate::report::timeline::bins::values;
use crate::report::timeline::svg::{self, Picture, description};
use crate::report::timeline::text;
use crate::run::{Limits, run as run_once};
use crate::system::interrupt::Interrupt;
use crate::transcript::{Cut, Transcript};

use super::out::{complain, say};
use super::subjects;
use super::{PROVEN, Unasked, lacks};

/// What is to be drawn, and where to.
pub(super) struct Wish<'a> {
    /// The runs to draw, where they are recorded.
    pub replay: &'a [PathBuf],
    /// How many runs to make, where they are not.
    pub runs: u32,
    /// The name whose values are to be drawn in place of the lines.
    pub histogram: Option<&'a str>,
    /// The file to draw to, in place of the terminal.
    pub svg: Option<&'a Path>,
}

/// Draws runs of a lesson: one as it was, of several the orders, or a number in all of them.
pub(super) fn timeline(
    words: &[String],
    command: &[OsString],
    wish: &Wish<'_>,
    interrupt: &Interrupt,
) -> Result<u8, Unasked> {
    let [_] = words else {
        return Err(Unasked(vec!["recorded runs are drawn of one lesson: name exactly one".to_owned()]));
    };
    let lessons = subjects::named(words, command)?;
    let lesson = &lessons[0];
    if let Some(name) = wish.histogram.filter(|name| lesson.contract.cast.name(name).is_none()) {
        return Err(Unasked(vec![format!(
            "`{name}` is not in [names] of {}, {}",
            lesson.name,
            known(lesson)
        )]));
    }
    let (runs, interrupted) = if wish.replay.is_empty() {
        make(&lessons, command, wish.runs, interrupt)?
    } else {
        (Transcript::read_all(wish.replay).collect::<Result<_, _>>()?, false)
    };
    let subject = match (wish.histogram, runs.as_slice()) {
        (Some(name), runs) => Drawn::Number(name, values(&lesson.contract, runs, name).unwrap_or_default()),
        (None, [run]) => Drawn::Run(run),
        (None, runs) => Drawn::Orders(runs),
    };
    match wish.svg {
        None => say(subject.on_the_terminal(&lesson.contract)),
        Some(file) => {
            crate::file::write(file, subject.as_picture(lesson) + "\n")
                .map_err(|error| Unasked(vec![format!("`{}` can't be written: {error}", file.display())]))?;
            say(format!("{}: drawn as {}\n", lesson.name, file.display()));
        }
    }
    if interrupted {
        complain("interrupted: this is what it had printed");
    }
    Ok(PROVEN)
}

/// The names of a lesson that has some.
fn known(lesson: &Subject) -> String {
    let names: Vec<&str> = lesson.contract.cast.names.iter().map(|name| name.name.as_str()).collect();
    if names.is_empty() { "which has none".to_owned() } else { format!("which has {}", names.join(", ")) }
}

/// Runs the lesson so many times, one run after the other; whether it was interrupted.
fn make(
    lessons: &[Subject],
    command: &[OsString],
    runs: u32,
    interrupt: &Interrupt,
) -> Result<(Vec<Transcript>, bool), Unasked> {
    let programs = subjects::programs(lessons, command)?;
    let contract = &lessons[0].contract;
    let limits = Limits::of(contract);
    let mut made: Vec<Transcript> = Vec::new();
    for _ in 0..runs {
        let run = run_once(&programs[0], contract.capture, limits, interrupt)
            .map_err(|error| lacks(&lessons[0], &error))?;
        let interrupted = run.cut() == Some(Cut::Interrupted);
        // The order of half a run is none.
        if !interrupted || made.is_empty() {
            made.push(run);
        }
        if interrupted {
            return Ok((made, true));
        }
    }
    Ok((made, false))
}

/// What is drawn.
enum Drawn<'a> {
    Run(&'a Transcript),
    Orders(&'a [Transcript]),
    Number(&'a str, Vec<f64>),
}

impl Drawn<'_> {
    fn on_the_terminal(&self, contract: &Contract) -> String {
        let columns = rustix::termios::tcgetwinsize(std::io::stdout()).map(|size| size.ws_col.into());
        let columns = columns.ok().filter(|&columns| columns > 0).unwrap_or(text::COLUMNS);
        match self {
            Drawn::Run(run) => text::run(contract, run, columns),
            Drawn::Orders(runs) => text::orders(contract, runs, columns),
            Drawn::Number(name, values) => text::histogram(name, values),
        }
    }

    fn as_picture(&self, lesson: &Subject) -> String {
        let (contract, language) = (&lesson.contract, Language::En);
        let description = match self {
            Drawn::Run(run) => description::run(contract, run, language),
            Drawn::Orders(runs) => description::orders(contract, runs, language),
            Drawn::Number(name, values) => description::histogram(name, values, language),
        };
        let (title, description) = (contract.title.en.as_str(), description.as_str());
        let picture = Picture { title, description, id: &lesson.name, language };
        match self {
            Drawn::Run(run) => svg::run(contract, run, &picture),
            Drawn::Orders(runs) => svg::orders(contract, runs, &picture),
            Drawn::Number(name, values) => svg::histogram(name, values, &picture),
        }
    }
}
