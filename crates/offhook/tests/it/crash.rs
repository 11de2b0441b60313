use offhook_call::{CallId, Status};
use offhook_client::graph::Graph;
use offhook_client::phone::{self, Phone};
use offhook_client::webhook::{Arrival, Receiver};
use offhook_wire::webhook::{CallEvent, CallEventKind};

use crate::dev_server::{DevServer, PATIENCE};

/// The call's next event.
async fn next_event(receiver: &mut Receiver, call: CallId) -> CallEvent {
    let next = async {
        loop {
            match receiver.next().await.unwrap() {
                Arrival::Valid { envelope, .. } => {
                    let event = envelope.entry.into_iter().flat_map(|entry| entry.calls).find(|event| event.id == call);
                    if let Some(event) = event {
                        return event;
                    }
                }
                wrong @ (Arrival::Wrong | Arrival::Unreadable) => panic!("{wrong:?}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, next).await.expect("a webhook comes")
}

async fn dial(graph: &Graph, server: &DevServer) -> (CallId, Phone) {
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let answer = graph.connect(server.facts.page_id, server.psid("echo"), &offer).await.unwrap();
    phone.apply_answer(&answer.session.sdp_response.sdp).await.unwrap();
    (answer.call_id, phone)
}

#[tokio::test]
async fn a_killed_server_ends_its_calls_once_and_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut receiver = server.subscribe().await;
    let (call, _phone) = dial(&server.graph(), &server).await;
    let is_update = |kind: &CallEventKind| matches!(kind, CallEventKind::MediaUpdate { .. });
    let is_end = |kind: &CallEventKind| matches!(kind, CallEventKind::Terminate { .. });
    while !is_update(&next_event(&mut receiver, call).await.kind) {}
    server.kill().await;

    let server = DevServer::start(data.path()).await;
    // What was acknowledged just before the kill may come again: at least once.
    let ended = loop {
        let event = next_event(&mut receiver, call).await;
        if is_end(&event.kind) {
            break event;
        }
    };
    assert!(matches!(ended.kind, CallEventKind::Terminate { status: Status::Failed, .. }), "{ended:?}");
    // Deliveries go out in the order in which they were owed, so a second terminate would come before the next call's events.
    let (second, _phone) = dial(&server.graph(), &server).await;
    let mut story = Vec::new();
    while !story.iter().any(|event: &CallEvent| event.id == second) {
        let arrival = tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap();
        let Arrival::Valid { envelope, .. } = arrival else { panic!("{arrival:?}") };
        story.extend(envelope.entry.into_iter().flat_map(|entry| entry.calls));
    }
    assert!(story.iter().all(|event| event.id == second), "{story:?}");
    server.graph().terminate(server.facts.page_id, second).await.unwrap();
}

#[tokio::test]
async fn what_dev_made_survives_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let first = DevServer::start(data.path()).await;
    let (page, psid, token) = (first.facts.page_id, first.psid("echo"), first.facts.page_token.clone());
    let admin = first.facts.admin_token.clone();
    first.kill().await;
    let second = DevServer::start(data.path()).await;
    assert_eq!((second.facts.page_id, second.psid("echo")), (page, psid));
    assert_eq!((second.facts.page_token.clone(), second.facts.admin_token.clone()), (token, admin));
    assert!(second.graph().call_permissions(page, psid).await.is_ok());
}
