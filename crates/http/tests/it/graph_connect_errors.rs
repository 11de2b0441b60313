//! What can be wrong with a connect.

use offhook_call::{Duration, Psid};
use offhook_service::Limits;
use serde_json::{Value, json};

use crate::support::{BROKEN_OFFER, LIMITS, REFUSED_OFFER, World, connect_body};

async fn connect_with_offer(world: &World, sdp: &str) -> crate::support::Reply {
    let mut body = connect_body(world.psid);
    body["session"]["sdp"] = sdp.into();
    world.calls(&body).await
}

#[tokio::test]
async fn parameters_that_are_missing_or_out_of_range() {
    let world = World::new().await;
    let cases = [
        ("action", Value::Null, "action"),
        ("action", json!("dial"), "action"),
        ("action", json!("media_update"), "call_id"),
        ("platform", json!("whatsapp"), "platform"),
        ("to", Value::Null, "to"),
        ("to", json!(""), "to"),
        ("session", json!({ "sdp_type": "answer", "sdp": "v=0" }), "sdp_type"),
    ];
    for (name, value, blamed) in cases {
        let mut body = connect_body(world.psid);
        body[name] = value;
        let reply = world.calls(&body).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), blamed), "{body}");
    }
}

#[tokio::test]
async fn connection_information_that_is_missing() {
    let world = World::new().await;
    let sessions = [
        (Value::Null, "session"),
        (json!({}), "sdp_type"),
        (json!({ "sdp": "v=0" }), "sdp_type"),
        (json!({ "sdp_type": "offer" }), "sdp"),
        (json!({ "sdp_type": "offer", "sdp": "" }), "sdp"),
    ];
    for (session, blamed) in sessions {
        let mut body = connect_body(world.psid);
        body["session"] = session;
        let reply = world.calls(&body).await;
        let expected = ((400, -1, Some(2_018_391), "connection_info_missing"), blamed);
        assert_eq!((reply.error(), reply.blamed()), expected, "{body}");
    }
}

#[tokio::test]
async fn an_offer_that_the_media_refuses_comes_back_with_its_findings() {
    let world = World::new().await;
    let reply = connect_with_offer(&world, REFUSED_OFFER).await;
    assert_eq!(reply.error(), (400, -1, Some(2_018_392), "invalid_sdp"));
    let expected = json!({
        "error": "invalid_sdp", "detail": "line 1: refused by the test", "findings": [{ "line": 1, "rule": "test" }],
    });
    assert_eq!(reply.body["error"]["error_data"]["offhook"], expected);
}

#[tokio::test]
async fn a_consumer_whom_the_page_does_not_know() {
    let world = World::new().await;
    let (_, foreign, _) = world.other_page(&world.app).await;
    for to in [json!("7"), json!(foreign), json!("bob"), json!("-1")] {
        let mut body = connect_body(Psid(7));
        body["to"] = to;
        assert_eq!(world.calls(&body).await.error(), (400, 100, Some(2_018_001), "invalid_psid"), "{body}");
    }
}

#[tokio::test]
async fn a_consumer_who_has_not_permitted_calls() {
    let world = World::new().await;
    let stranger = world.service.create_consumer(world.page, "Stranger".to_owned()).await.unwrap().psid;
    let expected = (403, 10, Some(9_100_001), "no_call_permission");
    assert_eq!(world.calls(&connect_body(stranger)).await.error(), expected);
    world.service.revoke(world.page, world.psid).await.unwrap();
    assert_eq!(world.connect().await.error(), expected);
    world.service.grant(world.page, world.psid).await.unwrap();
    world.clock.advance(Duration::from_hours(7 * 24));
    assert_eq!(world.connect().await.error(), expected);
}

#[tokio::test]
async fn a_page_whose_calling_is_off() {
    let world = World::new().await;
    world.disable_calling();
    assert_eq!(world.connect().await.error(), (400, 100, Some(1_893_056), "calling_not_enabled"));
}

#[tokio::test]
async fn a_consumer_in_a_call_is_busy() {
    let world = World::new().await;
    world.dial().await;
    assert_eq!(world.connect().await.error(), (400, -1, Some(9_100_009), "consumer_busy"));
}

#[tokio::test]
async fn the_quota_of_connected_calls() {
    let call = offhook_call::Limits { connected_calls_per_day: 1, ..LIMITS.call };
    let world = World::with_limits(Limits { call, ..LIMITS }).await;
    let call = world.dial().await;
    let phone = world.device("phone").await;
    world.service.accept(&phone.address, call, "v=0").await.unwrap();
    world.act("terminate", call).await.ok();
    assert_eq!(world.connect().await.error(), (400, -1, Some(9_100_010), "call_quota_reached"));
}

#[tokio::test]
async fn the_limit_of_an_apps_requests() {
    let world = World::with_limits(Limits { connects_per_second: 1, ..LIMITS }).await;
    world.dial().await;
    let reply = world.connect().await;
    assert_eq!(reply.error(), (429, 4, None, "rate_limited"));
    assert_eq!(reply.header("retry-after"), "1");
    let offhook = &reply.body["error"]["error_data"]["offhook"];
    assert_eq!((&offhook["limit"], &offhook["estimated_time_to_regain_access"]), (&json!("app"), &json!(1)));
}

#[tokio::test]
async fn the_limit_of_a_pages_calls() {
    let call = offhook_call::Limits { calls_per_page: 1, ..LIMITS.call };
    let world = World::with_limits(Limits { call, ..LIMITS }).await;
    world.dial().await;
    let second = world.service.create_consumer(world.page, "Second".to_owned()).await.unwrap().psid;
    world.service.grant(world.page, second).await.unwrap();
    let reply = world.calls(&connect_body(second)).await;
    assert_eq!(reply.error(), (429, 613, None, "rate_limited"));
    assert!(reply.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(reply.body["error"]["error_data"]["offhook"]["limit"], "page");
}

#[tokio::test]
async fn a_server_that_stops_takes_no_calls() {
    let world = World::new().await;
    world.service.drain().await.unwrap();
    let reply = world.connect().await;
    assert_eq!(reply.error(), (503, 2, None, "draining"));
    assert_eq!((&reply.body["error"]["is_transient"], reply.header("retry-after")), (&json!(true), "5"));
}

#[tokio::test]
async fn a_bug_ends_one_request_and_is_traced() {
    let world = World::new().await;
    let reply = connect_with_offer(&world, BROKEN_OFFER).await;
    assert_eq!(reply.error(), (500, 1, None, "internal"));
    assert_eq!(reply.body["error"]["fbtrace_id"], reply.header("x-fb-trace-id"));
    world.dial().await;
}
