//! Captures of real calls, read by Wireshark's own reader.

use std::time::Duration;

use offhook_client::admin::Admin;
use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Talk};
use offhook_client::phone::{self, Source};
use offhook_client::story::{Narrator, Party};
use serde_json::Value;
use tokio::process::Command;

use crate::dev_server::{DevServer, PATIENCE};

/// What `tshark` says of a capture: the values of these fields, a line for each packet.
async fn tshark(file: &std::path::Path, fields: &[&str]) -> String {
    let mut command = Command::new("tshark");
    command.args(["-n", "-T", "fields", "-r"]).arg(file).args(fields.iter().flat_map(|field| ["-e", field]));
    let output = command.output().await.expect("tshark is installed: `cargo xtask test` does it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn wireshark_reads_the_media_of_a_captured_call() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let receiver = server.subscribe().await;
    let admin = Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap();
    admin.arm_captures().await.unwrap();

    let (narrator, _story) = Narrator::begin(Party::Business);
    let mut business = Business::new(server.graph(), server.facts.page_id, receiver, narrator);
    let phone = phone::Config { source: Source::MarkedTone(MarkedTone::new(440, -12.0)), ..phone::Config::default() };
    let talk = Talk { phone, length: Some(Duration::from_secs(3)), ..Talk::default() };
    business.call(Dial { to: server.psid("echo"), talk, patience: PATIENCE }).await.unwrap();

    let (_, shown) = server.get("/offhook/v1/captures").await;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let call = shown["captures"][0]["call_id"].as_str().unwrap();
    let file = data.path().join("call.pcapng");
    let mut show = Command::new(env!("CARGO_BIN_EXE_offhook"));
    show.args(["calls", "show", call, "--pcap"]).arg(&file).args(["--base-url", server.facts.base_url.as_str()]);
    let shown = show.env("OFFHOOK_ADMIN_TOKEN", &server.facts.admin_token).output().await.unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));

    let packets = tshark(&file, &["frame.interface_name", "_ws.col.Protocol", "rtp.setup-method"]).await;
    let count = |interface: &str, protocol: &str| {
        packets.lines().filter(|line| line.starts_with(&format!("{interface}\t{protocol}"))).count()
    };
    for interface in ["from business", "to business", "from consumer", "to consumer"] {
        assert!(count(interface, "OPUS\tSDP") > 100, "{interface}: {packets}");
        assert!(count(interface, "RTCP") > 0, "{interface}: {packets}");
    }
    assert!(!packets.contains("UDP") && !packets.contains("Malformed"), "{packets}");
}
