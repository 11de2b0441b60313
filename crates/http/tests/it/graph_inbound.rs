//! Accept, reject and media_update, as they should go and as they should not.

use offhook_call::{Abandonment, CallId, SettingsChange};
use offhook_service::{Attached, CallBusiness, Caller};
use serde_json::{Value, json};

use crate::support::{REFUSED_OFFER, World};

/// A world whose app wants calls, and a device that calls.
async fn called() -> (World, Attached, CallId) {
    let world = World::new().await;
    world.subscribe().await;
    let phone = world.device("phone").await;
    let call = call_again(&world, &phone).await;
    (world, phone, call)
}

async fn call_again(world: &World, device: &Attached) -> CallId {
    let request = CallBusiness { offer: "v=0".to_owned(), tracks: Vec::new(), via: None };
    world.service.call_business(&device.address, request).await.unwrap().call
}

fn update_body(call: CallId, from: u32) -> Value {
    json!({
        "platform": "messenger", "action": "media_update", "call_id": call,
        "from_version": from.to_string(), "to_version": from + 1,
        "tracks": [{ "msid": "vid-22", "label": "DEFAULT_VIDEO", "status": "enabled" }],
    })
}

fn sdp(kind: &str, text: &str) -> Value {
    json!({ "sdp_type": kind, "sdp": text })
}

#[tokio::test]
async fn the_connect_webhook_names_the_consumer_as_the_caller_and_has_no_sdp() {
    let (world, _phone, call) = called().await;
    let owed = world.service.deliveries(Default::default(), 1).await.unwrap();
    let body: Value = serde_json::from_str(&owed[0].body).unwrap();
    let connect = json!({
        "id": call, "event": "connect", "timestamp": 1_790_000_000, "call_direction": "user_initiated",
        "from": world.psid, "to": world.page,
    });
    assert_eq!(body["entry"][0]["calls"], json!([connect]));
}

#[tokio::test]
async fn accept_answers_with_an_answer_and_the_servers_offer() {
    let (world, _phone, call) = called().await;
    let session = json!({
        "sdp_response": sdp("answer", "answer to Business"), "sdp_renegotiation": sdp("offer", "offer for Business"),
    });
    let expected = json!({ "success": true, "id": call, "call_id": call, "session": session });
    assert_eq!(world.act("accept", call).await.ok(), expected);
    assert_eq!(world.act("accept", call).await.error(), (400, -1, Some(9_100_002), "already_accepted"));
    assert_eq!(world.act("reject", call).await.error(), (400, -1, Some(9_100_002), "already_accepted"));
}

#[tokio::test]
async fn the_flat_body_accepts() {
    let (world, _phone, call) = called().await;
    let body = json!({ "call_id": call, "sdp": "v=0", "sdp_type": "offer", "host": "localhost" });
    assert!(world.calls(&body).await.ok()["session"]["sdp_renegotiation"].is_object());
}

#[tokio::test]
async fn accept_without_an_offer_or_with_a_bad_one_leaves_the_call_ringing() {
    let (world, _phone, call) = called().await;
    let bare = world.calls(&json!({ "action": "accept", "call_id": call })).await;
    assert_eq!((bare.error().3, bare.blamed()), ("connection_info_missing", "session"));
    let body = json!({ "action": "accept", "call_id": call, "session": sdp("offer", REFUSED_OFFER) });
    assert_eq!(world.calls(&body).await.error(), (400, -1, Some(2_018_392), "invalid_sdp"));
    world.act("accept", call).await.ok();
}

#[tokio::test]
async fn an_app_that_lost_the_race_or_was_not_rung_is_not_the_owner() {
    let (world, _phone, call) = called().await;
    let second = world.service.create_app("Second".to_owned(), false).await.unwrap();
    let token = world.service.create_page_token(second.id, world.page, true, None).await.unwrap().token;
    let session = sdp("offer", "v=0");
    for action in ["accept", "reject", "terminate"] {
        let body = json!({ "action": action, "call_id": call, "session": session });
        assert_eq!(world.post("/me/calls", &token, &body).await.error(), (403, -1, Some(2_018_394), "not_call_owner"));
    }
    let early = world.calls(&update_body(call, 0)).await;
    assert_eq!(early.error().3, "not_call_owner", "nobody owns a call that rings");
}

#[tokio::test]
async fn a_call_that_is_over_says_how_to_each_action() {
    let (world, phone, rejected) = called().await;
    assert_eq!(world.act("reject", rejected).await.ok(), json!({ "success": true }));
    assert_eq!(world.act("reject", rejected).await.error(), (400, -1, Some(9_100_003), "already_rejected"));
    assert_eq!(world.act("terminate", rejected).await.error().3, "already_terminated");
    assert_eq!(world.act("accept", rejected).await.error().3, "call_ended");

    let terminated = call_again(&world, &phone).await;
    world.act("terminate", terminated).await.ok();
    assert_eq!(world.act("reject", terminated).await.error().3, "already_rejected", "it is the same as a reject");

    let given_up = call_again(&world, &phone).await;
    world.service.hang_up(&phone.address, given_up).await.unwrap();
    for action in ["accept", "reject", "terminate"] {
        assert_eq!(world.act(action, given_up).await.error(), (400, -1, Some(2_018_396), "call_ended"));
    }
    assert_eq!(world.calls(&update_body(given_up, 0)).await.error().3, "call_ended");

    let lost = call_again(&world, &phone).await;
    world.service.reconcile(Abandonment::NodeLost).await.unwrap();
    assert_eq!(world.act("accept", lost).await.error(), (400, -1, Some(2_018_395), "call_failed"));
}

#[tokio::test]
async fn media_update_moves_the_version_and_a_stale_one_conflicts() {
    let (world, _phone, call) = called().await;
    world.act("accept", call).await.ok();
    assert_eq!(world.calls(&update_body(call, 0)).await.ok(), json!({ "success": true, "id": call, "call_id": call }));
    let mut offered = update_body(call, 1);
    offered["session"] = sdp("offer", "v=0");
    assert!(world.calls(&offered).await.ok()["session"]["sdp_renegotiation"].is_object());
    let stale = world.calls(&update_body(call, 1)).await;
    assert_eq!(stale.error(), (400, -1, Some(9_100_006), "version_conflict"));
    assert_eq!(stale.body["error"]["error_data"]["offhook"]["current_version"], 3, "one more for the renegotiation");
    world.calls(&update_body(call, 3)).await.ok();
}

#[tokio::test]
async fn a_track_of_video_needs_the_pages_switch() {
    let (world, _phone, call) = called().await;
    world.act("accept", call).await.ok();
    let off = SettingsChange { video_enabled: Some(false), ..SettingsChange::default() };
    let caller = Caller { app: world.app.id, page: world.page };
    world.service.change_call_settings(caller, off).await.unwrap();
    let refused = world.calls(&update_body(call, 0)).await;
    assert_eq!(refused.error(), (400, 100, Some(1_893_056), "calling_not_enabled"));
    let mut off = update_body(call, 0);
    off["tracks"][0]["status"] = "disabled".into();
    world.calls(&off).await.ok();
}
