//! The disk under a running server fills up, while people talk.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use offhook_client::audio::MarkedTone;
use offhook_client::graph::{CallId, Connected, Error, Graph};
use offhook_client::phone::{self, Heard, Phone, Source};
use offhook_client::webhook::{Arrival, CallEvent, Event, Receiver};
use tokio::process::Command;
use tokio::time::timeout;

use crate::dev_server::{DevServer, PATIENCE};

/// Room for the database, its log and a little more.
const DISK: &str = "4m";

/// A server with its data on a small disk of its own, mounted where only it sees it.
async fn start_on_small_disk(data: &Path, log: &Path) -> DevServer {
    let mount_and_serve = r#"mount -t tmpfs -o size="$1" offhook "$2" && shift 2 && exec "$@""#;
    let mut command = Command::new("unshare");
    // Whoever is not root becomes it in a namespace of their own.
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", mount_and_serve, "sh", DISK]).arg(data);
    command.arg(env!("CARGO_BIN_EXE_offhook")).env("OFFHOOK_LOG", "info").stderr(File::create(log).unwrap());
    DevServer::start_as(command, data).await
}

/// The server's data folder, as the server sees it.
fn inside(server: &DevServer, data: &Path) -> PathBuf {
    let process = server.process_id();
    PathBuf::from(format!("/proc/{process}/root")).join(data.strip_prefix("/").unwrap())
}

/// Takes all room that is left.
fn fill(folder: &Path) -> PathBuf {
    let file = folder.join("filler");
    let mut filler = File::create(&file).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    file
}

async fn dial(server: &DevServer) -> (Connected, Phone) {
    let tone = Source::MarkedTone(MarkedTone::new(440, -12.0));
    let phone = Phone::new(phone::Config { source: tone, ..phone::Config::default() }).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let connected = server.graph().connect(server.facts.page_id, server.psid("echo"), &offer).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    (connected, phone)
}

/// What is heard in the next two seconds of the call.
async fn listen(phone: &Phone) -> Heard {
    let before = phone.heard_until(|_| true).await.unwrap();
    let enough = phone.heard_until(|heard| heard.since(&before).frames >= 100);
    timeout(PATIENCE, enough).await.expect("the call goes on").unwrap().since(&before)
}

fn assert_refused<T: std::fmt::Debug>(answer: Result<T, Error>) {
    let Err(Error::Refused { status, retry_after, refusal }) = answer else { panic!("{answer:?}") };
    assert_eq!((status.as_u16(), refusal.code, refusal.name()), (503, 2, Some("overloaded")));
    assert!(refusal.is_transient);
    assert!(retry_after.is_some_and(|wait| wait >= Duration::from_secs(1)), "{retry_after:?}");
}

/// The calls' events until one ends, each as often as it came.
async fn events_until_the_end_of(receiver: &mut Receiver, call: &CallId) -> Vec<CallEvent> {
    let mut events = Vec::new();
    while !events.iter().any(|event: &CallEvent| event.call == *call && is_end(event)) {
        let arrival = timeout(PATIENCE, receiver.next()).await.expect("a webhook comes").unwrap();
        let Arrival::Valid { events: told, .. } = arrival else { panic!("{arrival:?}") };
        events.extend(told.into_iter().map(|event| match event {
            Event::Call(event) => event,
            other => panic!("{other:?}"),
        }));
    }
    events
}

fn is_end(event: &CallEvent) -> bool {
    matches!(event.kind, offhook_client::webhook::CallEventKind::Terminate(_))
}

/// Waits until every delivery is done and recorded.
async fn wait_until_delivered(server: &DevServer, count: usize) {
    let settled = async {
        loop {
            let (status, body) = server.get("/offhook/v1/deliveries").await;
            assert_eq!(status, 200, "{body}");
            let list: serde_json::Value = serde_json::from_str(&body).unwrap();
            let states = list["data"].as_array().unwrap().iter().map(|delivery| delivery["state"] == "delivered");
            if states.clone().count() >= count && states.into_iter().all(|delivered| delivered) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, settled).await.expect("the webhooks are delivered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_changes_leaves_talk_alone_and_recovers() {
    let (data, log) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let server = start_on_small_disk(data.path(), log.path()).await;
    let mut receiver = server.subscribe().await;
    let (first, phone) = dial(&server).await;
    timeout(PATIENCE, phone.heard_until(|heard| heard.frames > 100)).await.expect("the echo is heard").unwrap();
    wait_until_delivered(&server, 4).await;

    let filler = fill(&inside(&server, data.path()));
    let (graph, page): (Graph, _) = (server.graph(), server.facts.page_id);
    let offer = Phone::new(phone::Config::default()).await.unwrap().offer().await.unwrap();
    assert_refused(graph.connect(page, server.psid("decline"), &offer).await);
    assert_refused(graph.terminate(page, &first.call).await);
    assert_eq!(server.get("/health/ready").await.0, 503);
    assert_eq!(server.get("/health/live").await.0, 200);
    let heard = listen(&phone).await;
    assert!(heard.silent * 10 < heard.frames, "{heard:?}");
    assert!(heard.level.dbfs().is_some_and(|level| level > -30.0), "{heard:?}");
    assert!(graph.call_permissions(page, server.psid("echo")).await.is_ok(), "reads go on");
    assert_refused(graph.terminate(page, &first.call).await);

    std::fs::remove_file(filler).unwrap();
    graph.terminate(page, &first.call).await.unwrap();
    let (second, _phone) = dial(&server).await;
    graph.terminate(page, &second.call).await.unwrap();
    let ready = async { while server.get("/health/ready").await.0 != 200 {} };
    timeout(PATIENCE, ready).await.expect("it is ready again");

    let events = events_until_the_end_of(&mut receiver, &second.call).await;
    for (number, event) in events.iter().enumerate() {
        let again = events[..number].iter().any(|before| before.call == event.call && before.kind == event.kind);
        assert!(!again, "{event:?} came twice");
    }
    let of_first = events.iter().filter(|event| event.call == first.call);
    assert_eq!(of_first.filter(|event| is_end(event)).count(), 1, "{events:?}");
    assert!(events.iter().all(|event| event.call == first.call || event.call == second.call), "{events:?}");

    let log = std::fs::read_to_string(log.path()).unwrap();
    let lines = |what: &str| log.lines().filter(|line| line.contains(what)).count();
    assert_eq!((lines("ERROR"), lines("cannot write"), lines("writes again")), (1, 1, 1), "{log}");
}
