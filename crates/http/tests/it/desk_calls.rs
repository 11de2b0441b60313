//! What rings at whom at the desk, and what agents do with it.

use offhook_call::AgentId;
use serde_json::{Value, json};

use crate::support::{Device, Tab, World, call_desk, call_id};

#[tokio::test]
async fn the_first_of_the_free_agents_has_the_call_and_no_app_hears_of_it() {
    let world = World::new().await;
    let server = world.listen().await;
    let (mut ada, mut bo) = (Tab::free(&world, server, "Ada").await, Tab::free(&world, server, "Bo").await);
    let mut away = Tab::open(&world, server, &world.sign_in_agent("Cy").await, "tab").await;
    let (mut phone, call) = call_desk(&world, server).await;
    world.service.show_desk().await.unwrap();
    for tab in [&mut ada, &mut bo] {
        let rings = loop {
            let board = tab.hear("board").await;
            if board["ringing"][0].is_object() {
                break board["ringing"][0].clone();
            }
        };
        assert_eq!(
            (&rings["id"], &rings["name"], &rings["state"]),
            (&json!(call), &json!("Consumer"), &json!("calling"))
        );
    }
    assert_eq!(bo.accept(call).await["sdp"], "answer to Business");
    assert_eq!(bo.hear("offer").await["sdp"], "offer for Business");
    assert_eq!(phone.hear().await["type"], "answered");
    assert_eq!(phone.hear().await["sdp"], "offer for Consumer");
    world.service.show_desk().await.unwrap();
    assert_eq!(ada.hear("answered_elsewhere").await["call"], json!(call));
    let board = ada.hear("board").await;
    assert_eq!((&board["ringing"], &board["call"]), (&json!([]), &Value::Null));
    let bos = board["colleagues"].as_array().unwrap().iter().find(|one| one["name"] == "Bo").unwrap().clone();
    assert_eq!((&bos["state"], &bos["id"]), (&json!("busy"), &json!(bo.agent.to_string())));
    let has = bo.hear("board").await["call"].clone();
    assert_eq!((&has["id"], &has["mine"], &has["state"]), (&json!(call), &json!(true), &json!("connected")));
    assert_eq!(away.shown(&world).await["ringing"], json!([]));
    ada.device.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(ada.hear_error().await, "answered_elsewhere");
    bo.say_about("hang_up", call).await;
    assert_eq!(phone.hear().await["reason"], "business_hung_up");
    world.service.show_desk().await.unwrap();
    assert_eq!(bo.hear("ended").await["reason"], "business_hung_up");
    assert!(world.owed_entries().await.is_empty());
}

#[tokio::test]
async fn who_refuses_is_rung_no_more_and_the_others_are() {
    let world = World::new().await;
    let server = world.listen().await;
    let (mut ada, mut bo) = (Tab::free(&world, server, "Ada").await, Tab::free(&world, server, "Bo").await);
    let (mut phone, call) = call_desk(&world, server).await;
    world.service.show_desk().await.unwrap();
    ada.say_about("refuse", call).await;
    ada.refused(json!({ "type": "hello", "device": "tab" }), "hello_again").await;
    assert_eq!(ada.shown(&world).await["ringing"], json!([]));
    loop {
        if bo.hear("board").await["ringing"][0]["id"] == json!(call) {
            break;
        }
    }
    phone.say_about("hang_up", call).await;
    assert_eq!(phone.hear().await["reason"], "consumer_cancelled");
    world.service.show_desk().await.unwrap();
    assert_eq!(bo.hear("ended").await["call"], json!(call));
}

#[tokio::test]
async fn a_call_is_held_and_handed_over_while_the_consumer_stays() {
    let world = World::new().await;
    let server = world.listen().await;
    let (mut ada, mut bo) = (Tab::free(&world, server, "Ada").await, Tab::free(&world, server, "Bo").await);
    let (mut phone, call) = call_desk(&world, server).await;
    ada.accept(call).await;
    world.service.show_desk().await.unwrap();
    ada.say(json!({ "type": "hold", "call": call, "on": true })).await;
    let away = world.sign_in_agent("Cy").await.0;
    for nobody in [away, AgentId(1), ada.agent] {
        ada.refused(json!({ "type": "hand_over", "call": call, "to": nobody }), "agent_not_free").await;
    }
    assert!(ada.shown(&world).await["call"]["held_since"].is_i64());
    bo.refused(json!({ "type": "hand_over", "call": call, "to": bo.agent }), "not_call_owner").await;
    ada.say(json!({ "type": "hand_over", "call": call, "to": bo.agent })).await;
    ada.refused(json!({ "type": "hello", "device": "tab" }), "hello_again").await;
    assert_eq!(ada.shown(&world).await["call"]["to"], json!(bo.agent));
    let rings = loop {
        let board = bo.hear("board").await;
        if board["ringing"][0].is_object() {
            break board["ringing"][0].clone();
        }
    };
    assert_eq!((&rings["agent"], &rings["state"]), (&json!(ada.agent), &json!("connected")));
    assert_eq!(bo.accept(call).await["sdp"], "answer to Business");
    world.service.show_desk().await.unwrap();
    assert_eq!(ada.hear("handed_over").await["call"], json!(call));
    ada.refused(json!({ "type": "hang_up", "call": call }), "not_call_owner").await;
    assert_eq!(phone.hear().await["type"], "answered");
    bo.say_about("hang_up", call).await;
    loop {
        let heard = phone.hear().await;
        if heard["type"] == "ended" {
            assert_eq!(heard["reason"], "business_hung_up");
            break;
        }
        assert_eq!(heard["type"], "offer", "the consumer's leg stays and is offered the new voice");
    }
}

#[tokio::test]
async fn an_agent_goes_on_at_another_device_and_their_others_know() {
    let world = World::new().await;
    let server = world.listen().await;
    let who = world.sign_in_agent("Ada").await;
    let (mut tab, mut laptop) =
        (Tab::open(&world, server, &who, "tab").await, Tab::open(&world, server, &who, "laptop").await);
    let (_phone, call) = call_desk(&world, server).await;
    tab.accept(call).await;
    world.service.show_desk().await.unwrap();
    assert_eq!(laptop.hear("board").await["call"]["mine"], false);
    laptop.refused(json!({ "type": "update", "call": call, "sdp": "v=0" }), "other_device").await;
    laptop.device.say_with_sdp("resume", call, "v=0").await;
    assert_eq!(laptop.hear("accepted").await["sdp"], "answer to Business");
    world.service.show_desk().await.unwrap();
    assert_eq!(tab.hear("answered_elsewhere").await["call"], json!(call));
    assert_eq!(laptop.hear("board").await["call"]["mine"], true);
}

#[tokio::test]
async fn an_agent_calls_who_permits_it_and_asks_who_does_not() {
    let world = World::new().await;
    let server = world.listen().await;
    let mut ada = Tab::free(&world, server, "Ada").await;
    let (mut phone, _) = Device::hello(server, &world, "phone").await;
    let dial = json!({ "type": "dial", "page": world.page, "psid": world.psid, "sdp": "v=0" });
    ada.say(dial.clone()).await;
    let dialed = ada.hear("dialed").await;
    assert_eq!(phone.hear().await["type"], "incoming");
    let call = call_id(&dialed["call"]);
    ada.refused(dial.clone(), "agent_busy").await;
    phone.say_with_sdp("accept", call, "v=0").await;
    assert_eq!(ada.hear("offer").await["sdp"], "offer for Business");
    ada.say_about("hang_up", call).await;
    ada.say(json!({ "type": "note", "call": call, "text": "Wants the blue one" })).await;
    ada.hear("noted").await;

    world.service.revoke(world.page, world.psid).await.unwrap();
    ada.refused(dial, "no_call_permission").await;
    let ask = json!({ "type": "request_permission", "page": world.page, "psid": world.psid });
    ada.refused(ask.clone(), "outside_messaging_window").await;
    phone.say(&json!({ "type": "message", "text": "Hello" })).await;
    while phone.hear_of_thread().await["entry"]["kind"]["text"] != "Hello" {}
    ada.say(ask).await;
    ada.hear("permission_requested").await;
    while phone.hear_of_thread().await["entry"]["kind"]["type"] != "permission_request" {}

    ada.say(json!({ "type": "history" })).await;
    let past = ada.hear("history").await["calls"][0].clone();
    assert_eq!((&past["agent"], &past["reason"]), (&json!("Ada"), &json!("business_hung_up")));
    assert_eq!(past["notes"][0]["text"], "Wants the blue one");
    ada.say(json!({ "type": "consumer", "page": world.page, "psid": world.psid })).await;
    let consumer = ada.hear("consumer").await;
    assert_eq!(consumer["calls"], json!([past]));
    assert_eq!((&consumer["name"], &consumer["permission"]["granted"]), (&json!("Consumer"), &json!(false)));
    ada.say(json!({ "type": "consumers", "page": world.page, "text": "SUMER" })).await;
    let found = ada.hear("consumers").await["consumers"].clone();
    assert_eq!((&found[0]["name"], &found[0]["permission"]["granted"]), (&json!("Consumer"), &json!(false)));
    ada.say(json!({ "type": "consumers", "page": world.page, "text": "nobody" })).await;
    assert_eq!(ada.hear("consumers").await["consumers"], json!([]));
}
