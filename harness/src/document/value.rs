//! Values that are written in more than one way, or that TOML has no type for.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Mistake, Result, Spanned};

/// The one thing that was given.
pub(crate) fn one_of<K, V, const N: usize>(
    given: [(K, Option<V>); N],
    span: std::ops::Range<usize>,
    allowed: &str,
) -> Result<(K, V)> {
    let mut given = given.into_iter().filter_map(|(key, value)| value.map(|value| (key, value)));
    match (given.next(), given.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(Mistake::at(span, format!("exactly one of {allowed} is needed"))),
    }
}

/// The short form of a value that is otherwise a table.
pub(crate) trait Short {
    /// What may stand there, in words.
    const EXPECTED: &'static str;
}

impl Short for String {
    const EXPECTED: &'static str = "a string or a table";
}

/// Only an exit is written as a number.
impl Short for i32 {
    const EXPECTED: &'static str = "an exit status, or a signal as { signal = \"SIGKILL\" }";
}

/// Only an amount is written as a number that is never negative.
impl Short for usize {
    const EXPECTED: &'static str = "a number, or { at_least = 2 }";
}

/// Only whether something is there is told by a word.
impl Short for bool {
    const EXPECTED: &'static str = "false, or a table, as { ideal = true }";
}

/// A value that has a short form beside its table.
pub(crate) enum Either<S, T> {
    Short(S),
    Full(T),
}

impl<'de, S: Deserialize<'de> + Short, T: Deserialize<'de>> Deserialize<'de> for Either<S, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct EitherVisitor<S, T>(PhantomData<(S, T)>);
        impl<'de, S: Deserialize<'de> + Short, T: Deserialize<'de>> Visitor<'de> for EitherVisitor<S, T> {
            type Value = Either<S, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(S::EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Self::Value, E> {
                let text: serde::de::value::StrDeserializer<'_, E> =
                    serde::de::IntoDeserializer::into_deserializer(text);
                S::deserialize(text)
                    .map(Either::Short)
                    .map_err(|_: E| E::custom(format!("expected {}", S::EXPECTED)))
            }

            fn visit_i64<E: Error>(self, number: i64) -> std::result::Result<Self::Value, E> {
                let number: serde::de::value::I64Deserializer<E> =
                    serde::de::IntoDeserializer::into_deserializer(number);
                S::deserialize(number)
                    .map(Either::Short)
                    .map_err(|_: E| E::custom(format!("expected {}", S::EXPECTED)))
            }

            fn visit_bool<E: Error>(self, word: bool) -> std::result::Result<Self::Value, E> {
                let word: serde::de::value::BoolDeserializer<E> =
                    serde::de::IntoDeserializer::into_deserializer(word);
                S::deserialize(word)
                    .map(Either::Short)
                    .map_err(|_: E| E::custom(format!("expected {}", S::EXPECTED)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Either::Full)
            }
        }
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}

/// A string, or a list of them.
#[derive(Default)]
pub(crate) struct OneOrMany(pub Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let written = Spanned::<Strings>::deserialize(deserializer)?;
        let span = written.span();
        Ok(OneOrMany(match written.into_inner() {
            Strings::One(one) => vec![Spanned::new(span, one)],
            Strings::Many(many) => many,
        }))
    }
}

enum Strings {
    One(String),
    Many(Vec<Spanned<String>>),
}

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct StringsVisitor;
        impl<'de> Visitor<'de> for StringsVisitor {
            type Value = Strings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a topic or a list of topics")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Strings, E> {
                Ok(Strings::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> std::result::Result<Strings, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Strings::Many)
            }
        }
        deserializer.deserialize_any(StringsVisitor)
    }
}

/// Whether something is so, or a text that says more.
pub(crate) enum Flag {
    Word(bool),
    Text(String),
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct FlagVisitor;
        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, or a pattern whose group tells tasks apart")
            }

            fn visit_bool<E: Error>(self, word: bool) -> std::result::Result<Flag, E> {
                Ok(Flag::Word(word))
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Flag, E> {
                Ok(Flag::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

/// What is done to an environment variable.
pub(crate) enum Variable {
    Set(String),
    Removed,
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct VariableVisitor;
        impl Visitor<'_> for VariableVisitor {
            type Value = Variable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string to set, or false to remove the variable")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Variable, E> {
                Ok(Variable::Set(text.to_owned()))
            }

            fn visit_bool<E: Error>(self, set: bool) -> std::result::Result<Variable, E> {
                if set {
                    Err(E::custom("expected a string to set, or false to remove the variable"))
                } else {
                    Ok(Variable::Removed)
                }
            }
        }
        deserializer.deserialize_any(VariableVisitor)
    }
}

/// A TOML string: one in which no backslash has to be doubled, if it can be.
pub(crate) fn quoted(text: &str) -> String {
    let quote = ["'", "'''"].into_iter().find(|quote| !text.contains(quote) && !text.ends_with('\''));
    match quote.filter(|_| text.contains(['\\', '^', '$', '"']) && !text.contains(char::is_control)) {
        Some(quote) => format!("{quote}{text}{quote}"),
        // A string of JSON's is one of TOML's, but for one control character (toml.io/en/v1.0.0#string).
        None => serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f"),
    }
}
