//! What people and programs are told.

#[cfg(feature = "cli")]
pub(crate) mod explore;
pub mod human;
pub(crate) mod json;
pub(crate) mod show;
pub(crate) mod stress;
pub mod timeline;
