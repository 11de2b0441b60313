//! ICE-TCP (RFC 6544), passive: one port for all shards.
//!
//! A thread of its own, the `door`, accepts connections and reads one frame (RFC 4571) of each. That must be a
//! connectivity check; its ufrag tells the shard of the leg, and the connection goes there. The shard's engine
//! authenticates the check, and whoever is not the leg's peer is put out again. From then on the shard reads and writes
//! the connection ([`Connections`]) between its UDP sockets, a little at a time. Nothing ever waits for a peer: one that
//! does not send is put out, or costs a file descriptor; one that does not read loses datagrams, as on a full UDP path.

mod connection;
mod connections;
mod door;
mod doorman;
mod frame;
mod listener;
mod seats;
mod visitor;

pub(crate) use connections::Connections;
pub(crate) use door::Entrance;
pub(crate) use doorman::Doorman;
pub(crate) use listener::Listener;
pub(crate) use visitor::Arrival;
