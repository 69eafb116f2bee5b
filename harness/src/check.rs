//! The checks of a contract, a file each: its keys, its words in both languages, and whether it holds in a run.
//!
//! To add one: its file beside the others, its `mod` and its line in the list below, `docs/contract.md`, and tests.

pub mod apart;
pub mod at_once;
pub mod awaited;
mod bounds;
pub mod compare;
pub mod count;
pub mod created;
pub mod differ;
pub mod ends_with;
pub mod equal;
pub mod exit;
pub mod finding;
pub(crate) mod free;
pub mod killed;
pub(crate) mod kind;
pub mod lasts;
pub(crate) mod lines;
mod lives;
pub mod never;
pub mod number;
pub mod order;
pub mod overlap;
pub mod parent;
pub mod processes;
mod relation;
pub mod same;
pub(crate) mod scope;
mod tasks;
pub mod threads;
pub mod together;
mod values;
pub mod whole;

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use self::free::Free;
pub use self::relation::Relation;
use self::scope::Scope;
use crate::cast::Cast;
use crate::cast::reading::Reading;
use crate::document::value::OneOrMany;
use crate::document::{Mistake, Result, Spanned};
use crate::language::{Bilingual, Language};

/// The list of all checks: the word for each in the contract, which is its file's name, and its type.
macro_rules! checks {
    ($($key:ident: $Check:ident),* $(,)?) => {
        /// One check. Actors are indexes into [`Cast::actors`].
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "each is documented where it is defined")]
        pub enum Check {
            $($Check($key::$Check)),*
        }

        /// The words of all checks.
        pub const KEYS: &[&str] = &[$(stringify!($key)),*];

        /// An entry of `[[always]]` or `[[sometimes]]` as it is written.
        #[derive(Deserialize)]
        #[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Entry {
            #[serde(default)]
            pub proves: OneOrMany,
            pub says: Option<Bilingual>,
            pub cores: Option<Spanned<usize>>,
            pub ideal: Option<Spanned<bool>>,
            pub free: Option<Spanned<Vec<Spanned<String>>>>,
            $($key: Option<Spanned<<$key::$Check as Inspect>::Keys>>),*
        }

        impl Entry {
            /// All checks that are written in it.
            fn checks(&mut self, scope: Scope<'_>) -> Vec<Result<Check>> {
                let mut checks = Vec::new();
                $(if let Some(keys) = self.$key.take() {
                    checks.push($key::$Check::resolve(keys, scope).map(Check::$Check));
                })*
                checks
            }
        }

        impl Check {
            /// The check's word in the contract.
            pub fn key(&self) -> &'static str {
                match self {
                    $(Check::$Check(_) => stringify!($key)),*
                }
            }

            /// The check in words, as “dance prints exactly 1 line that starts with “跳舞””.
            pub fn words(&self, cast: &Cast, language: Language) -> String {
                match self {
                    $(Check::$Check(check) => check.words(cast, language)),*
                }
            }

            /// Whether it is about what the program measures, which a witness may change.
            pub(crate) fn is_measured(&self) -> bool {
                match self {
                    $(Check::$Check(check) => check.is_measured()),*
                }
            }

            /// Holds the check against a run.
            pub(crate) fn inspect(&self, reading: &Reading<'_>) -> Outcome {
                match self {
                    $(Check::$Check(check) => check.inspect(reading, reading.language)),*
                }
            }
        }
    };
}

checks! {
    count: Count,
    never: Never,
    order: Order,
    number: NumberIs,
    compare: Compare,
    same: Same,
    differ: Differ,
    equal: Equal,
    overlap: Overlap,
    apart: Apart,
    at_once: AtOnce,
    lasts: Lasts,
    exit: Ends,
    processes: Processes,
    threads: Threads,
    awaited: Awaited,
    parent: Parent,
    created: Created,
    killed: Killed,
    together: Together,
    ends_with: EndsWith,
    whole: Whole,
}

/// What a file of this folder gives.
trait Inspect: Sized {
    /// Its keys, as they are written.
    type Keys: DeserializeOwned;

    /// The check that these keys state, with all that they refer to looked up.
    fn resolve(keys: Spanned<Self::Keys>, scope: Scope<'_>) -> Result<Self>;

    /// The check in words.
    fn words(&self, cast: &Cast, language: Language) -> String;

    /// Whether it is about what the program measures, which a witness may change.
    fn is_measured(&self) -> bool {
        false
    }

    /// Holds the check against a run.
    fn inspect(&self, reading: &Reading<'_>, language: Language) -> Outcome;
}

/// Whether a check held in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It held.
    Held,
    /// It did not.
    Broken(Broken),
    /// This run could not tell, and why; another may.
    Unknown(String),
    /// No run can tell, here or at all, and why.
    Undecidable(String),
}

/// A claim that could not be told, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Untold {
    /// What is claimed, in words.
    pub claim: String,
    /// Why it can't be told.
    pub why: String,
}

/// How a check was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// The lines it rests on, by their places in the transcript.
    pub lines: Vec<usize>,
    /// What would mend it, where that is known.
    pub help: Option<String>,
}

impl Outcome {
    /// A check that was broken.
    fn broken(expected: impl Into<String>, seen: impl Into<String>, lines: &[usize]) -> Outcome {
        Outcome::Broken(Broken {
            expected: expected.into(),
            seen: seen.into(),
            lines: lines.to_vec(),
            help: None,
        })
    }

    /// The same, with what would mend it where it was broken.
    fn help(self, help: Option<&str>) -> Outcome {
        match self {
            Outcome::Broken(broken) => Outcome::Broken(Broken { help: help.map(str::to_owned), ..broken }),
            outcome => outcome,
        }
    }

    /// A check that held, or else was broken.
    fn when(holds: bool, expected: impl Into<String>, seen: impl Into<String>, lines: &[usize]) -> Outcome {
        if holds { Outcome::Held } else { Outcome::broken(expected, seen, lines) }
    }
}

/// What is sought over runs.
#[derive(Clone, Debug)]
pub enum Sought {
    /// A check that holds in some run.
    Check(Check),
    /// That no order is fixed.
    Free(Free),
}

impl Sought {
    /// Its word in the contract.
    pub fn key(&self) -> &'static str {
        match self {
            Sought::Check(check) => check.key(),
            Sought::Free(_) => "free",
        }
    }

    /// What is sought, in words.
    pub fn words(&self, cast: &Cast, language: Language) -> String {
        match self {
            Sought::Check(check) => check.words(cast, language),
            Sought::Free(free) => free.words(language),
        }
    }

    /// How many things have to be seen, each in some run.
    pub(crate) fn events(&self) -> usize {
        match self {
            Sought::Check(_) => 1,
            Sought::Free(free) => free.orders(),
        }
    }
}

impl Entry {
    /// Its one check.
    pub(crate) fn check(mut self, span: Range<usize>, scope: Scope<'_>) -> Result<Check> {
        let mut checks = self.checks(scope);
        if checks.len() == 1 { checks.remove(0) } else { Err(not_one(span, checks.len())) }
    }

    /// What it seeks: a check, or that no order is fixed.
    pub(crate) fn sought(mut self, span: Range<usize>, scope: Scope<'_>) -> Result<Sought> {
        let mut checks = self.checks(scope);
        match (self.free, checks.len()) {
            (Some(free), 0) => Free::resolve(&free).map(Sought::Free),
            (None, 1) => checks.remove(0).map(Sought::Check),
            (free, found) => Err(not_one(span, found + usize::from(free.is_some()))),
        }
    }
}

fn not_one(span: Range<usize>, found: usize) -> Mistake {
    let found = if found == 0 { "none" } else { "more" };
    Mistake::at(span, format!("an entry has exactly one check; this one has {found}"))
        .help(format!("the checks are {}, and in [[sometimes]] free", KEYS.join(", ")))
}
