//! What people and programs are told.

pub mod human;
pub mod json;
pub mod show;
pub mod stress;
pub mod timeline;
