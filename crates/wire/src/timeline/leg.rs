use offhook_call::{LegReport, PathStatistics, Side, Transport};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Between which addresses packets go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathShown {
    /// The server's.
    pub local: String,
    /// The party's.
    pub remote: String,
    /// `udp` or `tcp`.
    pub transport: String,
}

/// How a leg did in a span of time. `in` is what its party sent to the server, `out` what the server sent to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LegReportShown {
    /// `business` or `consumer`.
    pub side: String,
    /// Which leg of the call it is, from 1.
    pub number: u32,
    pub span_ms: f64,
    pub packets_in: u64,
    pub packets_out: u64,
    pub bits_per_second_in: f64,
    pub bits_per_second_out: f64,
    pub lost_in: u64,
    /// As the party reported in this time; null if it did not.
    pub lost_out: Option<u64>,
    /// Of the packets that its party sent, the part that did not come.
    pub loss_ratio_in: Option<f64>,
    pub loss_ratio_out: Option<f64>,
    pub jitter_in_ms: Option<f64>,
    pub jitter_out_ms: Option<f64>,
    pub round_trip_ms: Option<f64>,
}

impl From<PathStatistics> for PathShown {
    fn from(PathStatistics { local, remote, transport }: PathStatistics) -> Self {
        let transport = match transport {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
        };
        Self { local: local.to_string(), remote: remote.to_string(), transport: transport.to_owned() }
    }
}

impl From<LegReport> for LegReportShown {
    fn from(leg: LegReport) -> Self {
        let seconds = leg.span_us as f64 / 1e6;
        let rate = |bytes: u64| if leg.span_us == 0 { 0.0 } else { (bytes * 8) as f64 / seconds };
        let ratio = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        Self {
            side: side_name(leg.side).to_owned(),
            number: leg.number,
            span_ms: ms(leg.span_us),
            packets_in: leg.packets_in,
            packets_out: leg.packets_out,
            bits_per_second_in: rate(leg.bytes_in),
            bits_per_second_out: rate(leg.bytes_out),
            lost_in: leg.lost_in,
            lost_out: leg.lost_out,
            loss_ratio_in: ratio(leg.lost_in, leg.packets_in + leg.lost_in),
            loss_ratio_out: leg.lost_out.and_then(|lost| ratio(lost, leg.reported_out)),
            jitter_in_ms: leg.jitter_in_us.map(ms),
            jitter_out_ms: leg.jitter_out_us.map(ms),
            round_trip_ms: leg.round_trip_us.map(ms),
        }
    }
}

pub(super) fn side_name(side: Side) -> &'static str {
    match side {
        Side::Business => "business",
        Side::Consumer => "consumer",
    }
}

pub(super) fn ms(us: u64) -> f64 {
    us as f64 / 1e3
}
