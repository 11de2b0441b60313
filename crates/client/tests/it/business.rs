//! A business against a scripted API, with a phone at the other end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use offhook_call::{AppId, CallId, Direction, EndReason, Event, EventKind, Owed, PageId, Psid, Status, Time};
use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Failure, Talk};
use offhook_client::graph::Graph;
use offhook_client::phone::{Config, Phone, Source};
use offhook_client::story::{Narrator, Party, StoryEvent};
use offhook_client::webhook::Receiver;
use offhook_wire::CallAnswer;
use offhook_wire::Compat;
use offhook_wire::signature::{SIGNATURE_HEADER, sign};
use offhook_wire::webhook::render;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;

use crate::phones::PATIENCE;
use crate::scripted::{Asked, Scripted};

const SECRET: &str = "app secret";
const PAGE: PageId = PageId(1044000000001);
const PSID: Psid = Psid(7700000000002);
const CALL: CallId = CallId([7; 32]);

/// The API, and the consumer's phone behind it.
struct Far {
    callback: Url,
    phone: Mutex<Option<Phone>>,
    consumer: Consumer,
    permitted: bool,
}

#[derive(Clone, Copy)]
enum Consumer {
    PicksUp,
    Declines,
    Silent,
}

impl Far {
    async fn answer(&self, asked: Asked) -> (u16, Value) {
        if asked.uri.contains("messenger_call_permissions") {
            let actions = json!([{ "action_name": "start_call", "can_perform": self.permitted }]);
            return (200, json!({ "permission": { "status": "NO_PERMISSION" }, "actions": actions }));
        }
        let body = asked.json();
        if body["action"] == "terminate" {
            let reason = EndReason::BusinessHungUp;
            self.tell(EventKind::Terminate { reason, connected_at: Some(Time(1_790_000_000_000)) }).await;
            return (200, json!({ "success": true }));
        }
        let answer = self.connect(body["session"]["sdp"].as_str().unwrap()).await;
        (200, json!(CallAnswer::answered(CALL, answer, None)))
    }

    async fn connect(&self, offer: &str) -> String {
        let source = Source::Echo { delay: Duration::ZERO };
        let phone = Phone::new(Config { source, ..Config::default() }).await.unwrap();
        let answer = phone.apply_offer(offer).await.unwrap();
        self.tell(EventKind::Connect { direction: Direction::BusinessInitiated }).await;
        match self.consumer {
            Consumer::PicksUp => self.pick_up(phone.offer().await.unwrap()).await,
            Consumer::Declines => {
                self.tell(EventKind::Terminate { reason: EndReason::ConsumerDeclined, connected_at: None }).await;
            }
            Consumer::Silent => {}
        }
        *self.phone.lock().unwrap() = Some(phone);
        answer
    }

    async fn pick_up(&self, sdp: String) {
        self.tell(EventKind::Ringing).await;
        self.tell(EventKind::Accepted).await;
        self.tell(EventKind::MediaUpdate { version: 2, sdp }).await;
        // Late: applied, it would end the call.
        self.tell(EventKind::MediaUpdate { version: 1, sdp: "not SDP".to_owned() }).await;
    }

    async fn tell(&self, kind: EventKind) {
        let at = Time(1_790_000_002_000);
        let body = render(
            &Owed::Call(Event { call: CALL, page: PAGE, psid: PSID, app: AppId(3), at, kind }),
            &Compat::default(),
        )
        .unwrap();
        let request = reqwest::Client::new().post(self.callback.clone()).header(SIGNATURE_HEADER, sign(SECRET, &body));
        assert_eq!(request.body(body).send().await.unwrap().status(), 200);
    }
}

async fn business(consumer: Consumer, permitted: bool) -> (Business, Scripted, mpsc::Receiver<StoryEvent>) {
    let webhooks = Receiver::start(0, SECRET.to_owned(), "verify".to_owned()).await.unwrap();
    let far = Arc::new(Far { callback: webhooks.url(), phone: Mutex::default(), consumer, permitted });
    let api = Scripted::start(move |asked| {
        let far = far.clone();
        async move { far.answer(asked).await }
    })
    .await;
    let graph = Graph::new(api.url.clone(), "token").unwrap();
    let (narrator, story) = Narrator::begin(Party::Business);
    (Business::new(graph, PAGE, webhooks, narrator), api, story)
}

fn dial() -> Dial {
    let source = Source::MarkedTone(MarkedTone::new(440, -20.0));
    let phone = Config { source, ..Config::default() };
    let talk = Talk { phone, length: Some(Duration::from_millis(1_300)), ..Talk::default() };
    Dial { to: PSID, talk, patience: PATIENCE }
}

#[tokio::test]
async fn a_call_goes_from_the_permission_to_the_terminate_webhook() {
    let (mut business, _api, mut story) = business(Consumer::PicksUp, true).await;
    let report = timeout(PATIENCE, business.call(dial())).await.unwrap().unwrap();
    assert_eq!((report.call, report.status, report.duration), (CALL.into(), Some(Status::Completed), Some(2)));
    assert!(report.ringing_after <= report.accepted_after && report.accepted_after <= report.audio_after);
    assert!(report.statistics.heard.level.tone_share() > 0.5, "hears its own tone: {:?}", report.statistics);
    assert!(report.statistics.round_trip.is_some(), "{:?}", report.statistics);

    let mut told = Vec::new();
    while let Ok(event) = story.try_recv() {
        told.push(event.what.to_string());
    }
    let expected = [
        "GET /1044000000001/messenger_call_permissions → 200",
        "POST /1044000000001/calls → 200",
        "webhook, signature valid: connect",
        "webhook, signature valid: call_status ringing",
        "webhook, signature valid: call_status accepted",
        "webhook, signature valid: media_update version 2",
        "webhook, signature valid: media_update version 1",
        "webhook, signature valid: terminate Completed after 2 s",
        "phone down",
    ];
    let mut rest = told.iter();
    for line in expected {
        assert!(rest.any(|told| told.starts_with(line)), "{line} is not told in its place: {told:#?}");
    }
    for step in ["ICE connected", "DTLS connected", "first packet"] {
        assert!(told.iter().any(|told| told.starts_with(step)), "{step}: {told:#?}");
    }
}

#[tokio::test]
async fn a_declined_call_is_over_without_a_terminate_of_ones_own() {
    let (mut business, api, _story) = business(Consumer::Declines, true).await;
    let report = timeout(PATIENCE, business.call(dial())).await.unwrap().unwrap();
    assert_eq!((report.status, report.duration, report.accepted_after), (Some(Status::Completed), None, None));
    assert_eq!(api.asked().len(), 2);
}

#[tokio::test]
async fn a_call_that_nobody_takes_is_ended_when_patience_is() {
    let (mut business, api, _story) = business(Consumer::Silent, true).await;
    let dial = Dial { patience: Duration::from_millis(200), ..dial() };
    let failure = timeout(PATIENCE, business.call(dial)).await.unwrap().unwrap_err();
    assert!(matches!(failure, Failure::NoConversation(_)), "{failure:?}");
    assert_eq!(api.asked().last().unwrap().json()["action"], "terminate");
}

#[tokio::test]
async fn without_permission_nobody_is_called() {
    let (mut business, api, _story) = business(Consumer::PicksUp, false).await;
    assert!(matches!(business.call(dial()).await, Err(Failure::NotPermitted)));
    assert_eq!(api.asked().len(), 1);
}
