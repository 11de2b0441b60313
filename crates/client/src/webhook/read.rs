//! Meta's envelope, as its pages and samples write it.

use offhook_call::Status;
use serde::Deserialize;
use serde_json::Value;

use super::{CallEvent, CallEventKind, End, Event, Incoming, IncomingKind, PermissionReply, SettingsUpdate};
use crate::graph::{CallId, CallSettings, Description, PageId, Psid, number};

/// The events of an envelope, in their order.
pub(crate) fn events(body: &[u8]) -> Result<Vec<Event>, serde_json::Error> {
    let Envelope { entry } = serde_json::from_slice(body)?;
    Ok(entry.into_iter().flat_map(entry_events).collect())
}

#[derive(Deserialize)]
struct Envelope {
    entry: Vec<Value>,
}

/// An item of any kind: each part stays a value until it is clear what it is.
#[derive(Deserialize)]
struct Entry {
    id: Option<PageId>,
    #[serde(default)]
    calls: Vec<Value>,
    #[serde(default)]
    messaging: Vec<Value>,
    call_settings: Option<CallSettings>,
    call_permission_reply: Option<Value>,
}

fn entry_events(value: Value) -> Vec<Event> {
    let other = || vec![Event::Other(value.clone())];
    let Ok(entry) = Entry::deserialize(&value) else { return other() };
    let page = entry.id;
    let calls = entry.calls.into_iter().map(|item| call_event(page, item));
    let messaging = entry.messaging.into_iter().map(|item| thread_event(page, item));
    let settings = page.zip(entry.call_settings).map(|(page, settings)| SettingsUpdate { page, settings });
    // Meta's samples put the reply on the entry itself, its prose among the messaging events.
    let reply = entry.call_permission_reply.is_some().then(|| thread_event(page, value.clone()));
    let events: Vec<_> = calls.chain(messaging).chain(settings.map(Event::Settings)).chain(reply).collect();
    if events.is_empty() { other() } else { events }
}

#[derive(Deserialize)]
struct Call {
    id: CallId,
    #[serde(default, deserialize_with = "number")]
    timestamp: Option<i64>,
}

fn call_event(page: Option<PageId>, item: Value) -> Event {
    match (page, Call::deserialize(&item)) {
        (Some(page), Ok(Call { id, timestamp })) => {
            let kind = call_kind(page, &item).unwrap_or(CallEventKind::Other(item));
            Event::Call(CallEvent { page, call: id, at: timestamp, kind })
        }
        (None, _) | (_, Err(_)) => Event::Other(item),
    }
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Kind {
    Connect {
        from: Psid,
        to: Psid,
        call_direction: String,
    },
    CallStatus {
        recipient_id: Option<Psid>,
        call_status: String,
    },
    MediaUpdate {
        session: MediaSession,
    },
    Terminate {
        status: Option<String>,
        #[serde(default, deserialize_with = "number")]
        start_time: Option<i64>,
        #[serde(default, deserialize_with = "number")]
        end_time: Option<i64>,
        #[serde(default, deserialize_with = "number")]
        duration: Option<i64>,
    },
}

#[derive(Deserialize)]
struct MediaSession {
    #[serde(deserialize_with = "number")]
    version: Option<i64>,
    sdp_renegotiation: Description,
}

fn call_kind(page: PageId, item: &Value) -> Option<CallEventKind> {
    Some(match Kind::deserialize(item).ok()? {
        Kind::Connect { from, to, call_direction } => {
            // Meta's table has the consumer in `from` whoever calls; the consumer is the one that is not the Page.
            let consumer = if from.0 == page.0 { to } else { from };
            match call_direction.to_ascii_lowercase().as_str() {
                "user_initiated" => CallEventKind::Calling { consumer },
                "business_initiated" => CallEventKind::Dialing { consumer },
                _ => return None,
            }
        }
        Kind::CallStatus { recipient_id: consumer, call_status } => match call_status.to_ascii_lowercase().as_str() {
            "ringing" => CallEventKind::Ringing { consumer },
            "accepted" => CallEventKind::Accepted { consumer },
            _ => return None,
        },
        Kind::MediaUpdate { session } => CallEventKind::MediaUpdate {
            version: session.version?.try_into().ok()?,
            offer: session.sdp_renegotiation.into_sdp()?,
        },
        Kind::Terminate { status, start_time, end_time, duration } => CallEventKind::Terminate(End {
            status: status.as_deref().and_then(status_of),
            started_at: start_time,
            ended_at: end_time,
            duration: duration.and_then(|seconds| u64::try_from(seconds).ok()).filter(|seconds| *seconds > 0),
        }),
    })
}

fn status_of(word: &str) -> Option<Status> {
    [(Status::Completed, "completed"), (Status::Failed, "failed")]
        .into_iter()
        .find_map(|(status, name)| name.eq_ignore_ascii_case(word).then_some(status))
}

#[derive(Deserialize)]
struct Messaging {
    sender: Party,
    recipient: Option<Party>,
    #[serde(default, deserialize_with = "number")]
    timestamp: Option<i64>,
    message: Option<Message>,
    postback: Option<Postback>,
    call_permission_reply: Option<Reply>,
}

#[derive(Deserialize)]
struct Party {
    id: Psid,
}

#[derive(Deserialize)]
struct Message {
    mid: String,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Postback {
    title: Option<String>,
    payload: String,
}

#[derive(Deserialize)]
struct Reply {
    response: String,
    #[serde(default, deserialize_with = "number")]
    expiration_timestamp: Option<i64>,
}

fn thread_event(entry: Option<PageId>, item: Value) -> Event {
    thread_event_of(entry, &item).unwrap_or(Event::Other(item))
}

fn thread_event_of(entry: Option<PageId>, item: &Value) -> Option<Event> {
    let Messaging { sender, recipient, timestamp, message, postback, call_permission_reply } =
        Messaging::deserialize(item).ok()?;
    let page = entry.or(recipient.map(|recipient| PageId(recipient.id.0)));
    let consumer = sender.id;
    if let Some(Reply { response, expiration_timestamp }) = call_permission_reply {
        let approved = response.eq_ignore_ascii_case("approve");
        let reply = PermissionReply { page, consumer, approved, expires_at: expiration_timestamp };
        return Some(Event::PermissionReply(reply));
    }
    let message = message.map(|Message { mid, text }| IncomingKind::Message { message_id: mid, text });
    let postback = postback.map(|Postback { title, payload }| IncomingKind::Postback { title, payload });
    let kind = message.or(postback)?;
    Some(Event::Incoming(Incoming { page, consumer, at: timestamp, kind }))
}
