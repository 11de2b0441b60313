//! How the legs of a call did, as `/calls/{call}` shows it.

use offhook_call::{
    CallStatistics, Dropped, DtlsStatistics, Duration, LegStatistics, PathStatistics, Side, Spread, Time, TrackLabel,
    TrackStatistics, Transport,
};
use offhook_wire::schema;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct StatisticsView {
    /// Now, or the end of the call.
    #[schema(value_type = schema::Time)]
    taken_at: Time,
    /// In the order in which they were opened. A party that comes back with another connection gets another leg; of those
    /// that were replaced the newest 8 are kept.
    legs: Vec<LegView>,
}

/// One leg: `in` is what its party sent to the server, `out` what the server sent to it. What is null is not known.
#[derive(Serialize, ToSchema)]
struct LegView {
    /// Which leg of the call it is, from 1.
    number: u32,
    #[schema(value_type = String)]
    side: &'static str,
    #[schema(value_type = schema::Time)]
    opened_at: Time,
    /// How long it was open.
    lasted_ms: f64,
    /// From its opening to the end of the DTLS handshake.
    connected_ms: Option<f64>,
    /// From its opening to the first RTP packet of its party.
    first_packet_ms: Option<f64>,
    packets_in: u64,
    packets_out: u64,
    bytes_in: u64,
    bytes_out: u64,
    rtcp_in: u64,
    rtcp_out: u64,
    /// Packets that the party sent and the server missed.
    lost_in: u64,
    /// Packets that the server sent and the party missed, as it reports.
    lost_out: Option<u64>,
    /// From 0 to 1.
    loss_ratio_in: Option<f64>,
    /// From 0 to 1.
    loss_ratio_out: Option<f64>,
    /// Of the party's audio, as it came to the server.
    jitter_in_ms: Option<SpreadView>,
    /// Of the audio that the party gets, over the whole way from the other party, as it reports.
    jitter_out_ms: Option<SpreadView>,
    /// Between the server and the party.
    round_trip_ms: Option<SpreadView>,
    key_frame_requests: u64,
    dropped: DroppedView,
    tracks: Vec<TrackView>,
    path: Option<PathView>,
    path_changes: u32,
    ice_restarts: u32,
    dtls: Option<DtlsView>,
}

/// A quantity over the leg's life.
#[derive(Serialize, ToSchema)]
struct SpreadView {
    last: f64,
    mean: f64,
    max: f64,
}

/// Packets that were not forwarded.
#[derive(Serialize, ToSchema)]
struct DroppedView {
    replayed: u64,
    refused: u64,
    unwanted: u64,
    early: u64,
}

/// A track that the party may send.
#[derive(Serialize, ToSchema)]
struct TrackView {
    #[schema(value_type = String)]
    label: TrackLabel,
    /// Codecs, the preferred first.
    negotiated: Vec<String>,
    /// Those that came last.
    seen: Vec<String>,
}

/// The addresses in use, or used last.
#[derive(Serialize, ToSchema)]
struct PathView {
    /// The server's.
    local: String,
    /// The party's.
    remote: String,
    transport: &'static str,
    ip_version: u8,
}

#[derive(Serialize, ToSchema)]
struct DtlsView {
    version: String,
    srtp_profile: String,
}

impl From<CallStatistics> for StatisticsView {
    fn from(CallStatistics { taken_at, legs }: CallStatistics) -> Self {
        Self { taken_at, legs: legs.into_iter().map(|leg| LegView::of(leg, taken_at)).collect() }
    }
}

impl LegView {
    fn of(leg: LegStatistics, taken_at: Time) -> Self {
        Self {
            number: leg.number,
            side: match leg.side {
                Side::Business => "business",
                Side::Consumer => "consumer",
            },
            opened_at: taken_at - Duration::from_micros(leg.opened_us_ago),
            lasted_ms: ms(leg.lasted_us),
            connected_ms: leg.connected_us.map(ms),
            first_packet_ms: leg.first_packet_us.map(ms),
            packets_in: leg.packets_in,
            packets_out: leg.packets_out,
            bytes_in: leg.bytes_in,
            bytes_out: leg.bytes_out,
            rtcp_in: leg.rtcp_in,
            rtcp_out: leg.rtcp_out,
            lost_in: leg.lost_in,
            lost_out: leg.lost_out,
            loss_ratio_in: leg.loss_ratio_in(),
            loss_ratio_out: leg.loss_ratio_out(),
            jitter_in_ms: leg.jitter_in.map(SpreadView::from),
            jitter_out_ms: leg.jitter_out.map(SpreadView::from),
            round_trip_ms: leg.round_trip.map(SpreadView::from),
            key_frame_requests: leg.key_frame_requests,
            dropped: leg.dropped.into(),
            tracks: leg.tracks.into_iter().map(TrackView::from).collect(),
            path: leg.path.map(PathView::from),
            path_changes: leg.path_changes,
            ice_restarts: leg.ice_restarts,
            dtls: leg.dtls.map(DtlsView::from),
        }
    }
}

impl From<Spread> for SpreadView {
    fn from(Spread { last_us, mean_us, max_us }: Spread) -> Self {
        Self { last: ms(last_us), mean: ms(mean_us), max: ms(max_us) }
    }
}

impl From<Dropped> for DroppedView {
    fn from(Dropped { replayed, refused, unwanted, early }: Dropped) -> Self {
        Self { replayed, refused, unwanted, early }
    }
}

impl From<TrackStatistics> for TrackView {
    fn from(TrackStatistics { label, negotiated, seen }: TrackStatistics) -> Self {
        Self { label, negotiated, seen }
    }
}

impl From<PathStatistics> for PathView {
    fn from(PathStatistics { local, remote, transport }: PathStatistics) -> Self {
        let transport = match transport {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
        };
        let ip_version = if remote.is_ipv4() { 4 } else { 6 };
        Self { local: local.to_string(), remote: remote.to_string(), transport, ip_version }
    }
}

impl From<DtlsStatistics> for DtlsView {
    fn from(DtlsStatistics { version, srtp_profile }: DtlsStatistics) -> Self {
        Self { version, srtp_profile }
    }
}

fn ms(us: u64) -> f64 {
    us as f64 / 1e3
}
