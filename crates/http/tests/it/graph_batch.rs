//! Batches: several requests in one.

use axum::http::Request;
use offhook_service::Limits;
use serde_json::{Value, json};

use crate::support::{LIMITS, Reply, World, connect_body};

async fn batch(world: &World, uri: &str, operations: &Value) -> Reply {
    world.post(uri, &world.page_token, &json!({ "batch": operations })).await
}

/// Code and parsed body of each answer.
fn answers(reply: Reply) -> Vec<(u64, Value)> {
    let body = reply.ok();
    let parsed = |answer: &Value| {
        (answer["code"].as_u64().unwrap(), serde_json::from_str(answer["body"].as_str().unwrap()).unwrap())
    };
    body.as_array().unwrap().iter().map(parsed).collect()
}

fn name(error: &Value) -> &str {
    error["error"]["error_data"]["offhook"]["error"].as_str().unwrap_or_else(|| panic!("no error: {error}"))
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn connect_form(world: &World) -> String {
    let (psid, session) = (world.psid.to_string(), r#"{"sdp_type":"offer","sdp":"v=0\r\n"}"#);
    form(&[("platform", "messenger"), ("action", "connect"), ("to", &psid), ("session", session)])
}

#[tokio::test]
async fn operations_run_in_order_each_with_its_own_answer() {
    let world = World::new().await;
    let operations = json!([
        { "method": "GET", "relative_url": format!("me/messenger_call_permissions?psid={}", world.psid) },
        { "method": "POST", "relative_url": format!("{}/calls", world.page), "body": connect_form(&world) },
        { "method": "POST", "relative_url": "me/calls", "body": connect_form(&world) },
        { "method": "POST", "relative_url": "me/calls", "body": connect_body(world.psid) },
        { "method": "DELETE", "relative_url": "me/subscribed_apps" },
    ]);
    let answers = answers(batch(&world, "/", &operations).await);
    let codes: Vec<_> = answers.iter().map(|answer| answer.0).collect();
    assert_eq!(codes, [200, 200, 400, 400, 200]);
    assert_eq!(answers[0].1["permission"]["status"], "HAS_PERMISSION");
    let call = answers[1].1["id"].as_str().unwrap().parse().unwrap();
    assert!(world.service.call(call).await.unwrap().unwrap().is_live());
    assert_eq!((name(&answers[2].1), name(&answers[3].1)), ("consumer_busy", "consumer_busy"));
    assert_eq!(answers[4].1, json!({ "success": true }));
}

#[tokio::test]
async fn one_bad_operation_does_not_spoil_the_others() {
    let world = World::new().await;
    let good = json!({ "method": "GET", "relative_url": "me/subscribed_apps" });
    let operations = json!([
        "GET me/subscribed_apps",
        { "method": "GET", "relative_url": "me/subscribed_apps", "depends_on": "first" },
        { "method": "GET", "relative_url": "me/nothing" },
        { "method": "GET", "relative_url": "v2.0/me/subscribed_apps" },
        { "method": "GET", "relative_url": "https://graph.facebook.com/me/subscribed_apps" },
        { "method": "GET", "relative_url": "offhook/v1/apps" },
        { "method": "GET", "relative_url": "me/sub scribed" },
        { "method": "POST", "relative_url": "me/calls", "body": "a=1", "headers": [{ "name": "a b", "value": "c" }] },
        { "method": "POST", "relative_url": "", "body": form(&[("batch", &json!([good]).to_string())]) },
        { "method": "POST", "relative_url": "v26.0/me", "body": form(&[("batch", &json!([good]).to_string())]) },
        good,
    ]);
    let answers = answers(batch(&world, "/v26.0/", &operations).await);
    let (last, bad) = answers.split_last().unwrap();
    assert_eq!(last, &(200, json!({ "data": [] })));
    let names: Vec<_> = bad.iter().map(|(code, error)| (*code, name(error))).collect();
    let parameter = (400, "invalid_parameter");
    let path = (400, "unknown_path");
    assert_eq!(
        names,
        [
            parameter,
            parameter,
            path,
            (400, "unsupported_version"),
            path,
            path,
            parameter,
            parameter,
            parameter,
            parameter
        ]
    );
}

#[tokio::test]
async fn every_root_takes_a_batch_in_every_form() {
    let world = World::new().await;
    let operations = json!([{ "method": "GET", "relative_url": "me/subscribed_apps" }]);
    for uri in ["/", "/me", "/v26.0", "/v26.0/", "/v26.0/me"] {
        assert_eq!(answers(batch(&world, uri, &operations).await), [(200, json!({ "data": [] }))], "{uri}");
    }
    let pairs = [("access_token", &*world.page_token), ("batch", &operations.to_string())];
    let multipart = pairs
        .map(|(name, value)| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    let bodies = [
        ("application/x-www-form-urlencoded", form(&pairs)),
        ("multipart/form-data; boundary=XX", multipart.concat() + "--XX--\r\n"),
    ];
    for (content_type, body) in bodies {
        let request = Request::post("/v26.0/").header("content-type", content_type).body(body.into()).unwrap();
        assert_eq!(answers(world.send(request).await), [(200, json!({ "data": [] }))], "{content_type}");
    }
    for (method, uri) in [("GET", "/"), ("GET", "/v26.0"), ("POST", "/elsewhere")] {
        let body = json!({ "batch": operations }).to_string();
        let reply = world.request(method, uri, &world.page_token, body.into()).await;
        assert_eq!(reply.error(), (400, 2500, None, "unknown_path"), "{method} {uri}");
    }
}

#[tokio::test]
async fn headers_are_those_of_the_operation_and_can_be_left_out() {
    let world = World::new().await;
    let operations = json!([{ "method": "GET", "relative_url": "v20.0/me/subscribed_apps" },
                            { "method": "GET", "relative_url": "me/subscribed_apps" }]);
    let reply = batch(&world, "/v21.0/", &operations).await.ok();
    let header = |answer: &Value, name: &str| {
        let headers = answer["headers"].as_array().unwrap();
        headers.iter().find(|header| header["name"] == name).unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(header(&reply[0], "facebook-api-version"), "v20.0");
    assert_eq!(header(&reply[1], "facebook-api-version"), "v21.0");
    assert_ne!(header(&reply[0], "x-fb-trace-id"), header(&reply[1], "x-fb-trace-id"));
    for off in [json!(false), json!("false")] {
        let body = json!({ "batch": operations, "include_headers": off });
        let reply = world.post("/", &world.page_token, &body).await.ok();
        assert_eq!(reply[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["body", "code"]);
    }
}

#[tokio::test]
async fn an_operations_own_token_wins_over_the_batchs() {
    let world = World::new().await;
    let (other, psid, token) = world.other_page(&world.app).await;
    let ask =
        |query: &str| json!({ "method": "GET", "relative_url": format!("me/messenger_call_permissions?{query}") });
    let operations = json!([
        ask(&format!("psid={psid}&access_token={token}")),
        ask(&format!("psid={psid}")),
        { "method": "GET", "relative_url": format!("{}/subscribed_apps", other.page),
          "headers": [{ "name": "Authorization", "value": format!("Bearer {token}") }] },
    ]);
    let answers = answers(batch(&world, "/", &operations).await);
    assert_eq!(answers[0].0, 200);
    assert_eq!(name(&answers[1].1), "invalid_psid");
    assert_eq!(answers[2].0, 200);

    let nobody = Request::post("/").header("content-type", "application/json");
    let nobody = nobody.body(json!({ "batch": operations }).to_string().into()).unwrap();
    let codes: Vec<_> = self::answers(world.send(nobody).await).iter().map(|answer| answer.0).collect();
    assert_eq!(codes, [200, 401, 200]);
}

#[tokio::test]
async fn the_batchs_proof_goes_with_its_token() {
    let world = World::new().await;
    let app = world.service.create_app("Careful".to_owned(), true).await.unwrap();
    let token = world.service.create_page_token(app.id, world.page, true, None).await.unwrap().token;
    let proof = offhook_wire::signature::sign(&app.secret, token.as_bytes());
    let proof = proof.strip_prefix("sha256=").unwrap();
    let operations = json!([{ "method": "GET", "relative_url": "me/subscribed_apps" }]);
    for (query, code) in [(format!("?appsecret_proof={proof}"), 200), (String::new(), 400)] {
        let reply = world.post(&format!("/{query}"), &token, &json!({ "batch": operations })).await;
        assert_eq!(answers(reply)[0].0, code);
    }
}

#[tokio::test]
async fn an_idempotency_key_holds_within_a_batch_and_beyond() {
    let world = World::new().await;
    let connect = json!({ "method": "POST", "relative_url": "me/calls", "body": connect_form(&world),
        "headers": [{ "name": "Idempotency-Key", "value": "order-17" }] });
    let first = answers(batch(&world, "/", &json!([connect, connect])).await);
    assert_eq!((first[0].0, &first[0].1), (200, &first[1].1));
    assert_eq!(answers(batch(&world, "/", &json!([connect])).await)[0], first[0]);
    assert_eq!(world.service.calls(None, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn each_operation_counts_against_the_limits() {
    let world = World::with_limits(Limits { connects_per_second: 2, ..LIMITS }).await;
    let connect = json!({ "method": "POST", "relative_url": "me/calls", "body": connect_form(&world) });
    let answers = answers(batch(&world, "/", &json!([connect, connect, connect])).await);
    let codes: Vec<_> = answers.iter().map(|answer| answer.0).collect();
    assert_eq!((codes, name(&answers[2].1)), (vec![200, 400, 429], "rate_limited"));
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_is_refused_as_a_whole() {
    let world = World::new().await;
    let operation = json!({ "method": "GET", "relative_url": "me/subscribed_apps" });
    for operations in [json!([]), json!(vec![operation.clone(); 51]), json!("x"), json!({}), Value::Null] {
        let reply = batch(&world, "/", &operations).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), "batch"));
    }
    assert_eq!(answers(batch(&world, "/", &json!(vec![operation; 50])).await).len(), 50);
    let large = json!([{ "method": "POST", "relative_url": "me/calls", "body": "x".repeat(1024 * 1024) }]);
    assert_eq!(batch(&world, "/", &large).await.blamed(), "body");
    let inner = json!([{ "method": "POST", "relative_url": "me/calls", "body": "x".repeat(256 * 1024 + 1) }]);
    assert_eq!(name(&answers(batch(&world, "/", &inner).await)[0].1), "invalid_parameter");
}
