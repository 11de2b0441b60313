use std::collections::BTreeSet;

use base64::Engine as _;
use offhook_call::{Duration, SettingsChange, Turn};
use offhook_store::{Directory as _, Settings as _, Turning as _};
use offhook_webhook::Outbound;
use sha2::{Digest as _, Sha256};

use crate::receiver::{Received, Receiver, Reply};
use crate::world::{APP, PAGE, SECRET, START, World, told};

/// HMAC-SHA256 as RFC 2104 writes it, for keys of at most a block.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::digest([&pad(0x36)[..], message].concat());
    Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).into()
}

fn assert_signed(request: &Received, seconds: i64) {
    let hex: String = hmac(SECRET.as_bytes(), &request.body).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(request.header("x-hub-signature-256"), format!("sha256={hex}"));
    let timestamp = request.header("webhook-timestamp");
    assert_eq!(timestamp, seconds.to_string());
    let signed = [request.header("webhook-id").as_bytes(), b".", timestamp.as_bytes(), b".", &request.body].concat();
    let standard = base64::engine::general_purpose::STANDARD.encode(hmac(SECRET.as_bytes(), &signed));
    assert_eq!(request.header("webhook-signature"), format!("v1,{standard}"));
    assert_eq!(request.header("content-type"), "application/json");
}

#[tokio::test]
async fn every_try_is_signed_and_bears_the_same_bytes_and_id() {
    let receiver = Receiver::answering([Reply::Status(500), Reply::Status(404)]).await;
    let world = World::new(&receiver.url()).await;
    let call = world.call(1).await;
    for seconds in [0, 2, 8] {
        world.deliver_at(Duration::from_secs(seconds)).await;
    }
    let tries = receiver.received();
    assert_eq!(tries.len(), 3);
    for (request, seconds) in tries.iter().zip([0, 2, 8]) {
        assert_signed(request, START.seconds() + seconds);
        assert_eq!(request.body, tries[0].body);
        assert_eq!(request.header("webhook-id"), tries[0].header("webhook-id"));
    }
    assert_eq!(told(&tries[0].body), (call, "connect"));
}

#[tokio::test]
async fn an_id_stays_when_the_clock_is_turned() {
    let receiver = Receiver::answering([Reply::Status(500), Reply::Status(500)]).await;
    let world = World::new(&receiver.url()).await;
    world.call(1).await;
    let change = SettingsChange { icon_enabled: Some(false), ..SettingsChange::default() };
    world.store.change_settings(PAGE, change, START).await.unwrap();
    world.deliver().await;
    let day = Duration::from_hours(24);
    world.store.turn(START, Turn(day.as_millis().try_into().unwrap())).await.unwrap();
    world.deliver_at(day + Duration::from_secs(2)).await;
    let ids = |tries: &[Received]| -> BTreeSet<_> {
        tries.iter().map(|request| request.header("webhook-id").to_owned()).collect()
    };
    let tries = receiver.received();
    assert_eq!(tries.len(), 4, "each came twice");
    assert_eq!(ids(&tries[..2]), ids(&tries[2..]));
    assert_eq!(ids(&tries).len(), 2);
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_until_the_old_one_ends() {
    let receiver = Receiver::answering([]).await;
    let world = World::new(&receiver.url()).await;
    let rotate = world.store.rotate_secret(APP, "brand new secret".into(), START + Duration::from_hours(24));
    rotate.await.unwrap().unwrap();
    let hours = [23, 24];
    for (number, hours) in (1..).zip(hours) {
        world.at(Duration::from_hours(hours));
        world.call(number).await;
        world.deliver().await;
    }
    let standard = |request: &Received, secret: &str| {
        let (id, at) = (request.header("webhook-id").as_bytes(), request.header("webhook-timestamp").as_bytes());
        let signed = hmac(secret.as_bytes(), &[id, b".", at, b".", &request.body].concat());
        format!("v1,{}", base64::engine::general_purpose::STANDARD.encode(signed))
    };
    let [overlap, later] = &receiver.received()[..] else { panic!("two webhooks") };
    for request in [overlap, later] {
        let hex: String = hmac(b"brand new secret", &request.body).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(request.header("x-hub-signature-256"), format!("sha256={hex}"), "always the new one");
    }
    let both = format!("{} {}", standard(overlap, "brand new secret"), standard(overlap, SECRET));
    assert_eq!(overlap.header("webhook-signature"), both);
    assert_eq!(later.header("webhook-signature"), standard(later, "brand new secret"));
}

#[tokio::test]
async fn deliveries_have_ids_of_their_own() {
    let receiver = Receiver::answering([]).await;
    let world = World::new(&receiver.url()).await;
    let call = world.call(1).await;
    world.accept(call).await;
    world.deliver().await;
    let mut ids: Vec<_> = receiver.received().iter().map(|request| request.header("webhook-id").to_owned()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn a_webhook_without_an_event_is_signed_as_any_and_tells_how_it_was_taken() {
    let receiver = Receiver::answering([Reply::Status(403)]).await;
    let outbound = Outbound::new(true, Duration::from_secs(5)).unwrap();
    let probed = outbound.probe(&receiver.url(), &[SECRET.to_owned()], START).await;
    assert_eq!(probed.status, Some(403));
    let request = &receiver.received()[0];
    assert_signed(request, START.seconds());
    assert_eq!(request.body, br#"{"object":"page","entry":[]}"#);
    let public_only = Outbound::new(false, Duration::from_secs(5)).unwrap();
    let probed = public_only.probe(&receiver.url(), &[SECRET.to_owned()], START).await;
    assert_eq!((probed.status, receiver.received().len()), (None, 1), "the address policy holds");
}
