//! An entry of a timeline in words: who did it, what it was, and what belongs to it.

use offhook_call::DeviceId;
use offhook_wire::{LegReportShown, PathShown, TimelineEvent};
use serde_json::Value;

/// What is shown of an entry. Texts that others wrote are as they wrote them.
pub(super) struct Said {
    /// From whom to whom, or whom it is about.
    pub(super) who: String,
    pub(super) what: String,
    /// The call's own course, something that failed, or anything else.
    pub(super) tone: Tone,
    /// What differs from before, line by line.
    pub(super) changes: Vec<String>,
    /// What it brought whole.
    pub(super) body: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    State,
    Trouble,
    Plain,
}

impl Said {
    fn new(who: impl Into<String>, what: impl Into<String>) -> Self {
        Self { who: who.into(), what: what.into(), tone: Tone::Plain, changes: Vec::new(), body: None }
    }

    fn with_body(self, body: &Value) -> Self {
        Self { body: pretty(body), ..self }
    }

    fn troubled(self, is_trouble: bool) -> Self {
        Self { tone: if is_trouble { Tone::Trouble } else { self.tone }, ..self }
    }

    pub(super) fn of(event: &TimelineEvent) -> Self {
        match event {
            TimelineEvent::Request { app_id, method, path, action, body, .. } => {
                let action = action.as_ref().map(|action| format!(" {action}")).unwrap_or_default();
                Self::new(format!("app {app_id} → server"), format!("{method} {path}{action}")).with_body(body)
            }
            TimelineEvent::Answer { status, error, took_ms, body, .. } => {
                let error = error.as_ref().map(|error| format!(" {error}")).unwrap_or_default();
                let said = Self::new("server → app", format!("{status}{error} in {took_ms:.1} ms"));
                said.with_body(body).troubled(*status >= 400)
            }
            TimelineEvent::State { state, device, status, reason } => {
                let device = device.as_ref().map(|device| format!(" on {device}")).unwrap_or_default();
                let reason = reason.map(|reason| format!(": {}", word(&reason))).unwrap_or_default();
                let status = status.map(|status| format!(", {}", word(&status))).unwrap_or_default();
                Self { tone: Tone::State, ..Self::new("call", format!("{state}{device}{reason}{status}")) }
            }
            TimelineEvent::DeviceSaid { device, message } => {
                Self::new(format!("{device} → server"), kind(message)).with_body(message)
            }
            TimelineEvent::DeviceTold { device, message } => {
                let trouble = message["type"] == "error";
                Self::new(format!("server → {device}"), kind(message)).with_body(message).troubled(trouble)
            }
            TimelineEvent::AgentSaid { agent_id, device, message } => {
                Self::of_desk(format!("agent {agent_id} → server"), device, message)
            }
            TimelineEvent::AgentTold { agent_id, device, message } => {
                Self::of_desk(format!("server → agent {agent_id}"), device, message)
            }
            TimelineEvent::Webhook { .. } => Self::of_webhook(event),
            TimelineEvent::Sdp { side, author, role, text, changes } => {
                let who = if author == "party" { format!("{side} → server") } else { format!("server → {side}") };
                let again = match changes {
                    Some(changes) if changes.is_empty() => ", as before",
                    Some(_) => ", with changes",
                    None => "",
                };
                let what = format!("SDP {role}, {} lines{again}", text.lines().count());
                let changes = changes.clone().unwrap_or_default();
                Self { changes, body: Some(text.replace('\r', "")), ..Self::new(who, what) }
            }
            TimelineEvent::IceChecked { side, path } => Self::of_leg(side, format!("ICE check from {}", way(path))),
            TimelineEvent::IceSelected { side, path } => Self::of_leg(side, format!("ICE path {}", way(path))),
            TimelineEvent::DtlsBegun { side } => Self::of_leg(side, "DTLS begins"),
            TimelineEvent::DtlsConnected { side, version, srtp_profile } => {
                Self::of_leg(side, format!("DTLS {version} connected, {srtp_profile}"))
            }
            TimelineEvent::DtlsClosed { side } => Self::of_leg(side, "DTLS closed by the party"),
            TimelineEvent::FirstPacket { side, track } => {
                Self::of_leg(side, format!("first packet of {}", word(track)))
            }
            TimelineEvent::Key { side, key, held_ms } => {
                let key = key.map_or_else(|| "a key".to_owned(), |key| format!("key {key}"));
                Self::of_leg(side, format!("{key} pressed for {held_ms} ms"))
            }
            TimelineEvent::LegLost { side, why } => Self::of_leg(side, format!("lost: {why}")).troubled(true),
            TimelineEvent::Report { legs } => {
                let what = legs.iter().map(report).collect::<Vec<_>>().join("; ");
                Self::new("legs", what)
            }
            TimelineEvent::Fault { fault, detail } => Self::new("fault", format!("{fault}: {detail}")).troubled(true),
            TimelineEvent::ClockTurned { by_ms } => Self::new("clock", format!("turned by {} s", *by_ms as f64 / 1e3)),
            TimelineEvent::LeftOut { entries } => {
                Self::new("…", format!("{entries} entries left out: there were too many"))
            }
        }
    }

    fn of_desk(who: String, device: &DeviceId, message: &Value) -> Self {
        let what = format!("{}, at {device}", at_desk(message));
        Self::new(who, what).with_body(message).troubled(message["type"] == "error")
    }

    fn of_leg(side: &str, what: impl Into<String>) -> Self {
        Self::new(format!("{side} leg"), what)
    }

    fn of_webhook(event: &TimelineEvent) -> Self {
        let TimelineEvent::Webhook { delivery_id, app_id, attempt, status, took_ms, body, response, fault } = event
        else {
            unreachable!("asked about a webhook")
        };
        let app = app_id.map_or_else(|| "app".to_owned(), |app| format!("app {app}"));
        let answer = match (status, response) {
            (Some(status), _) => status.to_string(),
            (None, Some(why)) => format!("no answer ({why})"),
            (None, None) => "no answer".to_owned(),
        };
        let event = crate::webhooks::event(&body.to_string());
        let again = if *attempt > 1 { format!(", try {attempt}") } else { String::new() };
        let struck = fault.as_ref().map_or_else(String::new, |fault| format!(", struck by {fault}"));
        let what = format!("webhook {delivery_id} {event}{again} → {answer} in {took_ms:.1} ms{struck}");
        let is_taken = status.is_some_and(|status| (200..300).contains(&status));
        Self::new(format!("server → {app}"), what).with_body(body).troubled(!is_taken)
    }
}

fn pretty(body: &Value) -> Option<String> {
    match body {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) if fields.is_empty() => None,
        other => serde_json::to_string_pretty(other).ok(),
    }
}

/// A value's name on the wire.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A message by its type, with the error that it tells.
fn kind(message: &Value) -> String {
    let named = |name: &str| message[name].as_str().map(str::to_owned);
    [named("type"), named("error"), named("detail")].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A message of the desk by its type, with what makes it plain.
fn at_desk(message: &Value) -> String {
    let call = &message["call"];
    let more = match message["type"].as_str() {
        Some("hold") if message["on"] == false => ", off",
        Some("board") if message["ringing"].is_array() => ", rings",
        Some("board") if !call["to"].is_null() => ", handed over",
        Some("board") if !call["held_since"].is_null() => ", on hold",
        Some("board") if call["mine"] == false => ", at another device",
        Some("board") => &format!(", {}", call["state"].as_str().unwrap_or_default()),
        Some("hand_over") => &format!(" to {}", message["to"].as_str().unwrap_or_default()),
        _ => "",
    };
    format!("{}{more}", kind(message))
}

fn way(path: &PathShown) -> String {
    format!("{} ({} to {})", path.remote, path.transport, path.local)
}

fn report(leg: &LegReportShown) -> String {
    let percent = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{:.1} %", 100.0 * ratio));
    let ms = |ms: Option<f64>| ms.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1} ms"));
    format!(
        "{} in {:.0} kbit/s, {} lost, jitter {}, out {:.0} kbit/s, {} lost, round trip {}",
        leg.side,
        leg.bits_per_second_in / 1e3,
        percent(leg.loss_ratio_in),
        ms(leg.jitter_in_ms),
        leg.bits_per_second_out / 1e3,
        percent(leg.loss_ratio_out),
        ms(leg.round_trip_ms),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_of_the_desk_are_told_by_what_they_say() {
        let board = |call| json!({ "type": "board", "call": call });
        for (message, said) in [
            (json!({ "type": "board", "ringing": [{}] }), "board, rings"),
            (board(json!({ "state": "connected", "mine": true, "held_since": null, "to": null })), "board, connected"),
            (board(json!({ "mine": true, "held_since": 1, "to": null })), "board, on hold"),
            (board(json!({ "mine": true, "held_since": 1, "to": "1022" })), "board, handed over"),
            (board(json!({ "mine": false, "held_since": null, "to": null })), "board, at another device"),
            (json!({ "type": "hold", "on": true }), "hold"),
            (json!({ "type": "hold", "on": false }), "hold, off"),
            (json!({ "type": "hand_over", "to": "1022" }), "hand_over to 1022"),
            (json!({ "type": "error", "error": "agent_busy", "detail": "Why." }), "error, agent_busy, Why."),
        ] {
            let device = "tab".to_owned().try_into().unwrap();
            let told = TimelineEvent::AgentTold { agent_id: offhook_call::AgentId(1021), device, message };
            let Said { who, what, .. } = Said::of(&told);
            assert_eq!((who.as_str(), what), ("server → agent 1021", format!("{said}, at tab")));
        }
    }
}
