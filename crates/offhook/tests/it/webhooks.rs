//! `offhook webhooks listen` and `tail`, for an app that has no callback.

use std::process::Stdio;

use offhook_call::AppId;
use offhook_client::admin::Admin;
use offhook_client::graph::{CallId, Graph};
use offhook_client::phone::{self, Phone};
use offhook_client::webhook::{Arrival, CallEventKind, Event, Receiver};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::dev_server::{DevServer, PATIENCE};

/// A running `offhook webhooks …`; it is killed when this is dropped.
struct Running {
    lines: Lines<BufReader<ChildStdout>>,
    process: Child,
}

impl Running {
    fn start(server: &DevServer, args: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_offhook"))
            .arg("webhooks")
            .args(args)
            .args(["--base-url", server.facts.base_url.as_str()])
            .env("OFFHOOK_ADMIN_TOKEN", &server.facts.admin_token)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { lines: BufReader::new(process.stdout.take().unwrap()).lines(), process }
    }

    async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await.expect("it says something");
        line.unwrap().expect("it goes on")
    }

    /// The next line of JSON that is as wanted.
    async fn line_that(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = serde_json::from_str(&self.line().await).unwrap();
            if wanted(&line) {
                return line;
            }
        }
    }
}

/// An app on the server's Page whose developer is behind a NAT.
struct App {
    id: AppId,
    graph: Graph,
    receiver: Receiver,
}

impl App {
    async fn make(server: &DevServer) -> Self {
        let admin = Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap();
        let app = admin.create_app("Behind a NAT").await.unwrap();
        let token = admin.create_page_token(server.facts.page_id, app.id).await.unwrap();
        let graph = Graph::new(server.facts.base_url.clone(), token).unwrap();
        let receiver = Receiver::start(0, app.secret, "not asked".to_owned()).await.unwrap();
        Self { id: app.id, graph, receiver }
    }

    fn listen(&self, server: &DevServer) -> Running {
        let (app, page, to) = (self.id.to_string(), server.facts.page_id.to_string(), self.receiver.url());
        Running::start(server, &["listen", "--app", &app, "--page", &page, "--forward-to", to.as_str()])
    }

    /// A call that nobody answers, ended at once.
    async fn call(&self, server: &DevServer) -> CallId {
        let phone = Phone::new(phone::Config::default()).await.unwrap();
        let offer = phone.offer().await.unwrap();
        let connected = self.graph.connect(server.facts.page_id, server.psid("ignore"), &offer).await.unwrap();
        self.graph.terminate(server.facts.page_id, &connected.call).await.unwrap();
        connected.call
    }

    /// Follows a call to its end, every webhook rightly signed; the events but `ringing`, which races with the end.
    async fn hears(&mut self, call: &CallId) -> Vec<&'static str> {
        let mut heard = Vec::new();
        while heard.last() != Some(&"terminate") {
            let arrival = tokio::time::timeout(PATIENCE, self.receiver.next()).await.expect("a webhook comes").unwrap();
            let Arrival::Valid { events, .. } = arrival else { panic!("{arrival:?}") };
            let [Event::Call(event)] = &events[..] else { panic!("{events:?}") };
            assert_eq!(event.call, *call);
            match event.kind {
                CallEventKind::Dialing { .. } => heard.push("connect"),
                CallEventKind::Terminate(_) => heard.push("terminate"),
                CallEventKind::Ringing { .. } => {}
                ref other => panic!("{other:?}"),
            }
        }
        heard
    }
}

#[tokio::test]
async fn an_app_without_a_callback_gets_its_webhooks_and_those_it_missed() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut app = App::make(&server).await;
    let mut listener = app.listen(&server);
    assert!(listener.line().await.contains("go to http"));
    let first = app.call(&server).await;
    assert_eq!(app.hears(&first).await, ["connect", "terminate"]);
    let shown = listener.line().await;
    assert!(shown.contains("calls connect") && shown.contains(first.as_str()) && shown.contains("200"), "{shown}");
    listener.process.kill().await.unwrap();

    let missed = app.call(&server).await;
    let mut listener = app.listen(&server);
    assert_eq!(app.hears(&missed).await, ["connect", "terminate"], "it was owed");
    assert!(listener.line().await.contains("go to http"));
}

#[tokio::test]
async fn an_apps_callback_is_not_taken_away_unasked() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let app = server.facts.app_id.to_string();
    let args = ["listen", "--app", &app, "--forward-to", "http://127.0.0.1:9/"];
    let mut refused = Running::start(&server, &args);
    let ended = tokio::time::timeout(PATIENCE, refused.process.wait()).await.expect("it ends").unwrap();
    assert!(!ended.success());
    let mut replaced = Running::start(&server, &[&args[..], &["--replace"]].concat());
    assert!(replaced.line().await.contains("go to http"));
}

#[tokio::test]
async fn tail_shows_each_try_once_it_is_made() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut app = App::make(&server).await;
    let mut listener = app.listen(&server);
    listener.line().await;
    let before = app.call(&server).await;
    app.hears(&before).await;
    let id = app.id.to_string();
    let mut tail = Running::start(&server, &["tail", "--json", "--app", &id]);
    // Until the tail has begun, calls may be missed: each line tells of the last one at the latest.
    let (mut call, mut line) = (app.call(&server).await, None);
    while line.is_none() {
        app.hears(&call).await;
        match tokio::time::timeout(PATIENCE / 10, tail.lines.next_line()).await {
            Ok(shown) => line = shown.unwrap(),
            Err(_elapsed) => call = app.call(&server).await,
        }
    }
    let is_end = |shown: &Value| shown["event"] == "calls terminate Completed" && shown["call_id"] == call.as_str();
    let first: Value = serde_json::from_str(&line.unwrap()).unwrap();
    let shown = if is_end(&first) { first } else { tail.line_that(is_end).await };
    assert_ne!(shown["call_id"], before.as_str(), "what was before is not shown");
    let expected = (&Value::from(id), &Value::from(1), &Value::from(200), &Value::from("delivered"));
    assert_eq!((&shown["app_id"], &shown["try"], &shown["status"], &shown["state"]), expected);
}

#[tokio::test]
async fn tail_follows_what_fails_until_it_is_delivered() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let mut app = App::make(&server).await;
    let mut listener = app.listen(&server);
    listener.line().await;
    let id = app.id.to_string();
    let mut tail = Running::start(&server, &["tail", "--json", "--app", &id]);
    // Until the tail has begun, calls may be missed.
    loop {
        let call = app.call(&server).await;
        app.hears(&call).await;
        if tokio::time::timeout(PATIENCE / 10, tail.lines.next_line()).await.is_ok() {
            break;
        }
    }

    listener.process.kill().await.unwrap();
    let call = app.call(&server).await;
    let told = |shown: &Value| shown["call_id"] == call.as_str();
    let failed = tail.line_that(told).await;
    assert_eq!((&failed["try"], &failed["status"]), (&Value::from(1), &Value::Null), "nobody fetches it: {failed}");
    assert_eq!(failed["state"], "pending");
    let _listener = app.listen(&server);
    let again = tail.line_that(told).await;
    assert_eq!((&again["event"], &again["try"]), (&failed["event"], &Value::from(2)));
    assert_eq!((&again["status"], &again["state"]), (&Value::from(200), &Value::from("delivered")));
}
