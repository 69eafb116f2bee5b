//! TOML files that authors write: values with their places, and mistakes with line and column.

mod duration;
mod mistake;
#[cfg(feature = "cli")]
mod schema;
mod spanned;
pub(crate) mod suggest;
pub(crate) mod value;

pub use duration::parse_duration;
pub use mistake::FileError;
pub(crate) use mistake::{Mistake, read};
pub(crate) use spanned::Spanned;
pub(crate) use value::quoted;

pub(crate) type Result<T> = std::result::Result<T, Mistake>;
