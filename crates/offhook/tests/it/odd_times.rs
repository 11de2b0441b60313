//! Time is not what it seems: somebody turns the machine's clock, or the whole process is stopped for a while (G11).

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::sys::signal::Signal;
use offhook_call::Status;
use offhook_client::graph::{CallId, Error};
use offhook_client::phone::{self, Phone};
use offhook_client::webhook::{Arrival, CallEvent, CallEventKind, End, Event, Receiver};
use tokio::time::{sleep, timeout};

use crate::consumer_calls::Consumer;
use crate::dev_server::{DevServer, PATIENCE};

/// A call that rings at a consumer who does not answer, and one in which both talk.
struct Calls {
    server: DevServer,
    webhooks: Receiver,
    told: Vec<CallEvent>,
    ringing: CallId,
    talking: CallId,
    phone: Phone,
    /// They hang up when they are dropped.
    _waiting: Phone,
    _consumer: Consumer,
}

impl Calls {
    async fn begin(data: &Path, environment: &[(&str, &str)]) -> Self {
        let server = DevServer::start_with(data, environment).await;
        let mut webhooks = server.subscribe().await;
        let consumer = Consumer::connect(&server).await;
        let (talking, phone) = dial(&server, "by_hand").await;
        let (ringing, waiting) = dial(&server, "ignore").await;
        timeout(PATIENCE, phone.heard_until(|heard| heard.frames > 10)).await.unwrap().unwrap();
        let mut told = Vec::new();
        let rings = |event: &CallEvent| event.call == ringing && matches!(event.kind, CallEventKind::Ringing { .. });
        while !told.iter().any(rings) {
            told.extend(next_events(&mut webhooks).await);
        }
        Self { server, webhooks, told, ringing, talking, phone, _waiting: waiting, _consumer: consumer }
    }

    /// Both hear each other as before.
    async fn assert_talking(&self) {
        let before = self.phone.statistics().await.unwrap().heard.frames;
        timeout(PATIENCE, self.phone.heard_until(|heard| heard.frames > before + 20)).await.unwrap().unwrap();
    }

    async fn terminate(&self, call: &CallId) -> Result<(), Error> {
        self.server.graph().terminate(self.server.facts.page_id, call).await
    }

    /// Waits for the call's end.
    async fn end_of(&mut self, call: &CallId) -> End {
        while self.ends_of(call).is_empty() {
            let events = next_events(&mut self.webhooks).await;
            self.told.extend(events);
        }
        self.ends_of(call)[0]
    }

    fn ends_of(&self, call: &CallId) -> Vec<End> {
        let ends = self.told.iter().filter(|event| event.call == *call).filter_map(|event| match event.kind {
            CallEventKind::Terminate(end) => Some(end),
            _ => None,
        });
        ends.collect()
    }

    /// Each call has ended once: the events of a further call come after whatever else was owed.
    async fn assert_ended_once(mut self) {
        let (last, _phone) = dial(&self.server, "ignore").await;
        while !self.told.iter().any(|event| event.call == last) {
            let events = next_events(&mut self.webhooks).await;
            self.told.extend(events);
        }
        assert_eq!([self.ends_of(&self.ringing).len(), self.ends_of(&self.talking).len()], [1, 1]);
    }
}

async fn dial(server: &DevServer, behaviour: &str) -> (CallId, Phone) {
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = server.graph().connect(server.facts.page_id, server.psid(behaviour), &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    (connected.call, phone)
}

async fn next_events(webhooks: &mut Receiver) -> Vec<CallEvent> {
    let arrival = timeout(PATIENCE, webhooks.next()).await.expect("a webhook comes").unwrap();
    let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
    let of_calls =
        events.into_iter().filter_map(|event| if let Event::Call(event) = event { Some(event) } else { None });
    of_calls.collect()
}

/// Somebody turns the machine's clock by so many milliseconds in the middle of both calls. `bug`: `""`, or one more fail
/// point.
async fn turn_the_clock(by: i64, bug: &str) {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("clock");
    std::fs::write(&file, "0").unwrap();
    let points = format!("turn::clock=return({});{bug}", file.display());
    let mut calls = Calls::begin(data.path(), &[("FAILPOINTS", &points)]).await;
    std::fs::write(&file, by.to_string()).unwrap();
    // The calls go on for a while by the new time.
    sleep(Duration::from_secs(4)).await;
    calls.assert_talking().await;
    let (ringing, talking) = (calls.ringing.clone(), calls.talking.clone());
    for call in [&ringing, &talking] {
        assert!(calls.terminate(call).await.is_ok(), "turned by {by} ms: {call} has ended by itself");
    }
    let end = calls.end_of(&ringing).await;
    assert_eq!((end.status, end.duration), (Some(Status::Completed), None), "turned by {by} ms");
    let end = calls.end_of(&talking).await;
    assert_eq!(end.status, Some(Status::Completed), "turned by {by} ms");
    assert!(
        end.duration.is_some_and(|seconds| (4..HALF_AN_HOUR_S).contains(&seconds)),
        "turned by {by} ms: the call took {:?} s",
        end.duration
    );
    calls.assert_ended_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_ends_or_grows_when_the_clock_is_turned() {
    let to_1970 = -i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    tokio::join!(
        turn_the_clock(HOUR_MS, ""),
        turn_the_clock(24 * HOUR_MS, ""),
        turn_the_clock(-HOUR_MS, ""),
        turn_the_clock(to_1970, ""),
    );
}

/// The planted bug: calls are measured by the machine's clock. One of them ends too early, or has lasted an hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "turned by 3600000 ms")]
async fn a_call_that_grows_with_the_clock_is_found() {
    turn_the_clock(HOUR_MS, "bug::wall_clock=return").await;
}

const HOUR_MS: i64 = 3_600_000;

/// No machine is so busy, and the clock is turned by more.
const HALF_AN_HOUR_S: u64 = 1800;

/// The server's process is stopped for so long.
async fn stop_for(time: Duration) -> (tempfile::TempDir, Calls) {
    let data = tempfile::tempdir().unwrap();
    let calls = Calls::begin(data.path(), &[]).await;
    calls.server.signal(Signal::SIGSTOP);
    sleep(time).await;
    calls.server.signal(Signal::SIGCONT);
    let graph = calls.server.graph();
    let permissions = graph.call_permissions(calls.server.facts.page_id, calls.server.psid("echo"));
    timeout(PATIENCE, permissions).await.expect("the server answers again").unwrap();
    (data, calls)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_go_on_after_the_server_was_stopped_for_less_than_their_time_outs() {
    let stopped = async |seconds| {
        let (_data, mut calls) = stop_for(Duration::from_secs(seconds)).await;
        calls.assert_talking().await;
        for call in [calls.ringing.clone(), calls.talking.clone()] {
            assert!(calls.ends_of(&call).is_empty());
            calls.terminate(&call).await.unwrap();
            assert_eq!(calls.end_of(&call).await.status, Some(Status::Completed));
        }
        calls.assert_ended_once().await;
    };
    tokio::join!(stopped(5), stopped(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_whose_time_passed_while_the_server_was_stopped_ends_once() {
    let (_data, mut calls) = stop_for(Duration::from_secs(60)).await;
    let (ringing, talking) = (calls.ringing.clone(), calls.talking.clone());
    let end = calls.end_of(&ringing).await;
    assert_eq!((end.status, end.duration), (Some(Status::Completed), None), "nobody answered");
    // The parties may have given the other call up while they heard nothing for a minute.
    if let Err(over) = calls.terminate(&talking).await {
        assert!(over.refusal().is_some(), "{over:?}");
    }
    calls.end_of(&talking).await;
    calls.assert_ended_once().await;
}
