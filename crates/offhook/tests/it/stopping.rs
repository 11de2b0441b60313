//! A server that is asked to stop: everybody is told, and nothing is owed that could have been delivered (G13).

use std::time::Duration;

use nix::sys::signal::Signal;
use offhook_call::{EndReason, Status};
use offhook_client::graph::Reason;
use offhook_client::phone::{self, LineEvent, Phone};
use offhook_client::webhook::{Arrival, CallEventKind, End, Event};
use tokio::net::UnixDatagram;
use tokio::time::timeout;

use crate::consumer_calls::Consumer;
use crate::dev_server::{DevServer, PATIENCE};
use crate::serve_server::{ServeServer, Stage};

async fn dial(stage: &Stage) -> (offhook_client::graph::CallId, Phone) {
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = stage.graph.connect(stage.page, stage.psid, &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    (connected.call, phone)
}

/// Waits until the phone's line is closed by the other side.
async fn hears_the_close(phone: &mut Phone) {
    let closed = async { while phone.next_event().await.expect("the close comes") != LineEvent::Closed {} };
    timeout(PATIENCE, closed).await.expect("the server takes leave");
}

#[tokio::test]
async fn a_server_that_is_stopped_in_a_call_tells_everybody_before_it_ends() {
    let ends = stop_in_a_call(&[]).await;
    assert!(matches!(ends[..], [End { status: Some(Status::Failed), .. }]), "{ends:?}");
}

/// The planted bug: webhooks stop with everything else.
#[tokio::test]
async fn a_stop_that_forgets_webhooks_is_found() {
    assert_eq!(stop_in_a_call(&[("FAILPOINTS", "bug::stop_at_once=return")]).await, []);
}

/// The terminate webhooks that come before the process has ended; everybody else is told as well.
async fn stop_in_a_call(environment: &[(&str, &str)]) -> Vec<End> {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start_with(data.path(), environment).await;
    let mut receiver = server.subscribe().await;
    let mut consumer = Consumer::connect(&server).await;
    let mut phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = server.graph().connect(server.facts.page_id, consumer.psid, &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    timeout(PATIENCE, phone.heard_until(|heard| heard.frames > 10)).await.unwrap().unwrap();

    server.signal(Signal::SIGTERM);
    assert_eq!(consumer.told_the_end().await, (Status::Failed, EndReason::ServerStopping));
    hears_the_close(&mut phone).await;
    consumer.put_down().await;
    let ended = server.ended().await;
    assert_eq!(ended.code(), Some(0), "{ended:?}");

    // The process is gone: what did not come before does not come any more.
    let mut ends = Vec::new();
    while let Ok(Some(arrival)) = timeout(Duration::ZERO, receiver.next()).await {
        let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
        ends.extend(events.into_iter().filter_map(|event| match event {
            Event::Call(event) if event.call == connected.call => match event.kind {
                CallEventKind::Terminate(end) => Some(end),
                _ => None,
            },
            _ => None,
        }));
    }
    consumer.leave().await;
    ends
}

#[tokio::test]
async fn readiness_turns_while_everybody_is_served_then_calls_may_end_by_themselves() {
    let data = tempfile::tempdir().unwrap();
    let stop = "[stop]\nunready_for = \"3s\"\nwait_for_calls = \"10m\"";
    let server = ServeServer::start(data.path(), stop).await;
    let stage = server.stage().await;
    server.signal(Signal::SIGTERM);
    server.until_ready(Some(503)).await;
    let (call, phone) = dial(&stage).await;
    // Calls are refused later than readiness turns.
    let phone_of_another = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone_of_another.offer().await.unwrap();
    let refused = async {
        loop {
            let refused = stage.graph.connect(stage.page, stage.psid, &offer).await.unwrap_err();
            match refused.refusal().unwrap().reason() {
                Reason::ConsumerBusy => tokio::time::sleep(Duration::from_millis(50)).await,
                reason => break reason,
            }
        }
    };
    assert_eq!(timeout(PATIENCE, refused).await.unwrap(), Reason::Draining);
    stage.graph.terminate(stage.page, &call).await.unwrap();
    assert!(server.ended().await.success(), "it does not wait for calls that are over");
    phone.hang_up().await;
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let data = tempfile::tempdir().unwrap();
    let server = ServeServer::start(data.path(), "[stop]\nunready_for = \"10m\"").await;
    server.signal(Signal::SIGTERM);
    server.until_ready(Some(503)).await;
    server.signal(Signal::SIGTERM);
    let ended = server.ended().await;
    assert_eq!(ended.code(), Some(1), "{ended:?}");
}

#[tokio::test]
async fn a_supervisor_is_told_when_the_server_serves_and_when_it_stops() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("supervisor");
    let supervisor = UnixDatagram::bind(&path).unwrap();
    let server = ServeServer::start_with(data.path(), "", &[("NOTIFY_SOCKET", path.to_str().unwrap())]).await;
    let told = async || {
        let mut word = [0; 64];
        let length = timeout(PATIENCE, supervisor.recv(&mut word)).await.expect("it is told").unwrap();
        String::from_utf8_lossy(&word[..length]).into_owned()
    };
    assert_eq!(told().await.trim(), "READY=1");
    server.signal(Signal::SIGTERM);
    assert_eq!(told().await.trim(), "STOPPING=1");
    assert!(server.ended().await.success());
}
