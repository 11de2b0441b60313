//! The server as apps and consumers reach it.

use std::error::Error;
use std::iter;
use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::DATE;
use url::Url;

use super::{Line, certificate, clock};

pub(super) async fn examine(base: &Url) -> anyhow::Result<Vec<Line>> {
    let mut lines = vec![tls(base).await];
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let root = Url::parse(&format!("{}/", base.as_str().trim_end_matches('/')))?;
    match client.get(root.join("health/ready")?).send().await {
        Ok(answer) => {
            lines.extend(drift(&answer));
            lines.push(judge_ready(answer.status().as_u16(), answer.text().await.unwrap_or_default().trim()));
        }
        Err(error) => {
            let told = iter::successors(error.source(), |&error| error.source()).last();
            let why = told.map_or_else(|| error.to_string(), ToString::to_string);
            let change = "Check the name (DNS), the firewall, and the proxy in front of the server.";
            lines.push(Line::fail("server", format!("{base} does not answer: {why}"), change));
        }
    }
    Ok(lines)
}

async fn tls(base: &Url) -> Line {
    let host = base.host_str().unwrap_or_default();
    let is_local = host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(is_loopback);
    match base.scheme() {
        "https" => certificate::examine("tls", host, base.port_or_known_default().unwrap_or(443)).await,
        _ if is_local => Line::ok("tls", "none is needed on this machine alone"),
        _ => {
            let change = "Put a proxy with TLS in front, and let nothing reach the port past it.";
            Line::fail("tls", format!("{base} is not encrypted: tokens and SDP go in the clear"), change)
        }
    }
}

fn is_loopback(ip: std::net::IpAddr) -> bool {
    ip.is_loopback()
}

fn drift(answer: &Response) -> Option<Line> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    Some(clock::judge_drift(SystemTime::now(), httpdate::parse_http_date(date).ok()?))
}

fn judge_ready(status: u16, body: &str) -> Line {
    match (status, body) {
        (200, "ok") => Line::ok("server", "Offhook is ready"),
        (503, why) => Line::fail(
            "server",
            format!("Offhook is not ready: {why}"),
            "Wait for it to start again, or make room on its disk.",
        ),
        (status, _) => {
            let change = "Let the proxy pass every path to Offhook's port.";
            Line::fail("server", format!("/health/ready answers {status}, not as Offhook does"), change)
        }
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
