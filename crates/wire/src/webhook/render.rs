use offhook_call::{Direction, EndReason, Event, EventKind, Owed, PageEventKind, Time};
use serde_json::{Value, json};

use super::envelope::{
    CallDirection, CallEvent, CallEventKind, CallStatus, Entry, Envelope, MediaSession, TerminateExtension,
};
use super::{ascii, page_events};
use crate::{Compat, ConnectParties, EmptyDuration, Sdp, Toggle};

/// The exact bytes that a subscriber with these switches is sent for an event, and that its signature covers. `None`:
/// it is not told.
pub fn render(owed: &Owed, compat: &Compat) -> Option<Vec<u8>> {
    match owed {
        Owed::Call(event) => Some(render_call(event, compat)),
        Owed::Page(event) if is_told(&event.kind, compat) => Some(ascii::to_vec(&envelope(page_events::entry(event)))),
        Owed::Page(_) => None,
    }
}

fn is_told(kind: &PageEventKind, compat: &Compat) -> bool {
    match kind {
        PageEventKind::PermissionImplied { .. } => compat.implicit_permission_webhook == Toggle::On,
        PageEventKind::PermissionReply { .. }
        | PageEventKind::SettingsChanged { .. }
        | PageEventKind::Message { .. }
        | PageEventKind::Postback { .. } => true,
    }
}

fn render_call(event: &Event, compat: &Compat) -> Vec<u8> {
    let timestamp = event.at.seconds();
    let calls = vec![CallEvent { id: event.call, kind: kind(event, compat), timestamp }];
    let envelope = envelope(Entry { calls, ..Entry::at(event.page, timestamp) });
    if let (EventKind::Terminate { connected_at: None, .. }, Some(empty)) = (&event.kind, empty_duration(compat)) {
        let mut body = json!(envelope);
        body["entry"][0]["calls"][0]["duration"] = empty;
        return ascii::to_vec(&body);
    }
    ascii::to_vec(&envelope)
}

fn envelope(entry: Entry) -> Envelope {
    Envelope { object: "page".to_owned(), entry: vec![entry] }
}

fn kind(event: &Event, compat: &Compat) -> CallEventKind {
    let status = |call_status| CallEventKind::CallStatus { recipient_id: event.psid, call_status };
    match &event.kind {
        EventKind::Connect { direction } => connect(event, *direction, compat),
        EventKind::Ringing => status(CallStatus::Ringing),
        EventKind::Accepted => status(CallStatus::Accepted),
        EventKind::MediaUpdate { version, sdp } => CallEventKind::MediaUpdate {
            session: MediaSession { version: *version, sdp_renegotiation: Sdp::offer(sdp.clone()) },
        },
        EventKind::Terminate { reason, connected_at } => terminate(*reason, *connected_at, event.at, compat),
    }
}

fn connect(event: &Event, direction: Direction, compat: &Compat) -> CallEventKind {
    let (page, consumer) = (event.page.to_string(), event.psid.to_string());
    let call_direction = match direction {
        Direction::BusinessInitiated => CallDirection::BusinessInitiated,
        Direction::ConsumerInitiated => CallDirection::UserInitiated,
    };
    let (from, to) = match compat.connect_parties {
        ConnectParties::CallerCallee => match direction {
            Direction::BusinessInitiated => (page, consumer),
            Direction::ConsumerInitiated => (consumer, page),
        },
        ConnectParties::PsidPage => (consumer, page),
    };
    CallEventKind::Connect { from, to, call_direction }
}

/// What stands for the duration of a call that never connected; `None`: nothing does.
fn empty_duration(compat: &Compat) -> Option<Value> {
    match compat.empty_duration {
        EmptyDuration::Absent => None,
        EmptyDuration::Null => Some(Value::Null),
        EmptyDuration::EmptyString => Some("".into()),
        EmptyDuration::Zero => Some(0.into()),
    }
}

/// Left out if the parties never connected: `start_time`, `end_time` and `duration` (contract section 3). The duration
/// is the difference of the two times as told, so that no reader finds them to disagree.
fn terminate(reason: EndReason, connected_at: Option<Time>, ended_at: Time, compat: &Compat) -> CallEventKind {
    let offhook = match compat.extensions {
        Toggle::Off => None,
        Toggle::On => Some(TerminateExtension { reason }),
    };
    CallEventKind::Terminate {
        status: reason.status(),
        start_time: connected_at.map(Time::seconds),
        end_time: connected_at.map(|_| ended_at.seconds()),
        duration: connected_at.and_then(|from| u64::try_from(ended_at.seconds() - from.seconds()).ok()),
        offhook,
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

    fn rendered(kind: EventKind) -> Value {
        rendered_for(&Compat::default(), kind)
    }

    /// The one call of the body, without its id.
    fn rendered_for(compat: &Compat, kind: EventKind) -> Value {
        let bytes = render(&Owed::Call(event(kind)), compat).unwrap();
        let parsed: Envelope = serde_json::from_slice(&bytes).unwrap();
        let mut body: Value = serde_json::from_slice(&bytes).unwrap();
        if compat.empty_duration == EmptyDuration::Absent {
            assert_eq!(serde_json::to_value(parsed).unwrap(), body, "a reader sees all that was sent");
        }
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
    fn switches_shape_who_calls_whom_and_the_end() {
        let psid_page = Compat { connect_parties: ConnectParties::PsidPage, ..Compat::default() };
        let connect = rendered_for(&psid_page, EventKind::Connect { direction: Direction::BusinessInitiated });
        assert_eq!((&connect["from"], &connect["to"]), (&json!("77"), &json!("1044")));

        let never = || EventKind::Terminate { reason: EndReason::NoAnswer, connected_at: None };
        let words = [
            (EmptyDuration::Absent, None),
            (EmptyDuration::Null, Some(Value::Null)),
            (EmptyDuration::EmptyString, Some(json!(""))),
            (EmptyDuration::Zero, Some(json!(0))),
        ];
        for (empty_duration, expected) in words {
            let end = rendered_for(&Compat { empty_duration, ..Compat::default() }, never());
            assert_eq!(end.get("duration"), expected.as_ref());
        }
        let zero = Compat { empty_duration: EmptyDuration::Zero, ..Compat::default() };
        let reason = EndReason::ConsumerHungUp;
        let connected =
            rendered_for(&zero, EventKind::Terminate { reason, connected_at: Some(AT - Duration::from_secs(9)) });
        assert_eq!(connected["duration"], 9);

        let extended = rendered_for(&Compat { extensions: Toggle::On, ..Compat::default() }, never());
        assert_eq!(extended["offhook"], json!({ "reason": "no_answer" }));
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
