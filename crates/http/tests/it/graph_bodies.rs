//! The forms in which parameters come, and bodies that are none.

use axum::body::Body;
use axum::http::{Request, header};
use futures_util::stream;
use serde_json::{Value, json};

use crate::support::{Reply, World, connect_body};

async fn post(world: &World, query: &str, content_type: Option<&str>, body: impl Into<Body>) -> Reply {
    let mut request = Request::post(format!("/{}/calls{query}", world.page))
        .header(header::AUTHORIZATION, format!("Bearer {}", world.page_token));
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    world.send(request.body(body.into()).unwrap()).await
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn multipart(pairs: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    pairs.iter().map(part).collect::<String>() + "--XX--\r\n"
}

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=XX";
const SESSION: &str = r#"{"sdp_type":"offer","sdp":"v=0\r\n"}"#;

#[tokio::test]
async fn every_form_of_body_connects() {
    let world = World::new().await;
    let psid = world.psid.to_string();
    let pairs = [("platform", "messenger"), ("action", "connect"), ("to", &*psid), ("session", SESSION)];
    let json = connect_body(world.psid).to_string();
    let bodies = [
        (Some("application/json; charset=utf-8"), json.clone()),
        (None, json),
        (Some(FORM), form(&pairs)),
        (Some("application/x-www-form-urlencoded;charset=UTF-8"), form(&pairs)),
        (Some(MULTIPART), multipart(&pairs)),
    ];
    for (content_type, body) in bodies {
        let call = post(&world, "", content_type, body).await.ok()["id"].as_str().unwrap().parse().unwrap();
        world.act("terminate", call).await.ok();
    }
    let query = format!("?{}", form(&pairs));
    post(&world, &query, None, "").await.ok();
}

#[tokio::test]
async fn the_body_wins_over_the_query() {
    let world = World::new().await;
    let psid = world.psid.to_string();
    let query = format!("?{}", form(&[("to", "1"), ("action", "terminate"), ("session", SESSION)]));
    post(&world, &query, Some(FORM), form(&[("to", &psid), ("action", "connect")])).await.ok();
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_named() {
    let world = World::new().await;
    let too_large = connect_body(world.psid).to_string() + &" ".repeat(256 * 1024);
    let bodies: [(Option<&str>, Body); 7] = [
        (Some("application/json"), "{".into()),
        (Some("application/json"), "[1]".into()),
        (Some("application/json"), vec![b'"', 0xff, b'"'].into()),
        (Some("text/xml"), "<calls/>".into()),
        (Some("multipart/form-data"), multipart(&[("action", "connect")]).into()),
        (Some(MULTIPART), "--XX\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\n7".into()),
        (Some("application/json"), too_large.into()),
    ];
    for (content_type, body) in bodies {
        let reply = post(&world, "", content_type, body).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), "body"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_read() {
    let world = World::new().await;
    let body = connect_body(world.psid).to_string();
    let padding = " ".repeat(256 * 1024 - body.len());
    post(&world, "", Some("application/json"), body + &padding).await.ok();
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let world = World::new().await;
    tokio::time::pause();
    let endless = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let reply = post(&world, "", Some("application/json"), endless).await;
    assert_eq!((reply.error().3, reply.blamed()), ("invalid_parameter", "body"));
}

#[tokio::test]
async fn a_wrong_type_is_named_and_unknown_fields_are_ignored() {
    let world = World::new().await;
    let wrong = [
        ("action", json!(7), "action"),
        ("platform", json!([]), "platform"),
        ("to", json!({ "id": "7" }), "to"),
        ("to", json!(7.5), "to"),
        ("session", json!(["v=0"]), "session"),
        ("session", json!("{"), "session"),
    ];
    for (name, value, blamed) in wrong {
        let mut body = connect_body(world.psid);
        body[name] = value;
        let reply = world.calls(&body).await;
        assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), blamed), "{body}");
    }
    let mut body = connect_body(world.psid);
    body["host"] = json!("example");
    body["something"] = json!({ "else": [null] });
    body["call_id"] = Value::Null;
    world.calls(&body).await.ok();
}
