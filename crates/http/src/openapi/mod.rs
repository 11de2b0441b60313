//! The API's description, OpenAPI 3.1, made from the routes and the types that they read and write.
//!
//! An endpoint says only what is its own: `#[utoipa::path]` with its method, path, body and answer, and in the extension
//! `x-errors` the names of the errors that it can answer with beside those of every endpoint on its side. `complete`
//! adds the rest: security, path parameters, the error answers, and the examples of `examples/{operation id}.json`.
//!
//! `docs/openapi.json` is the same document, written by `cargo xtask openapi`; a test compares them.

mod complete;
mod document;
mod errors;
mod examples;
mod serve;

pub use document::document;
pub(crate) use serve::{__path_serve, Text, serve};
