//! What is claimed: the entries of `[[always]]` and `[[sometimes]]`.

use std::ops::Range;

use crate::cast::Cast;
use crate::check::scope::Scope;
use crate::check::{Check, Entry, Sought};
use crate::document::value::OneOrMany;
use crate::document::{Mistake, Result, Spanned};
use crate::language::{Bilingual, Language};

/// What an entry says beside its check.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Topics that it proves.
    pub proves: Vec<TopicRef>,
    /// The claim in its author's words.
    pub says: Option<Bilingual>,
    /// How many processors it needs to be decided.
    pub cores: usize,
    /// Where it begins in the file, in bytes.
    pub at: usize,
}

/// A topic that a contract names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRef {
    /// Its id.
    pub id: String,
    /// Where it stands in the file.
    pub(crate) span: Range<usize>,
}

/// A check that holds in every run.
#[derive(Clone, Debug)]
pub struct Always {
    /// What is claimed of it.
    pub claim: Claim,
    /// What must be so.
    pub check: Check,
    /// Whether it is held in ideal time only, in which sleeps end in their order and only when nobody else can go on: for what a
    /// right program makes by a sleep.
    pub ideal: bool,
}

/// What is seen in some run.
#[derive(Clone, Debug)]
pub struct Sometimes {
    /// What is claimed of it.
    pub claim: Claim,
    /// What is sought.
    pub sought: Sought,
}

impl Always {
    pub(super) fn resolve(entry: Spanned<Entry>, scope: Scope<'_>) -> Result<Always> {
        let span = entry.span();
        let mut entry = entry.into_inner();
        if let Some(free) = &entry.free {
            return Err(Mistake::at(
                free.span(),
                "`free` is seen over many runs: it belongs in [[sometimes]]",
            ));
        }
        let ideal = entry.ideal.take().is_some_and(Spanned::into_inner);
        Ok(Always { claim: Claim::resolve(span.start, &mut entry)?, check: entry.check(span, scope)?, ideal })
    }
}

impl Sometimes {
    pub(super) fn resolve(entry: Spanned<Entry>, scope: Scope<'_>) -> Result<Sometimes> {
        let span = entry.span();
        let mut entry = entry.into_inner();
        if let Some(ideal) = &entry.ideal {
            return Err(Mistake::at(
                ideal.span(),
                "`ideal` is for what holds in every run: a `sometimes` is seen in some schedule",
            )
            .help("leave it out: late time has every schedule that ideal time has"));
        }
        Ok(Sometimes { claim: Claim::resolve(span.start, &mut entry)?, sought: entry.sought(span, scope)? })
    }
}

impl Claim {
    /// The claim in its author's words, where it has any.
    pub fn says(&self, language: Language) -> Option<String> {
        self.says.as_ref().map(|says| says.in_language(language).to_owned())
    }

    /// Whether chosen schedules can tell: the director has one processor, so what needs several is judged by natural runs alone.
    pub fn is_directed(&self) -> bool {
        self.cores == 1
    }

    fn resolve(at: usize, entry: &mut Entry) -> Result<Claim> {
        Ok(Claim {
            proves: topics(std::mem::take(&mut entry.proves)),
            says: entry.says.take(),
            cores: entry.cores.take().as_ref().map_or(Ok(1), cores)?,
            at,
        })
    }
}

/// A claim of a contract, with what is claimed.
#[derive(Clone, Copy, Debug)]
pub struct Stated<'a> {
    /// What is claimed of it.
    pub claim: &'a Claim,
    what: What<'a>,
}

#[derive(Clone, Copy, Debug)]
enum What<'a> {
    Always(&'a Check),
    Sometimes(&'a Sought),
}

impl<'a> Stated<'a> {
    pub(crate) fn always(always: &'a Always) -> Stated<'a> {
        Stated { claim: &always.claim, what: What::Always(&always.check) }
    }

    pub(crate) fn sometimes(sometimes: &'a Sometimes) -> Stated<'a> {
        Stated { claim: &sometimes.claim, what: What::Sometimes(&sometimes.sought) }
    }

    /// Whether it is of every run.
    pub fn is_always(self) -> bool {
        matches!(self.what, What::Always(_))
    }

    /// The word of what is claimed, in the contract.
    pub fn key(self) -> &'static str {
        match self.what {
            What::Always(check) => check.key(),
            What::Sometimes(sought) => sought.key(),
        }
    }

    /// Whether chosen schedules can tell: not of how long something lasts, since their clock is the director's.
    pub fn is_directed(self) -> bool {
        self.claim.is_directed() && !matches!(self.check(), Some(Check::Lasts(_)))
    }

    /// The check, where one is claimed and not that no order is fixed.
    pub fn check(self) -> Option<&'a Check> {
        match self.what {
            What::Always(check) | What::Sometimes(Sought::Check(check)) => Some(check),
            What::Sometimes(Sought::Free(_)) => None,
        }
    }

    /// What is claimed, in the check's own words.
    pub fn words(self, cast: &Cast, language: Language) -> String {
        match self.what {
            What::Always(check) => check.words(cast, language),
            What::Sometimes(sought) => sought.words(cast, language),
        }
    }

    /// The claim in its author's words, or else in the check's.
    pub fn says(self, cast: &Cast, language: Language) -> String {
        self.claim.says(language).unwrap_or_else(|| self.words(cast, language))
    }
}

/// The topics that are named, with their places.
pub(super) fn topics(written: OneOrMany) -> Vec<TopicRef> {
    let topic = |topic: Spanned<String>| TopicRef { span: topic.span(), id: topic.into_inner() };
    written.0.into_iter().map(topic).collect()
}

fn cores(written: &Spanned<usize>) -> Result<usize> {
    match *written.as_ref() {
        0 => Err(Mistake::at(written.span(), "`cores` is how many processors a claim needs: at least 1")
            .help("a claim that needs no more has no `cores`")),
        cores => Ok(cores),
    }
}
