//! What the words of a check may refer to.

use std::time::Duration;

use nix::sys::signal::Signal;

use crate::cast::pattern::Pattern;
use crate::cast::stretch::Stretch;
use crate::cast::{Cast, NameRef};
use crate::document::{Mistake, Result, Spanned, parse_duration, suggest};

/// The actors and names of the contract that is being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a>(pub &'a Cast);

impl Scope<'_> {
    /// The actor with this name.
    pub fn actor(self, written: &Spanned<String>) -> Result<usize> {
        let actors = self.0.actors.iter().map(|actor| actor.name.as_str());
        actors.clone().position(|actor| actor == written.as_ref()).ok_or_else(|| {
            Mistake::at(written.span(), format!("`{}` is no actor", written.as_ref()))
                .help(suggest::nearest_of(written.as_ref(), actors))
        })
    }

    /// At least one actor.
    pub fn actors(self, written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<usize>> {
        at_least(1, written, "at least one actor is needed")?.iter().map(|actor| self.actor(actor)).collect()
    }

    /// Two different actors.
    pub fn pair(self, written: &Spanned<Vec<Spanned<String>>>) -> Result<[usize; 2]> {
        let [first, second] = written.as_ref().as_slice() else {
            return Err(Mistake::at(written.span(), "exactly two actors are needed"));
        };
        let pair = [self.actor(first)?, self.actor(second)?];
        if pair[0] == pair[1] {
            return Err(Mistake::at(second.span(), "the two actors must differ"));
        }
        Ok(pair)
    }

    /// A name: `sum`, or `dance.sum`.
    pub fn name(self, written: &Spanned<String>) -> Result<NameRef> {
        let text = written.as_ref();
        let name = match text.split_once('.') {
            None => text.as_str(),
            Some((actor, name)) => {
                self.actor(&Spanned::new(written.span(), actor.to_owned()))?;
                name
            }
        };
        self.0.name(text).ok_or_else(|| {
            let names = self.0.names.iter().map(|name| name.name.as_str());
            Mistake::at(written.span(), format!("`{name}` is not in [names]"))
                .help(suggest::nearest_of(name, names))
        })
    }

    /// At least one name.
    pub fn names(self, written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<NameRef>> {
        at_least(1, written, "at least one name is needed")?.iter().map(|name| self.name(name)).collect()
    }
}

/// A pattern.
pub(crate) fn pattern(written: &Spanned<String>) -> Result<Pattern> {
    if written.as_ref().is_empty() {
        return Err(Mistake::at(written.span(), "an empty pattern matches everything")
            .help("`^` does so too, where that is meant"));
    }
    any_pattern(written)
}

/// A pattern that may be empty: it then counts every line.
pub(crate) fn any_pattern(written: &Spanned<String>) -> Result<Pattern> {
    Pattern::new(written.as_ref()).map_err(|error| {
        // The crate's message shows the pattern with a mark below it; only its last line says what is wrong.
        let text = error.to_string();
        let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Mistake::at(written.span(), format!("not a regular expression: {why}"))
    })
}

/// At least two patterns.
pub(crate) fn patterns(written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<Pattern>> {
    at_least(2, written, "at least two patterns are needed")?.iter().map(pattern).collect()
}

/// From a line to another; the mistake where one pattern is both.
pub(crate) fn stretch(from: &Spanned<String>, to: &Spanned<String>, same: &str) -> Result<Stretch> {
    if from.as_ref() == to.as_ref() {
        return Err(Mistake::at(to.span(), same));
    }
    Ok(Stretch { from: pattern(from)?, to: pattern(to)? })
}

/// A duration, as `1500ms`.
pub(crate) fn duration(written: &Spanned<String>) -> Result<Duration> {
    parse_duration(written.as_ref()).map_err(|help| {
        Mistake::at(written.span(), format!("`{}` is no duration", written.as_ref())).help(help)
    })
}

/// A signal by its name, as `SIGKILL`.
pub(crate) fn signal(written: &Spanned<String>) -> Result<Signal> {
    written.as_ref().parse().map_err(|_| {
        Mistake::at(written.span(), format!("`{}` is no signal", written.as_ref()))
            .help("signals are written as in signal(7): \"SIGKILL\"")
    })
}

fn at_least<'a, T>(count: usize, list: &'a Spanned<Vec<T>>, needed: &str) -> Result<&'a [T]> {
    if list.as_ref().len() < count {
        return Err(Mistake::at(list.span(), needed));
    }
    Ok(list.as_ref())
}
