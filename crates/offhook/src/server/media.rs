//! The relay behind the use cases' media port.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use offhook_call::{CallId, MediaLoss, Side, Track};
use offhook_relay::{EngineEvent, Event, Lost, Relay, RelayConfig, StartError};
use offhook_service::{Media, MediaEvent, NegotiateError, Negotiated, OfferRefused, Switched, UnknownTrack};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::config;

pub(super) struct RelayMedia {
    relay: Arc<Relay>,
    legs: Arc<Legs>,
}

/// The open legs of every call; each with the server's offer, until the other party is there to be heard.
#[derive(Default)]
struct Legs(Mutex<HashMap<CallId, HashMap<Side, Option<String>>>>);

impl RelayMedia {
    pub(super) fn new(relay: Arc<Relay>) -> Self {
        Self { relay, legs: Arc::default() }
    }
}

impl Media for RelayMedia {
    fn negotiate(&self, call: CallId, side: Side, offer: &str, _: &[Track]) -> Result<Negotiated, NegotiateError> {
        let mut prepared = self.relay.negotiate(call, side, offer).map_err(|refused| OfferRefused {
            detail: refused.to_string(),
            findings: serde_json::to_value(&refused.findings).expect("findings are text and numbers"),
        })?;
        let answer = std::mem::take(&mut prepared.answer);
        let offer = std::mem::take(&mut prepared.offer);
        let far = self.legs.lock().get(&call).and_then(|legs| legs.get(&side.other()).cloned());
        let (offer, waits) = if far.is_some() { (Some(offer), None) } else { (None, Some(offer)) };
        let (relay, legs) = (Arc::clone(&self.relay), Arc::clone(&self.legs));
        let open = Box::new(move || {
            legs.open(call, side, waits);
            relay.open(prepared);
        });
        Ok(Negotiated { answer, offer, far_offer: far.flatten(), open })
    }

    fn switch(&self, _: CallId, _: Side, _: &[Track]) -> Result<Switched, UnknownTrack> {
        Ok(Switched { far_offer: None, apply: Box::new(|| {}) })
    }

    fn offer_sent(&self, call: CallId, side: Side) {
        self.relay.offer_sent(call, side);
    }

    fn offer_delivered(&self, call: CallId, side: Side) {
        self.relay.offer_delivered(call, side);
    }

    fn close(&self, call: CallId) {
        self.legs.lock().remove(&call);
        self.relay.close(call);
    }
}

impl Legs {
    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, HashMap<Side, Option<String>>>> {
        // Every change leaves the map whole, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `waits`: the server's offer, if there is nobody to hear yet. The other leg's has been given out by now.
    fn open(&self, call: CallId, side: Side, waits: Option<String>) {
        let mut calls = self.lock();
        let legs = calls.entry(call).or_default();
        if let Some(far) = legs.get_mut(&side.other()) {
            *far = None;
        }
        legs.insert(side, waits);
    }
}

/// Starts the shards.
pub(super) fn start(media: &config::Media) -> Result<(Relay, mpsc::Receiver<Event>), StartError> {
    let cores = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    Relay::start(RelayConfig {
        shards: NonZero::new(media.shards).unwrap_or(cores),
        bind: media.bind.clone(),
        port_base: media.port,
        advertise: media.advertise.clone(),
        opus_fmtp: media.opus.clone(),
        connect_timeout: media.connect_timeout.0,
        silence_timeout: media.silence_timeout.0,
        offer_timeout: media.offer_timeout.0,
        bridges_per_shard_max: media.bridges_per_shard,
    })
}

/// Tells the use cases what they need to know of the relay's events. Ends by itself if a shard failed: the node then
/// stops, because the calls of that shard are gone and new ones would meet the same end.
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
            Some(Event::Media(EngineEvent::Lost { call, side, lost })) => {
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
            None => return,
        };
        if service.send(told).await.is_err() {
            return;
        }
    }
}

fn cause(lost: Lost) -> MediaLoss {
    match lost {
        Lost::Silent => MediaLoss::Silent,
        Lost::NeverConnected | Lost::FingerprintMismatch | Lost::HandshakeFailed => MediaLoss::NeverConnected,
    }
}
