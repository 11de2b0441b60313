use offhook_call::Status;
use offhook_client::graph::{CallId, Graph};
use offhook_client::phone::{self, Phone};
use offhook_client::webhook::{Arrival, CallEvent, CallEventKind, End, Event, Receiver};

use crate::dev_server::{DevServer, PATIENCE};

/// The next events of calls.
async fn next_events(receiver: &mut Receiver) -> Vec<CallEvent> {
    let arrival = tokio::time::timeout(PATIENCE, receiver.next()).await.expect("a webhook comes").unwrap();
    let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
    let of_calls = events.into_iter().map(|event| match event {
        Event::Call(event) => event,
        other => panic!("{other:?}"),
    });
    of_calls.collect()
}

/// The call's next event.
async fn next_event(receiver: &mut Receiver, call: &CallId) -> CallEvent {
    loop {
        if let Some(event) = next_events(receiver).await.into_iter().find(|event| event.call == *call) {
            return event;
        }
    }
}

async fn dial(graph: &Graph, server: &DevServer) -> (CallId, Phone) {
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = graph.connect(server.facts.page_id, server.psid("echo"), &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    (connected.call, phone)
}

#[tokio::test]
async fn a_killed_server_ends_its_calls_once_and_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut receiver = server.subscribe().await;
    let (call, _phone) = dial(&server.graph(), &server).await;
    let is_update = |kind: &CallEventKind| matches!(kind, CallEventKind::MediaUpdate { .. });
    let is_end = |kind: &CallEventKind| matches!(kind, CallEventKind::Terminate(_));
    while !is_update(&next_event(&mut receiver, &call).await.kind) {}
    server.kill().await;

    let server = DevServer::start(data.path()).await;
    // What was acknowledged just before the kill may come again: at least once.
    let ended = loop {
        let event = next_event(&mut receiver, &call).await;
        if is_end(&event.kind) {
            break event;
        }
    };
    assert!(matches!(ended.kind, CallEventKind::Terminate(End { status: Some(Status::Failed), .. })), "{ended:?}");
    // Deliveries go out in the order in which they were owed, so a second terminate would come before the next call's events.
    let (second, _phone) = dial(&server.graph(), &server).await;
    let mut story = Vec::new();
    while !story.iter().any(|event: &CallEvent| event.call == second) {
        story.extend(next_events(&mut receiver).await);
    }
    assert!(story.iter().all(|event| event.call == second), "{story:?}");
    server.graph().terminate(server.facts.page_id, &second).await.unwrap();
}

#[tokio::test]
async fn what_dev_made_survives_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let first = DevServer::start(data.path()).await;
    let (page, psid, token) = (first.facts.page_id, first.psid("echo"), first.facts.page_token.clone());
    let (admin, agent) = (first.facts.admin_token.clone(), first.facts.agent.clone());
    first.kill().await;
    let second = DevServer::start(data.path()).await;
    assert_eq!(second.facts.agent, agent);
    assert_eq!((second.facts.page_id, second.psid("echo")), (page, psid));
    assert_eq!((second.facts.page_token.clone(), second.facts.admin_token.clone()), (token, admin));
    assert!(second.graph().call_permissions(page, psid).await.is_ok());
}
