//! Verifies a webhook and prints its events.
//!
//! ```sh
//! cargo run --example verify_webhook -- APP_SECRET sha256=… < body.json
//! ```
//!
//! The signature is the value of the header `X-Hub-Signature-256`; the body must be the very bytes that arrived.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::io::Read as _;

use offhook_client::webhook::{self, CallEventKind, Event, Rejected};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let usage = "usage: verify_webhook APP_SECRET SIGNATURE < BODY";
    let (app_secret, signature) = (args.next().ok_or(usage)?, args.next().ok_or(usage)?);
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    for line in describe(&app_secret, &signature, &body)? {
        println!("{line}");
    }
    Ok(())
}

/// One line for each event.
pub(crate) fn describe(app_secret: &str, signature: &str, body: &[u8]) -> Result<Vec<String>, Rejected> {
    let events = webhook::open(app_secret, Some(signature), body)?;
    Ok(events.iter().map(line).collect())
}

fn line(event: &Event) -> String {
    match event {
        Event::Call(event) => match &event.kind {
            CallEventKind::Calling { consumer } => format!("{consumer} calls: {}", event.call),
            CallEventKind::Terminate(end) => format!("{} is over after {} s", event.call, end.duration.unwrap_or(0)),
            other => format!("{}: {other:?}", event.call),
        },
        Event::PermissionReply(reply) if reply.approved => format!("{} may be called", reply.consumer),
        Event::PermissionReply(reply) => format!("{} may not be called", reply.consumer),
        Event::Settings(update) => format!("Page {} has new call settings", update.page),
        Event::Incoming(incoming) => format!("{} wrote or tapped: {:?}", incoming.consumer, incoming.kind),
        Event::Other(value) => format!("something else: {value}"),
    }
}
