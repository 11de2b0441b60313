//! What all devices of a run share: the server, and the sounds that are played.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use offhook_call::{CallId, PageId, Psid};

use super::judge::Judgement;
use super::script::WebhookEvent;
use crate::admin::{self, Admin, Deliveries, Delivery};
use crate::audio::{FileError, Player, SILENCE};
use crate::phone::Source;
use crate::webhook::{CallEventKind, Event, IncomingKind, events};

pub(super) struct Props {
    pub(super) admin: Admin,
    pub(super) page: PageId,
    pub(super) seed: u64,
    /// Contents of the audio files, by their names.
    sounds: BTreeMap<String, Arc<[u8]>>,
    /// The newest delivery from before the run.
    newest: i64,
}

/// With bodies of SDP they fit the client's limit.
const DELIVERIES_AT_A_TIME: u32 = 20;

impl Props {
    pub(super) fn new(admin: Admin, page: PageId, seed: u64, newest: i64, sounds: BTreeMap<String, Arc<[u8]>>) -> Self {
        Self { admin, page, seed, newest, sounds }
    }

    /// A file's sound; `over` is called once after its end, and silence follows.
    pub(super) fn sound(&self, file: &str, over: impl FnOnce() + Send + 'static) -> Result<Source, String> {
        let bytes = self.sounds.get(file).ok_or_else(|| format!("`{file}` is not there"))?;
        let player = player(bytes).map_err(|error| format!("`{file}` cannot be played: {error}"))?;
        let end = std::iter::once_with(move || {
            over();
            SILENCE
        });
        Ok(Source::Frames(Box::new(player.chain(end))))
    }

    /// Whether a webhook about this call, or else about this consumer's thread, was acknowledged since the run began.
    pub(super) async fn webhook(&self, consumer: Psid, call: Option<CallId>, event: WebhookEvent) -> Judgement {
        let call = match (event.is_about_a_call(), call) {
            (true, None) => return Judgement::NotYet,
            (true, call) => call,
            (false, _) => None,
        };
        let states = match self.states(consumer, call, event).await {
            Ok(states) => states,
            Err(error) => return Judgement::Never(format!("the server does not show its webhooks: {error}")),
        };
        let has = |wanted| states.iter().any(|state| state == wanted);
        if has("delivered") {
            return Judgement::Holds;
        }
        match has("dead") && !has("pending") {
            true => Judgement::Never("the server has given up delivering it".to_owned()),
            false => Judgement::NotYet,
        }
    }

    /// The states of all such deliveries.
    async fn states(
        &self,
        consumer: Psid,
        call: Option<CallId>,
        event: WebhookEvent,
    ) -> Result<Vec<String>, admin::Error> {
        let about_us = |delivery: &Delivery| call.is_some() || delivery.psid == Some(consumer);
        let mut states = Vec::new();
        let mut after = self.newest;
        loop {
            let wanted = Deliveries {
                page: Some(self.page),
                call: call.map(Into::into),
                after: Some(after),
                limit: DELIVERIES_AT_A_TIME,
                app: None,
            };
            let listed = self.admin.deliveries(&wanted).await?;
            let last_page = listed.len() < DELIVERIES_AT_A_TIME as usize;
            after = listed.last().map_or(after, |delivery| delivery.id);
            let found = listed.into_iter().filter(|delivery| about_us(delivery) && tells(&delivery.body, event));
            states.extend(found.map(|delivery| delivery.state));
            if last_page {
                return Ok(states);
            }
        }
    }
}

pub(super) fn player(bytes: &Arc<[u8]>) -> Result<Player, FileError> {
    Player::read(Cursor::new(bytes.clone()))
}

/// Whether a webhook's body tells this event.
fn tells(body: &str, wanted: WebhookEvent) -> bool {
    events(body.as_bytes()).is_ok_and(|events| events.iter().any(|event| kind(event) == Some(wanted)))
}

fn kind(event: &Event) -> Option<WebhookEvent> {
    match event {
        Event::Call(event) => match event.kind {
            CallEventKind::Calling { .. } | CallEventKind::Dialing { .. } => Some(WebhookEvent::Connect),
            CallEventKind::Ringing { .. } => Some(WebhookEvent::Ringing),
            CallEventKind::Accepted { .. } => Some(WebhookEvent::Accepted),
            CallEventKind::MediaUpdate { .. } => Some(WebhookEvent::MediaUpdate),
            CallEventKind::Terminate(_) => Some(WebhookEvent::Terminate),
            CallEventKind::Other(_) => None,
        },
        Event::PermissionReply(_) => Some(WebhookEvent::PermissionReply),
        Event::Incoming(incoming) => match incoming.kind {
            IncomingKind::Message { .. } => Some(WebhookEvent::Message),
            IncomingKind::Postback { .. } => None,
        },
        Event::Settings(_) | Event::Other(_) => None,
    }
}

impl WebhookEvent {
    fn is_about_a_call(self) -> bool {
        match self {
            Self::Connect | Self::Ringing | Self::Accepted | Self::MediaUpdate | Self::Terminate => true,
            Self::Message | Self::PermissionReply => false,
        }
    }
}
