//! Compat switches: each in all its forms, at the edge or in the webhook that it shapes.

use offhook_service::{Caller, Field};
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Callbacks, World};

/// Sets one switch of the world's app.
async fn set(world: &World, switch: &str, word: Value) {
    let uri = format!("/offhook/v1/apps/{}", world.app.id);
    let body = json!({ "compat": { switch: word } });
    let changed = world.request("PATCH", &uri, ADMIN_TOKEN, body.to_string().into()).await.ok();
    assert!(body["compat"][switch].is_null() || changed["compat"][switch] == body["compat"][switch], "{changed}");
}

async fn permission(world: &World, query: &str) -> Value {
    let uri = format!("/me/messenger_call_permissions?psid={}{query}", world.psid);
    world.get(&uri, &world.page_token).await.ok()
}

/// The newest event that the app is owed.
async fn told(world: &World) -> Value {
    let owed = world.service.deliveries(Default::default(), 1).await.unwrap();
    let mut body: Value = serde_json::from_str(&owed[0].body).unwrap();
    body["entry"][0]["calls"][0].take()
}

#[tokio::test]
async fn sdp_shape() {
    let world = World::new().await;
    let object = json!({ "sdp_response": { "sdp_type": "answer", "sdp": "answer to Business" } });
    for (word, session) in [(json!("string"), json!({ "sdp_response": "answer to Business" })), (Value::Null, object)] {
        set(&world, "sdp_shape", word).await;
        let answer = world.connect().await.ok();
        assert_eq!(answer["session"], session);
        world.act("terminate", answer["id"].as_str().unwrap().parse().unwrap()).await.ok();
    }
}

/// What the words make of the media is shown where the legs are negotiated.
#[tokio::test]
async fn consumer_audio() {
    let world = World::new().await;
    for (word, answer) in [
        (json!("own_section"), "answer to Business, OwnSection"),
        (json!("same_section"), "answer to Business, SameSection"),
        (json!("both"), "answer to Business"),
        (Value::Null, "answer to Business"),
    ] {
        set(&world, "consumer_audio", word).await;
        let connected = world.connect().await.ok();
        assert_eq!(connected["session"]["sdp_response"]["sdp"], answer);
        world.act("terminate", connected["id"].as_str().unwrap().parse().unwrap()).await.ok();
    }
}

#[tokio::test]
async fn edge_shape() {
    let world = World::new().await;
    let bare = permission(&world, "").await;
    let edge = json!({ "data": [bare] });
    for (word, plain, summary) in [("bare", &bare, &bare), ("data", &edge, &edge), ("auto", &bare, &edge)] {
        set(&world, "edge_shape", word.into()).await;
        assert_eq!((&permission(&world, "").await, &permission(&world, "&summary=true").await), (plain, summary));
    }
}

#[tokio::test]
async fn permission_names() {
    let world = World::new().await;
    for (word, flag, limit, other) in [
        ("older", "can_perform_action", "max_allowed_per_user", "can_perform"),
        ("current", "can_perform", "max_allowed", "can_perform_action"),
    ] {
        set(&world, "permission_names", word.into()).await;
        for action in permission(&world, "").await["actions"].as_array().unwrap() {
            assert!(action[flag].is_boolean() && action["limits"][0][limit].is_u64(), "{action}");
            assert_eq!((action.get(other), action["limits"][0].as_object().unwrap().len()), (None, 3));
        }
    }
}

#[tokio::test]
async fn status_case() {
    let world = World::new().await;
    for (word, status) in [("lower", "has_permission"), ("upper", "HAS_PERMISSION")] {
        set(&world, "status_case", word.into()).await;
        assert_eq!(permission(&world, "").await["permission"]["status"], status);
    }
}

#[tokio::test]
async fn connect_parties() {
    let world = World::new().await;
    world.subscribe().await;
    let (page, psid) = (json!(world.page), json!(world.psid));
    for (word, from, to) in [("psid_page", &psid, &page), ("caller_callee", &page, &psid)] {
        set(&world, "connect_parties", word.into()).await;
        let call = world.dial().await;
        let connect = told(&world).await;
        assert_eq!((&connect["from"], &connect["to"]), (from, to), "{word}");
        world.act("terminate", call).await.ok();
    }
}

#[tokio::test]
async fn empty_duration() {
    let world = World::new().await;
    world.subscribe().await;
    let words =
        [("null", Some(Value::Null)), ("empty_string", Some(json!(""))), ("zero", Some(json!(0))), ("absent", None)];
    for (word, expected) in words {
        set(&world, "empty_duration", word.into()).await;
        let call = world.dial().await;
        world.act("terminate", call).await.ok();
        let end = told(&world).await;
        assert_eq!((&end["event"], end.get("duration")), (&json!("terminate"), expected.as_ref()), "{word}");
    }
}

#[tokio::test]
async fn extensions() {
    let world = World::new().await;
    world.subscribe().await;
    for (word, expected) in [("on", json!({ "reason": "business_cancelled" })), ("off", Value::Null)] {
        set(&world, "extensions", word.into()).await;
        let call = world.dial().await;
        world.act("terminate", call).await.ok();
        assert_eq!(told(&world).await["offhook"], expected, "{word}");
    }
}

#[tokio::test]
async fn one_apps_switches_are_not_anothers() {
    let world = World::new().await;
    set(&world, "status_case", "lower".into()).await;
    let (_, psid, token) = world.other_page(&world.service.create_app("Other".to_owned(), false).await.unwrap()).await;
    let uri = format!("/me/messenger_call_permissions?psid={psid}");
    assert_eq!(world.get(&uri, &token).await.ok()["permission"]["status"], "HAS_PERMISSION");
}

#[tokio::test]
async fn implicit_permission_webhook() {
    let world = World::new().await;
    let fields = ["calls", "call_permission_reply"].map(|field| Field(field.to_owned())).to_vec();
    let caller = Caller { app: world.app.id, page: world.page };
    world.service.subscribe_page(caller, fields.clone()).await.unwrap();
    let (url, verify_token) = (Callbacks::GOOD_URL.to_owned(), Callbacks::VERIFY_TOKEN.to_owned());
    world.service.subscribe_app(world.app.id, url, verify_token, fields).await.unwrap();
    for (word, told) in [("on", 1), ("off", 0)] {
        set(&world, "implicit_permission_webhook", word.into()).await;
        let before = world.service.deliveries(Default::default(), 100).await.unwrap().len();
        let call = world.dial().await;
        world.service.accept(&world.device("phone").await.address, call, "v=0").await.unwrap();
        let owed = world.service.deliveries(Default::default(), 100).await.unwrap();
        let new = owed[..owed.len() - before].iter().map(|owed| serde_json::from_str::<Value>(&owed.body).unwrap());
        let replies: Vec<_> = new.filter(|body| body["entry"][0].get("call_permission_reply").is_some()).collect();
        assert_eq!(replies.len(), told, "{word}: {replies:?}");
        for reply in replies {
            let expected = json!({ "response": "approve", "expiration_timestamp": "1790604800" });
            assert_eq!(reply["entry"][0]["call_permission_reply"], expected);
            assert_eq!(reply["entry"][0]["sender"], json!({ "id": world.psid }));
        }
        world.act("terminate", call).await.ok();
    }
}

#[tokio::test]
async fn version_conflict() {
    let world = World::new().await;
    let call = world.dial().await;
    world.service.accept(&world.device("phone").await.address, call, "v=0").await.unwrap();
    let update = json!({
        "action": "media_update", "call_id": call, "from_version": 40, "to_version": 41,
        "tracks": [{ "msid": "a", "label": "default_audio", "status": "disabled" }],
    });
    set(&world, "version_conflict", "empty_session".into()).await;
    let expected = json!({ "success": true, "id": call, "call_id": call, "session": {} });
    assert_eq!(world.calls(&update).await.ok(), expected);
    set(&world, "version_conflict", "error".into()).await;
    assert_eq!(world.calls(&update).await.error(), (400, -1, Some(9_100_006), "version_conflict"));
}

#[tokio::test]
async fn an_answer_without_sdp_has_no_session_in_either_shape() {
    let world = World::new().await;
    let call = world.dial().await;
    world.service.accept(&world.device("phone").await.address, call, "v=0").await.unwrap();
    let mut version = world.service.call(call).await.unwrap().unwrap().version;
    for shape in ["string", "object"] {
        set(&world, "sdp_shape", shape.into()).await;
        let update = json!({
            "action": "media_update", "call_id": call, "from_version": version, "to_version": version + 1,
            "tracks": [{ "msid": "a", "label": "default_audio", "status": "disabled" }],
        });
        assert_eq!(world.calls(&update).await.ok(), json!({ "success": true, "id": call, "call_id": call }));
        version = world.service.call(call).await.unwrap().unwrap().version;
    }
}
