use offhook_call::{AppId, CallId, Direction, EndReason, EventKind, Owed, PageId, Psid, Status, Time};
use offhook_client::graph::{CallSettings, RingTarget};
use offhook_client::webhook::{
    Arrival, CallEvent, CallEventKind, End, Event, Incoming, IncomingKind, PermissionReply, Receiver, Rejected,
    SIGNATURE_HEADER, SettingsUpdate, open, sign,
};
use offhook_wire::Compat;
use offhook_wire::webhook::render;
use reqwest::StatusCode;
use serde_json::{Value, json};

const SECRET: &str = "app secret";
const CALL: CallId = CallId([4; 32]);

async fn receiver() -> Receiver {
    Receiver::start(0, SECRET.to_owned(), "verify".to_owned()).await.unwrap()
}

/// What Offhook sends.
fn sent(kind: EventKind) -> Vec<u8> {
    let at = Time(1_790_000_132_000);
    let event = offhook_call::Event { call: CALL, page: PageId(1), psid: Psid(2), app: AppId(3), at, kind };
    render(&Owed::Call(event), &Compat::default()).unwrap()
}

fn unanswered() -> Vec<u8> {
    sent(EventKind::Terminate { reason: EndReason::NoAnswer, connected_at: None })
}

fn read(body: &[u8]) -> Vec<Event> {
    open(SECRET, Some(&sign(SECRET, body)), body).unwrap()
}

/// The one event of an entry.
fn read_entry(entry: Value) -> Event {
    let mut events = read(json!({ "object": "page", "entry": [entry] }).to_string().as_bytes());
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

/// What is made of one item of `calls`.
fn read_call(mut item: Value) -> CallEventKind {
    item["id"] = "c_ExampleCallId0001".into();
    let event = read_entry(json!({ "id": "1044", "time": 1790000000, "calls": [item] }));
    let Event::Call(event) = event else { panic!("{event:?}") };
    event.kind
}

async fn deliver(receiver: &Receiver, signature: Option<String>, body: Vec<u8>) -> StatusCode {
    let mut request = reqwest::Client::new().post(receiver.url()).header("webhook-id", "msg_1").body(body);
    if let Some(signature) = signature {
        request = request.header(SIGNATURE_HEADER, signature);
    }
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn the_challenge_comes_back_to_who_knows_the_token() {
    let receiver = receiver().await;
    for (token, status, answer) in [("verify", StatusCode::OK, "1158201444"), ("guess", StatusCode::FORBIDDEN, "")] {
        let query = [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", "1158201444")];
        let response = reqwest::Client::new().get(receiver.url()).query(&query).send().await.unwrap();
        assert_eq!((response.status(), response.text().await.unwrap().as_str()), (status, answer));
    }
}

#[tokio::test]
async fn a_signed_webhook_arrives_typed_with_its_id() {
    let mut receiver = receiver().await;
    let body = unanswered();
    assert_eq!(deliver(&receiver, Some(sign(SECRET, &body)), body.clone()).await, StatusCode::OK);
    let arrival = receiver.next().await;
    assert_eq!(arrival, Some(Arrival::Valid { delivery: Some("msg_1".to_owned()), events: read(&body) }));
}

#[tokio::test]
async fn what_is_not_signed_over_these_very_bytes_is_refused() {
    let mut receiver = receiver().await;
    let body = unanswered();
    let mut other = body.clone();
    other.push(b' ');
    for signature in [None, Some(sign("guess", &body)), Some(sign(SECRET, &other)), Some("sha256=zz".to_owned())] {
        assert!(matches!(open(SECRET, signature.as_deref(), &body), Err(Rejected::Signature)));
        assert_eq!(deliver(&receiver, signature, body.clone()).await, StatusCode::FORBIDDEN);
        assert_eq!(receiver.next().await, Some(Arrival::Wrong));
    }
    assert_eq!(deliver(&receiver, Some(sign(SECRET, b"{}")), b"{}".to_vec()).await, StatusCode::BAD_REQUEST);
    assert_eq!(receiver.next().await, Some(Arrival::Unreadable));
}

#[test]
fn every_call_event_that_offhook_sends_is_read() {
    let consumer = Psid(2);
    let offer = || "v=0\r\n".to_owned();
    let connected_at = Some(Time(1_790_000_012_000));
    let ended = |status, times: Option<(i64, i64, u64)>| {
        CallEventKind::Terminate(End {
            status: Some(status),
            started_at: times.map(|times| times.0),
            ended_at: times.map(|times| times.1),
            duration: times.map(|times| times.2),
        })
    };
    let cases = [
        (EventKind::Connect { direction: Direction::BusinessInitiated }, CallEventKind::Dialing { consumer }),
        (EventKind::Connect { direction: Direction::ConsumerInitiated }, CallEventKind::Calling { consumer }),
        (EventKind::Ringing, CallEventKind::Ringing { consumer: Some(consumer) }),
        (EventKind::Accepted, CallEventKind::Accepted { consumer: Some(consumer) }),
        (
            EventKind::MediaUpdate { version: 3, sdp: offer() },
            CallEventKind::MediaUpdate { version: 3, offer: offer() },
        ),
        (
            EventKind::Terminate { reason: EndReason::ConsumerHungUp, connected_at },
            ended(Status::Completed, Some((1_790_000_012, 1_790_000_132, 120))),
        ),
        (
            EventKind::Terminate { reason: EndReason::MediaNeverConnected, connected_at: None },
            ended(Status::Failed, None),
        ),
    ];
    for (kind, expected) in cases {
        let event = CallEvent { page: PageId(1), call: CALL.into(), at: Some(1_790_000_132), kind: expected };
        assert_eq!(read(&sent(kind)), [Event::Call(event)]);
    }
}

/// API specification, sections 5.3 to 5.6: what Meta's pages leave open.
#[test]
fn every_form_that_metas_pages_leave_open_is_read() {
    let consumer = Psid(77);
    for (from, to) in [("1044", "77"), ("77", "1044")] {
        let item = json!({ "event": "connect", "from": from, "to": to, "call_direction": "USER_INITIATED" });
        assert_eq!(read_call(item), CallEventKind::Calling { consumer });
    }
    for renegotiation in [json!("v=0"), json!({ "sdp_type": "offer", "sdp": "v=0" })] {
        for version in [json!(2), json!("2")] {
            let session = json!({ "version": version, "sdp_renegotiation": renegotiation });
            let offer = "v=0".to_owned();
            let read = read_call(json!({ "event": "media_update", "timestamp": 1790000012, "session": session }));
            assert_eq!(read, CallEventKind::MediaUpdate { version: 2, offer });
        }
    }
    for never in [json!(null), json!(""), json!(0), json!("0")] {
        let read = read_call(json!({ "event": "terminate", "status": "completed", "duration": never }));
        let CallEventKind::Terminate(end) = read else { panic!("{read:?}") };
        assert_eq!((end.status, end.duration), (Some(Status::Completed), None));
    }
}

/// API specification, section 5.7: on the entry, which then has neither id nor time, or among the messaging events.
#[test]
fn a_permission_reply_is_read_in_both_places() {
    let reply = |response: &str, until: Value| {
        json!({ "sender": { "id": "77" }, "recipient": { "id": "1044" }, "timestamp": 1790000000,
                "call_permission_reply": { "response": response, "expiration_timestamp": until } })
    };
    let approved = PermissionReply {
        page: Some(PageId(1044)),
        consumer: Psid(77),
        approved: true,
        expires_at: Some(1_790_604_800),
    };
    let item = reply("approve", json!("1790604800"));
    assert_eq!(read_entry(item.clone()), Event::PermissionReply(approved));
    assert_eq!(read_entry(json!({ "id": "1044", "messaging": [item] })), Event::PermissionReply(approved));
    let rejected = PermissionReply { approved: false, expires_at: None, ..approved };
    assert_eq!(read_entry(reply("reject", json!(null))), Event::PermissionReply(rejected));
}

#[test]
fn settings_messages_and_postbacks_are_read() {
    let settings = json!({ "audio_enabled": true, "call_routing": "PARTNERS" });
    let settings_read =
        CallSettings { audio_enabled: Some(true), call_routing: Some(RingTarget::Partners), ..CallSettings::default() };
    assert_eq!(
        read_entry(json!({ "id": "1044", "time": 1790000000, "call_settings": settings })),
        Event::Settings(SettingsUpdate { page: PageId(1044), settings: settings_read })
    );
    let incoming = |kind| {
        Event::Incoming(Incoming { page: Some(PageId(1044)), consumer: Psid(77), at: Some(1_790_000_000_123), kind })
    };
    let item = |what: &str, body: Value| {
        json!({ "id": "1044", "messaging": [{
            "sender": { "id": "77" }, "recipient": { "id": "1044" }, "timestamp": 1_790_000_000_123_i64, what: body,
        }] })
    };
    let (message_id, text) = ("m_1".to_owned(), Some("hello".to_owned()));
    assert_eq!(
        read_entry(item("message", json!({ "mid": "m_1", "text": "hello", "nlp": {} }))),
        incoming(IncomingKind::Message { message_id, text })
    );
    let (title, payload) = (Some("Yes".to_owned()), "YES".to_owned());
    assert_eq!(
        read_entry(item("postback", json!({ "mid": "m_2", "title": "Yes", "payload": "YES" }))),
        incoming(IncomingKind::Postback { title, payload })
    );
}

#[test]
fn what_is_not_known_comes_as_it_is_and_spoils_nothing_else() {
    let call = json!({ "id": "c_A", "event": "transfer", "timestamp": 1, "to": "5" });
    let known = json!({ "id": "c_A", "event": "terminate", "timestamp": 2, "status": "Completed" });
    let read_receipt = json!({ "sender": { "id": "77" }, "read": { "watermark": 5 } });
    let stranger = json!({ "id": "1044", "changes": [{ "field": "feed" }] });
    let body = json!({ "object": "page", "entry": [
        { "id": "1044", "calls": [call, 7, known], "messaging": [read_receipt] }, stranger, "odd",
    ] });
    let events = read(body.to_string().as_bytes());
    assert!(matches!(&events[0], Event::Call(CallEvent { kind: CallEventKind::Other(other), .. }) if *other == call));
    assert_eq!(events[1], Event::Other(json!(7)));
    assert!(matches!(&events[2], Event::Call(CallEvent { kind: CallEventKind::Terminate(_), .. })));
    assert_eq!(events[3..], [read_receipt, stranger, json!("odd")].map(Event::Other));
}
