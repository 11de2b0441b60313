//! Faults on demand, against the program.

use std::time::Duration;

use offhook_call::Status;
use offhook_client::admin::Admin;
use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Talk};
use offhook_client::graph::CallId;
use offhook_client::phone::{self, Phone, Source};
use offhook_client::story::{Narrator, Party};
use offhook_client::webhook::{Arrival, CallEvent, CallEventKind, Event, Receiver};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::dev_server::{DevServer, PATIENCE};

async fn arm(server: &DevServer, rules: &[Value]) {
    let admin = Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap();
    for rule in rules {
        admin.create_fault(rule).await.unwrap();
    }
}

/// A call of a phone that is given the answer.
async fn call(server: &DevServer, behaviour: &str) -> (CallId, Phone) {
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = server.graph().connect(server.facts.page_id, server.psid(behaviour), &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    (connected.call, phone)
}

async fn next(receiver: &mut Receiver) -> (Option<String>, CallEvent) {
    let arrival = timeout(PATIENCE, receiver.next()).await.expect("a webhook comes").unwrap();
    let Arrival::Valid { delivery, events } = arrival else { panic!("{arrival:?}") };
    let [Event::Call(event)] = &events[..] else { panic!("{events:?}") };
    (delivery, event.clone())
}

/// What the call's timeline says happened so.
async fn of_kind(server: &DevServer, call: &CallId, kind: &str) -> Vec<Value> {
    let (_, body) = server.get(&format!("/offhook/v1/calls/{}/timeline", call.as_str())).await;
    let shown: Value = serde_json::from_str(&body).unwrap();
    shown["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).cloned().collect()
}

async fn shown(server: &DevServer, call: &CallId) -> Value {
    let (_, body) = server.get(&format!("/offhook/v1/calls/{}", call.as_str())).await;
    serde_json::from_str(&body).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminate_comes_before_its_connect_and_twice() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut receiver = server.subscribe().await;
    arm(
        &server,
        &[json!({ "fault": "webhook_terminate_first" }), json!({ "fault": "webhook_twice", "event": "terminate" })],
    )
    .await;
    let (call, _phone) = call(&server, "ignore").await;
    let (_, first) = next(&mut receiver).await;
    assert!(matches!(first.kind, CallEventKind::Ringing { .. }), "{first:?}");
    server.graph().terminate(server.facts.page_id, &call).await.unwrap();
    let (id, end) = next(&mut receiver).await;
    let (copy, again) = next(&mut receiver).await;
    assert!(matches!(end.kind, CallEventKind::Terminate(_)) && end == again, "{end:?}, {again:?}");
    assert_eq!(id, copy);
    let (_, last) = next(&mut receiver).await;
    assert!(matches!(last.kind, CallEventKind::Dialing { .. }), "{last:?}");
    let tries = of_kind(&server, &call, "webhook").await;
    let struck: Vec<_> = tries.iter().map(|entry| &entry["fault"]).filter(|fault| !fault.is_null()).collect();
    assert!(struck.iter().any(|fault| **fault == "f_2 webhook_twice"), "{tries:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn legs_whose_ice_or_dtls_fails_end_their_calls() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut receiver = server.subscribe().await;
    arm(
        &server,
        &[
            json!({ "fault": "media_ice_never_connects", "side": "business", "nth": 1 }),
            json!({ "fault": "media_dtls_fails", "side": "business" }),
        ],
    )
    .await;
    let (ice, _one) = call(&server, "tone").await;
    let (dtls, _other) = call(&server, "echo").await;
    let mut ended = Vec::new();
    while ended.len() < 2 {
        let (_, event) = next(&mut receiver).await;
        if let CallEventKind::Terminate(end) = event.kind {
            assert_eq!(end.status, Some(Status::Failed));
            ended.push(event.call);
        }
    }
    assert!(ended.contains(&ice) && ended.contains(&dtls));
    let business = |call: &Value| call["statistics"]["legs"][0].clone();
    let (ice, dtls) = (business(&shown(&server, &ice).await), business(&shown(&server, &dtls).await));
    assert!(ice["path"].is_null() && ice["dtls"].is_null(), "no check was ever authentic: {ice}");
    assert!(dtls["path"].is_object() && dtls["dtls"].is_null(), "ICE connected, DTLS did not: {dtls}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_stops_one_way_and_the_call_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let receiver = server.subscribe().await;
    arm(&server, &[json!({ "fault": "media_stops_one_way", "side": "consumer", "ms": 1000 })]).await;
    let (narrator, _story) = Narrator::begin(Party::Business);
    let mut business = Business::new(server.graph(), server.facts.page_id, receiver, narrator);
    let phone = phone::Config { source: Source::MarkedTone(MarkedTone::new(440, -12.0)), ..phone::Config::default() };
    let talk = Talk { phone, length: Some(Duration::from_secs(6)), ..Talk::default() };
    let report = business.call(Dial { to: server.psid("echo"), talk, patience: PATIENCE }).await.unwrap();
    assert_eq!(report.status, Some(Status::Completed));
    let (_, calls) = server.get("/offhook/v1/calls?limit=1").await;
    let calls: Value = serde_json::from_str(&calls).unwrap();
    let id: CallId = calls["data"][0]["id"].as_str().unwrap().parse().unwrap();
    let legs = shown(&server, &id).await["statistics"]["legs"].clone();
    let [to_business, from_consumer] =
        [&legs[0]["packets_out"], &legs[1]["packets_in"]].map(|count| count.as_u64().unwrap());
    // For a moment the business gets two copies; 20 ms each.
    assert!(to_business < 130 && from_consumer > 200, "{to_business} of {from_consumer} packets went through");
    let to_consumer = legs[1]["packets_out"].as_u64().unwrap();
    assert!(to_consumer > 200, "the other way goes on: {to_consumer}");
    let told = of_kind(&server, &id, "fault").await;
    let [only] = &told[..] else { panic!("it stands once, however often the leg is negotiated: {told:?}") };
    assert_eq!(only["fault"], "media_stops_one_way");
    assert_eq!(only["detail"], "strikes the consumer's leg, by f_1");
}
