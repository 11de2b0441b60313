use offhook_call::{Direction, EndReason, Event, EventKind, Time};

use super::ascii;
use super::envelope::{CallDirection, CallEvent, CallEventKind, CallStatus, Entry, Envelope, MediaSession};
use crate::Sdp;

/// The exact bytes that a subscriber is sent for an event, and that its signature covers.
pub fn render(event: &Event) -> Vec<u8> {
    ascii::to_vec(&Envelope::from(event))
}

impl From<&Event> for Envelope {
    fn from(event: &Event) -> Self {
        let timestamp = event.at.seconds();
        let calls = vec![CallEvent { id: event.call, kind: kind(event), timestamp }];
        Self { object: "page".to_owned(), entry: vec![Entry { id: event.page, time: timestamp, calls }] }
    }
}

fn kind(event: &Event) -> CallEventKind {
    let status = |call_status| CallEventKind::CallStatus { recipient_id: event.psid, call_status };
    match &event.kind {
        EventKind::Connect { direction: Direction::BusinessInitiated } => CallEventKind::Connect {
            from: event.page.to_string(),
            to: event.psid.to_string(),
            call_direction: CallDirection::BusinessInitiated,
        },
        EventKind::Connect { direction: Direction::ConsumerInitiated } => CallEventKind::Connect {
            from: event.psid.to_string(),
            to: event.page.to_string(),
            call_direction: CallDirection::UserInitiated,
        },
        EventKind::Ringing => status(CallStatus::Ringing),
        EventKind::Accepted => status(CallStatus::Accepted),
        EventKind::MediaUpdate { version, sdp } => CallEventKind::MediaUpdate {
            session: MediaSession { version: *version, sdp_renegotiation: Sdp::offer(sdp.clone()) },
        },
        EventKind::Terminate { reason, connected_at } => terminate(*reason, *connected_at, event.at),
    }
}

/// Left out if the parties never connected: `start_time`, `end_time` and `duration` (contract section 3). The duration
/// is the difference of the two times as told, so that no reader finds them to disagree.
fn terminate(reason: EndReason, connected_at: Option<Time>, ended_at: Time) -> CallEventKind {
    CallEventKind::Terminate {
        status: reason.status(),
        start_time: connected_at.map(Time::seconds),
        end_time: connected_at.map(|_| ended_at.seconds()),
        duration: connected_at.and_then(|from| u64::try_from(ended_at.seconds() - from.seconds()).ok()),
    }
}

#[cfg(test)]
mod tests {
    use offhook_call::{AppId, CallId, Duration, PageId, Psid};
    use serde_json::{Value, json};

    use super::*;

    const AT: Time = Time(1_790_000_132_900);

    fn event(kind: EventKind) -> Event {
        Event { call: CallId([9; 32]), page: PageId(1044), psid: Psid(77), app: AppId(3), at: AT, kind }
    }

    /// The one call of the body, without its id.
    fn rendered(kind: EventKind) -> Value {
        let bytes = render(&event(kind));
        let parsed: Envelope = serde_json::from_slice(&bytes).unwrap();
        let mut body: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(serde_json::to_value(parsed).unwrap(), body, "a reader sees all that was sent");
        let mut call = body["entry"][0]["calls"][0].take();
        assert_eq!(body, json!({ "object": "page", "entry": [{ "id": "1044", "time": 1790000132, "calls": [null] }] }));
        assert_eq!(call.as_object_mut().unwrap().remove("id"), Some(json!(CallId([9; 32]))));
        call
    }

    #[test]
    fn each_event_in_metas_shape() {
        let time = 1790000132;
        let update = EventKind::MediaUpdate { version: 1, sdp: "v=0\r\n".to_owned() };
        let cases = [
            (
                EventKind::Connect { direction: Direction::BusinessInitiated },
                json!({ "event": "connect", "timestamp": time, "from": "1044", "to": "77",
                        "call_direction": "business_initiated" }),
            ),
            (
                EventKind::Connect { direction: Direction::ConsumerInitiated },
                json!({ "event": "connect", "timestamp": time, "from": "77", "to": "1044",
                        "call_direction": "user_initiated" }),
            ),
            (
                EventKind::Ringing,
                json!({ "event": "call_status", "timestamp": time, "recipient_id": "77", "call_status": "ringing" }),
            ),
            (
                EventKind::Accepted,
                json!({ "event": "call_status", "timestamp": time, "recipient_id": "77", "call_status": "accepted" }),
            ),
            (
                update,
                json!({ "event": "media_update", "timestamp": time, "session": {
                        "version": 1, "sdp_renegotiation": { "sdp_type": "offer", "sdp": "v=0\r\n" } } }),
            ),
        ];
        for (kind, expected) in cases {
            assert_eq!(rendered(kind), expected);
        }
    }

    #[test]
    fn the_end_tells_times_only_if_the_parties_were_connected() {
        let end = |reason, connected_at| rendered(EventKind::Terminate { reason, connected_at });
        assert_eq!(
            end(EndReason::BusinessHungUp, Some(AT - Duration::from_secs(120))),
            json!({ "event": "terminate", "timestamp": 1790000132, "status": "Completed",
                    "start_time": 1790000012, "end_time": 1790000132, "duration": 120 })
        );
        assert_eq!(
            end(EndReason::MediaNeverConnected, None),
            json!({ "event": "terminate", "timestamp": 1790000132, "status": "Failed" })
        );
    }
}
