//! A part of the server dies: the process ends with an error that names it, and tells everybody before.

use offhook_call::Status;
use offhook_client::phone::{self, Phone};
use offhook_client::webhook::{Arrival, CallEventKind, End, Event, Receiver};
use tokio::time::timeout;

use crate::dev_server::{COMPLAINTS, DevServer, PATIENCE};

/// What the server says when this fail point has struck in a call.
async fn complaints_after(point: &str) -> String {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start_with(data.path(), &[("FAILPOINTS", point)]).await;
    let mut webhooks = server.subscribe().await;
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    server.graph().connect(server.facts.page_id, server.psid("ignore"), &offer).await.unwrap();
    let ended = server.ended().await;
    assert_eq!(ended.code(), Some(1), "{ended:?}");
    let ends = ends_that_came(&mut webhooks).await;
    assert!(matches!(ends[..], [End { status: Some(Status::Failed), .. }]), "{ends:?}");
    std::fs::read_to_string(data.path().join(COMPLAINTS)).unwrap()
}

/// The process is gone, so nothing more comes.
async fn ends_that_came(webhooks: &mut Receiver) -> Vec<End> {
    let mut ends = Vec::new();
    while let Ok(Some(arrival)) = timeout(std::time::Duration::ZERO, webhooks.next()).await {
        let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
        ends.extend(events.into_iter().filter_map(|event| match event {
            Event::Call(event) => match event.kind {
                CallEventKind::Terminate(end) => Some(end),
                _ => None,
            },
            _ => None,
        }));
    }
    ends
}

#[tokio::test]
async fn a_media_thread_that_dies_ends_the_process_and_its_calls() {
    let said = timeout(PATIENCE, complaints_after("die::shard=panic")).await.unwrap();
    assert!(said.contains("a media thread failed"), "{said}");
    assert!(said.contains("the task \"media events\" ended by itself"), "{said}");
}

#[tokio::test]
async fn a_task_that_dies_ends_the_process_and_its_calls() {
    let said = timeout(PATIENCE, complaints_after("die::calls=panic")).await.unwrap();
    assert!(said.contains("a task of the node failed"), "{said}");
}

#[tokio::test]
async fn what_was_lost_between_a_commit_and_its_effects_is_made_up_for_while_the_server_runs() {
    let data = tempfile::tempdir().unwrap();
    // The first change of a call loses its effects: nobody is rung.
    let server = DevServer::start_with(data.path(), &[("FAILPOINTS", "lose::effects=1*return")]).await;
    let mut webhooks = server.subscribe().await;
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = server.graph().connect(server.facts.page_id, server.psid("echo"), &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    timeout(PATIENCE, phone.heard_until(|heard| heard.frames > 10)).await.expect("the echo rings").unwrap();
    server.graph().terminate(server.facts.page_id, &connected.call).await.unwrap();
    let ended = async {
        loop {
            let Arrival::Valid { events, .. } = webhooks.next().await.unwrap() else { panic!("it is signed") };
            let is_end =
                |event: &Event| matches!(event, Event::Call(call) if matches!(call.kind, CallEventKind::Terminate(_)));
            if events.iter().any(is_end) {
                return;
            }
        }
    };
    timeout(PATIENCE, ended).await.unwrap();
}
