//! A call from a terminal: what is said, what is recorded, what is shown, and how it ends.

mod place;
mod report;
mod webhooks;

pub(crate) use place::{Ended, place};
