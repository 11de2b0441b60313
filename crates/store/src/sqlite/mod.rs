//! The store in one SQLite file (WAL, `synchronous=FULL`): what was answered is on the disk.
//!
//! One thread writes and commits waiting changes in groups ([`writer`]); reads run on a few connections of their own
//! ([`readers`]). An error of the disk fails what met it and nothing else ([`connection`]). One file per trait; rows become domain values by `TryFrom` ([`record`]). To change the schema, add
//! a step to [`migrations`].

mod agents;
mod apps;
mod call_business;
mod calls;
mod check;
mod connect;
mod connection;
mod consumers;
mod copy;
mod database;
mod deliveries;
mod directory;
mod effects;
mod endpoints;
mod entries;
mod failure;
mod forget;
mod group;
mod lease;
mod metrics;
mod migrations;
mod notes;
mod outbox;
mod outgoing;
mod pages;
mod permissions;
mod queue;
mod readers;
mod record;
mod sandbox;
mod sessions;
mod set_aside;
mod settings;
mod statistics;
mod subscriptions;
mod threads;
mod timelines;
mod tokens;
mod turning;
mod upkeep;
mod writer;

pub use check::{Checked, check, note_check};
pub use copy::copy;
pub use database::{Capacity, Render, Sqlite};
pub use set_aside::{SetAsideError, set_aside};
