//! `/consumer/v1`: the flows of docs/consumer-protocol.md.

use std::net::SocketAddr;
use std::time::Duration;

use offhook_call::CallId;
use offhook_http::ConsumerLimits;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Device, LIMITS, REFUSED_OFFER, World};

async fn world() -> (World, SocketAddr) {
    world_with(ConsumerLimits::default()).await
}

async fn world_with(limits: ConsumerLimits) -> (World, SocketAddr) {
    let world = World::with(LIMITS, limits).await;
    let server = world.listen().await;
    (world, server)
}

fn page(world: &World) -> Value {
    json!({ "id": world.page, "name": "Page" })
}

fn incoming(world: &World, call: CallId) -> Value {
    json!({ "type": "incoming", "call": call, "page": page(world), "ring_until": 1_790_000_060_000_i64 })
}

fn ended(call: CallId, reason: &str, seconds: u64) -> Value {
    json!({ "type": "ended", "call": call, "status": "Completed", "reason": reason, "seconds": seconds })
}

fn error(message: &Value) -> &str {
    assert_eq!(message["type"], "error", "{message}");
    assert!(!message["detail"].as_str().unwrap().is_empty());
    message["error"].as_str().unwrap()
}

#[tokio::test]
async fn a_call_from_ringing_to_the_end() {
    let (world, server) = world().await;
    let (mut phone, welcome) = Device::hello(server, &world, "phone").await;
    let expected = [json!("welcome"), page(&world), json!(world.psid), json!("Consumer"), Value::Null];
    assert_eq!(["type", "page", "psid", "name", "call"].map(|name| welcome[name].clone()), expected);

    let call = world.dial().await;
    assert_eq!(phone.hear().await, incoming(&world, call));
    phone.say_about("ringing", call).await;
    phone.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(phone.hear().await, json!({ "type": "accepted", "call": call, "sdp": "answer to Consumer" }));
    let offer = json!({ "type": "offer", "call": call, "version": 1, "sdp": "offer for Consumer" });
    assert_eq!(phone.hear().await, offer);

    world.clock.advance(Duration::from_millis(61_900));
    world.act("terminate", call).await.ok();
    assert_eq!(phone.hear().await, ended(call, "business_hung_up", 61));
}

#[tokio::test]
async fn the_consumer_hangs_up() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let call = world.dial().await;
    phone.hear().await;
    phone.say_with_sdp("accept", call, "v=0").await;
    phone.hear().await;
    phone.hear().await;
    phone.say_about("hang_up", call).await;
    assert_eq!(phone.hear().await, ended(call, "consumer_hung_up", 0));
}

#[tokio::test]
async fn all_devices_ring_and_the_first_accept_wins() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let (mut tablet, _) = Device::hello(server, &world, "tablet").await;
    let call = world.dial().await;
    assert_eq!(phone.hear().await, incoming(&world, call));
    assert_eq!(tablet.hear().await, incoming(&world, call));
    tablet.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(tablet.hear().await["type"], "accepted");
    assert_eq!(phone.hear().await, json!({ "type": "answered_elsewhere", "call": call }));
    phone.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(error(&phone.hear().await), "already_accepted");
    phone.say_about("hang_up", call).await;
    assert_eq!(error(&phone.hear().await), "other_device");
}

#[tokio::test]
async fn a_decline_stops_all_devices() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let (mut tablet, _) = Device::hello(server, &world, "tablet").await;
    let call = world.dial().await;
    phone.hear().await;
    tablet.hear().await;
    phone.say_about("decline", call).await;
    assert_eq!(phone.hear().await, ended(call, "consumer_declined", 0));
    assert_eq!(tablet.hear().await, ended(call, "consumer_declined", 0));
}

#[tokio::test]
async fn a_device_that_comes_back_finds_the_call_again() {
    let (world, server) = world().await;
    let (phone, _) = Device::hello(server, &world, "phone").await;
    let call = world.dial().await;
    drop(phone);
    let (mut phone, welcome) = Device::hello(server, &world, "phone").await;
    let ringing = json!({ "state": "ringing", "id": call, "ring_until": 1_790_000_060_000_i64 });
    assert_eq!(welcome["call"], ringing);
    phone.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(phone.hear().await["type"], "accepted");
    drop(phone);

    let connected =
        |mine: bool| json!({ "state": "connected", "id": call, "since": 1_790_000_000_000_i64, "mine": mine });
    let (mut tablet, welcome) = Device::hello(server, &world, "tablet").await;
    assert_eq!(welcome["call"], connected(false));
    tablet.say_with_sdp("resume", call, "v=0").await;
    assert_eq!(error(&tablet.hear().await), "other_device");
    let (mut phone, welcome) = Device::hello(server, &world, "phone").await;
    assert_eq!(welcome["call"], connected(true));
    phone.say_with_sdp("resume", call, "v=0").await;
    assert_eq!(phone.hear().await, json!({ "type": "accepted", "call": call, "sdp": "answer to Consumer" }));
    assert_eq!(phone.hear().await["type"], "offer");
}

#[tokio::test]
async fn the_same_device_again_replaces_the_earlier_connection() {
    let (world, server) = world().await;
    let (mut first, _) = Device::hello(server, &world, "phone").await;
    let (mut second, _) = Device::hello(server, &world, "phone").await;
    assert_eq!(first.hear_close().await, 4409);
    let call = world.dial().await;
    assert_eq!(second.hear().await, incoming(&world, call));
}

#[tokio::test]
async fn one_device_too_many_is_turned_away() {
    let (world, server) = world().await;
    let mut devices = Vec::new();
    for name in ["one", "two", "three"] {
        devices.push(Device::hello(server, &world, name).await);
    }
    let mut fourth = Device::connect(server).await;
    fourth.say(&json!({ "type": "hello", "token": world.consumer_token, "device": "four" })).await;
    assert_eq!(fourth.hear_close().await, 4429);
}

#[tokio::test]
async fn a_refused_message_is_told_and_the_connection_survives() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    for text in ["", "{", "[]", r#"{"type":"dance"}"#, r#"{"type":"ringing","call":"x"}"#, r#"{"type":"decline"}"#] {
        phone.send(Message::text(text)).await;
        let message = phone.hear().await;
        assert_eq!((error(&message), &message["call"]), ("bad_message", &Value::Null), "{text}");
    }
    phone.say(&json!({ "type": "hello", "token": world.consumer_token, "device": "phone" })).await;
    assert_eq!(error(&phone.hear().await), "hello_again");

    let nothing = CallId([7; 32]);
    for kind in ["ringing", "decline", "hang_up"] {
        phone.say_about(kind, nothing).await;
        let message = phone.hear().await;
        assert_eq!((error(&message), &message["call"]), ("unknown_call", &json!(nothing)));
    }
    let call = world.dial().await;
    phone.hear().await;
    phone.say_about("hang_up", call).await;
    assert_eq!(error(&phone.hear().await), "not_connected");
    phone.say_with_sdp("resume", call, "v=0").await;
    assert_eq!(error(&phone.hear().await), "not_connected");
    phone.say_with_sdp("accept", call, REFUSED_OFFER).await;
    let message = phone.hear().await;
    assert_eq!((error(&message), &message["detail"]), ("invalid_sdp", &json!("line 1: refused by the test")));
    phone.say_about("decline", call).await;
    assert_eq!(phone.hear().await["type"], "ended");
    phone.say_about("ringing", call).await;
    assert_eq!(error(&phone.hear().await), "call_ended");
}

#[tokio::test]
async fn a_call_of_another_consumer_does_not_exist() {
    let (world, server) = world().await;
    let other = world.service.create_consumer(world.page, "Other".to_owned()).await.unwrap().psid;
    world.service.grant(world.page, other).await.unwrap();
    let body = crate::support::connect_body(other);
    let call = world.calls(&body).await.ok()["id"].as_str().unwrap().parse().unwrap();
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    phone.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(error(&phone.hear().await), "unknown_call");
}

#[tokio::test]
async fn a_bad_token_is_closed_with_its_code() {
    let (world, server) = world().await;
    for token in ["", "oc_unknown", &world.page_token] {
        let mut device = Device::connect(server).await;
        device.say(&json!({ "type": "hello", "token": token, "device": "phone" })).await;
        assert_eq!(device.hear_close().await, 4401);
    }
}

#[tokio::test]
async fn what_is_not_of_this_protocol_is_closed_with_its_code() {
    let (world, server) = world().await;
    let token = &world.consumer_token;
    let openings = [
        ("bad_message", json!({ "type": "hi" })),
        ("bad_message", json!({ "type": "hello", "token": token, "device": "no spaces please" })),
        ("bad_message", json!({ "type": "hello", "token": token, "device": "d", "extra": 1 })),
        ("hello_first", json!({ "type": "decline", "call": CallId([1; 32]) })),
    ];
    for (name, opening) in openings {
        let mut device = Device::connect(server).await;
        device.say(&opening).await;
        assert_eq!(error(&device.hear().await), name, "{opening}");
        assert_eq!(device.hear_close().await, 4400, "{opening}");
    }
    let (mut binary, _) = Device::hello(server, &world, "binary").await;
    binary.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(binary.hear_close().await, 4400);
    let (mut large, _) = Device::hello(server, &world, "large").await;
    large.send(Message::text("x".repeat(128 * 1024 + 1))).await;
    assert_eq!(large.hear_close().await, 4400);
}

#[tokio::test]
async fn a_silent_newcomer_is_closed_with_its_code() {
    let hello_timeout = Duration::from_millis(50);
    let (_world, server) = world_with(ConsumerLimits { hello_timeout, ..ConsumerLimits::default() }).await;
    assert_eq!(Device::connect(server).await.hear_close().await, 4408);
}

#[tokio::test]
async fn a_device_that_answers_no_ping_is_dropped() {
    let ping_every = Duration::from_millis(20);
    let limits = ConsumerLimits { ping_every, dead_after: 3 * ping_every, ..ConsumerLimits::default() };
    let (world, server) = world_with(limits).await;
    let (phone, _) = Device::hello(server, &world, "phone").await;
    phone.read_without_answering_until_the_end().await;
}

#[tokio::test]
async fn the_server_pings_and_a_device_that_answers_lives() {
    let limits = ConsumerLimits {
        ping_every: Duration::from_millis(20),
        dead_after: Duration::from_secs(5),
        ..ConsumerLimits::default()
    };
    let (world, server) = world_with(limits).await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    phone.hear_ping().await;
    phone.hear_ping().await;
}

#[tokio::test]
async fn a_server_that_stops_tells_how_calls_ended_and_closes() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let call = world.dial().await;
    phone.hear().await;
    world.service.drain().await.unwrap();
    world.state.stop.cancel();
    let message = phone.hear().await;
    assert_eq!((&message["type"], &message["status"]), (&json!("ended"), &json!("Failed")), "{call}");
    assert_eq!(phone.hear_close().await, 1001);
    let mut late = Device::connect(server).await;
    assert_eq!(late.hear_close().await, 1001);
}

#[tokio::test]
async fn a_plain_request_is_asked_to_upgrade() {
    let world = World::new().await;
    assert!((400..500).contains(&world.get("/consumer/v1", "").await.status));
}
