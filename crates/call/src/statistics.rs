//! What the legs of a call carried, and how well, as the server saw it.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::{Side, Time, TrackLabel};

/// The legs of a call, as they were at one moment: for a call that is over, its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallStatistics {
    pub taken_at: Time,
    /// In the order in which they were opened. A party that comes back with another connection gets another leg.
    pub legs: Vec<LegStatistics>,
}

/// One leg. `in` is what its party sent to the server, `out` what the server sent to it. Times are microseconds.
///
/// What the party's reports say (RFC 3550 section 6.4) is its word; `None`: no report said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegStatistics {
    pub side: Side,
    /// Which leg of the call it is, from 1. Numbers that are missing are of legs that were too many to keep.
    pub number: u32,
    /// How long before [`CallStatistics::taken_at`] it was opened.
    pub opened_us_ago: u64,
    /// How long it was open until then, or until another leg replaced it.
    pub lasted_us: u64,
    /// From its opening to the end of the DTLS handshake.
    pub connected_us: Option<u64>,
    /// From its opening to the first authentic RTP packet.
    pub first_packet_us: Option<u64>,
    /// RTP, repair included.
    pub packets_in: u64,
    pub bytes_in: u64,
    pub packets_out: u64,
    pub bytes_out: u64,
    pub rtcp_in: u64,
    pub rtcp_out: u64,
    /// Packets that the party sent and that did not come, by their sequence numbers (RFC 3550 section A.3).
    pub lost_in: u64,
    /// Packets that were sent to the party and that it missed: what it reports as lost, without what the server never had.
    pub lost_out: Option<u64>,
    /// The packets that those reports are about: [`Self::lost_out`] are missing of these.
    pub reported_out: u64,
    /// Of its audio, as it came here (RFC 3550 section 6.4.1).
    pub jitter_in: Option<Spread>,
    /// Of the audio that it gets, as it reports.
    pub jitter_out: Option<Spread>,
    /// Between the server and the party, by its answers to the other party's sender reports (RFC 3550 section 6.4.1).
    pub round_trip: Option<Spread>,
    /// Key frames that it asked for: PLI (RFC 4585 section 6.3.1) and FIR (RFC 5104 section 4.3.1).
    pub key_frame_requests: u64,
    /// Packets that went no further.
    pub dropped: Dropped,
    /// What the party sends.
    pub tracks: Vec<TrackStatistics>,
    /// The one in use, or used last.
    pub path: Option<PathStatistics>,
    /// How often the path became another one after the leg was connected.
    pub path_changes: u32,
    /// How often the party restarted ICE (RFC 8445 section 9).
    pub ice_restarts: u32,
    /// `None`: the handshake was never done.
    pub dtls: Option<DtlsStatistics>,
}

/// A quantity over a leg's life, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    pub last_us: u64,
    pub mean_us: u64,
    pub max_us: u64,
}

/// Packets that a leg's party sent, or that came in its name, and that were not forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dropped {
    /// Came before, or later than the replay window is long (RFC 3711 section 3.3.2).
    pub replayed: u64,
    /// Not authentic, or not RTP or RTCP at all.
    pub refused: u64,
    /// Of a payload type or a stream that is not forwarded.
    pub unwanted: u64,
    /// Came before there were keys, or after the end.
    pub early: u64,
}

/// A track that a leg's party may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackStatistics {
    pub label: TrackLabel,
    /// Encoding names (RFC 8866 section 6.6), the preferred first.
    pub negotiated: Vec<String>,
    /// Those that came last.
    pub seen: Vec<String>,
}

/// Between which addresses a leg goes. The other party is never told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStatistics {
    /// The server's.
    pub local: SocketAddr,
    /// The party's, as the server sees it.
    pub remote: SocketAddr,
    pub transport: Transport,
}

/// How datagrams travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    Udp,
    /// Each in a frame of a TCP connection that the party opened (RFC 6544, RFC 4571).
    Tcp,
}

/// How a leg is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DtlsStatistics {
    /// "1.2" or "1.3".
    pub version: String,
    /// By its name in the registry of DTLS-SRTP protection profiles (RFC 5764 section 4.1.2).
    pub srtp_profile: String,
}

impl LegStatistics {
    /// The part of its party's packets that did not come. `None`: none was sent.
    pub fn loss_ratio_in(&self) -> Option<f64> {
        ratio(self.lost_in, self.packets_in + self.lost_in)
    }

    /// The part of the packets sent to its party that it missed. `None`: no report said so.
    pub fn loss_ratio_out(&self) -> Option<f64> {
        ratio(self.lost_out?, self.reported_out)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
