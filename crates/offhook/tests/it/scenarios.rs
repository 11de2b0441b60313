//! The example scenarios, played at the same time on one server, each with a business that fits it.

use std::path::Path;
use std::time::Duration;

use offhook_client::admin::Admin;
use offhook_client::audio::Player;
use offhook_client::graph::{CallSettings, Graph, MediaUpdate, Message, Track, TrackLabel, TrackStatus};
use offhook_client::phone::{Camera, Config, Heard, Phone, Source, VIDEO_TRACK};
use offhook_client::webhook::{CallEvent, CallEventKind, Receiver};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::caller::Caller;
use crate::consumer_calls::next_call_event;
use crate::dev_server::{DevServer, PATIENCE};
use crate::run_command::{Running, example, offhook_run, tone};

/// Starts an example on the server's first Page.
async fn begin(server: &DevServer, name: &str, args: &[&str]) -> Running {
    let page = server.facts.page_id.to_string();
    Running::begin(server, &example(name), &[&["--page", page.as_str()][..], args].concat()).await
}

/// All held.
fn assert_passed((outcome, code): &(Value, i32)) {
    assert!(*code == 0 && outcome["passed"] == true, "{outcome:#}");
}

/// Waits until something is so.
async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, waiting).await.expect("it is so in time");
}

async fn second_device_answers(server: &DevServer) {
    let running = begin(server, "two-devices.toml", &[]).await;
    let caller = Caller::call(server, running.psid("Ada"), tone(660)).await;
    let outcome = running.outcome().await;
    drop(caller);
    assert_passed(&outcome);
    let devices = &outcome.0["consumers"][0]["devices"];
    assert_eq!((&devices[0]["name"], &devices[1]["name"]), (&"phone".into(), &"tablet".into()));
}

async fn words_and_silence(server: &DevServer) {
    let running = begin(server, "speech.toml", &[]).await;
    let hello = Player::open(Path::new(&example("hello.wav"))).unwrap();
    let caller = Caller::call(server, running.psid("Ada"), Source::Frames(Box::new(hello))).await;
    let words = |heard: &Heard| heard.level.dbfs().is_some_and(|level| level > -45.0);
    timeout(PATIENCE, caller.phone.heard_until(words)).await.expect("the consumer speaks in time").unwrap();
    caller.hang_up().await;
    assert_passed(&running.outcome().await);
}

async fn bad_network(server: &DevServer) {
    let running = begin(server, "bad-network.toml", &[]).await;
    let caller = Caller::call(server, running.psid("Ada"), tone(660)).await;
    let outcome = running.outcome().await;
    let heard = caller.phone.hang_up().await;
    assert_passed(&outcome);
    let lost = outcome.0["consumers"][0]["devices"][0]["heard"]["packets_lost"].as_u64().unwrap();
    assert!(lost > 3 && heard.packets_lost() > 3, "{lost} and {} packets are lost", heard.packets_lost());
}

async fn permission(server: &DevServer) {
    let running = begin(server, "permission.toml", &[]).await;
    let (graph, page, to) = (server.graph(), server.facts.page_id, running.psid("Ada"));
    until(|| async { graph.ask_permission(page, to).await.is_ok() }).await;
    until(|| async { graph.call_permissions(page, to).await.unwrap().may_call() }).await;
    let caller = Caller::call(server, to, Source::Silence).await;
    until(|| async { !graph.call_permissions(page, to).await.unwrap().may_call() }).await;
    drop(caller);
    graph.send_message(page, to, &Message::Text("Let us talk another time".to_owned())).await.unwrap();
    assert_passed(&running.outcome().await);
}

/// The next offer of a call, and its version.
async fn offer(webhooks: &mut Receiver, caller: &Caller) -> (u32, String) {
    let offer = |event: &CallEvent| match &event.kind {
        CallEventKind::MediaUpdate { version, offer } if event.call == caller.call => Some((*version, offer.clone())),
        _ => None,
    };
    next_call_event(webhooks, offer).await
}

async fn video(server: &DevServer, webhooks: &mut Receiver, record: &Path) {
    let running = begin(server, "video.toml", &["--record", record.to_str().unwrap()]).await;
    let caller = Caller::call(server, running.psid("Ada"), tone(660)).await;
    let (from_version, first) = offer(webhooks, &caller).await;
    caller.phone.apply_offer(&first).await.unwrap();
    let own = caller.phone.offer_video(Some(Camera::test_pattern())).await.unwrap();
    let track = Track { msid: VIDEO_TRACK.to_owned(), label: TrackLabel::DefaultVideo, status: TrackStatus::Enabled };
    let update = MediaUpdate { from_version, tracks: vec![track], offer: own };
    let negotiated = server.graph().media_update(server.facts.page_id, &caller.call, &update).await.unwrap();
    caller.phone.apply_answer(&negotiated.answer.expect("an offer is answered")).await.unwrap();
    if let Some(renegotiation) = negotiated.renegotiation {
        caller.phone.apply_offer(&renegotiation).await.unwrap();
    }
    let (_, theirs) = offer(webhooks, &caller).await;
    caller.phone.apply_offer(&theirs).await.unwrap();
    until(|| async { caller.phone.statistics().await.unwrap().video.iter().any(|stream| stream.frames >= 5) }).await;
    caller.hang_up().await;
    assert_passed(&running.outcome().await);
    let picture = std::fs::read(record.join("video/Ada-phone.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG"), "what was seen is kept");
}

async fn consumer_calls(server: &DevServer, webhooks: &mut Receiver) {
    let running = begin(server, "consumer-calls.toml", &[]).await;
    let ada = running.psid("Ada");
    let calling = |event: &CallEvent| match event.kind {
        CallEventKind::Calling { consumer } if consumer == ada => Some(event.call.clone()),
        _ => None,
    };
    let call = next_call_event(webhooks, calling).await;
    let phone =
        Phone::new(Config { source: Source::Echo { delay: Duration::ZERO }, ..Config::default() }).await.unwrap();
    let answered = server.graph().accept(server.facts.page_id, &call, &phone.offer().await.unwrap()).await.unwrap();
    phone.apply_answer(&answered.answer).await.unwrap();
    let outcome = running.outcome().await;
    phone.hang_up().await;
    assert_passed(&outcome);
}

async fn a_page_that_takes_no_calls(server: &DevServer, admin: &Admin) {
    let page = admin.create_page("Closed").await.unwrap();
    let token = admin.create_page_token(page, server.facts.app_id).await.unwrap();
    let graph = Graph::new(server.facts.base_url.clone(), token).unwrap();
    let off = CallSettings { audio_enabled: Some(false), ..CallSettings::default() };
    graph.set_call_settings(page, &off).await.unwrap();
    let running = Running::begin(server, &example("refused.toml"), &["--page", &page.to_string()]).await;
    assert_passed(&running.outcome().await);
    let undecided = offhook_run(server, "echo").output().await.unwrap();
    let told = String::from_utf8_lossy(&undecided.stderr).into_owned();
    assert!(undecided.status.code() == Some(1) && told.contains("--page must name one"), "{told}");
}

#[tokio::test]
async fn the_examples_pass_with_a_business_that_does_its_part() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut webhooks = server.subscribe_to(&["calls", "messages", "call_permission_reply"]).await;
    let admin = Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap();
    let record = data.path().join("seen");
    let one_after_the_other = async {
        video(&server, &mut webhooks, &record).await;
        consumer_calls(&server, &mut webhooks).await;
    };
    tokio::join!(
        second_device_answers(&server),
        words_and_silence(&server),
        bad_network(&server),
        permission(&server),
        one_after_the_other,
        a_page_that_takes_no_calls(&server, &admin),
    );
}
