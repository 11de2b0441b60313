//! The real program, as a child process on a port that stays.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use crate::history::{At, Life};

pub(crate) const ADMIN_TOKEN: &str = "crash";

/// How long a callback has to acknowledge. A delivery that a dead process held is due again after three times this.
pub(crate) const WEBHOOK_TIMEOUT: Duration = Duration::from_millis(500);

pub(crate) struct Program {
    config: PathBuf,
    log: PathBuf,
    pub(crate) base: Url,
}

/// A process that is ready to serve. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    ready: At,
}

impl Program {
    /// Its data, configuration and log are kept in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        let port = free_port();
        let config = folder.join("offhook.toml");
        std::fs::write(&config, configuration(port, &folder.join("data"))).unwrap();
        let base = format!("http://127.0.0.1:{port}").parse().unwrap();
        Self { config, log: folder.join("log.txt"), base }
    }

    /// Starts a process with these fail points and waits until it is ready. An error is its life, if it died before.
    pub(crate) async fn start(&self, fail_points: &str) -> Result<Process, Life> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_offhook"))
            .arg("serve")
            .arg("--config")
            .arg(&self.config)
            .env("FAILPOINTS", fail_points)
            .stdout(self.log())
            .stderr(self.log())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        tokio::select! {
            ended = child.wait() => {
                ended.unwrap();
                Err(Life { ready: None, died: At::now() })
            }
            ready = timeout(PATIENCE, self.ready()) => {
                ready.expect("the program is ready in time");
                Ok(Process { child, ready: At::now() })
            }
        }
    }

    async fn ready(&self) {
        let url = self.base.join("/health/ready").unwrap();
        let client = reqwest::Client::new();
        while !client.get(url.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
            sleep(POLL).await;
        }
    }

    fn log(&self) -> Stdio {
        let log: File = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        log.into()
    }
}

impl Process {
    pub(crate) async fn kill(mut self) -> Life {
        self.child.kill().await.unwrap();
        Life { ready: Some(self.ready), died: At::now() }
    }

    /// Waits until it dies by itself, at a point. `None`: it did not, and was killed.
    pub(crate) async fn dies_by_itself(mut self, within: Duration) -> (Life, bool) {
        let by_itself = timeout(within, self.child.wait()).await.is_ok();
        if by_itself { (Life { ready: Some(self.ready), died: At::now() }, true) } else { (self.kill().await, false) }
    }
}

/// A port outside the range from which systems take those of outgoing connections: nothing takes it while the program is
/// down.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 100).expect("less than 100") * 100;
    let mut candidates = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed));
    let free = candidates.by_ref().take(1000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.expect("one of a thousand ports is free")
}

fn configuration(port: u16, data: &Path) -> String {
    format!(
        r#"
listen = "127.0.0.1:{port}"
admin_token = "{ADMIN_TOKEN}"
[store]
path = {data:?}
[media]
shards = 1
bind = ["127.0.0.1"]
advertise = ["127.0.0.1"]
[limits]
connects_per_second = 100000
connected_calls_per_day = 100000
permission_requests_per_day = 100000
consumer_messages_per_minute = 1000000
thread_entries = 100000
[webhooks]
allow_private = true
timeout = "{}ms"
concurrency_per_endpoint = 32
[log]
filter = "warn"
"#,
        WEBHOOK_TIMEOUT.as_millis()
    )
}

/// Longest wait for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at something that is awaited.
pub(crate) const POLL: Duration = Duration::from_millis(5);

/// Waits for something that must come true in time: look, wait, look again.
pub(crate) struct Patience {
    deadline: Instant,
}

impl Patience {
    pub(crate) fn begin() -> Self {
        Self { deadline: Instant::now() + PATIENCE }
    }

    pub(crate) async fn wait(&self) {
        assert!(Instant::now() < self.deadline, "it comes true in time");
        sleep(POLL * 10).await;
    }
}
