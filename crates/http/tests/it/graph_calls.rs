//! Connect and terminate as they should go.

use axum::http::Request;
use offhook_call::CallId;
use serde_json::{Value, json};

use crate::support::{Reply, World, connect_body};

#[tokio::test]
async fn connect_answers_with_the_call_and_an_sdp_answer() {
    let world = World::new().await;
    let reply = world.connect().await;
    assert_eq!(reply.header("content-type"), "application/json");
    let body = reply.ok();
    let call: CallId = body["id"].as_str().unwrap().parse().unwrap();
    let sdp = json!({ "sdp_type": "answer", "sdp": "answer to Business" });
    let expected = json!({ "success": true, "id": call, "call_id": call, "session": { "sdp_response": sdp } });
    assert_eq!(body, expected);
    assert!(world.service.call(call).await.unwrap().unwrap().is_live());
}

#[tokio::test]
async fn terminate_cancels_a_call_that_dials() {
    let world = World::new().await;
    let call = world.dial().await;
    assert_eq!(world.act("terminate", call).await.ok(), json!({ "success": true }));
    assert!(!world.service.call(call).await.unwrap().unwrap().is_live());
}

#[tokio::test]
async fn enums_are_read_in_any_case() {
    let world = World::new().await;
    let mut body = connect_body(world.psid);
    body["platform"] = "Messenger".into();
    body["action"] = "CONNECT".into();
    body["session"]["sdp_type"] = "Offer".into();
    let call = world.calls(&body).await.ok()["id"].clone();
    let terminate = json!({ "action": "Terminate", "call_id": call, "platform": "MESSENGER" });
    world.calls(&terminate).await.ok();
}

#[tokio::test]
async fn the_flat_body_of_metas_javascript_page_connects() {
    let world = World::new().await;
    let body = json!({
        "to": world.psid, "sdp": "v=0\r\n", "sdp_type": "offer",
        "host": "localhost", "access_token": world.page_token,
    });
    let request = Request::post(format!("/{}/calls", world.page)).header("content-type", "application/json");
    world.send(request.body(body.to_string().into()).unwrap()).await.ok();
}

#[tokio::test]
async fn me_is_the_page_of_the_token() {
    let world = World::new().await;
    world.post("/me/calls", &world.page_token, &connect_body(world.psid)).await.ok();
}

async fn connect_with_key(world: &World, key: &str) -> Reply {
    let request = Request::post("/me/calls")
        .header("authorization", format!("Bearer {}", world.page_token))
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    world.send(request.body(connect_body(world.psid).to_string().into()).unwrap()).await
}

#[tokio::test]
async fn a_repeated_idempotency_key_gets_the_first_answer() {
    let world = World::new().await;
    let first = connect_with_key(&world, "order-17").await.ok();
    assert_eq!(connect_with_key(&world, "order-17").await.ok(), first);
    assert_eq!(connect_with_key(&world, "order-18").await.error().3, "consumer_busy");
    assert_eq!(world.service.calls(None, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_that_is_too_long_or_empty_is_refused() {
    let world = World::new().await;
    for key in ["", &"k".repeat(256)] {
        let reply = connect_with_key(&world, key).await;
        assert_eq!((reply.error().3, reply.blamed()), ("invalid_parameter", "Idempotency-Key"));
    }
    connect_with_key(&world, &"k".repeat(255)).await.ok();
}

#[tokio::test]
async fn the_business_is_told_in_metas_envelope() {
    let world = World::new().await;
    world.subscribe().await;
    let call = world.dial().await;
    let owed = world.service.deliveries(Default::default(), 10).await.unwrap();
    let body: Value = serde_json::from_str(&owed[0].body).unwrap();
    let connect = json!({
        "id": call, "event": "connect", "timestamp": 1_790_000_000, "call_direction": "business_initiated",
        "from": world.page, "to": world.psid,
    });
    let entry = json!({ "id": world.page, "time": 1_790_000_000, "calls": [connect] });
    assert_eq!(body, json!({ "object": "page", "entry": [entry] }));
}
