//! Counters, as plain integers: the engine runs in one thread and nobody else looks at them while it works.

use std::ops::AddAssign;
use std::time::Instant;

/// What passed one leg since it was opened. `in` is what its peer sent, `out` what was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LegStats {
    /// Authentic RTP packets and their bytes as received.
    pub packets_in: u64,
    pub bytes_in: u64,
    pub packets_out: u64,
    pub bytes_out: u64,
    pub rtcp_in: u64,
    pub rtcp_out: u64,
    /// RTP packets that the peer sent and that did not come, by their sequence numbers.
    pub lost_in: u64,
    /// Authentic packets that were received before, or are older than the replay window.
    pub replayed: u64,
    /// Media that failed authentication, or could not be parsed.
    pub refused: u64,
    /// Authentic packets of a payload type or a stream that is not forwarded.
    pub unwanted: u64,
    /// Media or DTLS that came before there were keys, or after the end.
    pub early: u64,
    /// When the first authentic RTP packet came.
    pub first_packet_at: Option<Instant>,
}

/// What an engine has seen and holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EngineStats {
    /// Sum over all legs that are and ever were.
    pub legs: LegStats,
    pub live_bridges: u64,
    pub live_legs: u64,
    pub connected_legs: u64,
    /// Datagrams from addresses without an authentic connectivity check.
    pub unknown_source: u64,
    /// STUN that is no authentic connectivity check of a live leg.
    pub refused_checks: u64,
    /// Neither STUN nor DTLS nor RTP (RFC 7983).
    pub unknown_protocol: u64,
    /// News that the owner did not poll in time.
    pub dropped_events: u64,
}

impl AddAssign for LegStats {
    fn add_assign(&mut self, other: Self) {
        self.packets_in += other.packets_in;
        self.bytes_in += other.bytes_in;
        self.packets_out += other.packets_out;
        self.bytes_out += other.bytes_out;
        self.rtcp_in += other.rtcp_in;
        self.rtcp_out += other.rtcp_out;
        self.lost_in += other.lost_in;
        self.replayed += other.replayed;
        self.refused += other.refused;
        self.unwanted += other.unwanted;
        self.early += other.early;
        self.first_packet_at = self.first_packet_at.or(other.first_packet_at);
    }
}
