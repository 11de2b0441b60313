use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use offhook_call::{PageId, Psid};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

/// `offhook dev` of the release build in a fresh folder: the embedded default over SQLite.
pub(super) struct Server {
    ready: Ready,
    http: reqwest::Client,
    process: Child,
    /// Removed when the server is dropped.
    _folder: tempfile::TempDir,
}

/// What `offhook dev --json` prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    base_url: Url,
    page_id: PageId,
    page_token: String,
    admin_token: String,
}

impl Server {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let binary = std::env::var_os("OFFHOOK_BIN").context("OFFHOOK_BIN names the binary; `cargo xtask` sets it")?;
        let mut process = Command::new(binary)
            .args(["dev", "--json", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().expect("stdout is piped above");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready = serde_json::from_str(&line).with_context(|| format!("offhook dev printed {line:?}"))?;
        Ok(Self { ready, http: reqwest::Client::new(), process, _folder: folder })
    }

    pub(super) fn base_url(&self) -> Url {
        self.ready.base_url.clone()
    }

    pub(super) fn page(&self) -> PageId {
        self.ready.page_id
    }

    pub(super) fn page_token(&self) -> &str {
        &self.ready.page_token
    }

    /// Makes consumers without devices, whom the Page may call.
    pub(super) async fn consumers(&self, count: u32) -> anyhow::Result<Vec<Psid>> {
        #[derive(Deserialize)]
        struct Made {
            psid: Psid,
        }
        let mut consumers = Vec::new();
        for number in 0..count {
            let name = serde_json::json!({ "name": format!("Consumer {number}") });
            let Made { psid } = self.post("consumers", &name).await?;
            let _: serde_json::Value =
                self.post(&format!("consumers/{psid}/permission"), &serde_json::json!({})).await?;
            consumers.push(psid);
        }
        Ok(consumers)
    }

    /// The own API, below the Page.
    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        let url = self.ready.base_url.join(&format!("/offhook/v1/pages/{}/{path}", self.ready.page_id))?;
        let request = self.http.post(url).bearer_auth(&self.ready.admin_token).json(body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing worth keeping; if it is gone already, that is as well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
