//! What the client makes of a server that does not do what it is asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use offhook_client::graph::{CallId, Error, Graph, PageId, Psid, Reason, Retries};
use offhook_wire::{ErrorBody, GraphError, ProofProblem, RateScope, TokenProblem};
use serde_json::{Value, json};

use crate::scripted::{Reply, Scripted};

const PAGE: PageId = PageId(1044000000001);

fn call() -> CallId {
    "c_ExampleCallId0001".parse().unwrap()
}

/// What a request that got this error came to.
async fn refused(status: u16, error: Value) -> Error {
    let server = Scripted::always(status, json!({ "error": error })).await;
    Graph::new(server.url, "token").unwrap().terminate(PAGE, &call()).await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_keeps_graphs_error_object_and_nonsense_is_told_apart() {
    let error = json!({ "message": "(#10) no", "type": "OAuthException", "code": 10, "error_subcode": 9100001,
        "error_data": { "offhook": { "error": "no_call_permission", "detail": "Ask first." } }, "fbtrace_id": "t" });
    let refused = refused(403, error).await;
    assert_eq!(refused.to_string(), "refused with 403 Forbidden: Ask first.");
    let refusal = refused.refusal().unwrap();
    assert_eq!((refusal.code, refusal.error_subcode, refusal.fbtrace_id.as_deref()), (10, Some(9100001), Some("t")));
    assert_eq!((refusal.name(), refusal.reason()), (Some("no_call_permission"), Reason::NoCallPermission));

    let server = Scripted::always(502, json!("bad gateway")).await;
    let graph = Graph::new(server.url, "token").unwrap();
    let error = graph.terminate(PAGE, &call()).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected { status, .. } if status == 502), "{error:?}");
}

/// API specification, section 10.
#[tokio::test]
async fn metas_numbers_mean_what_metas_pages_say() {
    let cases = [
        (-1, Some(2018390), Reason::InvalidCallId),
        (-1, Some(2018394), Reason::NotCallOwner),
        (-1, Some(2018389), Reason::NotAllowListed),
        (100, Some(1893056), Reason::CallingNotEnabled),
        (100, Some(33), Reason::InvalidPage),
        (100, None, Reason::InvalidParameter),
        (190, Some(463), Reason::InvalidToken),
        (10, Some(2018278), Reason::OutsideMessagingWindow),
        (613, None, Reason::RateLimited),
        (9, None, Reason::Unlisted),
    ];
    for (code, subcode, reason) in cases {
        let error = json!({ "message": "no", "code": code, "error_subcode": subcode });
        assert_eq!(refused(400, error).await.refusal().unwrap().reason(), reason, "{code} {subcode:?}");
    }
}

#[tokio::test]
async fn error_data_is_read_from_a_text_too() {
    let data = json!({ "offhook": { "error": "consumer_busy", "detail": "Later." } }).to_string();
    let refused = refused(400, json!({ "message": "no", "code": -1, "error_data": data })).await;
    assert_eq!(refused.refusal().unwrap().reason(), Reason::ConsumerBusy);
    let refused = self::refused(400, json!({ "code": -1, "error_data": "not JSON", "error_user_msg": "Sorry." })).await;
    assert_eq!(refused.to_string(), "refused with 400 Bad Request: Sorry.");
}

#[tokio::test]
async fn offhooks_names_are_all_known() {
    let (detail, retry_after) = (|| "detail".to_owned(), Duration::from_secs(1));
    let errors = [
        (GraphError::InvalidToken(TokenProblem::Missing), Reason::InvalidToken),
        (GraphError::InvalidAppSecretProof(ProofProblem::Wrong), Reason::InvalidAppSecretProof),
        (GraphError::MissingPermission, Reason::MissingPermission),
        (GraphError::InvalidPage, Reason::InvalidPage),
        (GraphError::missing("to"), Reason::InvalidParameter),
        (GraphError::InvalidPsid, Reason::InvalidPsid),
        (GraphError::NoCallPermission, Reason::NoCallPermission),
        (GraphError::CallingNotEnabled, Reason::CallingNotEnabled),
        (GraphError::ConnectionInfoMissing { name: "sdp" }, Reason::ConnectionInfoMissing),
        (GraphError::InvalidSdp { detail: detail(), findings: json!([]) }, Reason::InvalidSdp),
        (GraphError::InvalidCallId, Reason::InvalidCallId),
        (GraphError::PageNotInCall, Reason::PageNotInCall),
        (GraphError::NotCallOwner, Reason::NotCallOwner),
        (GraphError::CallFailed, Reason::CallFailed),
        (GraphError::CallEnded, Reason::CallEnded),
        (GraphError::AlreadyTerminated, Reason::AlreadyTerminated),
        (GraphError::WrongDirection, Reason::WrongDirection),
        (GraphError::ConsumerBusy, Reason::ConsumerBusy),
        (GraphError::CallQuotaReached, Reason::CallQuotaReached),
        (GraphError::RateLimited { scope: RateScope::App, retry_after }, Reason::RateLimited),
        (GraphError::Overloaded { retry_after }, Reason::Overloaded),
        (GraphError::Draining { retry_after }, Reason::Draining),
        (GraphError::Internal, Reason::Internal),
    ];
    for (error, reason) in errors {
        let ErrorBody { error } = ErrorBody::new(&error, "trace".to_owned());
        assert_eq!(refused(400, json!(error)).await.refusal().unwrap().reason(), reason, "{error:?}");
    }
}

/// A server that refuses once, then answers; how often it was asked, and what came of it.
async fn after_a_refusal<T>(
    refusal: Reply,
    ask: impl AsyncFnOnce(Graph) -> Result<T, Error>,
) -> (usize, Result<T, Error>) {
    let asked = AtomicUsize::new(0);
    let server = Scripted::replying(move |_| {
        let first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        let granted = json!({ "success": true, "permission": { "status": "NO_PERMISSION" } });
        std::future::ready(if first { refusal.clone() } else { Reply::json(200, granted) })
    })
    .await;
    let graph = Graph::new(server.url.clone(), "token").unwrap().with_retries(Retries::up_to(2));
    let result = ask(graph).await;
    (server.asked().len(), result)
}

fn overloaded() -> Reply {
    Reply::json(503, json!({ "error": { "message": "later", "code": 2 } }))
}

#[tokio::test]
async fn what_changes_something_is_repeated_only_when_the_server_says_when() {
    let terminate = async |graph: Graph| graph.terminate(PAGE, &call()).await;
    let (asked, result) = after_a_refusal(overloaded().with_header("retry-after", "0"), terminate).await;
    assert!(asked == 2 && result.is_ok(), "{asked} {result:?}");
    for refusal in [overloaded(), overloaded().with_header("retry-after", "3600"), Reply::json(502, json!({}))] {
        let (asked, result) = after_a_refusal(refusal, terminate).await;
        assert!(asked == 1 && result.is_err(), "{asked} {result:?}");
    }
}

#[tokio::test]
async fn what_only_reads_is_repeated_when_the_trouble_passes() {
    let read = async |graph: Graph| graph.call_permissions(PAGE, Psid(7)).await;
    for refusal in [overloaded(), Reply::json(502, json!("bad gateway"))] {
        let (asked, result) = after_a_refusal(refusal, read).await;
        assert!(asked == 2 && result.is_ok(), "{asked} {result:?}");
    }
    let (asked, result) = after_a_refusal(Reply::json(400, json!({ "error": { "code": 100 } })), read).await;
    assert!(asked == 1 && result.is_err(), "{asked} {result:?}");
}
