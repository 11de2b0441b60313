//! Every message of the consumer's channel, about calls of its own and of others.

use serde_json::{Value, json};

use super::stage::{DEVICE, Stage};
use super::table::{Object, Row, Table};
use crate::support::Device;

#[tokio::test]
async fn every_message_does_what_the_table_says() {
    let table = Table::load();
    let mut breaches = Vec::new();
    for row in &table.message {
        let of_x = row.cells().into_iter().map(|(object, cell)| ("consumer_x", object, cell));
        let of_y = row.foreign.iter().map(|cell| ("consumer_y", Object::Own, cell.as_str()));
        for (consumer, object, expected) in of_x.chain(of_y) {
            let told = said(row, object, consumer).await;
            if told != expected {
                breaches.push(format!("{} as {consumer}, {object:?}: {told}, not {expected}", row.name));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[tokio::test]
async fn only_consumers_are_welcome_on_the_channel() {
    let table = Table::load();
    let stage = Stage::set(&table.message[0], Object::Own).await;
    let server = stage.world.listen().await;
    for principal in table.principals.keys().filter(|principal| !principal.starts_with("consumer_")) {
        let mut device = Device::connect(server).await;
        let token = stage.token(principal).unwrap_or_default();
        device.say(&json!({ "type": "hello", "token": token, "device": DEVICE })).await;
        assert_eq!(device.hear_close().await, 4401, "{principal}");
    }
}

/// What a consumer is told who says this: the error's name, or `ok`.
async fn said(row: &Row, object: Object, consumer: &str) -> String {
    let stage = Stage::set(row, object).await;
    let server = stage.world.listen().await;
    let mut device = Device::connect(server).await;
    device.say(&json!({ "type": "hello", "token": stage.token(consumer), "device": DEVICE })).await;
    assert_eq!(device.hear().await["type"], "welcome");
    let mut message: Value = serde_json::from_str(&stage.filled(&row.body.to_string(), &row.about, object)).unwrap();
    message["type"] = row.name.clone().into();
    device.say(&message).await;
    // A second `hello` is always refused: what comes before its refusal is about the message.
    device.say(&json!({ "type": "hello", "token": "", "device": DEVICE })).await;
    let mut told = None;
    loop {
        let heard = device.hear().await;
        match (heard["type"].as_str(), heard["error"].as_str()) {
            (Some("error"), Some("hello_again")) if told.is_some() || row.name != "hello" => break,
            (Some("error"), Some(error)) => told = Some(error.to_owned()),
            (Some(_), _) => {}
            (None, _) => panic!("no message: {heard}"),
        }
    }
    told.unwrap_or_else(|| "ok".to_owned())
}
