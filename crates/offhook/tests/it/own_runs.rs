//! Scenarios that the server plays itself: by its own API, and for the psids that everybody knows.

use std::io::Cursor;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nix::sys::signal::Signal;
use offhook_call::Psid;
use offhook_client::audio::{Level, Player};
use offhook_client::graph::{self, CallId, Reason};
use offhook_client::phone::{Heard, Phone, Source};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::caller::Caller;
use crate::dev_server::{DevServer, PATIENCE};
use crate::run_command::{dev_server, example, menu, tone};
use crate::serve_server::ServeServer;

/// Asks the own API; the status and the answer's bytes.
async fn ask(server: &DevServer, method: Method, path: &str, body: Option<Value>) -> (u16, Vec<u8>) {
    let url = server.facts.base_url.join("/offhook/v1/").unwrap().join(path).unwrap();
    let request = reqwest::Client::new().request(method, url).bearer_auth(&server.facts.admin_token);
    let request = body.iter().fold(request, reqwest::RequestBuilder::json);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

async fn ask_json(server: &DevServer, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let (status, bytes) = ask(server, method, path, body).await;
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// A run that was started, once it can be called.
async fn start(server: &DevServer, body: Value) -> (String, Psid) {
    let (status, run) = ask_json(server, Method::POST, "runs", Some(body)).await;
    assert!(status == 201 && run["state"] == "running", "{run}");
    let psid = run["consumers"][0]["psid"].as_str().unwrap().parse().unwrap();
    (run["id"].as_str().unwrap().to_owned(), psid)
}

async fn ended(server: &DevServer, id: &str) -> Value {
    let (_, run) = ask_json(server, Method::GET, &format!("runs/{id}?wait_ms=30000"), None).await;
    assert_eq!(run["state"], "ended", "{run}");
    run
}

#[tokio::test]
async fn a_run_by_the_own_api_hears_and_says_what_a_run_by_command_does() {
    let (_data, server) = dev_server().await;
    let scenario = std::fs::read_to_string(example("menu.toml")).unwrap();
    let hello = STANDARD.encode(std::fs::read(example("hello.wav")).unwrap());
    let (id, psid) = start(&server, json!({ "scenario": scenario, "files": { "hello.wav": hello } })).await;
    let heard = menu(&server, psid, 880).await;
    assert!(heard > -40.0, "hello.wav came at {heard} dBFS");
    let run = ended(&server, &id).await;
    assert_eq!((&run["outcome"]["passed"], &run["error"]), (&true.into(), &Value::Null), "{run:#}");
    let recordings = &run["outcome"]["consumers"][0]["devices"][0]["recordings"];
    assert_eq!(*recordings, json!(["Ada-phone.ogg"]));
    let (status, sound) = ask(&server, Method::GET, &format!("runs/{id}/files/Ada-phone.ogg"), None).await;
    let mut level = Level::of(660);
    Player::read(Cursor::new(sound)).unwrap().for_each(|frame| level.hear(&frame));
    assert!(status == 200 && level.tone_share() > 0.5, "the greeting is most of what was heard");
    let (_, junit) = ask(&server, Method::GET, &format!("runs/{id}/junit"), None).await;
    let junit = String::from_utf8(junit).unwrap();
    assert!(junit.contains("tests=\"14\" skipped=\"0\" errors=\"0\" failures=\"0\""), "{junit}");
}

#[tokio::test]
async fn a_run_is_refused_where_it_stands_or_stopped_or_ends_with_the_server() {
    let (_data, server) = dev_server().await;
    for (body, told) in [
        (json!({ "scenario": "[[consumer]]\nsteps = [\"dance\"]\n" }), "scenario: line 2, column 10: "),
        (json!({ "scenario": "[[consumer]]\nsteps = [{ play = \"a.wav\" }]\n" }), "the file `a.wav` was not given"),
        (
            json!({ "scenario": "[[consumer]]\nsteps = [{ play = \"a.wav\" }]\n", "files": { "a.wav": "AAAA" } }),
            "`a.wav` cannot be played",
        ),
        (json!({ "scenario": "[[consumer]]\npsid = \"3\"\nsteps = [\"answer\"]\n" }), "no such consumer on this Page"),
        (json!({ "scenario": "limit = \"31m\"\n[[consumer]]\nsteps = [\"answer\"]\n" }), "a run may take 30 minutes"),
    ] {
        let (status, refused) = ask_json(&server, Method::POST, "runs", Some(body)).await;
        let detail = refused["error"]["detail"].as_str().unwrap();
        assert!(status == 400 && detail.contains(told), "{detail}");
    }
    assert_eq!(ask_json(&server, Method::GET, "runs", None).await.1, json!({ "data": [] }), "nothing has begun");

    let waiting = json!({ "scenario": "[[consumer]]\nsteps = [{ wait = \"4m\" }, \"answer\"]\n" });
    let mut started = Vec::new();
    for _ in 0..8 {
        started.push(start(&server, waiting.clone()).await.0);
    }
    let (status, refused) = ask_json(&server, Method::POST, "runs", Some(waiting)).await;
    assert_eq!((status, &refused["error"]["name"]), (429, &"too_many".into()), "{refused}");
    let (_, stopped) = ask_json(&server, Method::DELETE, &format!("runs/{}", started[0]), None).await;
    let steps = &stopped["outcome"]["consumers"][0]["devices"][0]["steps"];
    assert_eq!((&stopped["state"], &steps[0]["reason"]), (&"ended".into(), &"the run was stopped".into()), "{stopped}");
    assert_eq!((&stopped["outcome"]["passed"], &steps[1]["result"]), (&false.into(), &"skipped".into()));
    let (_, listed) = ask_json(&server, Method::GET, "runs?limit=100", None).await;
    let listed: Vec<_> = listed["data"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert!(listed.iter().eq(started.iter().rev()), "the newest first");
    server.signal(Signal::SIGINT);
    assert!(server.ended().await.success(), "the runs that are left do not hold it up");
}

fn well_known(last_digits: u64) -> Psid {
    Psid(5_550_100 + last_digits)
}

async fn end_of(server: &DevServer, call: &CallId) -> Value {
    let ending = async {
        loop {
            let (_, call) = ask_json(server, Method::GET, &format!("calls/{call}"), None).await;
            if call["state"] == "ended" {
                return call["reason"].clone();
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, ending).await.expect("the call ends in time")
}

/// Calls a consumer who says something, and hangs up once it was heard.
async fn hears_something_from(server: &DevServer, psid: Psid) {
    let caller = Caller::call(server, psid, tone(660)).await;
    let loud = |heard: &Heard| heard.level.dbfs().is_some_and(|level| level > -40.0);
    timeout(PATIENCE, caller.phone.heard_until(loud)).await.expect("something is heard in time").unwrap();
    caller.hang_up().await;
}

async fn connect(graph: &graph::Graph, server: &DevServer, to: Psid) -> Result<(), Reason> {
    let offer = Phone::new(Default::default()).await.unwrap().offer().await.unwrap();
    match graph.connect(server.facts.page_id, to, &offer).await {
        Ok(_) => Ok(()),
        Err(graph::Error::Refused { refusal, .. }) => Err(refusal.reason()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_last_digits_of_a_well_known_psid_choose_what_the_consumer_does() {
    let (_data, server) = dev_server().await;
    let (graph, page) = (server.graph(), server.facts.page_id);
    let may_call = async |psid| graph.call_permissions(page, psid).await.unwrap().may_call();
    let echoes_twice = async {
        hears_something_from(&server, well_known(0)).await;
        hears_something_from(&server, well_known(0)).await;
    };
    let declines = async {
        let caller = Caller::call(&server, well_known(9), Source::Silence).await;
        assert_eq!(end_of(&server, &caller.call).await, "consumer_declined");
    };
    tokio::join!(echoes_twice, declines);

    assert!(may_call(well_known(11)).await, "whoever is absent may be called");
    assert!(!may_call(well_known(12)).await);
    assert_eq!(connect(&graph, &server, well_known(12)).await, Err(Reason::NoCallPermission));
    assert_eq!(connect(&graph, &server, well_known(99)).await, Err(Reason::InvalidPsid));
    let caller = Caller::call(&server, well_known(0), Source::Silence).await;
    server.signal(Signal::SIGINT);
    assert!(server.ended().await.success(), "a well-known consumer's call does not hold it up");
    drop(caller);
}

#[tokio::test]
async fn outside_a_sandbox_nobody_knows_these_psids() {
    let data = tempfile::tempdir().unwrap();
    let server = ServeServer::start(data.path(), "").await;
    let stage = server.stage().await;
    let unknown = stage.graph.call_permissions(stage.page, well_known(0)).await.unwrap_err();
    assert!(matches!(unknown, graph::Error::Refused { refusal, .. } if refusal.reason() == Reason::InvalidPsid));
}
