//! A business: calls a consumer or answers one, follows the webhooks, talks, hangs up.

mod call;
mod failure;
mod party;
mod report;

pub use failure::Failure;
pub use party::{Business, Dial, Talk};
pub use report::Report;
