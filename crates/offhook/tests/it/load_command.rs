//! `offhook load` against real servers: what it shows of them, and how it ends.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use crate::dev_server::{DevServer, PATIENCE};
use crate::serve_server::{ADMIN_TOKEN, ServeServer};

/// A load that is both sides. This machine is busy with other tests, so its lateness is no failure.
fn load(base: &str, admin_token: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
    command.args(["load", "--json", "--allow-late", "--base-url", base]).args(args);
    command.env("OFFHOOK_ADMIN_TOKEN", admin_token).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn finished(mut command: Command) -> (Value, i32) {
    let output = timeout(PATIENCE * 2, command.output()).await.expect("the load ends in time").unwrap();
    told(&output)
}

fn told(output: &Output) -> (Value, i32) {
    let complaints = String::from_utf8_lossy(&output.stderr);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {complaints}"));
    (report, output.status.code().expect("it ends by itself"))
}

async fn dev_server(data: &Path) -> (DevServer, String) {
    let server = DevServer::start(data).await;
    let base = server.facts.base_url.to_string();
    (server, base)
}

/// How many times there are of each name.
fn counts(summaries: &Value) -> BTreeMap<String, u64> {
    let named = summaries.as_object().unwrap_or_else(|| panic!("{summaries}")).iter();
    named.map(|(name, summary)| (name.clone(), summary["count"].as_u64().unwrap())).collect()
}

fn is_whole(direction: &Value, calls: u64) {
    let count = |name: &str| direction[name].as_u64().unwrap_or_else(|| panic!("no {name} in {direction}"));
    // A call is to last a second, and at least 300 ms of speech.
    assert!(count("sent") > 10 * calls, "{direction}");
    assert_eq!(count("heard") + count("lost"), count("sent"), "{direction}");
    // A busy machine may lose some for a server.
    assert!(count("heard") * 10 >= count("sent") * 9, "{direction}");
    assert_eq!((count("duplicated"), count("strays")), (0, 0), "{direction}");
    assert!(direction["delay_ms"]["count"].as_u64() >= Some(count("heard")), "{direction}");
}

const STEPS: [&str; 11] = [
    "accepted",
    "answered",
    "asked",
    "business_dtls",
    "business_ice",
    "consumer_dtls",
    "consumer_ice",
    "heard_by_business",
    "heard_by_consumer",
    "ringing",
    "talking",
];

#[tokio::test]
async fn every_call_is_set_up_heard_both_ways_and_told_of() {
    let data = tempfile::tempdir().unwrap();
    let (server, base) = dev_server(data.path()).await;
    let args = ["--calls", "20", "--rate", "20", "--for", "3s"];
    let (report, code) = finished(load(&base, &server.facts.admin_token, &args)).await;
    assert_eq!(
        (code, &report["calls"]["completed"], &report["calls"]["failed"]),
        (0, &60.into(), &0.into()),
        "{report}"
    );
    let all = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), 60)).collect::<BTreeMap<_, u64>>();
    assert_eq!(counts(&report["setup_ms"]), all(&STEPS), "{report}");
    let webhooks = ["accepted", "connect", "media_update", "ringing", "terminate"];
    assert_eq!(counts(&report["webhooks"]["lag_ms"]), all(&webhooks), "{report}");
    assert_eq!((&report["webhooks"]["way"], &report["webhooks"]["wrong"]), (&"posted".into(), &0.into()), "{report}");
    is_whole(&report["audio"]["to_consumer"], 60);
    is_whole(&report["audio"]["to_business"], 60);
    assert!(report["generator"]["cpu_cores"].as_f64() > Some(0.0), "{report}");
    assert_eq!(report["left_out"], serde_json::json!([]));
}

#[tokio::test]
async fn consumers_call_too() {
    let data = tempfile::tempdir().unwrap();
    let (server, base) = dev_server(data.path()).await;
    let args = ["--calls", "10", "--rate", "10", "--for", "2s", "--inbound"];
    let (report, code) = finished(load(&base, &server.facts.admin_token, &args)).await;
    assert_eq!((code, &report["calls"]["completed"]), (0, &20.into()), "{report}");
    let all: BTreeMap<_, u64> = STEPS.iter().map(|name| ((*name).to_owned(), 20)).collect();
    assert_eq!(counts(&report["setup_ms"]), all, "{report}");
    is_whole(&report["audio"]["to_consumer"], 20);
    is_whole(&report["audio"]["to_business"], 20);
}

/// Whether the server knows a call that has not ended.
async fn has_live_calls(server: &DevServer) -> bool {
    let (status, body) = server.get("/offhook/v1/calls?limit=1000").await;
    assert_eq!(status, 200, "{body}");
    let list: Value = serde_json::from_str(&body).unwrap();
    list["data"].as_array().unwrap().iter().any(|call| call["state"] != "ended")
}

async fn until_live(server: &DevServer) {
    let looking = async {
        while !has_live_calls(server).await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, looking).await.expect("calls begin in time");
}

/// No coordinated omission: a load that waited for the server would have made no calls meanwhile, and shown a few slow ones.
#[tokio::test]
async fn a_server_that_stands_still_shows_in_each_call_that_was_due_meanwhile() {
    let data = tempfile::tempdir().unwrap();
    let (server, base) = dev_server(data.path()).await;
    let args = ["--calls", "20", "--rate", "10", "--for", "5s", "--max-failed", "100"];
    let running = tokio::spawn(finished(load(&base, &server.facts.admin_token, &args)));
    until_live(&server).await;
    server.signal(Signal::SIGSTOP);
    sleep(Duration::from_secs(2)).await;
    server.signal(Signal::SIGCONT);
    let (report, code) = running.await.unwrap();
    assert_eq!((code, &report["calls"]["started"]), (0, &50.into()), "{report}");
    let bins = report["setup_ms"]["answered"]["histogram"].as_array().unwrap();
    let slow = bins.iter().filter(|bin| bin["to_ms"].as_f64() > Some(500.0)).map(|bin| bin["count"].as_u64().unwrap());
    assert!(slow.sum::<u64>() >= 12, "of 20 that were due, 15 in the first 1.5 s: {report}");
    assert!(report["setup_ms"]["answered"]["max"].as_f64() > Some(1_500.0), "{report}");
}

#[tokio::test]
async fn refused_calls_are_counted_by_reason_and_fail_the_load() {
    let data = tempfile::tempdir().unwrap();
    let server = ServeServer::start(data.path(), "[limits]\nconnects_per_second = 2\n").await;
    let args = ["--calls", "10", "--rate", "10", "--for", "2s"];
    let (report, code) = finished(load(server.base.as_str(), ADMIN_TOKEN, &args)).await;
    let refused = report["calls"]["failures"]["rate_limited"].as_u64().unwrap_or_default();
    assert!(refused >= 5 && report["calls"]["failed"] == refused, "{report}");
    assert_eq!(report["calls"]["completed"].as_u64().unwrap() + refused, 20, "{report}");
    assert_eq!(code, 1);
}

#[tokio::test]
async fn webhooks_are_fetched_from_a_server_that_does_not_post_here() {
    let data = tempfile::tempdir().unwrap();
    let server = ServeServer::start_public(data.path()).await;
    let args = ["--calls", "5", "--rate", "5", "--for", "1s"];
    let (report, code) = finished(load(server.base.as_str(), ADMIN_TOKEN, &args)).await;
    assert_eq!((code, &report["calls"]["completed"]), (0, &5.into()), "{report}");
    assert_eq!(report["webhooks"]["way"], "fetched", "{report}");
    assert_eq!(report["webhooks"]["lag_ms"]["terminate"]["count"], 5, "{report}");
}

#[tokio::test]
async fn without_the_consumers_side_only_the_business_is_measured() {
    let data = tempfile::tempdir().unwrap();
    let (server, base) = dev_server(data.path()).await;
    let list = data.path().join("consumers");
    let consumers = format!("# who answers\n{}\n\n{}\n", server.psid("echo"), server.psid("tone"));
    std::fs::write(&list, consumers).unwrap();
    let (page, to) = (server.facts.page_id.to_string(), list.to_str().unwrap());
    let args = ["--calls", "1", "--rate", "0.5", "--for", "4s", "--page", &page, "--to", to];
    let mut command = load(&base, "not needed", &args);
    command.env("OFFHOOK_PAGE_TOKEN", &server.facts.page_token);
    let (report, code) = finished(command).await;
    assert_eq!((code, &report["calls"]["completed"]), (0, &2.into()), "{report}");
    let reached = ["answered", "asked", "business_dtls", "business_ice", "heard_by_business", "talking"];
    assert_eq!(counts(&report["setup_ms"]).into_keys().collect::<Vec<_>>(), reached, "{report}");
    assert!(report["audio"]["to_business"]["heard"].as_u64() > Some(20), "{report}");
    assert!(report["webhooks"].is_null() && report["audio"]["to_consumer"].is_null(), "{report}");
    assert_eq!(report["left_out"].as_array().unwrap().len(), 3, "{report}");
}

#[tokio::test]
async fn ctrl_c_ends_the_calls_and_reports_what_there_is() {
    let data = tempfile::tempdir().unwrap();
    let (server, base) = dev_server(data.path()).await;
    let args = ["--calls", "200", "--rate", "10", "--for", "10m"];
    let running = load(&base, &server.facts.admin_token, &args).spawn().unwrap();
    let id = Pid::from_raw(running.id().unwrap().try_into().unwrap());
    until_live(&server).await;
    kill(id, Signal::SIGINT).unwrap();
    let (report, code) = told(&timeout(PATIENCE, running.wait_with_output()).await.expect("it ends in time").unwrap());
    assert_eq!((code, &report["calls"]["failed"]), (130, &0.into()), "{report}");
    let calls = |name: &str| report["calls"][name].as_u64().unwrap();
    assert!((1..6_000).contains(&calls("started")), "{report}");
    assert_eq!(calls("completed") + calls("interrupted"), calls("started"), "{report}");
    assert!(!has_live_calls(&server).await);
}

#[tokio::test]
async fn what_makes_no_load_says_what_to_change() {
    for (args, says) in [
        (&["--calls", "10", "--rate", "20", "--for", "60s", "--admin-token", "x"][..], "fewer a second"),
        (&["--calls", "10", "--rate", "1", "--for", "5s", "--admin-token", "x"], "a longer time"),
        (&["--calls", "2", "--rate", "1", "--for", "5s"], "OFFHOOK_ADMIN_TOKEN"),
        (&["--calls", "2", "--rate", "1", "--for", "5s", "--page", "1", "--to", "x"], "--token"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
        let output = command.arg("load").args(args).env_remove("OFFHOOK_ADMIN_TOKEN").output().await.unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && complaint.contains(says), "{args:?}: {complaint}");
    }
}
