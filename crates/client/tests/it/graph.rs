use std::sync::{Arc, Mutex};

use offhook_client::graph::{
    AppId, AudioStats, Button, CallHours, CallId, CallMetrics, CallSettings, Element, EndCallReason, Error, Graph,
    MediaUpdate, Message, Negotiated, OperatingHours, PageId, Permission, Psid, RingTarget, Track, TrackLabel,
    TrackStatus, Weekday,
};
use offhook_client::rest::Exchange;
use offhook_wire::signature::appsecret_proof;
use serde_json::{Value, json};

use crate::scripted::{Asked, Scripted};

const PAGE: PageId = PageId(1044000000001);
const PSID: Psid = Psid(7700000000002);

fn call() -> CallId {
    "c_ExampleCallId0001".parse().unwrap()
}

/// A client of a server that always answers this.
async fn answering(answer: Value) -> (Graph, Scripted) {
    let server = Scripted::always(200, answer).await;
    (Graph::new(server.url.clone(), "token").unwrap(), server)
}

#[tokio::test]
async fn connect_sends_the_offer_and_returns_call_and_answer() {
    let server = Scripted::always(
        200,
        json!({ "success": true, "id": call(), "call_id": call(),
                "session": { "sdp_response": { "sdp_type": "answer", "sdp": "v=0 answer" } } }),
    )
    .await;
    let graph = Graph::new(server.url.join("v26.0").unwrap(), "token").unwrap();
    let connected = graph.connect(PAGE, PSID, "v=0 offer").await.unwrap();
    assert_eq!((connected.call, connected.answer.as_str()), (call(), "v=0 answer"));
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.uri.as_str()), ("POST", "/v26.0/1044000000001/calls"));
    assert_eq!(asked.authorization, "Bearer token");
    let session = json!({ "sdp_type": "offer", "sdp": "v=0 offer" });
    let expected = json!({ "platform": "messenger", "action": "connect", "to": "7700000000002", "session": session });
    assert_eq!(asked.json(), expected);
}

#[tokio::test]
async fn a_connect_can_be_repeated_under_its_key() {
    let session = json!({ "sdp_response": { "sdp_type": "answer", "sdp": "v=0 answer" } });
    let (graph, server) = answering(json!({ "success": true, "id": call(), "session": session })).await;
    for _ in 0..2 {
        assert_eq!(graph.connect_once(PAGE, PSID, "v=0 offer", "order-7").await.unwrap().call, call());
    }
    assert!(server.asked().iter().all(|asked| asked.idempotency_key == "order-7"));
    graph.connect(PAGE, PSID, "v=0 offer").await.unwrap();
    assert_eq!(server.asked()[2].idempotency_key, "");
}

#[tokio::test]
async fn an_accepted_call_has_an_answer_and_perhaps_an_offer_as_objects_or_texts() {
    let answer = |sdp: &str| json!({ "sdp_type": "answer", "sdp": sdp });
    let offer = |sdp: &str| json!({ "sdp_type": "offer", "sdp": sdp });
    let sessions = [
        (json!({ "sdp_response": answer("A"), "sdp_renegotiation": offer("R") }), Some("R")),
        (json!({ "sdp_response": "A", "sdp_renegotiation": "R" }), Some("R")),
        (json!({ "sdp_response": answer("A"), "sdp_renegotiation": null }), None),
        (json!({ "sdp_response": answer("A") }), None),
    ];
    for (session, renegotiation) in sessions {
        let (graph, server) = answering(json!({ "success": true, "session": session })).await;
        let answered = graph.accept(PAGE, &call(), "v=0 offer").await.unwrap();
        assert_eq!((answered.answer.as_str(), answered.renegotiation.as_deref()), ("A", renegotiation));
        let asked = server.asked()[0].json();
        assert_eq!((&asked["action"], &asked["call_id"]), (&json!("accept"), &json!("c_ExampleCallId0001")));
        assert_eq!(asked["session"], json!({ "sdp_type": "offer", "sdp": "v=0 offer" }));
    }
    let (graph, _server) = answering(json!({ "success": true })).await;
    assert!(matches!(graph.accept(PAGE, &call(), "v=0").await, Err(Error::Unexpected { .. })));
}

#[tokio::test]
async fn a_media_update_names_tracks_and_versions_and_a_collision_gives_no_answer() {
    let track = |msid: &str, label, status| Track { msid: msid.to_owned(), label, status };
    let tracks = vec![
        track("aud-11", TrackLabel::DefaultAudio, TrackStatus::Enabled),
        track("vid-22", TrackLabel::DefaultVideo, TrackStatus::Disabled),
    ];
    let update = MediaUpdate { from_version: 1, tracks, offer: Some("v=0".to_owned()) };
    let (graph, server) = answering(json!({ "success": true, "session": { "sdp_response": { "sdp": "A" } } })).await;
    let negotiated = graph.media_update(PAGE, &call(), &update).await.unwrap();
    assert_eq!(negotiated, Negotiated { answer: Some("A".to_owned()), renegotiation: None });
    let expected = json!({
        "platform": "messenger", "call_id": "c_ExampleCallId0001", "action": "media_update",
        "from_version": 1, "to_version": 2,
        "tracks": [{ "msid": "aud-11", "label": "default_audio", "status": "enabled" },
                   { "msid": "vid-22", "label": "default_video", "status": "disabled" }],
        "session": { "sdp_type": "offer", "sdp": "v=0" },
    });
    assert_eq!(server.asked()[0].json(), expected);

    let without_sdp = MediaUpdate { offer: None, ..update };
    for empty in [json!({ "success": true }), json!({ "success": true, "session": { "sdp_response": "" } })] {
        let (graph, server) = answering(empty).await;
        let negotiated = graph.media_update(PAGE, &call(), &without_sdp).await.unwrap();
        assert_eq!(negotiated, Negotiated { answer: None, renegotiation: None });
        assert_eq!(server.asked()[0].json().get("session"), None);
    }
}

/// API specification, section 4.2.
#[tokio::test]
async fn permissions_are_read_in_both_spellings_bare_and_as_an_edge() {
    let answer = |status: &str, can: &str, max: &str| {
        json!({ "permission": { "status": status, "expiration_time": 1790000000 }, "actions": [
            { "action_name": "send_call_permission_request", can: false,
              "limits": [{ "time_period": "PT24H", max: 2, "current_usage": 2 }] },
            { "action_name": "start_call", can: true },
        ] })
    };
    let current = answer("HAS_PERMISSION", "can_perform", "max_allowed");
    let older = answer("has_permission", "can_perform_action", "max_allowed_per_user");
    for answer in [current.clone(), older, json!({ "data": [current] })] {
        let (graph, _server) = answering(answer).await;
        let permissions = graph.call_permissions(PAGE, PSID).await.unwrap();
        assert_eq!(permissions.permission, Permission::Granted { expires_at: Some(1_790_000_000) });
        assert!(permissions.may_call() && !permissions.may_ask());
        assert_eq!(permissions.actions[0].limits[0].max_allowed, 2);
    }
}

#[tokio::test]
async fn settings_are_read_from_both_shapes_and_only_what_changes_is_sent() {
    let hours = json!({ "timezone_id": "Africa/Nairobi", "weekly_operating_hours": [
        { "day_of_week": "MONDAY", "open_time": "0800", "close_time": "1700" },
    ] });
    let object =
        json!({ "audio_enabled": true, "call_routing": { "ring_target": "partners" }, "call_hours": hours, "new": 1 });
    for answer in [object.clone(), json!({ "data": [object] })] {
        let (graph, server) = answering(answer).await;
        let settings = graph.call_settings(PAGE).await.unwrap();
        assert_eq!((settings.audio_enabled, settings.icon_enabled), (Some(true), None));
        assert_eq!(settings.call_routing, Some(RingTarget::Partners));
        assert_eq!(settings.call_hours.unwrap().weekly_operating_hours[0].day_of_week, Weekday::Monday);
        assert!(server.asked()[0].uri.starts_with("/1044000000001/messenger_call_settings?fields=audio_enabled%2C"));
    }

    let monday = OperatingHours { day_of_week: Weekday::Monday, open_time: "0800".into(), close_time: "1700".into() };
    let change = CallSettings {
        call_routing: Some(RingTarget::Meta),
        call_hours: Some(CallHours { timezone_id: "Africa/Nairobi".into(), weekly_operating_hours: vec![monday] }),
        ..CallSettings::default()
    };
    for done in [json!({ "success": true }), json!({ "result": "success" }), json!({ "success": "true" })] {
        let (graph, server) = answering(done).await;
        graph.set_call_settings(PAGE, &change).await.unwrap();
        let expected = json!({ "call_routing": { "ring_target": "META" }, "call_hours": hours });
        assert_eq!(server.asked()[0].json(), expected);
    }
    let (graph, _server) = answering(json!({ "result": "failure" })).await;
    assert!(matches!(graph.set_call_settings(PAGE, &change).await, Err(Error::Unexpected { .. })));
}

#[tokio::test]
async fn each_message_has_metas_shape() {
    let call_us = || Button::AudioCall { title: "Call us".into(), expires_in_days: Some(5) };
    let element = Element {
        title: "Shop".into(),
        subtitle: None,
        image_url: Some("https://example.com/a.png".parse().unwrap()),
        buttons: vec![call_us(), Button::Url { title: "Site".into(), url: "https://example.com/".parse().unwrap() }],
    };
    let yes = Button::Postback { title: "Yes".into(), payload: "YES".into() };
    let button = json!({ "type": "audio_call", "title": "Call us", "expires_in_days": 5 });
    let template = |payload: Value| json!({ "attachment": { "type": "template", "payload": payload } });
    let cases = [
        (Message::Text("hello".into()), json!({ "text": "hello" })),
        (Message::CallPermissionRequest, template(json!({ "template_type": "calling_optin" }))),
        (Message::CallPrompt { ttl_days: None }, template(json!({ "template_type": "call_prompt" }))),
        (Message::CallPrompt { ttl_days: Some(3) }, template(json!({ "template_type": "call_prompt", "ttl_days": 3 }))),
        (
            Message::Buttons { text: "Help?".into(), buttons: vec![call_us(), yes] },
            template(json!({ "template_type": "button", "text": "Help?", "buttons": [
                button, { "type": "postback", "title": "Yes", "payload": "YES" },
            ] })),
        ),
        (
            Message::Generic { elements: vec![element] },
            template(json!({ "template_type": "generic", "elements": [{
                "title": "Shop", "image_url": "https://example.com/a.png",
                "buttons": [button, { "type": "web_url", "title": "Site", "url": "https://example.com/" }],
            }] })),
        ),
    ];
    let (graph, server) = answering(json!({ "recipient_id": PSID, "message_id": "m_1" })).await;
    for (message, body) in &cases {
        graph.send_message(PAGE, PSID, message).await.unwrap();
        let expected = json!({ "recipient": { "id": "7700000000002" }, "message": body });
        assert_eq!(server.asked().last().unwrap().json(), expected);
    }
}

#[tokio::test]
async fn a_sent_message_is_named_in_every_shape() {
    let shapes = [
        json!({ "recipient_id": PSID, "message_id": "m_1" }),
        json!({ "recipient": { "id": PSID }, "message_id": "m_1" }),
        json!({ "recipient": { "id": PSID, "message_id": "m_1" } }),
    ];
    for shape in shapes {
        let (graph, _server) = answering(shape).await;
        let sent = graph.ask_permission(PAGE, PSID).await.unwrap();
        assert_eq!((sent.message_id.as_str(), sent.recipient), ("m_1", Some(PSID)));
    }
}

#[tokio::test]
async fn metrics_and_features_are_asked_as_meta_has_them() {
    let (graph, server) = answering(json!({ "success": true })).await;
    let metrics = CallMetrics {
        end_call_reason: EndCallReason::WebRtcError,
        end_call_subreason: None,
        call_ended_time: 1_790_000_132,
        first_audio_packet_received_time: 1_790_000_013,
        first_video_packet_received_time: None,
        audio_stats: AudioStats { jitter: 0.25, packets_received: 50, ..AudioStats::default() },
    };
    graph.report_metrics(PAGE, &call(), &metrics).await.unwrap();
    let expected = json!({
        "platform": "messenger", "call_id": "c_ExampleCallId0001", "end_call_reason": "WEBRTC_ERROR",
        "call_ended_time": 1790000132, "first_audio_packet_received_time": 1790000013,
        "audio_stats": { "jitter": 0.25, "packets_lost": 0, "packets_received": 50, "round_trip_time_ms": 0.0,
            "jitter_buffer_delay_ms": 0.0, "concealed_samples": 0, "silent_concealed_samples": 0,
            "total_samples_duration_ms": 0.0 },
    });
    assert_eq!(server.asked()[0].json(), expected);

    let (graph, server) =
        answering(json!({ "data": [{ "feature": "messenger_api_calling", "status": "ENABLED" }] })).await;
    let features = graph.feature_status(PAGE, &["messenger_api_calling"]).await.unwrap();
    assert!(features[0].is_enabled());
    assert_eq!(server.asked()[0].json(), json!({ "features": [{ "feature": "messenger_api_calling" }] }));
}

#[tokio::test]
async fn requests_go_where_graph_has_them_with_the_proof() {
    let server = Scripted::start(|asked: Asked| async move {
        match asked.uri.contains("messenger_call_permissions") {
            true => (200, json!({ "permission": { "status": "NO_PERMISSION" }, "actions": [] })),
            false if asked.method == "GET" => (200, json!({ "data": [] })),
            false => (200, json!({ "success": true })),
        }
    })
    .await;
    let graph = Graph::new(server.url.clone(), "token").unwrap().with_proof("secret");
    graph.terminate(PAGE, &call()).await.unwrap();
    graph.reject(PAGE, &call()).await.unwrap();
    assert_eq!(graph.call_permissions(PAGE, PSID).await.unwrap().permission, Permission::NotGranted);
    let callback = "https://example.com/hook".parse().unwrap();
    graph.subscribe_app(AppId(5), &callback, "verify", &["calls"]).await.unwrap();
    assert!(graph.app_subscriptions(AppId(5)).await.unwrap().is_empty());
    graph.subscribe_page(PAGE, &["calls", "messages"]).await.unwrap();
    assert!(graph.subscribed_apps(PAGE).await.unwrap().is_empty());
    graph.unsubscribe_page(PAGE).await.unwrap();

    let proof = appsecret_proof("secret", "token");
    let asked = server.asked();
    let uris: Vec<_> = asked.iter().map(|asked| format!("{} {}", asked.method, asked.uri)).collect();
    let expected = [
        format!("POST /1044000000001/calls?appsecret_proof={proof}"),
        format!("POST /1044000000001/calls?appsecret_proof={proof}"),
        format!("GET /1044000000001/messenger_call_permissions?appsecret_proof={proof}&psid=7700000000002"),
        format!("POST /5/subscriptions?appsecret_proof={proof}"),
        format!("GET /5/subscriptions?appsecret_proof={proof}"),
        format!("POST /1044000000001/subscribed_apps?appsecret_proof={proof}"),
        format!("GET /1044000000001/subscribed_apps?appsecret_proof={proof}"),
        format!("DELETE /1044000000001/subscribed_apps?appsecret_proof={proof}"),
    ];
    assert_eq!(uris, expected);
    let actions: Vec<_> = asked[..2].iter().map(|asked| asked.json()["action"].clone()).collect();
    assert_eq!(actions, ["terminate", "reject"]);
    assert_eq!(asked[3].json()["callback_url"], "https://example.com/hook");
    assert_eq!(asked[5].body, "subscribed_fields=calls%2Cmessages");
    assert_eq!(asked[5].content_type, "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn who_watches_sees_each_exchange_without_secrets() {
    let server = Scripted::always(200, json!({ "success": true })).await;
    let seen: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let watch = seen.clone();
    let observer = Arc::new(move |exchange: &Exchange| watch.lock().unwrap().push(exchange.clone()));
    let graph = Graph::new(server.url, "t0ken").unwrap().with_proof("s3cret").observed(observer.clone());
    graph.terminate(PAGE, &call()).await.unwrap();
    // Nothing listens on port 1.
    let gone = Graph::new("http://127.0.0.1:1".parse().unwrap(), "t0ken").unwrap().observed(observer);
    assert!(matches!(gone.terminate(PAGE, &call()).await, Err(Error::Transport(_))));

    let seen = seen.lock().unwrap();
    let statuses: Vec<_> = seen.iter().map(|exchange| (exchange.path.as_str(), exchange.status)).collect();
    assert_eq!(statuses, [("/1044000000001/calls", Some(200)), ("/1044000000001/calls", None)]);
    assert!(seen[0].to_string().starts_with("POST /1044000000001/calls → 200 in "), "{}", seen[0]);
}
