//! G4: once a later event of the same call, thread or Page has come, an earlier one never does.

use std::collections::HashMap;

use offhook_call::AppId;
use offhook_client::webhook::{CallEventKind, Event, IncomingKind};

use super::{Violation, violation};
use crate::history::{Arrival, Deed, History};
use crate::traffic::mark_of;

pub(super) fn check(history: &History) -> Vec<Violation> {
    let ranks = ranks(history);
    let mut latest: HashMap<(AppId, String), (usize, &str)> = HashMap::new();
    let mut violations = Vec::new();
    for Arrival { app, id, events, .. } in &history.arrivals {
        for (subject, rank) in events.iter().flatten().filter_map(|event| place(event, &ranks)) {
            let latest = latest.entry((*app, subject)).or_insert((rank, id));
            if rank < latest.0 {
                violations
                    .push(violation(4, format!("{id} came to {app} after {}, which is of a later event", latest.1)));
            } else {
                *latest = (rank, id);
            }
        }
    }
    violations
}

/// The place of what a consumer said in its thread, and of a change of settings on its Page. Each of them has one author who
/// does one thing after the other.
fn ranks(history: &History) -> HashMap<&str, usize> {
    let named = history.operations.iter().filter_map(|operation| {
        let (Deed::Say { text: name } | Deed::Set { mark: name }) = &operation.deed else { return None };
        Some(name.as_str())
    });
    named.enumerate().map(|(rank, name)| (name, rank)).collect()
}

/// What an event is about, and its place there.
fn place(event: &Event, ranks: &HashMap<&str, usize>) -> Option<(String, usize)> {
    match event {
        Event::Call(event) => Some((event.call.to_string(), place_in_call(&event.kind)?)),
        Event::Incoming(incoming) => {
            let IncomingKind::Message { text: Some(text), .. } = &incoming.kind else { return None };
            Some((format!("{:?} {}", incoming.page, incoming.consumer), *ranks.get(text.as_str())?))
        }
        Event::Settings(update) => Some((update.page.to_string(), *ranks.get(mark_of(&update.settings)?.as_str())?)),
        Event::PermissionReply(_) | Event::Other(_) => None,
    }
}

fn place_in_call(kind: &CallEventKind) -> Option<usize> {
    match kind {
        CallEventKind::Calling { .. } | CallEventKind::Dialing { .. } => Some(0),
        CallEventKind::Ringing { .. } => Some(1),
        CallEventKind::Accepted { .. } => Some(2),
        CallEventKind::MediaUpdate { version, .. } => Some(3 + *version as usize),
        CallEventKind::Terminate(_) => Some(usize::MAX),
        CallEventKind::Other(_) => None,
    }
}
