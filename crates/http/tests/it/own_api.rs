//! `/offhook/v1`.

use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, REFUSED_OFFER, Reply, World, connect_body};

async fn get(world: &World, path: &str) -> Reply {
    world.get(&format!("/offhook/v1{path}"), ADMIN_TOKEN).await
}

async fn post(world: &World, path: &str, body: &Value) -> Reply {
    world.post(&format!("/offhook/v1{path}"), ADMIN_TOKEN, body).await
}

async fn delete(world: &World, path: &str, body: &Value) -> Reply {
    world.request("DELETE", &format!("/offhook/v1{path}"), ADMIN_TOKEN, body.to_string().into()).await
}

fn created(reply: Reply) -> Value {
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.body
}

fn name(reply: &Reply) -> (u16, &str) {
    assert!(reply.body["error"]["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{reply:?}");
    (reply.status, reply.body["error"]["name"].as_str().unwrap())
}

#[tokio::test]
async fn an_operator_sets_up_everything_that_a_call_needs() {
    let world = World::new().await;
    let app = created(post(&world, "/apps", &json!({ "name": "Shop" })).await);
    let page = created(post(&world, "/pages", &json!({ "name": "Shop page" })).await);
    let page = page["id"].as_str().unwrap().to_owned();
    let minted = post(&world, &format!("/pages/{page}/tokens"), &json!({ "app_id": app["id"] })).await;
    let token = created(minted)["token"].as_str().unwrap().to_owned();
    let consumer = post(&world, &format!("/pages/{page}/consumers"), &json!({ "name": "Ada" })).await;
    let psid = created(consumer)["psid"].as_str().unwrap().to_owned();
    let consumer = format!("/pages/{page}/consumers/{psid}");
    let minted = created(post(&world, &format!("{consumer}/tokens"), &json!({})).await);
    assert!(minted["token"].as_str().unwrap().len() > 20 && minted["expires_at"].is_i64());
    let granted = post(&world, &format!("{consumer}/permission"), &json!({})).await.ok();
    assert_eq!(granted, json!({ "expires_at": 1_790_604_800_000_i64 }));

    let body = connect_body(psid.parse().unwrap());
    let call = world.post("/me/calls", &token, &body).await.ok()["id"].clone();
    let mut shown = get(&world, &format!("/calls/{}", call.as_str().unwrap())).await.ok();
    assert_eq!(shown["statistics"].take()["legs"].as_array().map(Vec::len), Some(1), "as the media tells it");
    let expected = json!({
        "id": call, "page_id": page, "psid": psid, "app_id": app["id"], "agent_id": null, "direction": "business_initiated",
        "created_at": 1_790_000_000_000_i64, "version": 0, "state": "dialing", "metrics": null, "statistics": null,
    });
    assert_eq!(shown, expected);

    let revoked = delete(&world, &format!("{consumer}/permission"), &json!({})).await.ok();
    assert_eq!(revoked, json!({ "expires_at": 1_790_000_000_000_i64 }));
    world.post("/me/calls", &token, &json!({ "action": "terminate", "call_id": call })).await.ok();
    assert_eq!(world.post("/me/calls", &token, &body).await.error().3, "no_call_permission");
}

#[tokio::test]
async fn secrets_and_tokens_are_shown_once() {
    let world = World::new().await;
    let app = created(post(&world, "/apps", &json!({ "name": "Shop", "require_app_secret_proof": true })).await);
    assert_eq!(app["require_app_secret_proof"], true);
    let secret = app["secret"].as_str().unwrap();
    let tokens = format!("/pages/{}/tokens", world.page);
    let new = json!({ "app_id": app["id"], "pages_messaging": false, "expires_at": 1_790_000_000_001_i64 });
    let minted = created(post(&world, &tokens, &new).await);
    assert_eq!(minted["expires_at"], new["expires_at"]);
    let token = minted["token"].as_str().unwrap();

    let listed = get(&world, &tokens).await.ok();
    let found = listed["data"].as_array().unwrap().iter().find(|row| row["app_id"] == app["id"]).unwrap();
    assert_eq!((&found["pages_messaging"], &found["expires_at"]), (&json!(false), &new["expires_at"]));
    for list in [get(&world, "/apps").await.ok(), listed] {
        assert!(!list.to_string().contains(secret) && !list.to_string().contains(token), "{list}");
    }
    let revoke = json!({ "token": token });
    assert_eq!(delete(&world, "/tokens", &revoke).await.status, 204);
    let gone = delete(&world, "/tokens", &json!({ "token": "EAAunknown" })).await;
    assert_eq!(name(&gone), (404, "not_found"));
    let listed = get(&world, &tokens).await.ok();
    let revoked = listed["data"].as_array().unwrap().iter().find(|row| row["app_id"] == app["id"]).unwrap();
    assert_eq!(revoked["revoked_at"], 1_790_000_000_000_i64);
}

#[tokio::test]
async fn an_apps_settings_are_shown_and_changed_one_by_one() {
    let world = World::new().await;
    let path = format!("/apps/{}", world.app.id);
    let patch = async |body: Value| {
        world.request("PATCH", &format!("/offhook/v1{path}"), ADMIN_TOKEN, body.to_string().into()).await
    };
    let before = get(&world, &path).await.ok();
    let defaults = json!({
        "sdp_shape": "object", "edge_shape": "auto", "permission_names": "current", "status_case": "upper",
        "connect_parties": "caller_callee", "empty_duration": "absent", "extensions": "off",
        "implicit_permission_webhook": "off", "version_conflict": "error", "consumer_audio": "both",
    });
    assert_eq!((&before["compat"], &before["require_app_secret_proof"]), (&defaults, &json!(false)));

    let changed = patch(json!({ "require_app_secret_proof": true, "compat": { "sdp_shape": "string" } })).await.ok();
    assert_eq!(
        (&changed["compat"]["sdp_shape"], &changed["require_app_secret_proof"]),
        (&json!("string"), &json!(true))
    );
    assert_eq!(world.connect().await.error().3, "invalid_app_secret_proof");
    patch(json!({ "compat": { "extensions": "on" } })).await.ok();
    let back = patch(json!({ "require_app_secret_proof": false, "compat": { "sdp_shape": null } })).await.ok();
    assert_eq!((&back["compat"]["sdp_shape"], &back["compat"]["extensions"]), (&json!("object"), &json!("on")));
    assert_eq!(get(&world, &path).await.ok(), back);

    for (body, named) in [
        (json!({ "compat": { "sdp_shap": "string" } }), "sdp_shap"),
        (json!({ "compat": { "sdp_shape": "text" } }), "sdp_shape"),
        (json!({ "compat": { "sdp_shape": true } }), "sdp_shape"),
        (json!({ "compat": "sdp_shape" }), "compat"),
        (json!({ "name": "Other" }), "name"),
    ] {
        let refused = patch(body).await;
        assert_eq!(name(&refused), (400, "invalid_request"));
        assert!(refused.body["error"]["detail"].as_str().unwrap().contains(named), "{refused:?}");
    }
    assert_eq!(get(&world, &path).await.ok(), back);
    assert_eq!(name(&get(&world, "/apps/7").await), (404, "not_found"));
    let unknown = world.request("PATCH", "/offhook/v1/apps/7", ADMIN_TOKEN, "{}".into()).await;
    assert_eq!(name(&unknown), (404, "not_found"));
}

#[tokio::test]
async fn lists_have_what_was_made() {
    let world = World::new().await;
    let ids = |list: &Value, key: &str| {
        list["data"].as_array().unwrap().iter().map(|row| row[key].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&get(&world, "/apps").await.ok(), "id"), [json!(world.app.id)]);
    assert_eq!(ids(&get(&world, "/pages").await.ok(), "id"), [json!(world.page)]);
    let consumers = get(&world, &format!("/pages/{}/consumers", world.page)).await.ok();
    assert_eq!(ids(&consumers, "psid"), [json!(world.psid)]);
}

#[tokio::test]
async fn consumers_are_listed_piece_by_piece_and_found_by_name() {
    let world = World::new().await;
    let path = format!("/pages/{}/consumers", world.page);
    let ada = created(post(&world, &path, &json!({ "name": "Ada" })).await);
    let psids = async |query: &str| {
        let found = get(&world, &format!("{path}?{query}")).await.ok();
        found["data"].as_array().unwrap().iter().map(|one| one["psid"].clone()).collect::<Vec<_>>()
    };
    let first = json!(world.psid);
    let all = psids("").await;
    assert!(all.len() == 2 && all.contains(&first) && all.contains(&ada["psid"]), "{all:?}");
    assert_eq!(psids("limit=1").await, all[..1]);
    assert_eq!(psids(&format!("before={}", all[0].as_str().unwrap())).await, all[1..]);
    assert_eq!(psids("text=aDA").await, [ada["psid"].clone()]);
}

#[tokio::test]
async fn calls_are_listed_newest_first_with_how_they_ended() {
    let world = World::new().await;
    let first = world.dial().await;
    world.act("terminate", first).await.ok();
    world.clock.advance(offhook_call::Duration::from_secs(1));
    let second = world.dial().await;
    let phone = world.device("phone").await;
    world.service.accept(&phone.address, second, "v=0").await.unwrap();
    let calls = get(&world, &format!("/calls?page={}", world.page)).await.ok();
    let [newest, oldest] = calls["data"].as_array().unwrap().as_slice() else { panic!("two calls: {calls}") };
    assert_eq!(
        (&newest["id"], &newest["state"], &newest["device"]),
        (&json!(second), &json!("connected"), &json!("phone"))
    );
    let how = json!({ "status": "Completed", "reason": "business_cancelled", "connected_at": null });
    for (key, value) in how.as_object().unwrap() {
        assert_eq!(&oldest[key], value, "{key}");
    }
    assert_eq!(get(&world, "/calls?limit=1").await.ok()["data"].as_array().unwrap().len(), 1);
    assert_eq!(get(&world, "/calls?page=7").await.ok(), json!({ "data": [] }));
    assert_eq!(get(&world, &format!("/calls?before={second}")).await.ok()["data"], json!([oldest]));
    assert_eq!(get(&world, &format!("/calls?before={first}")).await.ok(), json!({ "data": [] }));
}

#[tokio::test]
async fn a_call_shows_how_its_legs_do_and_did() {
    let world = World::new().await;
    let call = world.dial().await;
    let path = format!("/calls/{call}");
    let spread = json!({ "last": 4.125, "mean": 3.0, "max": 9.5 });
    let leg = json!({
        "number": 1, "side": "business", "opened_at": 1_789_999_990_000_i64, "lasted_ms": 10_000.0,
        "connected_ms": 80.25, "first_packet_ms": 101.0, "packets_in": 495, "packets_out": 200, "bytes_in": 60_390,
        "bytes_out": 24_400, "rtcp_in": 2, "rtcp_out": 2, "lost_in": 5, "lost_out": 50, "loss_ratio_in": 0.01,
        "loss_ratio_out": 0.25, "jitter_in_ms": spread, "jitter_out_ms": null, "round_trip_ms": spread,
        "key_frame_requests": 1, "dropped": { "replayed": 1, "refused": 2, "unwanted": 3, "early": 4 },
        "tracks": [{ "label": "default_audio", "negotiated": ["opus", "telephone-event"], "seen": ["opus"] }],
        "path": { "local": "203.0.113.10:3478", "remote": "[2001:db8::7]:50000", "transport": "udp", "ip_version": 6 },
        "path_changes": 1, "ice_restarts": 0,
        "dtls": { "version": "1.2", "srtp_profile": "SRTP_AEAD_AES_128_GCM" },
    });
    let expected = json!({ "taken_at": 1_790_000_000_000_i64, "legs": [leg] });
    assert_eq!(get(&world, &path).await.ok()["statistics"], expected, "now");
    world.act("terminate", call).await.ok();
    world.clock.advance(offhook_call::Duration::from_secs(9));
    assert_eq!(get(&world, &path).await.ok()["statistics"], expected, "until its end");
}

#[tokio::test]
async fn nobody_gets_in_without_the_admin_token() {
    let world = World::new().await;
    for token in ["", "Admin", &world.page_token] {
        for path in ["/apps", "/nothing", "/calls"] {
            let reply = world.get(&format!("/offhook/v1{path}"), token).await;
            assert_eq!(name(&reply), (401, "unauthorized"));
            assert_eq!(reply.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn what_is_refused_says_why() {
    let world = World::new().await;
    let page = world.page;
    let invalid = [
        post(&world, "/apps", &json!({})).await,
        post(&world, "/apps", &json!({ "name": 5 })).await,
        post(&world, "/apps", &json!(["A", false])).await,
        post(&world, "/apps", &json!({ "name": "A", "secret": "mine" })).await,
        post(&world, &format!("/pages/{page}/tokens"), &json!({ "app_id": "x" })).await,
        get(&world, "/calls?limit=-1").await,
        get(&world, "/calls?since=5").await,
        get(&world, &format!("/pages/{page}/consumers?before=x")).await,
        get(&world, &format!("/pages/{page}/consumers?name=Ada")).await,
        get(&world, &format!("/calls?live=true&before={}", offhook_call::CallId([7; 32]))).await,
    ];
    for reply in &invalid {
        assert_eq!(name(reply), (400, "invalid_request"));
    }
    let missing = [
        post(&world, "/pages/7/consumers", &json!({ "name": "A" })).await,
        post(&world, "/pages/x/consumers", &json!({ "name": "A" })).await,
        post(&world, "/pages/7/tokens", &json!({ "app_id": world.app.id })).await,
        post(&world, &format!("/pages/{page}/tokens"), &json!({ "app_id": "7" })).await,
        post(&world, &format!("/pages/{page}/consumers/7/tokens"), &json!({})).await,
        post(&world, &format!("/pages/{page}/consumers/7/permission"), &json!({})).await,
        delete(&world, &format!("/pages/{page}/consumers/7/permission"), &json!({})).await,
        get(&world, "/calls/c_x").await,
        get(&world, &format!("/calls?before={}", offhook_call::CallId([7; 32]))).await,
        get(&world, &format!("/pages/{page}/consumers?before=7")).await,
        get(&world, "/pages/7/consumers").await,
        get(&world, "/pages/7/tokens").await,
        get(&world, &format!("/calls/{}", offhook_call::CallId([7; 32]))).await,
    ];
    for reply in &missing {
        assert_eq!(name(reply), (404, "not_found"));
    }
    assert_eq!(name(&get(&world, "/nothing").await), (404, "unknown_path"));
    assert_eq!(name(&delete(&world, "/apps", &json!({})).await), (405, "unsupported_method"));
}

#[tokio::test]
async fn a_rotated_secret_is_good_for_a_day_more() {
    let world = World::new().await;
    let path = format!("/apps/{}/rotate_secret", world.app.id);
    let first = world.app.secret.clone();
    let subscriptions = format!("/{}/subscriptions", world.app.id);
    let lets_in = async |secret: &str| {
        let by_token = world.get(&subscriptions, &format!("{}|{secret}", world.app.id)).await.status;
        let proof = offhook_wire::signature::appsecret_proof(secret, &world.page_token);
        let by_proof =
            world.get(&format!("/me/messenger_call_settings?appsecret_proof={proof}"), &world.page_token).await;
        assert_eq!(by_token == 200, by_proof.status == 200, "token and proof: {by_token}, {by_proof:?}");
        by_token == 200
    };
    let rotated = post(&world, &path, &json!({})).await.ok();
    let second = rotated["secret"].as_str().unwrap().to_owned();
    assert_eq!(rotated["old_secret_until"], 1_790_000_000_000_i64 + 24 * 3_600_000);
    assert!(second.len() == first.len() && second != first);
    assert!(lets_in(&first).await && lets_in(&second).await);

    let third = "a secret of mine".replace(' ', "_");
    let rotated = post(&world, &path, &json!({ "secret": third })).await.ok();
    assert_eq!(rotated["secret"], json!(third));
    assert!(!lets_in(&first).await, "the one before the last is dropped at once");
    assert!(lets_in(&second).await && lets_in(&third).await);
    world.clock.advance(offhook_call::Duration::from_hours(24));
    assert!(!lets_in(&second).await && lets_in(&third).await);

    for bad in ["short", "with a space in it", &"x".repeat(256)] {
        assert_eq!(name(&post(&world, &path, &json!({ "secret": bad })).await), (400, "invalid_request"), "{bad}");
    }
    assert!(!get(&world, "/apps").await.ok().to_string().contains(&third));
}

#[tokio::test]
async fn sdp_is_judged_without_a_call() {
    let world = World::new().await;
    let judged = post(&world, "/sdp/lint", &json!({ "sdp": "v=0", "answer": "v=0" })).await.ok();
    assert_eq!((&judged["accepted"], &judged["findings"][0]["subject"]), (&json!(false), &json!("answer")));
    let large = "a=x-filler\r\n".repeat(10_000);
    assert_eq!(
        post(&world, "/sdp/lint", &json!({ "sdp": large })).await.status,
        200,
        "larger than other bodies may be"
    );
    let both = post(&world, "/sdp/lint", &json!({ "sdp": "v=0", "answer": "v=0", "previous": "v=0" })).await;
    assert_eq!(name(&both), (400, "invalid_request"));
    assert_eq!(get(&world, "/calls").await.ok()["data"], json!([]));
}

#[tokio::test]
async fn an_endpoint_is_tried_without_an_event() {
    let world = World::new().await;
    let app = created(post(&world, "/apps", &json!({ "name": "Shop" })).await)["id"].as_str().unwrap().to_owned();
    let none = post(&world, &format!("/endpoints/{app}/probe"), &json!({})).await;
    assert_eq!(name(&none), (404, "not_found"));
}

#[tokio::test]
async fn an_offer_without_a_call_is_answered_or_refused() {
    let world = World::new().await;
    assert!(post(&world, "/reach", &json!({ "sdp": "v=0" })).await.ok()["answer"].is_string());
    let refused = post(&world, "/reach", &json!({ "sdp": REFUSED_OFFER })).await;
    assert_eq!(name(&refused), (400, "invalid_request"));
    assert_eq!(get(&world, "/calls").await.ok()["data"], json!([]));
}
