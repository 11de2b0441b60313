//! What is known of a leg beside its counters: written when something happens to it, never for a packet.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use offhook_call::{
    Dropped, DtlsStatistics, LegSample, LegStatistics, PathStatistics, Spread, TrackLabel, TrackStatistics,
};

use super::event::DtlsVersion;
use super::keys::Keys;
use super::leg::Leg;
use super::reports::{Reports, us};
use super::transmits::Route;
use crate::leg::AudioSpec;
use crate::srtp::Profile;

/// Apart from the leg and behind a pointer.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Which leg of the bridge it is, from 1; its bridge numbers it.
    pub(super) number: u32,
    pub(super) opened_at: Instant,
    pub(super) reports: Reports,
    pub(super) key_frame_requests: u64,
    pub(super) ice_restarts: u32,
    pub(super) telephone_events: bool,
    pub(super) keys: Keys,
    handshake_begun: bool,
    /// A fault of a sandbox: so long after its first packet, what the peer sends goes no further.
    pub(super) cut_after: Option<Duration>,
    secured: Option<(Instant, DtlsVersion, Profile)>,
    route: Option<Route>,
    path_changes: u32,
}

/// A leg that another one replaced.
#[derive(Debug)]
pub(super) struct Former {
    opened_at: Instant,
    statistics: LegStatistics,
}

impl Ledger {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            number: 0,
            opened_at: now,
            reports: Reports::new(now),
            key_frame_requests: 0,
            ice_restarts: 0,
            telephone_events: false,
            keys: Keys::default(),
            handshake_begun: false,
            cut_after: None,
            secured: None,
            route: None,
            path_changes: 0,
        }
    }

    pub(super) fn secured(&mut self, now: Instant, version: DtlsVersion, profile: Profile) {
        self.secured = Some((now, version, profile));
    }

    /// A datagram of DTLS came; whether it is the first one.
    pub(super) fn begins_handshake(&mut self) -> bool {
        !std::mem::replace(&mut self.handshake_begun, true)
    }

    /// ICE selected a path; whether it is another one. While a leg connects, paths come and go.
    pub(super) fn selected(&mut self, route: Route) -> bool {
        let is_another = self.route.replace(route) != Some(route);
        self.path_changes += u32::from(is_another && self.secured.is_some());
        is_another
    }

    fn path(&self) -> Option<PathStatistics> {
        Some(self.route?.shown())
    }

    pub(super) fn dtls(&self) -> Option<DtlsStatistics> {
        let (_, version, profile) = self.secured?;
        let version = match version {
            DtlsVersion::V1_2 => "1.2",
            DtlsVersion::V1_3 => "1.3",
        };
        Some(DtlsStatistics { version: version.to_owned(), srtp_profile: profile.name().to_owned() })
    }
}

impl Leg {
    pub(super) fn statistics(&self, now: Instant) -> LegStatistics {
        let (stats, ledger) = (self.stats(), &*self.ledger);
        let after_opening = |at: Instant| us(at.saturating_duration_since(ledger.opened_at));
        let (lost_out, reported_out) = ledger.reports.loss().unzip();
        LegStatistics {
            side: self.key.side,
            number: ledger.number,
            opened_us_ago: after_opening(now),
            lasted_us: after_opening(now),
            connected_us: ledger.secured.map(|(at, ..)| after_opening(at)),
            first_packet_us: stats.first_packet_at.map(after_opening),
            packets_in: stats.packets_in,
            bytes_in: stats.bytes_in,
            packets_out: stats.packets_out,
            bytes_out: stats.bytes_out,
            rtcp_in: stats.rtcp_in,
            rtcp_out: stats.rtcp_out,
            lost_in: stats.lost_in,
            lost_out,
            reported_out: reported_out.unwrap_or(0),
            jitter_in: self.jitter.spread(),
            jitter_out: ledger.reports.jitter(),
            round_trip: ledger.reports.round_trips(),
            key_frame_requests: ledger.key_frame_requests,
            dropped: Dropped {
                replayed: stats.replayed,
                refused: stats.refused,
                unwanted: stats.unwanted,
                early: stats.early,
            },
            tracks: self.tracks(),
            path: ledger.path(),
            path_changes: ledger.path_changes,
            ice_restarts: ledger.ice_restarts,
            dtls: ledger.dtls(),
        }
    }

    pub(super) fn sample(&self) -> LegSample {
        let (stats, reports) = (self.stats(), &self.ledger.reports);
        let (lost_out, reported_out) = reports.loss().unzip();
        let last = |spread: Option<Spread>| spread.map(|spread| spread.last_us);
        LegSample {
            side: self.key.side,
            number: self.ledger.number,
            packets_in: stats.packets_in,
            bytes_in: stats.bytes_in,
            packets_out: stats.packets_out,
            bytes_out: stats.bytes_out,
            lost_in: stats.lost_in,
            lost_out,
            reported_out: reported_out.unwrap_or(0),
            jitter_in_us: last(self.jitter.spread()),
            jitter_out_us: last(reports.jitter()),
            round_trip_us: last(reports.round_trips()),
        }
    }

    fn tracks(&self) -> Vec<TrackStatistics> {
        let video = self.video.iter().flat_map(|video| video.tracks());
        std::iter::once(self.audio_track()).chain(video).collect()
    }

    fn audio_track(&self) -> TrackStatistics {
        let AudioSpec { telephone_event, .. } = self.audio;
        let seen = [(self.jitter.is_begun(), OPUS), (self.ledger.telephone_events, TELEPHONE_EVENT)];
        TrackStatistics {
            label: TrackLabel::DefaultAudio,
            negotiated: [OPUS].into_iter().chain(telephone_event.map(|_| TELEPHONE_EVENT)).map(str::to_owned).collect(),
            seen: seen.into_iter().filter(|(came, _)| *came).map(|(_, name)| name.to_owned()).collect(),
        }
    }
}

impl Route {
    pub(super) fn shown(self) -> PathStatistics {
        let Self { local, remote } = self;
        PathStatistics { local: plain(local), remote: plain(remote.address), transport: remote.transport }
    }
}

impl Former {
    pub(super) fn new(leg: &Leg, now: Instant) -> Self {
        Self { opened_at: leg.ledger.opened_at, statistics: leg.statistics(now) }
    }

    pub(super) fn statistics(&self, now: Instant) -> LegStatistics {
        let opened_us_ago = us(now.saturating_duration_since(self.opened_at));
        LegStatistics { opened_us_ago, ..self.statistics.clone() }
    }
}

/// As people write it: sockets of both families name IPv4 peers in the form of IPv6.
fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

const OPUS: &str = "opus";
const TELEPHONE_EVENT: &str = "telephone-event";
