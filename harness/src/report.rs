//! What people and programs are told.

#[cfg(feature = "cli")]
pub mod explore;
pub mod human;
pub(crate) mod json;
pub(crate) mod show;
pub(crate) mod stress;
pub mod timeline;
