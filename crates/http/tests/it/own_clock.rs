//! `/offhook/v1/clock` and `x-offhook-time`.

use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Reply, World};

async fn post(world: &World, path: &str, body: &Value) -> Reply {
    world.post(&format!("/offhook/v1/clock{path}"), ADMIN_TOKEN, body).await
}

#[tokio::test]
async fn a_test_turns_the_clock_and_the_ringing_ends() {
    let world = World::new().await;
    let call = world.dial().await;
    let frozen = post(&world, "/freeze", &json!({})).await.ok();
    assert_eq!(frozen, json!({ "now": 1_790_000_000_000_i64, "frozen": true, "ahead_ms": 0 }));
    world.clock.advance(offhook_call::Duration::from_secs(5));
    let moved = post(&world, "/advance", &json!({ "by_ms": 61_000 })).await.ok();
    assert_eq!(moved, json!({ "now": 1_790_000_061_000_i64, "frozen": true, "ahead_ms": 56_000 }));
    let shown = world.get(&format!("/offhook/v1/calls/{call}"), ADMIN_TOKEN).await.ok();
    assert_eq!((&shown["reason"], &shown["ended_at"]), (&json!("no_answer"), &json!(1_790_000_060_000_i64)));
    let to = post(&world, "/advance", &json!({ "to": 1_790_000_062_000_i64 })).await.ok();
    assert_eq!(to["now"], 1_790_000_062_000_i64);
    let released = post(&world, "/release", &json!({})).await.ok();
    assert_eq!(released, json!({ "now": 1_790_000_062_000_i64, "frozen": false, "ahead_ms": 57_000 }));
    assert_eq!(world.get("/offhook/v1/clock", ADMIN_TOKEN).await.ok(), released);
}

#[tokio::test]
async fn a_move_that_is_none_is_refused_with_the_reason() {
    let world = World::new().await;
    for (body, named) in [
        (json!({}), "either `by_ms` or `to`"),
        (json!({ "by_ms": 1, "to": 1 }), "either `by_ms` or `to`"),
        (json!({ "by_ms": -1 }), "`by_ms` is negative"),
        (json!({ "by_ms": "61s" }), "by_ms"),
        (json!({ "to": 1_789_999_999_999_i64 }), "1790000000000"),
        (json!({ "by_ms": 31_622_400_001_i64 }), "366 days"),
        (json!({ "by_ms": 1, "at": 2 }), "at"),
    ] {
        let refused = post(&world, "/advance", &body).await;
        assert_eq!((refused.status, &refused.body["error"]["name"]), (400, &json!("invalid_request")), "{body}");
        assert!(refused.body["error"]["detail"].as_str().unwrap().contains(named), "{refused:?}");
    }
}

#[tokio::test]
async fn every_answer_of_a_sandbox_shows_its_time_and_no_other_servers() {
    let mut world = World::new().await;
    let paths = ["/health/live", "/me/call_permissions", "/nowhere", "/offhook/v1/clock", "/offhook/v1/nowhere"];
    post(&world, "/advance", &json!({ "by_ms": 5 })).await.ok();
    for path in paths {
        let shown = world.get(path, ADMIN_TOKEN).await;
        assert_eq!(shown.headers["x-offhook-time"], "2026-09-21T14:13:20.005Z", "{path}");
    }
    world.leave_sandbox();
    for path in paths {
        assert!(!world.get(path, ADMIN_TOKEN).await.headers.contains_key("x-offhook-time"), "{path}");
    }
    for (method, path) in [("GET", ""), ("POST", "/freeze"), ("POST", "/advance"), ("POST", "/release")] {
        let refused = world.request(method, &format!("/offhook/v1/clock{path}"), ADMIN_TOKEN, "{}".into()).await;
        assert_eq!((refused.status, &refused.body["error"]["name"]), (403, &json!("no_sandbox")), "{path}");
    }
}
