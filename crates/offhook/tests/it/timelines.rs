//! What happened to a real call: `offhook calls list`, `show` and `tail`, and the page.

use std::time::Duration;

use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Talk};
use offhook_client::graph::CallId;
use offhook_client::phone::{self, Source};
use offhook_client::story::{Narrator, Party};
use serde_json::Value;
use tokio::process::Command;

use crate::dev_server::{DevServer, PATIENCE};

/// `offhook calls …`, run to its end; what it printed.
async fn calls(server: &DevServer, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
    command.arg("calls").args(args).args(["--base-url", server.facts.base_url.as_str()]);
    let ran = command.env("OFFHOOK_ADMIN_TOKEN", &server.facts.admin_token).kill_on_drop(true).output();
    let output = tokio::time::timeout(PATIENCE, ran).await.expect("it ends").unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A call of some seconds to a consumer that picks up and echoes.
async fn talk(server: &DevServer) -> CallId {
    let receiver = server.subscribe().await;
    let (narrator, _story) = Narrator::begin(Party::Business);
    let mut business = Business::new(server.graph(), server.facts.page_id, receiver, narrator);
    let phone = phone::Config { source: Source::MarkedTone(MarkedTone::new(440, -12.0)), ..phone::Config::default() };
    let talk = Talk { phone, length: Some(Duration::from_secs(6)), ..Talk::default() };
    business.call(Dial { to: server.psid("echo"), talk, patience: PATIENCE }).await.unwrap();
    let listed: Value = serde_json::from_str(calls(server, &["list", "--json"]).await.lines().next().unwrap()).unwrap();
    listed["id"].as_str().unwrap().parse().unwrap()
}

/// Whether these stand in the text one after the other.
fn in_order(text: &str, parts: &[&str]) -> bool {
    let mut rest = text;
    parts.iter().all(|part| {
        let found = rest.find(part);
        rest = found.map_or("", |at| &rest[at + part.len()..]);
        found.is_some()
    })
}

#[tokio::test]
async fn everything_that_happened_to_a_call_is_told_in_order() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let call = talk(&server).await;

    let list = calls(&server, &["list"]).await;
    assert!(list.contains(call.as_str()) && list.contains("Completed after "), "{list}");
    assert_eq!(calls(&server, &["list", "--live"]).await, "There are no live calls.\n");

    let text = calls(&server, &["show", call.as_str()]).await;
    let course = [
        "/calls connect",
        "SDP offer",
        "SDP answer",
        "● call",
        "dialing",
        "incoming",
        "ringing",
        "accept",
        "connected on",
        "DTLS",
        "ended: business_hung_up, Completed",
    ];
    assert!(in_order(&text, &course), "{text}");
    for line in [
        "business leg",
        "consumer leg",
        "ICE check from 127.0.0.1",
        "ICE path",
        "DTLS begins",
        "first packet of default_audio",
        "calls connect → 200",
        "calls call_status accepted → 200",
        "calls media_update → 200",
        "terminate",
        "kbit/s",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains(&server.facts.page_token) && !text.contains("v=0"), "{text}");
    assert!(calls(&server, &["show", call.as_str(), "--full"]).await.contains("v=0"));

    let tail = calls(&server, &["tail", call.as_str(), "--json"]).await;
    let kinds: Vec<_> = tail.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone()).collect();
    let shown: Value = serde_json::from_str(&calls(&server, &["show", call.as_str(), "--json"]).await).unwrap();
    let entries = shown["entries"].as_array().unwrap();
    assert!(kinds.len() >= 30 && entries.iter().map(|entry| &entry["kind"]).eq(&kinds), "{kinds:?}");
    let report = entries.iter().find(|entry| entry["kind"] == "report").expect("5 s are long enough");
    let rate = report["legs"][0]["bits_per_second_in"].as_f64();
    assert!(rate.is_some_and(|rate| (5_000.0..300_000.0).contains(&rate)), "{report}");

    let file = data.path().join("call.html");
    calls(&server, &["show", call.as_str(), "--html", file.to_str().unwrap()]).await;
    let page = std::fs::read_to_string(file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("ended: business_hung_up"), "{page}");
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("href="), "it needs nothing else");
}
