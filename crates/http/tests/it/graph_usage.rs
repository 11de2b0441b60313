//! Hourly quotas and the headers that show them.

use offhook_call::Duration;
use offhook_service::{Limits, Quota, UsageLimits};
use serde_json::{Value, json};

use crate::support::{LIMITS, Reply, World};

const PLENTY: Quota = LIMITS.usage.app;

async fn world(app: Quota, page: Quota) -> World {
    World::with_limits(Limits { usage: UsageLimits { app, page }, ..LIMITS }).await
}

fn requests(requests: u32) -> Quota {
    Quota { requests, ..PLENTY }
}

async fn ask(world: &World) -> Reply {
    world.get("/me/subscribed_apps", &world.page_token).await
}

fn header(reply: &Reply, name: &str) -> Value {
    serde_json::from_str(reply.header(name)).unwrap_or_else(|_| panic!("no {name}: {reply:?}"))
}

#[tokio::test]
async fn usage_is_shown_in_percent_of_a_rolling_hour() {
    let world = world(requests(200), requests(10)).await;
    for (app, page) in [(0, 10), (1, 20), (1, 30)] {
        let reply = ask(&world).await;
        let usage = header(&reply, "x-app-usage");
        assert_eq!(usage, json!({ "call_count": app, "total_time": 0, "total_cputime": 0 }));
        let usage = header(&reply, "x-business-use-case-usage");
        let expected = json!({ "type": "messenger", "call_count": page, "total_time": 0, "total_cputime": 0,
            "estimated_time_to_regain_access": 0 });
        assert_eq!(usage, json!({ world.page.to_string(): [expected] }));
    }
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(header(&ask(&world).await, "x-app-usage")["call_count"], 0);
}

#[tokio::test]
async fn a_quota_that_is_used_up_refuses_until_its_oldest_minute_is_an_hour_ago() {
    for (app, page, code, limit) in [(requests(3), PLENTY, 4, "app"), (PLENTY, requests(3), 613, "page_requests")] {
        let world = world(app, page).await;
        ask(&world).await.ok();
        world.clock.advance(Duration::from_mins(10));
        ask(&world).await.ok();
        ask(&world).await.ok();
        for _ in 0..3 {
            let refused = ask(&world).await;
            assert_eq!(refused.error(), (429, code, None, "rate_limited"));
            let offhook = &refused.body["error"]["error_data"]["offhook"];
            assert_eq!((&offhook["limit"], &offhook["estimated_time_to_regain_access"]), (&json!(limit), &json!(50)));
            let wait: u64 = refused.header("retry-after").parse().unwrap();
            assert!((49 * 60..=50 * 60).contains(&wait), "{wait}");
            assert_eq!(header(&refused, "x-app-usage")["call_count"], if limit == "app" { 100 } else { 0 });
        }
        world.clock.advance(Duration::from_mins(50));
        ask(&world).await.ok();
        assert_eq!(ask(&world).await.status, 429);
    }
}

#[tokio::test]
async fn time_counts_too() {
    let world = world(Quota { time: Duration::from_nanos(1), ..PLENTY }, PLENTY).await;
    // The first finds the quota unused, and uses it up: no request takes less than a nanosecond.
    let first = ask(&world).await;
    assert_eq!(first.status, 200);
    assert_eq!(ask(&world).await.error(), (429, 4, None, "rate_limited"));
}

#[tokio::test]
async fn an_app_token_uses_the_apps_quota_and_a_stranger_nobodys() {
    let world = world(requests(2), PLENTY).await;
    let token = format!("{}|{}", world.app.id, world.app.secret);
    let uri = format!("/{}/subscriptions", world.app.id);
    let reply = world.get(&uri, &token).await;
    assert_eq!(header(&reply, "x-app-usage")["call_count"], 50);
    assert_eq!(reply.header("x-business-use-case-usage"), "");
    let stranger = world.get("/me/subscribed_apps", "EAAunknown").await;
    assert_eq!((stranger.status, stranger.header("x-app-usage")), (401, ""));
    let other = world.service.create_app("Other".to_owned(), false).await.unwrap();
    let (_, _, others) = world.other_page(&other).await;
    for _ in 0..2 {
        world.get("/me/subscribed_apps", &others).await.ok();
    }
    ask(&world).await.ok();
    assert_eq!(ask(&world).await.status, 429);
}

#[tokio::test]
async fn operations_of_a_batch_count_each() {
    let world = world(requests(3), PLENTY).await;
    let operation = json!({ "method": "GET", "relative_url": "me/subscribed_apps" });
    let reply = world.post("/", &world.page_token, &json!({ "batch": vec![operation; 4] })).await.ok();
    let codes: Vec<_> = reply.as_array().unwrap().iter().map(|answer| answer["code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [200, 200, 200, 429]);
}
