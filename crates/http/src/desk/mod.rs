//! The desk's channel: one WebSocket for each device of an agent (docs/desk.md; shapes in `offhook_wire::desk`).
//!
//! [`connect`](upgrade::connect) upgrades for whoever is signed in; `hello` names the device; `channel` then carries
//! messages both ways until one side ends it.

mod channel;
mod noting;
mod refusal;
mod reply;
mod translate;
pub(crate) mod upgrade;
