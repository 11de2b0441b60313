//! `/offhook/v1/faults`, and what they make of requests.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{ADMIN_TOKEN, Reply, World, connect_body};

async fn make(world: &World, rule: Value) -> Value {
    let reply = world.post("/offhook/v1/faults", ADMIN_TOKEN, &rule).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.body
}

async fn list(world: &World) -> Vec<Value> {
    let listed = world.get("/offhook/v1/faults", ADMIN_TOKEN).await.ok();
    listed["data"].as_array().unwrap().clone()
}

async fn delete(world: &World, path: &str) -> Reply {
    world.request("DELETE", &format!("/offhook/v1/faults{path}"), ADMIN_TOKEN, "".into()).await
}

async fn calls(world: &World) -> usize {
    world.get("/offhook/v1/calls", ADMIN_TOKEN).await.ok()["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn faults_are_made_listed_and_ended() {
    let world = World::new().await;
    let made =
        make(&world, json!({ "fault": "api_error", "error": "rate_limited", "action": "connect", "seed": 3 })).await;
    assert_eq!(
        (&made["id"], &made["rule"]["moment"], &made["rule"]["probability"]),
        (&json!("f_1"), &json!("before"), &json!(1.0))
    );
    let random = make(&world, json!({ "fault": "webhook_twice", "app_id": world.app.id, "event": "connect" })).await;
    assert!(random["rule"]["seed"].is_u64(), "what it draws from is told: {random}");
    assert_eq!(world.connect().await.error(), (429, 4, None, "rate_limited"));
    let listed = list(&world).await;
    assert_eq!((&listed[0]["seen"], &listed[0]["struck"], &listed[1]["seen"]), (&json!(1), &json!(1), &json!(0)));

    assert_eq!(delete(&world, "/f_1").await.status, 204);
    world.connect().await.ok();
    for gone in ["/f_1", "/f_x", "/1"] {
        assert_eq!(delete(&world, gone).await.status, 404, "{gone}");
    }
    assert_eq!(delete(&world, "").await.status, 204);
    assert_eq!(list(&world).await, [Value::Null; 0]);
}

#[tokio::test]
async fn each_kind_is_shown_as_it_was_asked_for() {
    let world = World::new().await;
    for rule in [
        json!({ "fault": "webhook_late", "ms": 5000, "page_id": world.page, "event": "accepted" }),
        json!({ "fault": "webhook_out_of_order", "ms": 1 }),
        json!({ "fault": "webhook_terminate_first", "ms": 2 }),
        json!({ "fault": "webhook_dropped", "tries": 3, "event": "media_update" }),
        json!({ "fault": "webhook_acknowledgement_lost", "tries": 2, "event": "ringing" }),
        json!({ "fault": "webhook_slow", "ms": 4000, "event": "other", "times": 2 }),
        json!({ "fault": "webhook_twice", "event": "terminate", "nth": 2 }),
        json!({ "fault": "api_error", "error": "internal", "moment": "after", "edge": "messages" }),
        json!({ "fault": "api_answer_lost", "moment": "before", "edge": "calls", "action": "accept" }),
        json!({ "fault": "api_slow", "ms": 10 }),
        json!({ "fault": "version_collision", "probability": 0.5 }),
        json!({ "fault": "media_ice_never_connects", "side": "business" }),
        json!({ "fault": "media_dtls_fails", "side": "consumer" }),
        json!({ "fault": "media_stops_one_way", "ms": 3000, "seed": 9 }),
    ] {
        let made = make(&world, rule.clone()).await;
        for (field, value) in rule.as_object().unwrap() {
            assert_eq!(&made["rule"][field], value, "{rule}");
        }
    }
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_is_refused_with_what_to_change() {
    let world = World::new().await;
    for (rule, status, named) in [
        (json!({ "fault": "api_error" }), 400, "needs `error`"),
        (json!({ "fault": "api_error", "error": "teapot" }), 400, "rate_limited"),
        (json!({ "fault": "webhook_late" }), 400, "needs `ms`"),
        (json!({ "fault": "webhook_late", "ms": 604_800_001_u64 }), 400, "604800000 at most"),
        (json!({ "fault": "webhook_twice", "ms": 5 }), 400, "`ms` is not for this fault"),
        (json!({ "fault": "webhook_dropped", "tries": 0 }), 400, "`tries` counts from 1"),
        (json!({ "fault": "webhook_twice", "edge": "calls" }), 400, "`edge` is for faults of the API"),
        (json!({ "fault": "media_dtls_fails", "event": "connect" }), 400, "`event` is for faults of webhooks"),
        (json!({ "fault": "api_slow", "ms": 1, "edge": "call" }), 400, "calls, call_metrics"),
        (json!({ "fault": "api_slow", "ms": 1, "action": "hang_up" }), 400, "terminate"),
        (json!({ "fault": "api_slow", "ms": 1, "nth": 0 }), 400, "count from 1"),
        (json!({ "fault": "api_slow", "ms": 1, "probability": 1.5 }), 400, "`probability` is more than 0"),
        (json!({ "fault": "webhook_terminate_first", "event": "ringing" }), 400, "leave `event` out"),
        (json!({ "fault": "webhook_lost" }), 400, "webhook_dropped"),
        (json!({ "fault": "webhook_twice", "app": "1" }), 400, "app"),
        (json!({ "fault": "webhook_twice", "app_id": "1" }), 404, "app"),
        (json!({ "fault": "webhook_twice", "page_id": "1" }), 404, "Page"),
        (json!({ "fault": "webhook_twice", "call_id": offhook_call::CallId([1; 32]) }), 404, "call"),
    ] {
        let refused = world.post("/offhook/v1/faults", ADMIN_TOKEN, &rule).await;
        assert_eq!(refused.status, status, "{rule}: {refused:?}");
        let detail = refused.body["error"]["detail"].as_str().unwrap();
        assert!(detail.contains(named), "{rule}: {detail}");
    }
    assert_eq!(list(&world).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_request_is_refused_before_or_after_all_was_done() {
    let world = World::new().await;
    let once = |moment| json!({ "fault": "api_error", "error": "overloaded", "moment": moment, "times": 1 });
    make(&world, once("before")).await;
    let refused = world.connect().await;
    assert_eq!((refused.error().3, refused.header("x-offhook-fault")), ("overloaded", "f_1 api_error"));
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(calls(&world).await, 0);
    make(&world, once("after")).await;
    assert_eq!(world.connect().await.error(), (503, 2, None, "overloaded"));
    assert_eq!(calls(&world).await, 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_found_again_by_its_key() {
    let world = World::new().await;
    make(&world, json!({ "fault": "api_answer_lost", "action": "connect", "times": 1 })).await;
    let connect = || {
        let request = Request::post(format!("/{}/calls", world.page)).header("idempotency-key", "once");
        let request = request.header("authorization", format!("Bearer {}", world.page_token));
        let request = request.header("content-type", "application/json");
        world.router.clone().oneshot(request.body(Body::from(connect_body(world.psid).to_string())).unwrap())
    };
    let broken = connect().await.unwrap();
    assert_eq!(broken.headers()["x-offhook-fault"], "f_1 api_answer_lost");
    assert!(to_bytes(broken.into_body(), usize::MAX).await.is_err(), "the answer breaks off");
    let again = Reply::read(connect().await.unwrap()).await.ok();
    let listed = world.get("/offhook/v1/calls", ADMIN_TOKEN).await.ok();
    assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["id"]), (1, &again["id"]));
}

#[tokio::test]
async fn an_answer_that_is_lost_before_anything_was_done_did_nothing() {
    let world = World::new().await;
    make(&world, json!({ "fault": "api_answer_lost", "moment": "before" })).await;
    let request = Request::post(format!("/{}/calls", world.page)).header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {}", world.page_token));
    let request = request.body(Body::from(connect_body(world.psid).to_string())).unwrap();
    let broken = world.router.clone().oneshot(request).await.unwrap();
    assert!(to_bytes(broken.into_body(), usize::MAX).await.is_err());
    assert_eq!(calls(&world).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_comes_in_its_time() {
    let world = World::new().await;
    make(&world, json!({ "fault": "api_slow", "ms": 30_000, "edge": "messenger_call_settings" })).await;
    let began = tokio::time::Instant::now();
    world.get(&format!("/{}/messenger_call_settings", world.page), &world.page_token).await.ok();
    assert!(began.elapsed() >= std::time::Duration::from_secs(30));
}

#[tokio::test]
async fn an_update_collides_once_and_is_taken_when_it_is_repeated() {
    let world = World::new().await;
    let call = world.dial().await;
    let phone = world.device("phone").await;
    world.service.accept(&phone.address, call, "v=0").await.unwrap();
    make(&world, json!({ "fault": "version_collision", "call_id": call, "times": 1 })).await;
    let shown = world.get(&format!("/offhook/v1/calls/{call}"), ADMIN_TOKEN).await.ok();
    let version = shown["version"].as_u64().unwrap();
    let update = json!({
        "action": "media_update", "call_id": call, "from_version": version, "to_version": version + 1,
        "tracks": [{ "msid": "a", "label": "default_audio", "status": "disabled" }],
    });
    let refused = world.calls(&update).await;
    assert_eq!(refused.error().3, "version_conflict");
    assert_eq!(refused.body["error"]["error_data"]["offhook"]["current_version"], version);
    world.calls(&update).await.ok();
    let shown = world.get(&format!("/offhook/v1/calls/{call}/timeline"), ADMIN_TOKEN).await.ok();
    let fault = json!({ "fault": "version_collision", "detail": "strikes the update, by f_1" });
    let told = shown["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "fault");
    let told: Vec<_> = told.map(|entry| json!({ "fault": entry["fault"], "detail": entry["detail"] })).collect();
    assert_eq!(told, [fault]);
}

#[tokio::test]
async fn a_server_that_is_no_sandbox_has_no_faults() {
    let mut world = World::new().await;
    world.leave_sandbox();
    for (method, path) in [("GET", ""), ("POST", ""), ("DELETE", ""), ("DELETE", "/f_1")] {
        let refused = world.request(method, &format!("/offhook/v1/faults{path}"), ADMIN_TOKEN, "{}".into()).await;
        assert_eq!((refused.status, &refused.body["error"]["name"]), (403, &json!("no_sandbox")), "{method} {path}");
    }
}
