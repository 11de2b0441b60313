//! What only a sandbox has: consumers of well-known psids, and runs of scenarios in the server's own process. Their
//! devices come through the consumer's channel as any other.

mod guests;
mod host;
mod record;
mod runs;
mod stage;

pub(crate) use guests::{Called, WellKnown};
pub(crate) use host::Host;
pub(crate) use runs::LocalRuns;
pub(crate) use stage::{Stage, media_ip};
