//! rtpengine, as a SIP proxy drives it: it stands between a caller's offer and the called party's answer.
//!
//! Its control protocol ("ng") is a datagram each way: a cookie, a space, and a dictionary, here in JSON.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use super::machine::Machine;
use super::namespace::SERVER_IP;
use super::process::Process;
use super::system::{Server, caller_and_called};
use crate::relay::party::Party;

pub(super) struct Rtpengine {
    process: Process,
    control: UdpSocket,
    /// A request with a cookie that was used already is taken for a repetition.
    next_cookie: u32,
}

#[derive(Deserialize)]
struct Reply {
    result: String,
    sdp: Option<String>,
    #[serde(rename = "error-reason")]
    error: Option<String>,
}

impl Rtpengine {
    pub(super) fn start(machine: &Machine) -> anyhow::Result<Self> {
        let mut command = Command::new("rtpengine");
        // Without its kernel module (table -1), and one thread for the one CPU.
        command.args(["--config-file=none", "--foreground", "--log-stderr", "--log-level=3", "--table=-1"]);
        command.args(["--num-threads=1", "--port-min=20000", "--port-max=40000"]);
        command.arg(format!("--interface={SERVER_IP}")).arg(format!("--listen-ng={CONTROL}"));
        let process = Process::start(&command, machine)?;
        let control = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        control.connect(CONTROL)?;
        let mut started = Self { process, control, next_cookie: 0 };
        started.wait()?;
        started.control.set_read_timeout(Some(REPLY_WITHIN))?;
        Ok(started)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        self.control.set_read_timeout(Some(PAUSE))?;
        let deadline = Instant::now() + START_WITHIN;
        while self.request(&json!({ "command": "ping" })).is_err() {
            ensure!(Instant::now() < deadline, "rtpengine does not answer");
            // The request fails at once while nobody listens.
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn request(&mut self, request: &serde_json::Value) -> anyhow::Result<Reply> {
        let cookie = format!("{} ", self.next_cookie);
        self.next_cookie += 1;
        self.control.send(format!("{cookie}{request}").as_bytes())?;
        let mut buffer = vec![0; DATAGRAM_MAX];
        loop {
            let len = self.control.recv(&mut buffer)?;
            // What has another cookie is a late answer to somebody who gave up.
            if let Some(reply) = buffer[..len].strip_prefix(cookie.as_bytes()) {
                return Ok(serde_json::from_slice(reply)?);
            }
        }
    }

    /// Has it rewrite one party's description for the other.
    fn pass(&mut self, command: &str, call: &str, sdp: &str) -> anyhow::Result<String> {
        let request = json!({
            "command": command,
            "call-id": call,
            "from-tag": "caller",
            "to-tag": "called",
            "sdp": sdp,
            "ICE": "force",
            "SDES": ["off"],
            "transport-protocol": "UDP/TLS/RTP/SAVPF",
            "rtcp-mux": ["require"],
            "flags": ["trust-address", "generate-mid"],
        });
        match self.request(&request)? {
            Reply { sdp: Some(sdp), .. } => bundled(&sdp),
            Reply { result, error, .. } => bail!("rtpengine: {result}: {}", error.unwrap_or_default()),
        }
    }
}

impl Server for Rtpengine {
    fn process(&self) -> &Process {
        &self.process
    }

    fn call(&mut self, number: usize, addresses: [SocketAddr; 2]) -> anyhow::Result<[Party; 2]> {
        let call = format!("call-{number}");
        caller_and_called(addresses, |offer, called| {
            let offer = self.pass("offer", &call, offer)?;
            let answer = called(&offer).context("the called party's side")?;
            self.pass("answer", &call, &answer)
        })
    }
}

/// rtpengine drops the group, without which str0m takes no description: put back for the one section there is.
fn bundled(sdp: &str) -> anyhow::Result<String> {
    let mid = sdp.lines().find_map(|line| line.strip_prefix("a=mid:")).context("a section without a mid")?;
    Ok(sdp.replacen("m=", &format!("a=group:BUNDLE {mid}\r\nm="), 1))
}

const CONTROL: SocketAddr = SocketAddr::new(IpAddr::V4(SERVER_IP), 2223);
const START_WITHIN: Duration = Duration::from_secs(10);
const REPLY_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);
const DATAGRAM_MAX: usize = 1 << 16;
