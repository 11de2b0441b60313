//! A business that calls: asks for permission, offers, connects, follows the webhooks, talks, hangs up.

mod call;
mod failure;
mod party;
mod report;

pub use failure::Failure;
pub use party::{Business, Dial};
pub use report::Report;
