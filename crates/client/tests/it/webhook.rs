use offhook_call::{AppId, CallId, EndReason, Event, EventKind, Owed, PageId, Psid, Time};
use offhook_client::webhook::{Arrival, Receiver};
use offhook_wire::Compat;
use offhook_wire::signature::{SIGNATURE_HEADER, sign};
use offhook_wire::webhook::{CallEventKind, render};
use reqwest::StatusCode;

const SECRET: &str = "app secret";

async fn receiver() -> Receiver {
    Receiver::start(0, SECRET.to_owned(), "verify".to_owned()).await.unwrap()
}

fn terminate() -> Vec<u8> {
    let event = Event {
        call: CallId([4; 32]),
        page: PageId(1),
        psid: Psid(2),
        app: AppId(3),
        at: Time(1_790_000_000_000),
        kind: EventKind::Terminate { reason: EndReason::NoAnswer, connected_at: None },
    };
    render(&Owed::Call(event), &Compat::default())
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
    let body = terminate();
    assert_eq!(deliver(&receiver, Some(sign(SECRET, &body)), body).await, StatusCode::OK);
    let Some(Arrival::Valid { delivery, envelope }) = receiver.next().await else { panic!("refused") };
    assert_eq!(delivery.as_deref(), Some("msg_1"));
    let event = &envelope.entry[0].calls[0];
    assert_eq!((envelope.entry[0].id, event.id), (PageId(1), CallId([4; 32])));
    assert!(matches!(event.kind, CallEventKind::Terminate { duration: None, .. }));
}

#[tokio::test]
async fn what_is_not_signed_over_these_very_bytes_is_refused() {
    let mut receiver = receiver().await;
    let body = terminate();
    let mut other = body.clone();
    other.push(b' ');
    for signature in [None, Some(sign("guess", &body)), Some(sign(SECRET, &other)), Some("sha256=zz".to_owned())] {
        assert_eq!(deliver(&receiver, signature, body.clone()).await, StatusCode::FORBIDDEN);
        assert_eq!(receiver.next().await, Some(Arrival::Wrong));
    }
    assert_eq!(deliver(&receiver, Some(sign(SECRET, b"{}")), b"{}".to_vec()).await, StatusCode::BAD_REQUEST);
    assert_eq!(receiver.next().await, Some(Arrival::Unreadable));
}
