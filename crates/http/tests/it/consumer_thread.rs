//! The thread on the consumer's channel and in the own API (docs/consumer-protocol.md, "The thread").

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Device, World};

const NOW: i64 = 1_790_000_000_000;
const WEEK: i64 = 7 * 24 * 3600 * 1000;

async fn world() -> (World, SocketAddr) {
    let world = World::new().await;
    let server = world.listen().await;
    (world, server)
}

async fn send(world: &World, message: Value) -> String {
    let body = json!({ "recipient": { "id": world.psid.to_string() }, "message": message });
    let answer = world.post("/me/messages", &world.page_token, &body).await.ok();
    answer["message_id"].as_str().unwrap().to_owned()
}

async fn say(device: &mut Device, text: &str) -> Value {
    device.say(&json!({ "type": "message", "text": text })).await;
    device.hear_of_thread().await
}

fn template(payload: Value) -> Value {
    json!({ "attachment": { "type": "template", "payload": payload } })
}

#[tokio::test]
async fn a_new_device_is_told_settings_permission_and_the_thread() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let told = say(&mut phone, "Hello").await;
    assert_eq!((&told["type"], &told["entry"]["kind"]), (&json!("entry"), &json!({ "type": "text", "text": "Hello" })));
    let call = world.dial().await;
    world.act("terminate", call).await.ok();
    let (_late, welcome) = Device::hello(server, &world, "tablet").await;
    let settings = json!({ "audio": true, "video": true, "icon": true, "open": true, "next_opening": null });
    assert_eq!(welcome["settings"], settings);
    assert_eq!(welcome["permission"], json!({ "granted": true, "expires_at": NOW + WEEK }));
    let missed = json!({ "type": "call", "direction": "business_initiated", "outcome": "missed", "seconds": 0 });
    let entry = json!({ "id": call, "at": NOW, "from": "business", "kind": missed });
    assert_eq!(welcome["thread"], json!([told["entry"], entry]));
    let uri = format!("/offhook/v1/pages/{}/consumers/{}/thread", world.page, world.psid);
    assert_eq!(world.get(&uri, ADMIN_TOKEN).await.ok(), json!({ "data": welcome["thread"] }));
    assert_eq!(world.get(&format!("{uri}?limit=1"), ADMIN_TOKEN).await.ok(), json!({ "data": [entry] }));
    let nobody = format!("/offhook/v1/pages/{}/consumers/4/thread", world.page);
    assert_eq!(world.get(&nobody, ADMIN_TOKEN).await.status, 404);
}

#[tokio::test]
async fn a_permission_request_is_answered_and_taken_back() {
    let (world, server) = world().await;
    world.service.revoke(world.page, world.psid).await.unwrap();
    let (mut phone, welcome) = Device::hello(server, &world, "phone").await;
    assert_eq!(welcome["permission"], json!({ "granted": false, "expires_at": null }));
    say(&mut phone, "Call me").await;
    let request = send(&world, template(json!({ "template_type": "calling_optin" }))).await;
    let mut kind = json!({ "type": "permission_request", "expires_at": NOW + WEEK, "reply": null });
    let asked = phone.hear_of_thread().await;
    assert_eq!((&asked["entry"]["id"], &asked["entry"]["kind"]), (&json!(request), &kind));

    let reply = json!({ "type": "permission_reply", "entry": request, "response": "approve" });
    phone.say(&reply).await;
    kind["reply"] = "approve".into();
    assert_eq!(phone.hear_of_thread().await["entry"]["kind"], kind);
    let granted = json!({ "type": "permission", "permission": { "granted": true, "expires_at": NOW + WEEK } });
    assert_eq!(phone.hear_of_thread().await, granted);
    phone.say(&reply).await;
    assert_eq!(phone.hear().await["error"], "already_answered");

    phone.say(&json!({ "type": "revoke_permission" })).await;
    assert_eq!(phone.hear_of_thread().await["permission"]["granted"], false);
    assert_eq!(world.connect().await.error().3, "no_call_permission");
}

#[tokio::test]
async fn buttons_are_shown_with_their_end_and_a_postback_is_tapped() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    say(&mut phone, "Hello").await;
    let buttons = json!([
        { "type": "audio_call", "title": "Call us", "expires_in_days": 5 },
        { "type": "postback", "title": "No, thanks", "payload": "NO_HELP" },
    ]);
    let entry =
        send(&world, template(json!({ "template_type": "button", "text": "Need help?", "buttons": buttons }))).await;
    let shown = json!({ "type": "template", "text": "Need help?", "buttons": [
        { "type": "audio_call", "title": "Call us", "expires_at": NOW + 5 * 24 * 3600 * 1000 },
        { "type": "postback", "title": "No, thanks", "payload": "NO_HELP" },
    ] });
    assert_eq!(phone.hear_of_thread().await["entry"]["kind"], shown);
    phone.say(&json!({ "type": "postback", "entry": entry, "payload": "NO_HELP" })).await;
    assert_eq!(phone.hear_of_thread().await["entry"]["kind"], json!({ "type": "text", "text": "No, thanks" }));
    phone.say(&json!({ "type": "postback", "entry": entry, "payload": "YES" })).await;
    assert_eq!(phone.hear().await["error"], "unknown_button");
}

#[tokio::test]
async fn changed_settings_reach_devices_and_bad_words_do_not_reach_the_thread() {
    let (world, server) = world().await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let body = json!({ "icon_enabled": false, "call_hours": { "timezone_id": "UTC", "weekly_operating_hours": [] } });
    world.post("/me/messenger_call_settings", &world.page_token, &body).await.ok();
    let settings = json!({ "audio": true, "video": true, "icon": false, "open": false, "next_opening": null });
    assert_eq!(phone.hear_of_thread().await, json!({ "type": "settings", "settings": settings }));
    for text in [String::new(), "x".repeat(2001)] {
        phone.say(&json!({ "type": "message", "text": text })).await;
        assert_eq!(phone.hear().await["error"], "bad_message");
    }
    for _ in 0..30 {
        say(&mut phone, "Hello?").await;
    }
    phone.say(&json!({ "type": "message", "text": "Hello??" })).await;
    assert_eq!(phone.hear().await["error"], "rate_limited");
}

#[tokio::test]
async fn the_business_is_told_words_and_replies_in_metas_envelope() {
    let (world, server) = world().await;
    world.subscribe_to(&["messages", "messaging_postbacks", "call_permission_reply"]).await;
    world.service.revoke(world.page, world.psid).await.unwrap();
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let said = say(&mut phone, "Hello").await;
    let request = send(&world, template(json!({ "template_type": "calling_optin" }))).await;
    phone.hear_of_thread().await;
    phone.say(&json!({ "type": "permission_reply", "entry": request, "response": "reject" })).await;
    phone.hear_of_thread().await;
    let (sender, recipient) = (json!({ "id": world.psid }), json!({ "id": world.page }));
    let message = json!({ "sender": sender, "recipient": recipient, "timestamp": NOW,
                          "message": { "mid": said["entry"]["id"], "text": "Hello" } });
    let reply = json!({ "id": world.page, "time": NOW / 1000, "sender": sender, "recipient": recipient,
                        "timestamp": NOW / 1000, "call_permission_reply": { "response": "reject" } });
    let expected = [json!({ "id": world.page, "time": NOW, "messaging": [message] }), reply];
    assert_eq!(world.owed_entries().await, expected);
    assert_eq!(world.connect().await.error().3, "no_call_permission");
}
