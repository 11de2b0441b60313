use std::time::Duration;

use offhook_call::Status;
use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Failure, Report, Talk};
use offhook_client::phone::{self, Source};
use offhook_client::story::{Narrator, Party, StoryEvent, What};
use offhook_client::webhook::Arrival;
use tokio::sync::mpsc;

use crate::dev_server::{DevServer, PATIENCE};

/// Calls the consumer who behaves so, and talks for `talk`.
async fn call(behaviour: &str, talk: Duration) -> (Result<Report, Failure>, mpsc::Receiver<StoryEvent>) {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let receiver = server.subscribe().await;
    let (narrator, story) = Narrator::begin(Party::Business);
    let mut business = Business::new(server.graph(), server.facts.page_id, receiver, narrator);
    let phone = phone::Config { source: Source::MarkedTone(MarkedTone::new(440, -12.0)), ..phone::Config::default() };
    let talk = Talk { phone, length: Some(talk), ..Talk::default() };
    let dial = Dial { to: server.psid(behaviour), talk, patience: PATIENCE };
    (business.call(dial).await, story)
}

/// How often each webhook came, by name; all must be signed.
fn webhooks(mut story: mpsc::Receiver<StoryEvent>) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok(event) = story.try_recv() {
        if let What::Webhook(arrival) = &event.what {
            assert!(matches!(arrival, Arrival::Valid { .. }), "{arrival:?}");
            told.push(event.what.to_string());
        }
    }
    told
}

#[tokio::test]
async fn an_echo_is_heard_once_and_the_story_is_told_in_order() {
    let (report, story) = call("echo", Duration::from_secs(3)).await;
    let report = report.unwrap();
    assert_eq!(report.status, Some(Status::Completed));
    assert!(report.duration.is_some_and(|seconds| (2..60).contains(&seconds)), "{:?}", report.duration);
    let statistics = report.statistics;
    assert!(statistics.round_trip.is_some(), "the echo of the marked tone comes back");
    assert!(statistics.heard.level.dbfs().is_some_and(|level| level > -20.0));
    assert_eq!(statistics.heard.doubled, 0, "one copy of the voice at every moment");
    let told = webhooks(story);
    let expected = ["connect", "ringing", "accepted", "media_update version 1", "terminate Completed"];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "{told:?}");
    }
}

#[tokio::test]
async fn a_declined_call_completes_without_a_duration() {
    let (report, story) = call("decline", Duration::from_secs(3)).await;
    let report = report.unwrap();
    assert_eq!((report.status, report.duration, report.accepted_after), (Some(Status::Completed), None, None));
    assert!(webhooks(story).last().unwrap().contains("terminate Completed"));
}

#[tokio::test]
async fn a_consumer_who_hangs_up_ends_the_call() {
    let (report, _) = call("brief", Duration::from_secs(20)).await;
    let report = report.unwrap();
    assert_eq!(report.status, Some(Status::Completed));
    assert!(report.duration.is_some_and(|seconds| (4..60).contains(&seconds)), "{:?}", report.duration);
}
