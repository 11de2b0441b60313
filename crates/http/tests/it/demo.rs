//! The demo's routes.

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use offhook_http::{Demo, DemoConsumer};
use offhook_wire::signature::{SIGNATURE_HEADER, sign};
use serde_json::json;
use tower::ServiceExt as _;

use crate::support::World;

async fn demo_world() -> World {
    let world = World::new().await;
    let consumer = DemoConsumer { psid: world.psid, name: "Ada".to_owned(), token: world.consumer_token.clone() };
    let demo = Demo { consumers: vec![consumer], ..world.demo() };
    world.with_demo(demo)
}

#[tokio::test]
async fn without_a_demo_there_are_no_demo_paths() {
    let world = World::new().await;
    for path in ["/demo/business", "/demo/config.json", "/demo/webhooks"] {
        assert_eq!(world.get(path, "").await.error().3, "unknown_path");
    }
    assert_eq!(world.get("/assets/demo/business.js", "").await.status, 404);
}

#[tokio::test]
async fn the_pages_learn_who_they_are_and_no_secrets() {
    let world = demo_world().await;
    let expected = json!({
        "page_id": world.page, "page_name": "Page", "page_token": world.page_token, "app_id": world.app.id,
        "consumers": [{ "psid": world.psid, "name": "Ada", "token": world.consumer_token }],
    });
    assert_eq!(world.get("/demo/config.json", "").await.ok(), expected);
}

#[tokio::test]
async fn the_demo_has_a_page_for_each_side() {
    let world = demo_world().await;
    for (path, script) in [("/demo/business", "demo/business.js"), ("/demo/consumer", "demo/consumer.js")] {
        let page = world.get(path, "").await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(page.body.as_str().is_some_and(|html| html.contains(script)), "{path}");
        assert_eq!(world.get(&format!("/assets/{script}"), "").await.status, 200, "{script}");
    }
}

#[tokio::test]
async fn the_callback_echoes_the_challenge_for_the_right_token() {
    let world = demo_world().await;
    let handshake = async |token: &str| {
        let uri = format!("/demo/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}");
        world.get(&uri, "").await
    };
    assert_eq!(handshake("demo").await.ok(), json!(1_158_201_444));
    assert_eq!(handshake("other").await.status, 403);
}

#[tokio::test]
async fn webhooks_are_shown_as_they_come_with_their_signature_checked() {
    let world = demo_world().await;
    let stream = world.router.clone().oneshot(Request::get("/demo/webhooks").body(Body::empty()).unwrap());
    let mut stream = stream.await.unwrap().into_body().into_data_stream();
    let body = r#"{"object":"page","entry":[]}"#;
    let post = |signature: String| {
        Request::post("/demo/webhook").header(SIGNATURE_HEADER, signature).body(Body::from(body)).unwrap()
    };
    assert_eq!(world.send(post(sign(&world.app.secret, body.as_bytes()))).await.status, 200);
    assert_eq!(world.send(post(sign("other", body.as_bytes()))).await.status, 403);
    let mut shown = async || String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    let first = "event: webhook\ndata: {\"verified\":true,\"body\":{\"entry\":[],\"object\":\"page\"}}\n\n";
    assert_eq!(shown().await, ": \n\n", "it is there");
    assert_eq!(shown().await, first);
    assert_eq!(shown().await, "event: webhook\ndata: {\"verified\":false,\"body\":null}\n\n");
    world.state.stop.cancel();
    assert!(stream.next().await.is_none(), "the stream ends when the server stops");
}
