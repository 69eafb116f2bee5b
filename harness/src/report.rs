//! What people and programs are told.

#[cfg(feature = "cli")]
pub mod explore;
#[cfg(feature = "cli")]
pub(crate) mod github;
pub mod human;
pub(crate) mod json;
#[cfg(feature = "cli")]
pub(crate) mod junit;
pub(crate) mod show;
pub(crate) mod stress;
pub mod timeline;
