//! `offhook serve` as a child process, with a configuration of the test's own.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use offhook_call::{PageId, Psid};
use offhook_client::admin::Admin;
use offhook_client::graph::Graph;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use url::Url;

use crate::dev_server::{COMPLAINTS, PATIENCE};

/// A running server; it is killed when this is dropped.
pub(crate) struct ServeServer {
    process: Child,
    pub(crate) base: Url,
}

/// A Page that may call a consumer.
pub(crate) struct Stage {
    pub(crate) page: PageId,
    pub(crate) psid: Psid,
    pub(crate) graph: Graph,
}

impl ServeServer {
    /// `extra`: TOML that follows what every test needs.
    pub(crate) async fn start(data: &Path, extra: &str) -> Self {
        Self::start_with(data, extra, &[]).await
    }

    /// As [`start`](Self::start), with these variables in its environment.
    pub(crate) async fn start_with(data: &Path, extra: &str, environment: &[(&str, &str)]) -> Self {
        Self::start_as(program(data, extra, true), environment).await
    }

    /// A server that posts webhooks to public addresses only, as it does by default.
    pub(crate) async fn start_public(data: &Path) -> Self {
        Self::start_as(program(data, "", false), &[]).await
    }

    async fn start_as((mut program, address): (Command, SocketAddr), environment: &[(&str, &str)]) -> Self {
        let process = program.envs(environment.iter().copied()).spawn().unwrap();
        let server = Self { process, base: format!("http://{address}").parse().unwrap() };
        server.until_ready(Some(200)).await;
        server
    }

    /// As [`start`](Self::start), with HTTPS, which the caller waits for; what it writes to standard error is in
    /// [`COMPLAINTS`].
    pub(crate) fn start_private(data: &Path, extra: &str) -> Self {
        let (mut program, address) = program(data, extra, true);
        let process = program.stderr(File::create(data.join(COMPLAINTS)).unwrap()).spawn().unwrap();
        Self { process, base: format!("https://localhost:{}", address.port()).parse().unwrap() }
    }

    /// Waits until `/health/ready` answers so; `None`: not at all.
    pub(crate) async fn until_ready(&self, wanted: Option<u16>) {
        let waiting = async {
            while self.ready().await != wanted {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("the server comes to that state");
    }

    pub(crate) async fn ready(&self) -> Option<u16> {
        let mut stream = TcpStream::connect((self.base.host_str()?, self.base.port()?)).await.ok()?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n").await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        answer.split(' ').nth(1)?.parse().ok()
    }

    pub(crate) async fn stage(&self) -> Stage {
        let admin = Admin::new(self.base.clone(), ADMIN_TOKEN).unwrap();
        let app = admin.create_app("App").await.unwrap();
        let page = admin.create_page("Page").await.unwrap();
        let token = admin.create_page_token(page, app.id).await.unwrap();
        let psid = admin.create_consumer(page, "Consumer").await.unwrap();
        admin.grant(page, psid).await.unwrap();
        Stage { page, psid, graph: Graph::new(self.base.clone(), token).unwrap() }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send(&self.process, signal);
    }

    /// How it ended by itself.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        timeout(PATIENCE, self.process.wait()).await.expect("it ends in time").unwrap()
    }
}

/// A server with a configuration of its own, and where it will listen.
fn program(data: &Path, extra: &str, allow_private: bool) -> (Command, SocketAddr) {
    // Free a moment ago; nobody else on this machine asks for this very port.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = format!(
        "listen = \"{address}\"\nadmin_token = \"{ADMIN_TOKEN}\"\n{extra}\n\
        [store]\npath = \"{}\"\n[media]\nbind = [\"127.0.0.1\"]\nadvertise = [\"127.0.0.1\"]\n\
        [webhooks]\nallow_private = {allow_private}\n",
        data.join("store").display()
    );
    let file = data.join("offhook.toml");
    std::fs::write(&file, config).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_offhook"));
    program.args(["serve", "--config"]).arg(file).kill_on_drop(true);
    (program, address)
}

/// Sends a running process a signal.
pub(crate) fn send(process: &Child, signal: Signal) {
    let id = process.id().expect("the process runs");
    kill(Pid::from_raw(id.try_into().unwrap()), signal).unwrap();
}

pub(crate) const ADMIN_TOKEN: &str = "admin token of a test";
