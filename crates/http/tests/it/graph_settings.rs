//! `/{page-id}/messenger_call_settings`.

use serde_json::{Value, json};

use crate::support::{Reply, World};

async fn set(world: &World, body: &Value) -> Reply {
    world.post("/me/messenger_call_settings", &world.page_token, body).await
}

async fn get(world: &World, query: &str) -> Value {
    world.get(&format!("/{}/messenger_call_settings?{query}", world.page), &world.page_token).await.ok()
}

fn nairobi() -> Value {
    let monday = json!({ "day_of_week": "MONDAY", "open_time": "0800", "close_time": "1700" });
    json!({ "timezone_id": "Africa/Nairobi", "weekly_operating_hours": [monday] })
}

#[tokio::test]
async fn settings_read_back_what_was_set_and_keep_the_rest() {
    let world = World::new().await;
    let fresh = json!({ "audio_enabled": true, "video_enabled": true, "icon_enabled": true,
                        "call_routing": { "ring_target": "META" } });
    assert_eq!(get(&world, "").await, fresh);
    let changed = set(&world, &json!({ "icon_enabled": false, "call_hours": nairobi() })).await.ok();
    assert_eq!(changed, json!({ "success": true, "result": "success" }));
    set(&world, &json!({ "video_enabled": "false" })).await.ok();
    let asked = get(&world, "fields=icon_enabled,video_enabled,call_hours").await;
    assert_eq!(asked, json!({ "icon_enabled": false, "video_enabled": false, "call_hours": nairobi() }));
    assert_eq!(get(&world, "fields=audio_enabled&summary=true").await, json!({ "data": [{ "audio_enabled": true }] }));
    set(&world, &json!({ "call_hours": { "timezone_id": "UTC", "weekly_operating_hours": [] } })).await.ok();
    let hours = json!({ "call_hours": { "timezone_id": "UTC", "weekly_operating_hours": [] } });
    assert_eq!(get(&world, "fields=call_hours").await, hours, "setting replaces all days");
}

#[tokio::test]
async fn partners_ring_only_where_an_app_is_subscribed() {
    let world = World::new().await;
    let partners = json!({ "call_routing": { "ring_target": "PARTNERS" } });
    assert_eq!(set(&world, &partners).await.error(), (400, 100, Some(9100012), "settings_refused"));
    world.subscribe().await;
    assert_eq!(get(&world, "fields=call_routing").await, partners, "the default once an app is subscribed");
    set(&world, &partners).await.ok();
    set(&world, &json!({ "call_routing": { "ring_target": "meta" } })).await.ok();
    assert_eq!(get(&world, "fields=call_routing").await, json!({ "call_routing": { "ring_target": "META" } }));
}

#[tokio::test]
async fn a_page_with_audio_off_refuses_calls() {
    let world = World::new().await;
    set(&world, &json!({ "audio_enabled": false })).await.ok();
    assert_eq!(world.connect().await.error().3, "calling_not_enabled");
    set(&world, &json!({ "audio_enabled": true })).await.ok();
    world.dial().await;
}

#[tokio::test]
async fn what_is_out_of_rule_changes_nothing() {
    let world = World::new().await;
    let mut twice = nairobi();
    twice["weekly_operating_hours"] = json!([twice["weekly_operating_hours"][0], twice["weekly_operating_hours"][0]]);
    let refused = set(&world, &json!({ "icon_enabled": false, "call_hours": twice })).await;
    assert_eq!(refused.error().3, "settings_refused");
    assert_eq!(get(&world, "fields=icon_enabled").await, json!({ "icon_enabled": true }));
    assert_eq!(set(&world, &json!({ "icon_enabled": "perhaps" })).await.blamed(), "icon_enabled");
    let (.., other_token) = world.other_page(&world.app).await;
    let path = format!("/{}/messenger_call_settings", world.page);
    assert_eq!(world.get(&path, &other_token).await.error().3, "invalid_page");
}

#[tokio::test]
async fn a_real_change_is_told_in_metas_envelope() {
    let world = World::new().await;
    world.subscribe_to(&["calls", "call_settings_update"]).await;
    let change = json!({ "icon_enabled": false, "call_hours": nairobi() });
    set(&world, &change).await.ok();
    set(&world, &change).await.ok();
    let settings = json!({ "audio_enabled": true, "video_enabled": true, "icon_enabled": false,
                           "call_routing": "PARTNERS", "call_hours": nairobi() });
    let entry = json!({ "id": world.page, "time": 1_790_000_000, "call_settings": settings });
    assert_eq!(world.owed_entries().await, [entry], "once: the second change changed nothing");
}
