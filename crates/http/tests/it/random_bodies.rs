//! Whatever is sent, the answer is Graph's, and never a bug.

use axum::body::Body;
use axum::http::{Request, header};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::support::World;

const CONTENT_TYPES: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=XX",
    "multipart/form-data",
    "text/plain",
];

const NAMES: [&str; 35] = [
    "action",
    "platform",
    "to",
    "call_id",
    "session",
    "sdp",
    "sdp_type",
    "tracks",
    "fields",
    "psid",
    "subscribed_fields",
    "appsecret_proof",
    "recipient",
    "id",
    "message",
    "text",
    "attachment",
    "payload",
    "template_type",
    "buttons",
    "ttl_days",
    "audio_enabled",
    "call_hours",
    "weekly_operating_hours",
    "batch",
    "method",
    "relative_url",
    "headers",
    "body",
    "features",
    "end_call_reason",
    "call_ended_time",
    "first_audio_packet_received_time",
    "audio_stats",
    "debug",
];

fn any_json() -> impl Strategy<Value = Value> {
    let words = [
        "connect",
        "TERMINATE",
        "accept",
        "messenger",
        "offer",
        "me",
        "calls",
        "7",
        "c_x",
        "v=0\r\n",
        "POST",
        "me/calls",
        "all",
        "Unknown",
        "",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(words.to_vec()).prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NAMES.to_vec()), inner), 0..4).prop_map(object),
        ]
    })
}

fn object(pairs: Vec<(&'static str, Value)>) -> Value {
    Value::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        prop::collection::vec((prop::sample::select(NAMES.to_vec()), any_json()), 0..8)
            .prop_map(|pairs| object(pairs).to_string().into_bytes()),
        prop::collection::vec(("[a-z_]{1,10}", ".{0,30}"), 0..5).prop_map(|pairs| {
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
        }),
        ".{0,80}".prop_map(|text| {
            format!("--XX\r\nContent-Disposition: form-data; name=\"{text}\"\r\n\r\n{text}\r\n--XX--").into_bytes()
        }),
    ]
}

#[test]
fn random_requests_get_a_graph_answer_and_never_a_500() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let edges = [
        "/me/calls",
        "/me/call_metrics",
        "/me/business_messaging_feature_status",
        "/me/messenger_call_permissions",
        "/me/messages",
        "/me/messenger_call_settings",
        "/me/subscribed_apps",
        "/me/subscriptions",
        "/",
        "/v26.0/me",
    ];
    let methods = ["GET", "POST", "DELETE"];
    let requests = (
        prop::sample::select(edges.to_vec()),
        prop::sample::select(methods.to_vec()),
        prop::sample::select(CONTENT_TYPES.to_vec()),
        any_body(),
    );
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&requests, |(edge, method, content_type, body)| {
        let request = Request::builder()
            .method(method)
            .uri(edge)
            .header(header::AUTHORIZATION, format!("Bearer {}", world.page_token))
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body));
        let reply = runtime.block_on(world.send(request.unwrap()));
        prop_assert!(reply.status < 500, "{:?}", reply);
        let answered = reply.status == 200 || reply.body["error"]["fbtrace_id"] == json!(reply.header("x-fb-trace-id"));
        prop_assert!(answered, "{:?}", reply);
        Ok(())
    });
    outcome.unwrap();
}
