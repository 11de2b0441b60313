//! Graph's error object and everything that is reported in it.
//!
//! To add an error: a variant of [`GraphError`], its row in `numbers.rs` and its words in `text.rs` (the exhaustive
//! matches ask for them), and one in `catalogue.rs`.

mod catalogue;
mod graph_error;
mod numbers;
mod object;
mod text;

pub use graph_error::{GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};
pub use object::{ErrorBody, ErrorObject};
