//! In which orders lines came, over many runs.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::cast::reading::{Claimed, Reading};
use crate::contract::Contract;
use crate::transcript::Transcript;

/// An order in which the actors' lines came, and in how many runs.
#[derive(Debug)]
pub(crate) struct Order {
    /// The actor of each line on stdout that an actor claims.
    pub actors: Vec<usize>,
    /// In how many runs.
    pub runs: usize,
}

/// The different orders of these runs, the most frequent first.
pub(crate) fn orders(contract: &Contract, runs: &[Transcript]) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
    for run in runs {
        let reading = Reading::new(&contract.cast, run);
        let actor = |(line, _)| match reading.claimed(line) {
            Claimed::By(actor) => Some(actor as usize),
            Claimed::Nobody | Claimed::Ignored => None,
        };
        let actors: Vec<usize> = reading.stdout().filter_map(actor).collect();
        let index = *known.entry(actors.clone()).or_insert(orders.len());
        match orders.get_mut(index) {
            Some(order) => order.runs += 1,
            None => orders.push(Order { actors, runs: 1 }),
        }
    }
    // Stable: of those seen as often, the one that was seen first comes first.
    orders.sort_by_key(|order| Reverse(order.runs));
    orders
}

/// Letters for the actors: their first ones where these differ, else A, B, C, …
pub(crate) fn letters(contract: &Contract) -> Vec<char> {
    let first = |name: &str| name.chars().next().and_then(|first| first.to_uppercase().next());
    let firsts: Vec<char> = contract.cast.actors.iter().filter_map(|actor| first(&actor.name)).collect();
    let differ = (1..firsts.len()).all(|index| !firsts[..index].contains(&firsts[index]));
    if differ { firsts } else { ('A'..='Z').cycle().take(contract.cast.actors.len()).collect() }
}
