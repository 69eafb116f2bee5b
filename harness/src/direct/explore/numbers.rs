//! The contract's numbers that vary: how often each value came, and one schedule that shows it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Counts, Shown, Source};
use crate::cast::number;
use crate::cast::reading::Reading;
use crate::cast::{Captures, NameRef};
use crate::contract::Contract;

/// A number of the contract.
#[derive(Debug, Deserialize, Serialize)]
pub struct Number {
    /// Its name.
    pub name: String,
    /// The least first.
    pub values: Vec<Valued>,
}

/// A value that came.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Valued {
    /// The value.
    pub value: f64,
    /// How often.
    pub counts: Counts,
    /// The shortest schedule that shows it; none where it only came by itself.
    pub shown: Option<Shown>,
}

/// All numbers, as they come.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Seen>);

#[derive(Debug)]
struct Seen {
    name: NameRef,
    /// In the order of the values.
    values: BTreeMap<u64, Valued>,
    /// The values of the first run.
    first: Option<Vec<f64>>,
    varies: bool,
}

impl Numbers {
    pub fn new(contract: &Contract) -> Numbers {
        let names = contract.cast.names.iter().enumerate();
        let numbers = names.filter(|(_, name)| name.captures == Captures::Number);
        let seen = |(name, known): (usize, &crate::cast::Name)| Seen {
            name: NameRef { name, actor: None, written: known.name.clone() },
            values: BTreeMap::new(),
            first: None,
            varies: false,
        };
        Numbers(numbers.map(seen).collect())
    }

    pub fn note(&mut self, reading: &Reading<'_>, source: Source, shown: Option<&Shown>) {
        for seen in &mut self.0 {
            let values = reading.values(&seen.name).into_iter().filter_map(|value| value.number());
            let mut values: Vec<f64> = values.map(number::Number::as_decimal).collect();
            for &value in &values {
                let fresh = || Valued { value, counts: Counts::default(), shown: None };
                let this = seen.values.entry(in_order(value)).or_insert_with(fresh);
                this.counts.add(source);
                if let Some(shown) = shown {
                    shown.improve(&mut this.shown);
                }
            }
            // The same numbers in another order are an order, and no other numbers.
            values.sort_by(f64::total_cmp);
            seen.varies |= *seen.first.get_or_insert_with(|| values.clone()) != values;
        }
    }

    /// Those that were not the same in each run.
    pub fn varying(self) -> Vec<Number> {
        let number =
            |seen: Seen| Number { name: seen.name.written, values: seen.values.into_values().collect() };
        self.0.into_iter().filter(|seen| seen.varies).map(number).collect()
    }
}

/// A number's bits, so that a greater number has greater ones.
fn in_order(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}
