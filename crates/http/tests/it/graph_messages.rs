//! `POST /{page-id}/messages`.

use offhook_call::Duration;
use serde_json::{Value, json};

use crate::support::{Reply, World};

async fn send_to(world: &World, recipient: &str, message: Value) -> Reply {
    let body = json!({ "recipient": { "id": recipient }, "message": message });
    world.post("/me/messages", &world.page_token, &body).await
}

async fn send(world: &World, message: Value) -> Reply {
    send_to(world, &world.psid.to_string(), message).await
}

fn template(payload: Value) -> Value {
    json!({ "attachment": { "type": "template", "payload": payload } })
}

fn optin() -> Value {
    template(json!({ "template_type": "calling_optin" }))
}

/// The consumer says something, so the business may write.
async fn open_window(world: &World) {
    let phone = world.device("phone").await;
    world.service.say(&phone.address, "Hello".to_owned().try_into().unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_message_is_answered_with_its_id_and_both_forms_of_the_recipient() {
    let world = World::new().await;
    open_window(&world).await;
    let psid = world.psid.to_string();
    let mut answer = send(&world, json!({ "text": "Good day" })).await.ok();
    let id = answer.as_object_mut().unwrap().remove("message_id").unwrap();
    assert!(id.as_str().unwrap().starts_with("m_"), "{id}");
    assert_eq!(answer, json!({ "recipient": { "id": psid }, "recipient_id": psid }));
    let uri = format!("/v26.0/{}/messages", world.page);
    let form = format!(
        "recipient=%7B%22id%22%3A%22{psid}%22%7D&message=%7B%22text%22%3A%22Hi%22%7D&access_token={}",
        world.page_token
    );
    let request = axum::http::Request::post(uri).header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(form.into()).unwrap()).await.ok();
}

#[tokio::test]
async fn messages_go_only_within_the_window() {
    let world = World::new().await;
    let text = || json!({ "text": "Good day" });
    assert_eq!(send(&world, text()).await.error(), (400, 10, Some(2018278), "outside_messaging_window"));
    open_window(&world).await;
    send(&world, text()).await.ok();
    world.clock.advance(Duration::from_hours(24));
    assert_eq!(send(&world, text()).await.error().3, "outside_messaging_window");
    let by_agent = json!({ "recipient": { "id": world.psid.to_string() }, "message": text(),
                           "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT" });
    world.post("/me/messages", &world.page_token, &by_agent).await.ok();
}

#[tokio::test]
async fn permission_requests_have_their_limits() {
    let world = World::new().await;
    open_window(&world).await;
    let held = send(&world, optin()).await;
    assert_eq!(held.error(), (400, 613, Some(9100008), "permission_request_limit"));
    world.service.revoke(world.page, world.psid).await.unwrap();
    for _ in 0..2 {
        send(&world, optin()).await.ok();
    }
    assert_eq!(send(&world, optin()).await.error().3, "permission_request_limit");
}

#[tokio::test]
async fn call_buttons_need_calling_and_their_rules() {
    let world = World::new().await;
    open_window(&world).await;
    let prompt = |days: u32| template(json!({ "template_type": "call_prompt", "ttl_days": days }));
    send(&world, prompt(7)).await.ok();
    assert_eq!(send(&world, prompt(8)).await.error(), (400, 100, Some(9100012), "settings_refused"));
    let generic = |days: u32| {
        let button = json!({ "type": "audio_call", "title": "Call us", "expires_in_days": days });
        template(json!({ "template_type": "generic", "elements": [{ "title": "Help", "buttons": [button] }] }))
    };
    send(&world, generic(7)).await.ok();
    assert_eq!(send(&world, generic(8)).await.error().3, "settings_refused");
    world.disable_calling();
    assert_eq!(send(&world, prompt(7)).await.error().3, "calling_not_enabled");
    send(&world, json!({ "text": "We are off" })).await.ok();
}

#[tokio::test]
async fn strangers_and_bad_bodies_are_refused_by_name() {
    let world = World::new().await;
    let (_, other_psid, other_token) = world.other_page(&world.app).await;
    let text = json!({ "text": "Hi" });
    let foreign = send_to(&world, &other_psid.to_string(), text.clone()).await;
    assert_eq!(foreign.error(), (400, 100, Some(2018001), "invalid_psid"));
    assert_eq!(foreign.untraced(), send_to(&world, "4", text.clone()).await.untraced());
    let path = format!("/{}/messages", world.page);
    let body = json!({ "recipient": { "id": world.psid.to_string() }, "message": text });
    assert_eq!(world.post(&path, &other_token, &body).await.error().3, "invalid_page");
    assert_eq!(send(&world, json!({})).await.blamed(), "message");
}
