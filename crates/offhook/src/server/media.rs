//! The relay behind the use cases' media port.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use async_trait::async_trait;
use offhook_call::{CallId, ConsumerAudio, LegEvent, LegSample, LegStatistics, MediaLoss, Side, Track};
use offhook_media::{Finding, Severity};
use offhook_relay::{Captured, EngineEvent, Event, Lost, Prepared, Relay, RelayConfig, StartError, TcpConfig};
use offhook_service::{
    CapturedPacket, Closing, Linted, Media, MediaEvent, NegotiateError, Negotiated, OfferRefused, OpenLeg, Service,
    Switched, Texts, UnknownTrack,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::config;

pub(super) struct RelayMedia(Arc<Relay>);

impl RelayMedia {
    pub(super) fn new(relay: Arc<Relay>) -> Self {
        Self(relay)
    }

    fn later(&self, change: Prepared) -> Box<dyn FnOnce() + Send> {
        let relay = Arc::clone(&self.0);
        Box::new(move || relay.apply(change))
    }
}

#[async_trait]
impl Media for RelayMedia {
    fn negotiate(
        &self,
        call: CallId,
        side: Side,
        offer: &str,
        tracks: &[Track],
        audio: ConsumerAudio,
    ) -> Result<Negotiated, NegotiateError> {
        let negotiated = self.0.negotiate(call, side, offer, tracks, audio).map_err(why_not)?;
        let offhook_relay::Negotiated { answer, offer, far_offer, change } = negotiated;
        Ok(Negotiated { answer, offer, far_offer, open: self.later(change) })
    }

    fn lint(&self, texts: Texts<'_>) -> Linted {
        let findings = match texts {
            Texts::Offer(offer) => offhook_media::lint(offer),
            Texts::Again { previous, offer } => offhook_media::lint_again(previous, offer),
            Texts::Answer { offer, answer } => offhook_media::lint_answer(offer, answer),
        };
        let accepted = findings.iter().all(|finding| finding.severity != Severity::Error);
        Linted { accepted, findings: as_json(&findings) }
    }

    fn switch(&self, call: CallId, side: Side, tracks: &[Track]) -> Result<Switched, UnknownTrack> {
        let switched = self.0.switch(call, side, tracks).map_err(unknown)?;
        Ok(Switched { far_offer: switched.far_offer, apply: self.later(switched.change) })
    }

    fn capture(&self, call: CallId, on: bool) {
        self.0.capture(call, on);
    }

    fn offer_sent(&self, call: CallId, side: Side) {
        self.0.offer_sent(call, side);
    }

    fn offer_delivered(&self, call: CallId, side: Side) {
        self.0.offer_delivered(call, side);
    }

    fn stop_one_way(&self, call: CallId, side: Side, after: Duration) {
        self.0.stop_one_way(call, side, after);
    }

    fn close(&self, call: CallId) -> Closing {
        Box::pin(self.0.close(call))
    }

    async fn statistics(&self, call: CallId) -> Vec<LegStatistics> {
        self.0.statistics(call).await
    }

    async fn samples(&self) -> Vec<(CallId, LegSample)> {
        self.0.samples().await
    }

    async fn legs(&self) -> Option<Vec<OpenLeg>> {
        let leg = |leg: offhook_relay::OpenLeg| OpenLeg { call: leg.call, side: leg.side, lost: leg.lost.map(cause) };
        Some(self.0.legs().await?.into_iter().map(leg).collect())
    }
}

fn why_not(error: offhook_relay::NegotiateError) -> NegotiateError {
    match error {
        offhook_relay::NegotiateError::Offer(refused) => {
            OfferRefused { detail: refused.to_string(), findings: as_json(&refused.findings) }.into()
        }
        offhook_relay::NegotiateError::UnknownTrack(track) => unknown(track).into(),
    }
}

fn as_json(findings: &[Finding]) -> serde_json::Value {
    serde_json::to_value(findings).expect("findings are text and numbers")
}

fn unknown(track: offhook_relay::UnknownTrack) -> UnknownTrack {
    UnknownTrack { msid: track.msid }
}

/// Starts the shards. What is captured goes to `captures`, if anything may be.
pub(super) fn start(
    media: &config::Media,
    captures: Option<mpsc::Sender<Captured>>,
) -> Result<(Relay, mpsc::Receiver<Event>), StartError> {
    Relay::start(RelayConfig { captures, ..relay_config(media) })
}

/// What the settings ask of the relay.
pub(crate) fn relay_config(media: &config::Media) -> RelayConfig {
    let cores = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    RelayConfig {
        shards: NonZero::new(media.shards).unwrap_or(cores),
        bind: media.bind.clone(),
        port_base: media.port,
        tcp: media.tcp.then(|| TcpConfig {
            port: media.tcp_port(),
            connections_max: media.tcp_connections,
            connections_per_address_max: media.tcp_connections_per_address,
            ..TcpConfig::default()
        }),
        advertise: media.advertise.clone(),
        public_ip: media.public_ip.clone(),
        opus_fmtp: media.opus.clone(),
        connect_timeout: media.connect_timeout.0,
        silence_timeout: media.silence_timeout.0,
        offer_timeout: media.offer_timeout.0,
        bridges_per_shard_max: media.bridges_per_shard,
        captures: None,
    }
}

/// Tells the use cases what they need to know of the relay's events. Ends by itself if a thread of the relay failed: the
/// node then stops, because the calls of a shard are gone with it and new ones would meet the same end.
pub(super) async fn translate(
    mut relay: mpsc::Receiver<Event>,
    service: mpsc::Sender<MediaEvent>,
    stop: CancellationToken,
) {
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = relay.recv() => event,
        };
        let told = match event {
            Some(Event::Media(EngineEvent::Noted { call, side, at, event })) => {
                MediaEvent::Leg { call, side, age: at.elapsed(), event }
            }
            Some(Event::Media(EngineEvent::Lost { call, side, lost })) => {
                let event = LegEvent::Lost { why: lost.to_string() };
                let noted = MediaEvent::Leg { call, side, age: Duration::ZERO, event };
                if service.send(noted).await.is_err() {
                    return;
                }
                MediaEvent::Lost { call, side, cause: cause(lost) }
            }
            Some(Event::Media(EngineEvent::Failed { call })) => MediaEvent::Failed { call },
            Some(Event::Media(EngineEvent::LegState { call, side, state })) => {
                tracing::debug!(%call, ?side, ?state, "a leg changed");
                continue;
            }
            Some(Event::ShardFailed { shard, error }) => {
                tracing::error!(shard, ?error, "a media thread failed");
                return;
            }
            Some(Event::DoorFailed { error }) => {
                tracing::error!(?error, "the thread that accepts media connections failed");
                return;
            }
            None => return,
        };
        if service.send(told).await.is_err() {
            return;
        }
    }
}

/// Hands the packets of captured calls to the service, until the relay is gone.
pub(super) async fn collect(mut captures: mpsc::Receiver<Captured>, service: Service, stop: CancellationToken) {
    while let Some(Some(captured)) = stop.run_until_cancelled(captures.recv()).await {
        let Captured { call, side, from_party, path, at, packet } = captured;
        service.handle_captured(call, at.elapsed(), CapturedPacket { side, from_party, path, at_us: 0, packet });
    }
}

/// Packets of captured calls that wait for the service.
pub(super) const CAPTURES_MAX: usize = 16_384;

fn cause(lost: Lost) -> MediaLoss {
    match lost {
        Lost::Silent => MediaLoss::Silent,
        Lost::NeverConnected | Lost::FingerprintMismatch | Lost::HandshakeFailed => MediaLoss::NeverConnected,
    }
}
