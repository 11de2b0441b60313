//! What every backend must do ([`conformance`], against `&dyn Store`), run on each, and what is a backend's own.

mod conformance;
mod copies;
mod disk;
mod sqlite;
