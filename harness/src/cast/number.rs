//! Numbers that programs print.

use std::cmp::Ordering;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A whole or decimal number. Whole numbers are exact.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// A decimal one, as near as a double comes to it.
    Decimal(f64),
}

impl Number {
    /// Reads a number as programs print it: `42`, `-1`, `0.5`, `1e9`.
    pub fn parse(text: &str) -> Option<Number> {
        if let Ok(whole) = text.parse() {
            return Some(Number::Whole(whole));
        }
        text.parse().ok().filter(|decimal: &f64| decimal.is_finite()).map(Number::Decimal)
    }

    /// The number as a double, exact or as near as one comes.
    #[allow(clippy::cast_precision_loss, reason = "a decimal is as near as a double comes to it")]
    pub(crate) fn as_decimal(self) -> f64 {
        match self {
            Number::Whole(whole) => whole as f64,
            Number::Decimal(decimal) => decimal,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Whole(left), Number::Whole(right)) => Some(left.cmp(right)),
            _ => self.as_decimal().partial_cmp(&other.as_decimal()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Whole(whole) => write!(f, "{whole}"),
            Number::Decimal(decimal) => write!(f, "{decimal}"),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        struct NumberVisitor;
        impl Visitor<'_> for NumberVisitor {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<Number, E> {
                Ok(Number::Whole(whole.into()))
            }

            fn visit_f64<E: Error>(self, decimal: f64) -> Result<Number, E> {
                Ok(Number::Decimal(decimal))
            }
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}
