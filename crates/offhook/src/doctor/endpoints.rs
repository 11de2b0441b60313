//! Where apps get their webhooks.

use offhook_client::admin::{Admin, Endpoint, EndpointHealth, Error, Probe};
use url::Url;

use super::{Line, certificate};

/// `probe`: whether each endpoint is sent a signed webhook without an event.
pub(super) async fn examine(admin: &Admin, probe: bool) -> anyhow::Result<Vec<Line>> {
    let endpoints = match admin.endpoints().await {
        Ok(endpoints) => endpoints,
        Err(Error::Transport(_)) => return Ok(Vec::new()),
        Err(error) => {
            let change = "Give the token of the own API (admin_token).";
            return Ok(vec![Line::fail("webhooks", format!("the own API refuses: {error}"), change)]);
        }
    };
    if endpoints.is_empty() {
        let change = "Set an app's callback: POST /{app-id}/subscriptions, or `offhook webhooks listen`.";
        return Ok(vec![Line::warn("webhooks", "no app gets webhooks", change)]);
    }
    let mut lines = Vec::new();
    for endpoint in &endpoints {
        lines.push(judge_health(endpoint));
        if let Some((host, port)) = tls_of(&endpoint.callback_url) {
            lines.push(certificate::examine("callback-tls", &host, port).await);
        }
        if probe && endpoint.callback_url != LISTENER {
            lines.push(judge_probe(endpoint, &admin.probe_endpoint(endpoint.app_id).await?));
        }
    }
    Ok(lines)
}

fn judge_health(endpoint: &Endpoint) -> Line {
    let who = format!("app {} at {}", endpoint.app_id, endpoint.callback_url);
    match endpoint.health {
        EndpointHealth::Healthy => Line::ok("webhooks", format!("{who} is healthy")),
        EndpointHealth::Failing => {
            let change = "See why in `offhook webhooks tail`; what is owed is tried again for days.";
            Line::fail("webhooks", format!("{who} fails every try"), change)
        }
        EndpointHealth::Paused => {
            let change = "Mend it, then POST /offhook/v1/endpoints/{app}/resume; what is owed waits.";
            Line::fail("webhooks", format!("{who} is paused, because every try failed for too long"), change)
        }
        EndpointHealth::Gone => {
            let change = "If that was a mistake, set the callback again.";
            Line::fail("webhooks", format!("{who} answered 410, so nothing is owed to it"), change)
        }
    }
}

fn judge_probe(endpoint: &Endpoint, probe: &Probe) -> Line {
    let who = &endpoint.callback_url;
    if let Some(why) = &probe.handshake {
        let change = "Echo hub.challenge with status 200 for the verify token that the callback was set with.";
        return Line::fail("callback", format!("{who} fails the handshake: {why}"), change);
    }
    match probe.status {
        Some(200..=299) if probe.took_ms < SLOW_MS => {
            Line::ok("callback", format!("{who} acknowledged a signed webhook in {} ms", probe.took_ms))
        }
        Some(200..=299) => {
            let change = "Acknowledge first and work later: after 5 s it counts as failed.";
            Line::warn("callback", format!("{who} took {} ms to acknowledge", probe.took_ms), change)
        }
        Some(status) => {
            let change =
                "Check the signature over the exact bytes with this app's secret, and answer 200 to what is not known.";
            Line::fail("callback", format!("{who} answered {status} to a signed webhook"), change)
        }
        None => {
            let change = "Let the server reach it: name, firewall, certificate, webhooks.allow_private.";
            Line::fail("callback", format!("{who} did not answer: {}", probe.response), change)
        }
    }
}

fn tls_of(callback: &str) -> Option<(String, u16)> {
    let url = Url::parse(callback).ok().filter(|url| url.scheme() == "https")?;
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

/// What stands there for an app that fetches its webhooks.
const LISTENER: &str = "listen:";
/// Meta's limit is 5 s; half of it is not far from it.
const SLOW_MS: u64 = 2500;
