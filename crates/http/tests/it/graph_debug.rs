//! `debug=all|info|warning`.

use serde_json::{Value, json};

use crate::support::{Reply, World, connect_body};

/// Kind and text of each message.
fn messages(reply: &Reply) -> Vec<(&str, &str)> {
    let messages = reply.body["__debug__"]["messages"].as_array().unwrap_or_else(|| panic!("no messages: {reply:?}"));
    messages.iter().map(|said| (said["type"].as_str().unwrap(), said["message"].as_str().unwrap())).collect()
}

async fn permission(world: &World, path: &str, query: &str) -> Reply {
    let uri = format!("{path}/me/messenger_call_permissions?psid={}{query}", world.psid);
    world.get(&uri, &world.page_token).await
}

#[tokio::test]
async fn it_tells_what_was_ignored_and_assumed() {
    let world = World::new().await;
    let reply = permission(&world, "", "&debug=all&psd=7&host=x").await;
    assert!(reply.body["permission"].is_object() && reply.status == 200, "{reply:?}");
    let [assumed, host, psd] = messages(&reply)[..] else { panic!("three messages: {reply:?}") };
    assert!(assumed.0 == "info" && assumed.1.contains("v26.0"), "{assumed:?}");
    assert!(host.0 == "warning" && host.1.contains("`host`"), "{host:?}");
    assert!(psd.0 == "warning" && psd.1.contains("`psd`"), "{psd:?}");
    assert!(reply.body["__debug__"]["messages"][0]["link"].as_str().unwrap().starts_with("https://"));
}

#[tokio::test]
async fn a_level_chooses_and_a_version_leaves_nothing_to_assume() {
    let world = World::new().await;
    let kinds = async |query: &str| {
        let reply = permission(&world, "", query).await;
        messages(&reply).iter().map(|(kind, _)| (*kind).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("&debug=info&x=1").await, ["info"]);
    assert_eq!(kinds("&debug=WARNING&x=1").await, ["warning"]);
    assert_eq!(messages(&permission(&world, "/v20.0", "&debug=all").await), []);
    let plain = permission(&world, "", "&x=1").await.ok();
    for query in ["&debug=0", "&debug=", "&debug=loud"] {
        assert_eq!(permission(&world, "", query).await.ok(), plain, "{query}");
    }
}

#[tokio::test]
async fn a_flat_body_is_told_that_its_action_was_inferred() {
    let world = World::new().await;
    let body = json!({ "to": world.psid, "sdp": "v=0", "sdp_type": "offer", "debug": "warning" });
    let reply = world.calls(&body).await;
    assert!(matches!(messages(&reply)[..], [("warning", text)] if text.contains("inferred")), "{reply:?}");
}

#[tokio::test]
async fn an_error_keeps_its_shape_beside_the_messages() {
    let world = World::new().await;
    let mut body = connect_body(world.psid);
    body["to"] = Value::Null;
    body["debug"] = json!("all");
    body["unknown"] = json!(1);
    let reply = world.calls(&body).await;
    assert_eq!((reply.error(), reply.blamed()), ((400, 100, None, "invalid_parameter"), "to"));
    // Whether `unknown` would have been read is not known: the request was not taken.
    assert!(matches!(messages(&reply)[..], [("info", _)]), "{reply:?}");
}
