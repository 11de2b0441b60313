//! The client's examples, run as their readers would run them.

use std::time::Duration;

use offhook_client::consumer::Order;
use offhook_client::webhook::sign;
use tokio_util::sync::CancellationToken;

use crate::consumer_calls::Consumer;
use crate::dev_server::{DevServer, PATIENCE};

#[expect(dead_code, reason = "the test does what main does, with its own server")]
#[path = "../../../client/examples/answer_calls.rs"]
mod answer_calls;
#[expect(dead_code, reason = "the test does what main does, with its own server")]
#[path = "../../../client/examples/place_a_call.rs"]
mod place_a_call;
#[expect(dead_code, reason = "the test does what main does, with its own server")]
#[path = "../../../client/examples/verify_webhook.rs"]
mod verify_webhook;

#[tokio::test]
async fn place_a_call_hears_the_consumer() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let (graph, page, psid) = (server.graph(), server.facts.page_id, server.psid("echo"));
    let calling = place_a_call::place_a_call(&graph, page, psid, Duration::from_secs(2));
    let statistics = tokio::time::timeout(PATIENCE, calling).await.unwrap().unwrap();
    assert!(statistics.packets_played() > 50, "{statistics:?}");
}

#[tokio::test]
async fn answer_calls_echoes_a_consumer_who_hangs_up() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let facts = &server.facts;
    let opening = answer_calls::open_for_calls(
        facts.base_url.clone(),
        facts.page_id,
        &facts.page_token,
        facts.app_id,
        &facts.app_secret,
    );
    let mut business = opening.await.unwrap();
    let consumer = Consumer::hanging_up_after(Some(Duration::from_secs(2)), &server).await;
    consumer.order(Order::Call).await;
    let stop = CancellationToken::new();
    let answering = answer_calls::echo_next_call(&mut business, &stop);
    let report = tokio::time::timeout(PATIENCE, answering).await.unwrap().unwrap().expect("it was not stopped");
    assert!(report.statistics.packets_played() > 50, "{:?}", report.statistics);
    consumer.leave().await;
}

#[test]
fn verify_webhook_reads_what_is_signed_and_nothing_else() {
    let body = br#"{"object":"page","entry":[{"id":"1044","time":1790000000,"calls":[{"id":"c_A","event":"connect",
        "timestamp":1790000000,"from":"77","to":"1044","call_direction":"user_initiated"}]}]}"#;
    let lines = verify_webhook::describe("secret", &sign("secret", body), body).unwrap();
    assert_eq!(lines, ["77 calls: c_A"]);
    assert!(verify_webhook::describe("secret", &sign("guess", body), body).is_err());
}
