//! Who may do what: `table.toml`, executed. docs/authorisation.md is made from it.

mod document;
mod executed;
mod messages;
mod stage;
mod table;
