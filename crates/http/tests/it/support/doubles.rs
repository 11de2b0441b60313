//! Doubles of the service's ports.

use std::sync::Mutex;

use async_trait::async_trait;
use offhook_call::{AppId, CallId, ConsumerAudio, Duration, LegSample, LegStatistics, Psid, Side, Time, Track, Turn};
use offhook_service::{
    CallbackCheck, CallbackRefused, Clock, Closing, Linted, Listeners, Media, NegotiateError, Negotiated, NewRun,
    OfferRefused, OpenLeg, PassedWebhook, Probed, RunRecord, RunRefused, RunState, Runs, Switched, Texts,
    TooManyListeners, UnknownTrack, Webhooks,
};
use serde_json::json;

/// A clock that is turned by hand.
pub(crate) struct HandClock(pub(crate) Mutex<Time>);

impl HandClock {
    pub(crate) fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = *now + by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Time {
        *self.0.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.now().since(Time(0))
    }

    fn drift(&self) -> Turn {
        Turn(0)
    }

    fn turn(&self, by: Turn) {
        let mut now = self.0.lock().unwrap();
        *now = *now + by;
    }
}

/// Takes every offer but two.
pub(crate) struct AnsweringMedia;

/// An offer that the media refuses.
pub(crate) const REFUSED_OFFER: &str = "v=0 refused";

/// An offer on which the media has a bug.
pub(crate) const BROKEN_OFFER: &str = "v=0 broken";

#[async_trait]
impl Media for AnsweringMedia {
    fn negotiate(
        &self,
        _call: CallId,
        side: Side,
        offer: &str,
        _tracks: &[Track],
        audio: ConsumerAudio,
    ) -> Result<Negotiated, NegotiateError> {
        assert_ne!(offer, BROKEN_OFFER, "the test asks for a bug");
        if offer == REFUSED_OFFER {
            let findings = json!([{ "line": 1, "rule": "test" }]);
            let detail = "line 1: refused by the test".to_owned();
            return Err(OfferRefused { detail, findings }.into());
        }
        Ok(Negotiated {
            answer: match audio {
                ConsumerAudio::Both => format!("answer to {side:?}"),
                ConsumerAudio::OwnSection | ConsumerAudio::SameSection => format!("answer to {side:?}, {audio:?}"),
            },
            offer: Some(format!("offer for {side:?}")),
            far_offer: Some(format!("offer for {:?}", side.other())),
            open: Box::new(|| {}),
        })
    }

    /// What the relay says of `a=setup:passive`, whatever the text.
    fn lint(&self, texts: Texts<'_>) -> Linted {
        let subject = match texts {
            Texts::Offer(_) | Texts::Again { .. } => "offer",
            Texts::Answer { .. } => "answer",
        };
        let findings = json!([{
            "severity": "error", "rule": "setup-passive", "subject": subject, "line": 19, "attribute": "a=setup",
            "quote": "a=setup:passive", "detail": "An offer says `a=setup:passive`.", "why": "…", "source": "…",
            "mend": "Offer `a=setup:actpass`.", "mend_in": { "pion": "…", "chromium": "…" },
        }]);
        Linted { accepted: false, findings }
    }

    fn switch(&self, _call: CallId, _side: Side, _tracks: &[Track]) -> Result<Switched, UnknownTrack> {
        Ok(Switched { far_offer: None, apply: Box::new(|| {}) })
    }

    fn capture(&self, _call: CallId, _on: bool) {}

    fn offer_sent(&self, _call: CallId, _side: Side) {}

    fn offer_delivered(&self, _call: CallId, _side: Side) {}

    fn stop_one_way(&self, _call: CallId, _side: Side, _after: Duration) {}

    fn close(&self, _call: CallId) -> Closing {
        Box::pin(async { vec![business_leg()] })
    }

    async fn statistics(&self, _call: CallId) -> Vec<LegStatistics> {
        vec![business_leg()]
    }

    async fn samples(&self) -> Vec<(CallId, LegSample)> {
        Vec::new()
    }

    /// As after a restart: reconciling ends every call.
    async fn legs(&self) -> Option<Vec<OpenLeg>> {
        Some(Vec::new())
    }
}

/// Ten seconds of a leg.
fn business_leg() -> LegStatistics {
    let spread = json!({ "last_us": 4_125, "mean_us": 3_000, "max_us": 9_500 });
    let leg = json!({
        "side": "Business", "number": 1, "opened_us_ago": 10_000_000, "lasted_us": 10_000_000, "connected_us": 80_250,
        "first_packet_us": 101_000, "packets_in": 495, "bytes_in": 60_390, "packets_out": 200, "bytes_out": 24_400,
        "rtcp_in": 2, "rtcp_out": 2, "lost_in": 5, "lost_out": 50, "reported_out": 200, "jitter_in": spread,
        "jitter_out": null, "round_trip": spread, "key_frame_requests": 1,
        "dropped": { "replayed": 1, "refused": 2, "unwanted": 3, "early": 4 },
        "tracks": [{ "label": "default_audio", "negotiated": ["opus", "telephone-event"], "seen": ["opus"] }],
        "path": { "local": "203.0.113.10:3478", "remote": "[2001:db8::7]:50000", "transport": "udp" },
        "path_changes": 1, "ice_restarts": 0,
        "dtls": { "version": "1.2", "srtp_profile": "SRTP_AEAD_AES_128_GCM" },
    });
    serde_json::from_value(leg).unwrap()
}

/// Callbacks that pass the handshake are those of `good.example` with the right token.
pub(crate) struct Callbacks;

impl Callbacks {
    pub(crate) const GOOD_URL: &str = "https://good.example/webhook";
    pub(crate) const VERIFY_TOKEN: &str = "verify me";
}

#[async_trait]
impl CallbackCheck for Callbacks {
    async fn verify(&self, callback_url: &str, verify_token: &str) -> Result<(), CallbackRefused> {
        match (callback_url, verify_token) {
            (Self::GOOD_URL, Self::VERIFY_TOKEN) => Ok(()),
            _ => Err(CallbackRefused { detail: "the callback did not echo the challenge".to_owned() }),
        }
    }

    /// Tells whether the secret was an app's.
    async fn probe(&self, _callback_url: &str, secrets: &[String], _now: Time) -> Probed {
        let response = format!("{} secrets", secrets.len());
        Probed { status: Some(200), took: Duration::from_millis(12), response }
    }
}

/// No webhook is delivered.
pub(crate) struct NoWebhooks;

#[async_trait]
impl Webhooks for NoWebhooks {
    fn poke(&self) {}

    async fn settled(&self) -> Option<Time> {
        None
    }
}

/// No webhook ever comes to a listener.
pub(crate) struct NoListeners;

#[async_trait]
impl Listeners for NoListeners {
    async fn next(&self, _app: AppId, wait: Duration) -> Result<Option<PassedWebhook>, TooManyListeners> {
        tokio::time::sleep(wait).await;
        Ok(None)
    }

    fn answer(&self, _app: AppId, _number: u64, _status: u16, _body: String) -> bool {
        false
    }
}

/// Run 1 has ended, and each that is started goes on for ever.
#[derive(Default)]
pub(crate) struct NotedRuns {
    pub(crate) started: Mutex<Vec<NewRun>>,
    /// The wait of the last who looked.
    pub(crate) waited: Mutex<Duration>,
}

impl NotedRuns {
    pub(crate) const ENDED: u64 = 1;
    pub(crate) const RUNNING: u64 = 2;
    /// A scenario for which there is no room.
    pub(crate) const ONE_TOO_MANY: &str = "one too many";

    fn record(id: u64) -> Option<RunRecord> {
        let state = match id {
            Self::ENDED => {
                let outcome = json!({ "scenario": "scenario", "passed": true, "took_ms": 5000, "consumers": [] });
                RunState::Ended { outcome, junit: "<testsuites/>".to_owned() }
            }
            Self::RUNNING => RunState::Running,
            _ => return None,
        };
        let consumers = vec![("Ada".to_owned(), Psid(7))];
        Some(RunRecord { id, started_at: Time(1_790_000_000_000), consumers, state })
    }
}

#[async_trait]
impl Runs for NotedRuns {
    async fn start(&self, new: NewRun) -> Result<RunRecord, RunRefused> {
        if new.scenario == Self::ONE_TOO_MANY {
            return Err(RunRefused::TooMany(8));
        }
        if !new.scenario.contains("[[consumer]]") {
            return Err(RunRefused::Unplayable("scenario: line 1, column 1: there is no consumer".to_owned()));
        }
        self.started.lock().unwrap().push(new);
        Ok(Self::record(Self::RUNNING).unwrap())
    }

    fn newest(&self, limit: usize) -> Vec<RunRecord> {
        [Self::RUNNING, Self::ENDED].into_iter().filter_map(Self::record).take(limit).collect()
    }

    async fn run(&self, run: u64, wait: Duration) -> Option<RunRecord> {
        *self.waited.lock().unwrap() = wait;
        Self::record(run)
    }

    async fn stop(&self, run: u64) -> Option<RunRecord> {
        Self::record(run)
    }

    async fn file(&self, run: u64, name: &str) -> Option<Vec<u8>> {
        (run == Self::ENDED && ["Ada-phone.ogg", "Ada-phone.png"].contains(&name)).then(|| name.as_bytes().to_vec())
    }
}
