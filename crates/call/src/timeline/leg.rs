use serde::{Deserialize, Serialize};

use crate::{DtlsStatistics, PathStatistics, Side, TrackLabel};

/// Something that happened to a leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegEvent {
    /// The first authentic connectivity check from there.
    Checked(PathStatistics),
    /// What is sent to the party goes this way from now on.
    Selected(PathStatistics),
    /// The party's first DTLS datagram came.
    DtlsBegun,
    /// The handshake succeeded.
    DtlsConnected(DtlsStatistics),
    /// The party closed DTLS.
    DtlsClosed,
    /// The first authentic packet of a track that the party sends.
    FirstPacket { track: TrackLabel },
    /// The party pressed a key and let it go. `key` is `None` where keys are not to be recorded, or for an event that is no
    /// key.
    Key { key: Option<char>, held_ms: u32 },
    /// The leg is of no more use.
    Lost { why: String },
}

/// What is known of a leg at one moment: counts since it was opened, and what was measured last. As in
/// [`LegStatistics`](crate::LegStatistics).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegSample {
    pub side: Side,
    pub number: u32,
    pub packets_in: u64,
    pub bytes_in: u64,
    pub packets_out: u64,
    pub bytes_out: u64,
    pub lost_in: u64,
    pub lost_out: Option<u64>,
    pub reported_out: u64,
    pub jitter_in_us: Option<u64>,
    pub jitter_out_us: Option<u64>,
    pub round_trip_us: Option<u64>,
}

/// How a leg did in a span of time. `in` is what its party sent to the server, `out` what the server sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegReport {
    pub side: Side,
    /// Which leg of the call it is, from 1.
    pub number: u32,
    pub span_us: u64,
    pub packets_in: u64,
    pub bytes_in: u64,
    pub packets_out: u64,
    pub bytes_out: u64,
    pub lost_in: u64,
    /// By the party's reports of that time, which are about `reported_out` packets; `None`: there were none.
    pub lost_out: Option<u64>,
    pub reported_out: u64,
    /// The last of that time, or of before.
    pub jitter_in_us: Option<u64>,
    pub jitter_out_us: Option<u64>,
    pub round_trip_us: Option<u64>,
}

impl LegEvent {
    pub(super) fn is_detail(&self) -> bool {
        match self {
            Self::Checked(_) | Self::Selected(_) | Self::Key { .. } => true,
            Self::DtlsBegun
            | Self::DtlsConnected(_)
            | Self::DtlsClosed
            | Self::FirstPacket { .. }
            | Self::Lost { .. } => false,
        }
    }
}

impl LegSample {
    /// What was between `before`, of the same leg (`None`: it was opened since), and this. `None`: nothing was.
    pub fn since(&self, before: Option<&LegSample>, span_us: u64) -> Option<LegReport> {
        let nothing = LegSample {
            packets_in: 0,
            bytes_in: 0,
            packets_out: 0,
            bytes_out: 0,
            lost_in: 0,
            lost_out: None,
            reported_out: 0,
            ..*self
        };
        let before = before.unwrap_or(&nothing);
        let packets_in = self.packets_in.saturating_sub(before.packets_in);
        let packets_out = self.packets_out.saturating_sub(before.packets_out);
        let reported_out = self.reported_out.saturating_sub(before.reported_out);
        let lost_out = self.lost_out.filter(|_| reported_out > 0);
        (packets_in + packets_out + reported_out > 0).then(|| LegReport {
            side: self.side,
            number: self.number,
            span_us,
            packets_in,
            bytes_in: self.bytes_in.saturating_sub(before.bytes_in),
            packets_out,
            bytes_out: self.bytes_out.saturating_sub(before.bytes_out),
            // A packet that was only late lets the count go back.
            lost_in: self.lost_in.saturating_sub(before.lost_in),
            lost_out: lost_out.map(|lost| lost.saturating_sub(before.lost_out.unwrap_or(0))),
            reported_out,
            jitter_in_us: self.jitter_in_us,
            jitter_out_us: self.jitter_out_us,
            round_trip_us: self.round_trip_us,
        })
    }
}
