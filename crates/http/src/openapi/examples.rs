//! Requests and their answers, one file an operation; a test replays each against a server.

use std::collections::BTreeMap;

use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::example::{Example as Documented, ExampleBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, RefOr};

#[derive(RustEmbed)]
#[folder = "src/openapi/examples"]
struct Files;

/// A request and its answer. The query and the path's ids are not part of it: ids are those of their schemas.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    summary: String,
    request: Option<Value>,
    status: u16,
    answer: Option<Value>,
}

/// Puts the operation's examples, by their name, beside its request and its answers.
pub(super) fn add(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let Some(file) = Files::get(&format!("{id}.json")) else { return };
    let examples: BTreeMap<String, Example> =
        serde_json::from_slice(&file.data).unwrap_or_else(|error| panic!("the examples of {id}: {error}"));
    for (name, example) in examples {
        let status = example.status.to_string();
        let answer = operation.responses.responses.get_mut(&status);
        let answer = answer.unwrap_or_else(|| panic!("the example {name} of {id} has a status that it cannot have"));
        if let (Some(value), RefOr::T(answer)) = (&example.answer, answer) {
            add_to(answer.content.values_mut(), &name, documented(&example.summary, value));
        }
        if let (Some(value), Some(RefOr::T(body))) = (&example.request, &mut operation.request_body) {
            add_to(body.content.values_mut(), &name, documented(&example.summary, value));
        }
    }
}

fn documented(summary: &str, value: &Value) -> Documented {
    ExampleBuilder::new().summary(summary).value(Some(value.clone())).build()
}

fn add_to<'a>(contents: impl Iterator<Item = &'a mut RefOr<Content>>, name: &str, example: Documented) {
    for content in contents {
        if let RefOr::T(content) = content {
            content.examples.insert(name.to_owned(), example.clone().into());
        }
    }
}
