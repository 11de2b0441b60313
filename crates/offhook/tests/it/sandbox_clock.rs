//! A sandbox's clock, against the program.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use offhook_call::Status;
use offhook_client::admin::Admin;
use offhook_client::graph::CallId;
use offhook_client::phone::{self, Phone};
use offhook_client::webhook::{Arrival, CallEventKind, Event, Receiver};
use tokio::process::Command;
use tokio::time::timeout;

use crate::dev_server::{DevServer, PATIENCE};

const MINUTE: Duration = Duration::from_secs(61);

fn admin(server: &DevServer) -> Admin {
    Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap()
}

/// A call to somebody who does not pick up.
async fn ring(server: &DevServer) -> CallId {
    let phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    server.graph().connect(server.facts.page_id, server.psid("ignore"), &offer).await.unwrap().call
}

/// The next webhook of a call, if it comes in time.
async fn next(receiver: &mut Receiver, patience: Duration) -> CallEventKind {
    let arrival = timeout(patience, receiver.next()).await.expect("it comes in time").unwrap();
    let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
    let [Event::Call(event)] = &events[..] else { panic!("{events:?}") };
    event.kind.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_minute_that_is_skipped_ends_a_ringing_call_and_its_terminate_is_delivered() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut receiver = server.subscribe().await;
    let admin = admin(&server);
    let frozen = admin.freeze_clock().await.unwrap();
    let call = ring(&server).await;
    assert!(matches!(next(&mut receiver, PATIENCE).await, CallEventKind::Dialing { .. }));
    assert!(matches!(next(&mut receiver, PATIENCE).await, CallEventKind::Ringing { .. }));
    let moved = admin.advance_clock(MINUTE).await.unwrap();
    assert_eq!(moved.now, frozen.now + 61_000);
    // The receiver has it in its queue before it acknowledges it.
    let told = next(&mut receiver, Duration::ZERO).await;
    let CallEventKind::Terminate(end) = &told else { panic!("{told:?}") };
    assert_eq!(end.status, Some(Status::Completed));
    let (_, shown) = server.get(&format!("/offhook/v1/calls/{}", call.as_str())).await;
    assert!(shown.contains(&format!("\"ended_at\":{}", frozen.now + 60_000)), "at its moment: {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_leaves_the_clock_where_it_stood_and_no_other_server_takes_its_data() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let before = admin(&server).advance_clock(100 * MINUTE).await.unwrap();
    server.kill().await;
    let server = DevServer::start(data.path()).await;
    let after = admin(&server).clock().await.unwrap();
    assert!(after.now >= before.now && (after.ahead_ms - before.ahead_ms).abs() < 1000, "{before:?}, {after:?}");
    let frozen = admin(&server).freeze_clock().await.unwrap();
    server.kill().await;
    let server = DevServer::start(data.path()).await;
    let still = admin(&server).clock().await.unwrap();
    assert_eq!((still.now, still.frozen), (frozen.now, true));
    server.kill().await;
    assert!(refusal_to_serve(data.path()).await.contains("sandbox = true"));
}

/// What `serve` says to the data of a sandbox.
async fn refusal_to_serve(data: &Path) -> String {
    let config = data.join("offhook.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\nadmin_token = \"{}\"\n[store]\npath = \"{}\"\n[media]\nbind = [\"127.0.0.1\"]\n",
        "an admin token of a test",
        data.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_offhook"));
    serve.args(["serve", "--config"]).arg(config).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let ended = timeout(PATIENCE, serve.output()).await.expect("it ends").unwrap();
    assert!(!ended.status.success());
    String::from_utf8(ended.stderr).unwrap()
}
