//! Faults on demand, as a receiver sees them.

use std::sync::{Arc, Mutex};

use offhook_call::fault::{Aim, Fault, Occasion, Rule, Rules, Scope, TriedWebhook, WebhookEvent, WebhookFault, When};
use offhook_call::{Command, Duration};
use offhook_store::{Deliveries as _, DeliveryId, DeliveryStatus, Leased, PastAttempt};
use offhook_webhook::{Faults, Settings, StruckTry};

use crate::receiver::{Receiver, Reply};
use crate::world::{APP, SETTINGS, World, told};

const SECOND: Duration = Duration::from_secs(1);

/// One rule, for the worker.
struct Ruled(Mutex<Rules>);

impl Faults for Ruled {
    fn strike(&self, lease: &Leased) -> Option<StruckTry> {
        let struck = self.0.lock().unwrap().strike(&Occasion::Webhook(tried(lease)))?;
        let Fault::Webhook(fault) = struck.fault else { panic!("{struck:?}") };
        Some(StruckTry { id: struck.id, name: struck.fault.name(), fault })
    }

    fn delivered(&self, lease: &Leased) -> Vec<DeliveryId> {
        self.0.lock().unwrap().delivered(&tried(lease)).into_iter().map(DeliveryId).collect()
    }
}

fn tried(lease: &Leased) -> TriedWebhook {
    let (call, name) = told(&lease.body);
    let event = match name {
        "connect" => WebhookEvent::Connect,
        "ringing" => WebhookEvent::Ringing,
        "terminate" => WebhookEvent::Terminate,
        other => panic!("{other}"),
    };
    let (subject, delivery) = (call.to_string(), lease.id.0);
    TriedWebhook { app: lease.app, page: lease.page, call: Some(call), subject, delivery, event }
}

/// A call that begins and ends, with a fault for `event`.
async fn struck(receiver: &Receiver, fault: WebhookFault, event: WebhookEvent, settings: Settings) -> World {
    let mut world = World::with(&receiver.url(), settings).await;
    let mut rules = Rules::default();
    let when = When { nth: None, probability: 1.0, times: None, seed: 1 };
    let aim = Aim { event: Some(event), ..Aim::default() };
    rules.add(Rule { fault: Fault::Webhook(fault), scope: Scope::default(), aim, when }).unwrap();
    world.parts.faults = Some(Arc::new(Ruled(Mutex::new(rules))));
    let call = world.call(1).await;
    world.command(call, Command::Ring).await;
    world.command(call, Command::Terminate { app: APP }).await;
    world.deliver().await;
    world
}

fn story(receiver: &Receiver) -> Vec<&'static str> {
    receiver.received().iter().map(|request| told(&request.body).1).collect()
}

fn ids(receiver: &Receiver) -> Vec<String> {
    receiver.received().iter().map(|request| request.header("webhook-id").to_owned()).collect()
}

async fn attempts(world: &World, at: usize) -> Vec<PastAttempt> {
    let id = world.deliveries().await[at].id;
    world.store.delivery(id).await.unwrap().unwrap().1
}

async fn assert_all_delivered(world: &World) {
    assert!(world.deliveries().await.iter().all(|delivery| delivery.state == DeliveryStatus::Delivered));
}

#[tokio::test]
async fn a_late_webhook_comes_late_and_in_order() {
    let receiver = Receiver::answering([]).await;
    let late = WebhookFault::Late { by: 30 * SECOND };
    let world = struck(&receiver, late, WebhookEvent::Ringing, SETTINGS).await;
    world.deliver_at(29 * SECOND).await;
    assert_eq!(story(&receiver), ["connect"]);
    world.deliver_at(30 * SECOND).await;
    assert_eq!(story(&receiver), ["connect", "ringing", "terminate"]);
    assert_eq!(attempts(&world, 1).await.len(), 1, "it was tried once");
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn a_webhook_comes_twice_under_one_id() {
    let receiver = Receiver::answering([]).await;
    let world = struck(&receiver, WebhookFault::Twice, WebhookEvent::Connect, SETTINGS).await;
    assert_eq!(story(&receiver), ["connect", "connect", "ringing", "terminate"]);
    let (ids, received) = (ids(&receiver), receiver.received());
    assert_eq!((&ids[0], &received[0].body), (&ids[1], &received[1].body));
    assert_ne!(ids[1], ids[2]);
    let attempts = attempts(&world, 0).await;
    assert_eq!((attempts.len(), attempts[0].fault.as_deref()), (1, Some("f_1 webhook_twice")));
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn a_webhook_is_overtaken_by_the_next() {
    let receiver = Receiver::answering([]).await;
    let fault = WebhookFault::OutOfOrder { within: 60 * SECOND };
    let world = struck(&receiver, fault, WebhookEvent::Connect, SETTINGS).await;
    let told = story(&receiver);
    assert_eq!(told[0], "ringing", "{told:?}");
    assert!(told.len() == 3 && told.contains(&"connect"), "{told:?}");
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn what_nothing_overtakes_goes_out_by_itself() {
    let receiver = Receiver::answering([]).await;
    let fault = WebhookFault::OutOfOrder { within: 60 * SECOND };
    let world = struck(&receiver, fault, WebhookEvent::Terminate, SETTINGS).await;
    assert_eq!(story(&receiver), ["connect", "ringing"]);
    world.deliver_at(59 * SECOND).await;
    assert_eq!(story(&receiver).len(), 2);
    world.deliver_at(60 * SECOND).await;
    assert_eq!(story(&receiver), ["connect", "ringing", "terminate"]);
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn a_terminate_comes_before_its_calls_connect() {
    let receiver = Receiver::answering([]).await;
    let fault = WebhookFault::TerminateFirst { within: 600 * SECOND };
    let world = struck(&receiver, fault, WebhookEvent::Connect, SETTINGS).await;
    assert_eq!(story(&receiver), ["ringing", "terminate", "connect"]);
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn a_dropped_webhook_is_tried_again_by_its_schedule() {
    let receiver = Receiver::answering([]).await;
    let fault = WebhookFault::Dropped { tries: 2 };
    let world = struck(&receiver, fault, WebhookEvent::Connect, SETTINGS).await;
    assert_eq!(story(&receiver), [""; 0]);
    world.deliver_at(2 * SECOND).await;
    assert_eq!(story(&receiver), [""; 0]);
    world.deliver_at(8 * SECOND).await;
    assert_eq!(story(&receiver), ["connect", "ringing", "terminate"]);
    let faults: Vec<_> = attempts(&world, 0).await.into_iter().map(|attempt| attempt.fault).collect();
    let dropped = Some("f_1 webhook_dropped".to_owned());
    assert_eq!(faults, [dropped.clone(), dropped, None]);
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn a_webhook_whose_acknowledgement_is_lost_comes_again() {
    let receiver = Receiver::answering([]).await;
    let fault = WebhookFault::AcknowledgementLost { tries: 1 };
    let world = struck(&receiver, fault, WebhookEvent::Connect, SETTINGS).await;
    assert_eq!(story(&receiver), ["connect"]);
    world.deliver_at(2 * SECOND).await;
    assert_eq!(story(&receiver), ["connect", "connect", "ringing", "terminate"]);
    let ids = ids(&receiver);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(attempts(&world, 0).await[0].status, None);
    assert_all_delivered(&world).await;
}

#[tokio::test]
async fn a_slow_webhook_takes_its_time_and_may_take_too_long() {
    let receiver = Receiver::answering([]).await;
    let fault = WebhookFault::Slow { over: Duration::from_millis(40) };
    let world = struck(&receiver, fault, WebhookEvent::Connect, SETTINGS).await;
    assert_eq!(story(&receiver), ["connect", "ringing", "terminate"], "whole");
    assert_all_delivered(&world).await;

    let receiver = Receiver::answering([]).await;
    let impatient = Settings { timeout: Duration::from_millis(200), ..SETTINGS };
    let fault = WebhookFault::Slow { over: 3600 * SECOND };
    let world = struck(&receiver, fault, WebhookEvent::Connect, impatient).await;
    assert_eq!(story(&receiver), [""; 0]);
    assert!(attempts(&world, 0).await[0].response.contains("no answer within 200 ms"));
    world.deliver_at(2 * SECOND).await;
    assert_eq!(story(&receiver), ["connect", "ringing", "terminate"]);
}

/// What counts is what was said to the first of the two.
#[tokio::test]
async fn a_copy_that_is_refused_changes_nothing() {
    let receiver = Receiver::answering([Reply::Status(200), Reply::Status(500)]).await;
    let world = struck(&receiver, WebhookFault::Twice, WebhookEvent::Connect, SETTINGS).await;
    assert_eq!(story(&receiver).len(), 4);
    assert_all_delivered(&world).await;
}
