//! Runs of scenarios over the own API.

use offhook_call::Duration;
use offhook_service::NewRun;
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, NotedRuns, Reply, World};

const SCENARIO: &str = "[[consumer]]\nsteps = [\"answer\"]\n";

async fn start(world: &World, body: &Value) -> Reply {
    world.post("/offhook/v1/runs", ADMIN_TOKEN, body).await
}

async fn get(world: &World, path: &str) -> Reply {
    world.get(&format!("/offhook/v1/runs{path}"), ADMIN_TOKEN).await
}

fn refusal(reply: &Reply) -> (u16, &str, &str) {
    let error = &reply.body["error"];
    (reply.status, error["name"].as_str().unwrap(), error["detail"].as_str().unwrap())
}

#[tokio::test]
async fn a_run_is_started_with_its_files_on_the_only_page() {
    let world = World::new().await;
    let started = start(&world, &json!({ "scenario": SCENARIO, "files": { "hello.wav": "UklGRg==" } })).await;
    let consumers = json!([{ "name": "Ada", "psid": "7" }]);
    let running = json!({
        "id": "2", "state": "running", "started_at": 1_790_000_000_000_i64, "consumers": consumers, "outcome": null,
        "error": null,
    });
    assert_eq!((started.status, &started.body), (201, &running));
    let files = [("hello.wav".to_owned(), b"RIFF".to_vec())].into();
    let new = NewRun { scenario: SCENARIO.to_owned(), files, page: world.page };
    assert_eq!(*world.runs.started.lock().unwrap(), [new]);
}

#[tokio::test]
async fn of_several_pages_one_is_named() {
    let world = World::new().await;
    let (other, ..) = world.other_page(&world.app).await;
    let unnamed = start(&world, &json!({ "scenario": SCENARIO })).await;
    let told = (400, "invalid_request", "page_id: name one of the server's Pages; it has 2");
    assert_eq!(refusal(&unnamed), told);
    let named = start(&world, &json!({ "scenario": SCENARIO, "page_id": other.page })).await;
    assert_eq!((named.status, world.runs.started.lock().unwrap()[0].page), (201, other.page));
}

#[tokio::test]
async fn what_cannot_be_played_is_refused_with_the_reason() {
    let world = World::new().await;
    let unread = start(&world, &json!({ "scenario": "" })).await;
    let told = (400, "invalid_request", "scenario: line 1, column 1: there is no consumer");
    assert_eq!(refusal(&unread), told);
    let encoded = start(&world, &json!({ "scenario": SCENARIO, "files": { "a.wav": "no base64!" } })).await;
    let (status, _, detail) = refusal(&encoded);
    assert!(status == 400 && detail.contains("`a.wav` is no base64"), "{detail}");
    let full = start(&world, &json!({ "scenario": NotedRuns::ONE_TOO_MANY })).await;
    let (status, name, detail) = refusal(&full);
    assert!((status, name) == (429, "too_many") && detail.starts_with("8 runs are under way"), "{detail}");
    assert!(world.runs.started.lock().unwrap().is_empty());
}

#[tokio::test]
async fn sounds_make_a_request_larger_than_others_may_be() {
    let world = World::new().await;
    let body = |bytes: usize| json!({ "scenario": SCENARIO, "files": { "a.wav": "A".repeat(bytes) } });
    assert_eq!(start(&world, &body(4 << 20)).await.status, 201);
    assert_eq!(start(&world, &body(9 << 20)).await.status, 400);
    let page = world.post("/offhook/v1/pages", ADMIN_TOKEN, &json!({ "name": "A".repeat(1 << 20) })).await;
    assert_eq!(page.status, 400, "the others keep their limit");
}

#[tokio::test]
async fn a_run_is_looked_at_waited_for_and_stopped() {
    let world = World::new().await;
    let listed = get(&world, "?limit=1").await.ok();
    assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["id"]), (1, &"2".into()));
    let ended = get(&world, "/1?wait_ms=2500").await.ok();
    assert_eq!((&ended["state"], &ended["outcome"]["passed"]), (&"ended".into(), &true.into()));
    assert_eq!(*world.runs.waited.lock().unwrap(), Duration::from_millis(2500));
    get(&world, "/2?wait_ms=99000").await.ok();
    assert_eq!(*world.runs.waited.lock().unwrap(), Duration::from_secs(30), "nobody waits longer");
    let stopped = world.request("DELETE", "/offhook/v1/runs/1", ADMIN_TOKEN, String::new().into()).await.ok();
    assert_eq!(stopped["id"], "1");
    assert_eq!(get(&world, "/3").await.status, 404);
    assert_eq!(get(&world, "/none").await.status, 404);
}

#[tokio::test]
async fn what_a_run_leaves_is_sent_as_what_it_is() {
    let world = World::new().await;
    let sound = get(&world, "/1/files/Ada-phone.ogg").await;
    assert_eq!((sound.header("content-type"), &sound.body), ("audio/ogg", &"Ada-phone.ogg".into()));
    assert_eq!(get(&world, "/1/files/Ada-phone.png").await.header("content-type"), "image/png");
    assert_eq!(get(&world, "/1/files/other.ogg").await.status, 404);
    let junit = get(&world, "/1/junit").await;
    assert_eq!((junit.header("content-type"), &junit.body), ("application/xml", &"<testsuites/>".into()));
    assert_eq!(get(&world, "/2/junit").await.status, 404, "it has not ended");
}

#[tokio::test]
async fn nothing_is_played_outside_a_sandbox() {
    let mut world = World::new().await;
    world.leave_sandbox();
    let refused = start(&world, &json!({ "scenario": SCENARIO })).await;
    assert_eq!((refused.status, &refused.body["error"]["name"]), (403, &"no_sandbox".into()));
    assert_eq!(get(&world, "").await.status, 403);
    assert!(world.runs.started.lock().unwrap().is_empty());
}
