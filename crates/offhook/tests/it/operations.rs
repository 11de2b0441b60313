//! What an operator does with the data: backup while people call, check, restore.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use offhook_call::{AppId, CallId, Command, Duration, Limits, NewCall, PageId, Psid};
use offhook_client::phone::{self, Phone};
use offhook_service::{Clock as _, SystemClock};
use offhook_store::{Calls as _, Permissions as _, Sqlite};
use serde_json::Value;
use tokio::process;

use crate::dev_server::{DevServer, PATIENCE};

async fn offhook(args: &[&str], paths: &[&Path]) -> Output {
    offhook_with("", args, paths).await
}

/// With fail points.
async fn offhook_with(points: &str, args: &[&str], paths: &[&Path]) -> Output {
    let mut program = process::Command::new(env!("CARGO_BIN_EXE_offhook"));
    let run = program.env("FAILPOINTS", points).args(args).args(paths).output();
    tokio::time::timeout(PATIENCE, run).await.expect("it ends in time").unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Places a call and ends it; its id.
async fn call(server: &DevServer) -> String {
    let offer = Phone::new(phone::Config::default()).await.unwrap().offer().await.unwrap();
    let connected = server.graph().connect(server.facts.page_id, server.psid("ignore"), &offer).await.unwrap();
    server.graph().terminate(server.facts.page_id, &connected.call).await.unwrap();
    connected.call.to_string()
}

async fn calls(server: &DevServer) -> Vec<(String, Value)> {
    let (status, body) = server.get("/offhook/v1/calls?limit=1000").await;
    assert_eq!(status, 200, "{body}");
    let list: Value = serde_json::from_str(&body).unwrap();
    let calls = list["data"].as_array().unwrap().iter();
    calls.map(|call| (call["id"].as_str().unwrap().to_owned(), call["state"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_server_at_work_restores_all_that_was_acknowledged_before() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backup = other.path().join("backup.db");
    let server = DevServer::start(data.path()).await;
    let mut acknowledged = Vec::new();
    for _ in 0..5 {
        acknowledged.push(call(&server).await);
    }
    let at_work = async {
        let mut later = Vec::new();
        for _ in 0..10 {
            later.push(call(&server).await);
        }
        later
    };
    let paths = [data.path(), &backup];
    let (taken, _later) = tokio::join!(offhook(&["backup", "--data"], &paths), at_work);
    assert!(taken.status.success(), "{}", said(&taken));
    let again = offhook(&["backup", "--data"], &[data.path(), &backup]).await;
    assert!(!again.status.success() && said(&again).contains("overwrites nothing"), "{}", said(&again));
    let checked = offhook(&["check", "--json", "--file"], &[&backup]).await;
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!((checked.status.success(), &report["sound"]), (true, &Value::Bool(true)), "{report}");

    let in_use = offhook(&["restore", "--replace", "--data"], &[data.path(), &backup]).await;
    assert!(!in_use.status.success() && said(&in_use).contains("in use"), "{}", said(&in_use));
    server.kill().await;
    let refused = offhook(&["restore", "--data"], &[data.path(), &backup]).await;
    assert!(!refused.status.success() && said(&refused).contains("--replace"), "{}", said(&refused));
    let restored = offhook(&["restore", "--replace", "--data"], &[data.path(), &backup]).await;
    assert!(restored.status.success(), "{}", said(&restored));
    let server = DevServer::start(data.path()).await;
    let found = calls(&server).await;
    for id in acknowledged {
        assert!(found.contains(&(id.clone(), "ended".into())), "{id}: {found:?}");
    }
    call(&server).await;
}

/// The planted bug: the file is copied without its log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_without_the_log_is_found() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = DevServer::start(data.path()).await;
    call(&server).await;
    let paths = [data.path(), &other.path().join("backup.db")];
    let refused = offhook_with("bug::copy_without_log=return", &["backup", "--data"], &paths).await;
    assert!(!refused.status.success() && said(&refused).contains("damaged"), "{}", said(&refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_use_is_shown() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    call(&server).await;
    let checked = offhook(&["check", "--data"], &[data.path()]).await;
    assert!(checked.status.success(), "{}", said(&checked));
    let (status, body) = server.get("/offhook/v1/store").await;
    assert_eq!(status, 200, "{body}");
    let store: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&store["writable"], &store["calls"]["ended"]), (&Value::Bool(true), &Value::from(1)), "{store}");
    assert!(store["database_bytes"].as_u64().unwrap() > 50_000 && store["wal_bytes"].as_u64().unwrap() > 0, "{store}");
    assert_eq!(store["last_check"]["faults"], 0, "{store}");
    let metrics = server.get("/metrics").await.1;
    for gauge in ["offhook_store_database_bytes", "offhook_store_wal_bytes", "offhook_store_free_bytes"] {
        assert!(metrics.contains(&format!("\n{gauge} ")), "{gauge} in {metrics}");
    }
}

/// Writes a call of a hundred days ago into the database of a server that is stopped.
async fn call_long_ago(data: &Path, app: AppId, page: PageId, psid: Psid) -> CallId {
    let store = Sqlite::open(data.join("offhook.db"), Arc::new(|_: &_, _: &_| None)).unwrap();
    let id = CallId([7; 32]);
    let long_ago = SystemClock::start().now() - Duration::from_hours(100 * 24);
    let limits = Limits {
        ring_timeout: Duration::from_secs(60),
        max_duration: Duration::from_secs(60),
        calls_per_page: 10,
        connected_calls_per_day: 10,
    };
    store.grant(page, psid, long_ago).await.unwrap().unwrap();
    store
        .connect(NewCall { id, page, psid, by: offhook_call::Dialer::App(app) }, None, long_ago, &limits)
        .await
        .unwrap();
    store.apply(id, Command::Terminate { app }, long_ago, &limits).await.unwrap().unwrap().unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_long_ago_are_forgotten_and_the_others_stay() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let recent = call(&server).await;
    let (app, page, psid) = (server.facts.app_id, server.facts.page_id, server.psid("by_hand"));
    server.kill().await;
    let old = call_long_ago(data.path(), app, page, psid).await.to_string();
    let server = DevServer::start(data.path()).await;
    let forgotten = async {
        while calls(&server).await.iter().any(|(id, _)| *id == old) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, forgotten).await.expect("it is forgotten in time");
    assert!(calls(&server).await.contains(&(recent, "ended".into())));
}

#[tokio::test]
async fn what_is_no_backup_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("letter.txt"));
    std::fs::write(&file, "Dear operator").unwrap();
    let refused = offhook(&["restore", "--data"], &[&data, &file]).await;
    assert!(!refused.status.success(), "{}", said(&refused));
    assert!(!data.join("offhook.db").exists());
    let missing = offhook(&["backup", "--data"], &[&data, &folder.path().join("out.db")]).await;
    assert!(said(&missing).contains("there is no database"), "{}", said(&missing));
}
