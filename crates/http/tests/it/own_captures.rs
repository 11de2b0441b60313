//! `/offhook/v1/captures` and `/offhook/v1/calls/{call}/capture`.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use offhook_call::{Duration, PathStatistics, Side, Transport};
use offhook_service::CapturedPacket;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{ADMIN_TOKEN, World};

fn packet(side: Side, from_party: bool, remote: &str) -> CapturedPacket {
    let local = "127.0.0.1:3478".parse().unwrap();
    let path = PathStatistics { local, remote: remote.parse().unwrap(), transport: Transport::Udp };
    let packet = [&[0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7][..], b"voice"].concat();
    CapturedPacket { side, from_party, path, at_us: 0, packet }
}

#[tokio::test]
async fn a_capture_is_begun_ended_and_fetched() {
    let world = World::new().await;
    let call = world.dial().await;
    let path = format!("/offhook/v1/calls/{call}/capture");
    assert_eq!(world.get(&path, ADMIN_TOKEN).await.body["error"]["name"], "not_found");
    let begun = world.post(&path, ADMIN_TOKEN, &Value::Null).await.ok();
    assert_eq!(begun, json!({ "call_id": call, "running": true, "packets": 0, "bytes": 0, "left_out": 0 }));
    world.service.handle_captured(call, Duration::ZERO, packet(Side::Business, true, "192.0.2.1:4000"));
    world.service.handle_captured(call, Duration::ZERO, packet(Side::Consumer, false, "[2001:db8::1]:5000"));
    let ended = world.request("DELETE", &path, ADMIN_TOKEN, "".into()).await.ok();
    assert_eq!((&ended["running"], &ended["packets"]), (&json!(false), &json!(2)));

    let request = Request::get(&path).header("authorization", format!("Bearer {ADMIN_TOKEN}"));
    let response = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-pcapng");
    let file = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(
        (&file[..4], file.windows(5).filter(|part| part == b"voice").count()),
        (&[0x0A, 0x0D, 0x0D, 0x0A][..], 2)
    );
}

#[tokio::test]
async fn what_is_armed_and_captured_is_shown() {
    let world = World::new().await;
    let arm = async |body: Value| world.post("/offhook/v1/captures", ADMIN_TOKEN, &body).await.ok();
    let of_page = json!({ "page_id": world.page, "app_id": null });
    assert_eq!(arm(json!({ "on": true, "page_id": world.page })).await["armed"], json!([of_page]));
    let call = world.dial().await;
    let shown = world.get("/offhook/v1/captures", ADMIN_TOKEN).await.ok();
    assert_eq!((&shown["captures"][0]["call_id"], &shown["captures"][0]["running"]), (&json!(call), &json!(true)));
    world.act("terminate", call).await.ok();
    let shown = arm(json!({ "on": false, "page_id": world.page })).await;
    assert_eq!((&shown["armed"], &shown["captures"][0]["running"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn nothing_is_captured_outside_a_sandbox() {
    let mut world = World::new().await;
    world.state.sandbox = false;
    world.router = offhook_http::router(world.state.clone());
    let call = world.dial().await;
    for (method, path) in [("POST", format!("/calls/{call}/capture")), ("GET", "/captures".to_owned())] {
        let refused = world.request(method, &format!("/offhook/v1{path}"), ADMIN_TOKEN, "".into()).await;
        assert_eq!((refused.status, &refused.body["error"]["name"]), (403, &json!("no_sandbox")));
    }
}
