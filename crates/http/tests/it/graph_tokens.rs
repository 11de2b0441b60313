//! Where a token may stand, and what is wrong with it.

use axum::body::Body;
use axum::http::{Request, request::Builder};
use offhook_call::Duration;
use offhook_wire::signature::appsecret_proof;
use serde_json::{Value, json};

use crate::support::{Reply, World, connect_body};

fn calls(query: &str) -> Builder {
    Request::post(format!("/me/calls{query}")).header("content-type", "application/json")
}

fn body_with(world: &World, extra: &Value) -> Body {
    let mut body = connect_body(world.psid);
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body.to_string().into()
}

/// Authenticates and is refused for a reason of its own.
fn assert_let_in(reply: &Reply) {
    assert_eq!(reply.error().3, "invalid_call_id", "{reply:?}");
}

#[tokio::test]
async fn a_token_in_each_place_lets_in() {
    let world = World::new().await;
    let token = &world.page_token;
    let action = |extra: Value| {
        let mut body = json!({ "action": "terminate", "call_id": "c_x" });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        Body::from(body.to_string())
    };
    let requests = [
        calls("").header("authorization", format!("Bearer {token}")).body(action(json!({}))),
        calls("").header("authorization", format!("bearer  {token}")).body(action(json!({}))),
        calls(&format!("?access_token={token}")).body(action(json!({}))),
        calls(&format!("?oauth_token={token}")).body(action(json!({}))),
        calls("").body(action(json!({ "access_token": token }))),
        calls("").body(action(json!({ "oauth_token": token }))),
        // The same token twice is one token; a scheme that is not ours is none.
        calls(&format!("?access_token={token}")).body(action(json!({ "access_token": token }))),
        calls(&format!("?access_token={token}")).header("authorization", "Basic eDp5").body(action(json!({}))),
    ];
    for request in requests {
        assert_let_in(&world.send(request.unwrap()).await);
    }
}

#[tokio::test]
async fn two_different_tokens_are_refused_wherever_they_stand() {
    let world = World::new().await;
    let token = &world.page_token;
    let other = world.service.create_page_token(world.app.id, world.page, true, None).await.unwrap().token;
    let requests = [
        calls(&format!("?access_token={token}&oauth_token={other}")).body(body_with(&world, &json!({}))),
        calls(&format!("?access_token={token}&access_token={other}")).body(body_with(&world, &json!({}))),
        calls(&format!("?access_token={token}")).body(body_with(&world, &json!({ "access_token": other }))),
        calls("")
            .header("authorization", format!("Bearer {token}"))
            .body(body_with(&world, &json!({ "oauth_token": other }))),
    ];
    for request in requests {
        assert_eq!(world.send(request.unwrap()).await.error(), (401, 190, None, "invalid_token"));
    }
}

#[tokio::test]
async fn a_token_that_is_missing_unknown_expired_or_revoked_is_refused() {
    let world = World::new().await;
    let body = || body_with(&world, &json!({}));
    let missing = world.send(calls("?access_token=").body(body()).unwrap()).await;
    assert_eq!(missing.error(), (401, 190, None, "invalid_token"));
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    let unknown = world.post("/me/calls", "EAAunknown", &connect_body(world.psid)).await;
    assert_eq!(unknown.error(), (401, 190, None, "invalid_token"));

    let expires_at = world.service.create_page_token(world.app.id, world.page, true, None).await.unwrap();
    world.service.revoke_page_token(&expires_at.token).await.unwrap();
    let revoked = world.post("/me/calls", &expires_at.token, &connect_body(world.psid)).await;
    assert_eq!(revoked.error(), (401, 190, None, "invalid_token"));

    let soon = offhook_call::Time(1_790_000_001_000);
    let short = world.service.create_page_token(world.app.id, world.page, true, Some(soon)).await.unwrap().token;
    world.post("/me/calls", &short, &json!({ "action": "terminate", "call_id": "c_x" })).await.error();
    world.clock.advance(Duration::from_secs(1));
    let expired = world.post("/me/calls", &short, &connect_body(world.psid)).await;
    assert_eq!(expired.error(), (401, 190, Some(463), "invalid_token"));
    assert_eq!(world.service.calls(None, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_token_that_is_no_text_is_named() {
    let world = World::new().await;
    let reply = world.send(calls("").body(body_with(&world, &json!({ "access_token": 5 }))).unwrap()).await;
    assert_eq!((reply.error().3, reply.blamed()), ("invalid_parameter", "access_token"));
}

#[tokio::test]
async fn a_token_without_pages_messaging_lacks_permission() {
    let world = World::new().await;
    let weak = world.service.create_page_token(world.app.id, world.page, false, None).await.unwrap().token;
    let reply = world.post("/me/calls", &weak, &connect_body(world.psid)).await;
    assert_eq!(reply.error(), (403, 200, None, "missing_permission"));
}

#[tokio::test]
async fn a_proof_is_checked_when_sent_and_demanded_when_the_app_says_so() {
    let world = World::new().await;
    let strict = world.service.create_app("Strict".to_owned(), true).await.unwrap();
    let strict_token = world.service.create_page_token(strict.id, world.page, true, None).await.unwrap().token;
    let terminate = |token: &str, proof: Option<&str>| {
        let proof = proof.map_or(Value::Null, Value::from);
        let body = json!({ "action": "terminate", "call_id": "c_x", "appsecret_proof": proof, "access_token": token });
        calls("").body(Body::from(body.to_string())).unwrap()
    };
    let good = appsecret_proof(&world.app.secret, &world.page_token);
    assert_let_in(&world.send(terminate(&world.page_token, None)).await);
    assert_let_in(&world.send(terminate(&world.page_token, Some(&good))).await);
    let strict_proof = appsecret_proof(&strict.secret, &strict_token);
    assert_let_in(&world.send(terminate(&strict_token, Some(&strict_proof))).await);
    let refused = [
        terminate(&world.page_token, Some("nonsense")),
        terminate(&world.page_token, Some(&strict_proof)),
        terminate(&strict_token, None),
        terminate(&strict_token, Some(&good)),
    ];
    for request in refused {
        assert_eq!(world.send(request).await.error(), (400, 100, None, "invalid_app_secret_proof"));
    }
}

#[tokio::test]
async fn a_page_that_is_not_the_tokens_looks_like_one_that_does_not_exist() {
    let world = World::new().await;
    let (foreign, psid, _) = world.other_page(&world.app).await;
    let connect =
        async |page: &str| world.post(&format!("/{page}/calls"), &world.page_token, &connect_body(psid)).await;
    let missing = connect("1").await;
    assert_eq!(missing.error(), (400, 100, Some(33), "invalid_page"));
    assert_eq!(missing.body["error"]["type"], "GraphMethodException");
    for page in [&*foreign.page.to_string(), "no-number", "99999999999999999999999"] {
        let reply = connect(page).await;
        assert_eq!((reply.status, reply.untraced()), (missing.status, missing.untraced()), "{page}");
        let names = |reply: &Reply| reply.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&reply), names(&missing));
    }
}
