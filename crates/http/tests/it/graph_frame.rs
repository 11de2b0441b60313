//! Versions, headers, and what no route has.

use serde_json::json;

use crate::support::{Reply, World, connect_body};

fn assert_traced(reply: &Reply) {
    let trace = reply.header("x-fb-trace-id");
    assert!(trace.len() > 10, "{reply:?}");
    if reply.status != 200 {
        assert_eq!(reply.body["error"]["fbtrace_id"], trace);
    }
}

#[tokio::test]
async fn versioned_and_unversioned_paths_are_the_same() {
    let world = World::new().await;
    let paths = [("", "v26.0"), ("/v17.0", "v17.0"), ("/v25.0", "v25.0"), ("/v26.0", "v26.0"), ("/v27.0", "v27.0")];
    for (prefix, version) in paths {
        for page in [world.page.to_string(), "me".to_owned()] {
            let uri = format!("{prefix}/{page}/calls");
            let reply = world.post(&uri, &world.page_token, &connect_body(world.psid)).await;
            assert_eq!(reply.header("facebook-api-version"), version);
            assert_traced(&reply);
            let call = reply.ok()["id"].as_str().unwrap().parse().unwrap();
            world.act("terminate", call).await.ok();
        }
    }
}

#[tokio::test]
async fn a_version_that_is_not_served_is_refused_before_anything_else() {
    let world = World::new().await;
    for version in ["v16.0", "v2.12", "v26", "v1"] {
        for path in ["me/calls", "me/nothing", "me/subscribed_apps"] {
            let reply = world.post(&format!("/{version}/{path}"), &world.page_token, &json!({})).await;
            assert_eq!(reply.error(), (400, 2635, None, "unsupported_version"), "{version}/{path}");
            assert_eq!(reply.header("facebook-api-version"), "v26.0");
            assert_traced(&reply);
        }
    }
}

#[tokio::test]
async fn what_no_route_has_is_a_graph_error_too() {
    let world = World::new().await;
    for path in ["/", "/me", "/me/call", "/v26.0/me/calls/x", "/me/call_logs", "/demo/business"] {
        let reply = world.get(path, &world.page_token).await;
        assert_eq!(reply.error(), (400, 2500, None, "unknown_path"), "{path}");
        assert_traced(&reply);
    }
    for (method, path) in
        [("GET", "/me/calls"), ("DELETE", "/v26.0/me/calls"), ("POST", "/me/messenger_call_permissions")]
    {
        let reply = world.request(method, path, &world.page_token, "".into()).await;
        assert_eq!(reply.error(), (400, 100, None, "unsupported_method"), "{method} {path}");
        assert_traced(&reply);
    }
}

#[tokio::test]
async fn answers_are_not_kept_by_caches_and_traces_differ() {
    let world = World::new().await;
    let first = world.connect().await;
    let second = world.connect().await;
    assert_eq!((first.header("cache-control"), second.header("cache-control")), ("no-store", "no-store"));
    assert_ne!(first.header("x-fb-trace-id"), second.header("x-fb-trace-id"));
    assert_traced(&first);
    assert_traced(&second);
}
