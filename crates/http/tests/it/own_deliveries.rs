//! `/offhook/v1/deliveries`.

use offhook_call::{Duration, Time};
use offhook_service::Clock as _;
use offhook_store::{Attempt, AttemptOutcome, HealthRules, LeaseLimits, Outbox as _};
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Reply, World};

const NOW: i64 = 1_790_000_000_000;

async fn get(world: &World, path: &str) -> Reply {
    world.get(&format!("/offhook/v1/deliveries{path}"), ADMIN_TOKEN).await
}

async fn post(world: &World, path: &str, body: &Value) -> Reply {
    world.post(&format!("/offhook/v1/deliveries{path}"), ADMIN_TOKEN, body).await
}

/// A call that was cancelled: two webhooks are owed, one after the other.
async fn owed_two(world: &World) -> offhook_call::CallId {
    world.subscribe().await;
    let call = world.dial().await;
    world.clock.advance(Duration::from_secs(1));
    world.act("terminate", call).await.ok();
    call
}

/// Tries what is due once, in vain.
async fn fail(world: &World, outcome: impl Fn(Time) -> AttemptOutcome) {
    let (store, now) = (world.workers_store(), world.clock.now());
    let limits = LeaseLimits { total: 10, per_app: 10, per_unproven: 10, unproven: 10 };
    let rules = HealthRules { failing_after: Duration::from_mins(15), pause_after: None };
    for lease in store.lease(now, Duration::from_secs(15), limits).await.unwrap() {
        let (took, response) = (Duration::from_millis(80), "gone fishing".to_owned());
        let attempt = Attempt { at: now, took, status: Some(503), response, fault: None, outcome: outcome(now) };
        store.record(&lease, attempt, rules).await.unwrap();
    }
}

fn ids(reply: &Value) -> Vec<i64> {
    reply["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn deliveries_show_what_is_owed() {
    let world = World::new().await;
    assert_eq!(get(&world, "?limit=5").await.ok(), json!({ "data": [] }));
    let call = owed_two(&world).await;
    let listed = get(&world, "").await.ok();
    assert_eq!(ids(&listed), [2, 1]);
    let delivery = &listed["data"][1];
    assert_eq!((&delivery["call_id"], &delivery["state"]), (&json!(call), &json!("pending")));
    assert_eq!((&delivery["attempts"], &delivery["last_status"]), (&json!(0), &Value::Null));
    assert_eq!((&delivery["due_at"], &listed["data"][0]["due_at"]), (&json!(NOW), &Value::Null));
    assert!(delivery["body"].as_str().unwrap().contains("business_initiated"));
}

#[tokio::test]
async fn deliveries_are_found_by_what_they_are() {
    let world = World::new().await;
    let call = owed_two(&world).await;
    let (app, page, until) = (world.app.id, world.page, NOW + 1);
    for (query, expected) in [
        (format!("?call_id={call}"), &[2, 1][..]),
        (format!("?app_id={app}&page_id={page}&state=pending"), &[2, 1]),
        ("?app_id=7".to_owned(), &[]),
        ("?state=dead".to_owned(), &[]),
        (format!("?since={until}"), &[2]),
        (format!("?until={until}"), &[1]),
        ("?after=0".to_owned(), &[1, 2]),
        ("?after=0&limit=1".to_owned(), &[1]),
        ("?after=2".to_owned(), &[]),
    ] {
        assert_eq!(ids(&get(&world, &query).await.ok()), expected, "{query}");
    }
    for query in ["?state=lost", "?call_id=c_x", "?after=x", "?page=7"] {
        let refused = get(&world, query).await;
        assert_eq!((refused.status, &refused.body["error"]["name"]), (400, &json!("invalid_request")), "{query}");
    }
}

#[tokio::test]
async fn a_delivery_has_its_attempts() {
    let world = World::new().await;
    owed_two(&world).await;
    let later = |now| AttemptOutcome::RetryAt(now + Duration::from_secs(2));
    fail(&world, later).await;
    world.clock.advance(Duration::from_secs(2));
    fail(&world, later).await;
    let shown = get(&world, "/1").await.ok();
    let (response, fault) = ("gone fishing", Value::Null);
    let attempt = |number, at| json!({ "number": number, "at": at, "took_ms": 80, "status": 503, "response": response, "fault": fault });
    assert_eq!(shown["history"], json!([attempt(1, NOW + 1000), attempt(2, NOW + 3000)]));
    assert_eq!((&shown["attempts"], &shown["due_at"]), (&json!(2), &json!(NOW + 5000)));
    for path in ["/99", "/x"] {
        let refused = get(&world, path).await;
        assert_eq!((refused.status, &refused.body["error"]["name"]), (404, &json!("not_found")), "{path}");
    }
}

#[tokio::test]
async fn what_is_dead_is_delivered_again() {
    let world = World::new().await;
    owed_two(&world).await;
    for _ in 0..2 {
        fail(&world, |_| AttemptOutcome::Dead).await;
    }
    assert_eq!(ids(&get(&world, "?state=dead").await.ok()), [2, 1]);
    let one = post(&world, "/2/redeliver", &json!({})).await.ok();
    assert_eq!(
        (&one["state"], &one["redelivered_at"], &one["attempts"]),
        (&json!("pending"), &json!(NOW + 1000), &json!(1))
    );
    let range = json!({ "app_id": world.app.id, "since": NOW, "until": NOW + 60_000 });
    assert_eq!(post(&world, "/redeliver", &range).await.ok(), json!({ "redelivered": 1, "more_after": null }));
    assert_eq!(ids(&get(&world, "?state=pending").await.ok()), [2, 1]);
    assert_eq!(post(&world, "/redeliver", &range).await.ok()["redelivered"], 0, "none is dead any more");
}

#[tokio::test]
async fn endpoints_show_how_they_do_and_are_resumed() {
    let world = World::new().await;
    let endpoints = async || world.get("/offhook/v1/endpoints", ADMIN_TOKEN).await.ok();
    assert_eq!(endpoints().await, json!({ "data": [] }));
    owed_two(&world).await;
    let healthy = json!({
        "app_id": world.app.id, "callback_url": "https://good.example/webhook", "health": "healthy", "since": NOW,
        "failing_since": null,
    });
    assert_eq!(endpoints().await, json!({ "data": [healthy] }));
    fail(&world, |_| AttemptOutcome::Gone).await;
    let shown = endpoints().await["data"][0].clone();
    assert_eq!((&shown["health"], &shown["since"]), (&json!("gone"), &json!(NOW + 1000)));
    let path = format!("/offhook/v1/endpoints/{}/resume", world.app.id);
    assert_eq!(world.post(&path, ADMIN_TOKEN, &json!({})).await.ok()["health"], "healthy");
}
