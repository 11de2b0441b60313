//! Calls that a consumer starts, and what consumers do in their thread.

use std::time::Duration;

use offhook_call::{DeviceId, EndReason, MessageText, Psid, Status};
use offhook_client::admin::Admin;
use offhook_client::audio::Tone;
use offhook_client::business::{Business, Talk};
use offhook_client::consumer::{Behaviour, Config, Error, Order, SimulatedConsumer};
use offhook_client::graph::{CallId, Graph, Reason};
use offhook_client::phone::{self, Phone, Source, Statistics};
use offhook_client::story::{Narrator, Party, StoryEvent, What};
use offhook_client::webhook::{
    Arrival, CallEvent, CallEventKind, End, Event, Incoming, IncomingKind, PermissionReply, Receiver,
};
use offhook_wire::consumer::ServerMessage;
use offhook_wire::{CallOutcome, ThreadEntryKind};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::dev_server::{DevServer, PATIENCE};

/// A consumer who does as the test says, and whose voice is a tone of 660 Hz.
pub(crate) struct Consumer {
    pub(crate) psid: Psid,
    orders: mpsc::Sender<Order>,
    story: mpsc::Receiver<StoryEvent>,
    stop: CancellationToken,
    device: JoinHandle<Result<(), Error>>,
}

impl Consumer {
    /// Connects a device of the consumer whom nobody simulates.
    pub(crate) async fn connect(server: &DevServer) -> Self {
        Self::hanging_up_after(None, server).await
    }

    /// As [`connect`](Self::connect); hangs up when it has talked for so long.
    pub(crate) async fn hanging_up_after(talk: Option<Duration>, server: &DevServer) -> Self {
        let guest = server.guest("by_hand");
        let mut channel = server.facts.base_url.join("/consumer/v1").unwrap();
        channel.set_scheme("ws").unwrap();
        let config = Config {
            channel,
            token: guest.token.clone(),
            device: DeviceId::try_from("test".to_owned()).unwrap(),
            behaviour: Behaviour::Tone { hz: CONSUMER_HZ, dbfs: -20.0 },
            accept_after: Duration::ZERO,
            hang_up_after: talk,
            video: true,
            local_ip: [127, 0, 0, 1].into(),
            listen_for_hz: BUSINESS_HZ,
            listener: None,
        };
        let (narrator, story) = Narrator::begin(Party::Consumer);
        let (orders, taken) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let device = tokio::spawn(SimulatedConsumer::steered(config, narrator, taken, stop.clone()));
        let mut consumer = Self { psid: guest.psid, orders, story, stop, device };
        consumer.told(|told| matches!(told, ServerMessage::Welcome { .. }).then_some(())).await;
        consumer
    }

    pub(crate) async fn order(&self, order: Order) {
        self.orders.send(order).await.unwrap();
    }

    /// Waits for something that happens to the consumer.
    async fn sees<T>(&mut self, wanted: impl Fn(&What) -> Option<T>) -> T {
        let seeing = async {
            loop {
                let event = self.story.recv().await.expect("the consumer goes on");
                if let Some(found) = wanted(&event.what) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, seeing).await.expect("it happens in time")
    }

    /// Waits until the server says something.
    async fn told<T>(&mut self, wanted: impl Fn(&ServerMessage) -> Option<T>) -> T {
        self.sees(|what| if let What::Told(message) = what { wanted(message) } else { None }).await
    }

    pub(crate) async fn told_the_end(&mut self) -> (Status, EndReason) {
        self.told(|told| match told {
            ServerMessage::Ended { status, reason, .. } => Some((*status, *reason)),
            _ => None,
        })
        .await
    }

    /// Waits until its phone is down; what that counted.
    pub(crate) async fn put_down(&mut self) -> Statistics {
        self.sees(|what| if let What::HungUp(statistics) = what { Some((**statistics).clone()) } else { None }).await
    }

    pub(crate) async fn leave(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.device).await.unwrap().unwrap().unwrap();
    }
}

fn talk(length: Duration) -> Talk {
    let source = Source::Tone(Tone::new(BUSINESS_HZ, -20.0));
    let phone = phone::Config { source, listen_for_hz: CONSUMER_HZ, ..phone::Config::default() };
    Talk { phone, length: Some(length), ..Talk::default() }
}

fn business(server: &DevServer, graph: Graph, webhooks: Receiver) -> Business {
    let (narrator, _) = Narrator::begin(Party::Business);
    Business::new(graph, server.facts.page_id, webhooks, narrator)
}

async fn next_events(webhooks: &mut Receiver) -> Vec<Event> {
    let arrival = timeout(PATIENCE, webhooks.next()).await.expect("a webhook comes").unwrap();
    let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
    events
}

/// Waits for an event of a call; events before it are passed over.
pub(crate) async fn next_call_event<T>(webhooks: &mut Receiver, wanted: impl Fn(&CallEvent) -> Option<T>) -> T {
    loop {
        let events = next_events(webhooks).await;
        let calls = events.iter().filter_map(|event| if let Event::Call(event) = event { Some(event) } else { None });
        if let Some(found) = calls.into_iter().find_map(&wanted) {
            return found;
        }
    }
}

fn calling(event: &CallEvent) -> Option<CallId> {
    matches!(event.kind, CallEventKind::Calling { .. }).then(|| event.call.clone())
}

fn ended(event: &CallEvent) -> Option<End> {
    if let CallEventKind::Terminate(end) = event.kind { Some(end) } else { None }
}

async fn dev_server() -> (tempfile::TempDir, DevServer) {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    (data, server)
}

#[tokio::test]
async fn a_consumers_call_is_accepted_and_both_hear_each_other() {
    let (_data, server) = dev_server().await;
    let mut business = business(&server, server.graph(), server.subscribe().await);
    let mut consumer = Consumer::connect(&server).await;
    consumer.order(Order::Call).await;
    let report = timeout(PATIENCE, business.answer(talk(Duration::from_secs(3)))).await.unwrap().unwrap().unwrap();
    assert_eq!(report.status, Some(Status::Completed));
    assert!(report.duration.is_some_and(|seconds| (2..60).contains(&seconds)), "{:?}", report.duration);
    assert!(report.statistics.heard.level.tone_share() > 0.8, "{:?}", report.statistics.heard);
    assert_eq!(report.statistics.heard.doubled, 0, "one copy of the voice at every moment");
    let heard = consumer.put_down().await.heard;
    assert!(heard.frames > 100 && heard.level.tone_share() > 0.8 && heard.doubled == 0, "{heard:?}");
    consumer.leave().await;
}

#[tokio::test]
async fn a_rejected_call_ends_for_both() {
    let (_data, server) = dev_server().await;
    let mut webhooks = server.subscribe().await;
    let mut consumer = Consumer::connect(&server).await;
    consumer.order(Order::Call).await;
    let call = next_call_event(&mut webhooks, calling).await;
    server.graph().reject(server.facts.page_id, &call).await.unwrap();
    assert_eq!(consumer.told_the_end().await, (Status::Completed, EndReason::BusinessRejected));
    let end = next_call_event(&mut webhooks, ended).await;
    assert_eq!((end.status, end.duration), (Some(Status::Completed), None));
    let again = server.graph().reject(server.facts.page_id, &call).await.unwrap_err();
    assert_eq!(again.refusal().unwrap().reason(), Reason::AlreadyRejected);
    consumer.leave().await;
}

#[tokio::test]
async fn a_call_that_the_consumer_gives_up_is_missed_and_may_be_returned() {
    let (_data, server) = dev_server().await;
    let mut webhooks = server.subscribe().await;
    let mut consumer = Consumer::connect(&server).await;
    consumer.order(Order::Call).await;
    let call = next_call_event(&mut webhooks, calling).await;
    consumer.order(Order::HangUp).await;
    let end = next_call_event(&mut webhooks, ended).await;
    assert_eq!((end.status, end.duration), (Some(Status::Completed), None));
    let outcome = consumer.told(|told| match told {
        ServerMessage::Entry { entry } => match entry.kind {
            ThreadEntryKind::Call { outcome, .. } => Some(outcome),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(outcome.await, CallOutcome::Missed);
    let phone = silent_phone().await;
    let late = server.graph().accept(server.facts.page_id, &call, &phone.offer().await.unwrap()).await.unwrap_err();
    assert_eq!(late.refusal().unwrap().reason(), Reason::CallEnded);
    let permissions = server.graph().call_permissions(server.facts.page_id, consumer.psid).await.unwrap();
    assert!(permissions.may_call(), "a missed call permits to call back: {permissions:?}");
    consumer.leave().await;
}

#[tokio::test]
async fn two_apps_ring_and_the_first_accept_owns_the_call() {
    let (_data, server) = dev_server().await;
    let page = server.facts.page_id;
    let admin = Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap();
    let other = admin.create_app("Other app").await.unwrap();
    let other_graph =
        Graph::new(server.facts.base_url.clone(), admin.create_page_token(page, other.id).await.unwrap()).unwrap();
    let mut others_webhooks = server.subscribe_app(other.id, &other.secret, &["calls"]).await;
    other_graph.subscribe_page(page, &["calls"]).await.unwrap();
    let mut webhooks = server.subscribe().await;
    let consumer = Consumer::connect(&server).await;
    consumer.order(Order::Call).await;
    let call = next_call_event(&mut webhooks, calling).await;
    assert_eq!(next_call_event(&mut others_webhooks, calling).await, call);

    let (phone, late) = (silent_phone().await, silent_phone().await);
    let answered = server.graph().accept(page, &call, &phone.offer().await.unwrap()).await.unwrap();
    phone.apply_answer(&answered.answer).await.unwrap();
    let refused = [
        other_graph.accept(page, &call, &late.offer().await.unwrap()).await.unwrap_err(),
        other_graph.terminate(page, &call).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.refusal().unwrap().reason(), Reason::NotCallOwner);
    }
    server.graph().terminate(page, &call).await.unwrap();
    for webhooks in [&mut webhooks, &mut others_webhooks] {
        assert_eq!(next_call_event(webhooks, ended).await.status, Some(Status::Completed));
    }
    consumer.leave().await;
}

#[tokio::test]
async fn a_consumer_writes_is_asked_for_permission_and_answers() {
    let (_data, server) = dev_server().await;
    let (page, graph) = (server.facts.page_id, server.graph());
    let mut webhooks = server.subscribe_to(&["calls", "messages", "call_permission_reply"]).await;
    let mut consumer = Consumer::connect(&server).await;
    consumer.order(Order::Revoke).await;
    consumer.told(|told| matches!(told, ServerMessage::Permission { .. }).then_some(())).await;
    consumer.order(Order::Write(MessageText::try_from("Hello".to_owned()).unwrap())).await;
    let [Event::Incoming(Incoming { kind: IncomingKind::Message { text, .. }, .. })] =
        &next_events(&mut webhooks).await[..]
    else {
        panic!("no message")
    };
    assert_eq!(text.as_deref(), Some("Hello"));
    assert!(!graph.call_permissions(page, consumer.psid).await.unwrap().may_call());

    graph.ask_permission(page, consumer.psid).await.unwrap();
    let asked = |told: &ServerMessage| match told {
        ServerMessage::Entry { entry } => matches!(entry.kind, ThreadEntryKind::PermissionRequest { .. }).then_some(()),
        _ => None,
    };
    consumer.told(asked).await;
    consumer.order(Order::Permit(true)).await;
    let events = next_events(&mut webhooks).await;
    let [Event::PermissionReply(PermissionReply { consumer: by, approved: true, expires_at: Some(_), .. })] =
        events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(by, consumer.psid);
    assert!(graph.call_permissions(page, consumer.psid).await.unwrap().may_call());
    consumer.leave().await;
}

async fn silent_phone() -> Phone {
    Phone::new(phone::Config::default()).await.unwrap()
}

const CONSUMER_HZ: u32 = 660;
const BUSINESS_HZ: u32 = 440;
