//! Video between two WebRTC stacks that are not browsers, through the real server.

use std::time::Duration;

use offhook_client::consumer::Order;
use offhook_client::graph::{MediaUpdate, Track, TrackLabel, TrackStatus};
use offhook_client::phone::{self, Camera, Phone, TEST_PATTERN, VIDEO_TRACK, VideoReport};
use offhook_client::webhook::{CallEvent, CallEventKind, Receiver};
use tokio::time::{interval, timeout};

use crate::consumer_calls::{Consumer, next_call_event};
use crate::dev_server::{DevServer, PATIENCE};

/// The server's next offer and its version.
async fn next_offer(webhooks: &mut Receiver) -> (u32, String) {
    let offer = |event: &CallEvent| match &event.kind {
        CallEventKind::MediaUpdate { version, offer } => Some((*version, offer.clone())),
        _ => None,
    };
    next_call_event(webhooks, offer).await
}

/// Waits until the phone has seen so many frames.
async fn sees(phone: &Phone, frames: u64) -> Vec<VideoReport> {
    let seeing = async {
        let mut look = interval(Duration::from_millis(50));
        loop {
            look.tick().await;
            let video = phone.statistics().await.unwrap().video;
            if video.iter().any(|stream| stream.frames >= frames) {
                return video;
            }
        }
    };
    timeout(PATIENCE, seeing).await.expect("video is seen in time")
}

fn is_of_the_pattern(video: &[VideoReport]) -> bool {
    video.iter().filter(|stream| stream.frames > 0).all(|stream| TEST_PATTERN.contains(&&stream.last[..]))
}

fn default_video(status: TrackStatus) -> Vec<Track> {
    vec![Track { msid: VIDEO_TRACK.to_owned(), label: TrackLabel::DefaultVideo, status }]
}

#[tokio::test]
async fn both_turn_video_on_and_see_the_others_pictures_whole() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let (graph, page) = (server.graph(), server.facts.page_id);
    let mut webhooks = server.subscribe().await;
    let mut consumer = Consumer::connect(&server).await;
    let phone = Phone::new(phone::Config { video: true, ..phone::Config::default() }).await.unwrap();
    let connected = graph.connect(page, consumer.psid, &phone.offer().await.unwrap()).await.unwrap();
    phone.apply_answer(&connected.answer).await.unwrap();
    let (mut version, offer) = next_offer(&mut webhooks).await;
    phone.apply_offer(&offer).await.unwrap();

    let offer = phone.offer_video(Some(Camera::test_pattern())).await.unwrap();
    let update = MediaUpdate { from_version: version, tracks: default_video(TrackStatus::Enabled), offer };
    let negotiated = graph.media_update(page, &connected.call, &update).await.unwrap();
    version += 1;
    phone.apply_answer(&negotiated.answer.expect("an offer is answered")).await.unwrap();
    if let Some(renegotiation) = negotiated.renegotiation {
        phone.apply_offer(&renegotiation).await.unwrap();
        version += 1;
    }

    consumer.order(Order::ShowVideo).await;
    let (newer, offer) = next_offer(&mut webhooks).await;
    assert_eq!(newer, version + 1, "each change is the next version");
    phone.apply_offer(&offer).await.unwrap();
    let seen = sees(&phone, 10).await;
    assert!(is_of_the_pattern(&seen), "{seen:?}");

    graph.terminate(page, &connected.call).await.unwrap();
    let seen = consumer.put_down().await.video;
    assert!(seen.iter().any(|stream| stream.frames >= 5) && is_of_the_pattern(&seen), "{seen:?}");
    consumer.leave().await;
}
