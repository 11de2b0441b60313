use std::collections::BTreeSet;

use offhook_wire::desk::{AgentMessage, DeskMessage};
use serde_json::Value;

const PAGE: &str = include_str!("../../../../docs/desk.md");

/// The JSON of the page: a block has one message, or one on each line.
fn examples() -> Vec<Value> {
    let blocks = PAGE.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let values = blocks.flat_map(|block| serde_json::Deserializer::from_str(block).into_iter::<Value>());
    values.map(Result::unwrap).collect()
}

/// The names that a side's messages have, as reading an unknown one tells them.
fn kinds<M: serde::de::DeserializeOwned>() -> BTreeSet<String> {
    let unknown = serde_json::from_str::<M>(r#"{"type":"?"}"#).err().unwrap().to_string();
    unknown.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_example_is_a_message_and_every_message_has_an_example() {
    let (mut said, mut told) = (BTreeSet::new(), BTreeSet::new());
    for written in examples() {
        let kind = written["type"].as_str().unwrap().to_owned();
        let again = if let Ok(message) = serde_json::from_value::<AgentMessage>(written.clone()) {
            said.insert(kind);
            serde_json::to_value(message).unwrap()
        } else {
            told.insert(kind);
            serde_json::to_value(serde_json::from_value::<DeskMessage>(written.clone()).unwrap()).unwrap()
        };
        assert_eq!(again, written);
    }
    assert_eq!(said, kinds::<AgentMessage>());
    assert_eq!(told, kinds::<DeskMessage>());
}
