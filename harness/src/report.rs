//! What people and programs are told of a check.

pub mod human;
pub mod json;
pub mod show;
