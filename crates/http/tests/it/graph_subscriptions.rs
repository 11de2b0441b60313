//! `/{app-id}/subscriptions` and `/{page-id}/subscribed_apps`.

use serde_json::{Value, json};

use crate::support::{Callbacks, Reply, World};

fn app_token(world: &World) -> String {
    format!("{}|{}", world.app.id, world.app.secret)
}

async fn subscribe_app(world: &World, changes: &[(&str, Value)]) -> Reply {
    let mut body = json!({
        "object": "page", "callback_url": Callbacks::GOOD_URL, "verify_token": Callbacks::VERIFY_TOKEN,
        "fields": "calls,messages",
    });
    for (name, value) in changes {
        body[*name] = value.clone();
    }
    world.post(&format!("/{}/subscriptions", world.app.id), &app_token(world), &body).await
}

async fn app_subscription(world: &World, query: &str) -> Reply {
    world.get(&format!("/v26.0/{}/subscriptions{query}", world.app.id), &app_token(world)).await
}

#[tokio::test]
async fn an_app_sets_its_callback_after_the_handshake() {
    let world = World::new().await;
    assert_eq!(app_subscription(&world, "").await.ok(), json!({ "data": [] }));
    assert_eq!(subscribe_app(&world, &[]).await.ok(), json!({ "success": true }));
    let field = |name: &str| json!({ "name": name, "version": "v26.0" });
    let expected = json!({
        "object": "page", "callback_url": Callbacks::GOOD_URL, "active": true,
        "fields": [field("calls"), field("messages")],
    });
    assert_eq!(app_subscription(&world, "").await.ok(), json!({ "data": [expected] }));
    let only = json!({ "data": [{ "active": true }] });
    assert_eq!(app_subscription(&world, "?fields=active").await.ok(), only);
}

#[tokio::test]
async fn a_callback_that_fails_the_handshake_changes_nothing() {
    let world = World::new().await;
    let reply = subscribe_app(&world, &[("verify_token", json!("other"))]).await;
    assert_eq!(reply.error(), (400, 2200, None, "callback_refused"));
    let detail = &reply.body["error"]["error_data"]["offhook"]["detail"];
    assert_eq!(detail, "the callback did not echo the challenge");
    assert_eq!(app_subscription(&world, "").await.ok(), json!({ "data": [] }));
}

#[tokio::test]
async fn what_is_wrong_with_a_subscription_is_named() {
    let world = World::new().await;
    let wrong = [
        ("object", json!("user")),
        ("callback_url", Value::Null),
        ("verify_token", json!("")),
        ("fields", json!("call")),
        ("fields", Value::Null),
    ];
    for (name, value) in wrong {
        let reply = subscribe_app(&world, &[(name, value)]).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), name));
    }
    assert_eq!(app_subscription(&world, "?fields=secret").await.blamed(), "fields");
}

#[tokio::test]
async fn only_the_apps_own_access_token_will_do() {
    let world = World::new().await;
    let other = world.service.create_app("Other".to_owned(), false).await.unwrap();
    let paths = [world.app.id.to_string(), "7".to_owned(), "me".to_owned()];
    let tokens =
        [world.page_token.clone(), format!("{}|wrong", world.app.id), format!("{}|{}", other.id, other.secret)];
    let mut bodies = Vec::new();
    for path in &paths {
        for token in &tokens {
            let reply = world.get(&format!("/{path}/subscriptions"), token).await;
            assert_eq!(reply.error(), (401, 190, None, "invalid_token"), "{path} {token}");
            bodies.push(reply.untraced());
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "an app that does not exist looks like one that is not yours");
}

#[tokio::test]
async fn a_page_is_subscribed_read_and_unsubscribed() {
    let world = World::new().await;
    let edge = format!("/{}/subscribed_apps", world.page);
    let token = &world.page_token;
    let none = json!({ "data": [] });
    assert_eq!(world.get(&edge, token).await.ok(), none);
    let by_query = format!("{edge}?subscribed_fields=calls,call_permission_reply");
    assert_eq!(world.request("POST", &by_query, token, "".into()).await.ok(), json!({ "success": true }));
    let fields = json!(["call_permission_reply", "calls"]);
    let app = json!({ "id": world.app.id, "name": "App", "subscribed_fields": fields });
    assert_eq!(world.get(&edge, token).await.ok(), json!({ "data": [app] }));
    let only = json!({ "data": [{ "id": world.app.id }] });
    assert_eq!(world.get(&format!("{edge}?fields=id"), token).await.ok(), only);

    world.post(&edge, token, &json!({ "subscribed_fields": ["calls"] })).await.ok();
    assert_eq!(world.get(&edge, token).await.ok()["data"][0]["subscribed_fields"], json!(["calls"]));
    assert_eq!(world.request("DELETE", &edge, token, "".into()).await.ok(), json!({ "success": true }));
    assert_eq!(world.get(&edge, token).await.ok(), none);
}

#[tokio::test]
async fn what_is_wrong_with_a_pages_subscription_is_named() {
    let world = World::new().await;
    let edge = format!("/{}/subscribed_apps", world.page);
    for fields in [Value::Null, json!(""), json!(["call"]), json!(5)] {
        let reply = world.post(&edge, &world.page_token, &json!({ "subscribed_fields": fields })).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), "subscribed_fields"));
    }
    assert_eq!(world.get("/7/subscribed_apps", &world.page_token).await.error().3, "invalid_page");
    assert_eq!(world.get(&format!("{edge}?fields=link"), &world.page_token).await.blamed(), "fields");
}
