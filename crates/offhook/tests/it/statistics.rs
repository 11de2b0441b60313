//! How the legs of a real call did: in the own API while it lives and afterwards, and in the metrics.

use std::time::Duration;

use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Talk};
use offhook_client::phone::{self, Source};
use offhook_client::story::{Narrator, Party};
use serde_json::Value;

use crate::dev_server::{DevServer, PATIENCE};

#[tokio::test]
async fn a_calls_record_tells_how_its_legs_did() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let receiver = server.subscribe().await;
    let (narrator, _story) = Narrator::begin(Party::Business);
    let mut business = Business::new(server.graph(), server.facts.page_id, receiver, narrator);
    let phone = phone::Config { source: Source::MarkedTone(MarkedTone::new(440, -12.0)), ..phone::Config::default() };
    let talk = Talk { phone, length: Some(Duration::from_secs(3)), ..Talk::default() };
    let dial = Dial { to: server.psid("echo"), talk, patience: PATIENCE };
    let both_talk = |legs: &[Value]| legs.len() == 2 && legs.iter().all(|leg| leg["packets_in"].as_u64() > Some(10));
    let (report, live) = tokio::join!(business.call(dial), legs_when(&server, both_talk));
    report.unwrap();

    let legs = legs_when(&server, |_| true).await;
    let sides: Vec<_> = legs.iter().map(|leg| &leg["side"]).collect();
    assert_eq!(sides, ["business", "consumer"]);
    for (leg, live) in legs.iter().zip(live) {
        let packets = leg["packets_in"].as_u64();
        assert!(packets > Some(100) && packets > live["packets_in"].as_u64(), "3 s of 20 ms: {leg}");
        assert!(leg["bytes_out"].as_u64() > Some(5_000) && leg["loss_ratio_in"] == 0.0, "{leg}");
        assert!(
            leg["first_packet_ms"].as_f64() > leg["connected_ms"].as_f64() && leg["connected_ms"].is_f64(),
            "{leg}"
        );
        assert!(leg["jitter_in_ms"]["mean"].is_f64(), "{leg}");
        assert_eq!(leg["tracks"][0]["seen"], serde_json::json!(["opus"]), "{leg}");
        assert!(leg["path"]["remote"].is_string() && leg["path"]["transport"] == "udp", "{leg}");
        let profile = leg["dtls"]["srtp_profile"].as_str();
        assert!(profile.is_some_and(|name| name.starts_with("SRTP_")) && leg["dtls"]["version"].is_string(), "{leg}");
    }

    let (_, metrics) = server.get("/metrics").await;
    for line in [
        "offhook_leg_first_packet_seconds_count{side=\"business\"} 1",
        "offhook_leg_loss_ratio_bucket{side=\"consumer\",way=\"in\",le=\"0\"} 1",
        "offhook_leg_jitter_seconds_bucket{side=\"consumer\",way=\"in\",le=\"+Inf\"} 1",
    ] {
        assert!(metrics.lines().any(|given| given == line), "{line} is not in\n{metrics}");
    }
}

/// The legs of the newest call, as soon as it has such.
async fn legs_when(server: &DevServer, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let look = async {
        loop {
            let calls = read(server, "/offhook/v1/calls?limit=1").await;
            if let Some(id) = calls["data"][0]["id"].as_str() {
                let call = read(server, &format!("/offhook/v1/calls/{id}")).await;
                if let Some(legs) = call["statistics"]["legs"].as_array().filter(|legs| wanted(legs)) {
                    return legs.clone();
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("in time")
}

async fn read(server: &DevServer, path: &str) -> Value {
    let (status, body) = server.get(path).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}
