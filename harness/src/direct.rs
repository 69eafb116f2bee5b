//! The same program again, under schedules that are searched for: whether it could have come otherwise.

mod aims;
pub mod asking;
pub mod attack;
pub mod explore;
mod in_turn;
pub(crate) mod late;
pub mod races;
pub(crate) mod random;
pub(crate) mod tree;
mod withheld;
