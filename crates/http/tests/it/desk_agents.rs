//! Who may be at the desk, and what they have to do with there.

use offhook_call::{CallId, PageId};
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Device, Tab, World, call_desk};

#[tokio::test]
async fn the_desk_is_for_agents_who_have_signed_in_on_our_own_pages() {
    let world = World::new().await;
    let server = world.listen().await;
    let (_, cookie) = world.sign_in_agent("Ada").await;
    for cookie in [String::new(), world.sign_in().await, cookie.replace("os_", "os_x")] {
        let mut device = Device::connect_to(server, "desk/v1", [("cookie", cookie.as_str())]).await.unwrap();
        assert_eq!(device.hear_close().await, 4401);
    }
    let foreign = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
    assert_eq!(Device::connect_to(server, "desk/v1", foreign).await.err(), Some(403));
    let mut device = Device::connect_to(server, "desk/v1", [("cookie", cookie.as_str())]).await.unwrap();
    device.say(&json!({ "type": "history" })).await;
    assert_eq!(device.hear().await["error"], "hello_first");
    assert_eq!(device.hear_close().await, 4400);
}

#[tokio::test]
async fn nothing_of_another_page_is_an_agents_affair() {
    let world = World::new().await;
    let server = world.listen().await;
    let mut ada = Tab::free(&world, server, "Ada").await;
    let (other, psid, _) = world.other_page(&world.app).await;
    let agent = ada.agent;
    world.service.change_agent(agent, Some(vec![other.page]), None).await.unwrap();
    let (_phone, call) = call_desk(&world, server).await;
    world.service.show_desk().await.unwrap();
    for (kind, rest) in [
        ("accept", json!({ "sdp": "v=0" })),
        ("refuse", json!({})),
        ("resume", json!({ "sdp": "v=0" })),
        ("update", json!({ "sdp": "v=0" })),
        ("hold", json!({ "on": true })),
        ("hand_over", json!({ "to": agent })),
        ("hang_up", json!({})),
    ] {
        for call in [call, CallId([1; 32])] {
            let mut message = rest.clone();
            (message["type"], message["call"]) = (json!(kind), json!(call));
            ada.refused(message, "unknown_call").await;
        }
    }
    ada.refused(json!({ "type": "note", "call": call, "text": "Mine" }), "unknown").await;
    for page in [world.page, PageId(1)] {
        ada.refused(json!({ "type": "consumers", "page": page, "text": "" }), "unknown").await;
        ada.refused(json!({ "type": "consumer", "page": page, "psid": world.psid }), "unknown").await;
        let dial = json!({ "type": "dial", "page": page, "psid": world.psid, "sdp": "v=0" });
        ada.refused(dial, "unknown_consumer").await;
        ada.refused(json!({ "type": "request_permission", "page": page, "psid": world.psid }), "unknown_consumer")
            .await;
    }
    ada.refused(json!({ "type": "dial", "page": other.page, "psid": world.psid, "sdp": "v=0" }), "unknown_consumer")
        .await;
    ada.refused(json!({ "type": "consumer", "page": other.page, "psid": world.psid }), "unknown").await;
    ada.say(json!({ "type": "history" })).await;
    assert_eq!(ada.hear("history").await["calls"], json!([]));
    ada.say(json!({ "type": "dial", "page": other.page, "psid": psid, "sdp": "v=0" })).await;
    ada.hear("dialed").await;
}

#[tokio::test]
async fn who_is_put_out_loses_the_call_and_cannot_come_back() {
    let world = World::new().await;
    let server = world.listen().await;
    let who = world.sign_in_agent("Ada").await;
    let mut ada = Tab::open(&world, server, &who, "tab").await;
    let (mut phone, call) = call_desk(&world, server).await;
    ada.accept(call).await;
    let (path, put_out) = (format!("/offhook/v1/agents/{}", who.0), json!({ "enabled": false }));
    let changed = world.request("PATCH", &path, ADMIN_TOKEN, put_out.to_string().into()).await;
    assert_eq!(changed.ok()["enabled"], false);
    while phone.hear().await["type"] != "ended" {}
    let mut again = Device::connect_to(server, "desk/v1", [("cookie", who.1.as_str())]).await.unwrap();
    assert_eq!(again.hear_close().await, 4401);
}

#[tokio::test]
async fn another_secret_ends_the_session_of_the_one_before() {
    let world = World::new().await;
    let server = world.listen().await;
    let who = world.sign_in_agent("Ada").await;
    let renew = format!("/offhook/v1/agents/{}/renew_secret", who.0);
    let secret = world.post(&renew, ADMIN_TOKEN, &json!({})).await.ok()["secret"].clone();
    let mut before = Device::connect_to(server, "desk/v1", [("cookie", who.1.as_str())]).await.unwrap();
    assert_eq!(before.hear_close().await, 4401);
    let wrong = world.post("/desk/session", "", &json!({ "name": "Ada", "secret": "guess" })).await;
    assert_eq!((wrong.status, wrong.body["error"]["name"].as_str()), (401, Some("wrong_agent_secret")));
    let right = world.post("/desk/session", "", &json!({ "name": "Ada", "secret": secret })).await;
    assert_eq!(right.status, 200);
}

#[tokio::test]
async fn the_operator_makes_agents_and_sees_who_had_a_call() {
    let world = World::new().await;
    let server = world.listen().await;
    let new = json!({ "name": " Maya ", "pages": [world.page] });
    let made = world.post("/offhook/v1/agents", ADMIN_TOKEN, &new).await;
    assert_eq!((made.status, &made.body["name"]), (201, &json!("Maya")));
    assert!(made.body["secret"].as_str().unwrap().starts_with("oa_"));
    for (wrong, detail) in [
        (json!({ "name": "Maya", "pages": [] }), "name: another agent has it"),
        (json!({ "name": " ", "pages": [] }), "name: 1 to 80 characters"),
        (json!({ "name": "Bo", "pages": vec!["1044"; 101] }), "pages: at most 100"),
    ] {
        let refused = world.post("/offhook/v1/agents", ADMIN_TOKEN, &wrong).await;
        assert_eq!((refused.status, refused.body["error"]["detail"].as_str()), (400, Some(detail)));
    }
    let mut ada = Tab::open(&world, server, &world.sign_in_agent("Ada").await, "tab").await;
    let (_phone, call) = call_desk(&world, server).await;
    ada.accept(call).await;
    let shown = world.get(&format!("/offhook/v1/calls/{call}"), ADMIN_TOKEN).await;
    assert_eq!((&shown.body["agent_id"], &shown.body["app_id"]), (&json!(ada.agent.to_string()), &Value::Null));
    let listed = world.get("/offhook/v1/agents", ADMIN_TOKEN).await;
    assert_eq!(listed.ok()["data"].as_array().unwrap().len(), 2);
}
