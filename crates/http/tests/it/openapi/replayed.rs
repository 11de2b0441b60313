//! Every example of the description, sent to a server.

use serde_json::Value;

use super::description::{Description, Operation};
use crate::support::{ADMIN_TOKEN, Reply, World};

#[tokio::test]
async fn every_example_is_answered_as_described() {
    let description = Description::load();
    let mut replayed = 0;
    for operation in description.operations() {
        for (name, example) in operation.request()["examples"].as_object().into_iter().flatten() {
            let request = &example["value"];
            let world = World::new().await;
            let reply = ask(&world, &operation, request).await;
            let status = documented_status(&operation, name, &reply);
            assert_eq!(reply.status.to_string(), status, "{} {name}: {}", operation.id(), reply.body);
            let answer = operation.answer(&status);
            let breach = description.breach(&answer["schema"], &reply.body);
            assert_eq!(breach, None, "{} {name}: {}", operation.id(), reply.body);
            if let Some(example) = answer["examples"].get(name) {
                let breach = description.breach(&answer["schema"], &example["value"]);
                assert_eq!(breach, None, "the example's answer: {} {name}", operation.id());
                assert_same_shape(&reply.body, &example["value"], &format!("{} {name}", operation.id()));
            }
            replayed += 1;
        }
    }
    assert!(replayed > 15, "{replayed} examples");
}

#[test]
fn every_body_has_an_example() {
    let description = Description::load();
    let operations = description.operations();
    let without = operations.iter().filter(|one| one.request().is_object() && one.request()["examples"].is_null());
    assert_eq!(without.map(|one| one.id()).collect::<Vec<_>>(), Vec::<&str>::new());
}

/// The status beside which the example's answer stands; an example without an answer may have any that is described.
fn documented_status(operation: &Operation<'_>, name: &str, reply: &Reply) -> String {
    let statuses = operation.value["responses"].as_object().unwrap().keys();
    let with_answer = statuses.clone().find(|status| operation.answer(status)["examples"].get(name).is_some());
    let given = reply.status.to_string();
    let described = statuses.clone().find(|status| **status == given);
    with_answer.or(described).cloned().unwrap_or_else(|| panic!("{} {name}: {given} is not described", operation.id()))
}

/// The examples' ids are those of this server.
async fn ask(world: &World, operation: &Operation<'_>, request: &Value) -> Reply {
    let here = |text: &str| {
        let text = text.replace(EXAMPLE_PAGE, &world.page.to_string()).replace(EXAMPLE_PSID, &world.psid.to_string());
        text.replace(EXAMPLE_APP, &world.app.id.to_string())
    };
    let app_token = format!("{}|{}", world.app.id, world.app.secret);
    let (node, token) = match operation.token() {
        Some("page_token") => (EXAMPLE_PAGE, world.page_token.as_str()),
        Some("app_token") => (EXAMPLE_APP, app_token.as_str()),
        Some("admin_token") => ("", ADMIN_TOKEN),
        None => ("", ""),
        Some(other) => panic!("{other:?} is no token"),
    };
    let path = operation.path.replace("{node}", node).replace("{page}", EXAMPLE_PAGE).replace("{psid}", EXAMPLE_PSID);
    let path = path.replace("{app}", EXAMPLE_APP).replace("{agent}", "1022000000001");
    world.request(&operation.method, &here(&path), token, here(&request.to_string()).into()).await
}

/// The same fields of the same types; of a list the first entry.
fn assert_same_shape(given: &Value, described: &Value, what: &str) {
    match (given, described) {
        (Value::Object(given), Value::Object(described)) => {
            assert!(given.keys().eq(described.keys()), "{what}: {given:?} and {described:?}");
            for (name, value) in given {
                assert_same_shape(value, &described[name], what);
            }
        }
        (Value::Array(given), Value::Array(described)) => {
            assert_eq!(given.len(), described.len(), "{what}");
            for (given, described) in given.iter().zip(described) {
                assert_same_shape(given, described, what);
            }
        }
        (given, described) => {
            let same = std::mem::discriminant(given) == std::mem::discriminant(described);
            assert!(same, "{what}: {given} and {described}");
        }
    }
}

/// The ids that the examples are about.
const EXAMPLE_PAGE: &str = "1044000000001";
const EXAMPLE_PSID: &str = "7700000000002";
const EXAMPLE_APP: &str = "1033000000001";
