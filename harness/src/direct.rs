//! The same program again, under schedules that are searched for: whether it could have come otherwise.

pub(crate) mod explore;
pub(crate) mod late;
pub(crate) mod random;
pub(crate) mod tree;
