//! `offhook dev` as a child process.

use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use offhook_call::{AgentId, AppId, PageId, Psid};
use offhook_client::graph::Graph;
use offhook_client::webhook::Receiver;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use url::Url;

use crate::serve_server::send;

/// A running server; it is killed when this is dropped.
pub(crate) struct DevServer {
    process: Child,
    pub(crate) facts: Facts,
}

/// What the server prints when it is ready.
#[derive(Deserialize)]
pub(crate) struct Facts {
    pub(crate) base_url: Url,
    pub(crate) page_id: PageId,
    pub(crate) page_token: String,
    pub(crate) app_id: AppId,
    pub(crate) app_secret: String,
    pub(crate) admin_token: String,
    consumers: Vec<Guest>,
    pub(crate) agent: DeskAgent,
}

/// Who can sign in at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct DeskAgent {
    id: AgentId,
    pub(crate) name: String,
    pub(crate) secret: String,
}

#[derive(Deserialize)]
pub(crate) struct Guest {
    pub(crate) psid: Psid,
    /// What a device of theirs says hello with.
    pub(crate) token: String,
    behaviour: String,
}

impl DevServer {
    pub(crate) async fn start(data: &Path) -> Self {
        Self::start_as(Command::new(env!("CARGO_BIN_EXE_offhook")), data).await
    }

    /// As [`start`](Self::start), with these variables in its environment; what it writes to standard error is in
    /// [`COMPLAINTS`].
    pub(crate) async fn start_with(data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_offhook"));
        program.envs(environment.iter().copied()).stderr(File::create(data.join(COMPLAINTS)).unwrap());
        Self::start_as(program, data).await
    }

    /// Starts it by a command that takes the program's arguments and becomes the program.
    pub(crate) async fn start_as(mut program: Command, data: &Path) -> Self {
        let mut process = program
            .args(["dev", "--json", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.expect("the server starts in time");
        let facts = serde_json::from_str(&line.unwrap().expect("the server prints a line")).unwrap();
        Self { process, facts }
    }

    pub(crate) fn psid(&self, behaviour: &str) -> Psid {
        self.guest(behaviour).psid
    }

    pub(crate) fn guest(&self, behaviour: &str) -> &Guest {
        self.facts.consumers.iter().find(|guest| guest.behaviour == behaviour).unwrap()
    }

    pub(crate) fn graph(&self) -> Graph {
        Graph::new(self.facts.base_url.clone(), self.facts.page_token.clone()).unwrap()
    }

    /// A webhook receiver of our own instead of the demo's, which outlives this server.
    pub(crate) async fn subscribe(&self) -> Receiver {
        self.subscribe_app(self.facts.app_id, &self.facts.app_secret, &["calls"]).await
    }

    /// As [`subscribe`](Self::subscribe), to these fields of the Page.
    pub(crate) async fn subscribe_to(&self, fields: &[&str]) -> Receiver {
        let receiver = self.subscribe_app(self.facts.app_id, &self.facts.app_secret, fields).await;
        self.graph().subscribe_page(self.facts.page_id, fields).await.unwrap();
        receiver
    }

    /// A receiver as the callback of any app.
    pub(crate) async fn subscribe_app(&self, app: AppId, secret: &str, fields: &[&str]) -> Receiver {
        let receiver = Receiver::start(0, secret.to_owned(), "verify".to_owned()).await.unwrap();
        let as_app = Graph::new(self.facts.base_url.clone(), format!("{app}|{secret}")).unwrap();
        as_app.subscribe_app(app, &receiver.url(), "verify", fields).await.unwrap();
        receiver
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send(&self.process, signal);
    }

    /// How it ended by itself.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        timeout(PATIENCE, self.process.wait()).await.expect("it ends in time").unwrap()
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.process.id().expect("it runs")
    }

    /// GET as the operator: status and body.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let address = self.facts.base_url.socket_addrs(|| None).unwrap()[0];
        let mut stream = TcpStream::connect(address).await.unwrap();
        let token = &self.facts.admin_token;
        let request = format!("GET {path} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer in time").unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Kills it the hard way: SIGKILL.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// What a server with an environment of its own wrote to standard error, in its folder.
pub(crate) const COMPLAINTS: &str = "stderr";

/// Longest wait for anything that a test expects.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
