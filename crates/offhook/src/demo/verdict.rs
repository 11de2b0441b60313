use std::time::Duration;

use offhook_call::Status;
use offhook_client::business::Report;
use offhook_client::graph::CallId;
use offhook_client::phone::{Milestone, Statistics};
use serde::Serialize;

/// What the demo's call came to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Verdict {
    /// Audio went both ways, every webhook was signed rightly, and the call ended as it should.
    pub(crate) ok: bool,
    /// What is missing if it did not.
    pub(crate) missing: Vec<&'static str>,
    pub(crate) call: CallId,
    pub(crate) status: Option<Status>,
    /// From the connect request to the answer, the consumer's pick-up, and the consumer's first audible packet.
    pub(crate) connect_ms: f64,
    pub(crate) accepted_ms: Option<f64>,
    pub(crate) audio_ms: Option<f64>,
    /// From the voice to its echo.
    pub(crate) round_trip_ms: Option<f64>,
    pub(crate) webhooks: usize,
    pub(crate) signatures_wrong: usize,
    pub(crate) business: PartyVerdict,
    pub(crate) consumer: PartyVerdict,
}

/// One party's side of the media.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PartyVerdict {
    pub(crate) packets_sent: u64,
    /// Packets of the other party that were played: each once, though two streams carry them for a while.
    pub(crate) packets_heard: u64,
    /// Packets of the other party that never came.
    pub(crate) packets_lost: u64,
    /// Mean level of what was heard, in dB of full scale; absent if nothing was.
    pub(crate) heard_dbfs: Option<f32>,
    pub(crate) ice_ms: Option<f64>,
    pub(crate) dtls_ms: Option<f64>,
}

impl PartyVerdict {
    fn of(statistics: &Statistics) -> Self {
        let milestone = |milestone| statistics.milestones.get(&milestone).copied().map(millis);
        Self {
            packets_sent: statistics.packets_sent,
            packets_heard: statistics.streams.iter().map(|stream| stream.played).sum(),
            packets_lost: statistics.packets_lost(),
            heard_dbfs: statistics.heard.level.dbfs(),
            ice_ms: milestone(Milestone::IceConnected),
            dtls_ms: milestone(Milestone::DtlsConnected),
        }
    }

    fn heard_voice(&self) -> bool {
        self.heard_dbfs.is_some_and(|level| level > AUDIBLE_DBFS)
    }
}

impl Verdict {
    pub(super) fn of(report: &Report, consumer: &Statistics, webhooks: usize, signatures_wrong: usize) -> Self {
        let business = PartyVerdict::of(&report.statistics);
        let consumer = PartyVerdict::of(consumer);
        let checks = [
            (consumer.heard_voice(), "the consumer heard no voice"),
            (business.heard_voice(), "the business heard no voice"),
            (report.statistics.round_trip.is_some(), "the echo was not recognised"),
            (report.statistics.heard.doubled == 0, "the voice was heard twice at once"),
            (report.status == Some(Status::Completed), "the call did not end as Completed"),
            (signatures_wrong == 0, "a webhook's signature was wrong"),
            (webhooks >= WEBHOOKS, "webhooks are missing"),
        ];
        let missing: Vec<_> = checks.iter().filter(|(holds, _)| !holds).map(|(_, what)| *what).collect();
        Self {
            ok: missing.is_empty(),
            missing,
            call: report.call.clone(),
            status: report.status,
            connect_ms: millis(report.connected_after),
            accepted_ms: report.accepted_after.map(millis),
            audio_ms: report.audio_after.map(millis),
            round_trip_ms: report.statistics.round_trip.map(millis),
            webhooks,
            signatures_wrong,
            business,
            consumer,
        }
    }
}

fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

/// Below this nobody would call it a voice.
const AUDIBLE_DBFS: f32 = -50.0;

/// connect, ringing, accepted, media_update, terminate.
const WEBHOOKS: usize = 5;
