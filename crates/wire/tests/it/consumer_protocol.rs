use offhook_wire::consumer::{DeviceMessage, ServerMessage};
use serde_json::Value;

const PAGE: &str = include_str!("../../../../docs/consumer-protocol.md");

/// The JSON blocks of the page.
fn examples() -> Vec<&'static str> {
    PAGE.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Reads the example as a message of either side; writing it must give the same.
fn reread(example: &str) -> serde_json::Result<Value> {
    match serde_json::from_str::<DeviceMessage>(example) {
        Ok(message) => serde_json::to_value(message),
        Err(_) => serde_json::to_value(serde_json::from_str::<ServerMessage>(example)?),
    }
}

#[test]
fn every_example_is_a_message_and_every_message_has_an_example() {
    let mut kinds = Vec::new();
    for example in examples() {
        let written: Value = serde_json::from_str(example).unwrap();
        assert_eq!(reread(example).unwrap(), written, "{example}");
        kinds.push(written["type"].as_str().unwrap().to_owned());
    }
    kinds.sort_unstable();
    kinds.dedup();
    let all = [
        "accept",
        "accepted",
        "answered",
        "answered_elsewhere",
        "call",
        "calling",
        "decline",
        "ended",
        "entry",
        "error",
        "hang_up",
        "hello",
        "incoming",
        "message",
        "offer",
        "permission",
        "permission_reply",
        "postback",
        "resume",
        "revoke_permission",
        "ringing",
        "settings",
        "update",
        "updated",
        "welcome",
    ];
    assert_eq!(kinds, all);
}
