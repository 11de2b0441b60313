//! A device calls the business over its channel (docs/consumer-protocol.md).

use offhook_call::{CallHours, CallId, SettingsChange};
use offhook_service::Caller;
use serde_json::{Value, json};

use crate::support::{Device, REFUSED_OFFER, World};

async fn change(world: &World, change: SettingsChange) {
    let caller = Caller { app: world.app.id, page: world.page };
    world.service.change_call_settings(caller, change).await.unwrap();
}

/// The error that the message gets; what is told of the thread and the settings meanwhile is passed over.
async fn refusal(device: &mut Device, message: &Value) -> Value {
    device.say(message).await;
    let answer = device.hear().await;
    assert_eq!(answer["type"], "error", "{answer}");
    assert!(!answer["detail"].as_str().unwrap().is_empty());
    answer["error"].clone()
}

fn call() -> Value {
    json!({ "type": "call", "sdp": "v=0" })
}

async fn calling(device: &mut Device) -> CallId {
    device.say(&call()).await;
    let answer = device.hear().await;
    assert_eq!((&answer["type"], &answer["sdp"]), (&json!("calling"), &json!("answer to Consumer")), "{answer}");
    assert_eq!(answer["ring_until"], 1_790_000_060_000_i64);
    answer["call"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_call_from_calling_to_the_end() {
    let world = World::new().await;
    world.subscribe().await;
    let server = world.listen().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let call = calling(&mut phone).await;
    let (mut tablet, welcome) = Device::hello(server, &world, "tablet").await;
    let live = json!({ "state": "calling", "id": call, "ring_until": 1_790_000_060_000_i64, "mine": false });
    assert_eq!(welcome["call"], live);

    world.act("accept", call).await.ok();
    assert_eq!(phone.hear().await, json!({ "type": "answered", "call": call, "since": 1_790_000_000_000_i64 }));
    let offer = json!({ "type": "offer", "call": call, "version": 1, "sdp": "offer for Consumer" });
    assert_eq!(phone.hear().await, offer);

    let mute = json!([{ "label": "default_audio", "status": "disabled" }]);
    phone.say(&json!({ "type": "update", "call": call, "tracks": mute })).await;
    assert_eq!(phone.hear().await, json!({ "type": "updated", "call": call }));
    phone.say(&json!({ "type": "update", "call": call, "sdp": "v=0", "tracks": mute })).await;
    assert_eq!(phone.hear().await, json!({ "type": "updated", "call": call, "sdp": "answer to Consumer" }));
    assert_eq!(phone.hear().await["version"], 2, "the server offers anew after its answer");

    let other = json!({ "type": "update", "call": call, "tracks": mute });
    assert_eq!(refusal(&mut tablet, &other).await, "other_device");
    phone.say_about("hang_up", call).await;
    for device in [&mut phone, &mut tablet] {
        assert_eq!(device.hear().await["reason"], "consumer_hung_up");
    }
}

#[tokio::test]
async fn giving_up_and_a_reject_end_the_call_on_every_device() {
    let world = World::new().await;
    world.subscribe().await;
    let server = world.listen().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let given_up = calling(&mut phone).await;
    phone.say_about("hang_up", given_up).await;
    assert_eq!(phone.hear().await["reason"], "consumer_cancelled");
    let rejected = calling(&mut phone).await;
    world.act("reject", rejected).await.ok();
    assert_eq!(phone.hear().await["reason"], "business_rejected");
}

#[tokio::test]
async fn what_the_page_does_not_allow_is_refused() {
    let world = World::new().await;
    let server = world.listen().await;
    let default = SettingsChange::default;
    let cases = [
        ("calling_not_enabled", call(), SettingsChange { audio_enabled: Some(false), ..default() }),
        ("icon_hidden", call(), SettingsChange { audio_enabled: Some(true), icon_enabled: Some(false), ..default() }),
        (
            "calling_not_enabled",
            json!({ "type": "call", "sdp": "v=0", "tracks": [{ "label": "default_video", "status": "enabled" }] }),
            SettingsChange { icon_enabled: Some(true), video_enabled: Some(false), ..default() },
        ),
        ("outside_call_hours", call(), SettingsChange { hours: Some(CallHours::new("UTC", []).unwrap()), ..default() }),
    ];
    for (name, message, settings) in cases {
        change(&world, settings).await;
        let (mut device, _) = Device::hello(server, &world, "phone").await;
        device.say(&message).await;
        let answer = device.hear().await;
        assert_eq!((&answer["type"], &answer["error"]), (&json!("error"), &json!(name)), "{answer}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_told() {
    let world = World::new().await;
    let server = world.listen().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let refused = json!({ "type": "call", "sdp": REFUSED_OFFER });
    assert_eq!(refusal(&mut phone, &refused).await, "invalid_sdp");
    let track = json!({ "label": "default_audio", "status": "enabled" });
    let five = json!({ "type": "call", "sdp": "v=0", "tracks": [track, track, track, track, track] });
    assert_eq!(refusal(&mut phone, &five).await, "bad_message");
    let call = calling(&mut phone).await;
    assert_eq!(refusal(&mut phone, &self::call()).await, "consumer_busy");
    assert_eq!(refusal(&mut phone, &json!({ "type": "ringing", "call": call })).await, "wrong_direction");
    let unknown = json!({ "type": "update", "call": CallId([7; 32]), "tracks": [track] });
    assert_eq!(refusal(&mut phone, &unknown).await, "unknown_call");
}
