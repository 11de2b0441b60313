//! Who answers at the desk, from a terminal.

mod change;
mod list;
mod text;

pub(crate) use change::{add, change, renew_secret};
pub(crate) use list::list;
