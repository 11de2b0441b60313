//! `GET /{page-id}/messenger_call_permissions`.

use offhook_call::Duration;
use offhook_service::Limits;
use serde_json::{Value, json};

use crate::support::{LIMITS, Reply, World};

async fn permission(world: &World, query: &str) -> Reply {
    let uri = format!("/{}/messenger_call_permissions?psid={}{query}", world.page, world.psid);
    world.get(&uri, &world.page_token).await
}

fn answer(permission: &Value, requests: bool, calls: bool, connected: u32) -> Value {
    let limit = |max: u32, usage: u32| json!([{ "time_period": "PT24H", "max_allowed": max, "current_usage": usage }]);
    json!({
        "permission": permission,
        "actions": [
            { "action_name": "send_call_permission_request", "can_perform": requests, "limits": limit(2, 0) },
            { "action_name": "start_call", "can_perform": calls, "limits": limit(1, connected) },
        ],
    })
}

#[tokio::test]
async fn it_follows_grant_use_revoke_and_expiry() {
    let call = offhook_call::Limits { connected_calls_per_day: 1, ..LIMITS.call };
    let world = World::with_limits(Limits { call, ..LIMITS }).await;
    let week = 7 * 24 * 3600;
    let granted = json!({ "status": "HAS_PERMISSION", "expiration_time": 1_790_000_000 + week });
    let none = json!({ "status": "NO_PERMISSION" });
    assert_eq!(permission(&world, "").await.ok(), answer(&granted, false, true, 0));

    let call = world.dial().await;
    world.service.accept(&world.device("phone").await.address, call, "v=0").await.unwrap();
    assert_eq!(permission(&world, "").await.ok(), answer(&granted, false, false, 1));

    world.clock.advance(Duration::from_secs(week));
    assert_eq!(permission(&world, "").await.ok(), answer(&none, true, false, 0));
    world.service.grant(world.page, world.psid).await.unwrap();
    world.service.revoke(world.page, world.psid).await.unwrap();
    assert_eq!(permission(&world, "").await.ok(), answer(&none, true, false, 0));
}

#[tokio::test]
async fn it_is_bare_or_an_edge_and_has_the_fields_asked_for() {
    let world = World::new().await;
    let bare = permission(&world, "").await.ok();
    assert_eq!(permission(&world, "&summary=true").await.ok(), json!({ "data": [bare] }));
    assert_eq!(permission(&world, "&fields=actions").await.ok(), json!({ "actions": bare["actions"] }));
    assert_eq!(permission(&world, "&fields=permission,actions&format=json").await.ok(), bare);
    let unknown = permission(&world, "&fields=permission,quota").await;
    assert_eq!((unknown.error(), unknown.blamed()), ((400, 100, None, "invalid_parameter"), "fields"));
}

#[tokio::test]
async fn what_can_be_wrong_with_it() {
    let world = World::new().await;
    let get = async |query: &str| world.get(&format!("/me/messenger_call_permissions{query}"), &world.page_token).await;
    let missing = get("").await;
    assert_eq!((missing.error(), missing.blamed()), ((400, 100, None, "invalid_parameter"), "psid"));
    for psid in ["?psid=7", "?psid=bob"] {
        assert_eq!(get(psid).await.error(), (400, 100, Some(2_018_001), "invalid_psid"));
    }
    let (foreign, _, _) = world.other_page(&world.app).await;
    let uri = format!("/{}/messenger_call_permissions?psid={}", foreign.page, world.psid);
    assert_eq!(world.get(&uri, &world.page_token).await.error(), (400, 100, Some(33), "invalid_page"));
    assert_eq!(world.get(&uri, "EAAunknown").await.error(), (401, 190, None, "invalid_token"));
    world.disable_calling();
    assert_eq!(permission(&world, "").await.error(), (400, 100, Some(1_893_056), "calling_not_enabled"));
}
