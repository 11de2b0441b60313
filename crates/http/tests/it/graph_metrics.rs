//! `POST /{page-id}/call_metrics` and `POST /{page-id}/business_messaging_feature_status`.

use offhook_call::{CallId, Duration};
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Reply, World};

fn report(call: CallId) -> Value {
    json!({
        "platform": "messenger", "call_id": call, "end_call_reason": "Hangup_Call", "end_call_subreason": "done",
        "call_ended_time": 1_790_000_120, "first_audio_packet_received_time": 1_790_000_001,
        "audio_stats": {
            "jitter": 0.004, "packets_lost": 3, "packets_received": 6000, "round_trip_time_sec": 0.08,
            "jitter_buffer_delay_ms": 1200.5, "concealed_samples": 480, "total_samples_duration_sec": 119,
        },
    })
}

async fn send(world: &World, body: &Value) -> Reply {
    world.post("/me/call_metrics", &world.page_token, body).await
}

async fn shown(world: &World, call: CallId) -> Value {
    world.get(&format!("/offhook/v1/calls/{call}"), ADMIN_TOKEN).await.ok()["metrics"].clone()
}

/// Why the metrics were refused.
fn refused(reply: &Reply) -> &str {
    assert_eq!(reply.error(), (400, 100, Some(9_100_011), "metrics_refused"));
    reply.body["error"]["error_data"]["offhook"]["detail"].as_str().unwrap()
}

#[tokio::test]
async fn a_calls_metrics_are_kept_in_one_form_and_shown() {
    let world = World::new().await;
    let call = world.dial().await;
    world.act("terminate", call).await.ok();
    assert_eq!(shown(&world, call).await, Value::Null);
    assert_eq!(send(&world, &report(call)).await.ok(), json!({ "success": true }));
    let expected = json!({
        "app_id": world.app.id, "submitted_at": 1_790_000_000_000_i64,
        "report": {
            "end_call_reason": "HANGUP_CALL", "end_call_subreason": "done",
            "call_ended_time": 1_790_000_120_000_i64, "first_audio_packet_received_time": 1_790_000_001_000_i64,
            "first_video_packet_received_time": null,
            "audio_stats": {
                "jitter_ms": 4.0, "packets_lost": 3, "packets_received": 6000, "round_trip_time_ms": 80.0,
                "jitter_buffer_delay_ms": 1200.5, "concealed_samples": 480, "total_samples_duration_ms": 119_000.0,
            },
            "video_stats": null,
        },
    });
    assert_eq!(shown(&world, call).await, expected);
}

#[tokio::test]
async fn stats_may_be_json_texts_as_a_form_has_them() {
    let world = World::new().await;
    let call = world.dial().await;
    world.act("terminate", call).await.ok();
    let mut body = report(call);
    body["audio_stats"] = body["audio_stats"].to_string().into();
    body["video_stats"] = json!(r#"{"packets_lost": 1}"#);
    send(&world, &body).await.ok();
    let shown = shown(&world, call).await;
    assert_eq!(shown["report"]["audio_stats"]["jitter_ms"], 4.0);
    assert_eq!(shown["report"]["video_stats"], json!({ "packets_lost": 1 }));
}

#[tokio::test]
async fn they_are_taken_once_after_the_end_and_within_a_day() {
    let world = World::new().await;
    let call = world.dial().await;
    assert!(refused(&send(&world, &report(call)).await).contains("has not ended"));
    world.act("terminate", call).await.ok();
    world.clock.advance(Duration::from_hours(24));
    send(&world, &report(call)).await.ok();
    assert!(refused(&send(&world, &report(call)).await).contains("already"));

    let late = world.dial().await;
    world.act("terminate", late).await.ok();
    world.clock.advance(Duration::from_hours(24) + Duration::from_millis(1));
    assert!(refused(&send(&world, &report(late)).await).contains("24 hours"));
    assert_eq!(shown(&world, late).await, Value::Null);
}

#[tokio::test]
async fn only_the_calls_owner_reports_on_it() {
    let world = World::new().await;
    let call = world.dial().await;
    world.act("terminate", call).await.ok();
    let other = world.service.create_app("Other".to_owned(), false).await.unwrap();
    let colleague = world.service.create_page_token(other.id, world.page, true, None).await.unwrap().token;
    let reply = world.post("/me/call_metrics", &colleague, &report(call)).await;
    assert_eq!(reply.error(), (403, -1, Some(2_018_394), "not_call_owner"));
    let (_, _, stranger) = world.other_page(&other).await;
    let foreign = world.post("/me/call_metrics", &stranger, &report(call)).await;
    let missing = world.post("/me/call_metrics", &stranger, &report(CallId([7; 32]))).await;
    assert_eq!(foreign.error(), (400, -1, Some(2_018_390), "invalid_call_id"));
    assert_eq!(foreign.untraced(), missing.untraced());
}

#[tokio::test]
async fn what_is_wrong_with_a_report_is_named() {
    let world = World::new().await;
    let call = world.dial().await;
    world.act("terminate", call).await.ok();
    let wrong = [
        ("platform", json!("telegraph")),
        ("end_call_reason", json!("bored")),
        ("call_ended_time", json!("soon")),
        ("first_audio_packet_received_time", Value::Null),
        ("audio_stats", json!([1])),
        ("video_stats", json!({ "jitter": {} })),
    ];
    for (name, value) in wrong {
        let mut body = report(call);
        body[name] = value;
        let reply = send(&world, &body).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), name), "{body}");
    }
    send(&world, &report(call)).await.ok();
}

#[tokio::test]
async fn a_page_learns_whether_it_may_call() {
    let world = World::new().await;
    let ask = async |features: Value| {
        world.post("/me/business_messaging_feature_status", &world.page_token, &json!({ "features": features })).await
    };
    let status = |status: &str| json!({ "data": [{ "feature": "messenger_api_calling", "status": status }] });
    let calling = json!([{ "feature": "messenger_api_calling" }]);
    for form in [calling.clone(), json!(calling.to_string()), json!(["MESSENGER_API_CALLING"])] {
        assert_eq!(ask(form).await.ok(), status("enabled"));
    }
    world.disable_calling();
    assert_eq!(ask(calling).await.ok(), status("disabled"));
    let many = vec!["messenger_api_calling"; 51];
    for wrong in [Value::Null, json!([]), json!("calling"), json!([{ "feature": "teleport" }]), json!([7]), json!(many)]
    {
        let reply = ask(wrong.clone()).await;
        assert_eq!((reply.error().3, reply.blamed()), ("invalid_parameter", "features"), "{wrong}");
    }
}
