use serde::Serialize;
use serde_json::json;

use super::{CallId, Error, Graph, PageId};

/// How a call went for the business. Taken once, within 24 hours of the call's end. Times are seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallMetrics {
    pub end_call_reason: EndCallReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_call_subreason: Option<String>,
    pub call_ended_time: i64,
    pub first_audio_packet_received_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_video_packet_received_time: Option<i64>,
    pub audio_stats: AudioStats,
}

/// What the business's end counted, as WebRTC's statistics have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct AudioStats {
    /// In seconds.
    pub jitter: f64,
    pub packets_lost: u64,
    pub packets_received: u64,
    pub round_trip_time_ms: f64,
    pub jitter_buffer_delay_ms: f64,
    pub concealed_samples: u64,
    pub silent_concealed_samples: u64,
    pub total_samples_duration_ms: f64,
}

/// Why a call ended, as the business saw it (Meta's call metrics page).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndCallReason {
    CallEndAcceptAfterHangUp,
    CallerNotVisible,
    CameraPermissionDenied,
    ClientError,
    ClientInterrupted,
    ConnectionDropped,
    HangupCall,
    IgnoreCall,
    InAnotherCall,
    InactiveTimeout,
    IncomingTimeout,
    MaxAllowedParticipantsReached,
    MicrophonePermissionDenied,
    NoAnswerTimeout,
    NoPermission,
    RemovedByParticipant,
    RingMuted,
    SignalingMessageFailed,
    UnexpectedEndOfCall,
    Unknown,
    VersionUnsupported,
    #[serde(rename = "WEBRTC_ERROR")]
    WebRtcError,
}

impl Graph {
    /// Reports how a call went.
    pub async fn report_metrics(&self, page: PageId, call: &CallId, metrics: &CallMetrics) -> Result<(), Error> {
        let mut body = json!(metrics);
        body["platform"] = "messenger".into();
        body["call_id"] = json!(call);
        self.done(self.post(page, "call_metrics", &body)).await
    }
}
