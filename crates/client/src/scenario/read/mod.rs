//! Reads scenarios: TOML, in which every key is known and every value is of use. Errors name their place.

mod condition;
mod end;
mod error;
mod fields;
mod step;
mod top;
mod value;

pub(super) use condition::QUIET_DBFS;
pub use error::{FormatError, Place};
