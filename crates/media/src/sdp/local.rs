//! What the server brings to every negotiation.

use std::net::SocketAddr;

/// What is the same for all legs of a shard.
#[derive(Debug, Clone)]
pub struct Local {
    /// Every advertised address, the preferred first within its family and protocol.
    pub candidates: Vec<Candidate>,
    /// SHA-256 of the server's DTLS certificate.
    pub fingerprint: [u8; 32],
    /// Which shard it is; our ufrags tell it ([`shard_of_check`](crate::shard_of_check)).
    pub shard: u16,
    /// Parameters of Opus as they go into `a=fmtp` (`media.opus` in the configuration).
    pub opus_fmtp: String,
}

/// An address under which peers reach the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidate {
    Udp(SocketAddr),
    /// The relay listens, the peer connects (`tcptype passive`, RFC 6544).
    Tcp(SocketAddr),
}

impl Candidate {
    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Candidate::Udp(address) | Candidate::Tcp(address) => *address,
        }
    }
}
