use std::sync::{Arc, Mutex};

use offhook_call::{AppId, CallId, PageId, Psid};
use offhook_client::graph::{Error, Graph};
use offhook_client::rest::Exchange;
use offhook_wire::PermissionAnswer;
use offhook_wire::signature::appsecret_proof;
use serde_json::json;

use crate::scripted::{Asked, Scripted};

const PAGE: PageId = PageId(1044000000001);
const PSID: Psid = Psid(7700000000002);

#[tokio::test]
async fn connect_sends_the_offer_and_returns_call_and_answer() {
    let call = CallId([9; 32]);
    let server = Scripted::always(
        200,
        json!({ "success": true, "id": call, "call_id": call,
                "session": { "sdp_response": { "sdp_type": "answer", "sdp": "v=0 answer" } } }),
    )
    .await;
    let graph = Graph::new(server.url.join("v26.0").unwrap(), "token").unwrap();
    let answer = graph.connect(PAGE, PSID, "v=0 offer").await.unwrap();
    assert_eq!((answer.call_id, answer.session.sdp_response.sdp.as_str()), (call, "v=0 answer"));
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.uri.as_str()), ("POST", "/v26.0/1044000000001/calls"));
    assert_eq!(asked.authorization, "Bearer token");
    let session = json!({ "sdp_type": "offer", "sdp": "v=0 offer" });
    let expected = json!({ "platform": "messenger", "action": "connect", "to": "7700000000002", "session": session });
    assert_eq!(asked.json(), expected);
}

#[tokio::test]
async fn requests_go_where_graph_has_them_with_the_proof() {
    let server = Scripted::start(|asked: Asked| async move {
        match asked.uri.contains("messenger_call_permissions") {
            true => (200, json!({ "permission": { "status": "NO_PERMISSION" }, "actions": [] })),
            false if asked.method == "GET" => (200, json!({ "data": [] })),
            false => (200, json!({ "success": true })),
        }
    })
    .await;
    let graph = Graph::new(server.url.clone(), "token").unwrap().with_proof("secret");
    assert!(graph.terminate(PAGE, CallId([1; 32])).await.unwrap().success);
    assert_eq!(graph.call_permissions(PAGE, PSID).await.unwrap().permission, PermissionAnswer::NoPermission);
    let callback = "https://example.com/hook".parse().unwrap();
    graph.subscribe_app(AppId(5), &callback, "verify", &["calls"]).await.unwrap();
    graph.subscribe_page(PAGE, &["calls", "messages"]).await.unwrap();
    assert!(graph.subscribed_apps(PAGE).await.unwrap().is_empty());
    graph.unsubscribe_page(PAGE).await.unwrap();

    let proof = appsecret_proof("secret", "token");
    let asked = server.asked();
    let uris: Vec<_> = asked.iter().map(|asked| format!("{} {}", asked.method, asked.uri)).collect();
    let expected = [
        format!("POST /1044000000001/calls?appsecret_proof={proof}"),
        format!("GET /1044000000001/messenger_call_permissions?appsecret_proof={proof}&psid=7700000000002"),
        format!("POST /5/subscriptions?appsecret_proof={proof}"),
        format!("POST /1044000000001/subscribed_apps?appsecret_proof={proof}"),
        format!("GET /1044000000001/subscribed_apps?appsecret_proof={proof}"),
        format!("DELETE /1044000000001/subscribed_apps?appsecret_proof={proof}"),
    ];
    assert_eq!(uris, expected);
    assert_eq!(asked[0].json()["action"], "terminate");
    assert_eq!(asked[2].json()["callback_url"], "https://example.com/hook");
    assert_eq!(asked[3].body, "subscribed_fields=calls%2Cmessages");
    assert_eq!(asked[3].content_type, "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn a_refusal_keeps_graphs_error_object_and_nonsense_is_told_apart() {
    let error = json!({ "message": "(#10) no", "type": "OAuthException", "code": 10, "error_subcode": 9100001,
        "error_data": { "offhook": { "error": "no_call_permission", "detail": "Ask first." } }, "fbtrace_id": "t" });
    let server = Scripted::always(403, json!({ "error": error })).await;
    let graph = Graph::new(server.url, "token").unwrap();
    let refused = graph.terminate(PAGE, CallId([1; 32])).await.unwrap_err();
    assert_eq!(refused.to_string(), "refused with 403 Forbidden: Ask first.");
    let Error::Refused { refusal, .. } = refused else { panic!("{refused:?}") };
    assert_eq!((refusal.code, refusal.error_subcode), (10, Some(9100001)));

    let server = Scripted::always(502, json!("bad gateway")).await;
    let graph = Graph::new(server.url, "token").unwrap();
    let error = graph.terminate(PAGE, CallId([1; 32])).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected { status, .. } if status == 502), "{error:?}");
}

#[tokio::test]
async fn who_watches_sees_each_exchange_without_secrets() {
    let server = Scripted::always(200, json!({ "success": true })).await;
    let seen: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let watch = seen.clone();
    let observer = Arc::new(move |exchange: &Exchange| watch.lock().unwrap().push(exchange.clone()));
    let graph = Graph::new(server.url, "t0ken").unwrap().with_proof("s3cret").observed(observer.clone());
    graph.terminate(PAGE, CallId([1; 32])).await.unwrap();
    // Nothing listens on port 1.
    let gone = Graph::new("http://127.0.0.1:1".parse().unwrap(), "t0ken").unwrap().observed(observer);
    assert!(matches!(gone.terminate(PAGE, CallId([1; 32])).await, Err(Error::Transport(_))));

    let seen = seen.lock().unwrap();
    let statuses: Vec<_> = seen.iter().map(|exchange| (exchange.path.as_str(), exchange.status)).collect();
    assert_eq!(statuses, [("/1044000000001/calls", Some(200)), ("/1044000000001/calls", None)]);
    assert!(seen[0].to_string().starts_with("POST /1044000000001/calls → 200 in "), "{}", seen[0]);
}
