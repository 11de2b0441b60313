//! Janus with its video call plugin, which relays between two users.
//!
//! Its API is HTTP: requests are acknowledged, and what comes of them is an event that the client polls for.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::machine::Machine;
use super::namespace::SERVER_IP;
use super::process::Process;
use super::system::{Server, caller_and_called};
use crate::relay::party::Party;

pub(super) struct Janus {
    process: Process,
    runtime: Runtime,
    http: reqwest::Client,
    /// One for all users, as a gateway in front of Janus would have it.
    session: u64,
}

impl Janus {
    pub(super) fn start(machine: &Machine) -> anyhow::Result<Self> {
        let folder = machine.folder().join("janus");
        configure(&folder)?;
        let mut command = Command::new("janus");
        command.arg("--disable-stdout").arg("--configs-folder").arg(&folder);
        let process = Process::start(&command, machine)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let http = reqwest::Client::builder().timeout(REPLY_WITHIN).build()?;
        let mut started = Self { process, runtime, http, session: 0 };
        started.wait()?;
        started.session = id(&started.post("", json!({ "janus": "create" }))?)?;
        Ok(started)
    }

    fn wait(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_WITHIN;
        while self.get("/info").is_err() {
            ensure!(Instant::now() < deadline, "Janus does not answer");
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// A user of the plugin: the handle to speak to it.
    fn register(&self, user: &str) -> anyhow::Result<u64> {
        let attach = json!({ "janus": "attach", "plugin": "janus.plugin.videocall" });
        let handle = id(&self.post(&format!("/{}", self.session), attach)?)?;
        self.message(handle, &json!({ "request": "register", "username": user }), None)?;
        self.event(handle, "registered")?;
        Ok(handle)
    }

    fn message(&self, handle: u64, body: &Value, jsep: Option<Value>) -> anyhow::Result<()> {
        let mut message = json!({ "janus": "message", "body": body });
        if let Some(jsep) = jsep {
            message["jsep"] = jsep;
        }
        self.post(&format!("/{}/{handle}", self.session), message)?;
        Ok(())
    }

    /// Polls until the plugin tells this handle of that event.
    fn event(&self, handle: u64, wanted: &str) -> anyhow::Result<Value> {
        let deadline = Instant::now() + REPLY_WITHIN;
        while Instant::now() < deadline {
            let event = self.get(&format!("/{}", self.session))?;
            let data = &event["plugindata"]["data"];
            ensure!(data["error"].is_null(), "Janus: {}", data["error"]);
            if event["sender"] == handle && data["result"]["event"] == wanted {
                return Ok(event);
            }
        }
        bail!("Janus does not tell of {wanted}")
    }

    fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.runtime.block_on(async { Ok(self.http.get(url(path)).send().await?.json().await?) })
    }

    fn post(&self, path: &str, mut body: Value) -> anyhow::Result<Value> {
        body["transaction"] = json!("bench");
        let request = self.http.post(url(path)).json(&body);
        let reply: Value = self.runtime.block_on(async { anyhow::Ok(request.send().await?.json().await?) })?;
        ensure!(reply["janus"] != "error", "Janus: {reply}");
        Ok(reply)
    }
}

impl Server for Janus {
    fn process(&self) -> &Process {
        &self.process
    }

    fn call(&mut self, number: usize, addresses: [SocketAddr; 2]) -> anyhow::Result<[Party; 2]> {
        let names = [format!("caller-{number}"), format!("called-{number}")];
        let (caller, callee) = (self.register(&names[0])?, self.register(&names[1])?);
        caller_and_called(addresses, |offer, called| {
            let offer = json!({ "type": "offer", "sdp": offer });
            self.message(caller, &json!({ "request": "call", "username": names[1] }), Some(offer))?;
            let answer = called(&sdp(&self.event(callee, "incomingcall")?)?).context("the called party's side")?;
            self.message(callee, &json!({ "request": "accept" }), Some(json!({ "type": "answer", "sdp": answer })))?;
            sdp(&self.event(caller, "accepted")?)
        })
    }
}

fn id(reply: &Value) -> anyhow::Result<u64> {
    reply["data"]["id"].as_u64().with_context(|| format!("no id in {reply}"))
}

fn sdp(event: &Value) -> anyhow::Result<String> {
    let sdp = event["jsep"]["sdp"].as_str().with_context(|| format!("no description in {event}"))?;
    let mut mids = 0;
    // Janus repeats the called party's mid in what it passes on, which str0m refuses. There is one section.
    let once = sdp.split_inclusive('\n').filter(|line| {
        mids += usize::from(line.starts_with("a=mid:"));
        !line.starts_with("a=mid:") || mids == 1
    });
    Ok(once.collect())
}

fn configure(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(
        folder.join("janus.jcfg"),
        format!(
            "general: {{ debug_level = 2; session_timeout = 0; event_loops = 1; }}\n\
             media: {{ rtp_port_range = \"20000-40000\"; }}\n\
             nat: {{ ice_lite = true; ice_enforce_list = \"{SERVER_IP}\"; }}\n"
        ),
    )?;
    let general =
        format!("json = \"compact\"; base_path = \"/janus\"; http = true; port = {PORT}; ip = \"{SERVER_IP}\";");
    Ok(std::fs::write(folder.join("janus.transport.http.jcfg"), format!("general: {{ {general} }}\n"))?)
}

fn url(path: &str) -> String {
    format!("http://{SERVER_IP}:{PORT}/janus{path}")
}

const PORT: u16 = 8088;
const START_WITHIN: Duration = Duration::from_secs(10);
const REPLY_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);
