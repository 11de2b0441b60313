use std::time::Duration;

use offhook_call::Status;
use offhook_client::business::Report;
use offhook_client::graph::CallId;
use serde::Serialize;

/// What a call came to, for a program. Times count from the `connect` request.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CallReport {
    pub(super) call: CallId,
    /// Both parties were in the call, and the consumer was heard.
    pub(super) heard: bool,
    pub(super) connected_ms: u128,
    /// From webhooks; absent without them.
    pub(super) ringing_ms: Option<u128>,
    pub(super) accepted_ms: Option<u128>,
    pub(super) status: Option<Status>,
    /// The first packet of the consumer's voice.
    pub(super) audio_ms: Option<u128>,
    pub(super) packets_sent: u64,
    pub(super) packets_heard: u64,
    pub(super) packets_lost: u64,
    /// Mean level of what was heard, in dB of full scale.
    pub(super) heard_dbfs: Option<f32>,
}

impl From<&Report> for CallReport {
    fn from(report: &Report) -> Self {
        let millis = |after: Option<Duration>| after.map(|after| after.as_millis());
        let statistics = &report.statistics;
        Self {
            call: report.call.clone(),
            heard: report.audio_after.is_some(),
            connected_ms: report.connected_after.as_millis(),
            ringing_ms: millis(report.ringing_after),
            accepted_ms: millis(report.accepted_after),
            status: report.status,
            audio_ms: millis(report.audio_after),
            packets_sent: statistics.packets_sent,
            packets_heard: statistics.packets_played(),
            packets_lost: statistics.packets_lost(),
            heard_dbfs: statistics.heard.level.dbfs(),
        }
    }
}

impl CallReport {
    /// One line for a person.
    pub(super) fn text(&self) -> String {
        let Self { packets_sent, packets_heard, packets_lost, .. } = self;
        match self.heard_dbfs {
            Some(dbfs) => format!(
                "The call is over: {packets_sent} packets said, {packets_heard} heard at {dbfs:.1} dBFS, {packets_lost} lost."
            ),
            None => "The call is over; the consumer was not heard.".to_owned(),
        }
    }
}
